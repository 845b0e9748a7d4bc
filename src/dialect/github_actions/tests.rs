use super::super::Inputs;
use super::*;
use crate::dialect::testing;
use crate::document::testing::at;
use crate::source::{FileId, Workspace};

fn read(path: &str, text: &str) -> (Workspace, Vec<Resource>) {
    let workspace = Workspace::in_memory([(path, text)]);
    let found = testing::extract(&[&GITHUB_ACTIONS, &DEPENDABOT], &workspace, &Inputs::default());
    assert_eq!(found.problems, []);
    (workspace, found.resources)
}

fn strings(node: &Node) -> Vec<&str> {
    node.items().iter().filter_map(Node::as_str).collect()
}

const WORKFLOW: &str = "\
name: CI
on: [push, pull_request_target]
permissions: read-all
jobs:
  build:
    runs-on: ${{ matrix.os }}
    strategy:
      matrix:
        os: [ubuntu-24.04, macos-15]
        include:
          - os: ubuntu-22.04
    container: node:${{ matrix.node }}
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@8ade135a41bc03ea155e62e844d188df1ea18608 # v4
      - uses: org/repo/sub/dir@v1
        with:
          script: return '${{ github.event.issue.title }}'
      - uses: ./local
      - uses: docker://alpine:3
      - run: |
          echo \"${{ github.head_ref }}\" \\
            && curl x | sh
          ls
      - run: Get-Item
        shell: pwsh
  call:
    uses: o/r/.github/workflows/x.yml@main
    secrets: inherit
";

#[test]
fn workflows_and_jobs_are_listed_with_their_views() {
    let (_, resources) = read(".github/workflows/ci.yml", WORKFLOW);
    let addresses: Vec<(&str, &str)> = resources.iter().map(|r| (&*r.kind, &*r.address)).collect();
    assert_eq!(
        addresses,
        [
            ("github-actions/workflow", ".github/workflows/ci.yml"),
            ("github-actions/job", ".github/workflows/ci.yml#build"),
            ("github-actions/job", ".github/workflows/ci.yml#call"),
        ]
    );
    let [workflow, build, call] = &resources[..] else { panic!() };
    for (body, path, want) in [
        (&workflow.body, "jobs_list.0.id", "build"),
        (&workflow.body, "jobs.call.uses", "o/r/.github/workflows/x.yml@main"),
        (&build.body, "id", "build"),
        (&build.body, "permissions_effective.contents", "read"),
        (&build.body, "steps.0.uses_action.ref_kind", "sha"),
        (&build.body, "steps.0.uses_action.owner", "actions"),
        (&build.body, "steps.1.uses_action.repo", "repo"),
        (&build.body, "steps.1.uses_action.path", "sub/dir"),
        (&build.body, "steps.1.uses_action.ref", "v1"),
        (&build.body, "steps.1.uses_action.ref_kind", "tag-or-branch"),
        (&build.body, "steps.2.uses_action.ref_kind", "local"),
        (&build.body, "steps.3.uses_action.ref_kind", "docker"),
        (&build.body, "steps.3.uses_action.image", "alpine:3"),
        (&call.body, "permissions_effective", "read-all"),
        (&call.body, "uses_action.ref_kind", "tag-or-branch"),
    ] {
        assert_eq!(at(body, path).and_then(Node::as_str), Some(want), "{path}");
    }
    let events: Vec<_> = build.body.get("triggers").unwrap().entries().iter().map(|e| e.key.name.to_string()).collect();
    assert_eq!(events, ["push", "pull_request_target"]);
    assert_eq!(strings(build.body.get("uses_list").unwrap()).len(), 4);
}

#[test]
fn expressions_are_found_at_their_place_in_a_block() {
    let (workspace, resources) = read(".github/workflows/ci.yml", WORKFLOW);
    let source = workspace.source(FileId(0)).unwrap();
    let build = &resources[1].body;
    for (step, want) in [("steps.1", "github.event.issue.title"), ("steps.4", "github.head_ref")] {
        let found = at(build, step).unwrap().get("expressions").unwrap();
        assert_eq!(strings(found), [want]);
        assert_eq!(source.slice(found.items()[0].span), want);
    }
    let commands = at(build, "steps.4.commands").unwrap().items();
    let names: Vec<_> = commands.iter().map(|c| c.get("name").unwrap().as_str().unwrap()).collect();
    assert_eq!(names, ["echo", "curl", "sh", "ls"]);
    assert_eq!(source.slice(commands[1].span), "curl x");
    let commands = at(build, "steps.5.commands").unwrap().items();
    assert_eq!(commands[0].get("name").and_then(Node::as_str), Some("Get-Item"));
}

