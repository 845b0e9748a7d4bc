//! What images are built of, and what containers run.

use super::Says::{
    Chart, Commands, Container, Health, HostPath, Image, Manifest, Marked, Mount, Options, Overridden, Script, Words,
};
use super::{Statement, says};
use crate::fact::command::{COMPOSE, KUBERNETES};

/// Tasks of Tekton that stand by themselves.
const TASKS: &[&str] = &["kubernetes/Task", "kubernetes/ClusterTask"];

/// Volumes of Kubernetes in Terraform.
const VOLUMES: &[&str] = &["terraform/kubernetes_persistent_volume", "terraform/kubernetes_persistent_volume_v1"];

/// What the operator of Prometheus runs.
const MONITORS: &[&str] =
    &["kubernetes/Alertmanager", "kubernetes/Prometheus", "kubernetes/PrometheusAgent", "kubernetes/ThanosRuler"];

pub(super) const STATEMENTS: &[Statement] = &[
    says(&["dockerfile/image"], "stages.base", Image("build")).unless("base_is_stage"),
    says(&["dockerfile/image"], "copy.from_image", Image("build")),
    says(&["dockerfile/image"], "run.from_image", Image("build")),
    says(&["dockerfile/image"], "onbuild.trigger.from_image", Image("build")),
    says(&["dockerfile/image"], "run.commands", Commands("build")),
    says(&["dockerfile/image"], "cmd.commands", Commands("container")),
    says(&["dockerfile/image"], "entrypoint.commands", Commands("container")),
    says(&["dockerfile/image"], "healthcheck.commands", Commands("container")),
    says(&["dockerfile/image"], "onbuild.trigger.commands", Commands("build")),
    says(&["compose/service", "compose/service-part"], "image", Image("run")).unless("build"),
    says(&["compose/service", "compose/service-part"], "build_images", Image("build")),
    says(&["compose/service", "compose/service-part"], "", Container(COMPOSE, "container")),
    says(&["compose/service", "compose/service-part"], "healthcheck.test", Health("container")),
    says(&["compose/service", "compose/service-part"], "post_start.command", Words("container")),
    says(&["kubernetes/*"], "containers.image", Manifest("run")),
    says(&["kubernetes/*"], "pod.volumes.image.reference", Image("run")),
    says(&["kubernetes/*"], "containers", Container(KUBERNETES, "container")),
    says(&["kubernetes/*"], "containers.lifecycle.*.exec.command", Words("container")),
    says(&["kubernetes/*"], "containers.livenessProbe.exec.command", Words("container")),
    says(&["kubernetes/*"], "containers.readinessProbe.exec.command", Words("container")),
    says(&["kubernetes/*"], "containers.startupProbe.exec.command", Words("container")),
    says(&["kubernetes/ConfigMap"], "data.*", Marked("container")),
    says(&["compose/service", "compose/service-part"], "mounts", Mount),
    says(&["compose/project"], "volumes.*.driver_opts.device", HostPath),
    says(&["kubernetes/*"], "pod.volumes.hostPath.path", HostPath),
    says(&["kubernetes/PersistentVolume"], "spec.hostPath.path", HostPath),
    says(&["kubernetes/PersistentVolume"], "spec.local.path", HostPath),
    says(VOLUMES, "spec.persistent_volume_source.host_path.path", HostPath),
    says(VOLUMES, "spec.persistent_volume_source.local.path", HostPath),
    says(&["kubernetes/ClusterConfiguration"], "apiServer.extraArgs", Options("kube-apiserver")),
    says(&["kubernetes/ClusterConfiguration"], "controllerManager.extraArgs", Options("kube-controller-manager")),
    says(&["kubernetes/ClusterConfiguration"], "scheduler.extraArgs", Options("kube-scheduler")),
    says(&["kubernetes/ClusterConfiguration"], "etcd.local.extraArgs", Options("etcd")),
    says(&["kubernetes/InitConfiguration"], "nodeRegistration.kubeletExtraArgs", Options("kubelet")),
    says(&["kubernetes/JoinConfiguration"], "nodeRegistration.kubeletExtraArgs", Options("kubelet")),
    says(&["server/k3s"], "kube-apiserver-arg", Options("kube-apiserver")),
    says(&["server/k3s"], "kube-controller-manager-arg", Options("kube-controller-manager")),
    says(&["server/k3s"], "kube-scheduler-arg", Options("kube-scheduler")),
    says(&["server/k3s"], "etcd-arg", Options("etcd")),
    says(&["server/k3s"], "kubelet-arg", Options("kubelet")),
    says(&["server/talos"], "cluster.apiServer.extraArgs", Options("kube-apiserver")),
    says(&["server/talos"], "cluster.controllerManager.extraArgs", Options("kube-controller-manager")),
    says(&["server/talos"], "cluster.scheduler.extraArgs", Options("kube-scheduler")),
    says(&["server/talos"], "cluster.etcd.extraArgs", Options("etcd")),
    says(&["server/talos"], "machine.kubelet.extraArgs", Options("kubelet")),
    // Tekton, Knative; templates of Argo are jobs.
    says(TASKS, "spec.steps.image", Image("job")),
    says(TASKS, "spec.steps.script", Script("job")),
    says(TASKS, "spec.sidecars.image", Image("job")),
    says(TASKS, "spec.volumes.hostPath.path", HostPath),
    says(&["kubernetes/TaskRun"], "spec.taskSpec.steps.image", Image("job")),
    says(&["kubernetes/TaskRun"], "spec.taskSpec.steps.script", Script("job")),
    says(&["kubernetes/TaskRun"], "spec.taskSpec.sidecars.image", Image("job")),
    says(&["kubernetes/TaskRun"], "spec.taskSpec.volumes.hostPath.path", HostPath),
    says(&["kubernetes/Pipeline"], "spec.tasks.taskSpec.steps.image", Image("job")),
    says(&["kubernetes/Pipeline"], "spec.tasks.taskSpec.steps.script", Script("job")),
    says(&["kubernetes/Pipeline"], "spec.tasks.taskSpec.sidecars.image", Image("job")),
    says(&["kubernetes/Pipeline"], "spec.tasks.taskSpec.volumes.hostPath.path", HostPath),
    says(&["kubernetes/Pipeline"], "spec.finally.taskSpec.steps.image", Image("job")),
    says(&["kubernetes/Pipeline"], "spec.finally.taskSpec.steps.script", Script("job")),
    says(&["kubernetes/PipelineRun"], "spec.pipelineSpec.tasks.taskSpec.steps.image", Image("job")),
    says(&["kubernetes/PipelineRun"], "spec.pipelineSpec.tasks.taskSpec.steps.script", Script("job")),
    says(&["kubernetes/PipelineRun"], "spec.pipelineSpec.tasks.taskSpec.volumes.hostPath.path", HostPath),
    says(&["kubernetes/PipelineRun"], "spec.pipelineSpec.finally.taskSpec.steps.image", Image("job")),
    says(&["kubernetes/PipelineRun"], "spec.pipelineSpec.finally.taskSpec.steps.script", Script("job")),
    says(&["kubernetes/Service"], "spec.template.spec.containers.image", Image("run")),
    // Volcano has a pod for each task of a job.
    says(&["kubernetes/Job"], "spec.tasks.template.spec.containers.image", Manifest("run")),
    says(&["kubernetes/Job"], "spec.tasks.template.spec.containers", Container(KUBERNETES, "container")),
    says(MONITORS, "spec.image", Image("run")),
    // A cluster of CloudNativePG, and what KServe serves a model with.
    says(&["kubernetes/Cluster"], "spec.imageName", Image("run")),
    says(&["kubernetes/InferenceService"], "spec.*.containers.image", Image("run")),
    // What a chart from elsewhere is told of its images, in the form that most charts have.
    says(&["kubernetes/HelmRelease"], "spec.values.image", Overridden("run")),
    says(&["kubernetes/HelmRelease"], "spec.values.*.image", Overridden("run")),
    // Volumes that a release adds, under the names that most charts have for them.
    says(&["kubernetes/HelmRelease"], "spec.values.extraVolumes.hostPath.path", HostPath),
    says(&["kubernetes/HelmRelease"], "spec.values.volumes.hostPath.path", HostPath),
    says(&["kubernetes/HelmRelease"], "spec.values.*.extraVolumes.hostPath.path", HostPath),
    says(&["kubernetes/HelmRelease"], "spec.values.*.volumes.hostPath.path", HostPath),
    says(&["terraform/helm_release"], "", Chart("run")),
    says(&["terraform/docker_container"], "image", Image("run")),
    says(&["terraform/docker_container"], "healthcheck.test", Health("container")),
    says(&["terraform/docker_container"], "volumes.host_path", HostPath),
    says(&["terraform/docker_container"], "mounts", Mount),
    says(&["terraform/docker_service"], "task_spec.container_spec.mounts", Mount),
    says(&["terraform/docker_image"], "name", Image("run")).unless("build"),
    says(&["terraform/docker_service"], "task_spec.container_spec.image", Image("run")),
];
