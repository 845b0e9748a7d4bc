use proptest::prelude::*;

use crate::dialect::arm::tests::{extract, show, shown};
use crate::dialect::{Extraction, Resource};

/// What stands before the resources of most tests.
const DECLARED: &str = "
param name string = 'web'
param open string
param flag bool
@allowed(['low', 'high'])
param tier string
param closed 'x' | 'y'
param maybe object?
param sizes array = [1, 2]
@secure()
param secret string
var derived = '${name}-x'
var map = { a: { b: ['x', 'y'] } }
var loop = loop2
var loop2 = loop
var made = [for (n, i) in sizes: 'n${n}-${i}']
func greet(who string, times int) string => '${who}${times}${derived}'
resource account 'Microsoft.Storage/storageAccounts@2023-01-01' existing = {
  name: 'data'
}
";

fn resources(text: &str) -> Vec<Resource> {
    let Extraction { resources, problems } = extract(&[("main.bicep", text)]);
    assert_eq!(problems, [], "{text}");
    resources
}

#[test]
fn expressions_are_evaluated_as_templates_are() {
    for (written, want) in [
        ("'plain'", "plain"),
        ("'[parameters(1)]'", "[parameters(1)]"),
        ("name", "web"),
        ("Name", "web"),
        ("derived", "web-x"),
        ("'${name}${1}${true}{0}'", "web1True{0}"),
        ("'a${open}z'", "?(a…z)"),
        ("'''a ${name}'''", "a ${name}"),
        ("open", "?"),
        ("secret", "?"),
        ("missing", "?"),
        ("loop", "?"),
        ("maybe", "null"),
        ("maybe.?a ?? 'none'", "none"),
        ("tier", "?{low|high}"),
        ("closed", "?{x|y}"),
        ("toUpper(tier)", "?{LOW|HIGH}"),
        ("map.a.b[1]", "y"),
        ("map['a'].b[0]", "x"),
        ("map.?c.?d", "null"),
        ("map.c", "?"),
        ("made", "[n1-0 n2-1]"),
        ("flag ? 'a' : 'b'", "?{a|b}"),
        ("true ? 'a' : open", "a"),
        ("name == 'web' && !(name != 'web')", "true"),
        ("name =~ 'WEB'", "true"),
        ("name !~ 'WEB'", "false"),
        ("flag || true", "true"),
        ("1 + 2 * 3 - 4 / 2 % 2", "7"),
        ("-length(sizes)", "-2"),
        ("2 > 1 && 1 <= 1", "true"),
        ("null ?? name", "web"),
        ("{ a: 1, ...{ a: 2, b: 3 } }", "{a=2 b=3}"),
        ("{ ...{ a: 1 }, a: 2 }", "{a=2}"),
        ("{ '${name}': 1 }", "{web=1}"),
        ("{ '${open}': 1, a: 2 }", "{a=2 ...}"),
        ("{ a: 1, ...map.c }", "{a=? ...}"),
        ("[1, ...sizes, open]", "[1 1 2 ?]"),
        ("[...map.c]", "[?]"),
        ("[for i in range(1, 2): { n: i }]", "[{n=1} {n=2}]"),
        ("[for x in open: x]", "?"),
        ("[for x in (flag ? [1] : [2, 3]): x + 1]", "?{[2]|[3 4]}"),
        ("map(sizes, x => x * 2)", "[2 4]"),
        ("filter(sizes, x => x > 1)", "[2]"),
        ("map(filter(sizes, x => x > 5), x => x)", "[]"),
        ("join(map(sizes, (x, i) => '${x}:${i}'), ',')", "1:0,2:1"),
        ("items({ b: 1, a: 2 })", "[{key=a value=2} {key=b value=1}]"),
        ("split('a/b', '/')", "[a b]"),
        ("union([1, 2], flag ? [2, 3] : [])", "?{[1 2 3]|[1 2]}"),
        ("take(skip(range(0, 9), 2), 2)", "[2 3]"),
        ("flatten([[1], [2, 3]])", "[1 2 3]"),
        ("any(name)", "web"),
        ("sys.concat('a', 'b')", "ab"),
        ("startsWith('ABC', 'a')", "true"),
        ("replace('a.b', '.', '-')", "a-b"),
        ("greet('x', 2)", "x2web-x"),
        ("account.name", "data"),
        ("account.type", "Microsoft.Storage/storageAccounts"),
        ("account.id", "?(/…data)"),
        ("cidrSubnet('10.0.0.0/16', 24, 3)", "10.0.3.0/24"),
        ("cidrSubnet('10.0.0.0/24', 16, 0)", "?"),
        ("empty(account.id)", "false"),
        ("empty(open)", "?"),
        ("contains('a${open}', 'a')", "true"),
        ("contains('a${open}', 'b')", "?"),
        ("account.properties.x", "?"),
        ("account.listKeys().keys[0].value", "?"),
        ("resourceGroup().location", "?"),
        ("az.subscription().id", "?"),
        ("loadTextContent('none.txt')", "?"),
    ] {
        let text = format!("{DECLARED}resource a 'Contoso.X/things@1' = {{\n  name: 'n'\n  value: {written}\n}}\n");
        assert_eq!(show(resources(&text)[0].body.get("value").unwrap()), want, "{written}");
    }
}

