use std::fmt::Write as _;

use super::*;
use crate::dialect::testing;
use crate::document::Value;

fn read(text: &str) -> Extraction {
    testing::found(&CIRCLECI, &[(".circleci/config.yml", text)]).1
}

fn job<'a>(found: &'a Extraction, name: &str) -> &'a Node {
    let job = found.resources.iter().find(|resource| *resource.address == *format!(".circleci/config.yml#{name}"));
    &job.unwrap_or_else(|| panic!("no job {name}")).body
}

/// The values of a list as words: what is open in angle brackets, with what is known of it.
fn shown(node: Option<&Node>) -> Vec<String> {
    let word = |node: &Node| match &node.value {
        Value::Unresolved(open) => {
            let partial = open.partial.as_ref().map(|partial| partial.filled("…"));
            format!("<{}>", partial.unwrap_or_else(|| open.expression.to_string()))
        }
        _ => crate::dialect::items::spelled(node, 0),
    };
    node.map_or(&[][..], Node::items).iter().map(word).collect()
}

fn commands(job: &Node) -> Vec<String> {
    let steps = job.get("steps_run").map_or(&[][..], Node::items).iter();
    let commands = steps.flat_map(|step| step.get("commands").map_or(&[][..], Node::items));
    commands.filter_map(|command| command.get("text")?.as_str().map(str::to_owned)).collect()
}

fn texts(found: &Extraction) -> Vec<String> {
    let scripts = found.resources.iter().filter(|resource| &*resource.kind == "circleci/config");
    let scripts = scripts.flat_map(|config| config.body.get("scripts").map_or(&[][..], Node::items));
    let texts = scripts.flat_map(|script| script.get("texts_used").map_or(&[][..], Node::items));
    texts
        .map(|text| {
            let word = |key: &str| text.get(key).and_then(Node::as_str).unwrap_or("").to_owned();
            format!("{} {} {}", word("expression"), word("used"), word("by"))
        })
        .collect()
}

const MAIN: &str = "\
version: 2.1
parameters:
  image: {type: string, default: cimg/base:2024.01}
  fast: {type: boolean, default: true}
executors:
  node:
    parameters: {version: {type: string, default: '22.11'}}
    docker: [{image: 'cimg/node:<< parameters.version >>'}]
    environment: {CI: 'yes', LEVEL: info}
commands:
  install:
    parameters:
      tool: {type: string, default: npm}
      after: {type: steps, default: []}
    steps:
      - run: << parameters.tool >> ci
      - steps: << parameters.after >>
jobs:
  build:
    executor: node
    environment: {LEVEL: debug}
    steps:
      - checkout
      - install
      - install: {tool: yarn, after: [{run: yarn audit}]}
  test:
    parameters: {version: {type: string}, deep: {type: boolean, default: false}}
    executor: {name: node, version: << parameters.version >>}
    steps:
      - when: {condition: << parameters.deep >>, steps: [{run: make deep}]}
      - unless: {condition: << parameters.deep >>, steps: [{run: make shallow}]}
      - when: {condition: << pipeline.parameters.fast >>, steps: [{run: make fast}]}
      - when: {condition: {equal: [a, << parameters.version >>]}, steps: [{run: make never}]}
  other:
    docker: [{image: << pipeline.parameters.image >>}]
    steps: [{run: {command: make, shell: pwsh.exe}}]
workflows:
  all:
    jobs:
      - build: {context: [one, two]}
      - hold: {type: approval}
      - test: {version: '20.1', deep: true}
      - test: {name: newest, version: '23.1', pre-steps: [{run: make before}]}
      - test: {name: matrix, matrix: {parameters: {version: ['18.1', '19.1']}}}
";

#[test]
fn jobs_have_their_executor_their_commands_and_their_parameters() {
    let found = read(MAIN);
    assert_eq!(found.problems, []);
    let build = job(&found, "build");
    assert_eq!(commands(build), ["npm ci", "yarn ci", "yarn audit"]);
    assert_eq!(shown(build.get("images")), ["cimg/node:22.11"]);
    assert_eq!(shown(build.get("contexts")), ["one", "two"]);
    let environment = build.get("environment_effective").unwrap();
    assert_eq!(environment.get("CI").and_then(Node::as_str), Some("yes"));
    assert_eq!(environment.get("LEVEL").and_then(Node::as_str), Some("debug"));
}

#[test]
fn a_job_is_there_once_for_each_way_in_which_it_is_used() {
    let found = read(MAIN);
    for (name, images, ran) in [
        ("test", "cimg/node:20.1", vec!["make deep", "make fast"]),
        ("newest", "cimg/node:23.1", vec!["make before", "make shallow", "make fast"]),
        ("other", "cimg/base:2024.01", vec!["make"]),
    ] {
        let job = job(&found, name);
        assert_eq!(shown(job.get("images")), [images], "{name}");
        assert_eq!(commands(job), ran, "{name}");
    }
    let matrix = job(&found, "matrix");
    assert_eq!(shown(matrix.get("images")), ["<cimg/node:…>"]);
    assert_eq!(commands(matrix), ["make shallow", "make fast", "make never"]);
}

