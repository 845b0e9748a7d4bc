use proptest::prelude::*;

use super::ARM;
use crate::dialect::{Extraction, Resource, testing};
use crate::document::testing::{Line, WORDS};
use crate::document::{Node, Unresolved};

/// What a run finds in files.
pub(super) fn extract(files: &[(&str, &str)]) -> Extraction {
    testing::found(&ARM, files).1
}

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// A template of these members.
fn template(members: &str) -> String {
    format!("{{\"$schema\": \"{SCHEMA}\", {members}}}")
}

fn resources(members: &str) -> Vec<Resource> {
    extract(&[("t.json", &template(members))]).resources
}

/// A value on one line: `?{a|b}` for an open one with alternatives, `?(a…b)` for one with a shape.
pub(super) fn show(node: &Node) -> String {
    let open = |open: &Unresolved, line: Line| {
        let alternatives = Some(line.all(&open.alternatives, "|")).filter(|alternatives| !alternatives.is_empty());
        let alternatives = alternatives.map_or(String::new(), |alternatives| format!("{{{alternatives}}}"));
        let partial = open.partial.as_ref().filter(|partial| !partial.is_blank());
        let partial = partial.map_or(String::new(), |partial| format!("({})", partial.filled("…")));
        format!("?{partial}{alternatives}")
    };
    Line { open, ..WORDS }.of(node)
}

const DECLARED: &str = r#"
    "parameters": {
        "name": {"type": "string", "defaultValue": "web"},
        "open": {"type": "string"},
        "tier": {"type": "string", "allowedValues": ["low", "high"]},
        "on": {"type": "bool", "defaultValue": true},
        "rules": {"type": "array", "defaultValue": [{"port": 22}, {"port": 443}]},
        "derived": {"type": "string", "defaultValue": "[concat(parameters('NAME'), '-x')]"},
        "secret": {"type": "secureString"}
    },
    "variables": {
        "suffix": "[uniqueString(resourceGroup().id)]",
        "map": {"a": {"b": ["x", "y"]}},
        "loop": "[variables('loop')]",
        "copy": [{"name": "made", "count": 3, "input": "[concat('n', copyIndex('made', 1))]"}]
    },
"#;

