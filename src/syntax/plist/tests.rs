use proptest::prelude::*;

use super::PLIST;
use crate::document::testing::CODE;
use crate::document::{Node, Value};
use crate::source::{FileId, Source};
use crate::syntax::Parsed;

const HEAD: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
    "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n",
    "<plist version=\"1.0\">",
);

fn read(text: &str) -> (Source, Parsed) {
    let source = Source::from_text(FileId(0), "a.plist", text);
    let parsed = (PLIST.parse)(&source);
    crate::syntax::invariants::hold(&source, &parsed);
    (source, parsed)
}

fn value(inside: &str) -> (Source, Parsed) {
    read(&format!("{HEAD}{inside}</plist>\n"))
}

fn show(node: &Node) -> String {
    CODE.of(node)
}

#[test]
fn every_element_has_its_value() {
    for (inside, want) in [
        ("<dict/>", "{}"),
        ("<dict><key>b</key><true/><key>a</key><false></false></dict>", "{b: true, a: false}"),
        ("<array><integer> -12 </integer><integer>0x1F</integer><real>1.5</real></array>", "[-12, 31, 1.5]"),
        ("<array><string/><string></string><string a='>'> x </string></array>", "[\"\", \"\", \" x \"]"),
        ("<string>a &lt;b&gt; &#x41;<!-- no --><![CDATA[<&amp;]]>\r\nz</string>", "\"a <b> A<&amp;\\nz\""),
        ("<date>2026-01-15T00:00:00Z</date>", "\"2026-01-15T00:00:00Z\""),
        ("<data>\n\tAAEC\n</data>", "\"\\n\\tAAEC\\n\""),
        (
            "<dict><key>a</key><integer>$LIMIT</integer><key>b</key><integer>{{ b }}</integer></dict>",
            "{a: ?$LIMIT, b: ?{{ b }}}",
        ),
    ] {
        let (_, parsed) = value(inside);
        assert_eq!(show(&parsed.roots[0]), want, "{inside}");
        assert!(parsed.problems.is_empty(), "{inside}: {:?}", parsed.problems);
    }
}

#[test]
fn keys_and_values_have_their_places() {
    let (source, parsed) = value("<dict>\n<key>a&amp;b</key>\n<string>x&lt;y</string></dict>");
    let entry = &parsed.roots[0].entries()[0];
    assert_eq!(source.slice(entry.key.span), "a&amp;b");
    assert_eq!(source.slice(entry.value.span), "<string>x&lt;y</string>");
    let Value::Str(text) = &entry.value.value else { panic!("a string") };
    let (start, end) = text.trace(1, 2).unwrap();
    assert_eq!(source.text().get(start as usize..end as usize), Some("&lt;"));
}

#[test]
fn white_space_before_the_xml_moves_places_and_no_more() {
    let (source, parsed) = read(&format!("\n  {HEAD}<dict><key>a</key><true/></dict></plist>"));
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    assert_eq!(source.slice(parsed.roots[0].entries()[0].value.span), "<true/>");
}

#[test]
fn each_fault_has_its_place_and_costs_only_its_value() {
    for (inside, at, message, want) in [
        ("<dict><key>a</key><key>b</key><true/></dict>", "<key>a</key>", "this key has no value", "{b: true}"),
        ("<dict><true/><key>b</key><true/></dict>", "<true/>", "a `key` was expected before this value", "{b: true}"),
        (
            "<dict><key>a</key><true/><key>a</key><false/></dict>",
            "a",
            "this key is written twice",
            "{a: true, a: false}",
        ),
        ("<array><integer>many</integer><true/></array>", "<integer>many</integer>", "it is not a number", "[?, true]"),
        ("<array><b>x</b></array>", "<b>x</b>", "`b` is no element of property lists", "[?]"),
        ("<array>{% if x %}<true/></array>", "{% if x %}", "text was not expected here", "[true]"),
    ] {
        let (source, parsed) = value(inside);
        assert_eq!(show(&parsed.roots[0]), want, "{inside}");
        let [problem] = parsed.problems.as_slice() else { panic!("{inside}: {:?}", parsed.problems) };
        assert_eq!(problem.message, message, "{inside}");
        assert_eq!(source.slice(problem.span.unwrap()), at, "{inside}");
    }
}

