//! What runs on hosts.

use super::Says::{CloudConfig, Commands, Image, Mount, Script};
use super::{Statement, says};

/// Modules of Ansible that start a container.
const CONTAINERS: &[&str] = &[
    "community.docker.docker_container",
    "community.docker.docker_swarm_service",
    "containers.podman.podman_container",
    "docker_container",
    "podman_container",
];

pub(super) const STATEMENTS: &[Statement] = &[
    says(&["ansible/task"], "commands", Commands("host")),
    says(&["ansible/task"], "args.image", Image("run")).only("module", CONTAINERS),
    says(&["ansible/task"], "args.volumes", Mount).only("module", CONTAINERS),
    says(&["ansible/task"], "args.mounts", Mount).only("module", CONTAINERS),
    says(&["server/cloud-init"], "", CloudConfig("host")),
    says(&["systemd/unit"], "Service.ExecCondition", Script("service")),
    says(&["systemd/unit"], "Service.ExecStartPre", Script("service")),
    says(&["systemd/unit"], "Service.ExecStart", Script("service")),
    says(&["systemd/unit"], "Service.ExecStartPost", Script("service")),
    says(&["systemd/unit"], "Service.ExecReload", Script("service")),
    says(&["systemd/unit"], "Service.ExecStop", Script("service")),
];
