use crate::dialect::github_actions::GITHUB_ACTIONS;
use crate::dialect::{Resource, testing};
use crate::document::Node;

/// What is said of the texts that all files use, in the order of the files: where, what, by whom, and whose commit it is.
fn uses(files: &[(&str, &str)]) -> Vec<String> {
    let (_, found) = testing::found(&GITHUB_ACTIONS, files);
    let extracted = found.resources.into_iter();
    let steps = |resource: &Resource| match &*resource.kind {
        "github-actions/job" => resource.body.get("steps").cloned(),
        "github-actions/action" => resource.body.at(&["runs", "steps"]).cloned(),
        _ => None,
    };
    let mut told = Vec::new();
    for steps in extracted.filter_map(|resource| steps(&resource)) {
        for used in steps.items().iter().flat_map(|step| step.get("texts_used").map_or(&[][..], Node::items)) {
            let text = |key: &str| {
                let node = used.get(key).unwrap();
                node.as_str().map_or_else(|| "?".to_owned(), str::to_owned)
            };
            let code = if text("used") == "checkout" { format!(" {}", text("code")) } else { String::new() };
            told.push(format!("{} {} {}{code}", text("used"), text("expression"), text("by")));
        }
    }
    told
}

/// The same of the last step of a workflow with one job, whose lines after `jobs: a:` are these.
fn used_in_job(on: &str, job: &str) -> Vec<String> {
    let text = format!("on: {on}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n{job}");
    uses(&[(".github/workflows/a.yml", &text)])
}

#[test]
fn who_decides_an_expression_is_what_its_operands_return() {
    for (expression, want) in [
        ("github.event.issue.title", "outsider"),
        ("gitea.event.issue.title", "outsider"),
        ("forgejo.event.issue.number", "constant"),
        ("GitHub.Event['issue'].TITLE", "outsider"),
        ("github['event'].commits[0].message", "outsider"),
        ("github.event.issue.title == 'x'", "constant"),
        ("github.event.issue.title != github.head_ref", "constant"),
        ("!github.event.issue.title", "constant"),
        ("contains(github.event.issue.title, 'x')", "constant"),
        ("startsWith(github.head_ref, 'x') && 'a' || 'b'", "constant"),
        ("x == 'y' && github.event.issue.title || 'z'", "outsider"),
        ("github.event.issue.title && 'a' || 'b'", "constant"),
        ("'a' || github.event.issue.title", "constant"),
        ("false && github.event.issue.title", "constant"),
        ("github.event.issue.number || github.event.issue.body", "outsider"),
        ("format('{0}', github.head_ref)", "outsider"),
        ("join(github.event.issue.labels.*.name, ',')", "writer"),
        ("toJSON(github.event.pull_request.labels)", "writer"),
        ("toJSON(github.event.issue)", "outsider"),
        ("github.event.repository.default_branch", "constant"),
        ("toJSON(github.event)", "outsider"),
        ("toJSON(github.event.issue.number)", "constant"),
        ("github.event.issue", "constant"),
        ("fromJSON(toJSON(github.event)).issue.title", "outsider"),
        ("fromJSON(github.event.comment.body).x", "outsider"),
        ("(github.event.issue || github.event.pull_request).title", "outsider"),
        ("(github.event.issue || github.event.pull_request).number", "constant"),
        ("case(true, github.event.issue.title, 'b')", "outsider"),
        ("case(github.event.issue.title == 'x', 'a', 'b')", "constant"),
        ("hashFiles(github.head_ref)", "constant"),
        ("github.ref_name", "writer"),
        ("secrets.TOKEN", "writer"),
        ("github.run_id", "constant"),
        ("steps.gone.outputs.x", "constant"),
        ("github.event.issue.title ||", "?"),
        ("runner.os", "constant"),
    ] {
        let job = format!("    steps:\n      - run: |\n          x ${{{{ {expression} }}}}\n");
        let on = "[issues, pull_request_target]";
        assert_eq!(used_in_job(on, &job), [format!("script {} {want}", expression.trim())], "{expression}");
    }
}

