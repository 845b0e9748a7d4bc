//! What rules can ask of Kubernetes.

use crate::schema::{Offer, Written, view};

/// What there is of a pod whose template stands at a path; none where it is the object itself.
macro_rules! pod {
    ($kinds:expr, $at:literal) => {
        Offer {
            kinds: $kinds,
            written: Written::Table,
            views: &[
                view(
                    "pod",
                    concat!("=", $at, "spec"),
                    "the spec of the pod, wherever the kind keeps it",
                    "{ \"hostNetwork\": true }",
                ),
                view(
                    "pod_metadata",
                    concat!("=", $at, "metadata"),
                    "the metadata of the pod",
                    "{ \"labels\": { \"app\": \"web\" } }",
                ),
                view(
                    "containers",
                    concat!("=", $at, "spec.containers"),
                    "all containers of the pod: those that stay, those that start it, those for debugging",
                    "[{ \"name\": \"web\", \"image\": \"nginx:1.28\" }]",
                ),
                view("containers.role", "s", "`container`, `init` or `ephemeral`", "container"),
                view("containers.image_name", "s", "its image", "nginx:1.28"),
                view(
                    "containers.security",
                    concat!("=", $at, "spec.containers.securityContext"),
                    "the security context that holds for it: its own, over what the pod hands down",
                    "{ \"privileged\": true }",
                ),
            ],
        }
    };
}

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    pod!(&["Pod"], ""),
    pod!(&["PodTemplate"], "template."),
    pod!(&["CronJob"], "spec.jobTemplate.spec.template."),
    pod!(&["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"], "spec.template."),
    Offer {
        kinds: &["DeploymentConfig", "Rollout"],
        written: Written::Anything,
        views: &[
            view("pod", "a", "the spec of the pod, wherever the kind keeps it", "{ \"hostNetwork\": true }")
                .written("spec.template.spec"),
            view("pod_metadata", "a", "the metadata of the pod", "{ \"labels\": { \"app\": \"web\" } }")
                .written("spec.template.metadata"),
            view("containers", "[a", "all containers of the pod", "[{ \"name\": \"web\" }]")
                .written("spec.template.spec.containers"),
            view("containers.security", "a", "the security context that holds for it", "{ \"privileged\": true }")
                .written("spec.template.spec.containers.securityContext"),
        ],
    },
    Offer {
        kinds: &["ScaledJob"],
        written: Written::Anything,
        views: &[
            view("pod", "a", "the spec of the pod, wherever the kind keeps it", "{ \"hostNetwork\": true }")
                .written("spec.jobTargetRef.template.spec"),
            view("pod_metadata", "a", "the metadata of the pod", "{ \"labels\": { \"app\": \"web\" } }")
                .written("spec.jobTargetRef.template.metadata"),
            view("containers", "[a", "all containers of the pod", "[{ \"name\": \"web\" }]")
                .written("spec.jobTargetRef.template.spec.containers"),
            view("containers.security", "a", "the security context that holds for it", "{ \"privileged\": true }")
                .written("spec.jobTargetRef.template.spec.containers.securityContext"),
        ],
    },
    Offer {
        kinds: &["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"],
        written: Written::Anything,
        views: &[view(
            "texts_used",
            "[(expression:s used:s by:s names:[s)",
            "what is pasted into the scripts of its templates",
            "[{ \"expression\": \"{{inputs.parameters.name}}\", \"by\": \"writer\" }]",
        )],
    },
    Offer {
        kinds: &["Ingress"],
        written: Written::Table,
        views: &[view(
            "hosts_served",
            "[(host:s tls:a)",
            "each host of its rules, and whether an entry of TLS names it",
            "[{ \"host\": \"shop.example.com\", \"tls\": true }]",
        )],
    },
    Offer {
        kinds: &["*"],
        written: Written::Table,
        views: &[view("namespace", "s", "the namespace that it is in: `default` where it names none", "shop")],
    },
];
