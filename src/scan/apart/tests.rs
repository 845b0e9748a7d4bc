use std::collections::BTreeSet;

use super::*;
use crate::evaluate::Outcome;
use crate::scan::assess::{Assessment, assess};
use crate::scan::{Demand, parse_with};

/// A template of Azure with one account, of which a rule says something.
const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": { "adminPassword": { "type": "securestring" } },
  "resources": [
    { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "a",
      "properties": { "supportsHttpsTrafficOnly": false, "minimumTlsVersion": "TLS1_0" } }
  ]
}
"#;

const ACCOUNT: &str = "resource a 'Microsoft.Storage/storageAccounts@2023-01-01' = {\n  name: 'a'\n  properties: {\n    supportsHttpsTrafficOnly: false\n  }\n}\n";

fn request<'r>(rules: &'r RuleSet, names: &'r Names, inputs: &'r Inputs) -> Request<'r> {
    Request::new(rules, names, inputs, "2026-01-01".parse().unwrap())
}

/// The files that stand alone, of those that are read at all.
fn alone(files: &[(&str, &str)]) -> (BTreeSet<String>, BTreeSet<String>) {
    let workspace = Workspace::in_memory(files.iter().copied());
    let (rules, names, inputs) = (RuleSet::builtin(DIALECTS), Names::default(), Inputs::default());
    let request = request(&rules, &names, &inputs);
    let options = Options { today: request.today, explain_passes: false, subjects: false, coverage: false };
    let apart = Apart::of(&workspace, request, (options, false)).unwrap();
    let parsed = parse_with(&workspace, &Demand::of(&rules, &inputs), None, Some(&apart));
    let alone = parsed.settled.documents.iter().map(|settled| settled.path.to_string()).collect();
    (alone, parsed.documents.iter().map(|(document, _)| document.path.to_string()).collect())
}

#[test]
fn a_file_stands_alone_where_nothing_else_has_a_part_in_it() {
    let calls = "module m 'main.json' = {\n  name: 'm'\n}\n";
    let manifest = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n";
    for (files, alone_of, others) in [
        (vec![("a.json", TEMPLATE), ("b/a.json", TEMPLATE)], vec!["a.json", "b/a.json"], vec![]),
        (vec![("a.bicep", ACCOUNT), ("b.bicep", ACCOUNT)], vec!["a.bicep", "b.bicep"], vec![]),
        // What names another file stands with it.
        (vec![("a.bicep", calls), ("main.json", TEMPLATE)], vec!["a.bicep", "main.json"], vec![]),
        (vec![("a.json", TEMPLATE), ("a.yaml", manifest)], vec!["a.json"], vec!["a.yaml"]),
        (vec![("redis.conf", "bind 0.0.0.0\nprotected-mode no\n")], vec!["redis.conf"], vec![]),
        // What others look into by its text alone.
        (vec![("a.sh", "docker build .\n"), ("Dockerfile", "FROM scratch\n")], vec!["a.sh"], vec!["Dockerfile"]),
        // A link of a rule leads from one to another.
        (
            vec![("appsettings.json", "{\"ConnectionStrings\": {\"A\": \"Server=a\"}}")],
            vec![],
            vec!["appsettings.json"],
        ),
        // Values of such files are used elsewhere.
        (vec![(".env", "A=b\n")], vec![], vec![".env"]),
    ] {
        let set = |paths: Vec<&str>| paths.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(alone(&files), (set(alone_of), set(others)), "{files:?}");
    }
}

/// All that is told of some files.
fn told(files: &[(&str, &str)], is_together: bool) -> String {
    let workspace = Workspace::in_memory(files.iter().copied());
    let rules = RuleSet::builtin(DIALECTS);
    let names = Names::new(rules.names());
    let inputs = Inputs::default();
    // Resources that findings are mended in are kept to the end.
    let request = Request { mend: is_together, ledger: true, ..request(&rules, &names, &inputs) };
    let Assessment {
        files,
        read,
        bearing,
        deployments,
        kinds,
        by_file,
        findings,
        problems,
        coverage,
        ledger,
        rules_evaluated,
        ..
    } = assess(&workspace, request);
    let findings: Vec<String> = findings
        .iter()
        .map(|finding| {
            let Finding { rule, outcome, span, related, message, suppressed, fingerprint, item, vacuous, .. } = finding;
            format!(
                "{} {outcome:?} {span:?} {related:?} {message} {suppressed:?} {fingerprint} {item} {vacuous} {:?}",
                rule.id, finding.resource
            )
        })
        .collect();
    let standings: Vec<String> =
        ledger.iter().flat_map(|ledger| &ledger.controls).map(|standing| format!("{standing:?}")).collect();
    let of_files =
        format!("{files} {read:?} {bearing:?} {deployments:?} {kinds:?} {by_file:?} {coverage:?} {rules_evaluated}");
    [of_files, findings.join("\n"), format!("{problems:#?}"), standings.join("\n")].join("\n")
}

