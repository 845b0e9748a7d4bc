//! What rules can ask for: every built-in rule is held against the schemas, and every view that a dialect adds to a fixture is
//! declared.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use annexa::dialect::{DIALECTS, shape};
use annexa::document::{Node, Value};
use annexa::proof;
use annexa::rule::load::{self, Against};
use annexa::rule::set::{BUILTIN_FILE, RuleSet, builtin};
use annexa::scan::assess;
use annexa::schema::{Offer, Shape, Type, Written};
use annexa::source::{Source, Workspace};

#[test]
fn built_in_rules_ask_for_what_there_is() {
    let mut wrong = String::new();
    for builtin in builtin() {
        let source = Source::from_text(BUILTIN_FILE, builtin.path, builtin.text);
        let Err(faults) = load::rule(&source, builtin.pack, DIALECTS, Against::Schemas) else { continue };
        for fault in faults {
            let line = source.position(fault.at.start).line;
            let help = fault.help.clone().unwrap_or_default();
            let _ = writeln!(wrong, "{}:{line}: {fault} ({help})", builtin.path);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn files_below(root: &Path, directory: &Path, files: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_below(root, &path, files);
        } else {
            let shown = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.push((shown, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// What a dialect says that it adds to resources of a kind, and what their files write where a table says it.
fn declared(kind: &str) -> (Shape, bool) {
    let (name, rest) = kind.split_once('/').unwrap_or((kind, ""));
    let dialect = DIALECTS.iter().find(|dialect| dialect.name == name).unwrap();
    let offers: Vec<Offer> = dialect.offers_for(rest).copied().collect();
    let complete = offers.first().is_some_and(|offer| matches!(offer.written, Written::Nothing));
    let narrow = |offer: &Offer| Offer {
        written: if matches!(offer.written, Written::Anything) { Written::Nothing } else { offer.written },
        ..*offer
    };
    let narrowed: Vec<Offer> = offers.iter().map(narrow).collect();
    let table = annexa::schema::of(kind).shape().unwrap_or(Type::Object(Vec::new()));
    (Shape::of(rest, &table, &narrowed), complete)
}

/// The paths of what stands in a body and is not declared.
fn undeclared(node: &Node, shape: &Shape, ty: &Type, every: bool, path: &str, found: &mut BTreeSet<String>) {
    match (&node.value, ty) {
        (_, Type::Any | Type::Text) => {}
        (Value::List(items), _) => {
            let item = if let Type::List(item) = ty { item } else { ty };
            items.iter().for_each(|node| undeclared(node, shape, item, every, path, found));
        }
        (Value::Map(map), Type::Map(item)) => {
            map.entries.iter().for_each(|entry| undeclared(&entry.value, shape, item, every, path, found));
        }
        (Value::Map(map), _) => {
            for entry in &map.entries {
                let name = &*entry.key.name;
                let path = format!("{path}.{name}");
                match ty.field(name) {
                    Some(field) => undeclared(&entry.value, shape, &field.ty, every || entry.derived, &path, found),
                    None if (every || entry.derived) && !shape.everywhere.contains(&name) => {
                        found.insert(path);
                    }
                    None => {}
                }
            }
        }
        _ => {}
    }
}

#[test]
fn what_dialects_add_is_declared() {
    let set = RuleSet::builtin(DIALECTS);
    let mut found = BTreeSet::new();
    for builtin in builtin() {
        let Ok(rule) = set.rule(builtin.id).unwrap() else { continue };
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(builtin.id);
        let mut files = Vec::new();
        files_below(&directory, &directory, &mut files);
        for fixture in proof::fixtures(files) {
            let workspace =
                Workspace::in_memory(fixture.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
            for resource in assess::resources_for(&workspace, &rule, proof::TODAY).0 {
                let (shape, complete) = declared(&resource.kind);
                undeclared(&resource.body, &shape, &shape.root, complete, &resource.kind, &mut found);
            }
        }
    }
    let shown: Vec<String> = found.into_iter().collect();
    assert!(shown.is_empty(), "declare these in src/dialect/offers:\n{}", shown.join("\n"));
}

#[test]
fn every_view_is_told_with_its_meaning() {
    for dialect in DIALECTS {
        for view in dialect.offers.iter().flat_map(|offer| offer.views) {
            let told = !view.doc.is_empty() && !view.example.is_empty() && !view.path.is_empty();
            assert!(told, "{}: {}", dialect.name, view.path);
        }
        let kinds: Vec<&str> = dialect.offers.iter().flat_map(|offer| offer.kinds.iter().copied()).collect();
        if let annexa::dialect::Kinds::Closed(closed) = dialect.kinds {
            let missing: Vec<_> =
                closed.iter().filter(|kind| !kinds.contains(*kind) && !kinds.contains(&"*")).collect();
            assert!(missing.is_empty(), "{} offers nothing for {missing:?}", dialect.name);
            let strange: Vec<_> = kinds.iter().filter(|kind| **kind != "*" && !closed.contains(kind)).collect();
            assert!(strange.is_empty(), "{} has no {strange:?}", dialect.name);
        }
    }
}

#[test]
fn shapes_are_found_by_whole_kinds() {
    for (kind, field) in
        [("kubernetes/Pod", "containers"), ("dockerfile/image", "stages"), ("governance/risk", "residual_score")]
    {
        let shape = shape::of(DIALECTS, kind).unwrap();
        assert!(shape.root.field(field).is_some(), "{kind} {field}");
    }
}

const HEAD: &str = "title = \"t\"\nseverity = \"low\"\ncontrols = { \"8.9\" = \"direct\" }\nwhy = \"w\"\nfix = \"f\"\n";

/// What is wrong with a rule, the first of it.
fn fault(check: &str) -> Option<String> {
    let text = format!("{HEAD}[[check]]\n{check}\n");
    let source = Source::from_text(BUILTIN_FILE, "rules/some-rule.toml", &text);
    let faults = load::rule(&source, "user", DIALECTS, Against::Schemas).err()?;
    let first = faults.first()?;
    Some(format!(
        "{} | {} | {first} | {}",
        first.what.code(),
        source.slice(first.at),
        first.help.clone().unwrap_or_default()
    ))
}

#[test]
fn what_nothing_has_is_refused_with_the_nearest_name() {
    for (check, want) in [
        ("kind = \"terraform/aws_s3_bukcet\"\nassert = { tags = { present = true } }", "aws_s3_bucket"),
        ("kind = \"terraform/data.aws_amii\"\nassert = { owners = { present = true } }", "data.aws_ami"),
        ("kind = \"cloudformation/AWS::S3::Bukcet\"\nassert = { BucketName = \"x\" }", "AWS::S3::Bucket"),
        ("kind = \"terraform/aws_zebra_*\"\nassert = { tags = { present = true } }", "no kind"),
        ("kind = \"terraform/aws_db_instance\"\nassert = { storage_encripted = true }", "storage_encrypted"),
        (
            "kind = \"terraform/aws_db_instance\"\nwhen = { \"engin\" = \"mysql\" }\nassert = { storage_encrypted = true }",
            "engine",
        ),
        (
            "kind = \"terraform/aws_security_group\"\neach = \"ingres\"\ndeny = { ports = { includes = [22] } }",
            "ingress",
        ),
        ("kind = \"terraform/aws_security_group\"\neach = \"ingress\"\ndeny = { cidr_block = \"x\" }", "cidr_blocks"),
        (
            "kind = \"terraform/aws_security_group\"\nassert = { ingress = { none = { cidr_block = \"x\" } } }",
            "cidr_blocks",
        ),
        (
            "kind = \"terraform/aws_s3_bucket\"\nassert.linked = { kind = \"terraform/aws_s3_bucket_versionin\", by = \"bucket\" }",
            "aws_s3_bucket_versioning",
        ),
        (
            "kind = \"terraform/aws_s3_bucket\"\nassert.linked = { kind = \"terraform/aws_s3_bucket_versioning\", by = \"bukcet\" }",
            "bucket",
        ),
        (
            "kind = \"terraform/aws_s3_bucket\"\nassert.linked = { kind = \"terraform/aws_s3_bucket_versioning\", by = \"bucket\", with = { \"versioning_configuration.statu\" = \"Enabled\" } }",
            "status",
        ),
        (
            "kind = \"kubernetes/Pod\"\neach = \"containers\"\nassert = { \"securty.privileged\" = { not = true } }",
            "security",
        ),
        ("kind = \"kubernetes/Deployment\"\nassert = { \"pod.hostNetwrok\" = { not = true } }", "hostNetwork"),
        ("kind = \"kubernetes/Podd\"\nassert = { \"metadata.name\" = \"x\" }", "kubernetes/Pod"),
        ("kind = \"kubernetes/Deploymnt\"\nassert = { \"metadata.name\" = \"x\" }", "kubernetes/Deployment"),
        ("kind = \"kubernetes/Deploymnet\"\nassert = { \"metadata.name\" = \"x\" }", "kubernetes/Deployment"),
        ("kind = \"dockerfile/image\"\nassert = { \"stages.bass\" = \"x\" }", "base"),
        ("kind = \"repository\"\neach = \"readmes\"\ndeny = { \".\" = \"x\" }", "there is"),
        ("kind = \"github-actions/job\"\ndeny = { \"steps.comands.program\" = \"curl\" }", "commands"),
        ("kind = \"compose/service\"\ndeny = { privileges = true }", "privileged"),
        (
            "kind = \"kubernetes/Pod\"\neach = \"containers\"\nmessage = \"`{nmae}` is privileged\"\ndeny = { \"security.privileged\" = true }",
            "name",
        ),
        ("kind = \"compose/service\"\nmessage = \"{privleged}\"\ndeny = { privileged = true }", "privileged"),
        ("kind = \"compose/service\"\nassert = { \"deploy.resources.limit.cpus\" = { present = true } }", "limits"),
        ("kind = \"compose/service\"\nassert = { \"healthcheck.intervall\" = \"30s\" }", "interval"),
        ("kind = \"compose/project\"\ndeny = { \"networks.default.externel\" = true }", "external"),
        ("kind = \"github-actions/job\"\nassert = { \"strategy.matrx\" = { present = true } }", "matrix"),
        (
            "kind = \"github-actions/job\"\ndeny = { \"container.credentials.pasword\" = { present = true } }",
            "password",
        ),
        ("kind = \"github-actions/workflow\"\ndeny = { \"on.push.branchs\" = \"main\" }", "branches"),
        ("kind = \"gitlab-ci/job\"\ndeny = { \"environment.deployment-tier\" = \"production\" }", "deployment_tier"),
        ("kind = \"gitlab-ci/job\"\ndeny = { \"rules.allow_failur\" = true }", "allow_failure"),
        ("kind = \"governance/risk\"\nassert = { residual_scor = { at-most = 4 } }", "residual_score"),
        (
            "kind = \"terraform/aws_db_instance\"\nassert = { storage_encrypted = true }\nfix-with = { set = { storage_encripted = true } }",
            "storage_encrypted",
        ),
        (
            "kind = \"terraform/aws_db_instance\"\nassert = { storage_encrypted = true }\nsecret = \"pasword\"",
            "password",
        ),
        ("kind = \"terraform/aws_db_instance\"\ndeny = { \"storage_encrypted.kms\" = true }", "true or false"),
        (
            "kind = \"terraform/aws_db_instance\"\nmessage = \"{engin} is not encrypted\"\nassert = { storage_encrypted = true }",
            "engine",
        ),
        ("kind = \"dockerfile/image\"\neach = \"stages\"\nmessage = \"{nam} is\"\ndeny = { base = \"x\" }", "name"),
    ] {
        let told = fault(check).unwrap_or_else(|| panic!("accepted: {check}"));
        assert!(told.contains(want), "{check}\n{told}");
    }
}

#[test]
fn what_may_be_there_is_accepted() {
    for check in [
        "kind = \"terraform/hcloud_server\"\nassert = { whatever = true }",
        "kind = \"terraform/*\"\nassert = { whatever = true }",
        "kind = \"terraform/aws_{s3_bucket,sqs_queue}\"\nassert = { sqs_managed_sse_enabled = true }",
        "kind = [\"terraform/aws_s3_bucket\", \"terraform/aws_sqs_queue\"]\nassert = { \"acl|kms_master_key_id\" = \"x\" }",
        "kind = \"terraform/aws_iam_policy\"\neach = \"policy.Statement\"\ndeny = { Action = \"*\" }",
        "kind = \"terraform/aws_s3_bucket\"\nassert = { \"versioning[0].enabled\" = true, \"tags.owner\" = \"x\" }",
        "kind = \"terraform/azurerm_storage_account\"\nassert = { \"https_traffic_only_enabled|enable_https_traffic_only\" = true }",
        "kind = \"terraform/azurerm_sql_server\"\nassert = { administrator_login = \"x\" }",
        "kind = \"cloudformation/AWS::S3::Bucket\"\nassert = { \"@attributes.DeletionPolicy\" = \"Retain\" }",
        "kind = \"cloudformation/Custom::Thing\"\nassert = { Whatever = 1 }",
        "kind = \"kubernetes/Certificate\"\nassert = { \"spec.duration\" = \"x\" }",
        "kind = \"kubernetes/Deployments\"\nassert = { \"spec.whatever\" = \"x\" }",
        "kind = \"kubernetes/Podium\"\nassert = { \"spec.whatever\" = \"x\" }",
        "kind = \"kubernetes/*\"\nassert = { \"spec.whatever\" = \"x\" }",
        "kind = \"compose/service\"\nassert = { x-team = { present = true }, \"build.x-owner\" = \"y\", \"ports.published\" = \"80\" }",
        "kind = \"compose/service\"\nassert = { \"labels.team|annotations.team\" = { present = true }, \"environment.DEBUG\" = \"1\" }",
        "kind = \"github-actions/job\"\nassert = { \"permissions.contents\" = \"read\", \"strategy.matrix.os\" = \"ubuntu-24.04\" }",
        "kind = \"github-actions/workflow\"\nassert = { \"on.workflow_call.inputs.name.required\" = true, \"on.schedule.cron\" = \"x\" }",
        "kind = \"gitlab-ci/job\"\nassert = { \"image.name|image\" = \"x\", \"cache.key.files\" = \"y\", \"id_tokens.A.aud\" = \"z\" }",
        "kind = \"env/file\"\ndeny = { DEBUG = \"true\" }",
        "kind = \"terraform/aws_security_group\"\neach = \"ingress\"\nassert.linked = { kind = \"terraform/aws_vpc\", to = \"vpc_id\" }",
        "kind = \"terraform/aws_wafv2_web_acl\"\ndeny = { \"**.metric_name\" = \"x\" }",
        "kind = \"terraform/aws_security_group\"\neach = \"ingress\"\nmessage = \"{protocol} of {name}, {.}\"\ndeny = { protocol = \"-1\" }",
    ] {
        assert_eq!(fault(check), None, "{check}");
    }
}
