use std::fmt::Write;

use super::*;
use crate::dialect::testing;
use crate::source::Workspace;

fn read(files: &[(&str, &str)]) -> (Workspace, Extraction) {
    testing::found(&GITLAB_CI, files)
}

fn addresses(extraction: &Extraction) -> Vec<&str> {
    extraction.resources.iter().map(|resource| &*resource.address).collect()
}

fn job<'a>(extraction: &'a Extraction, name: &str) -> &'a Node {
    let found = extraction.resources.iter().find(|resource| resource.address.ends_with(&format!("#{name}")));
    &found.unwrap_or_else(|| panic!("no job {name}")).body
}

fn texts<'a>(list: Option<&'a Node>, key: &str) -> Vec<&'a str> {
    list.map_or(&[][..], Node::items).iter().filter_map(|item| item.get(key).and_then(Node::as_str)).collect()
}

const MAIN: &str = "\
default:
  image: node:22
  before_script: [npm ci]
variables:
  A: one
  B: $A-two
  LOOP: $LOOP
include:
  - local: /ci/lint.yml
.base:
  tags: [small]
  variables: { C: three, D: four }
  script: [base]
.more:
  extends: .base
  variables: { D: five }
test:
  extends: .more
  variables: { E: $C/$D/$B }
  script:
    - make test
    - !reference [.base, script]
bare:
  inherit: { default: false, variables: [A] }
  script: echo
empty:
  before_script: null
  image: $LOOP
  script: echo
";

#[test]
fn jobs_have_what_they_extend_and_the_defaults() {
    let (_, found) = read(&[(".gitlab-ci.yml", MAIN), ("ci/lint.yml", "lint:\n  extends: .base\n  image: $B:1\n")]);
    assert_eq!(found.problems, []);
    assert_eq!(
        addresses(&found),
        [
            ".gitlab-ci.yml",
            ".gitlab-ci.yml#test",
            ".gitlab-ci.yml#bare",
            ".gitlab-ci.yml#empty",
            "ci/lint.yml",
            "ci/lint.yml#lint"
        ]
    );
    let test = job(&found, "test");
    assert_eq!(texts(test.get("commands"), "text"), ["npm ci", "make test", "base"]);
    assert_eq!(test.get("image_name").and_then(Node::as_str), Some("node:22"));
    assert_eq!(test.at(&["variables_effective", "E"]).and_then(Node::as_str), Some("three/five/one-two"));
    assert_eq!(test.get("tags").unwrap().items().len(), 1);
    let bare = job(&found, "bare");
    assert!(bare.get("image_name").is_none() && bare.at(&["variables_effective", "B"]).is_none());
    assert_eq!(texts(bare.get("commands"), "text"), ["echo"]);
    assert_eq!(texts(job(&found, "empty").get("commands"), "text"), ["npm ci", "echo"]);
    assert!(job(&found, "empty").get("image_name").unwrap().as_unresolved().is_some(), "a variable made of itself");
    assert_eq!(job(&found, "lint").get("image_name").and_then(Node::as_str), Some("one-two:1"));
}

#[test]
fn an_included_file_has_the_inputs_that_it_is_given() {
    let part = "spec:\n  inputs:\n    name: {}\n    tag: {default: '3'}\n    more: {}\n---\n\"$[[ inputs.name ]]-scan\":\n  image: \"scanner:$[[ inputs.tag ]]\"\n  script: [\"run $[[ inputs.name ]] $[[ inputs.more ]]\", \"end $[[inputs.name]]\"]\n  tags: [\"$[[ inputs.more ]]\"]\n";
    let include = "include:\n  - local: ci/scan.yml\n    inputs: {name: $CI_COMMIT_TITLE}\n";
    let (_, found) = read(&[(".gitlab-ci.yml", include), ("ci/scan.yml", part)]);
    let scan = job(&found, "$CI_COMMIT_TITLE-scan");
    assert_eq!(scan.get("image_name").and_then(Node::as_str), Some("scanner:3"));
    let commands = texts(scan.get("commands"), "text");
    assert_eq!(commands, ["run $[[ inputs.name ]] $[[ inputs.more ]]", "end $CI_COMMIT_TITLE"]);
    assert!(scan.get("tags").unwrap().items()[0].as_unresolved().is_some(), "nobody says what it is");
    let twice = format!("{include}  - local: ci/scan.yml\n    inputs: {{name: b}}\n");
    let (_, found) = read(&[(".gitlab-ci.yml", &twice), ("ci/scan.yml", part)]);
    assert!(job(&found, "$[[ inputs.name ]]-scan").get("image_name").unwrap().as_unresolved().is_some());
}

