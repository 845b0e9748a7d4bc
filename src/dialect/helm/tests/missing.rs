//! Charts that depend on a chart which is not in the repository.

use super::{Extraction, Node, Resource, Value, at, extract, objects};

const CHART: &str = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- {name: kafka, version: 1.0.0, repository: \"https://charts.example.org\", condition: kafka.enabled}\n";

/// What a template becomes in a chart that depends on `kafka`.
fn rendered(chart: &str, values: &str, template: &str) -> Extraction {
    let files = [("c/Chart.yaml", chart), ("c/values.yaml", values), ("c/templates/a.yaml", template)];
    let (_, found) = extract(&files);
    let told: Vec<&str> = found.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(told, ["chart `kafka`, which this one depends on, is not in this repository"], "{template}");
    found
}

/// A tree as text: `?` for what is open, `...` for entries that may be there beside those that are.
fn plain(node: &Node) -> String {
    match &node.value {
        Value::Unresolved(open) if open.alternatives.is_empty() => "?".to_owned(),
        Value::Unresolved(open) => open.alternatives.iter().map(plain).collect::<Vec<_>>().join("|"),
        Value::Null => "~".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Str(text) => text.as_str().to_owned(),
        Value::List(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries = map.entries.iter().map(|entry| format!("{}: {}", entry.key.name, plain(&entry.value)));
            let rest = map.rest.iter().map(|_| "...".to_owned());
            format!("{{{}}}", entries.chain(rest).collect::<Vec<_>>().join(", "))
        }
    }
}

/// What stands in `data` of a config map whose `data` is written so.
fn data(values: &str, written: &str) -> String {
    let template = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{written}");
    let found = rendered(CHART, values, &template);
    let made: Vec<&Resource> = objects(&found);
    made.first().and_then(|object| object.body.get("data")).map_or_else(|| "nothing".to_owned(), plain)
}

#[test]
fn values_of_a_chart_that_is_not_here_are_open_and_those_that_its_parent_sets_are_known() {
    let values = "kafka:\n  enabled: true\n  port: 9092\n  list: [a]\n  pod: {user: 7}\nown: {}\n";
    for (written, want) in [
        ("  a: {{ .Values.kafka.service.ports.client }}\n", "{a: ?}"),
        ("  a: \"p-{{ .Values.kafka.service.ports.client }}\"\n", "{a: ?}"),
        ("  a: {{ .Values.kafka.port }}\n", "{a: 9092}"),
        ("  a: {{ .Values.kafka.pod.user }}\n  b: {{ .Values.kafka.pod.group }}\n", "{a: 7, b: ?}"),
        (
            "  a: {{ index .Values.kafka \"pod\" \"user\" }}\n  b: {{ index .Values.kafka \"x\" \"y\" }}\n",
            "{a: 7, b: ?}",
        ),
        ("  a: {{ dig \"x\" \"y\" \"z\" .Values.kafka }}\n", "{a: ?}"),
        ("  a: {{ .Values.kafka.x | default \"y\" }}\n", "{a: ?}"),
        ("  a: {{ add 1 .Values.kafka.x }}\n  b: {{ .Values.kafka.x | quote }}\n", "{a: ?, b: ?}"),
        ("  a: {{ toYaml .Values.kafka.x | nindent 4 }}\n", "{a: ?}"),
        ("  a: 1\n{{ toYaml .Values.kafka.x | indent 2 }}\n", "{a: 1, ...}"),
        ("  a: {{ keys .Values.kafka.x | first }}\n", "{a: ?}"),
        ("  a: {{ len .Values.kafka.x }}\n", "{a: ?}"),
        ("  a: {{ .Values.kafka.list | join \",\" }}\n", "{a: a}"),
        ("  {{- if .Values.kafka.enabled }}\n  a: x\n  {{- end }}\n", "{a: x}"),
        ("  {{- if and .Values.kafka .Values.kafka.enabled }}\n  a: x\n  {{- end }}\n", "{a: x}"),
        ("  {{- if .Values.kafka.tls }}\n  a: x\n  {{- else }}\n  a: w\n  {{- end }}\n", "{a: x|w}"),
        ("  {{- if eq .Values.kafka.mode \"x\" }}\n  a: x\n  {{- else }}\n  a: w\n  {{- end }}\n", "{a: w|x}"),
        ("  {{- with .Values.kafka.tls }}\n  a: {{ .secret }}\n  {{- else }}\n  a: w\n  {{- end }}\n", "{a: ?|w}"),
        ("  a: x\n  {{- range .Values.own }}\n  b: w\n  {{- end }}\n", "{a: x}"),
        ("  a:\n  {{- range .Values.kafka.hosts }}\n  - {{ .name }}\n  {{- end }}\n", "{a: [?]|~}"),
    ] {
        assert_eq!(data(values, written), want, "{written}");
    }
}

#[test]
fn a_chart_that_is_switched_off_sets_nothing() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  {{- if .Values.kafka.enabled }}\n  a: {{ .Values.kafka.x.y }}\n  {{- end }}\n  b: {{ (.Values.kafka.x).y }}\n";
    let found = rendered(CHART, "kafka: {enabled: false}\n", template);
    assert_eq!(objects(&found)[0].body.get("spec").map(plain).as_deref(), Some("{b: ~}"));
    let tagged = CHART.replace("condition: kafka.enabled", "tags: [queue]");
    let found = rendered(
        &tagged,
        "tags: {queue: false}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {b: {{ (.Values.kafka).x }}}\n",
    );
    assert_eq!(objects(&found)[0].body.get("spec").map(plain).as_deref(), Some("{b: ~}"));
}