#[test]
fn texts_are_followed_through_variables_and_the_matrix() {
    for (job, want) in [
        ("    env: {T: '${{ github.head_ref }}'}\n    steps: [{run: 'x ${{ env.T }}'}]\n", "script env.T outsider"),
        (
            "    env: {T: '${{ github.head_ref }}'}\n    steps: [{run: 'x ${{ env.T }}', env: {T: y}}]\n",
            "script env.T constant",
        ),
        (
            "    env: {T: '${{ github.head_ref }}'}\n    steps: [{run: 'x ${{ env.T }}', env: {T: 'z${{ env.T }}'}}]\n",
            "script env.T outsider",
        ),
        (
            "    strategy: {matrix: {a: [1, '${{ github.head_ref }}'], b: [2]}}\n    steps: [{run: 'x ${{ matrix.a }}'}]\n",
            "script matrix.a outsider",
        ),
        (
            "    strategy: {matrix: {a: [1, '${{ github.head_ref }}'], b: [2]}}\n    steps: [{run: 'x ${{ matrix.b }}'}]\n",
            "script matrix.b constant",
        ),
        (
            "    strategy: {matrix: {include: [{a: '${{ github.head_ref }}'}]}}\n    steps: [{run: 'x ${{ matrix.a }}'}]\n",
            "script matrix.a outsider",
        ),
        ("    steps: [{uses: 'a/b@v1', id: s}, {run: 'x ${{ steps.s.outputs.y }}'}]\n", "script steps.s.outputs.y ?"),
        (
            "    steps: [{uses: 'actions/cache@v4', id: s}, {run: 'x ${{ steps.s.outputs.cache-hit }}'}]\n",
            "script steps.s.outputs.cache-hit constant",
        ),
        (
            "    steps: [{run: ./plan, id: s}, {run: 'x ${{ steps.s.outputs.y }}'}]\n",
            "script steps.s.outputs.y program",
        ),
        (
            "    steps: [{run: ./plan, id: s, env: {T: '${{ github.head_ref }}'}}, {run: 'x ${{ steps.s.outputs.y }}'}]\n",
            "script steps.s.outputs.y ?",
        ),
        (
            "    steps:\n    - {run: 'echo \"y=$GITHUB_HEAD_REF\" >> $GITHUB_OUTPUT', id: s}\n    - run: x ${{ steps.s.outputs.y }}\n",
            "script steps.s.outputs.y outsider",
        ),
        (
            "    steps:\n    - {run: 'echo \"y=$(gh pr view 1 --json title)\" >> $GITHUB_OUTPUT', id: s}\n    - run: x ${{ steps.s.outputs.y }}\n",
            "script steps.s.outputs.y outsider",
        ),
        (
            "    steps:\n    - {run: 'echo \"y=$(git rev-parse HEAD)\" >> $GITHUB_OUTPUT', id: s}\n    - run: x ${{ steps.s.outputs.y }}\n",
            "script steps.s.outputs.y program",
        ),
        (
            "    steps:\n    - id: s\n      run: |\n        q=$(echo \"$GITHUB_HEAD_REF\" | sed 's/[^[:alnum:]-]/_/g' | cut -c1-60)\n        echo \"y=a_$q\" >> $GITHUB_OUTPUT\n    - run: x ${{ steps.s.outputs.y }}\n",
            "script steps.s.outputs.y program",
        ),
        (
            "    steps:\n    - {run: 'echo \"y=${GITHUB_HEAD_REF//[^a-z0-9]/-}\" >> $GITHUB_OUTPUT', id: s}\n    - run: x ${{ steps.s.outputs.y }}\n",
            "script steps.s.outputs.y constant",
        ),
        (
            "    steps:\n    - {run: 'echo \"y=$env:GITHUB_HEAD_REF\" >> $env:GITHUB_OUTPUT', shell: pwsh, id: s}\n    - run: x ${{ steps.s.outputs.y }}\n",
            "script steps.s.outputs.y outsider",
        ),
        (
            "    steps:\n    - {run: 'print(os.environ[\"T\"])', shell: python, id: s, env: {T: '${{ github.head_ref }}'}}\n    - run: x ${{ steps.s.outputs.y }}\n",
            "script steps.s.outputs.y ?",
        ),
        (
            "    steps:\n    - {uses: actions/github-script@v7, id: s, with: {script: 'return context.payload.issue.title'}}\n    - run: x ${{ steps.s.outputs.result }}\n",
            "script steps.s.outputs.result outsider",
        ),
        (
            "    steps:\n    - {uses: actions/github-script@v7, id: s, with: {script: 'return context.issue.number'}}\n    - run: x ${{ steps.s.outputs.result }}\n",
            "script steps.s.outputs.result program",
        ),
        ("    steps: [{run: 'echo \"A=b\" >> $GITHUB_ENV'}]\n", "environment echo \"A=b\" >> $GITHUB_ENV constant"),
        ("    steps: [{run: 'cat x | tee -a $GITHUB_ENV'}]\n", "environment tee -a $GITHUB_ENV program"),
        (
            "    steps: [{run: 'echo \"A=$(x)\" >> $env:GITHUB_ENV', shell: pwsh}]\n",
            "environment echo \"A=$(x)\" >> $env:GITHUB_ENV program",
        ),
        ("    steps: [{run: x, shell: 'bash ${{ github.head_ref }} {0}'}]\n", "shell github.head_ref outsider"),
        ("    steps: [{run: 'eval \"$GITHUB_HEAD_REF\"'}]\n", "reread $GITHUB_HEAD_REF outsider"),
        ("    steps: [{run: 'echo \"$GITHUB_HEAD_REF\" | bash'}]\n", "reread $GITHUB_HEAD_REF outsider"),
        (
            "    steps: [{uses: 'docker://a', with: {args: '${{ github.head_ref }}'}}]\n",
            "argument github.head_ref outsider",
        ),
        (
            "    steps: [{uses: 'Mikefarah/YQ@v4', with: {CMD: '${{ github.head_ref }}'}}]\n",
            "input github.head_ref outsider",
        ),
    ] {
        assert_eq!(used_in_job("pull_request", job).last().map(String::as_str), Some(want), "{job}");
    }
}

