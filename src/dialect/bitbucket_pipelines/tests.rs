use super::*;
use crate::dialect::testing;
use crate::document::Value;

fn read(text: &str) -> Extraction {
    testing::found(&BITBUCKET_PIPELINES, &[("bitbucket-pipelines.yml", text)]).1
}

fn step<'a>(found: &'a Extraction, name: &str) -> &'a Node {
    let address = format!("bitbucket-pipelines.yml#{name}");
    let step = found.resources.iter().find(|resource| *resource.address == *address);
    &step
        .unwrap_or_else(|| {
            let all: Vec<&str> = found.resources.iter().map(|resource| &*resource.address).collect();
            panic!("no step {name} among {all:?}")
        })
        .body
}

fn words(node: Option<&Node>, key: &str) -> Vec<String> {
    let word = |item: &Node| match &item.value {
        Value::Unresolved(open) => {
            format!("<{}>", open.partial.as_ref().map_or(String::new(), |part| part.filled("…")))
        }
        Value::Map(_) => item.get(key).and_then(Node::as_str).unwrap_or("").to_owned(),
        _ => crate::dialect::items::spelled(item, 0),
    };
    node.map_or(&[][..], Node::items).iter().map(word).collect()
}

const MAIN: &str = "\
image: node:22
definitions:
  services:
    db: {image: {name: postgres:17}, variables: {POSTGRES_PASSWORD: secret}}
  steps:
    - step: &test
        name: Test
        services: [db, docker]
        script: [npm ci, npm test]
        after-script: [echo done]
pipelines:
  default:
    - parallel:
        - step: *test
        - step: {name: Lint, image: $LINTER:3, script: [make lint]}
  branches:
    main:
      - step: *test
      - stage:
          name: Go live
          deployment: production
          trigger: manual
          steps:
            - step:
                name: Deploy
                script:
                  - pipe: atlassian/aws-s3-deploy:1.1.0
                    variables: {BUCKET: shop, KEY: $KEY}
                  - pipe: docker://acme/notify:2
  custom:
    nightly:
      - variables: [{name: Level, default: info}]
      - parallel: {fail-fast: true, steps: [{step: {script: [make night]}}]}
";

#[test]
fn steps_are_found_wherever_they_stand() {
    let found = read(MAIN);
    assert_eq!(found.problems, []);
    for (name, commands, images) in [
        ("default/Test", vec!["npm ci", "npm test", "echo done"], vec!["node:22", "postgres:17"]),
        ("default/Lint", vec!["make lint"], vec!["<…:3>"]),
        ("branches/main/Test", vec!["npm ci", "npm test", "echo done"], vec!["node:22", "postgres:17"]),
        ("branches/main/Deploy", vec![], vec!["node:22", "docker://acme/notify:2"]),
        ("custom/nightly/step 5", vec!["make night"], vec!["node:22"]),
    ] {
        let step = step(&found, name);
        assert_eq!(words(step.get("commands"), "text"), commands, "{name}");
        assert_eq!(words(step.get("images"), ""), images, "{name}");
    }
    let deploy = step(&found, "branches/main/Deploy");
    assert_eq!(deploy.get("deployment_effective").and_then(Node::as_str), Some("production"));
    assert_eq!(deploy.get("trigger_effective").and_then(Node::as_str), Some("manual"));
    assert_eq!(words(deploy.get("pipes"), "version"), ["1.1.0"]);
}

#[test]
fn what_is_written_once_is_listed_once() {
    let found = read(MAIN);
    let file = found.resources.iter().find(|resource| &*resource.kind == "bitbucket-pipelines/pipeline").unwrap();
    assert_eq!(words(file.body.get("images"), ""), ["node:22", "postgres:17", "<…:3>", "docker://acme/notify:2"]);
    assert_eq!(words(file.body.get("variables_set"), "name"), ["POSTGRES_PASSWORD", "BUCKET", "KEY"]);
    assert_eq!(words(file.body.get("pipes"), "source"), ["atlassian/aws-s3-deploy"]);
    let scripts = file.body.get("scripts").map_or(0, |scripts| scripts.items().len());
    assert_eq!(scripts, 4);
}

#[test]
fn other_shells_and_odd_files_state_no_commands() {
    let found = read(
        "pipelines:\n  default:\n    - step: {runs-on: [self.hosted, windows], script: [Get-Item x]}\n    - step: 1\n    - 2\n",
    );
    assert!(words(step(&found, "default/step 1").get("commands"), "text").is_empty());
}
