//! Expressions evaluated here and by the real `terraform console`: equal values and equal refusals.
//!
//! The expressions are those of `tests/terraform/*.txt`, and every binary operator, conditional and index over a set of
//! operands. Where there is no terraform, the test says so and passes.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state their expectations bluntly"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use annexa::dialect::Inputs;
use annexa::document::Node;
use annexa::scan;
use annexa::source::Workspace;

/// What an expression comes to: its JSON, or none when it is refused.
type Outcome = Option<String>;

/// Expressions in which the two differ, each below a comment that says why.
const KNOWN_DIFFERENCES: &str = include_str!("terraform/differences.txt");

const OPERANDS: &[&str] = &[
    "0",
    "1",
    "-2.5",
    "1/3",
    "\"a\"",
    "\"1\"",
    "\"true\"",
    "\"\"",
    "true",
    "false",
    "null",
    "[]",
    "[1]",
    "[\"a\", 1]",
    "{}",
    "{a=1}",
    "{a=\"x\",b=[1]}",
];

const OPERATORS: &[&str] = &["||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"];

#[test]
fn expressions_come_to_what_terraform_says() {
    if Command::new("terraform").arg("version").output().is_err() {
        eprintln!("skipped: there is no terraform on this machine");
        return;
    }
    let expressions = expressions();
    assert!(expressions.len() >= 1500, "{} expressions", expressions.len());
    let mut different = Vec::new();
    for batch in expressions.chunks(150) {
        for (expression, (ours, theirs)) in batch.iter().zip(ours(batch).into_iter().zip(theirs(batch))) {
            let known = KNOWN_DIFFERENCES.lines().any(|known| known == expression);
            if (ours != theirs) != known {
                different.push(format!("{expression}\n      here: {ours:?}\n terraform: {theirs:?}"));
            }
        }
    }
    assert!(different.is_empty(), "{} of {} differ:\n{}", different.len(), expressions.len(), different.join("\n"));
}

fn expressions() -> Vec<String> {
    let mut all = Vec::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/terraform");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "txt")) {
        let text = std::fs::read_to_string(file).unwrap();
        all.extend(text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).map(String::from));
    }
    for a in OPERANDS {
        for b in OPERANDS {
            all.extend(OPERATORS.iter().map(|operator| format!("({a}) {operator} ({b})")));
            all.push(format!("true ? {a} : {b}"));
            all.push(format!("false ? {a} : {b}"));
            all.push(format!("({a})[{b}]"));
            all.push(format!("[for x in [{a}, {b}] : \"<${{x}}>\"]"));
        }
        all.push(format!("!({a})"));
        all.push(format!("-({a})"));
        all.push(format!("({a})[*]"));
        all.push(format!("[for k, v in {a} : [k, v]]"));
    }
    all
}

/// Whether the expression has a value, and the JSON of that value behind a sign that keeps it text.
fn wrapped(expression: &str) -> String {
    format!("[can({expression}), try(\"=${{jsonencode({expression})}}\", \"refused\")]")
}

fn ours(batch: &[String]) -> Vec<Outcome> {
    let mut text = String::new();
    for (at, expression) in batch.iter().enumerate() {
        writeln!(text, "output \"o{at}\" {{\n  value = {}\n}}", wrapped(expression)).unwrap();
    }
    let workspace = Workspace::in_memory([("main.tf", text.as_str())]);
    let parsed = scan::parse(&workspace);
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let extracted = scan::extract(&workspace, &parsed, &Inputs::default());
    let found: BTreeMap<&str, &Node> =
        extracted.resources.iter().map(|resource| (&*resource.address, &resource.body)).collect();
    let outcome = |at: usize| {
        let value = found[format!("output.o{at}").as_str()].get("value").unwrap();
        let (can, json) = (value.items()[0].as_bool(), value.items()[1].as_str());
        match (can, json) {
            (Some(true), Some(json)) => Some(json.to_owned()),
            (Some(false), _) => None,
            _ => Some(format!("unresolved: {:?}", value.items())),
        }
    };
    (0..batch.len()).map(outcome).collect()
}

fn theirs(batch: &[String]) -> Vec<Outcome> {
    let wrapped: Vec<String> = batch.iter().map(|expression| wrapped(expression)).collect();
    let line = format!("jsonencode([{}])\n", wrapped.join(", "));
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new("terraform")
        .args(["console", "-no-color"])
        .current_dir(folder.path())
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    // The console prints a string as a literal of its language, which for JSON's characters is JSON's own.
    let literal = printed.trim().replace("$${", "${").replace("%%{", "%{");
    let inner: String = serde_json::from_str(&literal)
        .unwrap_or_else(|error| panic!("{error}: {printed}\n{}", String::from_utf8_lossy(&output.stderr)));
    let parsed: Vec<(bool, String)> = serde_json::from_str(&inner).unwrap();
    parsed.into_iter().map(|(can, json)| can.then_some(json)).collect()
}
