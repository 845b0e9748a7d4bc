//! What is told of files that were not judged: the summary line, the JSON report, and `annexa doctor`.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::process::{Command, Stdio};

fn annexa(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn tree(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("annexa.toml"), "exclude = [\"/old.tf\"]\n").unwrap();
    for (path, bytes) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    root
}

const DATABASE: &[u8] =
    b"resource \"aws_db_instance\" \"main\" {\n  storage_encrypted = false\n}\nresource \"oci_thing\" \"a\" {}\n";

fn every_fate() -> tempfile::TempDir {
    tree(&[
        ("db.tf", DATABASE),
        ("old.tf", DATABASE),
        ("ci/Pulumi.yaml", b"name: a\nruntime: nodejs\n"),
        ("app.yaml", b"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n"),
        ("broken.tf", b"resource \"a\" {\n"),
        ("k8s.yaml", b"apiVersion: v1\0\nkind: Pod\n# some more text, so that it is not taken for binary\n"),
        ("latin.env", b"NAME=caf\xe9\n"),
        ("notes.txt", b"nothing\n"),
    ])
}

#[test]
fn the_summary_counts_and_json_lists_what_was_not_judged() {
    let root = every_fate();
    let (_, out, _) = annexa(root.path(), &["check", "--format", "concise"]);
    assert!(out.contains("2 files recognised but not read, 2 files not judged in "), "{out}");
    assert!(out.contains("latin.env: notice[discover::encoding] is not UTF-8 (byte 8)"), "{out}");
    let (_, json, _) = annexa(root.path(), &["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let listed = |list: &str, key: &str| -> Vec<String> {
        let items = report["coverage"][list].as_array().unwrap();
        items.iter().map(|item| format!("{} {}", item["file"].as_str().unwrap(), item[key].as_str().unwrap())).collect()
    };
    assert_eq!(listed("not_read", "what"), ["app.yaml argo", "ci/Pulumi.yaml pulumi"]);
    let not_judged = listed("not_judged", "because");
    assert!(
        not_judged[0].starts_with("broken.tf ") && not_judged[1].starts_with("k8s.yaml holds NUL bytes"),
        "{not_judged:?}"
    );
    let kinds = report["coverage"]["kinds_without_rule"].as_array().unwrap();
    assert!(kinds.iter().any(|kind| kind == "terraform/oci_thing"), "{kinds:?}");
    assert_eq!(report["coverage"]["excluded"], serde_json::json!(["/old.tf"]));
    for (format, said) in [
        ("pretty", "left out by `exclude` of the settings: /old.tf"),
        ("markdown", "- Left out by `exclude` of the settings: <code>/old.tf</code>"),
        ("html", "Left out by the settings"),
        ("json", "\"excluded\": ["),
    ] {
        let (_, gap, _) = annexa(root.path(), &["gap", "--format", format]);
        assert!(gap.contains(said), "{format}");
    }
    assert_eq!((&report["summary"]["not_read"], &report["summary"]["not_judged"]), (&2.into(), &2.into()));
}

#[test]
fn a_workflow_that_no_service_runs_is_told_and_only_what_it_gives_away_is_judged() {
    let workflow = b"on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    env: {DB_PASSWORD: kR7tWq2mZx9pVb4n}\n    steps: [{run: \"echo ${{ github.event.issue.title }}\"}]\n";
    let root = tree(&[("roles/a/.github/workflows/ci.yml", workflow), (".github/workflows/ci.yml", workflow)]);
    let (_, json, _) = annexa(root.path(), &["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let of = |rule: &str| -> Vec<String> {
        let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule);
        findings.map(|finding| finding["file"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of("template-injection"), [".github/workflows/ci.yml"]);
    assert_eq!(of("credential-written-out"), [".github/workflows/ci.yml", "roles/a/.github/workflows/ci.yml"]);
    assert_eq!(report["coverage"]["not_read"][0]["what"], "workflow-never-run");
    assert_eq!(report["coverage"]["not_read"].as_array().unwrap().len(), 1);
    let (_, told, _) = annexa(root.path(), &["doctor", "roles/a/.github/workflows/ci.yml"]);
    assert!(told.contains("where no service looks for one"), "{told}");
}

#[test]
fn doctor_explains_any_file() {
    let root = every_fate();
    for (path, wants) in [
        (
            "db.tf",
            &[
                "db.tf: judged\n",
                "terraform: recognised, read as hcl",
                "terraform/aws_db_instance: 1 resource",
                "rds-storage-unencrypted: 1 failed",
                "terraform/oci_thing: 1 resource\n    no rule judges this kind",
            ][..],
        ),
        ("ci/Pulumi.yaml", &["recognised, not read\n", "not read: Pulumi"]),
        ("app.yaml", &["app.yaml: judged\n", "not read: Argo:", "kubernetes: recognised, read as yaml-1.1"]),
        ("broken.tf", &["broken.tf: could not be judged\n"]),
        ("k8s.yaml", &["could not be judged\n", "holds NUL bytes"]),
        ("latin.env", &["latin.env: judged\n", "read as windows-1252"]),
        ("old.tf", &["old.tf: "]),
        ("notes.txt", &["notes.txt: not ours\n", "secrets: nothing of it in the text"]),
    ] {
        let (status, out, err) = annexa(root.path(), &["doctor", path]);
        assert_eq!((status, err.as_str()), (0, ""), "{path}");
        for want in wants {
            assert!(out.contains(want), "{path}: {want:?} is not in\n{out}");
        }
    }
    let (status, out, _) = annexa(root.path(), &["doctor"]);
    assert_eq!(status, 0);
    for want in ["  terraform ", "recognised, not read: 2", "could not be judged, or not all of it: 2", "not ours "] {
        assert!(out.contains(want), "{want:?} is not in\n{out}");
    }
    assert_eq!(annexa(root.path(), &["doctor", "nowhere"]).0, 2);
}

#[test]
fn what_cannot_be_checked_alone_says_what_it_is() {
    let root = every_fate();
    let (status, out, _) = annexa(root.path(), &["check", "--format", "concise", "ci/Pulumi.yaml"]);
    assert_eq!(status, 0, "a hook may be handed any file");
    assert!(out.contains("ci/Pulumi.yaml is recognised and not read (Pulumi"), "{out}");
}

#[test]
fn what_of_a_file_is_not_read_is_told_beside_what_is() {
    let job = b"job \"a\" {\n  group \"g\" {\n    task \"t\" {\n      driver = \"docker\"\n      config {\n        image = \"registry.example.org/a:latest\"\n      }\n    }\n  }\n}\n";
    let root = tree(&[
        ("web.nomad.hcl", job),
        ("Vagrantfile", b"Vagrant.configure(\"2\") do |c|\n  c.vm.provision \"shell\", inline: \"curl -s https://x.example.org/i.sh | sh\"\nend\n"),
    ]);
    let (_, out, _) = annexa(root.path(), &["check", "--format", "concise"]);
    for told in
        ["web.nomad.hcl:6:41: medium[container-image-tag-moving]", "Vagrantfile:2:36: medium[download-runs-unchecked]"]
    {
        assert!(out.contains(told), "{told} is not in\n{out}");
    }
    let (_, out, _) = annexa(root.path(), &["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let not_read = report["coverage"]["not_read"].as_array().unwrap();
    let told: Vec<&str> = not_read.iter().map(|file| file["what"].as_str().unwrap()).collect();
    assert_eq!(told, ["vagrant", "nomad"], "{report:#}");
}

#[test]
fn settings_below_the_root_are_told() {
    let root = tree(&[("db.tf", DATABASE), ("sub/annexa.toml", b"fail-at = \"critical\"\n")]);
    let (_, out, _) = annexa(root.path(), &["check", "--format", "concise"]);
    assert!(out.contains("sub/annexa.toml: notice[settings::below] these settings are not obeyed"), "{out}");
    assert!(!out.contains("\nannexa.toml: notice"), "{out}");
}

/// A token whose letters stand in the file in some other way than in UTF-8 without a mark.
#[test]
fn tokens_are_found_in_any_encoding_and_length() {
    let token = ["AK", "IA", "Q3EGHRZ2VX7T5KLM"].concat();
    let text = format!("key = {token}\nsecret = {}\n", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6kL9o");
    let wide = |read: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(read).collect::<Vec<u8>>();
    let with = |before: &[u8], after: Vec<u8>| [before, &after].concat();
    let plain = text.clone().into_bytes();
    for (about, bytes) in [
        ("UTF-8", plain.clone()),
        ("UTF-8 with a mark", with(b"\xef\xbb\xbf", plain.clone())),
        ("Latin-1", with(b"# caf\xe9\n", plain.clone())),
        ("UTF-16 LE", with(b"\xff\xfe", wide(u16::to_le_bytes))),
        ("UTF-16 BE", with(b"\xfe\xff", wide(u16::to_be_bytes))),
        ("UTF-16 LE without a mark", wide(u16::to_le_bytes)),
        ("UTF-16 BE without a mark", wide(u16::to_be_bytes)),
        ("UTF-16 with half a unit at the end", with(b"\xff\xfe", with(&wide(u16::to_le_bytes), vec![b'x']))),
        ("a NUL byte", with(b"# a\0b and more text, most of it as it should be\n", plain.clone())),
        ("over a megabyte", with("a line of text\n".repeat(120_000).as_bytes(), plain.clone())),
    ] {
        for name in ["note.txt", "a.test.ts.snap", "deploy.ps1"] {
            let root = tree(&[(name, &bytes)]);
            let (_, out, _) =
                annexa(root.path(), &["check", "--format", "concise", "--rule", "secret-in-file,static-cloud-key"]);
            assert!(out.lines().any(|line| line.starts_with(name) && line.contains('[')), "{about}, {name}:\n{out}");
        }
    }
}