#[test]
fn a_matrix_says_which_values_an_expression_takes() {
    let (_, resources) = read(".github/workflows/ci.yml", WORKFLOW);
    let build = &resources[1].body;
    let runner = build.get("runs-on").unwrap().as_unresolved().unwrap();
    let values: Vec<_> = runner.alternatives.iter().filter_map(Node::as_str).collect();
    assert_eq!(values, ["ubuntu-24.04", "macos-15", "ubuntu-22.04"]);
    assert!(build.get("container").unwrap().as_unresolved().unwrap().alternatives.is_empty());
}

#[test]
fn triggers_have_one_form() {
    for (on, want) in
        [("push", vec!["push"]), ("\n  push:\n  schedule:\n    - cron: '1 2 * * *'", vec!["push", "schedule"])]
    {
        let (_, resources) = read(".github/workflows/a.yaml", &format!("on: {on}\njobs:\n  a: {{}}\n"));
        let triggers = resources[0].body.get("triggers").unwrap();
        let names: Vec<_> = triggers.entries().iter().map(|e| e.key.name.to_string()).collect();
        assert_eq!(names, want);
        assert!(triggers.get("push").unwrap().as_map().is_some());
    }
}

#[test]
fn composite_actions_have_steps_like_jobs() {
    let text = "name: x\nruns:\n  using: composite\n  steps:\n    - run: echo ${{ inputs.a }}\n      shell: bash\n    - uses: a/b@v1\n";
    let (_, resources) = read("tools/x/action.yml", text);
    let [action] = &resources[..] else { panic!() };
    assert_eq!(strings(at(&action.body, "runs.steps.0.expressions").unwrap()), ["inputs.a"]);
    assert_eq!(at(&action.body, "runs.steps.1.uses_action.ref_kind").unwrap().as_str(), Some("tag-or-branch"));
}

#[test]
fn dependabot_lists_its_ecosystems() {
    let text = "version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n  - package-ecosystem: docker\n";
    let (_, resources) = read(".github/dependabot.yml", text);
    assert_eq!(&*resources[0].kind, "dependabot/config");
    assert_eq!(strings(resources[0].body.get("ecosystems").unwrap()), ["npm", "docker"]);
}

#[test]
fn expressions_are_listed_with_the_key_they_stand_under() {
    let text = "on: push\nenv:\n  A: x ${{ vars.A }} ${{ vars.B }}\njobs:\n  a:\n    if: github.ref == 'x'\n    steps:\n      - run: |\n          echo ${{ inputs.a }}\n        if: ${{ always() }}\n";
    let (workspace, resources) = read(".github/workflows/a.yml", text);
    let source = workspace.source(FileId(0)).unwrap();
    let used = resources[0].body.get("expressions_used").unwrap().items();
    let shown: Vec<String> = used
        .iter()
        .map(|one| {
            let text = one.get("text").unwrap();
            assert_eq!(source.slice(text.span), text.as_str().unwrap());
            format!("{}: {}", one.get("at").unwrap().as_str().unwrap(), text.as_str().unwrap())
        })
        .collect();
    assert_eq!(shown, ["A: vars.A", "A: vars.B", "if: github.ref == 'x'", "run: inputs.a", "if: always()"]);
}

#[test]
fn a_comment_on_the_line_or_above_explains_a_permission() {
    let text = "on: push\npermissions:\n  contents: read\n  packages: write # pushes the image\n  issues: write #\n  # signs it\n  id-token: write\n  pages: write # zizmor: ignore[a]\njobs: {}\n";
    let (_, resources) = read(".github/workflows/a.yml", text);
    let listed = resources[0].body.get("permissions_listed").unwrap().items();
    let explained: Vec<(&str, bool)> = listed
        .iter()
        .map(|one| (one.get("name").unwrap().as_str().unwrap(), one.get("explained").unwrap().as_bool().unwrap()))
        .collect();
    assert_eq!(
        explained,
        [("contents", false), ("packages", true), ("issues", false), ("id-token", true), ("pages", false)]
    );
}

