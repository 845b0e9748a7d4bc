//! What rules can ask of Docker Compose.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["service", "service-part"],
        written: Written::Keys(
            "annotations:a attach:b blkio_config:a build:a cap_add:[s cap_drop:[s cgroup:s cgroup_parent:s command:a configs:[a container_name:s cpu_count:a cpu_percent:a cpu_period:a cpu_quota:a cpu_rt_period:a cpu_rt_runtime:a cpu_shares:a cpus:a cpuset:s credential_spec:a depends_on:a deploy:a develop:a device_cgroup_rules:[s devices:[a dns:a dns_opt:[s dns_search:a domainname:s driver_opts:a entrypoint:a env_file:a environment:a expose:[a extends:a external_links:[s extra_hosts:a gpus:a group_add:[a healthcheck:a hostname:s image:s init:b ipc:s isolation:s label_file:a labels:a links:[s logging:a mac_address:s mem_limit:a mem_reservation:a mem_swappiness:a memswap_limit:a models:a network_mode:s networks:a oom_kill_disable:b oom_score_adj:a pid:s pids_limit:a platform:s ports:[a post_start:[a pre_stop:[a privileged:b profiles:[s provider:a pull_policy:s pull_refresh_after:s read_only:b restart:s runtime:s scale:n secrets:[a security_opt:[s shm_size:a stdin_open:b stop_grace_period:s stop_signal:s storage_opt:a sysctls:a tmpfs:a tty:b ulimits:a use_api_socket:b user:s userns_mode:s uts:s volumes:[a volumes_from:[s working_dir:s",
        ),
        views: &[
            view(
                "environment_map",
                "{s",
                "its environment as a map, however it is written",
                "{ \"LOG_LEVEL\": \"info\" }",
            ),
            view("build_file", "s", "the Dockerfile that its image is built of, from the root on", "app/Dockerfile"),
            view(
                "mounts",
                "[(source:s target:s type:s read_only:b)",
                "its volumes, each in the long form",
                "[{ \"source\": \"/var/run/docker.sock\", \"target\": \"/var/run/docker.sock\", \"type\": \"bind\" }]",
            ),
            view(
                "ports_published",
                "[(host_ip:s published:s target:a protocol:s)",
                "its ports, each in the long form",
                "[{ \"published\": \"5432\", \"target\": \"5432\" }]",
            ),
        ],
    },
    Offer { kinds: &["project"], written: Written::Anything, views: &[] },
];
