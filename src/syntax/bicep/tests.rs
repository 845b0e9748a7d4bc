use proptest::prelude::*;

use super::*;
use crate::document::{Node, Value};
use crate::syntax::invariants;

fn source(text: &str) -> Source {
    Source::from_text(FileId(0), "main.bicep", text)
}

fn read(text: &str) -> (Node, Vec<Problem>) {
    let mut parsed = parse(&source(text));
    (parsed.roots.remove(0), parsed.problems)
}

/// A tree on one line; an unresolved value as what stands in its span.
fn show(node: &Node, text: &str) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Str(text) => format!("'{}'", text.as_str()),
        Value::List(items) => format!("[{}]", items.iter().map(|item| show(item, text)).collect::<Vec<_>>().join(" ")),
        Value::Map(map) => {
            let entries = map.entries.iter().map(|entry| format!("{}={}", entry.key.name, show(&entry.value, text)));
            let rest = if map.rest.is_some() { " ..." } else { "" };
            format!("{{{}{rest}}}", entries.collect::<Vec<_>>().join(" "))
        }
        Value::Unresolved(_) => format!("<{}>", text.get(node.span.range()).unwrap()),
    }
}

#[test]
fn declarations_make_the_sections_of_a_template() {
    for (text, want) in [
        ("", "{}"),
        ("// nothing\n/* at\nall */\n#disable-next-line x\n", "{}"),
        ("targetScope = 'subscription'\n", "{targetScope='subscription'}"),
        ("param a string\n", "{parameters={a={type='string'}}}"),
        ("param a string = 'x'\r\n", "{parameters={a={type='string' defaultValue='x'}}}"),
        ("param a string?\n", "{parameters={a={type='string' nullable=true}}}"),
        ("@secure()\nparam a string\n", "{parameters={a={type='secureString'}}}"),
        ("@sys.secure()\nparam a object\n", "{parameters={a={type='secureObject'}}}"),
        (
            "@description('''long\ntext''')\n@allowed([\n  'x'\n  'y'\n])\nparam a string\n",
            "{parameters={a={type='string' allowedValues=['x' 'y']}}}",
        ),
        ("param a 'x' | 'y'\n", "{parameters={a={type='string' allowedValues=['x' 'y']}}}"),
        ("param a\n  | 1\n  | 2\n", "{parameters={a={type='int' allowedValues=[1 2]}}}"),
        ("param a ('x' | 'y')[] = []\n", "{parameters={a={type='array' defaultValue=[]}}}"),
        ("type t = 'x' | 'y'\nparam a t\n", "{parameters={a={type='string' allowedValues=['x' 'y']}}}"),
        ("param a {\n  b: string\n  *: int\n} = {}\n", "{parameters={a={type='object' defaultValue={}}}}"),
        (
            "param a resourceInput<'A.B/c@1'>.properties\nvar b = 1\n",
            "{parameters={a={type='object'}} variables={b=1}}",
        ),
        ("var a = -1\nvar b = !true\n", "{variables={a=-1 b=<!true>}}"),
        ("var a = [\n  1, 2\n  'x' // three\n]\n", "{variables={a=[1 2 'x']}}"),
        ("var a = { 'b-c': 1, d: { e: null } }\n", "{variables={a={b-c=1 d={e=null}}}}"),
        ("var a = { ...b, c: 1 }\n", "{variables={a=<{ ...b, c: 1 }>}}"),
        ("var a = { '${b}': 1 }\n", "{variables={a=<{ '${b}': 1 }>}}"),
        ("var a = b\n  ? { c: 1 }\n  : { c: 2 }\nvar d = 1\n", "{variables={a=<b\n  ? { c: 1 }\n  : { c: 2 }> d=1}}"),
        ("var a = 'x${b}y'\n", "{variables={a=<'x${b}y'>}}"),
        ("var a = '\\'\\u{e9}\\${b}\\n'\n", "{variables={a=''é${b}\n'}}"),
        ("var a = '''\nit's ${b}\n'''\n", "{variables={a='it's ${b}\n'}}"),
        ("var a = [for i in range(0, 3): { b: i }]\n", "{variables={a=<[for i in range(0, 3): { b: i }]>}}"),
        ("output a string = b.c!.d\n", "{outputs={a={type='string' value=<b.c!.d>}}}"),
        ("@secure()\noutput a string = b\n", "{outputs={a={type='secureString' value=<b>}}}"),
        ("output a resource 'A.B/c@1' = b\n", "{outputs={a={value=<b>}}}"),
        ("output a = b\n", "{outputs={a={value=<b>}}}"),
        (
            "func f(a string, b int) string => '${a}-${b}'\n",
            "{functions={f={parameters=['a' 'b'] output=<'${a}-${b}'>}}}",
        ),
        (
            "import { a, b as c } from 'x.bicep'\nimport * as d from 'y.bicep'\n",
            "{imports=[{from='x.bicep' names={a='a' c='b'}} {from='y.bicep' names={d='*'}}]}",
        ),
        ("extension microsoftGraph\nmetadata a = { b: [\n 1 ] }\n", "{}"),
        ("using './main.bicep'\nparam a = 1\n", "{using='./main.bicep' parameters={a={defaultValue=1}}}"),
        (
            "resource a 'A.B/c@2023-01-01' = {\n  name: 'n'\n}\n",
            "{resources={a={name='n' type='A.B/c' apiVersion='2023-01-01'}}}",
        ),
        (
            "resource a 'A.B/c@1' existing = {\n  name: 'n'\n}\n",
            "{resources={a={name='n' type='A.B/c' apiVersion='1' existing=true}}}",
        ),
        (
            "resource a 'A.B/c@1' = if (x && y) {\n  name: 'n'\n}\n",
            "{resources={a={name='n' condition=<x && y> type='A.B/c' apiVersion='1'}}}",
        ),
        (
            "resource a 'A.B/c@1' = [for (x, i) in xs: if (x.on) {\n  name: x.name\n}]\n",
            "{resources={a={name=<x.name> for={item='x' index='i' over=<xs>} condition=<x.on> type='A.B/c' apiVersion='1'}}}",
        ),
        (
            "resource a 'A.B/c@1' = {\n  name: 'n'\n  @description('d')\n  resource b 'd' = {\n    name: 'm'\n  }\n  resource: 1\n}\n",
            "{resources={a={name='n' resource=1 type='A.B/c' apiVersion='1' resources={b={name='m' type='d'}}}}}",
        ),
        (
            "resource a 'A.B/c@1' = {\n  name: 'n'\n  ...b\n}\n",
            "{resources={a={name='n' type='A.B/c' apiVersion='1' ...}}}",
        ),
        (
            "@batchSize(1)\nmodule m './m.bicep' = {\n  name: 'n'\n  params: { a: 1 }\n}\n",
            "{resources={m={name='n' params={a=1} type='Microsoft.Resources/deployments' module='./m.bicep'}}}",
        ),
    ] {
        let (root, problems) = read(text);
        assert_eq!(show(&root, text), want, "{text}");
        assert_eq!(problems, [], "{text}");
    }
}

