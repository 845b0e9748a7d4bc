//! What a repository could try to be read out of its root, to hold a run up, or to act on a terminal.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations bluntly")]

mod scene;

use scene::{Scene, TODAY, database};

fn link(scene: &Scene, target: &str, path: &str) {
    std::os::unix::fs::symlink(target, scene.root().join(path)).unwrap();
}

fn pipe(scene: &Scene, path: &str) {
    let made = std::process::Command::new("mkfifo").arg(scene.root().join(path)).status().unwrap();
    assert!(made.success());
}

fn git_is_a_pipe(scene: &Scene) {
    std::fs::remove_dir(scene.root().join("root/.git")).unwrap();
    pipe(scene, "root/.git");
}

/// A repository beside a folder with a secret in files of every sort.
fn beside_a_secret() -> Scene {
    let scene = Scene::new();
    let secret = "marker-q9-7f";
    scene.write("outside/x.tf", &database(secret, false));
    scene.write("outside/annexa.toml", &format!("{secret} = 1\n"));
    scene.write("outside/rules/r.toml", &format!("{secret} = 1\n"));
    scene.write("root/a.tf", &database("a", true));
    std::fs::remove_dir_all(scene.root().join(".git")).unwrap();
    std::fs::create_dir(scene.root().join("root/.git")).unwrap();
    scene
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of the ways")]
fn nothing_leads_out_of_the_root_or_holds_a_run_up() {
    type Row = (&'static str, fn(&Scene), &'static [&'static str], i32, &'static str);
    let rows: &[Row] = &[
        (
            "link in the tree",
            |s| link(s, "../outside/x.tf", "root/x.tf"),
            &["check", "."],
            0,
            "x.tf: symbolic link leads outside",
        ),
        (
            "link named",
            |s| link(s, "../outside/x.tf", "root/x.tf"),
            &["check", "x.tf"],
            2,
            "x.tf: is a symbolic link that leads outside",
        ),
        (
            "linked folder named",
            |s| link(s, "../outside", "root/sub"),
            &["check", "sub"],
            2,
            "sub: is a symbolic link that leads outside",
        ),
        (
            "file behind a linked folder",
            |s| link(s, "../outside", "root/sub"),
            &["check", "sub/x.tf"],
            2,
            "sub/x.tf: is a symbolic link",
        ),
        (
            "settings by link",
            |s| link(s, "../outside/annexa.toml", "root/annexa.toml"),
            &["check", "."],
            2,
            "annexa.toml: is a symbolic link",
        ),
        (
            "rules outside",
            |s| drop(s.write("root/annexa.toml", "rules = [\"../outside/rules\"]\n")),
            &["check", "."],
            2,
            "is no path within the repository",
        ),
        (
            "rules by link",
            |s| {
                s.write("root/annexa.toml", "rules = [\"rules\"]\n");
                link(s, "../outside/rules", "root/rules");
            },
            &["check", "."],
            2,
            "leads outside of the scanned directory",
        ),
        (
            "a rule by link",
            |s| {
                s.write("root/annexa.toml", "rules = [\"rules\"]\n");
                s.write("root/rules/ok.md", "");
                link(s, "../../outside/rules/r.toml", "root/rules/r.toml");
            },
            &["check", "."],
            2,
            "r.toml: is a symbolic link that leads outside",
        ),
        (
            "ignore file by link",
            |s| link(s, "../outside/x.tf", "root/.gitignore"),
            &["check", "."],
            0,
            ".gitignore: is a symbolic link",
        ),
        ("ignore file is a pipe", |s| pipe(s, "root/.gitignore"), &["check", "."], 0, ".gitignore: is a named pipe"),
        ("ignore file above", |s| drop(s.write(".gitignore", "*\n")), &["check", "."], 0, "1 file"),
        ("settings are a pipe", |s| pipe(s, "root/annexa.toml"), &["check", "."], 2, "annexa.toml: is a named pipe"),
        ("configuration is a pipe", |s| pipe(s, "root/b.tf"), &["check", "."], 0, "b.tf: is a named pipe"),
        ("pipe named", |s| pipe(s, "root/b.tf"), &["check", "b.tf"], 2, "b.tf: is a named pipe"),
        (
            "variables outside",
            |s| drop(s.write("root/annexa.toml", "[terraform]\nvar-files = [\"/dev/stdin\"]\n")),
            &["check", "."],
            2,
            "is no path within the repository",
        ),
        ("baseline is a device", |_| {}, &["check", ".", "--baseline", "/dev/zero"], 2, "/dev/zero: is a device"),
        (
            "explain by link",
            |s| link(s, "../outside/x.tf", "root/x.tf"),
            &["explain", "x.tf:1"],
            2,
            "is a symbolic link that leads outside",
        ),
        (
            "pipe where git has its head",
            |s| pipe(s, "root/.git/HEAD"),
            &["check", ".", "--base", "main"],
            2,
            "HEAD is a named pipe",
        ),
        (
            "pipe among the references",
            |s| {
                std::fs::create_dir_all(s.root().join("root/.git/refs/heads")).unwrap();
                pipe(s, "root/.git/refs/heads/main");
            },
            &["check", "--staged"],
            2,
            "refs/heads/main is a named pipe",
        ),
        ("pipe for git", |s| git_is_a_pipe(s), &["check", ".", "--staged"], 2, ".git is a named pipe"),
        ("governance behind a link", |s| link(s, "../outside", "root/compliance"), &["init"], 2, "is a symbolic link"),
        ("text from outside", |_| (), &["check", "-", "--as", "../outside/x.tf"], 2, "names a path outside of"),
        (
            "variable file that is not there",
            |s| {
                let text = "[terraform]\nvar-files = [\"no.tfvars\"]\ndeployments = [\"env/*\"]\n";
                s.write("root/annexa.toml", text);
            },
            &["check", ".", "--format", "concise"],
            2,
            "annexa.toml:2:14: error[settings::missing-file] `no.tfvars` is none of the files of this run",
        ),
    ];
    for (what, make, arguments, status, told) in rows {
        let scene = beside_a_secret();
        make(&scene);
        let more: &[&str] = if arguments.first() == Some(&"check") {
            &["--rule", "rds-storage-unencrypted", "--today", TODAY]
        } else {
            &[]
        };
        let run = scene.annexa_in("root", &[arguments, more].concat());
        let text = [&*run.out, &run.err].concat();
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert_eq!(run.status, *status, "{what}: {text}");
        assert!(flat.contains(told), "{what}: {text}");
        assert!(!text.contains("marker"), "{what}: {text}");
    }
}

#[test]
fn fix_writes_no_file_that_a_link_leads_to() {
    let text = "resource \"aws_db_instance\" \"a\" {\n  engine = \"mysql\"\n  storage_encrypted = false\n}\n";
    for (target, path, named) in [
        ("../outside/x.tf", "root/x.tf", "x.tf"),
        ("../outside/x.tf", "root/x.tf", "."),
        ("../outside", "root/sub", "sub/x.tf"),
        ("real.txt", "root/y.tf", "y.tf"),
    ] {
        let scene = beside_a_secret();
        scene.write("outside/x.tf", text);
        scene.write("root/real.txt", text);
        link(&scene, target, path);
        scene.annexa_in("root", &["fix", named]);
        for file in ["outside/x.tf", "root/real.txt"] {
            assert_eq!(std::fs::read_to_string(scene.root().join(file)).unwrap(), text, "{named} {file}");
        }
    }
}

/// What acts on a terminal or hides text.
fn acts(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[test]
fn nothing_that_is_quoted_acts_on_a_terminal() {
    let evil = "e\u{1b}]0;T\u{7}\u{202e}\u{9b}31m";
    let named = format!("{evil}\n::error file=x::injected");
    let scene = Scene::new();
    let file = format!("{named}.tf");
    let quoted = "a\\u001b]0;T\\u0007\\n::error file=x::injected";
    scene.commit(
        "2025-12-01",
        &[
            (&file, &format!("# {evil}\n{}", database("a", false).replace("mysql", evil))),
            ("broken.tf", &format!("resource \"{evil}\" {{\n")),
            ("compose.yaml", &format!("services:\n  \"{quoted}\":\n    privileged: true\n    image: \"a:1\"\n")),
            (&format!("{evil}/annexa.toml"), ""),
            ("compliance/waivers.toml", &format!("[[waiver]]\nid = \"{quoted}\"\n\"{quoted}\" = 1\n")),
        ],
    );
    link(&scene, "/nowhere", &format!("{evil}.link"));
    let at = format!("{file}:2");
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["explain", &at],
        vec!["explain", "compose.yaml:2"],
        vec!["explain", evil],
        vec!["fix", "--dry-run", "."],
        vec!["check", evil],
        vec!["check", "--rule", evil],
        vec!["check", "--format", evil],
        vec!["check", "--fail-at", evil],
        vec!["check", "--base", evil],
        vec!["check", "--settings", evil],
        vec!["check", "--accept", evil],
        vec!["check", "--rules", evil],
        vec!["check", "--baseline", evil],
        vec!["check", "--var-file", evil],
        vec![evil],
        vec!["rules", "show", evil],
        vec!["rules", "check", evil],
        vec!["controls", "show", evil],
        vec!["history", evil],
        vec!["init", evil],
        vec!["soa"],
        vec!["gap"],
        vec!["history"],
        vec!["baseline"],
    ];
    for format in
        ["pretty", "concise", "json", "ndjson", "sarif", "junit", "github", "gitlab", "markdown", "html", "oscal"]
    {
        runs.push(vec!["check", ".", "--format", format, "--color", "never"]);
    }
    for arguments in runs {
        let run = scene.annexa_in("", &arguments);
        for text in [&run.out, &run.err] {
            // A page is for browsers, to which a line more says nothing.
            let is_page = arguments.contains(&"html");
            let bad = |line: &&str| line.chars().any(acts) || (!is_page && line.starts_with("::error file=x"));
            let found: Vec<&str> = text.lines().filter(bad).collect();
            assert!(found.is_empty(), "{arguments:?}: {found:?}");
        }
    }
    for run in [scene.check(&[]), scene.annexa_in("", &["fix", "."])] {
        assert!(!run.out.chars().any(acts), "{}", run.out);
    }
    let report = scene.json(&["check", "--format", "json"]);
    let files = report.get("findings").and_then(|findings| findings.as_array()).unwrap().iter();
    let files: Vec<&str> = files.filter_map(|finding| finding.get("file")?.as_str()).collect();
    assert!(files.contains(&&*file), "what is escaped is not lost: {files:?}");
}