#[test]
fn what_only_writers_start_brings_no_text_of_outsiders_but_commits() {
    for (on, expression, want) in [
        ("push", "github.event.issue.title", "constant"),
        ("push", "github.event.head_commit.message", "outsider"),
        ("[push, issues]", "github.event.issue.title", "outsider"),
        ("{workflow_dispatch: {inputs: {a: {type: string}}}}", "inputs.a", "writer"),
        ("{workflow_dispatch: {inputs: {a: {type: boolean}}}}", "inputs.a", "constant"),
        ("{workflow_dispatch: {inputs: {a: {}}}}", "github.event.inputs.A", "writer"),
        ("repository_dispatch", "github.event.client_payload.x", "writer"),
        ("{workflow_call: {inputs: {a: {type: string}}}}", "inputs.a", "caller"),
        ("{workflow_call: {inputs: {a: {type: number}}}}", "inputs.a", "constant"),
        (
            "{workflow_call: {inputs: {b: {}}}, workflow_dispatch: {inputs: {a: {type: choice}}}}",
            "inputs.a",
            "constant",
        ),
    ] {
        let job = format!("    steps: [{{run: 'x ${{{{ {expression} }}}}'}}]\n");
        assert_eq!(used_in_job(on, &job), [format!("script {expression} {want}")], "{on}");
    }
}

