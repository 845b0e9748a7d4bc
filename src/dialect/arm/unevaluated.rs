//! Functions that are not evaluated: which of them only the deployment knows, and which are never null.

use std::sync::Arc;

use super::call::Call;
use crate::document::{Node, Unresolved, Value};

/// Functions whose value only the deployment knows.
const AT_DEPLOYMENT: &[&str] = &[
    "deployer",
    "deployment",
    "environment",
    "extensionresourceid",
    "getsecret",
    "guid",
    "managementgroup",
    "managementgroupresourceid",
    "newguid",
    "readenvironmentvariable",
    "reference",
    "references",
    "resourcegroup",
    "subscription",
    "subscriptionresourceid",
    "tenant",
    "tenantresourceid",
    "uniquestring",
    "utcnow",
];

/// Functions that give a text or a number, never null.
const SOMETHING: &[&str] = &[
    "base64tostring",
    "datauri",
    "datauritostring",
    "datetimeadd",
    "datetimefromepoch",
    "datetimetoepoch",
    "extensionresourceid",
    "guid",
    "indexof",
    "lastindexof",
    "loadfileasbase64",
    "managementgroupresourceid",
    "newguid",
    "padleft",
    "subscriptionresourceid",
    "substring",
    "tenantresourceid",
    "tologicalzone",
    "tophysicalzone",
    "uniquestring",
    "uri",
    "uricomponent",
    "uricomponenttostring",
    "utcnow",
];

/// What is known of a call of such a function: why it is open, and whether there is a value at all.
pub(super) fn call(name: &str, shown: &str, call: &Call<'_, '_>) -> Node {
    let because = if AT_DEPLOYMENT.contains(&name) || name.starts_with("list") {
        format!("`{shown}` is known at deployment")
    } else {
        format!("the function `{shown}` is not evaluated")
    };
    let node = call.open(because);
    match &node.value {
        Value::Unresolved(open) if SOMETHING.contains(&name) => {
            let open = Unresolved { partial: Some(Box::default()), ..Unresolved::clone(open) };
            Node { value: Value::Unresolved(Arc::new(open)), ..node }
        }
        _ => node,
    }
}
