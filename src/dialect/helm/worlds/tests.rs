use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;

use crate::dialect::helm::HELM;
use crate::dialect::{Corpus, Inputs, Resource, Unit};
use crate::document::{Guard, Node, Value};
use crate::source::Workspace;
use crate::syntax;

const CHART: &str = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";

/// Of these, `a` is on by default and `b` off.
const VALUES: &str = "a: true\nb: false\nmode: x\n";

const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: shop}\nspec:\n  chart:\n    spec: {chart: c, sourceRef: {kind: GitRepository, name: us}}\n";

/// The objects that a template becomes, released with more of a release's `spec`.
fn released(template: &str, more: &str) -> Vec<Resource> {
    let release = format!("{RELEASE}{more}");
    let files = [
        ("c/Chart.yaml", CHART),
        ("c/values.yaml", VALUES),
        ("c/templates/t.yaml", template),
        ("release.yaml", release.as_str()),
    ];
    let workspace = Workspace::in_memory(files);
    let parsed = |path: &str| {
        let source = workspace.source(workspace.find(path).unwrap()).unwrap();
        syntax::parse(syntax::named("yaml-1.1").unwrap(), source)
    };
    let (chart, release) = (parsed("c/Chart.yaml"), parsed("release.yaml"));
    let by_dialect = BTreeMap::from([("helm", vec![&chart]), ("kubernetes", vec![&release])]);
    let inputs = Inputs::default();
    let corpus = Corpus::new(&workspace, &by_dialect, &inputs);
    let found = (HELM.extract)(&Unit { documents: vec![&chart], corpus: &corpus });
    found.resources.into_iter().filter(|one| one.kind.starts_with("kubernetes/")).collect()
}

/// Released with values that nobody knows.
fn open(template: &str) -> Vec<Resource> {
    released(template, "  valuesFrom: [{kind: Secret, name: theirs}]\n")
}

fn holds(guard: &Guard, (a, b): (bool, bool)) -> bool {
    match guard {
        Guard::Decided(holds) => *holds,
        Guard::Is(question, answer) => {
            let holds = match &*question.shown {
                ".Values.a" => a,
                ".Values.b" => b,
                "and .Values.a .Values.b" => a && b,
                other => panic!("{other} is asked"),
            };
            holds == (&**answer == "true")
        }
        Guard::Not(inner) => !holds(inner, (a, b)),
        Guard::All(parts) => parts.iter().all(|part| holds(part, (a, b))),
        Guard::Any(parts) => parts.iter().any(|part| holds(part, (a, b))),
    }
}

/// A tree in a world; nothing for what is not there.
fn seen(node: &Node, world: (bool, bool)) -> Option<String> {
    Some(match &node.value {
        Value::Null => return None,
        Value::Unresolved(open) => {
            let mut ways = open.guarded().filter(|(_, guard)| holds(guard, world));
            return seen(ways.next().unwrap_or_else(|| panic!("{node:?}")).0, world);
        }
        Value::List(items) => {
            format!("[{}]", items.iter().filter_map(|item| seen(item, world)).collect::<Vec<_>>().join(" "))
        }
        Value::Map(map) => {
            let entries = map.entries.iter().filter(|entry| !entry.derived);
            let entries =
                entries.filter_map(|entry| Some(format!("{}={}", entry.key.name, seen(&entry.value, world)?)));
            let mut entries: Vec<String> = entries.collect();
            entries.sort();
            format!("{{{}}}", entries.join(" "))
        }
        Value::Str(text) => text.as_str().to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Float(number) => number.to_string(),
    })
}

/// A part of a template that writes entries of a map.
#[derive(Clone, Debug)]
enum Part {
    Plain,
    /// A value that a condition chooses.
    Inline(u8),
    /// One key with a value in each branch.
    Either(u8),
    Block(u8, Vec<Part>, Vec<Part>),
    /// Items of a list, some of which a condition adds.
    List(u8, u8),
}

const CONDITIONS: [&str; 5] = [".Values.a", ".Values.b", "not .Values.a", "not .Values.b", "and .Values.a .Values.b"];

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let condition = || 0..5_u8;
    let leaf = prop_oneof![
        Just(Part::Plain),
        condition().prop_map(Part::Inline),
        condition().prop_map(Part::Either),
        (condition(), condition()).prop_map(|(one, other)| Part::List(one, other)),
    ];
    let part = leaf.prop_recursive(3, 12, 3, move |inner| {
        let several = || prop::collection::vec(inner.clone(), 0..3);
        (condition(), several(), several()).prop_map(|(condition, then, other)| Part::Block(condition, then, other))
    });
    prop::collection::vec(part, 1..4)
}

