//! Rules of an organisation's own: the binary with a folder of rules, over small trees of files.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::process::Command;

const HEAD: &str = "title = \"It is not as we have it here\"\nseverity = \"medium\"\ncontrols = { \"8.9\" = \"direct\" }\n\
                    why = \"It is how we work.\"\nfix = \"Write it as we do.\"\n";

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// What a rule with these checks says of some files (`fail main.tf:3`), and the codes of the problems.
fn told(checks: &str, files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "rules/not-as-we-have-it.toml", &format!("{HEAD}{checks}"));
    for (file, text) in files {
        write(folder.path(), &format!("tree/{file}"), text);
    }
    let run = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(["check", "tree", "--rules", "rules", "--rule", "not-as-we-have-it"])
        .args(["--format", "json", "--outcomes", "fail,open,pass"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&run.stderr)));
    let list = |key: &str| report.get(key).and_then(serde_json::Value::as_array).unwrap().clone();
    let text =
        |of: &serde_json::Value, key: &str| of.get(key).and_then(serde_json::Value::as_str).unwrap_or("").to_owned();
    let found = list("findings").into_iter().map(|finding| {
        let line = finding.pointer("/start/line").and_then(serde_json::Value::as_u64).unwrap_or(0);
        // Where it passes, there is no place to point at.
        match (text(&finding, "outcome"), text(&finding, "file")) {
            (outcome, file) if outcome == "pass" => format!("pass {file}"),
            (outcome, file) => format!("{outcome} {file}:{line}"),
        }
    });
    let mut told: Vec<String> =
        found.chain(list("problems").iter().map(|problem| format!("problem {}", text(problem, "code")))).collect();
    told.sort();
    told
}

#[test]
fn files_are_judged_by_their_paths_in_any_format() {
    const YAML: &str = "owner:\n  team: a\n";
    for (format, good, bad, broken) in [
        ("yaml", YAML, "owner:\n  crew: a\n", "owner: [\n"),
        ("json", "{\"owner\": {\"team\": \"a\"}, /* more */}", "{\"owner\": {}}", "{\"owner\""),
        ("toml", "[owner]\nteam = \"a\"\n", "[owner]\n", "[owner\n"),
        ("xml", "<owner team=\"a\"/>", "<owner crew=\"a\"/>", "<owner>"),
        ("xml", "<owner><team>a</team></owner>", "<owner/>", "<owner></x>"),
        ("ini", "[owner]\nteam = a\n", "[owner]\ncrew = a\n", "[owner\n"),
    ] {
        let checks = format!(
            "[[check]]\nkind = \"file\"\nfiles = [\"conf/*.x\", \"more/**\"]\nformat = \"{format}\"\n\
             assert = {{ \"owner.team\" = {{ present = true }} }}\n"
        );
        let files =
            [("conf/a.x", good), ("conf/b.x", bad), ("more/deep/c.y", good), ("other/d.x", bad), ("conf/in/e.x", bad)];
        let found = told(&checks, &files);
        assert_eq!(found, ["fail conf/b.x:1", "pass conf/a.x", "pass more/deep/c.y"], "{format}");
        let found = told(&checks, &[("conf/a.x", broken)]);
        assert!(found.iter().any(|line| line.starts_with("problem syntax::")), "{format}: {found:?}");
        assert!(!found.iter().any(|line| line.starts_with("pass")), "{format}: {found:?}");
    }
    let properties =
        "[[check]]\nkind = \"file\"\nfiles = \"*.properties\"\nformat = \"properties\"\ndeny = { debug = true }\n";
    let files = [("a.properties", "name = x\ndebug = true\n"), ("b.properties", "debug=false\n")];
    assert_eq!(told(properties, &files), ["fail a.properties:2", "pass b.properties"]);
}

