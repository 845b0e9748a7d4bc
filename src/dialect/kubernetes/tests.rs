use super::KUBERNETES;
use crate::dialect::{Extraction, Resource, testing};
use crate::document::Node;
use crate::document::testing::WORDS;

/// The objects of files, as a run would find them.
fn extract(files: &[(&str, &str)]) -> Vec<Resource> {
    let Extraction { resources, problems } = testing::found(&KUBERNETES, files).1;
    assert!(problems.is_empty());
    resources
}

fn addresses(resources: &[Resource]) -> Vec<&str> {
    resources.iter().map(|found| &*found.address).collect()
}

fn text<'a>(node: &'a Node, keys: &[&str]) -> Option<&'a str> {
    node.at(keys).and_then(Node::as_str)
}

#[test]
fn objects_are_found_in_documents_and_lists() {
    let resources = extract(&[
        (
            "a.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: default}}\n- {apiVersion: v1, kind: Pod, metadata: {generateName: job-}}\n---\nother: document\n",
        ),
        (
            "b.json",
            r#"{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleList", "items": [{"metadata": {"name": "r"}}]}"#,
        ),
        ("c.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"),
        ("d.yaml", "kind: x\napiVersion: [1]\n"),
    ]);
    assert_eq!(addresses(&resources), ["Service/shop/web", "Pod/a", "Pod/job-", "Role/r"]);
    assert_eq!(&*resources[3].kind, "kubernetes/Role");
    assert_eq!(&*resources[0].names[0], "web");
}

#[test]
fn the_template_of_a_set_of_applications_is_one_of_them() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: shop, namespace: argocd}\nspec:\n  generators: [{list: {elements: [{cluster: a}]}}]\n  template:\n    metadata: {name: '{{cluster}}-shop'}\n    spec:\n      project: shop\n      source: {repoURL: https://charts.example.com, chart: shop, targetRevision: '*'}\n";
    let found = extract(&[("set.yaml", set)]);
    assert_eq!(addresses(&found), ["ApplicationSet/argocd/shop", "ApplicationSet/argocd/shop/template"]);
    assert_eq!(&*found[1].kind, "kubernetes/Application");
    assert_eq!(text(&found[1].body, &["spec", "source", "targetRevision"]), Some("*"));
    assert!(found[1].body.at(&["metadata", "name"]).unwrap().as_unresolved().is_some());
}

#[test]
fn templates_of_a_chart_are_left_to_helm() {
    let plain = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: \"{{ .Release.Name }}\"}\n";
    let of = |files: &[(&str, &str)]| extract(files).len();
    assert_eq!(of(&[("chart/templates/a.yaml", plain), ("chart/Chart.yaml", "name: c\n")]), 0, "rendered by helm");
    assert_eq!(of(&[("x/templates/a.yaml", plain)]), 1, "no chart");
    assert_eq!(of(&[("x/templates/a.yaml", template)]), 1, "a template without a chart");
    assert_eq!(of(&[("x/workflow.yaml", template)]), 1, "braces in a string");
}

#[test]
fn what_a_template_fills_in_is_not_decided() {
    let text =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: \"{{ .Name }}\"}\nspec: {a: {{ .Values.a }}, b: {c: null}}\n";
    for (path, address) in [("templates/a.yaml", "Pod/{{ .Name }}"), ("a.yaml", "Pod/{{ .Name }}")] {
        let resources = extract(&[(path, text)]);
        assert_eq!(addresses(&resources), [address], "{path}");
        let body = &resources[0].body;
        let open = |keys: &[&str]| body.at(keys).and_then(Node::as_unresolved).map(|open| open.expression.to_string());
        assert_eq!(open(&["metadata", "name"]).is_some(), path.starts_with("templates"), "{path}");
        assert_eq!(open(&["spec", "a"]).as_deref(), Some("{{ .Values.a }}"), "{path}");
        assert!(open(&["spec", "b"]).is_none() && body.at(&["spec", "b", "c"]).is_some(), "{path}");
    }
}

#[test]
fn tags_of_the_writers_own_change_nothing() {
    let text =
        "!a\napiVersion: !b v1\nkind: !c Pod\nmetadata: !d {name: !e p}\nspec: {containers: !f [!g {image: !h i}]}\n";
    let resources = extract(&[("a.yaml", text)]);
    assert_eq!(addresses(&resources), ["Pod/p"]);
    let image =
        resources[0].body.at(&["spec", "containers"]).and_then(|all| all.items().first()?.get("image")?.as_str());
    assert_eq!(image, Some("i"));
}

