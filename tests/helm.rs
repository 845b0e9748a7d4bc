//! Ten charts with what public charts are made of, rendered, against manifests that were worked out by hand.
//!
//! A folder of `tests/helm` is a chart and `expected.yaml`: the objects that `helm template` gives with default values.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use annexa::dialect::Inputs;
use annexa::discover::{Request, walk};
use annexa::document::{Node, Value};
use annexa::source::{FileId, Source, Workspace};
use annexa::{scan, syntax};
use serde_json::{Value as Json, json};

#[test]
fn charts_come_to_the_manifests_that_helm_renders() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helm");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 10, "{folders:?}");
    let mut different = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let (ours, theirs) = (rendered(&folder), expected(&folder));
        for address in ours.keys().chain(theirs.keys()).collect::<std::collections::BTreeSet<_>>() {
            if ours.get(address) != theirs.get(address) {
                let show =
                    |found: Option<&Json>| found.map_or_else(|| "nothing".to_owned(), |json| format!("{json:#}"));
                let (ours, theirs) = (show(ours.get(address)), show(theirs.get(address)));
                different.push(format!("{name}, {address}: here {ours}\nexpected {theirs}"));
            }
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n\n"));
}

const CHART: &[(&str, &str)] = &[
    ("charts/app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 0.1.0\n"),
    ("charts/app/values.yaml", "share: false\nother: one\n"),
    (
        "charts/app/templates/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }} }\nspec: { hostPID: {{ .Values.share }}, hostname: {{ .Values.other }} }\n",
    ),
    ("charts/app/values-prod.yaml", "share: true\n"),
    ("env/prod.yaml", "other: two\n"),
];

/// The pods that come out of a chart and what stands beside it, as text.
fn pods(more: &[(&str, &str)]) -> Vec<String> {
    let workspace = Workspace::in_memory(CHART.iter().chain(more).copied());
    let parsed = scan::parse(&workspace);
    let extracted = scan::extract(&workspace, &parsed, &Inputs::default());
    let pods = extracted.resources.iter().filter(|found| &*found.kind == "kubernetes/Pod");
    let shown = |body: &Node, key: &str| match body.at(&["spec", key]) {
        Some(Node { value: Value::Unresolved(_), .. }) => json!("?"),
        found => found.map_or(Json::Null, plain),
    };
    let mut pods: Vec<String> = pods
        .map(|pod| {
            format!(
                "{} {} {} ({})",
                pod.address,
                shown(&pod.body, "hostPID"),
                shown(&pod.body, "hostname"),
                pod.deployment
            )
        })
        .collect();
    pods.sort();
    pods
}

fn flux(spec: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: web, namespace: shop}}\nspec:\n  chart: {{spec: {{chart: ./charts/app, sourceRef: {{kind: GitRepository, name: x}}}}}}\n{spec}"
    )
}

fn argo(source: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web, namespace: argocd}}\nspec:\n  destination: {{namespace: shop}}\n  {source}\n"
    )
}

#[test]
fn charts_are_rendered_as_releases_deploy_them() {
    let map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: given}\ndata: {values.yaml: 'share: true', name: three}\n";
    for (manifest, want) in [
        (flux(""), "Pod/shop/web false \"one\""),
        (flux("  values: {share: true}\n"), "Pod/shop/web true \"one\""),
        (flux("  releaseName: own\n  targetNamespace: there\n"), "Pod/there/own false \"one\""),
        (flux("  targetNamespace: there\n"), "Pod/there/there-web false \"one\""),
        (flux(&format!("  valuesFrom: [{{kind: ConfigMap, name: given}}]\n{map}")), "Pod/shop/web true \"one\""),
        (
            flux(&format!(
                "  valuesFrom: [{{kind: ConfigMap, name: given, valuesKey: name, targetPath: other}}]\n{map}"
            )),
            "Pod/shop/web false \"three\"",
        ),
        (flux("  valuesFrom: [{kind: Secret, name: given}]\n  values: {share: true}\n"), "Pod/shop/web true \"?\""),
        (argo("source: {path: charts/app, repoURL: x}"), "Pod/shop/web false \"one\""),
        (
            argo("source: {path: charts/app, helm: {releaseName: own, valuesObject: {share: true}}}"),
            "Pod/shop/own true \"one\"",
        ),
        (argo("source: {path: charts/app, helm: {values: 'share: true'}}"), "Pod/shop/web true \"one\""),
        (argo("source: {path: charts/app, helm: {valueFiles: [values-prod.yaml]}}"), "Pod/shop/web true \"one\""),
        (
            argo(
                "source: {path: charts/app, helm: {valueFiles: [values-prod.yaml], parameters: [{name: share, value: 'false'}]}}",
            ),
            "Pod/shop/web false \"one\"",
        ),
        (
            argo("sources: [{path: charts/app, helm: {valueFiles: [$values/env/prod.yaml]}}, {ref: values}]"),
            "Pod/shop/web false \"two\"",
        ),
        (argo("source: {path: charts/app, helm: {valueFiles: [gone.yaml]}}"), "Pod/shop/web \"?\" \"?\""),
    ] {
        let found = pods(&[("apps/web.yaml", manifest.as_str())]);
        assert_eq!(found, [format!("{want} (charts/app + apps/web.yaml)")], "{manifest}");
    }
    let default = "Pod/release-namespace/release-name false \"one\" (charts/app)";
    for other in [
        argo("source: {chart: app, repoURL: x}"),
        argo("source: {path: charts/gone, repoURL: x}"),
        flux("").replace("GitRepository", "HelmRepository"),
    ] {
        assert_eq!(pods(&[("apps/web.yaml", other.as_str())]), [default], "{other}");
    }
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all}\nspec:\n  generators:\n    - list: {elements: [{env: dev, share: 'false'}, {env: prod, share: 'true'}]}\n  template:\n    metadata: {name: 'web-{{env}}'}\n    spec:\n      destination: {namespace: '{{env}}'}\n      source: {path: charts/app, helm: {parameters: [{name: share, value: '{{share}}'}]}}\n";
    assert_eq!(
        pods(&[("apps/web.yaml", set)]),
        [
            "Pod/dev/web-dev false \"one\" (charts/app + apps/web.yaml)",
            "Pod/prod/web-prod true \"one\" (charts/app + apps/web.yaml)"
        ]
    );
    let folders = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all}\nspec:\n  goTemplate: true\n  generators: [{git: {directories: [{path: 'charts/*'}]}}]\n  template:\n    metadata: {name: '{{.path.basename}}'}\n    spec:\n      destination: {namespace: shop}\n      source: {path: '{{.path.path}}', helm: {valueFiles: ['values-{{.cluster}}.yaml']}}\n";
    assert_eq!(pods(&[("apps/web.yaml", folders)]), ["Pod/shop/app \"?\" \"?\" (charts/app + apps/web.yaml)"]);
    let both =
        [("apps/a.yaml", flux("  values: {share: true}\n")), ("apps/b.yaml", argo("source: {path: charts/app}"))];
    let both: Vec<(&str, &str)> = both.iter().map(|(path, text)| (*path, text.as_str())).collect();
    assert_eq!(pods(&both).len(), 2, "each release deploys its own");
}

