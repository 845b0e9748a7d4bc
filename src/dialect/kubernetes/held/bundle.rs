//! Bundles of operators: the deployments and the rights that the manager of operators makes of a version.
//! <https://olm.operatorframework.io/docs/concepts/crds/clusterserviceversion/>

use super::made;
use crate::document::{Entry, Node};

/// The deployments, and a role for each account that is given rights.
pub(super) fn objects(version: &Node) -> Vec<Node> {
    let Some(spec) = version.at(&["spec", "install", "spec"]) else { return Vec::new() };
    let items = |key: &str| spec.get(key).map_or(&[][..], Node::items).iter();
    let taken = |item: &Node, key: &str| item.entry(key).cloned().into_iter().collect::<Vec<Entry>>();
    let deployments =
        items("deployments").map(|one| made("apps/v1", "Deployment", one.get("name"), one, taken(one, "spec")));
    let role = |kind: &'static str| {
        move |one: &Node| {
            let rules = one.entry("rules").cloned().into_iter().collect();
            made("rbac.authorization.k8s.io/v1", kind, one.get("serviceAccountName"), one, rules)
        }
    };
    deployments
        .chain(items("clusterPermissions").map(role("ClusterRole")))
        .chain(items("permissions").map(role("Role")))
        .collect()
}
