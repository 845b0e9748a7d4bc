//! The cases that tools of this kind get wrong, judged by the built-in rules: every outcome at its place.
//!
//! A row is an outcome, an address, the place that decided it, and the places it came from. The files are in
//! `tests/resolution`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests state their expectations bluntly")]

use std::path::Path;

use annexa::dialect::{DIALECTS, Inputs};
use annexa::discover::{Request, walk};
use annexa::document::Level;
use annexa::evaluate::{Options, judge_all};
use annexa::rule::set::RuleSet;
use annexa::scan;
use annexa::source::{NO_FILE, Span, Workspace};

fn rows(folder: &str, rule: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/resolution").join(folder);
    let workspace = walk(&Request { root, wanted: vec![String::new()], ..Request::default() }).workspace;
    let parsed = scan::parse(&workspace);
    let extracted = scan::extract(&workspace, &parsed, &Inputs::default());
    let problems = parsed.problems.iter().chain(&extracted.problems);
    let errors: Vec<_> = problems.filter(|problem| problem.level == Level::Error).collect();
    assert!(errors.is_empty(), "{folder}: {errors:?}");
    let rules = [RuleSet::builtin(DIALECTS).rule(rule).unwrap().unwrap()];
    let options =
        Options { today: jiff::civil::date(2026, 1, 15), explain_passes: true, subjects: false, coverage: false };
    let judgements = judge_all(&rules, &extracted.resources, options);
    let mut rows: Vec<String> = judgements
        .iter()
        .map(|judgement| {
            let mut row = format!("{:?} ", judgement.outcome).to_lowercase();
            row.push_str(&extracted.resources[judgement.resource].address);
            row.push_str(&place(&workspace, judgement.span));
            let mut from: Vec<String> = judgement
                .related
                .iter()
                .filter(|related| related.span.file != NO_FILE && !judgement.span.contains(related.span))
                .map(|related| place(&workspace, related.span))
                .collect();
            from.dedup();
            if !from.is_empty() {
                row.push_str(" <");
                row.push_str(&from.concat());
            }
            if let Some(because) = &judgement.open_because {
                row.push_str(" ? ");
                row.push_str(because);
            }
            row
        })
        .collect();
    rows.sort();
    rows
}

fn place(workspace: &Workspace, span: Span) -> String {
    let at = workspace.source(span.file).unwrap().position(span.start);
    format!(" {}:{}:{}", workspace.path(span.file), at.line, at.column)
}

fn check(folder: &str, rule: &str, want: &[&str]) {
    let got = rows(folder, rule);
    assert_eq!(got, want, "{folder}, {rule}:\n{}", got.join("\n"));
}

#[test]
fn ports_of_dynamic_blocks_halves_of_the_internet_and_one_of_two_blocks() {
    check(
        "terraform",
        "admin-port-open",
        &[
            "fail aws_security_group.dynamic#in:tcp:22 attributes.tf:11:21 < attributes.tf:8:21 attributes.tf:2:18",
            "fail aws_security_group.halves#in:tcp:22 attributes.tf:26:19 < attributes.tf:23:19",
            "fail aws_security_group.two#in:tcp:22 attributes.tf:48:19 < attributes.tf:45:19",
            "pass aws_security_group.dynamic#in:tcp:80 attributes.tf:8:21 < attributes.tf:2:14",
            "pass aws_security_group.half#in:tcp:22 attributes.tf:34:19",
            "pass aws_security_group.two#in:tcp:22 attributes.tf:42:19",
        ],
    );
}

#[test]
fn each_instance_of_count_is_judged_on_its_own() {
    check(
        "terraform",
        "ebs-volume-unencrypted",
        &[
            "fail aws_ebs_volume.pair[1] attributes.tf:19:3 < attributes.tf:15:1",
            "pass aws_ebs_volume.pair[0] attributes.tf:19:3",
        ],
    );
}