#[test]
fn what_cannot_be_read_costs_one_declaration() {
    for (text, want, message) in [
        ("param a string = \nvar b = 1\n", "{variables={b=1}}", "expected a value"),
        ("var a = 1\nvar b = [\n  (\n]\nvar c = 2\n", "{variables={a=1 c=2}}", "expected a value"),
        ("var a = 'open\nvar b = 1\n", "{variables={b=1}}", "the text is not closed on its line"),
        ("var a = '\\q'\nvar b = 1\n", "{variables={b=1}}", "there is no such escape"),
        ("var a = 1\nvar a = 2\n", "{variables={a=1}}", "`a` is declared twice"),
        (
            "resource a 'A.B/c@1' = {\n  name: 'n'\n}\nresource a 'A.B/c@1' = {\n  name: 'm'\n}\nvar b = 1\n",
            "{variables={b=1} resources={a={name='n' type='A.B/c' apiVersion='1'} a={name='m' type='A.B/c' apiVersion='1'}}}",
            "`a` is declared twice",
        ),
        ("hello world\nvar a = 1\n", "{variables={a=1}}", "`hello` begins no declaration"),
        ("var a = 1 2\nvar b = 1\n", "{variables={a=1 b=1}}", "expected a new line after a declaration"),
        ("resource a 'A.B/c@1' = b\nvar c = 1\n", "{variables={c=1}}", "expected `{` before the body"),
        (
            "resource a 'A.B/c@1' = {\n  existing: true\n}\nvar c = 1\n",
            "{variables={c=1}}",
            "`existing` is not written in a body",
        ),
        ("resource a 'A.B/c@1' = {\n  name: 'n'\n", "{}", "expected the name of a property"),
        ("var a = 99999999999999999999\n", "{}", "the number is too large"),
    ] {
        let (root, problems) = read(text);
        assert_eq!(show(&root, text), want, "{text}");
        assert_eq!(problems.iter().map(|problem| &*problem.message).collect::<Vec<_>>(), [message], "{text}");
    }
}

