//! What shows something, as it is written: a path, or a table that says where it is kept, when it was collected and by whom.

use std::sync::Arc;

use jiff::civil::Date;

use super::record::{Collected, Evidence, Kept};
use super::schema::EVIDENCE_KEYS;
use super::value::{bounded, date, is_within, text};
use crate::document::{Node, Value};
use crate::lower::{Faults, Fields};
use crate::secrecy::{self, quoted};
use crate::source::Span;

/// Longest address, in bytes.
const MAX_ADDRESS: usize = 2000;

/// Files with content that is read, each once.
pub fn files(node: &Node, faults: &mut Faults) -> Vec<Evidence> {
    let read = listed(node, faults);
    let (here, elsewhere): (Vec<_>, Vec<_>) = read.into_iter().partition(|item| item.kept.path().is_some());
    for item in elsewhere {
        faults.add(
            item.span,
            "what is kept elsewhere cannot be read",
            "put a copy into the repository and name its path",
        );
    }
    here
}

/// What shows something, each once.
pub fn listed(node: &Node, faults: &mut Faults) -> Vec<Evidence> {
    let mut seen: Vec<Evidence> = Vec::new();
    for item in bounded(node, "evidence", faults, one) {
        if seen.iter().any(|known| known.kept == item.kept) {
            faults.add(item.span, format!("`{}` stands here twice", item.kept.name()), "leave one out");
        } else {
            seen.push(item);
        }
    }
    seen
}

fn one(faults: &mut Faults, node: &Node) -> Option<Evidence> {
    if let Value::Str(_) = node.value {
        let path = text(node, "evidence", faults)?;
        let kept = is_within(&path, node.span, faults).then_some(Kept::Here(path))?;
        return Some(Evidence { kept, sha256: None, collected: Collected::default(), span: node.span });
    }
    let mut fields = faults.fields(node, "evidence")?;
    let kept = kept(&mut fields, node, faults);
    let sha256 = fields.optional("sha256").and_then(|node| sha256(node, faults));
    let collected = collected(&mut fields, faults);
    fields.finish(faults);
    let kept = kept?;
    if kept.path().is_none() && (collected.on.is_none() || collected.by.is_none()) {
        let message = format!("nobody can look at `{}` here, and it is not said who collected it when", kept.name());
        faults.add(node.span, message, "add `collected_on` (a day) and `collected_by` (a role)");
    }
    Some(Evidence { kept, sha256, collected, span: node.span })
}

/// Where it is kept: one of the first three of [`EVIDENCE_KEYS`].
fn kept(fields: &mut Fields<'_>, node: &Node, faults: &mut Faults) -> Option<Kept> {
    let [path, url, ticket] = ["path", "url", "ticket"].map(|key| fields.optional(key).map(|node| (key, node)));
    let named: Vec<(&str, &Node)> = [path, url, ticket].into_iter().flatten().collect();
    match named.as_slice() {
        [] => {
            let places: Vec<String> =
                EVIDENCE_KEYS.iter().take(3).map(|(key, doc)| format!("`{key}` ({doc})")).collect();
            faults.add(node.span, "evidence does not say where it is kept", format!("add {}", places.join(" or ")));
            None
        }
        [(key, node)] => {
            let name = text(node, key, faults)?;
            match *key {
                "path" => is_within(&name, node.span, faults).then_some(Kept::Here(name)),
                "url" => is_address(&name, node.span, faults).then_some(Kept::At(name)),
                _ => is_ticket(&name, node.span, faults).then_some(Kept::Ticket(name)),
            }
        }
        [(one, _), (other, node), ..] => {
            faults.add(
                node.span,
                format!("`{one}` and `{other}` both say where it is kept"),
                "write an entry for each",
            );
            None
        }
    }
}

fn sha256(node: &Node, faults: &mut Faults) -> Option<Arc<str>> {
    let text = faults.text(node, "sha256")?;
    let sound = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !sound {
        let message = format!("`sha256` is not 64 hexadecimal digits: {}", quoted(&text));
        faults.add(node.span, message, "`sha256sum FILE` prints it");
    }
    sound.then_some(text)
}

fn collected(fields: &mut Fields<'_>, faults: &mut Faults) -> Collected {
    let mut day = |key: &'static str, faults: &mut Faults| -> Option<(Date, Span)> {
        let node = fields.optional(key)?;
        Some((date(node, key, faults)?, node.span))
    };
    let (on, from, to) = (day("collected_on", faults), day("period_from", faults), day("period_to", faults));
    for (first, last, names) in [(from, to, ("period_from", "period_to")), (to, on, ("period_to", "collected_on"))] {
        if let (Some((first, _)), Some((last, at))) = (first, last)
            && last < first
        {
            faults.add(at, format!("`{}` ({last}) lies before `{}` ({first})", names.1, names.0), "check the two days");
        }
    }
    let by = fields.optional("collected_by").and_then(|node| Some((text(node, "collected_by", faults)?, node.span)));
    let [on, from, to] = [on, from, to].map(|day| day.map(|(day, _)| day));
    Collected { on, by, from, to }
}

