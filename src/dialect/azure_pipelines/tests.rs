use super::AZURE_PIPELINES;
use super::scope::Scope;
use super::{expression, function};
use crate::dialect::{Extraction, Resource, testing};
use crate::document::Node;
use crate::source::{FileId, Span, Workspace};
use crate::syntax;
use proptest::prelude::*;

fn extract(files: &[(&str, &str)]) -> Extraction {
    testing::found(&AZURE_PIPELINES, files).1
}

fn of_kind<'e>(found: &'e Extraction, kind: &str) -> Vec<&'e Resource> {
    found.resources.iter().filter(|resource| resource.kind.ends_with(kind)).collect()
}

/// What a node says, open values as `?`.
fn said(node: &Node) -> String {
    match function::plain(node) {
        Some(text) => text,
        None if node.as_unresolved().is_some() => "?".to_owned(),
        None => node.items().iter().map(said).collect::<Vec<_>>().join(" "),
    }
}

/// The scripts of all jobs: `job: script, script`.
fn scripts(found: &Extraction) -> Vec<String> {
    let job = |job: &&Resource| {
        let steps = job.body.get("steps").map_or(&[][..], Node::items);
        let scripts: Vec<String> = steps.iter().filter_map(|step| step.get("scripts")).map(said).collect();
        format!("{}: {}", job.names[0], scripts.join(", "))
    };
    of_kind(found, "/job").iter().map(job).collect()
}

#[test]
fn pipelines_and_their_templates_are_told_by_their_keys() {
    for (path, text, want) in [
        ("azure-pipelines.yml", "trigger: [main]\npool: {vmImage: ubuntu-24.04}\nsteps:\n- script: make\n", true),
        ("ci/build.yaml", "stages:\n- stage: A\n  jobs: []\n", true),
        ("t.yml", "extends: {template: base.yml}\n", true),
        ("t.yml", "parameters:\n- {name: a, type: stepList}\nsteps:\n- ${{ parameters.a }}\n", true),
        ("t.yml", "jobs:\n- ${{ each a in parameters.all }}:\n  - job: x\n", true),
        ("t.yml", "variables:\n- name: a\n  value: b\n", true),
        ("pipelines/variables.yml", "variables:\n  a: b\n", true),
        ("azure-pipelines.release.yml", "variables:\n  a: b\n", true),
        ("azure-pipelines.yml", "steps: [\n", true),
        ("x.yml", "variables:\n  a: b\n", false),
        ("x.yml", "steps:\n- run: make\n", false),
        ("x.yml", "on: push\njobs:\n- job: a\n", false),
        (".gitlab-ci.part.yaml", "stages: [a]\n", false),
        ("t.yml", "extends: [base]\n", false),
        (".buildkite/pipeline.yml", "steps: [wait]\n", false),
        ("cloudbuild.yaml", "steps:\n- name: gcr.io/a\n  script: make\n  args: []\ntimeout: 1s\n", false),
        ("a.yml", "steps:\n- script: a\n---\nsteps: []\n", false),
    ] {
        let workspace = Workspace::in_memory([(path, text)]);
        let document = syntax::parse(syntax::named("yaml").unwrap(), workspace.source(FileId(0)).unwrap());
        assert_eq!((AZURE_PIPELINES.recognise)(&document), want, "{path}: {text}");
        assert!(!want || (AZURE_PIPELINES.candidate)(path, text), "{path}: {text}");
    }
}

