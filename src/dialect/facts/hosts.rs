//! What runs on hosts.

use super::Says::{CloudConfig, Commands, Image, Mount, Pulled, Script};
use super::{Statement, says};

/// Modules of Ansible that start a container.
const CONTAINERS: &[&str] = &[
    "community.docker.docker_container",
    "community.docker.docker_swarm_service",
    "containers.podman.podman_container",
    "docker_container",
    "docker_swarm_service",
    "podman_container",
];

/// Modules that handle an image by its name and tag.
const IMAGES: &[&str] = &["community.docker.docker_image", "docker_image"];

/// Units, and what Podman makes units of.
const UNITS: &[&str] = &["systemd/unit", "systemd/quadlet"];

pub(super) const STATEMENTS: &[Statement] = &[
    says(&["ansible/task"], "commands", Commands("host")),
    says(&["ansible/task"], "args.image", Image("run")).only("module", CONTAINERS),
    says(&["ansible/task"], "args", Pulled("run")).only("module", IMAGES),
    says(&["ansible/task"], "args.volumes", Mount).only("module", CONTAINERS),
    says(&["ansible/task"], "args.mounts", Mount).only("module", CONTAINERS),
    // Podman calls both in the singular.
    says(&["ansible/task"], "args.volume", Mount).only("module", CONTAINERS),
    says(&["ansible/task"], "args.mount", Mount).only("module", CONTAINERS),
    says(&["server/cloud-init"], "", CloudConfig("host")),
    says(UNITS, "Service.ExecCondition", Script("service")),
    says(UNITS, "Service.ExecStartPre", Script("service")),
    says(UNITS, "Service.ExecStart", Script("service")),
    says(UNITS, "Service.ExecStartPost", Script("service")),
    says(UNITS, "Service.ExecReload", Script("service")),
    says(UNITS, "Service.ExecStop", Script("service")),
    says(&["systemd/quadlet"], "image", Image("run")),
    says(&["systemd/quadlet"], "Container.Exec", Script("container")),
    says(&["systemd/quadlet"], "Container.Volume", Mount),
];
