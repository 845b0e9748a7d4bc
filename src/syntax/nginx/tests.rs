use super::*;
use crate::source::FileId;

fn read(text: &str) -> (Source, Parsed) {
    let source = Source::from_text(FileId(0), "nginx.conf", text);
    let parsed = parse(&source, &OWN);
    (source, parsed)
}

fn at<'a>(node: &'a Node, path: &str) -> Option<&'a Node> {
    path.split('/').try_fold(node, |node, step| match step.parse::<usize>() {
        Ok(index) => node.items().get(index),
        Err(_) => node.get(step),
    })
}

#[test]
fn directives_and_blocks_are_read() {
    let text = "user www; # c\nhttp {\n  server_tokens off;\n  add_header A \"b; c\" always;\n  add_header D e;\n  server { listen 80; location ~ \\.php$ { return 301 https://${host}$uri; } }\n  server { server_name a b; content_by_lua_block { if x { y } } }\n}\n";
    let (source, parsed) = read(text);
    assert_eq!(parsed.problems, []);
    let root = &parsed.roots[0];
    for (path, want) in [
        ("user", "www"),
        ("http/0/server_tokens", "off"),
        ("http/0/add_header/0/1", "b; c"),
        ("http/0/add_header/1/0", "D"),
        ("http/0/server/0/listen", "80"),
        ("http/0/server/0/location/0/arguments/1", "\\.php$"),
        ("http/0/server/0/location/0/return/1", "https://${host}$uri"),
        ("http/0/server/1/server_name/1", "b"),
        ("http/0/server/1/content_by_lua_block", " if x { y } "),
    ] {
        assert_eq!(at(root, path).and_then(Node::as_str), Some(want), "{path}");
    }
    assert_eq!(
        source.slice(at(root, "http/0/server/0/location/0").unwrap().span),
        "location ~ \\.php$ { return 301 https://${host}$uri; }"
    );
}

#[test]
fn what_is_not_closed_is_pointed_at() {
    for (text, place, message) in [
        ("http { a b;", "http", "this block is never closed"),
        ("a b; }", "}", "this brace closes nothing"),
        ("a { b c }", "b c", "this directive does not end with `;`"),
        ("a 'b", "'", "this quote is never closed"),
        (";", ";", "expected the name of a directive"),
    ] {
        let (source, parsed) = read(text);
        let problem = &parsed.problems[0];
        assert_eq!((source.slice(problem.span.unwrap()), problem.message.as_str()), (place, message), "{text}");
    }
    let (_, parsed) = read(&"a {".repeat(10_000));
    assert!(!parsed.problems.is_empty());
}

proptest::proptest! {
    #[test]
    fn no_text_panics_or_leads_out_of_the_file(text in "[ab \\t\\n\\r;{}$#\\\\é'\"]{0,80}") {
        let (source, parsed) = read(&text);
        crate::syntax::invariants::hold(&source, &parsed);
    }
}
