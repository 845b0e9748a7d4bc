//! What findings say: the words of the file that was judged, not the names of the views that dialects derive from it.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use annexa::dialect::DIALECTS;
use annexa::document::{Node, Value};
use annexa::evaluate::{Options, Outcome, judge_all};
use annexa::proof::{self, Fixture};
use annexa::rule::set::{RuleSet, builtin};
use annexa::scan::assess;
use annexa::schema::{self, Type};
use annexa::source::Workspace;

fn collect(root: &Path, directory: &Path, files: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let shown = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.push((shown, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

fn fixtures_with_findings(id: &str) -> Vec<Fixture> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(id);
    let mut files = Vec::new();
    collect(&directory, &directory, &mut files);
    proof::fixtures(files).into_iter().filter(|fixture| !fixture.name.starts_with("pass-")).collect()
}

/// Whether a key of a path is one that a dialect added, whichever item of a list has it.
fn is_derived(node: &Node, keys: &[&str]) -> bool {
    let Some((key, rest)) = keys.split_first() else { return false };
    match &node.value {
        Value::List(items) => items.iter().any(|item| is_derived(item, keys)),
        Value::Map(map) => {
            let named: Vec<_> = map.entries.iter().filter(|entry| &*entry.key.name == *key).collect();
            let only_derived = !named.is_empty() && named.iter().all(|entry| entry.derived);
            only_derived || named.iter().any(|entry| is_derived(&entry.value, rest))
        }
        _ => false,
    }
}

/// The keys of a path as messages write it: `steps[0].uses`; none where the text is no path.
fn keys(text: &str) -> Option<Vec<&str>> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '[' | ']' | '@');
    if text.is_empty() || !text.chars().all(plain) {
        return None;
    }
    let keys = text.split('.').map(|part| part.split('[').next().unwrap_or(part));
    Some(keys.filter(|key| !key.is_empty()).collect())
}

/// Every message of a fixture of a built-in rule that fails or is open, with the resource that it is about.
fn messages(mut tell: impl FnMut(&str, &annexa::dialect::Resource, &str)) {
    let set = RuleSet::builtin(DIALECTS);
    for builtin in builtin() {
        let Ok(rule) = set.rule(builtin.id).unwrap() else { continue };
        for fixture in fixtures_with_findings(builtin.id) {
            let files = fixture.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
            let workspace = Workspace::in_memory(files);
            let (resources, _) = assess::resources_for(&workspace, &rule, proof::TODAY);
            let options = Options { today: proof::TODAY, explain_passes: false, subjects: false, coverage: false };
            for judgement in judge_all(&[Arc::clone(&rule)], &resources, options) {
                if judgement.outcome != Outcome::Pass {
                    tell(builtin.id, resources.get(judgement.resource).unwrap(), &judgement.message);
                }
            }
        }
    }
}

