use super::KUSTOMIZE;
use crate::dialect::kubernetes::KUBERNETES;
use crate::dialect::{Extraction, Inputs, Resource, testing};
use crate::document::Node;
use crate::document::testing::WORDS;
use crate::source::{Span, Workspace};

/// What both dialects find in files.
fn extract(files: &[(&str, &str)]) -> (Workspace, Extraction) {
    let workspace = Workspace::in_memory(files.iter().copied());
    let found = testing::extract(&[&KUBERNETES, &KUSTOMIZE], &workspace, &Inputs::default());
    (workspace, found)
}

fn objects(found: &Extraction) -> Vec<&Resource> {
    found.resources.iter().filter(|one| one.kind.starts_with("kubernetes/")).collect()
}

fn addresses(found: &Extraction) -> Vec<&str> {
    objects(found).iter().map(|one| &*one.address).collect()
}

fn at(workspace: &Workspace, span: Span) -> (&str, &str) {
    let source = workspace.source(span.file).unwrap();
    (source.path(), source.slice(span))
}

fn show(node: &Node) -> String {
    WORDS.of(node)
}

const BASE: &str = "resources: [deploy.yaml]\n";
const DEPLOY: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 1\n  template:\n    spec:\n      hostNetwork: true\n      containers:\n      - {name: a, image: 'nginx:1'}\n      - {name: b, image: side}\n      volumes:\n      - {name: c, configMap: {name: conf}}\n";

#[test]
fn an_overlay_is_judged_and_its_base_only_through_it() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      hostNetwork: false\n      containers:\n      - {name: a, securityContext: {privileged: true}}\n      - {name: b, $patch: delete}\n";
    let (workspace, found) = extract(&[
        ("base/kustomization.yaml", BASE),
        ("base/deploy.yaml", DEPLOY),
        ("over/kustomization.yaml", "resources: [../base]\npatches: [{path: patch.yaml}]\n"),
        ("over/patch.yaml", patch),
    ]);
    assert_eq!(addresses(&found), ["Deployment/web"], "neither the base nor the patch on its own");
    let web = objects(&found)[0];
    let pod = web.body.get("pod").unwrap();
    assert_eq!(show(pod.get("containers").unwrap()), "[{name=a image=nginx:1 securityContext={privileged=true}}]");
    let network = pod.get("hostNetwork").unwrap();
    assert_eq!(at(&workspace, network.span), ("over/patch.yaml", "false"), "set by the patch");
    assert_eq!(at(&workspace, web.header), ("base/deploy.yaml", "kind: Deployment"));
    assert!(found.problems.is_empty(), "{:?}", found.problems);
}

#[test]
fn patches_are_written_in_place_and_for_targets() {
    let over = "resources: [../base]\npatches:\n- target: {kind: Deployment, name: w.*}\n  patch: |-\n    - op: replace\n      path: /spec/template/spec/hostNetwork\n      value: false\n    - {op: add, path: /spec/template/spec/containers/-, value: {name: z}}\n    - {op: remove, path: /spec/template/spec/volumes}\n- target: {kind: Service}\n  patch: '[{op: remove, path: /nope}]'\n";
    let (workspace, found) =
        extract(&[("base/kustomization.yaml", BASE), ("base/deploy.yaml", DEPLOY), ("over/kustomization.yaml", over)]);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    let pod = objects(&found)[0].body.get("pod").unwrap();
    assert_eq!(pod.get("containers").unwrap().items().len(), 3);
    assert!(pod.get("volumes").is_none());
    assert_eq!(at(&workspace, pod.get("hostNetwork").unwrap().span), ("over/kustomization.yaml", "false"));
    assert!(workspace.source(pod.get("hostNetwork").unwrap().span.file).is_ok());
}