#[test]
fn what_is_open_says_what_would_decide_it() {
    for (written, want) in [
        ("open", "parameter `open` has no default"),
        ("'a${secret}'", "parameter `secret` has no default"),
        ("loop", "`loop` depends on itself"),
        ("none.x", "`none` is not declared in this file"),
        ("account.id", "the id of a resource has the subscription and the resource group of the deployment"),
        ("account.properties.x", "what `account` is deployed as is known at deployment"),
        ("account.listKeys().a", "`account.listKeys` is known at deployment"),
        ("resourceGroup().location", "`resourceGroup` is known at deployment"),
        ("loadJsonContent('none.json')", "`none.json` is not in the repository"),
        ("[for x in range(0, 100): x]", "the loop has too many items to be followed"),
        ("x => x", "a function is no value"),
    ] {
        let text = format!("{DECLARED}resource a 'Contoso.X/things@1' = {{\n  name: 'n'\n  value: {written}\n}}\n");
        let value = resources(&text)[0].body.get("value").unwrap().clone();
        assert_eq!(value.as_unresolved().map(|open| &*open.because), Some(want), "{written}");
    }
}

#[test]
fn resources_are_listed_by_type_and_symbolic_name() {
    let listed = resources(&format!(
        "{DECLARED}
resource server 'microsoft.sql/Servers@2022-01-01' = {{
  name: 's'
  resource rule 'firewallrules' = {{
    name: 'all'
  }}
}}
resource child 'Microsoft.Sql/servers/firewallRules@2022-01-01' = {{
  parent: server
  name: 'one'
}}
resource unnamed 'Contoso.X/a@1' = {{
  name: open
}}
resource off 'Contoso.X/a@1' = if (false) {{
  name: 'off'
  resource in 'b' = {{
    name: 'in'
  }}
}}
resource perhaps 'Contoso.X/a@1' = if (flag) {{
  name: 'p'
}}
resource each 'Contoso.X/a@1' = [for (size, i) in sizes: if (size > 1) {{
  name: 'e${{size}}${{i}}'
}}]
resource some 'Contoso.X/a@1' = [for x in open: {{
  name: x
}}]
resource none 'Contoso.X/a@1' = [for x in []: {{
  name: x
}}]
"
    ));
    assert_eq!(
        shown(&listed),
        [
            "arm/Microsoft.Sql/servers server",
            "arm/Microsoft.Sql/servers/firewallRules server::rule",
            "arm/Microsoft.Sql/servers/firewallRules child",
            "arm/Contoso.X/a unnamed",
            "arm/Contoso.X/a/b off::in",
            "?arm/Contoso.X/a perhaps",
            "arm/Contoso.X/a each[1]",
            "?arm/Contoso.X/a some",
        ]
    );
    let names = |at: usize| listed[at].names.iter().map(|name| &**name).collect::<Vec<_>>();
    assert_eq!((names(1), names(2)), (vec!["s/all", "all"], vec!["s/one", "one"]));
    assert_eq!((names(3).len(), names(6)), (0, vec!["e21"]));
}

#[test]
fn a_reference_leads_to_the_resource_that_it_is_to() {
    let listed = resources(
        "resource each 'Contoso.X/a@1' = [for x in [1, 2]: {
  name: 'e${x}'
}]
resource one 'Contoso.X/a@1' = {
  name: 'o'
  resource inner 'b' = {
    name: 'i'
  }
  by: [each[1].id, one::inner.id, inner.id, each[1].name, each[open].id]
}
",
    );
    let by = listed[2].body.get("by").unwrap().items();
    let references: Vec<Vec<&str>> = by
        .iter()
        .map(|node| node.as_unresolved().map_or(Vec::new(), |open| open.references.iter().map(|to| &**to).collect()))
        .collect();
    assert_eq!(references, [vec!["each[1]"], vec!["one::inner"], vec!["one::inner"], vec![], vec![]]);
    assert_eq!(show(&by[3]), "e2");
}