/// The objects by kind and name.
fn rendered(folder: &Path) -> BTreeMap<String, Json> {
    let request = Request { root: folder.to_path_buf(), wanted: vec![String::new()], ..Request::default() };
    let workspace = walk(&request).workspace;
    let parsed = scan::parse(&workspace);
    let extracted = scan::extract(&workspace, &parsed, &Inputs::default());
    let problems: Vec<_> = parsed.problems.iter().chain(&extracted.problems).collect();
    assert!(problems.is_empty(), "{}: {problems:?}", folder.display());
    let expected = workspace.find("expected.yaml");
    let objects = extracted.resources.iter().filter(|found| found.kind.starts_with("kubernetes/"));
    objects.filter(|found| Some(found.span.file) != expected).map(|found| entry(&found.body)).collect()
}

fn expected(folder: &Path) -> BTreeMap<String, Json> {
    let text = std::fs::read_to_string(folder.join("expected.yaml")).unwrap();
    let source = Source::from_text(FileId(0), "expected.yaml", &text);
    let document = syntax::parse(syntax::named("yaml-1.1").unwrap(), &source);
    assert!(document.problems.is_empty(), "{:?}", document.problems);
    document.roots.iter().map(entry).collect()
}

fn entry(object: &Node) -> (String, Json) {
    let text = |keys: &[&str]| object.at(keys).and_then(Node::as_str).unwrap_or("?").to_owned();
    (format!("{}/{}", text(&["kind"]), text(&["metadata", "name"])), plain(object))
}

fn plain(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(truth) => json!(truth),
        Value::Int(whole) => json!(whole),
        Value::Float(float) => json!(float),
        Value::Str(text) => json!(text.as_str()),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(map) => {
            let mut entries: Vec<(String, Json)> =
                map.written().map(|entry| (entry.key.name.to_string(), plain(&entry.value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Json::Object(entries.into_iter().collect())
        }
        Value::Unresolved(open) => json!(format!("unresolved: {}", open.because)),
    }
}

#[test]
fn what_functions_make_of_open_values_is_open() {
    let release = flux("  valuesFrom: [{kind: Secret, name: given}]\n  values: {known: x}\n")
        .replace("./charts/app", "./charts/doubt");
    for (expression, want) in [
        (".Values.known", "\"x\""),
        (".Values.flag", "\"?\""),
        ("ternary \"a\" \"b\" .Values.flag", "\"?\""),
        ("ternary \"a\" \"b\" (eq .Values.known \"x\")", "\"a\""),
        ("ternary \"a\" \"b\" (not .Values.flag)", "\"?\""),
        ("ternary \"a\" \"b\" (and .Values.flag (eq .Values.known \"x\"))", "\"?\""),
        ("default \"a\" .Values.name", "\"?\""),
        ("default \"a\" .Values.known", "\"x\""),
        ("eq .Values.name \"a\" | toString", "\"?\""),
    ] {
        let pod =
            format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  hostname: {{{{ {expression} }}}}\n");
        let files = [
            ("charts/doubt/Chart.yaml", "apiVersion: v2\nname: doubt\nversion: 1.0.0\n"),
            ("charts/doubt/values.yaml", "known: y\nflag: false\nname: \"\"\n"),
            ("charts/doubt/templates/pod.yaml", &pod),
            ("apps/doubt.yaml", &release),
        ];
        let found: Vec<String> = pods(&files).into_iter().filter(|pod| pod.contains("charts/doubt")).collect();
        assert_eq!(found, [format!("Pod/a null {want} (charts/doubt + apps/doubt.yaml)")], "{expression}");
    }
}
