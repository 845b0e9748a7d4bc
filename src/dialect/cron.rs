//! Tables of cron: what runs at which times.
//!
//! A table of the system (`/etc/crontab`, `cron.d`) says for each command which user runs it; that of a user does not.

use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::dialect::ties::directory;
use crate::document::{Document, Entry, Node, Text, Value};
use crate::source::Span;
use crate::syntax::lines::lines;
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled::{self, part};

/// The dialect of cron.
pub const CRON: Dialect = Dialect {
    name: "cron",
    doc: "tables of cron: `cron/table`, with `entries` (when, as whom, what)",
    syntax: |path| is_table(path).then_some("text"),
    candidate: |_, text| lines(text).any(|line| entry(line.text).is_some()),
    recognise: |document| document.roots.first().is_some_and(|root| root.as_str().is_some()),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[Items::unnamed("entries", "entries have no names"), Items::by("commands", &["name"])],
    kinds: Kinds::Closed(&["table"]),
    offers: crate::dialect::offers::cron::OFFERS,
};

/// Words that stand for five fields of times (crontab(5)).
const NAMED: &[&str] = &["@reboot", "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

fn is_table(path: &str) -> bool {
    let name = file_name(path);
    let folder = file_name(directory(path));
    let is_of_folder =
        matches!(folder, "cron.d" | "crontabs") && !has_extension(name, &[".sh", ".py", ".md", ".j2", ".erb"]);
    is_of_folder || ["crontab", "root.cron"].contains(&name) || has_extension(name, &[".crontab", ".cron"])
}

/// An entry of a table: how long the fields of its time are, and where what follows begins.
struct Found {
    schedule: usize,
    rest: usize,
}

/// The entry of a line, where it is one.
fn entry(line: &str) -> Option<Found> {
    let indent = line.len() - line.trim_start().len();
    let fields = if NAMED.iter().any(|word| line.trim_start().starts_with(word)) { 1 } else { 5 };
    let mut at = indent;
    let mut end = indent;
    for _ in 0..fields {
        let rest = line.get(at..)?;
        let length = rest.find(char::is_whitespace)?;
        if fields == 5 && !is_field(rest.get(..length)?) {
            return None;
        }
        end = at + length;
        let after = line.get(end..)?;
        at = end + after.len() - after.trim_start().len();
    }
    (end > indent && at < line.len()).then_some(Found { schedule: end, rest: at })
}

/// Whether a word is numbers, ranges, steps, or the name of a day or a month.
fn is_field(word: &str) -> bool {
    let is_number = |part: &str| part == "*" || part.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = |part: &str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    !word.is_empty()
        && word.split(',').all(|item| {
            let (range, step) = item.split_once('/').map_or((item, "1"), |(range, step)| (range, step));
            is_number(step)
                && !range.is_empty()
                && range.split('-').all(|end| !end.is_empty() && (is_number(end) || is_name(end)))
        })
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().filter_map(|document| table(document)).collect();
    Extraction { resources, ..Extraction::default() }
}

fn table(document: &Document) -> Option<Resource> {
    let root = document.roots.first()?;
    let Value::Str(text) = &root.value else { return None };
    let is_of_system = file_name(directory(&document.path)) == "cron.d" || document.path.ends_with("etc/crontab");
    let found = lines(text.as_str()).filter_map(|line| Some((line, entry(line.text)?)));
    let entries: Vec<Node> = found
        .filter(|(line, _)| !line.text.trim_start().starts_with('#'))
        .map(|(line, found)| said(text, root.span, line.start, (line.text, &found), is_of_system))
        .collect();
    let top = Span { end: root.span.start, ..root.span };
    let body = Node::map(vec![Entry::new("entries", top, Node::list(entries, root.span))], root.span);
    Some(Resource::of_file(document, "cron/table", body, top, Typing::Strict))
}

/// What an entry says. In a table that does not tell by its place whose it is, `root` before the command is the user.
fn said(text: &Text, within: Span, start: usize, (line, found): (&str, &Found), is_of_system: bool) -> Node {
    let place = |from: usize, to: usize| spelled::span(text, start + from, start + to, within);
    let rest = line.get(found.rest..).unwrap_or("");
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let user = rest.get(..length).filter(|word| is_of_system || *word == "root").filter(|_| length < rest.len());
    let command = match user {
        Some(_) => found.rest + length + (rest.len() - length - rest.get(length..).unwrap_or("").trim_start().len()),
        None => found.rest,
    };
    // What follows a percent sign is handed to the command.
    let written = line.get(command..).unwrap_or("");
    let end = written.match_indices('%').map(|(at, _)| at).find(|at| !written.get(..*at).unwrap_or("").ends_with('\\'));
    let end = command + end.unwrap_or(written.len());
    let node = |from: usize, to: usize| spelled::node(part(text, start + from, start + to), place(from, to));
    let mut entries = vec![("schedule", node(line.len() - line.trim_start().len(), found.schedule))];
    entries.extend(user.map(|word| ("user", node(found.rest, found.rest + word.len()))));
    let run = part(text, start + command, start + end);
    entries.push(("commands", shell::commands(&run, place(command, end), Shell::Posix)));
    let entries = entries.into_iter().map(|(name, value)| Entry::new(name, value.span, value)).collect();
    Node::map(entries, place(0, line.trim_end().len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Source};

    fn read(path: &str, text: &str) -> Vec<String> {
        let source = Source::from_text(FileId(0), path, text);
        let document = crate::syntax::parse(crate::syntax::named("text").unwrap(), &source);
        let word = |node: &Node, name: &str| node.get(name).and_then(Node::as_str).unwrap_or("-").to_owned();
        let table = table(&document).unwrap();
        let shown = |entry: &Node| {
            let commands = entry.get("commands").map_or(&[][..], Node::items);
            let programs: Vec<String> = commands.iter().map(|command| word(command, "program")).collect();
            format!("{}|{}|{}", word(entry, "schedule"), word(entry, "user"), programs.join(","))
        };
        table.body.get("entries").unwrap().items().iter().map(shown).collect()
    }

    #[test]
    fn entries_are_times_users_and_commands() {
        for (path, line, want) in [
            ("etc/cron.d/a", "0 3 * * * root curl -s http://x | bash", vec!["0 3 * * *|root|curl,bash"]),
            (
                "etc/crontab",
                "*/5 1-3,5 * jan MON-FRI www-data\t/usr/bin/php a.php",
                vec!["*/5 1-3,5 * jan MON-FRI|www-data|php"],
            ),
            ("etc/cron.d/a", "@daily root tar c /", vec!["@daily|root|tar"]),
            ("crontab", "0 3 * * * curl x", vec!["0 3 * * *|-|curl"]),
            ("docker/crontab", "0 3 * * * root curl x", vec!["0 3 * * *|root|curl"]),
            ("a.cron", "0 3 * * * mail -s x root%hello", vec!["0 3 * * *|-|mail"]),
            ("a.cron", "# 0 3 * * * ls\nMAILTO=a\n\n1 2 3 4 5", vec![]),
            ("a.cron", "0 3 * * * date +\\%F", vec!["0 3 * * *|-|date"]),
        ] {
            assert_eq!(read(path, line), want, "{line}");
        }
    }

    #[test]
    fn tables_are_known_by_place_or_name() {
        for (path, want) in [
            ("etc/crontab", true),
            ("etc/cron.d/backup", true),
            ("crontabs/root", true),
            ("jobs/backup.cron", true),
            ("etc/cron.d/backup.sh", false),
            ("etc/cron.daily/backup", false),
            ("crontab.md", false),
        ] {
            assert_eq!(is_table(path), want, "{path}");
        }
    }
}