const MODULE: &str = "
param name string
param https bool = true
param extra string?
resource s 'Contoso.X/a@1' = {
  name: name
  https: https
  extra: extra
}
output id string = s.id
output kind string = '${name}!'
";

#[test]
fn modules_are_judged_with_what_is_passed_to_them() {
    let Extraction { resources, problems } = extract(&[
        (
            "main.bicep",
            "
param open string
module one 'modules/m.bicep' = {
  name: 'one'
  params: { name: 'x', https: false }
}
module two './modules/m.bicep' = [for n in ['a', 'b']: {
  name: 'two-${n}'
  params: { name: n, extra: open, https: one.outputs.kind == 'x!' }
}]
module three 'modules/m.bicep' = if (open == 'x') {
  name: one.outputs.kind
  params: open
}
module gone 'br/public:avm/res/x:1.0.0' = {
  name: 'gone'
}
module lost 'modules/lost.bicep' = {
  name: 'lost'
}
",
        ),
        ("modules/m.bicep", MODULE),
    ]);
    let made: Vec<&Resource> = resources.iter().filter(|resource| &*resource.kind == "arm/Contoso.X/a").collect();
    let seen: Vec<String> = made
        .iter()
        .map(|resource| {
            let value = |key: &str| show(resource.body.get(key).unwrap());
            format!("{} {} {} {}", resource.address, value("name"), value("https"), value("extra"))
        })
        .collect();
    assert_eq!(seen, ["one.s x false null", "two[0].s a true ?", "two[1].s b true ?", "three.s ? ? ?"]);
    assert!(made.iter().all(|resource| &*resource.scope == "main.bicep" && &*resource.deployment == "main.bicep"));
    assert!(made[0].condition.is_none() && made[3].condition.is_some());
    assert_eq!(&*made[0].trail.as_ref().unwrap()[0].what, "module `one`");
    let messages: Vec<&str> = problems.iter().map(|problem| &*problem.message).collect();
    assert_eq!(
        messages,
        [
            "module `gone` is not followed: `br/public:avm/res/x:1.0.0` is not in the repository",
            "module `lost` is not followed: `modules/lost.bicep` is not in the repository",
        ]
    );
}

#[test]
fn a_module_that_nothing_deploys_is_judged_by_itself() {
    let caller = "module m 'm.bicep' = if (false) {\n  name: 'm'\n}\n";
    let Extraction { resources, .. } = extract(&[("main.bicep", caller), ("m.bicep", MODULE)]);
    let of: Vec<(&str, &str)> = resources.iter().map(|resource| (&*resource.address, &*resource.deployment)).collect();
    assert_eq!(of, [("s", "m.bicep")]);
}