#[test]
fn every_workload_shows_its_pod() {
    let pod = "{containers: [{name: c, image: i}], initContainers: [{name: n, image: j}]}";
    for (kind, body) in [
        ("Pod", format!("spec: {pod}")),
        ("PodTemplate", format!("template: {{spec: {pod}}}")),
        ("CronJob", format!("spec: {{jobTemplate: {{spec: {{template: {{spec: {pod}}}}}}}}}")),
        ("Deployment", format!("spec: {{template: {{spec: {pod}}}}}")),
        ("Rollout", format!("spec: {{template: {{spec: {pod}}}}}")),
    ] {
        let resources = extract(&[("a.yaml", &format!("apiVersion: v1\nkind: {kind}\n{body}\n"))]);
        let body = &resources[0].body;
        assert!(body.at(&["pod", "initContainers"]).is_some(), "{kind}");
        let roles: Vec<_> = body.get("containers").unwrap().items().iter().map(|one| text(one, &["role"])).collect();
        assert_eq!(roles, [Some("container"), Some("init")], "{kind}");
    }
    assert!(extract(&[("a.yaml", "apiVersion: v1\nkind: ConfigMap\nspec: {}\n")])[0].body.get("pod").is_none());
}

#[test]
fn containers_inherit_what_the_pod_hands_down() {
    let resources = extract(&[(
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsUser: 5, runAsNonRoot: true, fsGroup: 7}\n  containers:\n  - name: a\n    securityContext: {runAsUser: 0}\n  - name: b\n",
    )]);
    let containers = resources[0].body.get("containers").unwrap().items();
    let security = containers[0].get("security").unwrap();
    assert_eq!(
        security.entries().iter().map(|entry| &*entry.key.name).collect::<Vec<_>>(),
        ["runAsUser", "runAsNonRoot"]
    );
    assert!(matches!(security.get("runAsUser").unwrap().value, crate::document::Value::Int(0)));
    assert_eq!(containers[1].get("security").unwrap().entries().len(), 2, "fsGroup is the pod's own");
}

#[test]
fn what_is_not_known_of_a_pod_stays_unknown() {
    let resources = extract(&[(
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: *nope\n  containers:\n  - name: a\n  initContainers: *nope\n",
    )]);
    let containers = resources[0].body.get("containers").unwrap().items();
    assert!(containers[0].get("security").and_then(Node::as_map).unwrap().rest.is_some());
    assert!(containers[1].as_unresolved().unwrap().spread);
    let broken = extract(&[("a.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: 1\n template: x\n")]);
    assert!(broken[0].body.get("pod").unwrap().as_unresolved().is_some());
}