#[test]
fn what_a_deployment_lacks_is_told_of_the_deployment() {
    const TRAIL: &str = "[[check]]\nkind = \"deployment\"\nwhen = { kinds = { starts-with = \"terraform/aws_\" } }\n\
                         assert.linked = { kind = \"terraform/aws_cloudtrail\" }\n";
    const BUCKET: &str = "resource \"aws_s3_bucket\" \"a\" {}\n";
    let files = [
        ("one/main.tf", BUCKET),
        ("two/main.tf", "module \"log\" {\n  source = \"../log\"\n}\nresource \"aws_s3_bucket\" \"a\" {}\n"),
        ("log/main.tf", "resource \"aws_cloudtrail\" \"t\" {}\n"),
        ("other/compose.yml", "services:\n  a:\n    image: nginx:1\n"),
    ];
    assert_eq!(told(TRAIL, &files), ["fail one/main.tf:1", "pass two/main.tf"]);
    let stack = "[[check]]\nkind = \"deployment\"\nwhen = { technologies = \"cloudformation\" }\n\
                 assert.linked = { kind = \"cloudformation/AWS::CloudTrail::Trail\" }\n";
    let files = [
        ("a.yml", "Resources:\n  B:\n    Type: AWS::S3::Bucket\n"),
        ("b.yml", "Resources:\n  T:\n    Type: AWS::CloudTrail::Trail\n"),
    ];
    assert_eq!(told(stack, &files), ["fail a.yml:1", "pass b.yml"]);
}

#[test]
fn a_resource_has_what_its_provider_is_told() {
    const OWNED: &str = "[[check]]\nkind = \"terraform/aws_s3_bucket\"\n\
                         assert = { \"tags_all.owner\" = { present = true }, \"provider_settings.region\" = \"eu-central-1\" }\n";
    let main = "provider \"aws\" {\n  region = \"eu-central-1\"\n  default_tags {\n    tags = { owner = \"a\" }\n  }\n}\n\
                provider \"aws\" {\n  alias  = \"west\"\n  region = \"us-west-1\"\n}\n\
                resource \"aws_s3_bucket\" \"a\" {\n  tags = { x = \"y\" }\n}\n\
                resource \"aws_s3_bucket\" \"b\" {\n  provider = aws.west\n}\n\
                module \"m\" {\n  source    = \"./m\"\n  providers = { aws = aws.west }\n}\n\
                module \"n\" {\n  source = \"./n\"\n}\n";
    let inner = "resource \"aws_s3_bucket\" \"c\" {}\n";
    let found = told(OWNED, &[("main.tf", main), ("m/main.tf", inner), ("n/main.tf", inner)]);
    assert_eq!(found, ["fail m/main.tf:1", "fail main.tf:14", "pass main.tf", "pass n/main.tf"]);
}

#[test]
fn a_service_is_held_against_the_dockerfile_that_it_is_built_of() {
    const BUILT: &str = "[[check]]\nkind = \"compose/service\"\nwhen = { build = { present = true } }\n\
        assert.linked = { kind = \"dockerfile/image\", within = \"repository\", on = [\"build_file\", \"@file\"], with = { \"stages.user\" = { present = true } } }\n";
    let files = [
        (
            "compose.yml",
            "services:\n  a:\n    build: ./app\n  b:\n    build:\n      context: .\n      dockerfile: web/Dockerfile\n  c:\n    build: ${DIR}\n",
        ),
        ("app/Dockerfile", "FROM alpine:3.20\nUSER app\n"),
        ("web/Dockerfile", "FROM alpine:3.20\n"),
    ];
    let found = told(BUILT, &files);
    assert_eq!(found, ["fail compose.yml:4", "open compose.yml:8", "pass compose.yml"]);
}

#[test]
fn a_template_is_held_against_what_fills_it() {
    const FILLED: &str = "[[check]]\nkind = \"terraform/local_file\"\n\
        assert.linked = { kind = \"file/yaml\", within = \"repository\", on = [\"files_read\", \"@file\"], with = { safe = true } }\n\
        [[check]]\nkind = \"file\"\nfiles = \"**/*.tftpl\"\nformat = \"yaml\"\nassert = { safe = { present = true } }\n";
    let files = [
        (
            "main.tf",
            "resource \"local_file\" \"a\" {\n  content  = templatefile(\"${path.module}/a.tftpl\", { x = 1 })\n  filename = \"a\"\n}\nresource \"local_file\" \"b\" {\n  content  = file(\"b.tftpl\")\n  filename = \"b\"\n}\n",
        ),
        ("a.tftpl", "safe: true\nx: ${x}\n"),
        ("b.tftpl", "safe: false\n"),
    ];
    assert_eq!(told(FILLED, &files), ["fail main.tf:5", "pass a.tftpl", "pass b.tftpl", "pass main.tf"]);
}

