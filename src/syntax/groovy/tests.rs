use proptest::prelude::*;

use super::*;
use crate::source::FileId;
use crate::syntax::invariants;

fn read(text: &str) -> Parsed {
    parse(&Source::from_text(FileId(0), "Jenkinsfile", text))
}

/// A tree in short: calls as `name(arguments){block}`, open values in `<…>`.
fn shown(node: &Node) -> String {
    let list = |node: &Node| node.items().iter().map(shown).collect::<Vec<_>>().join(", ");
    let pairs = |node: &Node| {
        let pair = |entry: &Entry| format!("{}: {}", entry.key.name, shown(&entry.value));
        node.entries().iter().map(pair).collect::<Vec<_>>().join(", ")
    };
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Str(text) => format!("{:?}", text.as_str()),
        Value::Unresolved(open) => {
            let partial = open.partial.as_ref().map(|partial| partial.filled("…"));
            format!("<{}>", partial.unwrap_or_else(|| open.expression.to_string()))
        }
        Value::List(_) => format!("[{}]", list(node)),
        Value::Map(_) if node.get("call").is_some() => {
            let of = node.get("of").map(|of| format!("{}.", shown(of))).unwrap_or_default();
            let name = node.get("call").and_then(Node::as_str).unwrap_or("?");
            let handed = [node.get("arguments").map(list), node.get("named").map(pairs)];
            let handed = handed.into_iter().flatten().collect::<Vec<_>>().join(", ");
            let block = node.get("block").map(|block| format!("{{{}}}", list(block).replace(", ", "; ")));
            format!("{of}{name}({handed}){}", block.unwrap_or_default())
        }
        Value::Map(_) if node.get("operands").is_some() => {
            format!("({})", node.get("operands").map_or(String::new(), list))
        }
        Value::Map(_) => format!("{{{}}}", pairs(node)),
    }
}

fn statements(text: &str) -> Vec<String> {
    let parsed = read(text);
    assert_eq!(parsed.problems, [], "{text}");
    parsed.roots[0].items().iter().map(shown).collect()
}

#[test]
fn texts_are_read_in_all_their_spellings() {
    for (text, want) in [
        ("a 'x'", "a(\"x\")"),
        (r"a 'it\'s \$x\n'", "a(\"it's $x\\n\")"),
        ("a 'no ${value} $here'", "a(\"no ${value} $here\")"),
        ("a \"x\"", "a(\"x\")"),
        ("a \"x ${y} z\"", "a(<x … z>)"),
        ("a \"${x.collect { \"<${it}>\" }}\"", "a(<…>)"),
        ("a \"$x.y.\"", "a(<….>)"),
        ("a \"\\${x} \\$y 5$ $\"", "a(\"${x} $y 5$ $\")"),
        ("a '''\nx 'y' \"z\" \\\nmore\n'''", "a(\"\\nx 'y' \\\"z\\\" more\\n\")"),
        ("a \"\"\"x \"${y}\" \"\"\"", "a(<x \"…\" >)"),
        ("a(/x\\/y ${z}/)", "a(<x/y …>)"),
        ("a($/x $$ $/ / \\n ${z}/$)", "a(<x $ / / \\n …>)"),
        ("a '\\u0041\\\\'", "a(\"A\\\\\")"),
        ("a '\\uu0041 \\u\\u0041 \\u004'", "a(\"A uA u004\")"),
        ("a \"$x$y.z$\"", "a(<…$>)"),
        ("a 'x' + 'y'", "a(\"xy\")"),
        ("a 'x' + y + \"z\"", "a(<x…z>)"),
        ("a('x ' +\n  y.z)", "a(<x …>)"),
        ("a ''", "a(\"\")"),
    ] {
        assert_eq!(statements(text), [want], "{text}");
    }
}

