use std::collections::BTreeMap;

use super::super::{Corpus, Inputs};
use super::*;

fn read(files: &[(&str, &str)]) -> Node {
    let workspace = Workspace::in_memory(files.iter().copied());
    let (documents, inputs) = (BTreeMap::new(), Inputs::default());
    let corpus = Corpus::new(&workspace, &documents, &inputs);
    extract(&Unit { documents: Vec::new(), corpus: &corpus }).resources.remove(0).body
}

fn strings(node: &Node) -> Vec<&str> {
    node.items().iter().filter_map(Node::as_str).collect()
}

#[test]
fn manifests_are_paired_with_their_lock_files() {
    let body = read(&[
        ("package.json", "{}"),
        ("yarn.lock", ""),
        ("web/package.json", "{}"),
        ("go/go.mod", ""),
        ("Dockerfile", "FROM a"),
        ("infra/main.tf", ""),
        ("infra/vars.tf", ""),
        ("node_modules/x/package.json", "{}"),
        ("py/requirements-dev.txt", ""),
        (".github/workflows/ci.yml", ""),
    ]);
    let got: Vec<(&str, &str, Option<&str>)> = body
        .get("manifests")
        .unwrap()
        .items()
        .iter()
        .map(|m| {
            let text = |key| m.get(key).and_then(Node::as_str);
            (text("path").unwrap(), text("ecosystem").unwrap(), text("lockfile"))
        })
        .collect();
    assert_eq!(
        got,
        [
            (".github/workflows/ci.yml", "github-actions", None),
            ("Dockerfile", "docker", None),
            ("go/go.mod", "gomod", None),
            ("infra/main.tf", "terraform", None),
            ("package.json", "npm", Some("yarn.lock")),
            ("py/requirements-dev.txt", "pip", None),
            ("web/package.json", "npm", Some("yarn.lock")),
        ]
    );
    assert_eq!(
        strings(body.get("ecosystems").unwrap()),
        ["docker", "github-actions", "gomod", "npm", "pip", "terraform"]
    );
    let directories = strings(body.get("directories").unwrap());
    assert_eq!(directories[..3], [".github", ".github/workflows", "go"]);
    assert_eq!(body.get("files").unwrap().items()[1].span.file, FileId(1));
}

#[test]
fn code_owners_are_read() {
    let text = "# c\n* @a @b/c # why\n/docs/ me@x.y\n[Section] @s\n^[Other][2] @o\na\\ b\n!x\n";
    let body = read(&[("docs/CODEOWNERS", text), (".gitignore", "# c\n.env\n\n*.pem\n")]);
    let owners = body.get("codeowners").unwrap();
    assert_eq!(owners.get("path").unwrap().as_str(), Some("docs/CODEOWNERS"));
    let rules: Vec<(&str, Vec<&str>)> = owners
        .get("rules")
        .unwrap()
        .items()
        .iter()
        .map(|rule| (rule.get("pattern").unwrap().as_str().unwrap(), strings(rule.get("owners").unwrap())))
        .collect();
    assert_eq!(
        rules,
        [("*", vec!["@a", "@b/c"]), ("/docs/", vec!["me@x.y"]), ("a\\ b", vec!["@o"]), ("!x", vec!["@o"])]
    );
    assert_eq!(strings(body.get("gitignore").unwrap()), [".env", "*.pem"]);
}