#[test]
fn it_is_known_by_its_alias_and_gets_the_values_for_all() {
    let chart = CHART.replace("condition: kafka.enabled", "alias: queue");
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  a: {{ .Values.queue.x }}\n  b: {{ .Values.kafka }}\n  c: {{ .Values.queue.global.g }}\n  d: {{ .Values.global.g }}\n  e: {{ .Values.global.h }}\n";
    let found = rendered(&chart, "global: {g: 1}\n", template);
    assert_eq!(objects(&found)[0].body.get("spec").map(plain).as_deref(), Some("{a: ?, b: ~, c: 1, d: 1, e: ~}"));
}

#[test]
fn values_that_are_taken_over_from_it_are_open_but_for_those_that_are_given() {
    let chart = CHART.replace("condition: kafka.enabled", "import-values: [{child: a, parent: own.taken}]");
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  a: {{ .Values.own.taken.x }}\n  b: {{ .Values.own.taken.y }}\n  c: {{ .Values.own.z }}\n  d: {{ .Values.own.w }}\n";
    let found = rendered(&chart, "own: {taken: {x: 1}, z: 2}\n", template);
    assert_eq!(objects(&found)[0].body.get("spec").map(plain).as_deref(), Some("{a: ?, b: ?, c: 2, d: ~}"));
}

#[test]
fn templates_that_it_would_define_are_open_wherever_they_are_included() {
    for (written, want) in [
        ("  a: {{ include \"kafka.name\" . }}\n", "{a: ?}"),
        ("  a: {{ include \"kafka.name\" . }}-x\n", "{a: ?}"),
        ("  a: x\n  {{- include \"kafka.labels\" . | nindent 2 }}\n", "{a: x, ...}"),
        ("  {{- include \"kafka.labels\" . | nindent 2 }}\n  a: x\n", "{a: x, ...}"),
        ("  a:\n    {{- include \"kafka.labels\" . | nindent 4 }}\n  b: x\n", "{a: ?, b: x}"),
        ("  a:\n    b: x\n    {{- include \"kafka.labels\" . | nindent 4 }}\n  c: w\n", "{a: {b: x, ...}, c: w}"),
        ("  a:\n    - b: x\n    {{- include \"kafka.env\" . | nindent 4 }}\n  c: w\n", "{a: [{b: x}, ?], c: w}"),
        ("  a:\n    {{- include \"kafka.env\" . | nindent 4 }}\n    - b: x\n", "{a: [?, {b: x}]}"),
        ("  a:\n  {{- include \"kafka.env\" . | nindent 2 }}\n  c: w\n", "{a: [?], c: w}"),
        ("  a:\n    - b: x\n      {{- include \"kafka.more\" . | nindent 6 }}\n", "{a: [{b: x, ...}]}"),
        ("  a: {{ (include \"kafka.map\" . | fromYaml).x }}\n", "{a: ?}"),
        ("  {{- if include \"kafka.on\" . }}\n  a: x\n  {{- end }}\n  b: w\n", "{a: x|~, b: w}"),
    ] {
        assert_eq!(data("", written), want, "{written}");
    }
}

#[test]
fn the_reason_and_the_trail_lead_to_the_chart_that_is_not_here() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {a: {{ .Values.kafka.x.y }}}\n";
    let files = [("c/Chart.yaml", CHART), ("c/templates/a.yaml", template)];
    let (workspace, found) = extract(&files);
    let value = objects(&found)[0].body.at(&["spec", "a"]).unwrap();
    let because = &value.as_unresolved().unwrap().because;
    assert_eq!(&**because, "chart `kafka` is not in the repository (`helm dependency update` fetches it)");
    let step = &value.steps()[0];
    assert_eq!(&*step.what, "value `kafka.x.y`");
    assert_eq!(at(&workspace, step.span), ("c/Chart.yaml", "name: kafka"));
    assert_eq!(found.problems.len(), 1);
}

#[test]
fn a_template_that_nobody_could_define_is_still_a_mistake() {
    let (_, found) = extract(&[super::CHART, ("c/templates/a.yaml", "a: {{ include \"kafka.name\" . }}\n")]);
    assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
    assert!(found.problems[0].message.contains("there is no template `kafka.name`"), "{:?}", found.problems);
}
