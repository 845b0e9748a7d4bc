use super::*;
use crate::dialect::testing;

fn read(files: &[(&str, &str)]) -> Extraction {
    testing::found(&OPENAPI, files).1
}

/// The operations of one document: what each is called, and whether it is protected.
fn operations(found: &Extraction) -> Vec<String> {
    let operations = found.resources.iter().filter(|resource| &*resource.kind == "openapi/operation");
    operations
        .map(|operation| {
            let (_, name) = operation.address.split_once('#').unwrap();
            let asked = operation.body.get("protected").and_then(Node::as_bool);
            format!("{name} {}", asked.map_or("?".to_owned(), |asked| asked.to_string()))
        })
        .collect()
}

fn words(node: Option<&Node>, keys: &[&str]) -> Vec<String> {
    let word = |item: &Node| {
        let words = keys
            .iter()
            .map(|key| item.get(key).map_or(String::new(), |value| crate::dialect::items::spelled(value, 0)));
        words.collect::<Vec<_>>().join(" ")
    };
    node.map_or(&[][..], Node::items).iter().map(word).collect()
}

#[test]
fn an_operation_has_its_own_security_or_that_of_the_document() {
    for (top, own, want) in [
        ("", "", "false"),
        ("security: [{a: []}]\n", "", "true"),
        ("security: [{a: []}]\n", ", security: []", "false"),
        ("security: [{a: []}]\n", ", security: [{}, {a: []}]", "false"),
        ("security: []\n", ", security: [{a: []}]", "true"),
        ("security: [{}]\n", "", "false"),
    ] {
        let text = format!("openapi: 3.0.3\n{top}paths:\n  /x:\n    get: {{responses: {{}}{own}}}\n");
        let found = read(&[("api.yaml", &text)]);
        assert_eq!(operations(&found), [format!("GET /x {want}")], "{text}");
    }
}

#[test]
fn servers_are_told_with_their_variables_and_how_far_they_are() {
    for (text, want) in [
        (
            "openapi: 3.0.0\nservers: [{url: 'http://api.example.com/v1'}]\n",
            vec!["http://api.example.com/v1 true network"],
        ),
        (
            "openapi: 3.0.0\nservers: [{url: 'https://{h}/', variables: {h: {default: a.example.com}}}]\n",
            vec!["https://a.example.com/ false network"],
        ),
        (
            "openapi: 3.0.0\nservers: [{url: '{s}://a.example.com', variables: {s: {default: http}}}]\n",
            vec!["http://a.example.com true network"],
        ),
        ("openapi: 3.0.0\nservers: [{url: 'http://{h}.example.com'}]\n", vec!["http://{h}.example.com true "]),
        ("openapi: 3.0.0\nservers: [{url: 'http://localhost:8080'}]\n", vec!["http://localhost:8080 true machine"]),
        ("openapi: 3.0.0\nservers: [{url: /v1}]\n", vec!["/v1  "]),
        (
            "swagger: '2.0'\nhost: api.example.com\nschemes: [https, http]\n",
            vec!["https://api.example.com false network", "http://api.example.com true network"],
        ),
        ("swagger: '2.0'\nschemes: [ws]\n", vec!["ws true network"]),
        ("swagger: '2.0'\nhost: api.example.com\n", vec![]),
    ] {
        let found = read(&[("api.yaml", &format!("{text}info: {{}}\npaths: {{}}\n"))]);
        let document = found.resources.iter().find(|resource| &*resource.kind == "openapi/document").unwrap();
        assert_eq!(words(document.body.get("servers_effective"), &["url", "plain", "reach"]), want, "{text}");
    }
}

#[test]
fn schemes_are_called_alike_in_both_versions() {
    for (text, want) in [
        ("swagger: '2.0'\nsecurityDefinitions: {a: {type: basic}}\n", "basic "),
        ("openapi: 3.0.0\ncomponents: {securitySchemes: {a: {type: http, scheme: Basic}}}\n", "basic "),
        ("openapi: 3.0.0\ncomponents: {securitySchemes: {a: {type: apiKey, in: query, name: k}}}\n", "key-in-query "),
        ("swagger: '2.0'\nsecurityDefinitions: {a: {type: oauth2, flow: accessCode}}\n", "oauth2 authorizationCode"),
        (
            "openapi: 3.0.0\ncomponents: {securitySchemes: {a: {type: oauth2, flows: {implicit: {}, password: {}}}}}\n",
            "oauth2 implicit,password",
        ),
        (
            "openapi: 3.0.0\ncomponents: {securitySchemes: {a: {$ref: '#/components/x-more/b'}}, x-more: {b: {type: openIdConnect}}}\n",
            "openidconnect ",
        ),
    ] {
        let found = read(&[("api.yaml", text)]);
        let schemes: Vec<Node> = found
            .resources
            .iter()
            .filter(|resource| &*resource.kind == "openapi/security-scheme")
            .map(|scheme| scheme.body.clone())
            .collect();
        let list = Node::list(schemes, crate::source::Span::new(crate::source::FileId(0), 0, 0));
        assert_eq!(words(Some(&list), &["method", "flows_offered"]), [want], "{text}");
    }
}

#[test]
fn requirements_name_schemes_and_scopes_that_are_there() {
    let text = "openapi: 3.0.0\ncomponents:\n  securitySchemes:\n    o: {type: oauth2, flows: {implicit: {scopes: {read: r}}}}\n    k: {type: apiKey, in: header, name: k}\n\
                paths: {/x: {get: {security: [{o: [read, write], k: [admin], gone: []}]}}}\n";
    let found = read(&[("api.yaml", text)]);
    let operation = found.resources.iter().find(|resource| &*resource.kind == "openapi/operation").unwrap();
    let used = words(operation.body.get("schemes_used"), &["name", "declared", "unknown_scopes", "meaningless_scopes"]);
    assert_eq!(used, ["o true write ", "k true  admin", "gone false  "]);
}

#[test]
fn paths_may_stand_in_other_files() {
    let found = read(&[
        (
            "api/openapi.yaml",
            "openapi: 3.1.0\npaths:\n  /a: {$ref: paths/a.yaml}\n  /b: {$ref: 'more.json#/items/~1b'}\n  /c: {$ref: gone.yaml}\n  /d: {$ref: '#/paths/~1d'}\n",
        ),
        ("api/paths/a.yaml", "get: {security: [{x: []}]}\n"),
        ("api/more.json", "{\"items\": {\"/b\": {\"post\": {}}}}"),
    ]);
    assert_eq!(operations(&found), ["GET /a true", "POST /b false"]);
    let problems: Vec<&str> = found.problems.iter().map(|problem| &*problem.message).collect();
    assert_eq!(problems, ["`gone.yaml` is not in this repository: what it describes is not judged"]);
}

#[test]
fn other_files_are_not_taken() {
    for text in ["openapi: generator\ninfo: x\n", "swagger: {enabled: true}\ninfo: {}\n", "asyncapi: 3.0.0\ninfo: {}\n"]
    {
        assert!(read(&[("a.yaml", text)]).resources.is_empty(), "{text}");
    }
}