#[test]
fn objects_of_one_namespace_belong_together() {
    const SELECTED: &str = "[[check]]\nkind = \"kubernetes/Deployment\"\n\
        assert.linked = { kind = \"kubernetes/NetworkPolicy\", on = [\"namespace\", \"namespace\"], selected-by = [\"pod_metadata.labels\", \"spec.podSelector\"] }\n";
    let deployment = |name: &str, namespace: &str, label: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{namespace}}}\nspec:\n  template:\n    metadata: {{labels: {{app: {label}}}}}\n    spec: {{containers: []}}\n---\n"
        )
    };
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n  podSelector:\n    matchExpressions: [{key: app, operator: In, values: [web]}]\n";
    let text = [
        deployment("a", "", "web"),
        deployment("b", ", namespace: default", "web"),
        deployment("c", ", namespace: shop", "web"),
        deployment("d", "", "db"),
        policy.to_owned(),
    ]
    .concat();
    let found = told(SELECTED, &[("all.yaml", &text)]);
    assert_eq!(found, ["fail all.yaml:18", "fail all.yaml:26", "pass all.yaml", "pass all.yaml"]);
}

#[test]
fn manifests_of_every_ecosystem_say_what_they_ask_for() {
    const PINNED: &str = "[[check]]\nkind = \"package/manifest\"\neach = \"dependencies\"\n\
                          deny = { name = \"bad\" }\n";
    for (file, text, want) in [
        ("package.json", "{\n \"dependencies\": {\n  \"bad\": \"1\",\n  \"good\": \"2\"}}", vec!["fail :3", "pass "]),
        ("composer.json", "{\n \"require-dev\": {\n  \"bad\": \"1\"}}", vec!["fail :3"]),
        (
            "Cargo.toml",
            "[dependencies]\nbad = \"1\"\n[target.x.dev-dependencies]\nother = { package = \"bad\", version = \"1\" }\n",
            vec!["fail :2", "fail :4"],
        ),
        (
            "pyproject.toml",
            "[project]\ndependencies = [\n  \"bad[x]>=1; python_version<'3'\",\n  \"good\",\n]\n",
            vec!["fail :3", "pass "],
        ),
        ("pyproject.toml", "[tool.poetry.group.dev.dependencies]\nbad = \"^1\"\n", vec!["fail :2"]),
        ("Pipfile", "[packages]\nbad = \"*\"\n", vec!["fail :2"]),
        (
            "requirements-dev.txt",
            "# all\nbad==1.0 \\\n  --hash=sha256:00\n-r other.txt\ngood @ https://example.com/x.whl\n",
            vec!["fail :2", "pass "],
        ),
        (
            "go.mod",
            "module x\n\nrequire (\n\tbad v1.0.0 // indirect\n)\nrequire good v1.0.0\n",
            vec!["fail :4", "pass "],
        ),
        (
            "pom.xml",
            "<project>\n<dependencies>\n<dependency><groupId>g</groupId><artifactId>a</artifactId></dependency>\n</dependencies>\n</project>",
            vec!["pass "],
        ),
        ("Gemfile", "source 'https://rubygems.org'\ngroup :test do\n  gem 'bad', '~> 1'\nend\n", vec!["fail :3"]),
        (
            "App.csproj",
            "<Project>\n<ItemGroup>\n<PackageReference Include=\"bad\" Version=\"1\"/>\n<PackageReference Include=\"good\"/>\n</ItemGroup>\n</Project>",
            vec!["fail :3", "pass "],
        ),
        ("packages.config", "<packages>\n<package id=\"bad\" version=\"1\"/>\n</packages>", vec!["fail :2"]),
    ] {
        let mut want: Vec<String> = want
            .iter()
            .map(|line| match line.strip_prefix("pass") {
                Some(_) => format!("pass {file}"),
                None => line.replace(" :", &format!(" {file}:")),
            })
            .collect();
        want.sort();
        assert_eq!(told(PINNED, &[(file, text)]), want, "{file}\n{text}");
    }
    let fields = "[[check]]\nkind = \"package/manifest\"\nassert = { ecosystem = \"maven\", licence = \"MIT\", dependencies = { some = { name = \"g:a\", requirement = \"1.2\", group = \"development\" } }, \"written.project.modelVersion\" = \"4.0.0\" }\n";
    let pom = "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion><licenses><license><name>MIT</name></license></licenses><properties><v>1.2</v></properties><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>${v}</version><scope>test</scope></dependency></dependencies></project>";
    assert_eq!(told(fields, &[("pom.xml", pom)]), ["pass pom.xml"]);
    let sources =
        "[[check]]\nkind = \"package/manifest\"\neach = \"dependencies\"\ndeny = { source = { present = true } }\n";
    let gems = "gem 'a', git: 'https://example.com/a.git'\ngem 'b', '1'\n";
    assert_eq!(told(sources, &[("Gemfile", gems)]), ["fail Gemfile:1", "pass Gemfile"]);
}

