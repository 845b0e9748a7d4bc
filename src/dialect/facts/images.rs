//! What images of machines are made from, and what runs while they are made.

use super::Says::{Encoded, Image, Script, Windows};
use super::{Statement, says};

const BUILD: &[&str] = &["packer/build"];

pub(super) const STATEMENTS: &[Statement] = &[
    says(BUILD, "provisioner.shell.inline", Script("build")),
    says(BUILD, "provisioner.powershell.inline", Windows("build")),
    says(BUILD, "provisioner.windows-shell.inline", Windows("build")),
    says(BUILD, "provisioner.shell-local.inline", Script("job")),
    says(BUILD, "provisioner.shell-local.command", Script("job")),
    says(BUILD, "error-cleanup-provisioner.shell.inline", Script("build")),
    says(BUILD, "error-cleanup-provisioner.shell-local.inline", Script("job")),
    says(BUILD, "post-processor.shell-local.inline", Script("job")),
    says(BUILD, "post-processors.post-processor.shell-local.inline", Script("job")),
    says(&["packer/docker"], "image", Image("build")),
    says(&["packer/*"], "user_data", Encoded("host")),
    says(&["packer/googlecompute"], "metadata.startup-script", Script("host")),
];