#[test]
fn an_undeclared_variable_is_open() {
    check(
        "terraform",
        "rds-storage-unencrypted",
        &["open aws_db_instance.undeclared attributes.tf:53:3 ? variable `nobody_declared_this` is not declared"],
    );
}

#[test]
fn a_link_by_a_literal_name_joins() {
    check(
        "terraform",
        "s3-bucket-not-versioned",
        &["fail aws_s3_bucket.other attributes.tf:64:1", "pass aws_s3_bucket.named attributes.tf:55:1"],
    );
}

#[test]
fn a_policy_is_seen_however_it_is_written() {
    check(
        "terraform",
        "iam-policy-allows-everything",
        &[
            "fail aws_iam_policy.document#identity policies.tf:51:12 < policies.tf:45:20 policies.tf:43:17 policies.tf:46:20",
            "fail aws_iam_policy.file#identity policies.tf:2:12 < admin.json:4:36 admin.json:4:53",
            "fail aws_iam_policy.heredoc#identity policies.tf:28:40 < policies.tf:28:57",
            "fail aws_iam_policy.loop#identity policies.tf:13:85 < policies.tf:13:49 policies.tf:13:104",
            "fail aws_iam_policy.merged#identity policies.tf:21:23 < policies.tf:18:54 policies.tf:18:70",
            "fail aws_iam_policy.template#identity policies.tf:5:12 < admin.json.tftpl:6:19 admin.json.tftpl:7:19",
            "pass aws_iam_policy.document#one policies.tf:51:12 < policies.tf:40:1 policies.tf:36:18",
            "pass aws_iam_policy.loop#identity policies.tf:13:85 < policies.tf:13:33",
            "pass aws_iam_policy.narrow_document#one policies.tf:54:12 < policies.tf:36:18",
            "pass aws_iam_policy.narrow_template#identity policies.tf:8:12 < admin.json.tftpl:6:19",
        ],
    );
}

#[test]
fn values_are_followed_through_modules_to_the_file_that_gives_them() {
    check(
        "modules",
        "admin-port-open",
        &[
            "fail aws_security_group.of_output#in:tcp:22 main.tf:18:19 < network/main.tf:17:11 main.tf:15:19",
            "fail module.network.module.stage[\"test\"].aws_security_group.door#in:tcp:22 stage/main.tf:11:19 < network/main.tf:12:14 main.tf:8:21 terraform.tfvars:1:10 stage/main.tf:8:19 network/main.tf:13:14 main.tf:8:40 network/main.tf:8:1 main.tf:5:1",
            "pass module.network.module.stage[\"prod\"].aws_security_group.door#in:tcp:443 stage/main.tf:11:19 < network/main.tf:12:14 main.tf:9:21 stage/main.tf:8:19 network/main.tf:13:14 main.tf:9:12 network/main.tf:4:29 network/main.tf:8:1 main.tf:5:1",
        ],
    );
}

#[test]
fn intrinsics_parameters_mappings_loops_and_nested_stacks() {
    check(
        "cloudformation",
        "admin-port-open",
        &[
            "fail AllUnsafe#in:tcp:22 mappings.yaml:25:64 < mappings.yaml:5:5 mappings.yaml:25:40",
            "fail Door#in:tcp:22 serverless.json:20:74 < serverless.json:20:46",
            "fail Door22#in:tcp:22 mappings.yaml:52:82 < mappings.yaml:52:44 mappings.yaml:46:8",
            "fail If#in:tcp:22 choices.yaml:39:32 < choices.yaml:37:21",
            "fail MappedOpened#in:tcp:22 mappings.yaml:37:64 < mappings.yaml:37:40",
            "fail Nested.Inner#in:tcp:22 nested.yaml:10:64 < mappings.yaml:57:29 nested.yaml:10:40 mappings.yaml:53:3",
            "fail Sub#in:tcp:22 choices.yaml:30:24 < choices.yaml:28:21",
            "open MappedBoth#in:tcp:22 mappings.yaml:43:64 ? `AWS::Region` depends on where the stack is deployed",
            "open NoDefault#in:tcp:22 choices.yaml:57:19 < choices.yaml:7:5 ? parameter `Network` has no default and no value",
            "open Perhaps#in:tcp:22 choices.yaml:95:19 < choices.yaml:93:21 ? whether `Perhaps#in:tcp:22` exists: parameter `Network` has no default and no value",
            "open SomeSafe#in:tcp:22 choices.yaml:75:19 < choices.yaml:12:5 choices.yaml:13:35 choices.yaml:73:21 ? fails where `Mixed` is \"0.0.0.0/0\"",
            "pass AllSafe#in:tcp:22 choices.yaml:66:19 < choices.yaml:9:5",
            "pass Door443#in:tcp:443 mappings.yaml:52:44 < mappings.yaml:46:14",
            "pass IfNot#in:tcp:22 choices.yaml:48:45",
            "pass MappedClosed#in:tcp:22 mappings.yaml:31:64",
        ],
    );
}