#[test]
fn names_labels_images_and_replicas_change() {
    let over = "resources: [../base, cm.yaml]\nnamePrefix: p-\nnamespace: shop\nlabels: [{pairs: {l: x}, includeSelectors: true}]\ncommonAnnotations: {n: v}\nimages: [{name: nginx, newName: reg/nginx, newTag: '2'}]\nreplicas: [{name: web, count: 5}]\n";
    let (workspace, found) = extract(&[
        ("base/kustomization.yaml", BASE),
        ("base/deploy.yaml", DEPLOY),
        ("over/kustomization.yaml", over),
        ("over/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\n"),
    ]);
    assert_eq!(addresses(&found), ["Deployment/shop/p-web", "ConfigMap/shop/p-conf"]);
    let body = &objects(&found)[0].body;
    for (keys, want) in [
        (&["spec", "replicas"][..], "5"),
        (&["metadata", "labels"], "{l=x}"),
        (&["spec", "selector", "matchLabels"], "{l=x}"),
        (&["pod_metadata", "labels"], "{l=x}"),
        (&["metadata", "annotations"], "{n=v}"),
        (&["pod", "volumes"], "[{name=c configMap={name=p-conf}}]"),
    ] {
        assert_eq!(body.at(keys).map(show).as_deref(), Some(want), "{keys:?}");
    }
    let image = body.at(&["pod", "containers"]).unwrap().items()[0].get("image").unwrap();
    assert_eq!(image.as_str(), Some("reg/nginx:2"));
    assert_eq!(at(&workspace, image.span), ("over/kustomization.yaml", "'2'"));
    assert_eq!(at(&workspace, image.steps()[0].span), ("base/deploy.yaml", "'nginx:1'"));
}

#[test]
fn components_generators_and_replacements_apply() {
    let over = "resources: [../base]\ncomponents: [../part]\nconfigMapGenerator:\n- {name: conf, literals: [A=1], files: [x.txt]}\nreplacements:\n- source: {kind: ConfigMap, name: conf, fieldPath: data.A}\n  targets:\n  - {select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=a].image']}\n";
    let (_, found) = extract(&[
        ("base/kustomization.yaml", BASE),
        ("base/deploy.yaml", DEPLOY),
        ("over/kustomization.yaml", over),
        ("part/kustomization.yaml", "kind: Component\nreplicas: [{name: web, count: 7}]\n"),
    ]);
    assert_eq!(addresses(&found), ["Deployment/web", "ConfigMap/conf"]);
    let all = objects(&found);
    assert_eq!(all[0].body.at(&["spec", "replicas"]).map(show).as_deref(), Some("7"));
    assert_eq!(all[0].body.at(&["pod", "containers"]).unwrap().items()[0].get("image").map(show).as_deref(), Some("1"));
    assert_eq!(all[1].body.get("data").map(show).as_deref(), Some("{A=1 ...}"), "files may add to it");
}

#[test]
fn each_overlay_deploys_objects_of_its_own_once() {
    let (_, found) = extract(&[
        ("base/kustomization.yaml", BASE),
        ("base/deploy.yaml", DEPLOY),
        ("a/kustomization.yaml", "resources: [../base]\n"),
        ("b/kustomization.yaml", "resources: [../base]\n"),
        ("c/kustomization.yaml", "resources: [../base, ../part]\nnameSuffix: -c\n"),
        ("part/kustomization.yaml", "resources: [../base]\n"),
    ]);
    let deployed: Vec<(&str, &str)> = objects(&found).iter().map(|one| (&*one.deployment, &*one.address)).collect();
    assert_eq!(deployed, [("a", "Deployment/web"), ("b", "Deployment/web"), ("c", "Deployment/web-c")]);
}

#[test]
fn what_is_not_there_is_said() {
    let over = "resources: ['https://example.org/x?ref=1', ../gone]\nhelmCharts: [{name: x}]\npatches: [{path: nope.yaml}, {target: {kind: Deployment}, patch: '[{op: remove, path: /a/b}]'}]\n";
    let over = format!("{over}bases: [../base]\n");
    let (workspace, found) = extract(&[
        ("base/kustomization.yaml", BASE),
        ("base/deploy.yaml", DEPLOY),
        ("over/kustomization.yaml", &over),
        ("x/kustomization.yaml", "resources: [../y]\n"),
        ("y/kustomization.yaml", "resources: [../x]\n"),
    ]);
    let messages: Vec<&str> = found.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`https://example.org/x?ref=1` is not in this repository",
            "`../gone` is not in this repository",
            "`nope.yaml` is not in this repository",
            "there is nothing at `/a/b` to patch",
            "`helmCharts` is not followed: what it adds or changes is not judged",
            "this kustomization builds on itself",
        ]
    );
    assert_eq!(at(&workspace, found.problems[1].span.unwrap()), ("over/kustomization.yaml", "../gone"));
}