#[test]
fn what_stands_alone_is_judged_as_among_others() {
    let silenced =
        TEMPLATE.replace("\"name\": \"a\",", "\"name\": \"b\", // annexa:ignore arm-nothing-here it is not\n");
    let given = "{\"parameters\": {\"adminPassword\": {\"value\": \"Tr0ub4dor-and-3\"}}}";
    let shown = TEMPLATE.replace(
        "\"name\": \"a\"",
        "\"tags\": {\"parameters\": {\"adminPassword\": \"Tr0ub4dor-and-3\"}}, \"name\": \"Tr0ub4dor-and-3\"",
    );
    let broken = TEMPLATE.replace("\"resources\": [", "\"resources\": [,");
    let role = "resource r 'Microsoft.Authorization/roleAssignments@2022-04-01' = {\n  name: 'r'\n  properties: {\n    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635'\n    principalId: 'x'\n  }\n}\n";
    let calls = "module m 'modules/a.bicep' = {\n  name: 'm'\n}\nmodule n 'modules/a.bicep' = {\n  name: 'n'\n}\n";
    let files = [
        ("a.json", TEMPLATE),
        ("b.json", &silenced),
        ("broken.json", &broken),
        ("c.parameters.json", given),
        ("c.json", TEMPLATE),
        ("d.json", &shown),
        ("main.bicep", calls),
        ("modules/a.bicep", ACCOUNT),
        ("role.bicep", role),
        ("k8s.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: a}]}\n"),
        ("appsettings.json", "{\"ConnectionStrings\": {\"A\": \"Server=a;Password=Xk29-aQpl-7\"}}"),
        ("images/Dockerfile", "ARG V=1\nFROM alpine:$V\nUSER 1000\n"),
        ("images/base.image", "ARG W\nFROM alpine:$W\n"),
        (
            "images/build.sh",
            "set -e\ncurl -k https://example.com/a | sh\ndocker build --build-arg V=2 -f Dockerfile .\ndocker build --build-arg W=3.2 -f base.image .\n",
        ),
        ("setup.ps1", "Set-MpPreference -DisableRealtimeMonitoring $true\niptables -F\niptables -P INPUT DROP\n"),
        ("schema.sql", "GRANT ALL ON *.* TO 'a'@'%';\n"),
        ("compliance/suppliers.toml", "[[supplier]]\nid = \"a\"\n"),
    ];
    similar(&told(&files, true), &told(&files, false));
    for file in files {
        similar(&told(&[file], true), &told(&[file], false));
    }
}

/// Says in which line two texts differ.
fn similar(one: &str, other: &str) {
    for (one, other) in one.lines().zip(other.lines()) {
        assert_eq!(one, other);
    }
    assert_eq!(one.lines().count(), other.lines().count());
}

#[test]
fn passes_that_nobody_asks_for_are_counted() {
    let token = "const KEY: &str = \"AKIAZ7QHX4KD9PLM2WTR\";\n";
    let group = "resource \"aws_security_group\" \"a\" {\n  ingress {\n    from_port = 22\n    to_port = 22\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }\n}\n";
    let many = format!("FROM scratch\n{}", "USER 1000\n".repeat(30));
    let files = [
        ("a.json", TEMPLATE),
        ("a.bicep", ACCOUNT),
        ("b.bicep", ACCOUNT),
        ("a.rs", token),
        ("a.tf", group),
        ("Dockerfile", &*many),
    ];
    let workspace = Workspace::in_memory(files);
    let rules = RuleSet::builtin(DIALECTS);
    let (names, inputs) = (Names::new(rules.names()), Inputs::default());
    let run = |passes: bool| assess(&workspace, Request { passes, ..request(&rules, &names, &inputs) });
    let (kept, counted) = (run(true), run(false));
    let others = |of: &Assessment| {
        let others = of.findings.iter().filter(|finding| finding.outcome != Outcome::Pass);
        others.map(|finding| (finding.fingerprint.clone(), finding.message.clone())).collect::<Vec<_>>()
    };
    assert_eq!(others(&kept), others(&counted));
    assert!(!others(&kept).is_empty() && kept.passed == 0);
    // What is about the repository itself has no file, and is kept.
    let left = counted.findings.iter().filter(|finding| finding.outcome == Outcome::Pass);
    assert!(left.clone().all(|finding| finding.span.file == crate::source::NO_FILE));
    let all = kept.findings.iter().filter(|finding| finding.outcome == Outcome::Pass).count();
    assert_eq!(counted.passed + left.count(), all);
    assert!(counted.passed > 20, "{}", counted.passed);
}

#[test]
fn who_looks_at_what_is_dropped_is_known() {
    let looking = |name: &str| {
        let looks = DIALECTS.iter().filter(|dialect| dialect.with.contains(&name));
        looks.map(|dialect| dialect.name).collect::<Vec<_>>()
    };
    // `usage::may_tell` says which facts are kept for it.
    assert_eq!(looking(FACT.name), ["governance"]);
    // It reads the texts of the files again.
    for name in READ_AGAIN {
        assert_eq!(looking(name), ["dockerfile"]);
    }
}