#[test]
fn expressions_come_to_what_they_say() {
    let at = Span::new(FileId(0), 0, 0);
    for (text, want) in [
        ("eq('a', 'A')", "True"),
        ("ne('a', 'b')", "True"),
        ("eq(1, '1')", "True"),
        ("eq(true, 'x')", "True"),
        ("eq('', null)", "True"),
        ("and(true, or(false, eq('a', 'b')))", "False"),
        ("and(false, parameters.x)", "False"),
        ("or(true, variables['Build.Reason'])", "True"),
        ("and(true, eq(variables['Build.Reason'], 'PullRequest'))", "?"),
        ("not(eq(variables.a, 'x'))", "?"),
        ("in('b', 'a', 'B')", "True"),
        ("notIn('b', 'a', parameters.x)", "?"),
        ("notIn('b', 'b', parameters.x)", "False"),
        ("contains('Windows', 'win')", "True"),
        ("startsWith('refs/heads/main', 'refs/tags')", "False"),
        ("endsWith('a.yml', '.YML')", "True"),
        ("xor(true, false)", "True"),
        ("gt(10, 9)", "True"),
        ("le('b', 'a')", "False"),
        ("format('{0}-{1}{{}}', 'a', 2)", "a-2{}"),
        ("format('{9}', 'a')", "?"),
        ("coalesce('', null, 'x')", "x"),
        ("replace('a-b-c', '-', '')", "abc"),
        ("join(',', split('a;b', ';'))", "a,b"),
        ("split('a;b', ';')[1]", "b"),
        ("upper(lower('Ab'))", "AB"),
        ("trim(' a ')", "a"),
        ("length('abc')", "3"),
        ("iif(eq('a', 'a'), 'y', 'n')", "y"),
        ("'it''s'", "it's"),
        ("counter('a', 1)", "?"),
        ("1.2.3", "1.2.3"),
        ("eq('a'", "?"),
        ("eq('a', 'a') x", "?"),
        ("'open", "?"),
        ("", "?"),
        ("nothing.at.all", "?"),
    ] {
        assert_eq!(said(&expression::value(text, at, &Scope::default())), want, "{text}");
    }
}

#[test]
fn every_short_form_has_its_jobs() {
    for (text, want) in [
        ("steps:\n- script: a\n- bash: b\n- pwsh: c\n- powershell: d\n", vec!["steps: a, b, c, d"]),
        ("jobs:\n- job: one\n  steps: [{script: a}]\n- job:\n  steps: [{script: b}]\n", vec!["one: a", "job: b"]),
        (
            "stages:\n- stage: s\n  jobs:\n  - deployment: d\n    strategy:\n      runOnce:\n        deploy: {steps: [{script: a}]}\n        on: {failure: {steps: [{script: b}]}}\n",
            vec!["s/d: a, b"],
        ),
        (
            "resources: {repositories: [{repository: t, name: a/b}]}\nextends:\n  template: x.yml@t\n  parameters:\n    stages:\n    - stage: s\n      jobs: [{job: j, steps: [{script: a}]}]\n",
            vec!["s/j: a"],
        ),
        ("jobs:\n- template: x.yml@t\n  parameters:\n    jobs: [{job: j, steps: [{script: a}]}]\n", vec!["j: a"]),
    ] {
        assert_eq!(scripts(&extract(&[("azure-pipelines.yml", text)])), want, "{text}");
    }
}

#[test]
fn scripts_of_tasks_are_read_where_they_are_inline() {
    for (step, want) in [
        ("{task: Bash@3, inputs: {targetType: inline, script: a}}", "a"),
        ("{task: Bash@3, inputs: {filePath: x.sh, script: a}}", ""),
        ("{task: PowerShell@2, inputs: {targetType: 'inline', script: a}}", "a"),
        ("{task: CmdLine@2, inputs: {script: a}}", "a"),
        ("{task: AzureCLI@2, inputs: {scriptType: bash, scriptLocation: inlineScript, inlineScript: a}}", "a"),
        ("{task: AzureCLI@2, inputs: {scriptType: bash, scriptLocation: scriptPath, inlineScript: a}}", ""),
        ("{task: AzurePowerShell@5, inputs: {ScriptType: InlineScript, Inline: a}}", "a"),
        ("{task: SSH@0, inputs: {runOptions: inline, inline: a}}", "a"),
        ("{task: SSH@0, inputs: {runOptions: commands, commands: a}}", "a"),
        ("{task: CopyFiles@2, inputs: {contents: a}}", ""),
    ] {
        let found = extract(&[("azure-pipelines.yml", &format!("steps:\n- {step}\n"))]);
        assert_eq!(scripts(&found), [format!("steps: {want}")], "{step}");
    }
}