#[test]
fn expressions_are_evaluated_where_they_are_decided() {
    for (written, want) in [
        ("plain", "plain"),
        ("[[literal]", "[literal]"),
        ("[parameters('name')]", "web"),
        ("[parameters('derived')]", "web-x"),
        ("[parameters('open')]", "?"),
        ("[parameters('secret')]", "?"),
        ("[parameters('missing')]", "?"),
        ("[parameters('tier')]", "?{low|high}"),
        ("[toUpper(parameters('tier'))]", "?{LOW|HIGH}"),
        ("[variables('map').a.b[1]]", "y"),
        ("[variables('map').a.c]", "?"),
        ("[variables('map').a.?c]", "null"),
        ("[variables('loop')]", "?"),
        ("[variables('made')]", "[n1 n2 n3]"),
        ("[concat('a', parameters('name'), 1)]", "aweb1"),
        ("[concat('a', variables('suffix'), 'z')]", "?(a…z)"),
        ("[concat('a', parameters('open'))]", "?(a…)"),
        ("[format('{0}-{{{1}}', parameters('name'), 'b')]", "?"),
        ("[format('{0}-{{{1}}}', parameters('name'), 'b')]", "web-{b}"),
        ("[format('x{0}y', variables('suffix'))]", "?(x…y)"),
        ("[concat(createArray('a'), array('b'))]", "[a b]"),
        ("[createObject('a', 1, 'b', parameters('open'))]", "{a=1 b=?}"),
        ("[createObject('a', 1, parameters('open'), 2).a]", "1"),
        ("[createObject('a', 1, parameters('open'), 2).b]", "?"),
        ("[if(parameters('on'), 'yes', 'no')]", "yes"),
        ("[if(not(parameters('on')), 'yes', 'no')]", "no"),
        ("[if(equals(parameters('tier'), 'low'), 'l', 'h')]", "?{l|h}"),
        ("[if(equals(parameters('tier'), 'none'), 'l', 'h')]", "h"),
        ("[if(equals(parameters('open'), 'x'), true(), null())]", "?{true|null}"),
        ("[and(true(), equals(1, 1))]", "true"),
        ("[and(false(), equals(parameters('open'), 'x'))]", "false"),
        ("[or(true(), equals(parameters('open'), 'x'))]", "true"),
        ("[or(false(), equals(parameters('open'), 'x'))]", "?{true|false}"),
        ("[equals('a', 'A')]", "false"),
        ("[equals(createArray(1, 'a'), createArray(1, 'a'))]", "true"),
        ("[toLower('ABC')]", "abc"),
        ("[toLower(concat('A', variables('suffix')))]", "?(a…)"),
        ("[bool('true')]", "true"),
        ("[json('null')]", "null"),
        ("[json('{\"a\": [1]}').a[0]]", "1"),
        ("[length(parameters('rules'))]", "2"),
        ("[empty('')]", "true"),
        ("[contains(createArray('a', 'b'), 'b')]", "true"),
        ("[coalesce(null(), 'x')]", "x"),
        ("[parameters('rules')[copyIndex()].port]", "?{22|443}"),
        ("[tryGet(variables('map'), 'a', 'b', 1)]", "y"),
        ("[tryGet(variables('map'), 'x', 'y')]", "null"),
        ("[tryGet(parameters('open'), 'x')]", "?"),
        ("[first(createArray('a', 'b'))]", "a"),
        ("[last(createArray('a', 'b'))]", "b"),
        ("[greater(length(parameters('rules')), 1)]", "true"),
        ("[lessOrEquals(3, 2)]", "false"),
        ("[shallowMerge(createArray(createObject('a', 1, 'b', 2), createObject('B', 3)))]", "{a=1 B=3}"),
        (
            "[shallowMerge(createArray(createObject('a', 1), parameters('open'), createObject('b', 2)))]",
            "{a=? b=2 ...}",
        ),
        (
            "[shallowMerge(createArray(createObject('a', 1), if(equals(parameters('open'), 'x'), createObject('a', 2), createObject())))]",
            "{a=?{2|1}}",
        ),
        (
            "[shallowMerge(createArray(if(equals(parameters('open'), 'x'), createObject('a', 2), createObject())))]",
            "{a=?{2|null}}",
        ),
        ("[union(createObject('a', createObject('b', 1)), createObject('a', createObject('c', 2)))]", "{a={b=1 c=2}}"),
        ("[union(createArray(1, 2), createArray(2, 3))]", "[1 2 3]"),
        ("[union(createObject('a', 1), parameters('open'))]", "{a=? ...}"),
        ("[resourceId('Microsoft.Web/sites', 'a')]", "?(/…a)"),
        ("[tenantResourceId('Contoso.X/roles', 'a')]", "/providers/Contoso.X/roles/a"),
        ("[tenantResourceId('Contoso.X/roles/parts', 'a', 'b')]", "/providers/Contoso.X/roles/a/parts/b"),
        ("[tenantResourceId('Contoso.X/roles', parameters('open'))]", "?"),
        ("[subscriptionResourceId('Contoso.X/roles', 'a')]", "?(/…/providers/Contoso.X/roles/a)"),
        ("[subscriptionResourceId('s', 'Contoso.X/roles', 'a')]", "?(/…/providers/Contoso.X/roles/a)"),
        ("[resourceGroup().location]", "?"),
        ("[reference('x').y]", "?"),
        ("[contoso.name('x')]", "?"),
        ("[substring('abc', 1)]", "?"),
        ("[not an expression]", "?"),
    ] {
        let quoted = serde_json::Value::from(written).to_string();
        let listed = resources(&format!(
            r#"{DECLARED} "resources": [{{"type": "Contoso.X/things", "name": "x", "value": {quoted}}}]"#
        ));
        assert_eq!(show(listed[0].body.get("value").unwrap()), want, "{written}");
    }
}

#[test]
fn what_is_open_says_what_would_decide_it() {
    for (written, want) in [
        ("[parameters('open')]", "parameter `open` has no default"),
        ("[concat('a', parameters('secret'))]", "parameter `secret` has no default"),
        ("[variables('loop')]", "`loop` depends on itself"),
        ("[variables('none')]", "`none` is not declared in this template"),
        ("[uniqueString('x')]", "`uniqueString` is known at deployment"),
        ("[resourceGroup().location]", "`resourceGroup` is known at deployment"),
        ("[contoso.name('x')]", "`contoso.name` is a function of the template, which is not followed"),
        ("[not an expression]", "the expression is not understood"),
    ] {
        let listed = resources(&format!(
            r#"{DECLARED} "resources": [{{"type": "Contoso.X/things", "name": "x", "value": "{written}"}}]"#
        ));
        let value = listed[0].body.get("value").unwrap();
        assert_eq!(value.as_unresolved().map(|open| &*open.because), Some(want), "{written}");
    }
}

