//! `annexa rules new` writes what `annexa rules test` proves as it stands.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::process::{Command, Output};

fn annexa(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annexa")).args(arguments).current_dir(folder).output().unwrap()
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_new_rule_is_proven_as_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    for (id, kind, paths, fixtures) in [
        ("switch-of-its-own", "terraform/aws_db_instance", &[][..], 3),
        ("block-and-map", "terraform/aws_instance", &["metadata_options.http_tokens", "tags.owner"], 5),
        ("numbers-in-blocks", "terraform/aws_security_group", &["ingress.from_port"], 3),
        ("twin-of-cloudformation", "terraform/aws_efs_file_system", &["encrypted"], 6),
        ("twin-of-arm", "terraform/azurerm_storage_account", &["min_tls_version", "network_rules.default_action"], 14),
        ("choice-of-a-template", "cloudformation/AWS::S3::Bucket", &["VersioningConfiguration.Status"], 3),
        ("list-of-a-template", "cloudformation/AWS::EC2::SecurityGroup", &["SecurityGroupIngress.FromPort"], 3),
        ("value-of-a-resource", "arm/Microsoft.Storage/storageAccounts", &["properties.minimumTlsVersion"], 5),
        ("list-of-an-object", "kubernetes/Deployment", &["spec.template.spec.containers.image"], 2),
        ("data-source-named", "terraform/data.aws_ami", &["owners"], 3),
        ("other-provider-known", "terraform/hcloud_server", &["backups"], 3),
        ("file-of-our-own", "file/yaml", &["owner.team"], 2),
    ] {
        let mut arguments = vec!["rules", "new", id, "--kind", kind];
        arguments.extend(paths.iter().flat_map(|path| ["--path", *path]));
        let output = annexa(folder.path(), &arguments);
        assert!(output.status.success(), "{id}: {}", told(&output));
        let written = std::fs::read_dir(folder.path().join("fixtures").join(id)).unwrap().count();
        assert_eq!(written, fixtures, "{id}");
    }
    let output = annexa(folder.path(), &["rules", "test", "rules"]);
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("12 rules, 0 not proven, 0 faults"), "{}", told(&output));
}

#[test]
fn what_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (id, kind, path, want) in [
        ("a-b", "terraform/aws_s3_bukcet", "acl", "did you mean `terraform/aws_s3_bucket`?"),
        ("a-b", "terraform/aws_s3_bucket", "aclx", "`acl`"),
        ("a-b", "terraform/aws_instance", "metadata_options", "http_tokens"),
        ("bad", "terraform/aws_instance", "ami", "not a rule id"),
        ("a-b", "terraformm/aws_instance", "ami", "terraform"),
    ] {
        let output = annexa(folder.path(), &["rules", "new", id, "--kind", kind, "--path", path]);
        assert_eq!(output.status.code(), Some(2), "{kind} {path}: {}", told(&output));
        assert!(told(&output).contains(want), "{kind} {path}: {}", told(&output));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_is_there_already_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["rules", "new", "a-b", "--kind", "terraform/aws_db_instance"];
    annexa(folder.path(), &arguments);
    let rule = folder.path().join("rules/a-b.toml");
    std::fs::write(&rule, "mine").unwrap();
    let output = annexa(folder.path(), &arguments);
    assert!(told(&output).contains("kept"), "{}", told(&output));
    assert_eq!(std::fs::read_to_string(rule).unwrap(), "mine");
}

#[test]
fn built_in_rules_are_proven_from_their_folder() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for arguments in [["rules", "test", "rules/google"], ["rules", "check", "rules/google"]] {
        let output = annexa(root, &arguments);
        assert!(output.status.success(), "{}", told(&output));
        assert!(told(&output).contains(" 0 faults"), "{}", told(&output));
    }
}

#[test]
fn the_names_of_built_in_rules_stay_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("rules/aws/guardduty-off.toml")).unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    std::fs::write(folder.path().join("rules/my-own-rule.toml"), text).unwrap();
    let output = annexa(folder.path(), &["rules", "check", "rules"]);
    assert!(told(&output).contains("already taken"), "{}", told(&output));
}

#[test]
fn rules_are_those_of_the_settings_where_none_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let new = ["rules", "new", "switch-of-its-own", "--kind", "terraform/aws_db_instance", "--rules", "policy/rules"];
    assert!(annexa(folder.path(), &new).status.success());
    for command in ["check", "test"] {
        let output = annexa(folder.path(), &["rules", command]);
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(told(&output).contains("annexa.toml"), "{command}: {}", told(&output));
    }
    std::fs::write(folder.path().join("annexa.toml"), "rules = [\"policy/rules\"]\n").unwrap();
    for arguments in
        [&["rules", "check"][..], &["rules", "check", "--rules", "policy/rules"], &["rules", "check", "policy/rules"]]
    {
        let output = annexa(folder.path(), arguments);
        assert!(told(&output).contains("1 rule files, 0 faults"), "{arguments:?}: {}", told(&output));
    }
    for arguments in
        [&["rules", "test"][..], &["rules", "test", "--rules", "policy/rules"], &["rules", "test", "policy/rules"]]
    {
        let output = annexa(folder.path(), arguments);
        assert!(told(&output).contains("1 rules, 0 not proven, 0 faults"), "{arguments:?}: {}", told(&output));
    }
}