#[test]
fn what_is_piped_to_a_program_that_always_succeeds_stops_nothing_unless_the_shell_says_so() {
    for (step, want) in [
        ("run: npm audit | tee a", true),
        ("run: npm audit | jq -e .a", false),
        ("run: npm audit", false),
        ("run: set -o pipefail; npm audit | tee a", false),
        ("{run: npm audit | tee a, shell: bash}", false),
        ("{run: npm audit | tee a, shell: sh}", true),
        ("{run: npm audit | tee a, shell: 'bash -e {0}'}", true),
        ("{run: npm audit | tee a, shell: 'bash -eo pipefail {0}'}", false),
    ] {
        let text = format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - {step}\n");
        let (_, resources) = read(".github/workflows/a.yml", &text);
        let commands = at(&resources[1].body, "steps.0.commands").unwrap().items();
        let audit = commands.iter().find(|command| command.get("name").and_then(Node::as_str) == Some("npm")).unwrap();
        assert_eq!(audit.get("ignored").is_some(), want, "{step}");
    }
}

#[test]
fn what_never_runs_is_kept_apart() {
    let text = "on: push\njobs:\n  a:\n    if: false\n    runs-on: x\n    env: {PASSWORD: a}\n  b:\n    runs-on: x\n    steps:\n      - {if: '${{ false }}', run: make}\n      - run: ls\n";
    let (_, resources) = read(".github/workflows/a.yml", text);
    let [workflow, job] = &resources[..] else { panic!("{resources:?}") };
    assert_eq!((at(&job.body, "steps").unwrap().items().len(), &*job.address), (1, ".github/workflows/a.yml#b"));
    let off = at(&workflow.body, "switched_off").unwrap();
    assert_eq!(at(off, "0.env.PASSWORD").and_then(Node::as_str), Some("a"));
    assert_eq!(at(off, "1.run").and_then(Node::as_str), Some("make"));

    let text = "name: a\nruns:\n  using: composite\n  steps:\n    - {if: false, run: make, shell: bash}\n    - {run: ls, shell: bash}\n";
    let (_, resources) = read("action.yml", text);
    assert_eq!(at(&resources[0].body, "runs.steps").unwrap().items().len(), 1);
    assert_eq!(at(&resources[0].body, "switched_off.0.run").and_then(Node::as_str), Some("make"));
}

#[test]
fn a_workflow_below_the_top_of_its_repository_is_run_by_nobody() {
    let tops = |folders: &[&str]| folders.iter().map(|folder| (*folder).to_owned()).collect();
    let (top, below) = (".github/workflows/a.yml", "roles/x/.github/workflows/a.yml");
    for (files, known, path, want) in [
        // The root is the top of a repository.
        (&[top, below][..], &[""][..], top, false),
        (&[below], &[""], below, true),
        // A clone or a submodule within it is one of its own.
        (&[below], &["", "roles/x"], below, false),
        (&[below, top], &["roles/x"], top, false),
        // No repository is known: a root without workflows may be a folder of repositories.
        (&[below], &[], below, false),
        (&[below, top], &[], below, true),
        (&[below, ".forgejo/workflows/a.yml"], &[], below, true),
        (&["a/.gitea/workflows/b.yaml"], &[""], "a/.gitea/workflows/b.yaml", true),
        (&["a/action.yml"], &[""], "a/action.yml", false),
        (&["x.github/workflows/a.yml"], &[""], "x.github/workflows/a.yml", false),
    ] {
        let workspace = Workspace::in_memory(files.iter().map(|path| (*path, ""))).with_tops(tops(known));
        assert_eq!(super::is_never_run(path, &workspace), want, "{path} of {files:?}, {known:?}");
    }
}

#[test]
fn an_action_of_the_owner_of_the_repository_is_told() {
    let text = "on: push\njobs: {a: {steps: [{uses: Acme/deploy@v1}, {uses: other/a@v1}, {uses: ./own}]}}\n";
    let told = |owners: &str| {
        let files = [("CODEOWNERS", owners), (".github/workflows/a.yml", text)];
        let (_, found) = crate::dialect::testing::found(&GITHUB_ACTIONS, &files);
        let job = found.resources.iter().find(|resource| &*resource.kind == "github-actions/job").unwrap();
        let steps = job.body.get("steps").unwrap().items().to_vec();
        let own = |step: &Node| step.at(&["uses_action", "own"]).and_then(Node::as_bool);
        steps.iter().map(own).collect::<Vec<_>>()
    };
    assert_eq!(told("* @acme/platform\n"), [Some(true), Some(false), None]);
    assert_eq!(told("* @someone\n"), [None, None, None]);
}