#[test]
fn files_without_paths_or_formats_are_refused() {
    for (checks, word) in [
        ("[[check]]\nkind = \"file\"\nformat = \"yaml\"\nassert = { a = 1 }\n", "files"),
        ("[[check]]\nkind = \"file\"\nfiles = \"*.x\"\nassert = { a = 1 }\n", "format"),
        ("[[check]]\nkind = \"file\"\nfiles = \"*.x\"\nformat = \"yml\"\nassert = { a = 1 }\n", "yaml"),
        ("[[check]]\nkind = \"file\"\nfiles = \"{a\"\nformat = \"yaml\"\nassert = { a = 1 }\n", "glob"),
        ("[[check]]\nkind = \"compose/service\"\nfiles = \"*.x\"\nassert = { image = 1 }\n", "files"),
        ("[[check]]\nkind = \"file/yml\"\nfiles = \"*.x\"\nassert = { a = 1 }\n", "yaml"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "rules/not-as-we-have-it.toml", &format!("{HEAD}{checks}"));
        let run = Command::new(env!("CARGO_BIN_EXE_annexa"))
            .args(["rules", "check", "rules"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let told = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(!run.status.success() && told.contains(word), "{checks}\n{told}");
    }
}

/// The examples of the reference are rules, or parts of one.
#[test]
fn the_examples_of_the_reference_are_sound() {
    use annexa::dialect::DIALECTS;
    use annexa::rule::load::{self, Against};
    use annexa::source::{FileId, Source};
    let text = std::fs::read_to_string("docs/rule-language.md").unwrap();
    let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut read = 0;
    for block in blocks.filter(|block| !block.contains('…') && !block.starts_with("aliases")) {
        let linked: Vec<String> = block
            .lines()
            .filter(|line| line.starts_with("linked"))
            .map(|line| format!("[[check]]\nkind = \"{}\"\nassert.{line}\n", kind_for(line)))
            .collect();
        let examples = match (block.contains("[[check]]"), linked.is_empty()) {
            (true, _) => vec![block.to_owned()],
            (false, false) => linked,
            (false, true) => vec![format!("[[check]]\nkind = \"kubernetes/Deployment\"\n{block}")],
        };
        for example in examples {
            let head = if example.starts_with("title") { "" } else { HEAD };
            let source = Source::from_text(FileId(0), "rules/x/not-as-we-have-it.toml", &format!("{head}{example}"));
            if let Err(faults) = load::rule(&source, "x", DIALECTS, Against::Schemas) {
                panic!("{example}\n{faults:?}");
            }
            read += 1;
        }
    }
    assert!(read >= 7, "{read}");
}

/// Whose link an example is.
fn kind_for(line: &str) -> &'static str {
    match () {
        () if line.contains("dockerfile") => "compose/service",
        () if line.contains("aws_subnet") => "terraform/aws_db_subnet_group",
        () => "terraform/aws_security_group",
    }
}