#[test]
fn no_message_names_what_a_dialect_derived() {
    let mut wrong = BTreeSet::new();
    messages(|rule, resource, message| {
        let named = message.split('`').skip(1).step_by(2).filter_map(keys);
        if named.into_iter().any(|keys| is_derived(&resource.body, &keys)) {
            wrong.insert(format!("{rule} {}: {message}", resource.kind));
        }
    });
    let count = wrong.len();
    assert!(wrong.is_empty(), "{count} messages:\n{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Whether something can be written at keys, as far as the schema of the kind says.
fn can_stand(ty: &Type, keys: &[&str]) -> bool {
    let Some((key, rest)) = keys.split_first() else { return true };
    match ty {
        Type::List(item) => can_stand(item, keys),
        Type::Map(value) => can_stand(value, rest),
        Type::Object(_) => ty.fields().is_empty() || ty.field(key).is_some_and(|field| can_stand(&field.ty, rest)),
        // A text may hold JSON.
        Type::Any | Type::Text => true,
        Type::Choice(_) | Type::Number | Type::Bool => false,
    }
}

#[test]
fn what_is_said_to_be_missing_can_be_written_there() {
    let mut wrong = BTreeSet::new();
    messages(|rule, resource, message| {
        let Some(shape) = schema::of(&resource.kind).shape() else { return };
        let told = |part: &str| part.split(" is not decided: `").next().unwrap_or(part).to_owned();
        let parts = message.split([';']).flat_map(|part| part.split(" and there is "));
        for part in parts.flat_map(|part| part.split(" and none of ").map(told).collect::<Vec<_>>()) {
            let part = part.split(" and no `").next().unwrap_or(&part);
            if !["not set", "nor", "none of"].iter().any(|word| part.contains(word)) {
                continue;
            }
            let named = part.split('`').skip(1).step_by(2).filter_map(keys);
            if named.into_iter().any(|keys| !can_stand(&shape, &keys)) {
                wrong.insert(format!("{rule} {}: {message}", resource.kind));
            }
        }
    });
    let count = wrong.len();
    assert!(wrong.is_empty(), "{count} messages:\n{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// What a rule says of the only resource of a workspace that fails it.
fn told(id: &str, files: &[(&str, &str)]) -> Vec<String> {
    let set = RuleSet::builtin(DIALECTS);
    let rule = set.rule(id).unwrap().ok().unwrap();
    let workspace = Workspace::in_memory(files.iter().copied());
    let (resources, _) = assess::resources_for(&workspace, &rule, proof::TODAY);
    let options = Options { today: proof::TODAY, explain_passes: false, subjects: false, coverage: false };
    let found = judge_all(&[rule], &resources, options);
    found.into_iter().filter(|found| found.outcome != Outcome::Pass).map(|found| found.message).collect()
}

#[test]
fn what_is_missing_is_said_where_a_user_writes_it() {
    let pod = |spec: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n{spec}");
    let root = "container-runs-as-root";
    for (rule, spec, message) in [
        (
            root,
            "  containers: [{name: a, image: x}]\n",
            "`spec.containers.securityContext.runAsNonRoot` and `spec.containers.securityContext.runAsUser` are not set",
        ),
        (
            "container-root-filesystem-writable",
            "  containers: [{image: x}]\n",
            "`spec.containers.securityContext.readOnlyRootFilesystem` is not set",
        ),
        (
            "container-keeps-default-capabilities",
            "  containers:\n  - {name: a, image: x, securityContext: {capabilities: {add: [CHOWN]}}}\n",
            "`spec.containers.securityContext.capabilities.drop` is not set",
        ),
        (
            "container-without-seccomp",
            "  containers:\n  - image: x\n",
            "`spec.containers.securityContext.seccompProfile.type` is not set",
        ),
        (
            "container-privileged",
            "  initContainers: [{name: a}, {name: b, securityContext: {privileged: true}}]\n",
            "`spec.initContainers[b].securityContext.privileged` is true",
        ),
        (
            "container-privilege-escalation-allowed",
            "  initContainers: [{name: a, image: x}]\n",
            "`spec.initContainers.securityContext.allowPrivilegeEscalation` is not set",
        ),
        (
            "container-privilege-escalation-allowed",
            "  containers: [{name: a, image: x}, {name: b, securityContext: {allowPrivilegeEscalation: false}}]\n",
            "`spec.containers[a].securityContext.allowPrivilegeEscalation` is not set",
        ),
        (
            "container-without-memory-limit",
            "  containers:\n  - name: a\n    resources: {requests: {cpu: 1}}\n",
            "`spec.containers.resources.limits.memory` is not set",
        ),
        (
            "container-without-memory-limit",
            "  containers:\n  - name: a\n    resources: {limits: {cpu: 1}}\n",
            "`spec.containers.resources.limits.memory` is not set",
        ),
    ] {
        assert_eq!(told(rule, &[("a.yaml", &pod(spec))]), [message], "{spec}");
    }
}

#[test]
fn messages_say_what_to_change_in_plain_words() {
    for (rule, file, text, message) in [
        (
            "vpc-without-flow-log",
            "a.tf",
            "resource \"aws_vpc\" \"a\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n",
            "no `aws_flow_log` belongs to it",
        ),
        (
            "flow-log-short",
            "a.tf",
            "resource \"azurerm_network_watcher_flow_log\" \"a\" {\n  enabled = true\n  retention_policy {\n    enabled = true\n    days = 7\n  }\n}\n",
            "`retention_policy.days` is 7, expected at least 90 or 0",
        ),
        (
            "ecr-image-tags-mutable",
            "a.tf",
            "resource \"aws_ecr_repository\" \"a\" {\n  image_tag_mutability = \"MUTABLE\"\n}\n",
            "`image_tag_mutability` is \"MUTABLE\", expected to start with \"IMMUTABLE\"",
        ),
        (
            "lambda-permission-any-source",
            "a.tf",
            "resource \"aws_lambda_permission\" \"a\" {\n  principal = \"s3.amazonaws.com\"\n}\n",
            "none of `source_arn`, `source_account` and `principal_org_id` is set",
        ),
        (
            "compose-dangerous-capability",
            "compose.yaml",
            "services:\n  a:\n    image: x\n    cap_add: [CHOWN, SYS_ADMIN]\n",
            "`cap_add` has \"SYS_ADMIN\"",
        ),
    ] {
        assert_eq!(told(rule, &[(file, text)]), [message], "{rule}");
    }
}