#[test]
fn the_namespace_that_is_set_is_the_one_that_is_made() {
    let space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: any}\n";
    let (workspace, found) = extract(&[
        ("kustomization.yaml", "namespace: shop\nnamePrefix: a-\nresources: [space.yaml, deploy.yaml]\n"),
        ("space.yaml", space),
        ("deploy.yaml", DEPLOY),
    ]);
    assert_eq!(addresses(&found), ["Namespace/shop", "Deployment/shop/a-web"]);
    let name = objects(&found)[0].body.at(&["metadata", "name"]).unwrap().span;
    assert_eq!(at(&workspace, name), ("kustomization.yaml", "shop"));
}

#[test]
fn a_chart_that_a_kustomization_renders_has_its_values() {
    let chart = ("k/charts/shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    let pod = (
        "k/charts/shop/templates/p.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}\nspec: {hostPID: {{ .Values.a }}, hostIPC: {{ .Values.b }}}\n",
    );
    let values = ("k/charts/shop/values.yaml", "a: false\nb: false\n");
    let file = ("k/own.yaml", "a: true\nb: true\n");
    let found = |more: &str| {
        let text = format!("helmCharts:\n  - name: shop\n    releaseName: r\n    namespace: shops\n{more}");
        let files = [chart, pod, values, file, ("k/kustomization.yaml", &*text)];
        let workspace = Workspace::in_memory(files);
        let dialects = [&crate::dialect::helm::HELM, &KUSTOMIZE];
        testing::extract(&dialects, &workspace, &Inputs::default())
    };
    for (more, want) in [
        ("", [false, false]),
        ("    valuesInline: {a: true}\n", [true, false]),
        ("    valuesFile: own.yaml\n", [true, true]),
        ("    valuesFile: own.yaml\n    valuesInline: {a: false}\n", [false, true]),
        ("    valuesFile: own.yaml\n    valuesInline: {a: false}\n    valuesMerge: merge\n", [true, true]),
        ("    valuesFile: own.yaml\n    valuesInline: {a: true}\n    valuesMerge: replace\n", [true, false]),
    ] {
        let found = found(more);
        let pods: Vec<&Resource> = found.resources.iter().filter(|one| &*one.kind == "kubernetes/Pod").collect();
        let [pod] = &pods[..] else { panic!("{more}: {found:?}") };
        assert_eq!(&*pod.address, "Pod/shops/r", "{more}");
        let got = ["hostPID", "hostIPC"].map(|key| pod.body.at(&["spec", key]).and_then(Node::as_bool).unwrap());
        assert_eq!(got, want, "{more}");
        assert!(found.problems.is_empty(), "{more}: {:?}", found.problems);
    }
}

const FLUX: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web}\nspec:\n  path: ./base\n  targetNamespace: shop\n";

/// The network of the host, as each deployment of the base has it.
fn networks(found: &Extraction) -> Vec<String> {
    let webs = objects(found).into_iter().filter(|one| &*one.kind == "kubernetes/Deployment");
    webs.map(|web| show(web.body.get("pod").unwrap().get("hostNetwork").unwrap())).collect()
}

#[test]
fn controllers_lay_changes_of_their_own_over_a_kustomization() {
    let patch = "  patches:\n  - target: {kind: Deployment}\n    patch: |\n      - {op: replace, path: /spec/template/spec/hostNetwork, value: false}\n";
    let flux = format!("{FLUX}{patch}  images: [{{name: nginx, newTag: '2'}}]\n");
    let argo = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: argo}\nspec:\n  source:\n    path: base\n    kustomize:\n      namePrefix: dev-\n      images: ['nginx=r.example.org:5000/nginx:3@sha256:0', 'side:4']\n";
    let (workspace, found) = extract(&[
        ("base/kustomization.yaml", BASE),
        ("base/deploy.yaml", DEPLOY),
        ("clusters/a.yaml", &flux),
        ("clusters/b.yaml", argo),
    ]);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    let webs: Vec<&Resource> =
        objects(&found).into_iter().filter(|one| &*one.kind == "kubernetes/Deployment").collect();
    let images = |web: &Resource| {
        let containers = web.body.get("pod").unwrap().get("containers").unwrap();
        containers.items().iter().map(|one| show(one.get("image").unwrap())).collect::<Vec<_>>()
    };
    let [first, second] = webs[..] else { panic!("{:?}", addresses(&found)) };
    assert_eq!((&*first.address, images(first)), ("Deployment/shop/web", vec!["nginx:2".into(), "side".into()]));
    let made = vec!["r.example.org:5000/nginx:3@sha256:0".to_owned(), "side:4".into()];
    assert_eq!((&*second.address, images(second)), ("Deployment/dev-web", made));
    assert_eq!(networks(&found), ["false", "true"], "the base is judged only as it is deployed");
    let network = first.body.get("pod").unwrap().get("hostNetwork").unwrap();
    assert_eq!(at(&workspace, network.span).0, "clusters/a.yaml");
}