#[test]
fn a_value_is_where_it_is_used_and_leads_to_where_it_is_written() {
    let text = template(
        r#""parameters": {"p": {"type": "string", "defaultValue": "there"}},
           "resources": [{"type": "Contoso.X/things", "name": "x", "value": "[parameters('p')]"}]"#,
    );
    let extraction = extract(&[("t.json", &text)]);
    let value = extraction.resources[0].body.get("value").unwrap();
    assert_eq!(text.get(value.span.range()).unwrap(), "\"[parameters('p')]\"");
    let steps: Vec<(&str, &str)> =
        value.steps().iter().map(|step| (text.get(step.span.range()).unwrap(), &*step.what)).collect();
    assert_eq!(steps, [("\"there\"", "default of parameter `p`")]);
}

#[test]
fn a_parameter_file_beside_the_template_goes_before_defaults() {
    let text = template(
        r#""parameters": {"p": {"defaultValue": "default"}, "q": {"defaultValue": "default"}, "r": {}},
           "resources": [{"type": "Contoso.X/things", "name": "x",
                          "p": "[parameters('p')]", "q": "[parameters('q')]", "r": "[parameters('r')]"}]"#,
    );
    let values = r#"{"parameters": {"P": {"value": "[given]"}, "r": {"reference": {"keyVault": {}}}}}"#;
    for (template, file) in [
        ("a/azuredeploy.json", "a/azuredeploy.parameters.json"),
        ("main.json", "main.parameters.json"),
        ("template.json", "parameters.json"),
    ] {
        let body = &extract(&[(template, &text), (file, values)]).resources[0].body;
        let shown: Vec<String> = ["p", "q", "r"].map(|key| show(body.get(key).unwrap())).into();
        assert_eq!(shown, ["[given]", "default", "?"], "{template}");
        assert_eq!(&*body.get("p").unwrap().steps()[0].what, format!("value of parameter `P` in {file}"));
    }
}

pub(super) fn shown(resources: &[Resource]) -> Vec<String> {
    let mark = |resource: &Resource| if resource.condition.is_some() { "?" } else { "" };
    resources.iter().map(|resource| format!("{}{} {}", mark(resource), resource.kind, resource.address)).collect()
}

#[test]
fn every_resource_is_listed_once_by_its_type() {
    let listed = resources(
        r#""parameters": {"n": {}, "off": {"defaultValue": false}, "maybe": {"type": "bool"}, "size": {"type": "int"}},
           "resources": [
             {"type": "microsoft.sql/servers", "name": "s", "resources": [
                {"type": "firewallRules", "name": "all"},
                {"type": "Microsoft.Insights/alertRules", "name": "a"}]},
             {"type": "Contoso.X/off", "name": "a", "condition": "[parameters('off')]", "resources": [
                {"type": "child", "name": "c"}]},
             {"type": "Contoso.X/never", "name": "a", "condition": false},
             {"type": "Contoso.X/maybe", "name": "a", "condition": "[parameters('maybe')]"},
             {"type": "Contoso.X/both", "name": "a", "condition": "[or(parameters('maybe'), not(parameters('maybe')))]"},
             {"type": "Contoso.X/neither", "name": "a", "condition": "[and(parameters('maybe'), not(parameters('maybe')))]"},
             {"type": "Contoso.X/named", "name": "[parameters('n')]"},
             {"type": "Contoso.X/loop", "name": "[concat('a', copyIndex())]", "copy": {"name": "l", "count": 3}},
             {"type": "Contoso.X/none", "name": "a", "copy": {"name": "l", "count": 0}},
             {"type": "Contoso.X/some", "name": "a", "copy": {"name": "l", "count": "[parameters('size')]"}}]"#,
    );
    assert_eq!(
        shown(&listed),
        [
            "arm/Microsoft.Sql/servers Microsoft.Sql/servers/s",
            "arm/Microsoft.Sql/servers/firewallRules Microsoft.Sql/servers/firewallRules/s/all",
            "arm/Microsoft.Insights/alertRules Microsoft.Insights/alertRules/s/a",
            "arm/Contoso.X/off/child Contoso.X/off/child/a/c",
            "?arm/Contoso.X/maybe Contoso.X/maybe/a",
            "arm/Contoso.X/both Contoso.X/both/a",
            "arm/Contoso.X/named Contoso.X/named/[parameters('n')]",
            "arm/Contoso.X/loop Contoso.X/loop/[concat('a', copyIndex())]",
            "?arm/Contoso.X/some Contoso.X/some/a",
        ]
    );
    assert!(listed[0].body.get("resources").is_none());
    assert_eq!(listed[1].names.iter().map(|name| &**name).collect::<Vec<_>>(), ["s/all", "all"]);
}

