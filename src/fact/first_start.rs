//! What machines are handed to run when they first start.

use crate::document::{Entry, Node};

/// Keys under which machines are handed a script or a configuration of cloud-init, in any format.
#[rustfmt::skip] // Words fill lines.
const KEYS: &[&str] = &[
    "user_data", "user_data_base64", "custom_data", "UserData", "userData", "customData", "metadata_startup_script", "startup-script", "user-data",
];

/// How deep in a resource they stand at most (`properties.osProfile.customData`).
const DEEPEST: usize = 4;

/// How files for the first start of a machine begin.
const CLOUD_CONFIG: &str = "#cloud-config";

/// Shows each value that is handed over in a body, with its key.
pub fn handed_over<'n>(body: &'n Node, see: &mut dyn FnMut(&'n Entry)) {
    gather(body, 0, see);
}

fn gather<'n>(node: &'n Node, depth: usize, see: &mut dyn FnMut(&'n Entry)) {
    if depth > DEEPEST {
        return;
    }
    for item in node.items() {
        gather(item, depth + 1, see);
    }
    for entry in node.entries() {
        if KEYS.contains(&&*entry.key.name) { see(entry) } else { gather(&entry.value, depth + 1, see) }
    }
}

/// Whether a text is a configuration of cloud-init, perhaps one that it fills in itself.
pub fn is_cloud_config(text: &str) -> bool {
    let text = text.trim_start();
    let text = if text.starts_with("## template:") { text.split_once('\n').map_or("", |(_, rest)| rest) } else { text };
    text.trim_start().starts_with(CLOUD_CONFIG)
}