#[test]
fn what_is_written_once_is_listed_once() {
    let (workspace, found) = read(&[(".gitlab-ci.yml", MAIN), ("ci/lint.yml", "lint:\n  extends: .base\n")]);
    let pipeline = &found.resources[0].body;
    assert_eq!(texts(pipeline.get("commands"), "text"), ["npm ci", "base", "make test", "echo", "echo"]);
    assert_eq!(texts(pipeline.get("images"), "name"), ["node:22"]);
    assert_eq!(texts(pipeline.get("variables_set"), "name"), ["A", "B", "LOOP", "C", "D", "D", "E"]);
    assert_eq!(texts(pipeline.get("includes"), "kind"), ["local"]);
    let command = &pipeline.get("commands").unwrap().items()[2];
    assert_eq!(workspace.source(command.span.file).unwrap().slice(command.span), "make test");
}

#[test]
fn circles_end() {
    for (text, problems) in [
        ("a:\n  extends: b\nb:\n  extends: a\n", 1),
        ("a:\n  extends: a\n  script: x\n", 1),
        ("a:\n  extends: [.none]\n  script: x\n", 1),
        ("a:\n  script: !reference [a, script]\n", 0),
        (
            "a:\n  script:\n    - !reference [b, script]\nb:\n  script:\n    - !reference [a, script]\n    - !reference [a, script]\n",
            0,
        ),
        ("include: .gitlab-ci.yml\na:\n  script: x\n", 0),
        ("a:\n  script: !reference []\n  image: !reference x\n", 0),
    ] {
        let (_, found) = read(&[(".gitlab-ci.yml", text)]);
        assert_eq!(found.problems.len(), problems, "{text}: {:?}", found.problems);
        assert!(!found.resources.is_empty());
    }
    let mut text = "variables:\n  V0: ''\n".to_owned();
    for n in 1..200 {
        writeln!(text, "  V{n}: $V{0}$V{0}$V{0}", n - 1).unwrap();
    }
    text.push_str("a:\n  image: $V199\n  script: x\n");
    for n in 0..200 {
        writeln!(text, ".t{n}:\n  extends: [.t{0}, .t{0}, .t{0}]", n + 1).unwrap();
    }
    let (_, found) = read(&[(".gitlab-ci.yml", &text)]);
    assert!(job(&found, "a").get("image_name").is_some());
}

#[test]
fn what_comes_from_elsewhere_is_unknown_and_not_absent() {
    let text =
        "include:\n  - project: a/b\n    file: x.yml\nbuild:\n  extends: .theirs\n  script: x\nsast:\n  stage: test\n";
    let (_, found) = read(&[(".gitlab-ci.yml", text)]);
    assert_eq!(found.problems, []);
    for name in ["build", "sast"] {
        assert!(job(&found, name).as_map().unwrap().rest.is_some(), "{name}");
    }
    let inputs = "spec:\n  inputs:\n    tag: {}\n---\nscan:\n  image: scanner:$[[ inputs.tag ]]\n  script: run $[[ inputs.tag ]]\n";
    let (_, found) = read(&[("templates/scan.gitlab-ci.yml", inputs)]);
    let partial = job(&found, "scan").get("image_name").unwrap().as_unresolved().unwrap().partial.clone().unwrap();
    assert_eq!(partial.prefix(), "scanner:");
    assert_eq!(job(&found, "scan").get("commands").unwrap().items().len(), 1);
}

#[test]
fn only_pipelines_are_recognised() {
    for (path, text, want) in [
        (".gitlab-ci.yml", "test:\n  script: x\n", true),
        ("sub/.gitlab-ci.yml", "include: x.yml\n", true),
        (".gitlab/ci/build.yml", ".base:\n  script: x\n", true),
        (".gitlab-ci/values.yml", "replicas: 3\n", false),
        ("docs/a.gitlab-ci.yml", "title: x\n", false),
        ("ci/build.yml", "test:\n  script: x\n", false),
    ] {
        let (_, found) = read(&[(path, text)]);
        assert_eq!(!found.resources.is_empty(), want, "{path}");
    }
}