#[test]
fn what_is_no_property_list_is_one_problem() {
    for (text, at) in [
        ("", ""),
        ("plain", "p"),
        ("<plist>", "<"),
        ("<plist><dict></plist>", "<"),
        ("<svg/>", "<svg/>"),
        ("<plist/>", "<plist/>"),
        ("<plist><true/><true/></plist>", "<plist><true/><true/></plist>"),
        ("é<plist/>", "é"),
    ] {
        let (source, parsed) = read(text);
        let [problem] = parsed.problems.as_slice() else { panic!("{text}: {:?}", parsed.problems) };
        assert_eq!(source.slice(problem.span.unwrap()), at, "{text}: {}", problem.message);
        assert_eq!(show(&parsed.roots[0]), "?", "{text}");
    }
}

#[test]
fn what_would_keep_the_parser_busy_is_refused_before() {
    let attributes = (0..60_000).map(|number| format!(" a{number}='>'")).collect::<Vec<_>>().concat();
    let namespaces = (0..20_000).map(|number| format!("<array xmlns:a{number}='u'>")).collect::<Vec<_>>().concat();
    for (text, at, message) in [
        (
            "<!DOCTYPE plist [<!ENTITY a \"aaaa\">]><plist><string>&a;&a;</string></plist>".to_owned(),
            "<!DOCTYPE plist [",
            "it declares things of its own, which is not read",
        ),
        (
            format!("<plist><true{attributes}/></plist>"),
            "<true a0='>'",
            "this tag is longer than any of property lists",
        ),
        (format!("<plist>{namespaces}</plist>"), "<array xmlns:a16='u'>", "it declares more namespaces than are read"),
        (
            format!("<!DOCTYPE plist SYSTEM \"><!--\"><plist><true{attributes}/>--></plist>"),
            "<true a0='>'",
            "this tag is longer than any of property lists",
        ),
    ] {
        let (source, parsed) = read(&text);
        let [problem] = parsed.problems.as_slice() else { panic!("{:?}", parsed.problems) };
        assert_eq!(problem.message, message);
        assert!(source.slice(problem.span.unwrap()).starts_with(at), "{at}");
    }
}

#[test]
fn what_only_looks_like_it_is_read() {
    let long = "<x y='z'".repeat(1000);
    let (_, parsed) = value(&format!("<!-- {long} [ --><string><![CDATA[{long}]]></string><?x {long}?>"));
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    assert_eq!(parsed.roots[0].as_str(), Some(long.as_str()));
}

#[test]
fn depth_is_bounded() {
    let deep = format!("{HEAD}{}{}</plist>", "<array>".repeat(100_000), "</array>".repeat(100_000));
    let (_, parsed) = read(&deep);
    assert_eq!(parsed.problems[0].message, "it is nested deeper than 128 levels");
}

proptest! {
    #[test]
    fn any_text_is_read_without_harm(pieces in prop::collection::vec(prop::sample::select(vec![
        "<plist>", "</plist>", "<dict>", "</dict>", "<dict/>", "<key>", "</key>", "<string>", "</string>", "<array>", "</array>",
        "<integer>", "</integer>", "<true/>", "a", "é", "1", "$X", " ", "\n", "\r\n", "&amp;", "&#65;", "&", "<!--", "-->",
        "<![CDATA[", "]]>", "<?x", "?>", "<", ">", "\"", "<!DOCTYPE plist>", "]",
    ]), 0..24)) {
        read(&pieces.concat());
    }

    #[test]
    fn texts_are_those_of_the_parser(pieces in prop::collection::vec(prop::sample::select(vec![
        "a", "é", " ", "\n", "\r\n", "&amp;", "&#x42;", "&quot;", "<!-- c -->", "<![CDATA[x<&]]>", "<?p i?>", ">",
    ]), 0..12)) {
        let text = format!("<plist><string>{}</string></plist>", pieces.concat());
        let xml = ::roxmltree::Document::parse(&text).unwrap();
        let string = xml.root_element().first_child().unwrap();
        let want: String = string.children().filter(::roxmltree::Node::is_text).filter_map(|node| node.text()).collect();
        let (_, parsed) = read(&text);
        prop_assert_eq!(parsed.roots[0].as_str(), Some(want.as_str()));
    }
}