#[test]
fn a_ref_that_the_events_fix_is_nobodys() {
    for (on, expression, want) in [
        ("{push: {branches: [main]}}", "github.ref_name", "constant"),
        ("{push: {branches: [main]}}", "github.ref", "constant"),
        ("{push: {branches: [main]}, workflow_dispatch: {}}", "github.ref_name", "writer"),
        ("{push: {branches: [main]}, schedule: [{cron: '0 0 * * *'}]}", "github.ref_name", "constant"),
        ("{push: {tags: ['v*']}}", "github.ref_name", "writer"),
        ("push", "github.ref_name", "writer"),
        ("release", "github.ref_name", "writer"),
        ("push", "github.head_ref", "constant"),
        ("push", "github.head_ref || github.ref_name", "writer"),
        ("[push, pull_request_target]", "github.head_ref", "outsider"),
        ("pull_request", "github.ref_name", "constant"),
        ("pull_request", "github.base_ref", "writer"),
        ("{pull_request: {branches: [main]}}", "github.base_ref", "constant"),
        ("workflow_call", "github.ref_name", "writer"),
    ] {
        let job = format!("    steps: [{{run: 'x ${{{{ {expression} }}}}'}}]\n");
        assert_eq!(used_in_job(on, &job), [format!("script {expression} {want}")], "{on}");
    }
    let job = "    steps: [{run: 'eval \"$GITHUB_REF_NAME\"'}]\n";
    assert_eq!(used_in_job("push", job), ["reread $GITHUB_REF_NAME writer"]);
    assert!(!used_in_job("{push: {branches: [main]}}", job).iter().any(|told| told.ends_with("writer")));
}

#[test]
fn what_is_checked_out_is_a_strangers_where_a_stranger_names_it() {
    for (step, want) in [
        ("{uses: actions/checkout@v4}", "checkout actions/checkout@v4 constant own"),
        (
            "{uses: Actions/Checkout@v4, with: {Ref: '${{ github.event.pull_request.head.sha }}'}}",
            "checkout ${{ github.event.pull_request.head.sha }} constant stranger",
        ),
        (
            "{uses: actions/checkout@v4, with: {ref: '${{ github.event.pull_request.base.sha }}'}}",
            "checkout ${{ github.event.pull_request.base.sha }} constant own",
        ),
        (
            "{uses: actions/checkout@v4, with: {ref: 'refs/pull/${{ inputs.n }}/merge'}}",
            "checkout refs/pull/${{ inputs.n }}/merge constant stranger",
        ),
        ("{run: 'gh pr checkout 1'}", "checkout gh pr checkout 1 constant stranger"),
        ("{run: 'gh pr diff 1 | patch -p1'}", "checkout gh pr diff 1 constant stranger"),
        (
            "{run: 'curl -L https://github.com/a/b/pull/1.patch | patch'}",
            "checkout curl -L https://github.com/a/b/pull/1.patch constant stranger",
        ),
        ("{run: 'git fetch origin main'}", "checkout git fetch origin main constant own"),
        ("{run: 'git fetch origin pull/1/head'}", "checkout git fetch origin pull/1/head constant stranger"),
        (
            "{run: 'git checkout $S', env: {S: '${{ github.event.pull_request.head.sha }}'}}",
            "checkout git checkout $S constant stranger",
        ),
    ] {
        let job = format!("    steps: [{step}]\n");
        assert_eq!(used_in_job("pull_request_target", &job), [want], "{step}");
    }
}

#[test]
fn the_name_of_a_branch_leads_to_a_stranger_where_somebody_asks_for_its_repository() {
    let step = |script: &str| {
        format!(
            "    steps:\n      - id: s\n        run: |\n          D=$(gh api repos/a/b/pulls/1)\n          {script} >> $GITHUB_OUTPUT\n      - run: git checkout ${{{{ steps.s.outputs.r }}}}\n"
        )
    };
    for (script, want) in [
        ("echo \"r=$(echo \"$D\" | jq -r .head.sha)\"", "stranger"),
        ("echo \"r=$(echo \"$D\" | jq -r .head.ref)\"", "own"),
        ("echo \"r=$(gh pr view 1 --json headRefName)\"", "own"),
        ("echo \"r=$(gh pr view 1 --json headRefName,headRepositoryOwner)\"", "stranger"),
        ("O=$(echo \"$D\" | jq -r .head.repo.full_name); echo \"r=$(echo \"$D\" | jq -r .head.ref)\"", "stranger"),
    ] {
        let used = used_in_job("issue_comment", &step(script));
        let checked_out = used.iter().find(|told| told.starts_with("checkout")).unwrap();
        assert!(checked_out.ends_with(want), "{script}: {checked_out}");
    }
}