#[test]
fn expressions_are_grouped_by_their_operators() {
    fn show(expr: &Expr) -> String {
        use ast::{Form, Item, Member, Part};
        let all = |exprs: &[Expr]| exprs.iter().map(show).collect::<Vec<_>>().join(" ");
        match &expr.form {
            Form::Constant(Value::Str(text)) => format!("'{}'", text.as_str()),
            Form::Constant(Value::Int(number)) => number.to_string(),
            Form::Constant(value) => format!("{value:?}").to_lowercase(),
            Form::Template(parts) => parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => text.clone(),
                    Part::Value(value) => format!("${{{}}}", show(value)),
                })
                .collect(),
            Form::Name(name) => name.text.to_string(),
            Form::Call { of, name, arguments } => {
                let of = of.as_ref().map_or(String::new(), |of| format!("{}.", show(of)));
                format!("{of}{}({})", name.text, all(arguments))
            }
            Form::Select { of, key, safe } => format!("{}[{}{}]", show(of), if *safe { "?" } else { "" }, show(key)),
            Form::Object(members) => members
                .iter()
                .map(|member| match member {
                    Member::Entry(key, value) => format!("{{{} {}}}", show(key), show(value)),
                    Member::Spread(value) => format!("...{}", show(value)),
                })
                .collect(),
            Form::Array(items) => items
                .iter()
                .map(|item| match item {
                    Item::Value(value) => format!("<{}>", show(value)),
                    Item::Spread(value) => format!("...{}", show(value)),
                })
                .collect(),
            Form::Loop(repeated) => {
                format!("for {} in {}: {}", repeated.item.text, show(&repeated.over), show(&repeated.body))
            }
            Form::Conditional(parts) => format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(" ? ")),
            Form::Not(inner) => format!("!{}", show(inner)),
            Form::Negate(inner) => format!("-{}", show(inner)),
            Form::Binary(operator, sides) => format!("({operator:?} {})", all(&**sides)),
            Form::Lambda(names, body) => {
                let names: Vec<&str> = names.iter().map(|name| &*name.text).collect();
                format!("|{}| {}", names.join(" "), show(body))
            }
        }
    }
    for (text, want) in [
        ("a || b && c == d", "(Or a (And b (Equal c d)))"),
        ("a + b * c - d", "(Subtract (Add a (Multiply b c)) d)"),
        ("a ?? b ? c : d ? e : f", "((Coalesce a b) ? c ? (d ? e ? f))"),
        ("!a.b[0].?c[?d]", "!a['b'][0][?'c'][?d]"),
        ("a != b && a =~ 'x'", "(And (NotEqual a b) (Alike a 'x'))"),
        ("a!.b! == c", "(Equal a['b'] c)"),
        ("a::b.id", "a['b']['id']"),
        ("az.resourceGroup().location", "az.resourceGroup()['location']"),
        ("f(a, [b, ...c], { d: e, ...f })", "f(a <b>...c {'d' e}...f)"),
        ("f ( a ).g (b)", "f(a).g(b)"),
        ("map(a, x => x.b)", "map(a |x| x['b'])"),
        ("reduce(a, 0, (x, y) => x + y)", "reduce(a 0 |x y| (Add x y))"),
        ("(a\n && b)\n || c", "(Or (And a b) c)"),
        ("a\n  ? 'x'\n  : 'y'", "(a ? 'x' ? 'y')"),
        ("a\n  .b\n  .c", "a['b']['c']"),
        ("'${a}-${b ? 'c' : 'd'}'", "${a}-${(b ? 'c' ? 'd')}"),
        ("$'''a ${b} $c'''", "a ${b} $c"),
        ("[for x in y: x]", "for x in y: x"),
        ("-a - -1", "(Subtract -a -1)"),
        ("{\n a: 1\n b: -2\n}", "{'a' 1}{'b' -2}"),
        ("[\n -1\n -2\n]", "<-1><-2>"),
    ] {
        let place = Span::new(FileId(0), 0, text.len());
        assert_eq!(expression(text, place).map(|expr| show(&expr)).as_deref(), Some(want), "{text}");
    }
    for text in ["", "a b", "a +", "(a", "f(a", "a ? b", "[for x y: z]", "'", "'${a'", "{a}", "a.", "[1 2]", "$"] {
        assert!(expression(text, Span::new(FileId(0), 0, text.len())).is_none(), "{text}");
    }
}