#[test]
fn what_others_decide_in_a_script_is_told() {
    for (step, want) in [
        ("echo << pipeline.git.branch >>", vec!["<< pipeline.git.branch >> script writer"]),
        ("echo <<pipeline.git.commit.subject>>", vec!["<<pipeline.git.commit.subject>> script outsider"]),
        ("echo << pipeline.number >>", vec!["<< pipeline.number >> script constant"]),
        ("echo << pipeline.parameters.tag >>", vec!["<< pipeline.parameters.tag >> script writer"]),
        ("echo << pipeline.parameters.deploy >>", vec![]),
        ("echo \\<< pipeline.git.branch >>", vec![]),
        ("echo $CIRCLE_BRANCH", vec![]),
        ("eval \"git checkout $CIRCLE_BRANCH\"", vec!["$CIRCLE_BRANCH reread writer"]),
        ("bash -c \"echo $FROM\"", vec!["$FROM reread writer"]),
    ] {
        let step = step.replace('"', "\\\"").replace("\\<<", "\\\\<<");
        let text = format!(
            "version: 2.1\nparameters: {{tag: {{type: string, default: x}}, deploy: {{type: boolean, default: false}}}}\n\
             jobs:\n  a:\n    docker: [{{image: a}}]\n    environment: {{FROM: $CIRCLE_BRANCH}}\n    steps: [{{run: \"{step}\"}}]\n"
        );
        let found = read(&text);
        let told = texts(&found);
        assert_eq!(told, want, "{step}");
    }
}

#[test]
fn a_text_that_a_caller_passes_on_keeps_who_decides_it() {
    let found = read(
        "version: 2.1\ncommands:\n  say:\n    parameters: {what: {type: string}}\n    steps: [{run: 'echo << parameters.what >>'}]\n\
         jobs:\n  a:\n    docker: [{image: a}]\n    steps: [{say: {what: 'x << pipeline.git.tag >>'}}]\n",
    );
    assert_eq!(texts(&found), ["<< parameters.what >> script writer"]);
    assert_eq!(commands(job(&found, "a")), ["echo ${_parameters_what__}"]);
}

#[test]
fn what_is_pasted_into_programs_of_other_languages_is_told_too() {
    let found = read(
        "version: 2.1\njobs:\n  a:\n    docker: [{image: a}]\n    steps:\n      - run: {shell: /usr/bin/python3, command: 'print(\"<< \
         pipeline.git.branch >>\")'}\n",
    );
    assert_eq!(texts(&found), ["<< pipeline.git.branch >> script writer"]);
    assert!(commands(job(&found, "a")).is_empty());
}

#[test]
fn orbs_are_read_where_they_are_written_and_named_where_they_are_not() {
    let found = read(
        "version: 2.1\norbs:\n  own:\n    commands:\n      up: {steps: [{run: make up}]}\n    jobs:\n      go: {docker: [{image: b}], steps: [up]}\n  \
         node: circleci/node@5.1.0\n  last: a/b@volatile\njobs:\n  a:\n    docker: [{image: a}]\n    steps:\n      - own/up\n      - \
         node/install: {after: [{run: make after}]}\nworkflows:\n  w:\n    jobs: [a, own/go, {node/test: {pre-steps: [{run: make pre}]}}]\n",
    );
    assert_eq!(commands(job(&found, "a")), ["make up", "make after"]);
    assert_eq!(commands(job(&found, "own/go")), ["make up"]);
    assert_eq!(commands(job(&found, "node/test")), ["make pre"]);
    let orbs = found.resources.iter().find_map(|resource| resource.body.get("orbs_used")).unwrap();
    let of = |orb: &Node, key: &str| orb.get(key).and_then(Node::as_str).unwrap_or("").to_owned();
    let orbs: Vec<String> = orbs.items().iter().map(|orb| [of(orb, "source"), of(orb, "version")].join(" ")).collect();
    assert_eq!(orbs, ["circleci/node 5.1.0", "a/b volatile"]);
}

#[test]
fn commands_that_call_commands_end() {
    let mut text = String::from("version: 2.1\ncommands:\n  c0: {steps: [{run: make}]}\n");
    for level in 1..60 {
        writeln!(text, "  c{level}: {{steps: [c{0}, c{0}]}}", level - 1).unwrap();
    }
    text += "  loop: {steps: [loop]}\njobs:\n  a: {docker: [{image: a}], steps: [c59]}\n  b: {docker: [{image: a}], steps: [loop]}\n";
    let found = read(&text);
    assert_eq!(found.problems.len(), 1);
    assert!(found.resources.len() >= 2);
}

#[test]
fn texts_that_double_end() {
    let mut text = String::from(
        "version: 2.1\ncommands:\n  c0: {parameters: {a: {type: string}}, steps: [{run: 'echo << parameters.a >>'}]}\n",
    );
    for level in 1..60 {
        let inner = level - 1;
        writeln!(
            text,
            "  c{level}: {{parameters: {{a: {{type: string}}}}, steps: [{{c{inner}: {{a: '<< parameters.a >><< parameters.a >>'}}}}]}}"
        )
        .unwrap();
    }
    text += "jobs:\n  a: {docker: [{image: a}], steps: [{c59: {a: xxxxxxxx}}]}\n";
    assert_eq!(read(&text).problems.len(), 1);
}

#[test]
fn machines_are_called_as_release_tables_call_them() {
    for (machine, want) in [
        ("{image: 'ubuntu-2004:202010-01'}", Some("ubuntu-20.04")),
        ("{image: 'ubuntu-2404:current'}", Some("ubuntu-24.04")),
        ("{image: windows-server-2022-gui:current}", None),
        ("true", None),
    ] {
        let found = read(&format!("version: 2.1\njobs:\n  a: {{machine: {machine}, steps: [checkout]}}\n"));
        assert_eq!(job(&found, "a").get("runner").and_then(Node::as_str), want, "{machine}");
    }
}