#[test]
fn callers_and_called_are_followed_both_ways() {
    let caller = "on: issues\njobs:\n  one:\n    uses: ./.github/workflows/b.yml\n    with: {t: '${{ github.event.issue.title }}', u: x}\n  two:\n    needs: one\n    runs-on: x\n    steps:\n      - run: a ${{ needs.one.outputs.o }} ${{ needs.one.outputs.p }}\n      - {id: act, uses: ./tools, with: {Who: '${{ github.event.issue.title }}'}}\n      - run: a ${{ steps.act.outputs.r }}\n";
    let workflow = "on:\n  workflow_call:\n    inputs: {t: {type: string}, u: {type: string}, v: {type: string, default: '${{ github.actor }}'}}\n    outputs: {o: {value: '${{ jobs.j.outputs.o }}'}, p: {value: fixed}}\njobs:\n  j:\n    runs-on: x\n    outputs: {o: '${{ inputs.t }}'}\n    steps:\n      - run: a ${{ inputs.t }} ${{ inputs.u }} ${{ inputs.v }}\n";
    let action = "inputs: {who: {}}\noutputs: {r: {value: '${{ steps.s.outputs.w }}'}}\nruns:\n  using: composite\n  steps:\n    - {id: s, shell: bash, run: 'echo \"w=$WHO\" >> $GITHUB_OUTPUT', env: {WHO: '${{ inputs.who }}'}}\n    - {shell: bash, run: 'b ${{ inputs.who }}'}\n";
    let told = uses(&[
        (".github/workflows/a.yml", caller),
        (".github/workflows/b.yml", workflow),
        ("tools/action.yml", action),
    ]);
    assert_eq!(
        told,
        [
            "script needs.one.outputs.o outsider",
            "script needs.one.outputs.p constant",
            "script steps.act.outputs.r outsider",
            "script inputs.t outsider",
            "script inputs.u constant",
            "script inputs.v constant",
            "script inputs.who outsider",
        ]
    );
}

#[test]
fn a_called_workflow_is_found_by_the_full_name_of_the_repository() {
    let flow = "on: {workflow_call: {inputs: {t: {type: string}}}}\njobs: {b: {steps: [{run: 'x ${{ inputs.t }}'}]}}\n";
    let caller = "on: issues\njobs:\n  a:\n    uses: acme/shop/.github/workflows/b.yml@main\n    with: {t: '${{ github.event.issue.title }}'}\n";
    for (module, want) in [("module github.com/acme/shop\n", "outsider"), ("module example.org/shop\n", "caller")] {
        let files = [(".github/workflows/a.yml", caller), (".github/workflows/b.yml", flow), ("go.mod", module)];
        assert_eq!(uses(&files), [format!("script inputs.t {want}")], "{module}");
    }
}

#[test]
fn circles_come_to_an_end() {
    let one = "on: {workflow_call: {inputs: {t: {}}}}\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    with: {t: '${{ inputs.t }}${{ inputs.t }}'}\n  b: {runs-on: x, env: {A: '${{ env.A }}${{ env.A }}'}, steps: [{run: 'x ${{ inputs.t }} ${{ env.A }}'}]}\n";
    let two = one.replace("b.yml", "a.yml");
    let told = uses(&[(".github/workflows/a.yml", one), (".github/workflows/b.yml", &two)]);
    assert_eq!(told.len(), 4);
}