/// Whether a text is an address that a browser opens, and that may be handed to anybody.
fn is_address(address: &str, span: Span, faults: &mut Faults) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| address.strip_prefix(scheme));
    let authority = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let has_secret =
        authority.is_some_and(|authority| authority.contains('@')) || secrecy::concealed(address) != address;
    let told = |fault: &str| format!("`url` {fault}: {}", quoted(address));
    let (message, help) = match authority {
        // What may be a secret is not repeated.
        _ if has_secret => (
            "`url` holds credentials".to_owned(),
            "write the address without them, and replace them where they were real",
        ),
        None => (told("is not an address"), "write it with `https://`; an id of a ticket stands in `ticket`"),
        Some(host) if host.trim_start_matches('.').is_empty() => (told("has no host"), "write the whole address"),
        _ if !address.bytes().all(is_of_address) || address.len() > MAX_ADDRESS => {
            (told("is not an address"), "copy it as a browser shows it, without blanks, in at most 2000 bytes")
        }
        _ => return true,
    };
    faults.add(span, message, help);
    false
}

/// What an address is made of; all else is written with `%`.
fn is_of_address(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)
}

/// Whether a text is the id of a ticket, which has no more than a word.
fn is_ticket(id: &str, span: Span, faults: &mut Faults) -> bool {
    let sound = id.len() <= 200 && !id.contains("://") && !id.contains(char::is_whitespace);
    if !sound {
        faults.add(
            span,
            format!("`ticket` is not the id of a ticket: {}", quoted(id)),
            "such as `SEC-481` or `acme/audit#17`; an address stands in `url`",
        );
    }
    sound
}

#[cfg(test)]
mod tests {
    use crate::governance;
    use crate::source::Workspace;

    fn told(evidence: &str) -> Vec<String> {
        let register = format!(
            "[[attestation]]\nid = \"a\"\ncontrols = [\"7.1\"]\nstatement = \"s\"\nmade_by = \"one\"\napproved_by = \"other\"\n\
             period_from = \"2026-01-01\"\nperiod_to = \"2026-03-31\"\nexpires = \"2027-01-01\"\nevidence = [{evidence}]\n"
        );
        let raci = "[[role]]\nid = \"one\"\ntitle = \"One\"\n[[role]]\nid = \"other\"\ntitle = \"Other\"\n";
        let files = [("compliance/attestations.toml", &*register), ("compliance/raci.toml", raci), ("log.csv", "a")];
        let workspace = Workspace::in_memory(files);
        governance::read(&workspace, "compliance").1.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn evidence_is_read_as_it_is_written() {
        let said = "collected_on = \"2026-04-02\", collected_by = \"one\"";
        for (evidence, want) in [
            ("\"log.csv\"".to_owned(), ""),
            (format!("{{ path = \"log.csv\", period_from = \"2026-01-01\", period_to = \"2026-03-31\", {said} }}"), ""),
            (format!("{{ url = \"https://records.example.org/7\", {said} }}"), ""),
            (format!("{{ ticket = \"acme/audit#17\", {said} }}, {{ ticket = \"SEC-481\", {said} }}"), ""),
            ("{ url = \"https://records.example.org/7\" }".to_owned(), "not said who collected it when"),
            (format!("{{ {said} }}"), "does not say where it is kept"),
            (format!("{{ path = \"log.csv\", ticket = \"SEC-481\", {said} }}"), "`path` and `ticket` both say"),
            (format!("{{ ticket = \"SEC-481\", {said} }}, {{ ticket = \"SEC-481\", {said} }}"), "stands here twice"),
            (format!("{{ url = \"records.example.org\", {said} }}"), "`url` is not an address"),
            (format!("{{ url = \"https:///7\", {said} }}"), "`url` has no host"),
            (format!("{{ url = \"https://example.org/a b\", {said} }}"), "`url` is not an address"),
            (format!("{{ url = \"https://me:hunter2@example.org/7\", {said} }}"), "`url` holds credentials"),
            (format!("{{ ticket = \"https://example.org/7\", {said} }}"), "`ticket` is not the id of a ticket"),
            (
                "{ ticket = \"S-1\", collected_on = \"2026-04-02\", collected_by = \"gone\" }".to_owned(),
                "`gone` is not in raci.toml",
            ),
            (format!("{{ ticket = \"S-1\", period_to = \"2026-05-01\", {said} }}"), "lies before `period_to`"),
            ("{ path = \"log.csv\", sha256 = \"00\" }".to_owned(), "not 64 hexadecimal digits"),
            ("\"https://example.org/7\"".to_owned(), "is an address, not a path"),
            ("{ path = \"log.csv\", day = \"2026-01-01\" }".to_owned(), "unknown key `day`"),
        ] {
            let found = told(&evidence);
            match want {
                "" => assert_eq!(found, Vec::<String>::new(), "{evidence}"),
                part => assert!(found.len() == 1 && found[0].contains(part), "{evidence}: {found:?}"),
            }
            assert!(!found.concat().contains("hunter2"));
        }
    }
}
