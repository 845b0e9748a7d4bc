use super::*;
use crate::source::FileId;

fn read(text: &str) -> (Source, Parsed) {
    let source = Source::from_text(FileId(0), "policy.md", text);
    let parsed = parse(&source);
    (source, parsed)
}

fn headings(parsed: &Parsed) -> Vec<(i64, String)> {
    let items = parsed.roots[0].get("headings").unwrap().items();
    let level = |item: &Node| match item.get("level").unwrap().value {
        Value::Int(level) => level,
        _ => panic!(),
    };
    items.iter().map(|item| (level(item), item.get("text").unwrap().as_str().unwrap().to_owned())).collect()
}

#[test]
fn headings_of_both_styles_are_found_and_code_is_not_read() {
    let text = "# One #\n\nTitle\n===\ntext\n\n```sh\n# not\n[x](y)\n```\n\n    # code\n    more\n\n- item\n\n    ## in a list\n\nSub\n---\n#hash\n<!-- # no\n # no --> after\n###### C#\n";
    let (source, parsed) = read(text);
    let want = [(1, "One"), (1, "Title"), (2, "Sub"), (6, "C#")];
    assert_eq!(headings(&parsed), want.map(|(level, text)| (level, text.to_owned())));
    assert_eq!(parsed.roots[0].get("links").unwrap().items().len(), 0);
    let span = parsed.roots[0].get("headings").unwrap().items()[1].span;
    assert_eq!(source.slice(span), "Title");
    let Value::Int(words) = parsed.roots[0].get("words").unwrap().value else { panic!() };
    // One Title text item in a list Sub #hash after C#
    assert_eq!(words, 11);
}

#[test]
fn links_point_at_their_target() {
    let (source, parsed) = read("---\n\nA [plan](docs/plan.md).\n<!-- [no](x) --> [b](c)\n\n[id]: d\r\n");
    let links = parsed.roots[0].get("links").unwrap().items();
    let targets: Vec<_> = links.iter().map(|link| source.slice(link.get("target").unwrap().span)).collect();
    assert_eq!(targets, ["docs/plan.md", "c", "d"]);
    assert!(parsed.roots[0].get("front_matter").is_none(), "a rule is not front matter");
}

#[test]
fn front_matter_is_left_out_of_the_text() {
    let (source, parsed) = read("---\nowner: x\n---\n# H\n");
    assert_eq!(parsed.roots[0].get("text").unwrap().as_str(), Some("# H\n"));
    assert_eq!(source.slice(front_matter(&source).unwrap().ok().unwrap().inner), "owner: x\n");
    let (source, parsed) = read("+++\na = 1\n");
    assert_eq!(source.slice(parsed.problems[0].span.unwrap()), "+++");
}

proptest::proptest! {
    #[test]
    fn no_text_panics_or_leads_out_of_the_file(
        parts in proptest::collection::vec(proptest::sample::select(&[
            "---\n", "+++\n", "# ", "## x ##", "\n", "\r\n", "```", "`", "~~~", "[", "](", ")", "]: ", "<", ">", "<!--", "-->", "é", "    ", "- ", "a: b\n",
            "===\n", "\\", "\"", "https:", "\t", "#",
        ][..]), 0..30)
    ) {
        let text = parts.concat();
        let (source, parsed) = read(&text);
        crate::syntax::invariants::hold(&source, &parsed);
    }
}