const WORKFLOW: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: build, namespace: ci}
spec:
  entrypoint: main
  serviceAccountName: builder
  securityContext: {runAsNonRoot: true}
  volumes: [{name: host, hostPath: {path: /etc}}]
  arguments: {parameters: [{name: tag, value: '1.2'}]}
  templates:
    - name: main
      inputs: {parameters: [{name: who, value: x}]}
      steps:
        - - {name: a, template: run, arguments: {parameters: [{name: image, value: alpine}, {name: text, value: '{{inputs.parameters.who}}'}, {name: fixed, value: hello}]}}
    - name: run
      securityContext: {runAsUser: 0}
      script:
        image: '{{inputs.parameters.image}}:{{workflow.parameters.tag}}'
        command: [bash]
        source: |
          echo {{inputs.parameters.text}}
          echo {{inputs.parameters.fixed}} {{workflow.name}} {{steps.a.outputs.result}}
      sidecars: [{name: db, image: postgres:17}]
    - name: plain
      container: {image: 'nginx:{{item}}', command: [sh, -c], args: ['echo {{workflow.parameters.tag}}']}
    - name: python
      script: {image: python:3.13, command: [python], source: \"print('{{inputs.parameters.lone}}')\"}
";

#[test]
fn templates_of_workflows_are_jobs() {
    let resources = extract(&[("w.yaml", WORKFLOW)]);
    assert_eq!(
        addresses(&resources),
        ["Workflow/ci/build", "Workflow/ci/build/run", "Workflow/ci/build/plain", "Workflow/ci/build/python"]
    );
    let [_, run, plain, python] = resources.as_slice() else { panic!("four resources") };
    assert_eq!(&*run.kind, "kubernetes/Job");
    let pod = run.body.get("pod").unwrap();
    assert_eq!(text(pod, &["serviceAccountName"]), Some("builder"));
    assert_eq!(pod.at(&["securityContext", "runAsUser"]).map(|user| user.value.kind()), Some("number"));
    let images = |job: &Resource| -> Vec<Option<String>> {
        let containers = job.body.get("containers").map_or(&[][..], Node::items);
        containers.iter().map(|one| one.get("image").and_then(Node::as_str).map(str::to_owned)).collect()
    };
    assert_eq!(images(run), [Some("alpine:1.2".to_owned()), Some("postgres:17".to_owned())]);
    assert_eq!(images(plain), [None]);
    let nested = plain.body.get("pod").and_then(|pod| pod.at(&["securityContext", "runAsNonRoot"]));
    assert_eq!(nested.and_then(Node::as_bool), Some(true));
    assert_eq!(text(run.body.get("containers").unwrap().items().first().unwrap(), &["name"]), Some("main"));
    assert!(python.body.get("containers").unwrap().items().first().unwrap().get("args").is_none());
}

#[test]
fn who_decides_what_is_pasted_into_scripts_of_workflows_is_told() {
    let told = |workflow: &str| -> Vec<String> {
        let resources = extract(&[("w.yaml", workflow)]);
        let texts = resources.first().and_then(|object| object.body.get("texts_used"));
        texts
            .map_or(&[][..], Node::items)
            .iter()
            .map(|one| format!("{} {}", text(one, &["expression"]).unwrap(), text(one, &["by"]).unwrap()))
            .collect()
    };
    assert_eq!(
        told(WORKFLOW),
        [
            "{{inputs.parameters.text}} writer",
            "{{inputs.parameters.fixed}} constant",
            "{{workflow.name}} constant",
            "{{steps.a.outputs.result}} program",
            "{{workflow.parameters.tag}} writer",
            "{{inputs.parameters.lone}} constant",
        ]
    );
    let shared = WORKFLOW.replace("kind: Workflow\n", "kind: WorkflowTemplate\n");
    assert!(told(&shared).contains(&"{{inputs.parameters.fixed}} writer".to_owned()));
}

#[test]
fn a_patch_of_a_workflow_is_laid_over_its_pods() {
    let shown = |patch: &str| -> (Option<bool>, Option<String>, bool) {
        let workflow = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {{name: ci}}\nspec:\n  arguments: {{parameters: [{{name: who, value: 'true'}}]}}\n  \
             podSpecPatch: |\n    hostPID: true\n  templates:\n    - name: run\n      container: {{image: alpine}}\n      podSpecPatch: |\n{patch}"
        );
        let resources = extract(&[("w.yaml", &workflow)]);
        let pod = resources.iter().find(|one| &*one.address == "Workflow/ci/run").unwrap().body.get("pod").unwrap();
        let container = pod.get("containers").unwrap().items().first().unwrap();
        let privileged = container.at(&["securityContext", "privileged"]);
        let open = privileged.and_then(Node::as_unresolved).map(|open| open.because.to_string());
        let is_host = pod.get("hostPID").and_then(Node::as_bool) == Some(true);
        (privileged.and_then(Node::as_bool), open, is_host)
    };
    let with = |value: &str| {
        format!(
            "        containers:\n          - name: main\n            securityContext:\n              privileged: {value}\n"
        )
    };
    assert_eq!(shown(&with("true")), (Some(true), None, true));
    assert_eq!(shown("        priority: 1\n"), (None, None, true));
    let open = |name: &str| Some(format!("`{name}` is known when the workflow runs"));
    assert_eq!(shown(&with("{{inputs.parameters.other}}")), (None, open("inputs.parameters.other"), true));
    assert!(shown("        '{\"hostPID\": false}'\n").2);
    assert!(!shown("        {\"hostPID\": false}\n").2);
}

#[test]
fn schedules_of_workflows_have_their_jobs_too() {
    let resources = extract(&[(
        "w.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nmetadata: {name: night}\nspec:\n  schedule: '0 1 * * *'\n  workflowSpec:\n    entrypoint: a\n    templates: [{name: a, container: {image: nginx}}]\n---\napiVersion: example.org/v1\nkind: Workflow\nmetadata: {name: other}\nspec: {templates: [{name: a, container: {image: nginx}}]}\n",
    )]);
    assert_eq!(addresses(&resources), ["CronWorkflow/night", "CronWorkflow/night/a", "Workflow/other"]);
}