#[test]
fn templates_are_put_in_with_their_parameters() {
    let template = "parameters:\n- {name: target, type: string, default: all}\n- {name: clean, type: boolean, default: false}\n- {name: more, type: stepList, default: []}\nsteps:\n- ${{ if eq(parameters.clean, true) }}:\n  - script: make clean\n- script: make ${{ parameters.target }}\n- ${{ each step in parameters.more }}:\n  - ${{ step }}\n- ${{ parameters.more }}\n";
    for (call, want) in [
        ("", "make all"),
        ("{target: x}", "make x"),
        ("{clean: true}", "make clean, make all"),
        ("{clean: '${{ parameters.fast }}'}", "make clean, make all"),
        ("{target: '${{ parameters.free }}'}", "make ${{ parameters.target }}"),
        ("{target: '${{ parameters.limited }}'}", "make a"),
        ("{more: [{script: z}]}", "make all, z, z"),
    ] {
        let main = format!(
            "trigger: none\nparameters:\n- {{name: fast, type: boolean, default: false}}\n- {{name: free, default: f}}\n- {{name: limited, default: a, values: [a, b]}}\nsteps:\n- template: t/make.yml\n  parameters: {}\n",
            if call.is_empty() { "{}" } else { call }
        );
        let found = extract(&[("ci/main.yml", &main), ("ci/t/make.yml", template)]);
        assert_eq!(scripts(&found), [format!("steps: {want}")], "{call}");
    }
}

#[test]
fn conditions_and_loops_are_followed() {
    for (text, want) in [
        (
            "- ${{ if eq('a', 'b') }}:\n  - script: x\n- ${{ elseif eq(1, 1) }}:\n  - script: y\n- ${{ else }}:\n  - script: z\n",
            "y",
        ),
        (
            "- ${{ if eq(variables['Build.Reason'], 'PullRequest') }}:\n  - script: x\n- ${{ else }}:\n  - script: z\n",
            "x, z",
        ),
        ("- ${{ each n in split('a,b', ',') }}:\n  - script: make ${{ n }}\n", "make a, make b"),
        ("- ${{ each n in variables.unknown }}:\n  - script: make ${{ n }}\n", "make ${{ n }}"),
        ("- ${{ if true }}:\n    script: x\n", "x"),
        ("- script: x\n  ${{ if eq(variables.a, 'b') }}:\n    continueOnError: true\n", "x"),
        ("- ${{ insert }}: {script: x}\n", "x"),
        (
            "- ${{ if eq(variables.a, 'b') }}:\n  - script: x\n- ${{ elseif true }}:\n  - script: y\n- ${{ else }}:\n  - script: z\n",
            "x, y",
        ),
    ] {
        let found = extract(&[("azure-pipelines.yml", &format!("steps:\n{text}"))]);
        assert_eq!(scripts(&found), [format!("steps: {want}")], "{text}");
    }
}

#[test]
fn templates_that_use_themselves_end() {
    let own = "steps:\n- script: a\n- template: a.yml\n";
    let found = extract(&[("a.yml", own)]);
    assert_eq!(of_kind(&found, "/pipeline").len(), 1);
    assert!(found.problems.iter().any(|problem| problem.message.contains("too large")), "{:?}", found.problems);
    let pair =
        extract(&[("a.yml", "steps:\n- template: b.yml\n- script: x\n"), ("b.yml", "steps:\n- template: a.yml\n")]);
    assert!(scripts(&pair)[0].contains('x'), "{:?}", scripts(&pair));
    let many = "parameters:\n- {name: a, default: ''}\nsteps:\n- template: t.yml\n  parameters: {a: \"${{ parameters.a }}${{ parameters.a }}x\"}\n- template: t.yml\n";
    extract(&[("t.yml", many)]);
}