#[test]
fn calls_are_read_in_all_their_spellings() {
    for (text, want) in [
        ("sh 'x'", "sh(\"x\")"),
        ("sh('x')", "sh(\"x\")"),
        ("sh ('x')", "sh(\"x\")"),
        ("sh'x'", "sh(\"x\")"),
        ("sh(script: 'x', returnStdout: true)", "sh(script: \"x\", returnStdout: true)"),
        ("sh label: 'l',\n   script: '''x'''", "sh(label: \"l\", script: \"x\")"),
        ("sh([script: 'x'])", "sh({script: \"x\"})"),
        ("sh(script: 'x').trim()", "sh(script: \"x\").trim()"),
        ("agent any", "agent(<any>)"),
        ("stages {\n}", "stages(){}"),
        ("stage ('a') { sh 'x' }", "stage(\"a\"){sh(\"x\")}"),
        ("docker.image('x').inside('-u 0') { sh 'y' }", "docker.image(\"x\").inside(\"-u 0\"){sh(\"y\")}"),
        ("docker\n  .image('x')\n  .inside { }", "docker.image(\"x\").inside(){}"),
        ("parallel a: { sh 'x' }, 'b': { sh 'y' }", "parallel(a: {block: [sh(\"x\")]}, b: {block: [sh(\"y\")]})"),
        ("withEnv(['A=b', \"C=${d}\"]) { }", "withEnv([\"A=b\", <C=…>]){}"),
        (
            "withCredentials([string(credentialsId: 'x', variable: 'Y')]) { }",
            "withCredentials([string(credentialsId: \"x\", variable: \"Y\")]){}",
        ),
        ("f(a ? 'b' : 'c', d)", "f(<a ? 'b' : 'c'>, <d>)"),
        ("f(a: b ? 1 : 2)", "f(a: <b ? 1 : 2>)"),
        ("x.each { String a, b -> sh 'y' }", "x.each(){sh(\"y\")}"),
        ("f([:]); g([1, -2, 3.5, null])", "f({})"),
        ("@Library(['a@1', 'b']) _", "@Library([\"a@1\", \"b\"])"),
        ("f(!fileExists('x') && y)", "f(((fileExists(\"x\")), <y>))"),
        ("f((String) g('x'))", "f(g(\"x\"))"),
        ("new a.b.Foo<Bar>(1).run()", "new Foo(1).run()"),
        (
            "checkout([$class: 'GitSCM', branches: [[name: '*/main']]])",
            "checkout({$class: \"GitSCM\", branches: [{name: \"*/main\"}]})",
        ),
    ] {
        assert_eq!(statements(text)[0], want, "{text}");
    }
}

#[test]
fn programs_are_read_as_far_as_calls_stand_in_them() {
    for (text, want) in [
        ("#!/usr/bin/env groovy\nimport a.b.*\nx()", vec!["x()"]),
        ("def x = sh returnStdout: true, script: 'y'", vec!["{set: {x: sh(returnStdout: true, script: \"y\")}}"]),
        ("String x = 'y'; List<String> z = []", vec!["{set: {x: \"y\"}}", "{set: {z: []}}"]),
        ("def x\nint y", vec![]),
        (
            "env.X = 'y'\nenv['Z'] = \"$a\"\nx += 1",
            vec!["{set: {env.X: \"y\"}}", "{set: {env['Z']: <…>}}", "{set: {x: 1}}"],
        ),
        ("def (a, b) = f()", vec!["{set: {(a, b): f()}}"]),
        (
            "if (a == 'b') { x() } else if (c) { y() } else z()",
            vec!["if(<a == 'b'>){x()}", "else(){if(<c>){y()}}", "else(){z()}"],
        ),
        ("if (a)\n  x()\nelse\n  y()", vec!["if(<a>){x()}", "else(){y()}"]),
        (
            "try { x() }\ncatch (Exception e) { throw e }\nfinally { y() }",
            vec!["try(){x()}", "catch(<(Exception e)>){throw(<e>)}", "finally(){y()}"],
        ),
        ("for (int i = 0; i < 3; i++) { x() }", vec!["for(<(int i = 0; i < 3; i++)>){x()}"]),
        ("for (a in b.c()) x()", vec!["for((<a>, b.c())){x()}"]),
        ("switch (a) {\n case 'b': x(); break\n default:\n y() }", vec!["switch(<a>){x(); y()}"]),
        ("def f(String a, b = [:]) {\n  return sh('x')\n}", vec!["{method: \"f\", block: [return(sh(\"x\"))]}"]),
        (
            "void f() { x() }\nprivate static String g(a) { y() }",
            vec!["{method: \"f\", block: [x()]}", "{method: \"g\", block: [y()]}"],
        ),
        ("@NonCPS\ndef f() { x() }", vec!["{method: \"f\", block: [x()]}"]),
        ("@Field String X = 'y'\n", vec!["{set: {X: \"y\"}}"]),
        ("a = b ?: 'c'\nx()", vec!["{set: {a: <b ?: 'c'>}}", "x()"]),
        ("x = a\n  ? 'b'\n  : 'c'\ny()", vec!["{set: {x: <a\n  ? 'b'\n  : 'c'>}}", "y()"]),
        ("x = a[0].b('c') // sh 'no'\n/* sh 'no' */ y()", vec!["{set: {x: a[0].b(\"c\")}}", "y()"]),
        ("x = y =~ /a{/\nz()", vec!["{set: {x: <y =~ /a{/>}}", "z()"]),
        ("return", vec!["return()"]),
        ("a[\"b ${c}\"] = { x() }", vec!["{set: {a[\"b ${c}\"]: {block: [x()]}}}"]),
        ("def a, b = 1\nx()", vec!["{set: {b: 1}}", "x()"]),
        ("def f (a) throws B {\n x() }", vec!["{method: \"f\", block: [x()]}"]),
        ("Map <String, B> a = f()", vec!["{set: {a: f()}}"]),
        ("def a.b.C d = f()\na.b.C e = g()", vec!["{set: {d: f()}}", "{set: {e: g()}}"]),
        ("a: { x() }\nb: while (c) { y() }", vec!["{block: [x()]}", "while(<c>){y()}"]),
        ("a == b\na.b(c = 1)", vec!["<a == b>", "a.b(<(c = 1)>)"]),
        ("a = 4 / 2\nx()", vec!["{set: {a: <4 / 2>}}", "x()"]),
    ] {
        let got = statements(text);
        assert_eq!(got, want, "{text}");
    }
}

