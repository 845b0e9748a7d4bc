//! What is known of attributes that a provider computes: the form of their texts.

use std::sync::Arc;

use crate::dialect::terraform::value::{Partial, Type, Value};
use crate::syntax::hcl::ast::{Attribute, Block};

/// Kinds of resource or data source (the beginning of their names, when it ends with `_`), attributes, and the form of the
/// text: `*` stands for a part that is known after deployment. From the documentation of the providers.
const FORMS: &[(&str, &[&str], &str)] = &[
    ("aws_", &["arn"], "arn:*"),
    ("aws_eks_cluster", &["issuer"], "https://oidc.eks.*"),
    ("aws_partition", &["partition"], "aws*"),
    ("google_project_iam_custom_role", &["id", "name"], "projects/*/roles/*"),
    ("google_organization_iam_custom_role", &["id", "name"], "organizations/*/roles/*"),
    ("google_compute_default_service_account", &["email"], "*-compute@developer.gserviceaccount.com"),
    ("google_compute_default_service_account", &["member"], "serviceAccount:*-compute@developer.gserviceaccount.com"),
    ("google_app_engine_default_service_account", &["email"], "*@appspot.gserviceaccount.com"),
    ("google_app_engine_default_service_account", &["member"], "serviceAccount:*@appspot.gserviceaccount.com"),
    ("google_service_account", &["email"], "*@*.iam.gserviceaccount.com"),
    ("google_service_account", &["member"], "serviceAccount:*@*.iam.gserviceaccount.com"),
    ("google_service_account", &["id", "name"], "projects/*/serviceAccounts/*"),
];

/// Attributes that are in a plan as they are written, and by which nothing refers to a resource: the addresses of networks, and what
/// a database is.
const AS_WRITTEN: &[&str] =
    &["address_prefix", "address_prefixes", "address_space", "cidr_block", "engine", "engine_version", "ip_cidr_range"];

/// Data sources (the beginning of their names, when it ends with `_`), the argument that they are found by, and the attributes that
/// have its value. From the documentation of the providers.
const FOUND_BY: &[(&str, &str, &[&str])] = &[
    ("aws_cloudwatch_log_group", "name", &["name", "id"]),
    ("aws_db_instance", "db_instance_identifier", &["db_instance_identifier", "id"]),
    ("aws_dynamodb_table", "name", &["name", "id"]),
    ("aws_ecr_repository", "name", &["name", "id"]),
    ("aws_eks_cluster", "name", &["name", "id"]),
    ("aws_iam_role", "name", &["name", "id"]),
    ("aws_lambda_function", "function_name", &["function_name", "id"]),
    ("aws_rds_cluster", "cluster_identifier", &["cluster_identifier", "id"]),
    ("aws_s3_bucket", "bucket", &["bucket", "id"]),
    ("aws_sns_topic", "name", &["name"]),
    ("aws_sqs_queue", "name", &["name"]),
    ("azurerm_", "name", &["name"]),
    ("azurerm_", "resource_group_name", &["resource_group_name"]),
    ("google_storage_bucket", "name", &["id"]),
    ("google_", "name", &["name"]),
];

/// The attributes of a data source that are what it is found by.
pub fn found_by(block: &Block) -> impl Iterator<Item = (&'static str, &Attribute)> {
    let kind = block.labels.first().map_or("", |kind| &*kind.text);
    let own = FOUND_BY.iter().filter(move |(known, ..)| is_kind(known, kind));
    own.filter_map(|(_, argument, attributes)| Some((block.body.attribute(argument)?, *attributes)))
        .flat_map(|(argument, attributes)| attributes.iter().map(move |attribute| (*attribute, argument)))
}

/// The attributes of a block that are known because they are written there.
pub fn as_written(block: &Block) -> impl Iterator<Item = &Attribute> {
    block.body.attributes.iter().filter(|attribute| AS_WRITTEN.contains(&&*attribute.name.text))
}

/// The metadata of an object of Kubernetes: names, labels and annotations are in the cluster as they are written.
pub fn metadata_of(block: &Block) -> Option<&Block> {
    let is_object = block.labels.first().is_some_and(|kind| kind.text.starts_with("kubernetes_"));
    block.body.blocks_of("metadata").next().filter(|_| is_object)
}

/// The value of an attribute of a resource that is not known, with the form of its text where that is known.
pub fn computed(of: &Value, name: &str, found: Value) -> Value {
    let Some([reference]) = of.as_unknown().map(|unknown| unknown.references.as_slice()) else { return found };
    if found.as_unknown().is_none_or(|unknown| unknown.partial.is_some() || unknown.spread) {
        return found;
    }
    let Some(form) = kind_of(reference).and_then(|kind| form_of(kind, name)) else { return found };
    let hole = Value::unknown_from(Type::String, [&found]);
    let mut pieces = Vec::new();
    for (at, piece) in form.split('*').enumerate() {
        if at > 0 {
            pieces.push(hole.clone());
        }
        if !piece.is_empty() {
            pieces.push(Value::string(piece));
        }
    }
    let origin = found.origin.clone();
    hole.with_partial(Partial::Template(Arc::new(pieces))).with_origin(origin)
}

/// `aws_s3_bucket` of `module.a.aws_s3_bucket.logs["x"]`; none for what is within a resource.
fn kind_of(reference: &str) -> Option<&str> {
    let bare = match reference.strip_suffix(']') {
        Some(inside) => inside.get(..inside.rfind('[')?)?,
        None => reference,
    };
    bare.rsplit('.').nth(1)
}

fn form_of(kind: &str, attribute: &str) -> Option<&'static str> {
    FORMS.iter().find(|(known, names, _)| is_kind(known, kind) && names.contains(&attribute)).map(|(.., form)| *form)
}

/// Whether a kind is the one that a table knows, or begins as that says.
fn is_kind(known: &str, kind: &str) -> bool {
    known == kind || (known.ends_with('_') && kind.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_an_address_has_its_forms() {
        for (reference, attribute, want) in [
            ("aws_s3_bucket.logs", "arn", Some("arn:*")),
            ("module.a[0].aws_s3_bucket.logs[\"x\"]", "arn", Some("arn:*")),
            ("data.aws_caller_identity.current", "arn", Some("arn:*")),
            ("aws_s3_bucket.logs", "id", None),
            ("google_project_iam_custom_role.reader", "id", Some("projects/*/roles/*")),
            ("google_project_iam_custom_roles.reader", "id", None),
            ("data.aws_partition.current", "partition", Some("aws*")),
            ("data.google_compute_default_service_account.x", "email", Some("*-compute@developer.gserviceaccount.com")),
            ("x", "arn", None),
        ] {
            assert_eq!(kind_of(reference).and_then(|kind| form_of(kind, attribute)), want, "{reference}");
        }
    }
}