#[test]
fn modules_in_a_circle_are_judged_once() {
    let module = |to: &str| {
        format!("resource r 'Contoso.X/a@1' = {{\n  name: '{to}'\n}}\nmodule m '{to}' = {{\n  name: 'm'\n}}\n")
    };
    let (a, b) = (module("b.bicep"), module("a.bicep"));
    let Extraction { resources, problems } =
        extract(&[("a.bicep", &a), ("b.bicep", &b), ("c.bicep", &module("c.bicep"))]);
    let addresses: Vec<&str> = resources
        .iter()
        .filter(|resource| &*resource.kind == "arm/Contoso.X/a")
        .map(|resource| &*resource.address)
        .collect();
    assert_eq!(addresses, ["r", "m.r", "r"]);
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn parameter_files_make_deployments() {
    let of = |files: &[(&str, &str)]| -> Vec<String> {
        let files: Vec<(&str, &str)> = files.iter().copied().chain([("infra/main.bicep", MODULE)]).collect();
        let Extraction { resources, problems } = extract(&files);
        assert_eq!(problems, []);
        let line = |resource: &Resource| {
            let value = |key: &str| show(resource.body.get(key).unwrap());
            format!("{}: {} {} {}", resource.deployment, value("name"), value("https"), value("extra"))
        };
        resources.iter().map(line).collect()
    };
    let json = r#"{"parameters": {"name": {"value": "json"}, "extra": {"value": "${SET_BY_HAND}"}}}"#;
    assert_eq!(of(&[]), ["infra/main.bicep: ? true null"]);
    assert_eq!(of(&[("infra/main.parameters.json", json)]), ["infra/main.bicep: json true ?"]);
    assert_eq!(
        of(&[(
            "infra/main.bicepparam",
            "using 'main.bicep'\nvar n = 'a'\nparam name = '${n}b'\nparam https = false\n"
        )]),
        ["infra/main.bicep: ab false null"]
    );
    assert_eq!(
        of(&[
            ("infra/main.parameters.json", json),
            ("envs/base.bicepparam", "using none\nparam https = false\nparam name = 'base'\n"),
            ("envs/dev.bicepparam", "using '../infra/main.bicep'\nextends 'base.bicepparam'\nparam name = 'dev'\n"),
            ("envs/prod.bicepparam", "using '../infra/main.bicep'\nparam name = readEnvironmentVariable('NAME')\n"),
        ]),
        [
            "infra/main.bicep: json true ?",
            "infra/main.bicep + envs/dev.bicepparam: dev false null",
            "infra/main.bicep + envs/prod.bicepparam: ? true null",
        ]
    );
}

#[test]
fn names_of_other_files_and_their_content_are_read() {
    let Extraction { resources, problems } = extract(&[
        (
            "a/main.bicep",
            "import { tls as minimum, twice } from '../shared.bicep'
import * as shared from '../shared.bicep'
resource r 'Contoso.X/a@1' = {
  name: 'r'
  values: [minimum, shared.tls, shared.none, loadJsonContent('f.json').a, loadYamlContent('f.yaml').b, loadTextContent('f.txt')]
}
",
        ),
        ("shared.bicep", "var base = '1'\n@export()\nvar tls = 'TLS${base}'\n"),
        ("a/f.json", "{\"a\": 1 /* one */}"),
        ("a/f.yaml", "b: 2\n"),
        ("a/f.txt", "text\n"),
    ]);
    assert_eq!(problems, []);
    assert_eq!(show(resources[0].body.get("values").unwrap()), "[TLS1 TLS1 ? 1 2 text\n]");
}

#[test]
fn a_value_is_where_it_is_used_and_leads_to_where_it_is_written() {
    let text = "param p string = 'there'\nresource a 'Contoso.X/a@1' = {\n  name: 'n'\n  value: { inner: p }\n  other: true ? { k: 'v' } : {}\n}\n";
    let listed = resources(text);
    let slice = |range: std::ops::Range<usize>| text.get(range).unwrap();
    let value = listed[0].body.at(&["value", "inner"]).unwrap();
    assert_eq!(slice(value.span.range()), "p");
    let step = &value.steps()[0];
    assert_eq!((slice(step.span.range()), &*step.what), ("'there'", "default of parameter `p`"));
    let entry = listed[0].body.at(&["other"]).unwrap().entry("k").unwrap();
    assert_eq!((slice(entry.key.span.range()), slice(entry.value.span.range())), ("k", "'v'"));
    assert_eq!(slice(listed[0].header.range()), "resource a 'Contoso.X/a@1'");
}

#[test]
fn work_is_bounded() {
    let doubled: Vec<String> = (1..120)
        .map(|at| {
            format!(
                "var v{at} = [...v{0}, ...v{0}]
",
                at - 1
            )
        })
        .collect();
    let nested: Vec<String> = (1..40)
        .map(|at| {
            format!(
                "func f{at}(x int) int => f{0}(x) + f{0}(x)
",
                at - 1
            )
        })
        .collect();
    let (doubled, nested) = (doubled.concat(), nested.concat());
    let text = format!(
        "var v0 = [1]\n{doubled}func f0(x int) int => x\n{nested}func g(x int) int => g(x)\n\
         resource a 'Contoso.X/a@1' = {{\n  name: 'n'\n  low: v3\n  value: v119\n  self: g(1)\n  last: f39(1)\n}}\n"
    );
    let extraction = extract(&[("main.bicep", &text)]);
    assert_eq!(extraction.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["arm::limit"]);
    let body = &extraction.resources[0].body;
    assert!(body.get("low").unwrap().as_unresolved().is_none());
    assert!(["self", "last"].iter().all(|key| body.get(key).unwrap().as_unresolved().is_some()));
    assert!(show(body.get("value").unwrap()).len() < 100_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_expression_stops_a_file(parts in prop::collection::vec(prop::sample::select(vec![
        "name", "open", "account", "made", "map", "loop", "greet", "(", ")", "[", "]", "{", "}", ".", ".?", "::", "a", ":", "'", "${",
        "1", " ? ", " : ", " + ", " == ", "!", "for x in ", "x", ", ", " => ", "...", "\n", "items", "filter",
    ]), 0..24)) {
        let written = parts.concat();
        for at in ["value: {}", "name: {}", "parent: {}", "scope: [{}]"] {
            let member = at.replace("{}", &written);
            let text = format!("{DECLARED}resource a 'Contoso.X/a@1' = [for x in {written}: if ({written}) {{\n  name: 'n'\n  {member}\n}}]\n\
                resource b 'Contoso.X/a@1' = {{\n  name: 'n'\n  {member}\n}}\n");
            prop_assert!(extract(&[("main.bicep", &text)]).resources.len() <= 70);
        }
    }
}