#[test]
fn what_is_not_understood_stops_nothing_else() {
    for (text, want) in [
        ("x @@ y\nsh 'a'", vec!["<x @@ y>", "sh(\"a\")"]),
        ("stage(@@) { sh 'a' }", vec!["stage(<(@@)>){sh(\"a\")}"]),
        ("steps { ?? ; sh 'a' }", vec!["steps(){<?? >; sh(\"a\")}"]),
        ("f(a b)\nsh 'a'", vec!["f(<(a b)>)", "sh(\"a\")"]),
    ] {
        assert_eq!(statements(text), want, "{text}");
    }
}

#[test]
fn what_is_not_closed_is_a_problem() {
    for (text, at) in [("stage('a') {\n  sh 'x'\n", 22), ("sh 'x'\n}\n", 7), ("sh('x'\nsh 'y'\n", 2)] {
        let starts: Vec<_> =
            read(text).problems.iter().filter_map(|problem| problem.span).map(|span| span.start).collect();
        assert_eq!(starts, [at], "{text}");
    }
}

#[test]
fn texts_lead_back_to_where_they_stand() {
    let text = "sh \"a\\n${b} c\" + 'd'";
    let parsed = read(text);
    let script = &parsed.roots[0].items()[0].get("arguments").unwrap().items()[0];
    let pieces = pieces(&script.as_unresolved().unwrap().expression, script.span).unwrap();
    let places: Vec<_> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Known(known) => {
                let (start, end) = known.trace(0, known.as_str().len()).unwrap();
                text.get(start as usize..end as usize).unwrap()
            }
            Piece::Value { span, .. } => text.get(span.range()).unwrap(),
        })
        .collect();
    assert_eq!(places, ["a\\n", "${b}", " c", "d"]);
}

#[test]
fn what_nests_without_end_is_read_to_its_end() {
    for text in [
        "(".repeat(50_000),
        "f(".repeat(20_000),
        "f{".repeat(20_000),
        "[".repeat(50_000),
        "\"${".repeat(20_000),
        "('a' + ".repeat(100) + &")".repeat(100),
        "a.b()".repeat(10_000),
        "case { ".repeat(3_000),
        "'''".repeat(10_001),
        "$/".repeat(20_000),
        "x = ".repeat(20_000),
        "(a ? ".repeat(5_000),
        "if (a) ".repeat(5_000),
        "else if (a) ".repeat(5_000),
        "!".repeat(50_000),
        "List<".repeat(5_000),
        "x(a: ".repeat(5_000),
    ] {
        let parsed = read(&text);
        invariants::hold(&Source::from_text(FileId(0), "Jenkinsfile", &text), &parsed);
    }
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "([a-z.(){}\\[\\]'\"$/\\\\:,=+? \n@é-]|sh |stage|\"\"\"|'''|\\$\\{|def |if|else|-> ){0,60}") {
        let source = Source::from_text(FileId(0), "Jenkinsfile", &text);
        invariants::hold(&source, &parse(&source));
    }
}