#[test]
fn texts_and_keys_lead_back_to_their_bytes() {
    let text = "resource a 'A.B/c@1' = {\n  name: 'it\\'s'\n  '''k''': '''\nlong'''\n}\n";
    let (root, problems) = read(text);
    assert!(problems.is_empty(), "{problems:?}");
    let item = root.at(&["resources", "a"]).unwrap();
    let slice = |span: Span| text.get(span.range()).unwrap();
    assert_eq!(slice(item.entry("type").unwrap().span()), "resource a 'A.B/c@1'");
    assert_eq!(slice(item.get("name").unwrap().span), "'it\\'s'");
    let Value::Str(long) = &item.get("k").unwrap().value else { panic!("a text") };
    let (start, end) = long.trace(0, 4).unwrap();
    assert_eq!(text.get(start as usize..end as usize), Some("long"));
}

#[test]
fn nesting_and_chains_have_a_limit() {
    for (open, close) in
        [("[", "]"), ("(", ")"), ("{a:", "}"), ("!", ""), ("'${", "}'"), ("f(", ")"), ("x => ", ""), ("a ? b : ", "")]
    {
        let text = format!("var a = {}1{}\n", open.repeat(20_000), close.repeat(20_000));
        assert_eq!(read(&text).1.len(), 1, "{open}");
    }
    for step in [".b", "[0]", " + 1", "!"] {
        let text = format!("var a = b{}\n", step.repeat(20_000));
        assert_eq!(read(&text).1.len(), 1, "{step}");
    }
    let text = format!("param a {}string{}\n", "(".repeat(20_000), ")".repeat(20_000));
    assert_eq!(read(&text).1, []);
}

#[test]
fn quoted_texts_are_found_wherever_they_stand() {
    let text = "// don't\nmodule a 'x.bicep' = { b: loadTextContent('y.\\u{6a}son') }\nvar c = '${d}.z'\n";
    assert_eq!(quoted(text), ["x.bicep", "y.json"]);
}

proptest! {
    #[test]
    fn any_text_is_read(text in "(?s).*") {
        let source = source(&text);
        invariants::hold(&source, &parse(&source));
        let _ = quoted(&text);
    }

    #[test]
    fn any_pieces_of_the_language_are_read(parts in prop::collection::vec(prop::sample::select(vec![
        "resource a 'A.B/c@1' ", "module ", "param ", "var a ", "output ", "func ", "type ", "import ", "using ", "existing ", "= ",
        "{", "}", "[", "]", "(", ")", "'", "'''", "${", "$'''", "\n", ":", ",", ".", "...", "?", "??", "!", "=>", "for x in ", "if ",
        "@", "|", "<", ">", "-", "1", "é", "\\", "\\u{41}", "//", "/*", "*/", "#", "name", "::", "a", " ", "\r\n",
    ]), 0..40)) {
        let text = parts.concat();
        let source = source(&text);
        let parsed = parse(&source);
        invariants::hold(&source, &parsed);
        for root in &parsed.roots {
            every_expression_is_read(root, &text)?;
        }
    }
}

/// Whatever was read as an expression is one when it is read again.
fn every_expression_is_read(node: &Node, text: &str) -> Result<(), TestCaseError> {
    match &node.value {
        Value::Unresolved(_) => {
            prop_assert!(expression(text, node.span).is_some(), "{:?}", text.get(node.span.range()));
        }
        Value::List(items) => items.iter().try_for_each(|item| every_expression_is_read(item, text))?,
        Value::Map(map) => map.entries.iter().try_for_each(|entry| every_expression_is_read(&entry.value, text))?,
        _ => {}
    }
    Ok(())
}