#[test]
fn a_kustomization_that_a_controller_deploys_as_it_is_is_judged_so_too() {
    let base = [("base/kustomization.yaml", BASE), ("base/deploy.yaml", DEPLOY)];
    let plain =
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {path: base}}\n";
    let patch = "  patches: [{target: {kind: Deployment}, patch: '[{op: replace, path: /spec/template/spec/hostNetwork, value: false}]'}]\n";
    let changed = format!("{FLUX}{patch}");
    let found = |others: &[(&str, &str)]| networks(&extract(&[&base[..], others].concat()).1);
    assert_eq!(found(&[("a.yaml", plain)]), ["true"]);
    assert_eq!(found(&[("a.yaml", plain), ("b.yaml", &changed)]), ["true", "false"]);
    assert_eq!(found(&[("b.yaml", &changed)]), ["false"]);
    let elsewhere = changed.replace("./base", "./other");
    assert_eq!(found(&[("b.yaml", &elsewhere)]), ["true"], "a folder that is not here");
    let helm = plain.replace("path: base", "path: base, helm: {}, kustomize: {namePrefix: x-}");
    assert_eq!(found(&[("a.yaml", &helm)]), ["true"]);
    let merged = format!(
        "{}  patchesStrategicMerge:\n  - {{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web}}, spec: {{template: {{spec: {{hostNetwork: null}}}}}}}}\n",
        FLUX.replace("/v1\n", "/v1beta2\n")
    );
    let (_, found) = extract(&[&base[..], &[("b.yaml", merged.as_str())]].concat());
    assert!(objects(&found).iter().any(|one| &*one.address == "Deployment/shop/web"), "{:?}", addresses(&found));
}

#[test]
fn transformers_of_kustomize_itself_are_applied() {
    let transformers = "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: a}\ntarget: {kind: Deployment}\npatch: '[{op: replace, path: /spec/template/spec/hostNetwork, value: false}]'\n---\napiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: b}\nimageTag: {name: nginx, newTag: '9'}\n---\napiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: c, namespace: shop}\n---\napiVersion: builtin\nkind: PatchJson6902Transformer\nmetadata: {name: d}\ntarget: {kind: Deployment, name: web}\njsonOp: '[{op: add, path: /spec/paused, value: true}]'\n---\napiVersion: builtin\nkind: PatchStrategicMergeTransformer\nmetadata: {name: e}\npatches: \"apiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: web}\\nspec: {replicas: 5}\\n\"\n";
    let over = "resources: [../base]\ntransformers: [t.yaml]\n";
    let files = [("base/kustomization.yaml", BASE), ("base/deploy.yaml", DEPLOY), ("over/kustomization.yaml", over)];
    let (_, found) = extract(&[&files[..], &[("over/t.yaml", transformers)]].concat());
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_eq!(addresses(&found), ["Deployment/shop/web"]);
    let web = objects(&found)[0];
    assert_eq!(networks(&found), ["false"]);
    assert_eq!(show(web.body.at(&["spec", "replicas"]).unwrap()), "5");
    assert_eq!(show(web.body.at(&["spec", "paused"]).unwrap()), "true");
    let own = "apiVersion: someteam.example.org/v1\nkind: Sidecars\nmetadata: {name: s}\n";
    let (_, found) = extract(&[&files[..], &[("over/t.yaml", own)]].concat());
    assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
    assert!(found.problems[0].message.contains("not followed"));
}