fn write(parts: &[Part], count: &mut usize, out: &mut String) {
    for part in parts {
        *count += 1;
        let key = format!("k{count}");
        let condition = |at: &u8| CONDITIONS[usize::from(*at)];
        match part {
            Part::Plain => writeln!(out, "  {key}: {count}").unwrap(),
            Part::Inline(at) => {
                writeln!(out, "  {key}: {{{{ if {} }}}}1{{{{ else }}}}2{{{{ end }}}}", condition(at)).unwrap();
            }
            Part::Either(at) => {
                let at = condition(at);
                writeln!(out, "  {{{{- if {at} }}}}\n  {key}: {{x: 1}}\n  {{{{- else }}}}\n  {key}: {{x: 2, y: 3}}\n  {{{{- end }}}}")
                    .unwrap();
            }
            Part::Block(at, then, other) => {
                writeln!(out, "  {{{{- if {} }}}}", condition(at)).unwrap();
                write(then, count, out);
                writeln!(out, "  {{{{- else }}}}").unwrap();
                write(other, count, out);
                writeln!(out, "  {{{{- end }}}}").unwrap();
            }
            Part::List(one, other) => {
                let (one, other) = (condition(one), condition(other));
                writeln!(
                    out,
                    "  {key}:\n    - {{name: p, v: {{{{ if {other} }}}}1{{{{ else }}}}2{{{{ end }}}}}}\n    {{{{- if {one} }}}}\n    - {{name: q}}\n    {{{{- end }}}}\n    - {{name: r}}"
                )
                .unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_template_is_in_each_world_what_it_becomes_with_such_values(
        parts in parts(),
        extra in prop::option::of(0..5_usize),
    ) {
        let mut template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  first: 0\n".to_owned();
        write(&parts, &mut 0, &mut template);
        if let Some(at) = extra {
            let second = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: y}\n";
            write!(template, "{{{{- if {} }}}}\n{second}{{{{- end }}}}\n", CONDITIONS[at]).unwrap();
        }
        let all = open(&template);
        for world in [(true, true), (true, false), (false, true), (false, false)] {
            let known = released(&template, &format!("  values: {{a: {}, b: {}}}\n", world.0, world.1));
            let want: Vec<_> = known.iter().filter_map(|one| seen(&one.body, world)).collect();
            // What is there as the values are is listed without a condition.
            let there = |one: &&Resource| {
                let by_values = want.iter().any(|text| text.contains(&format!("kind={}", one.kind.trim_start_matches("kubernetes/"))));
                one.condition.as_ref().map_or(by_values, |open| holds(&open.when_true().unwrap(), world))
            };
            let got: Vec<_> = all.iter().filter(there).filter_map(|one| seen(&one.body, world)).collect();
            prop_assert_eq!(got, want, "{:?}\n{}", world, template);
        }
    }
}

#[test]
fn what_nobody_knows_chooses() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  hostNetwork: {{ if .Values.a }}true{{ else }}true{{ end }}\n  {{- with .Values.b }}\n  hostPID: true\n  {{- end }}\n  {{- $name := \"one\" }}{{ if eq .Values.mode \"y\" }}{{ $name = \"two\" }}{{ end }}\n  nodeName: {{ $name }}\n";
    let found = open(template);
    let spec = found[0].body.get("spec").unwrap();
    let ways = |key: &str| -> Vec<String> {
        let open = spec.get(key).unwrap().as_unresolved().unwrap();
        let shown = |(node, guard): (&Node, &Guard)| {
            let world = crate::kernel::world::World::default();
            let value = node.as_str().map_or_else(|| format!("{:?}", node.as_bool()), str::to_owned);
            format!("{value} where {}", world.where_holds(guard).words(&world))
        };
        open.guarded().map(shown).collect()
    };
    assert_eq!(spec.get("hostNetwork").and_then(Node::as_bool), Some(true));
    assert_eq!(ways("hostPID"), ["None where `.Values.b` is false", "Some(true) where `.Values.b` is true"]);
    assert_eq!(
        ways("nodeName"),
        ["one where `eq .Values.mode \"y\"` is false", "two where `eq .Values.mode \"y\"` is true"]
    );
    let refused = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  {{- if .Values.a }}\n  hostPID: true\n  {{- else }}\n  {{- fail \"no\" }}\n  {{- end }}\n";
    assert_eq!(open(refused)[0].body.at(&["spec", "hostPID"]).and_then(Node::as_bool), Some(true));
    // Also where the chart refuses what the values say, and another one may say otherwise.
    let guarded = "{{- if not .Values.a }}\n{{- fail \"no\" }}\n{{- end }}\napiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {hostPID: true}\n";
    assert_eq!(open(guarded)[0].body.at(&["spec", "hostPID"]).and_then(Node::as_bool), Some(true));
}