#[test]
fn objects_in_other_objects_are_listed_too() {
    let template = "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nparameters:\n- {name: NAME, value: web}\n- {name: COUNT, value: '3'}\n- {name: TAG}\nobjects:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: '${NAME}'}\n  spec:\n    replicas: ${{COUNT}}\n    template: {spec: {containers: [{name: a, image: 'r.example.org/${NAME}:${TAG}', command: [sh, -c, 'echo ${HOME} ${HOME:-x} $${NAME}']}]}}\n";
    let found = extract(&[("a.yaml", template)]);
    let deployment = found.iter().find(|one| &*one.kind == "kubernetes/Deployment").unwrap();
    assert_eq!(&*deployment.address, "Deployment/web");
    assert_eq!(WORDS.of(deployment.body.at(&["spec", "replicas"]).unwrap()), "3");
    let container = &deployment.body.get("pod").unwrap().get("containers").unwrap().items()[0];
    let image = container.get("image").unwrap().as_unresolved().unwrap();
    assert_eq!(&*image.because, "parameter `TAG` of the template has no value");
    assert_eq!(image.partial.as_ref().unwrap().prefix(), "r.example.org/web:");
    let command = container.get("command").unwrap().items()[2].as_str().unwrap();
    assert_eq!(command, "echo ${HOME} ${HOME:-x} $web", "no parameters of the template");
    let bundle = "apiVersion: operators.coreos.com/v1alpha1\nkind: ClusterServiceVersion\nmetadata: {name: o.v1}\nspec:\n  install:\n    spec:\n      deployments: [{name: o, spec: {template: {spec: {containers: [{name: a}]}}}}]\n      clusterPermissions: [{serviceAccountName: o, rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]}]\n      permissions: [{serviceAccountName: o, rules: []}]\n";
    let work = "apiVersion: work.open-cluster-management.io/v1\nkind: ManifestWork\nmetadata: {name: w}\nspec: {workload: {manifests: [{apiVersion: v1, kind: Pod, metadata: {name: p}}, {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: q}}]}]}}\n";
    let workflow = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  templates:\n  - {name: a, resource: {action: apply, manifest: \"apiVersion: v1\\nkind: Pod\\nmetadata: {name: p}\\n\"}}\n  - {name: b, resource: {action: get, manifest: \"apiVersion: v1\\nkind: Pod\\nmetadata: {name: q}\\n\"}}\n";
    for (text, want) in [
        (bundle, vec!["ClusterServiceVersion/o.v1", "Deployment/o", "ClusterRole/o", "Role/o"]),
        (work, vec!["ManifestWork/w", "Pod/p", "Pod/q"]),
        (workflow, vec!["Workflow/w", "Pod/p"]),
    ] {
        let found = extract(&[("a.yaml", text)]);
        assert_eq!(found.iter().map(|one| &*one.address).collect::<Vec<_>>(), want, "{text}");
    }
}

#[test]
fn what_parameters_make_of_an_object_is_bounded() {
    let (value, uses) = ("x".repeat(100_000), 20_000);
    let template = format!(
        "apiVersion: template.openshift.io/v1\nkind: Template\nparameters: [{{name: A, value: {value}}}]\nobjects:\n- {{apiVersion: v1, kind: ConfigMap, metadata: {{name: c}}, data: {{a: '{}', b: '{}'}}}}\n",
        "${A}".repeat(uses),
        "${".repeat(uses)
    );
    let workflow = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  arguments: {{parameters: [{{name: a, value: {value}}}]}}\n  templates: [{{name: t, container: {{image: '{}'}}}}]\n",
        "{{workflow.parameters.a}}".repeat(uses)
    );
    let of_kind = |text: &str, kind: &str, path: &[&str]| {
        let found = extract(&[("a.yaml", text)]);
        let object = found.into_iter().find(|one| &*one.kind == kind).unwrap();
        object.body.at(path).unwrap().as_unresolved().map(|open| open.because.to_string())
    };
    let why = Some("what is filled in makes more of the object than the limit here".to_owned());
    assert_eq!(of_kind(&template, "kubernetes/ConfigMap", &["data", "a"]), why);
    assert_eq!(of_kind(&template, "kubernetes/ConfigMap", &["data", "b"]), None);
    let pod = ["spec", "template", "spec", "containers"];
    let found = extract(&[("a.yaml", &workflow)]);
    let job = found.iter().find(|one| &*one.kind == "kubernetes/Job").unwrap();
    let image = job.body.at(&pod).unwrap().items()[0].get("image").unwrap();
    assert_eq!(image.as_unresolved().map(|open| open.because.to_string()), why);
}