#[test]
fn resources_of_language_version_2_have_symbolic_names() {
    let listed = resources(
        r#""languageVersion": "2.0", "resources": {
             "site": {"type": "Contoso.X/a", "name": "n"},
             "there": {"type": "Contoso.X/a", "name": "o", "existing": true}}"#,
    );
    assert_eq!(shown(&listed), ["arm/Contoso.X/a site"]);
}

#[test]
fn nested_deployments_are_evaluated_in_their_scope() {
    let deployment = |scope: &str| {
        format!(
            r#""parameters": {{"p": {{"defaultValue": "outer"}}}}, "resources": [
                {{"type": "Microsoft.Resources/deployments", "name": "d", "properties": {{ {scope}
                  "parameters": {{"q": {{"value": "[parameters('p')]"}}}},
                  "template": {{"parameters": {{"p": {{"defaultValue": "inner"}}, "q": {{}}}},
                    "resources": [{{"type": "Contoso.X/a", "name": "n", "p": "[parameters('p')]",
                                    "q": "[parameters('q')]"}}]}} }} }}]"#
        )
    };
    for (scope, want) in [
        ("", ("outer", "?")),
        (r#""expressionEvaluationOptions": {"scope": "outer"},"#, ("outer", "?")),
        (r#""expressionEvaluationOptions": {"scope": "Inner"},"#, ("inner", "outer")),
    ] {
        let listed = resources(&deployment(scope));
        assert_eq!(
            shown(&listed),
            [
                "arm/Microsoft.Resources/deployments Microsoft.Resources/deployments/d",
                "arm/Contoso.X/a d.Contoso.X/a/n"
            ]
        );
        let inside = |key: &str| show(listed[1].body.get(key).unwrap());
        assert_eq!((inside("p").as_str(), inside("q").as_str()), want, "{scope}");
        assert!(listed[0].body.at(&["properties", "template"]).is_none());
        assert_eq!(listed[1].trail.as_ref().unwrap()[0].what.as_ref(), "nested deployment `d`");
    }
}

#[test]
fn what_is_passed_to_a_nested_deployment_goes_before_defaults_where_it_is_decided() {
    for (passed, want) in [
        (r#"{"value": 1}"#, "1"),
        (r#"{"value": "[parameters('open')]"}"#, "?"),
        (r#"{"value": "[null()]"}"#, "?{null|0}"),
        (r#"{"value": "[if(equals(parameters('open'), 'x'), 1, null())]"}"#, "?{1|null|0}"),
        (r#"{"reference": {"keyVault": {}, "secretName": "s"}}"#, "?"),
        (r#""[createObject('value', 2)]""#, "2"),
        (r#""[if(equals(parameters('open'), 'x'), createObject('value', 1), createObject('value', 2))]""#, "?{1|2}"),
        (r#""[reference('x')]""#, "?"),
    ] {
        let listed = resources(&format!(
            r#""parameters": {{"open": {{"type": "string"}}}}, "resources": [
                {{"type": "Microsoft.Resources/deployments", "name": "d", "properties": {{
                  "expressionEvaluationOptions": {{"scope": "inner"}}, "parameters": {{"p": {passed}}},
                  "template": {{"parameters": {{"p": {{"defaultValue": 0}}}},
                    "resources": [{{"type": "Contoso.X/a", "name": "n", "p": "[parameters('p')]"}}]}} }} }}]"#
        ));
        assert_eq!(show(listed[1].body.get("p").unwrap()), want, "{passed}");
    }
    for (passed, want) in [
        (r#""[parameters('open')]""#, "?"),
        (r#"{"[parameters('open')]": {"value": 1}}"#, "?"),
        (r#""[createObject('P', createObject('value', 1))]""#, "1"),
        ("{}", "0"),
    ] {
        let listed = resources(&format!(
            r#""parameters": {{"open": {{"type": "string"}}}}, "resources": [
                {{"type": "Microsoft.Resources/deployments", "name": "d", "properties": {{
                  "expressionEvaluationOptions": {{"scope": "inner"}}, "parameters": {passed},
                  "template": {{"parameters": {{"p": {{"defaultValue": 0}}}},
                    "resources": [{{"type": "Contoso.X/a", "name": "n", "p": "[parameters('p')]"}}]}} }} }}]"#
        ));
        assert_eq!(show(listed[1].body.get("p").unwrap()), want, "{passed}");
    }
}

#[test]
fn loops_over_properties_make_lists() {
    let listed = resources(
        r#""parameters": {"n": {"type": "int"}}, "resources": [{"type": "Contoso.X/a", "name": "n", "properties": {
             "copy": [
               {"name": "one", "count": 1, "input": "[copyIndex('one')]"},
               {"name": "two", "count": 2, "input": {"i": "[copyIndex('two')]", "k": "v"}},
               {"name": "none", "count": 0, "input": 1},
               {"name": "some", "count": "[parameters('n')]", "input": 1}],
             "[concat('k', 1)]": "v"}}]"#,
    );
    let properties = listed[0].body.get("properties").unwrap();
    assert_eq!(show(properties), "{one=[0] two=[{i=? k=v}] none=[] some=? k1=v}");
}

#[test]
fn a_document_is_known_by_its_schema_and_its_resources() {
    let of = |schema: &str, rest: &str| format!("{{\"$schema\": \"https://x/{schema}\", {rest}}}");
    for (text, want) in [
        (of("deploymentTemplate.json#", r#""resources": [{"type": "A.B/c", "name": "n"}]"#), 1),
        (of("subscriptionDeploymentTemplate.json#", r#""resources": [{"type": "A.B/c", "name": "n"}]"#), 1),
        (of("managementGroupDeploymentTemplate.json#", r#""resources": [{"type": "A.B/c", "name": "n"}]"#), 1),
        (of("tenantDeploymentTemplate.json#", r#""resources": [{"type": "A.B/c", "name": "n"}]"#), 1),
        (of("deploymentParameters.json#", r#""parameters": {}, "resources": [{"type": "A.B/c"}]"#), 0),
        (of("CreateUIDefinition.json", r#""resources": ["deploymentTemplate.json"]"#), 0),
        (of("deploymentTemplate.json#", r#""resources": "none""#), 0),
    ] {
        assert_eq!(extract(&[("t.json", &text)]).resources.len(), want, "{text}");
    }
}

#[test]
fn what_is_not_judged_is_told() {
    let extraction = extract(&[(
        "t.json",
        &template(
            r#""parameters": {"t": {}}, "resources": [
                 {"name": "n"}, {"type": "[parameters('t')]", "name": "n"}, {"type": "sites", "name": "n"}, "text"]"#,
        ),
    )]);
    assert_eq!((extraction.resources.len(), extraction.problems.len()), (0, 4));
}

#[test]
fn work_is_bounded() {
    let doubled = |of: &str| {
        let first = r#""v0": "xxxxxxxx""#.to_owned();
        let rest = (1..120).map(|at| format!(r#""v{at}": "[{of}(variables('v{0}'), variables('v{0}'))]""#, at - 1));
        let variables: Vec<String> = std::iter::once(first).chain(rest).collect();
        format!(
            r#""variables": {{{}}}, "resources": [{{"type": "Contoso.X/a", "name": "n", "low": "[variables('v3')]",
               "value": "[variables('v119')]"}}]"#,
            variables.join(", ")
        )
    };
    for of in ["concat", "createArray"] {
        let listed = resources(&doubled(of));
        assert!(show(listed[0].body.get("value").unwrap()).len() < 100_000, "{of}");
        assert!(listed[0].body.get("low").unwrap().as_unresolved().is_none(), "{of}");
    }
}

#[test]
fn a_large_variable_is_not_copied_without_end() {
    let items = vec!["{\"destinationPortRange\": \"22\"}"; 4_000].join(",");
    let uses = vec!["\"[variables('big')]\""; 20_000].join(",");
    let text = template(&format!(
        r#""variables": {{"big": [{items}]}}, "resources": [{{"type": "Microsoft.Network/x", "name": "n", "v": [{uses}]}}]"#
    ));
    let extraction = extract(&[("t.json", &text)]);
    assert_eq!(extraction.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["arm::limit"]);
    let values = extraction.resources[0].body.get("v").unwrap().items();
    assert!(values[0].as_unresolved().is_none() && values[19_999].as_unresolved().is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_string_stops_a_template(text in ".*", inside in "[a-z'()\\[\\]., 0-9{}]{0,40}") {
        for written in [text, format!("[{inside}]"), format!("[format('{inside}')]"), format!("[json('{inside}')]")] {
            let quoted = serde_json::Value::from(written).to_string();
            let listed = resources(&format!(
                r#"{DECLARED} "resources": [{{"type": "Contoso.X/things", "name": {quoted}, "condition": {quoted},
                   "value": {{{quoted}: {quoted}}}, "copy": {{"count": {quoted}}}}}]"#
            ));
            prop_assert!(listed.len() <= 1);
        }
    }
}