#[test]
fn a_nested_main_file_is_a_part_where_it_is_included() {
    let (_, found) = read(&[
        (".gitlab-ci.yml", "include: [/app/.gitlab-ci.yml, 'ci/*.yml']\ndefault: { image: a:1 }\n"),
        ("app/.gitlab-ci.yml", "app:\n  script: x\n"),
        ("ci/more.yml", "more:\n  script: x\n"),
    ]);
    assert_eq!(job(&found, "app").get("image_name").and_then(Node::as_str), Some("a:1"));
    assert_eq!(job(&found, "more").get("image_name").and_then(Node::as_str), Some("a:1"));
    assert_eq!(addresses(&found).len(), 5);
}

proptest::proptest! {
    #[test]
    fn no_pipeline_panics(parts in proptest::collection::vec(proptest::sample::select(&[
        "a:\n", "b:\n", ".t:\n", "default:\n", "  script: x\n", "  script:\n", "    - !reference [a, script]\n", "    - - y\n",
        "  extends: a\n", "  extends: [.t, b]\n", "  image: $A:$B\n", "  image: { name: $[[ inputs.x ]] }\n", "variables:\n",
        "  A: $B\n", "  B: { value: $A }\n", "include: .gitlab-ci.yml\n", "include:\n", "  - component: x@y\n", "  - é\n",
        "  variables: { A: 1 }\n", "  services: [a, { name: $A }]\n", "---\n", "spec: {}\n", "  rules: [{ variables: { A: x } }]\n",
        "  parallel: { matrix: [{ A: [x, y] }] }\n", "  inherit: { default: [image] }\n", "  trigger: { include: x }\n",
    ][..]), 0..24)) {
        let text = parts.concat();
        let (_, found) = read(&[(".gitlab-ci.yml", &text)]);
        let again = read(&[(".gitlab-ci.yml", &text)]).1;
        proptest::prop_assert_eq!(format!("{found:?}"), format!("{again:?}"));
    }
}

#[test]
fn each_run_has_its_variables() {
    let rules = "  rules:\n    - if: $A == \"x\"\n      variables: { IMG: \"node:latest\" }\n    - if: $B\n      when: never\n    - when: on_success\n";
    for (text, want) in [
        (
            format!("variables: {{ IMG: \"node:20\" }}\na:\n  image: $IMG\n  script: [x]\n{rules}"),
            &["node:latest where `run` is $A == \"x\"", "node:20 where `run` is rule 3"][..],
        ),
        (
            "a:\n  image: node:$V-$W\n  script: [x]\n  variables: { W: slim }\n  parallel:\n    matrix:\n      - V: [\"20\", \"22\"]\n".to_owned(),
            &["node:20-slim where `run` is V: 20", "node:22-slim where `run` is V: 22"],
        ),
        (
            format!("a:\n  image: $IMG\n  script: [x]\n  variables: {{ IMG: \"$X/node\" }}\n{rules}"),
            &["node:latest where `run` is $A == \"x\"", "? where `run` is rule 3"],
        ),
        (format!("a:\n  image: $OTHER\n  script: [x]\n{rules}"), &[]),
    ] {
        let (_, extraction) = read(&[(".gitlab-ci.yml", &text)]);
        let image = job(&extraction, "a").get("image_name");
        let shown: Vec<String> = image
            .and_then(Node::as_unresolved)
            .into_iter()
            .flat_map(Unresolved::guarded)
            .map(|(value, guard)| {
                let world = crate::kernel::world::World::default();
                let value = value.as_str().unwrap_or("?");
                format!("{value} where {}", world.where_holds(guard).words(&world))
            })
            .collect();
        assert_eq!(shown, want, "{text}");
    }
}

#[test]
fn truths_are_written_as_in_yaml_1_1() {
    for (written, want) in [("yes", Some(true)), ("on", Some(true)), ("no", Some(false)), ("\"yes\"", None)] {
        let text = format!("a:\n  script: [x]\n  allow_failure: {written}\n");
        let (_, extraction) = read(&[(".gitlab-ci.yml", &text)]);
        assert_eq!(job(&extraction, "a").get("allow_failure").and_then(Node::as_bool), want, "{written}");
    }
}
