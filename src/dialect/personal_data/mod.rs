//! Test data that look like real people: e-mail addresses at real domains beside numbers that pass their checks.
//!
//! Only data files in folders for tests are read. Domains that are reserved or obviously made up never count, and
//! neither do numbers that payment services and banks publish for tests. What is found is counted and never kept.

mod numbers;

use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Entry, Node, Value};
use crate::source::Span;
use crate::syntax::lines::lines;

/// The dialect of personal data.
pub const PERSONAL_DATA: Dialect = Dialect {
    name: "personal-data",
    doc: "data files of tests with e-mail addresses: `personal-data/file`, with `records`, how many look like those of \
          real people, and `kinds`, by which number beside the address (the data themselves are not kept)",
    syntax: |path| may_hold(path).then_some("text"),
    candidate: |_, text| text.contains('@'),
    recognise: |_| true,
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[],
    kinds: Kinds::Closed(&["file"]),
    offers: crate::dialect::offers::personal_data::OFFERS,
};

/// How far apart, in lines, an address and a number may stand to be of one person.
const NEAR: usize = 6;

fn may_hold(path: &str) -> bool {
    const WORDS: &[&str] = &["test", "fixture", "sample", "seed", "mock", "dummy", "demo", "staging"];
    let lower = path.to_ascii_lowercase();
    let named = lower.split('/').any(|part| WORDS.iter().any(|word| part.contains(word)));
    let foreign = lower.split('/').any(|part| ["node_modules", "vendor", ".git"].contains(&part));
    let data = [".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".sql", ".yaml", ".yml", ".xml", ".txt"];
    named && !foreign && has_extension(&lower, &data)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    Extraction {
        resources: unit.documents.iter().filter_map(|document| file(document)).collect(),
        ..Extraction::default()
    }
}

fn file(document: &Document) -> Option<Resource> {
    let root = document.roots.first()?;
    let found = found(root.as_str()?);
    let top = Span::new(document.file, 0, 0);
    let mut kinds: Vec<&str> = found.clone();
    kinds.sort_unstable();
    kinds.dedup();
    let records = Node::new(Value::Int(i64::try_from(found.len()).unwrap_or(i64::MAX)), top);
    let kinds = Node::list(kinds.into_iter().map(|kind| Node::text(kind, top)).collect(), top);
    let entries = vec![
        Entry::new("path", top, Node::text(&*document.path, top)),
        Entry::new("records", top, records),
        Entry::new("kinds", top, kinds),
    ];
    Some(Resource::of_file(document, "personal-data/file", Node::map(entries, root.span), top, Typing::Strict))
}

/// For each record that looks real, the kind of number beside the address. A telephone number has no check digit, so
/// only several of them say something.
fn found(text: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    if !addresses(text).any(is_real) {
        return found;
    }
    let mut address: Option<usize> = None;
    let mut number: Option<(usize, &'static str)> = None;
    for (at, line) in lines(text).enumerate() {
        if addresses(line.text).any(is_real) {
            address = Some(at);
        }
        if let Some(kind) = numbers::kind(line.text) {
            number = Some((at, kind));
        }
        if let (Some(one), Some((other, kind))) = (address, number)
            && one.abs_diff(other) <= NEAR
        {
            found.push(kind);
            (address, number) = (None, None);
        }
    }
    let certain = found.iter().any(|kind| *kind != "telephone");
    if certain || found.len() >= 3 { found } else { Vec::new() }
}

/// The domains of the e-mail addresses of a line.
fn addresses(line: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    line.match_indices('@').filter_map(move |(at, _)| {
        let before = line.get(..at)?.chars().next_back()?;
        let rest = line.get(at + 1..)?;
        let end = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
        let domain = rest.get(..end)?.trim_end_matches('.');
        (before.is_ascii_alphanumeric() && domain.contains('.')).then_some(domain)
    })
}

/// Whether a domain is neither reserved nor obviously made up.
fn is_real(domain: &str) -> bool {
    const RESERVED: &[&str] = &["example", "test", "invalid", "localhost", "local", "internal", "lan", "corp", "home"];
    const MADE_UP: &[&str] = &[
        "example",
        "test",
        "testing",
        "acme",
        "foo",
        "bar",
        "baz",
        "qux",
        "domain",
        "company",
        "email",
        "mail",
        "yourdomain",
        "mydomain",
        "yourcompany",
        "mycompany",
        "sample",
        "demo",
        "dummy",
        "fake",
        "placeholder",
        "contoso",
        "fabrikam",
        "northwind",
        "adventure-works",
        "initech",
        "globex",
        "umbrella",
        "somewhere",
        "nowhere",
        "noreply",
        "localhost",
        "mailinator",
        "xyz",
        "abc",
        "users",
        "dummyjson",
        "faker",
    ];
    let lower = domain.to_ascii_lowercase();
    let mut labels = lower.rsplit('.');
    let Some(last) = labels.next() else { return false };
    let sound = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    sound && !RESERVED.contains(&last) && !labels.any(|label| MADE_UP.contains(&label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_and_made_up_domains_are_nobody() {
        for (domain, want) in [
            ("web.de", true),
            ("gmail.com", true),
            ("example.com", false),
            ("mail.example.org", false),
            ("a.test", false),
            ("contoso.com", false),
            ("10.0", false),
        ] {
            assert_eq!(is_real(domain), want, "{domain}");
        }
    }

    #[test]
    fn an_address_alone_is_no_record() {
        for (text, want) in [
            ("a,kim.lee@web.de,DE02120300000000202051\n", vec!["iban"]),
            ("a,kim.lee@web.de,DE02120300000000202052\n", vec![]),
            ("a,kim.lee@example.com,DE02120300000000202051\n", vec![]),
            ("a,kim.lee@web.de\n", vec![]),
            ("mail: kim.lee@web.de\nname: Kim\niban: DE02 1203 0000 0000 2020 51\n", vec!["iban"]),
            ("kim@web.de +49 171 2839471\n", vec![]),
            ("a@web.de +49 171 2839471\nb@web.de +49 171 2839472\nc@web.de +33 6 39 98 12 47\n", vec!["telephone"; 3]),
        ] {
            assert_eq!(found(text), want, "{text}");
        }
    }
}