#[test]
fn parameters_variables_loops_and_nested_deployments() {
    check(
        "arm",
        "admin-port-open",
        &[
            "fail Microsoft.Network/networkSecurityGroups/doors#choice main.json:24:64 < main.json:7:15 main.json:24:35",
            "fail Microsoft.Network/networkSecurityGroups/doors#default main.json:20:64 < main.json:5:55 main.json:20:35",
            "fail Microsoft.Network/networkSecurityGroups/doors#given main.json:22:64 < main.parameters.json:5:25 main.json:22:35",
            "fail Microsoft.Network/networkSecurityGroups/doors#member main.json:32:66 < main.json:13:53 main.json:32:35",
            "fail inner.Microsoft.Network/networkSecurityGroups/securityRules/doors/nested main.json:56:40 < main.json:50:44 main.json:5:55 main.json:55:117 main.json:48:7",
            "open Microsoft.Network/networkSecurityGroups/doors#mixed main.json:26:64 < main.json:8:14 main.json:8:52 main.json:26:35 ? fails where `parameters('mixed')` is \"*\"",
            "open Microsoft.Network/networkSecurityGroups/doors#shaped main.json:30:35 ? `uniqueString` is known at deployment",
            "open Microsoft.Network/networkSecurityGroups/doors#unknown main.json:28:64 < main.json:9:16 ? parameter `unknown` has no default",
            "open Microsoft.Network/networkSecurityGroups/securityRules/doors/maybe main.json:43:32 < main.json:42:109 ? whether `Microsoft.Network/networkSecurityGroups/securityRules/doors/maybe` exists: parameter `unknown` has no default",
            "pass Microsoft.Network/networkSecurityGroups/securityRules/doors/loop main.json:39:32",
        ],
    );
}

#[test]
fn globals_of_serverless_templates_are_inherited() {
    check(
        "cloudformation",
        "release-without-fixes",
        &[
            "fail Inherits#aws-lambda serverless.json:7:5 < serverless.json:4:30",
            "pass Newer#aws-lambda serverless.json:13:52",
        ],
    );
}

#[test]
fn json_files_with_several_objects_lists_and_arrays() {
    check(
        "kubernetes",
        "container-privileged",
        &["fail Pod/four array.json:1:148", "fail Pod/three list.json:1:196", "fail Pod/two two.json:2:145"],
    );
}

#[test]
fn objects_of_one_json_file_are_judged_each() {
    check(
        "kubernetes",
        "pod-shares-host-namespace",
        &[
            "fail Pod/one two.json:1:79",
            "pass Pod/four array.json:1:80",
            "pass Pod/four array.json:1:80",
            "pass Pod/four array.json:1:80",
            "pass Pod/one two.json:1:77",
            "pass Pod/one two.json:1:77",
            "pass Pod/three list.json:1:128",
            "pass Pod/three list.json:1:128",
            "pass Pod/three list.json:1:128",
            "pass Pod/two two.json:2:77",
            "pass Pod/two two.json:2:77",
            "pass Pod/two two.json:2:77",
        ],
    );
}