#[test]
fn images_stand_where_they_are_written() {
    for (text, want) in [
        ("jobs:\n- job: a\n  container: node:22\n  steps: []\n", "node:22"),
        ("jobs:\n- job: a\n  container: {image: node:22, endpoint: c}\n  steps: []\n", "node:22"),
        (
            "resources:\n  containers:\n  - {container: n, image: node:22}\njobs:\n- job: a\n  container: n\n  services: {db: postgres:17}\n  steps: []\n",
            "node:22 postgres:17",
        ),
        ("variables: {tag: '22'}\njobs:\n- job: a\n  container: node:$(tag)\n  steps: []\n", "node:22"),
        ("jobs:\n- job: a\n  container: node:$(tag)\n  steps: []\n", "?"),
        ("jobs:\n- job: a\n  container: $[ variables['c'] ]\n  steps: []\n", "?"),
    ] {
        let found = extract(&[("azure-pipelines.yml", text)]);
        let images = of_kind(&found, "/pipeline")[0].body.get("images").map(said).unwrap_or_default();
        assert_eq!(images, want, "{text}");
    }
}

#[test]
fn what_is_put_into_scripts_has_an_origin() {
    for (text, want) in [
        ("echo $(Build.SourceVersionMessage)", "outsider"),
        ("echo $(build.sourcebranchname)", "writer"),
        ("echo $(Build.BuildId)", "constant"),
        ("echo $(own)", "outsider"),
        ("echo $(plain)", "constant"),
        ("echo $(nobody.knows)", ""),
        ("echo $(pwd) $(git log)", ""),
        ("echo $BUILD_SOURCEVERSIONMESSAGE", ""),
        ("echo ${{ variables['System.PullRequest.SourceBranch'] }}", "outsider"),
        ("echo ${{ parameters.free }}", "writer"),
        ("echo ${{ lower(parameters.free) }}", "writer"),
        ("echo ${{ parameters.limited }} ${{ parameters.flag }}", ""),
        ("echo $(through)", "writer"),
    ] {
        let main = format!(
            "trigger: none\nparameters:\n- {{name: free, default: x}}\n- {{name: limited, default: a, values: [a]}}\n- {{name: flag, type: boolean, default: true}}\nvariables:\n  own: a $(Build.SourceVersionMessage)\n  plain: x\n  through: ${{{{ parameters.free }}}}\nsteps:\n- bash: {text}\n"
        );
        let found = extract(&[("azure-pipelines.yml", &main)]);
        let steps = of_kind(&found, "/job")[0].body.get("steps").unwrap();
        let by: Vec<String> = steps.items()[0]
            .get("texts_used")
            .unwrap()
            .items()
            .iter()
            .map(|text| said(text.get("by").unwrap()))
            .collect();
        assert_eq!(by.join(" "), want, "{text}");
    }
}

#[test]
fn macros_are_no_commands_of_their_own() {
    let found =
        extract(&[("azure-pipelines.yml", "steps:\n- bash: curl $(url)/$(Build.BuildId) $(git rev-parse HEAD)\n")]);
    let steps = of_kind(&found, "/job")[0].body.get("steps").unwrap();
    let commands = steps.items()[0].get("commands").unwrap().items().iter();
    let programs: Vec<String> = commands.filter_map(|command| command.get("program")).map(said).collect();
    assert_eq!(programs, ["curl", "git"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_expression_is_too_strange(text in "[a-z('),\\[\\]. 0-9{}$]{0,40}|.{0,40}") {
        expression::value(&text, Span::new(FileId(0), 0, 0), &Scope::default());
        extract(&[("azure-pipelines.yml", &format!("steps:\n- script: a ${{{{ {text} }}}}\n"))]);
    }
}
