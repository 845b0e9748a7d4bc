//! sudoers: who may run what as whom, and whether a password is asked for.
//!
//! Aliases stand for what they name. A tag holds for all commands after it in its list; the last rule that fits counts, which
//! rules judge one by one all the same: each of them is what somebody wrote.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::ties::directory;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name};
use crate::document::{Document, Entry, Node, Text, Value};
use crate::source::Span;
use crate::syntax::spelled;

/// The dialect of sudoers.
pub const SUDO: Dialect = Dialect {
    name: "sudo",
    doc: "sudoers and the files of sudoers.d: `sudo/policy`, with what each rule grants and the defaults",
    syntax: |path| is_sudoers(path).then_some("sudoers"),
    candidate: |_, text| text.contains('=') || text.contains("Defaults"),
    recognise: |document| !lines(document).is_empty(),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Loose,
    items: &[Items::by("grants", &["users", "hosts", "command"]), Items::by("defaults", &["scope", "name"])],
    kinds: Kinds::Closed(&["policy"]),
    offers: crate::dialect::offers::sudo::OFFERS,
};

/// Most grants of a file: aliases in several places of one rule multiply.
const MOST: usize = 20_000;

/// Most names that an alias comes to.
const MOST_NAMES: usize = 200;

/// Deepest chain of aliases.
const DEEPEST: usize = 8;

/// sudo itself leaves out files of the folder that have a dot in their name, or end with `~`.
fn is_sudoers(path: &str) -> bool {
    let name = file_name(path);
    let in_folder =
        file_name(directory(path)) == "sudoers.d" && !name.contains('.') && !name.ends_with('~') && name != "README";
    name == "sudoers" || name.ends_with(".sudoers") || in_folder
}

fn lines(document: &Document) -> &[Node] {
    document.roots.first().and_then(|root| root.get("lines")).map_or(&[][..], Node::items)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().map(|document| policy(document)).collect();
    Extraction { resources, ..Extraction::default() }
}

fn policy(document: &Document) -> Resource {
    let lines = lines(document);
    let span = document.roots.first().map_or(Span::new(document.file, 0, 0), |root| root.span);
    let header = lines.first().map_or(span, |first| first.span);
    let mut aliases = Aliases::default();
    let said: Vec<(&Text, Span)> = lines.iter().filter_map(text).collect();
    for (text, _) in &said {
        aliases.read(text.as_str());
    }
    let (mut grants, mut defaults) = (Vec::new(), Vec::new());
    for (text, span) in said {
        let written = text.as_str();
        if written.starts_with("Defaults") {
            defaults.extend(settings(text, span));
        } else if !is_alias(written) && !written.starts_with(['@']) && !written.starts_with("#include") {
            rule(text, span, &aliases, &mut grants);
        }
    }
    grants.truncate(MOST);
    without_replaced(&mut grants);
    let entries = vec![
        Entry::new("grants", header, Node::list(grants, span)),
        Entry::new("defaults", header, Node::list(defaults, span)),
    ];
    Resource::of_file(document, "sudo/policy", Node::map(entries, span), header, Typing::Loose)
}

/// Leaves out what a later rule for the same users, hosts and command replaces: of several that match the last one counts.
fn without_replaced(grants: &mut Vec<Node>) {
    let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
    let key = |grant: &Node| {
        let users = grant.get("users").map_or(&[][..], Node::items).iter();
        let others = ["hosts", "runas", "command"].iter().filter_map(|part| grant.get(part));
        users.chain(others).filter_map(Node::as_str).map(str::to_owned).collect()
    };
    let mut kept: Vec<Node> = grants.drain(..).rev().filter(|grant| seen.insert(key(grant))).collect();
    kept.reverse();
    *grants = kept;
}

fn text(line: &Node) -> Option<(&Text, Span)> {
    match &line.get("text")?.value {
        Value::Str(text) => Some((text, line.span)),
        _ => None,
    }
}

fn is_alias(written: &str) -> bool {
    ["User_Alias", "Runas_Alias", "Host_Alias", "Cmnd_Alias", "Cmd_Alias"].iter().any(|word| written.starts_with(word))
}

/// What aliases of any kind stand for; names of different kinds may be the same, and are then taken together.
#[derive(Default)]
struct Aliases(FxHashMap<String, Vec<String>>);

impl Aliases {
    /// `User_Alias A = a, b : B = c`.
    fn read(&mut self, written: &str) {
        if !is_alias(written) {
            return;
        }
        let Some((_, rest)) = written.split_once(char::is_whitespace) else { return };
        for one in pieces(rest, ':') {
            let (start, end) = one;
            let Some((name, members)) = rest.get(start..end).and_then(|one| one.split_once('=')) else { continue };
            let members = pieces(members, ',').into_iter().filter_map(|(start, end)| members.get(start..end));
            let members = members.map(|member| member.trim().to_owned()).filter(|member| !member.is_empty());
            self.0.entry(name.trim().to_owned()).or_default().extend(members);
        }
    }

    /// What a name comes to.
    fn of(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        self.add(name, 0, &mut found);
        found
    }

    fn add(&self, name: &str, depth: usize, found: &mut Vec<String>) {
        if found.len() >= MOST_NAMES {
            return;
        }
        match self.0.get(name).filter(|_| depth < DEEPEST) {
            Some(members) => members.iter().for_each(|member| self.add(member, depth + 1, found)),
            None => found.push(name.to_owned()),
        }
    }
}

/// The pieces between separators that no backslash, quote or bracket keeps, without the blanks around them.
fn pieces(text: &str, separator: char) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut start, mut before, mut depth, mut quoted) = (0, ' ', 0usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' if before != '\\' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ if c == separator && depth == 0 && !quoted && before != '\\' => {
                found.push(trimmed(text, start, at));
                start = at + c.len_utf8();
            }
            _ => {}
        }
        before = c;
    }
    found.push(trimmed(text, start, text.len()));
    found
}

fn trimmed(text: &str, start: usize, end: usize) -> (usize, usize) {
    let piece = text.get(start..end).unwrap_or("");
    let start = start + piece.len() - piece.trim_start().len();
    (start, start + piece.trim().len())
}

/// `Defaults:scope a, !b, c=d`.
fn settings(text: &Text, span: Span) -> Vec<Node> {
    let written = text.as_str();
    let Some(at) = written.find(char::is_whitespace) else { return Vec::new() };
    let scope = written.get("Defaults".len()..at).unwrap_or("");
    let rest = written.get(at..).unwrap_or("");
    let one = |(start, end): (usize, usize)| {
        let setting = rest.get(start..end).filter(|setting| !setting.is_empty())?;
        let (name, value) = match setting.split_once('=') {
            Some((name, value)) => (name.trim_end_matches(['+', '-']).trim(), value.trim().trim_matches('"')),
            None => match setting.strip_prefix('!') {
                Some(name) => (name.trim(), "off"),
                None => (setting, "on"),
            },
        };
        let place = spelled::span(text, at + start, at + end, span);
        let said = |name: &'static str, text: &str| Entry::new(name, place, Node::text(text, place));
        Some(Node::map(vec![said("scope", scope), said("name", name), said("value", value)], place))
    };
    pieces(rest, ',').into_iter().filter_map(one).collect()
}

/// `users hosts = (runas) TAG: command, command : hosts = …`.
fn rule(text: &Text, span: Span, aliases: &Aliases, grants: &mut Vec<Node>) {
    let written = text.as_str();
    let Some(equals) = pieces(written, '=').first().map(|first| first.1) else { return };
    let head = written.get(..equals).unwrap_or("").trim_end();
    // The last word before the equals sign is the list of hosts, which may have blanks after its commas.
    let Some(users_end) = head_of_hosts(head) else { return };
    let users: Vec<String> = pieces(head.get(..users_end).unwrap_or(""), ',')
        .into_iter()
        .filter_map(|(start, end)| head.get(start..end))
        .flat_map(|name| aliases.of(name))
        .collect();
    let mut hosts = head.get(users_end..).unwrap_or("").trim().to_owned();
    let after = written.find('=').map_or(written.len(), |at| at + 1);
    let rest = written.get(after..).unwrap_or("");
    let mut tags = Tags::default();
    for (start, end) in pieces(rest, ',') {
        let (mut at, stop) = (after + start, after + end);
        // A further list of hosts may follow a command: `a : host2 = b`.
        loop {
            at += tags.read(written.get(at..stop).unwrap_or(""));
            let said = written.get(at..stop).unwrap_or("");
            let further = said.split_once(" : ").and_then(|(command, more)| Some((command, more.split_once('=')?)));
            let command = further.map_or(said, |(command, _)| command);
            for name in aliases.of(command.trim()) {
                if grants.len() < MOST {
                    let place = spelled::span(text, at, at + command.trim_end().len(), span);
                    grants.push(grant(&users, &hosts, &tags, &name, place, span));
                }
            }
            let Some((_, (others, more))) = further else { break };
            others.trim().clone_into(&mut hosts);
            tags = Tags::default();
            at = stop - more.len();
        }
    }
}

/// Where the list of hosts begins.
fn head_of_hosts(head: &str) -> Option<usize> {
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for word in head.split(char::is_whitespace) {
        if !word.is_empty() {
            words.push((at, word));
        }
        at += word.len() + 1;
    }
    // Blanks of other lengths than a byte are not among those that sudo knows.
    let mut index = words.len().checked_sub(1)?;
    while index > 1 && words.get(index - 1).is_some_and(|(_, word)| word.ends_with(',')) {
        index -= 1;
    }
    words.get(index).filter(|_| index > 0).map(|(at, _)| *at).filter(|at| head.is_char_boundary(*at))
}

/// What stands before commands, and holds for those after it.
#[derive(Default)]
struct Tags {
    runas: String,
    passwordless: bool,
}

impl Tags {
    /// Reads what stands before a command; returns its length.
    fn read(&mut self, text: &str) -> usize {
        let mut rest = text.trim_start();
        if let Some((runas, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            runas.trim().clone_into(&mut self.runas);
            rest = after.trim_start();
        }
        while let Some((word, after)) = rest.split_once(':') {
            let tag = word.trim();
            if tag.is_empty() || !tag.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
                break;
            }
            match tag {
                "NOPASSWD" => self.passwordless = true,
                "PASSWD" => self.passwordless = false,
                _ => {}
            }
            rest = after.trim_start();
        }
        text.len() - rest.len()
    }
}

fn grant(users: &[String], hosts: &str, tags: &Tags, command: &str, place: Span, line: Span) -> Node {
    let node = |text: &str| Node::text(text, place);
    let users = users.iter().map(|user| node(user)).collect();
    let runas = if tags.runas.is_empty() { "root" } else { &tags.runas };
    let entries = [
        ("users", Node::list(users, line)),
        ("hosts", node(hosts)),
        ("runas", node(runas)),
        ("command", node(command)),
        ("passwordless", Node::new(Value::Bool(tags.passwordless), place)),
    ];
    Node::map(entries.into_iter().map(|(name, value)| Entry::new(name, place, value)).collect(), line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Source};

    /// Each grant as users, whom they run it as, and the command.
    fn grants(text: &str) -> Vec<String> {
        let source = Source::from_text(FileId(0), "sudoers", text);
        let document = crate::syntax::parse(crate::syntax::named("sudoers").unwrap(), &source);
        assert_eq!(document.problems, [], "{text}");
        let body = policy(&document).body;
        let of = |grant: &Node| {
            let word = |name: &str| grant.get(name).and_then(Node::as_str).unwrap_or("?").to_owned();
            let users: Vec<&str> = grant.get("users").unwrap().items().iter().filter_map(Node::as_str).collect();
            let free = grant.get("passwordless").and_then(Node::as_bool) == Some(true);
            format!("{} {} {}{}", users.join("+"), word("runas"), word("command"), if free { " !" } else { "" })
        };
        body.get("grants").unwrap().items().iter().map(of).collect()
    }

    #[test]
    fn rules_are_read_with_their_tags_and_aliases() {
        for (text, want) in [
            ("deploy ALL=(ALL) NOPASSWD: ALL\n", vec!["deploy ALL ALL !"]),
            (
                "deploy ALL = (root:wheel) NOPASSWD:SETENV: /bin/a, PASSWD: /bin/b # c\n",
                vec!["deploy root:wheel /bin/a !", "deploy root:wheel /bin/b"],
            ),
            ("%wheel, !bob  host1, host2=ALL\n", vec!["%wheel+!bob root ALL"]),
            (
                "User_Alias OPS = ann, bob : DEV = cid\nCmnd_Alias SH = /bin/sh, \\\n  /bin/bash\nOPS ALL = NOPASSWD: SH\n",
                vec!["ann+bob root /bin/sh !", "ann+bob root /bin/bash !"],
            ),
            ("a ALL = /bin/x --y\\=z, /bin/w\n", vec!["a root /bin/x --y\\=z", "a root /bin/w"]),
            ("a h1 = NOPASSWD: /bin/x : h2 = (b) ALL\n", vec!["a root /bin/x !", "a b ALL"]),
            ("User_Alias A = B : B = A\nA ALL = ALL\n", vec!["A root ALL"]),
            ("a ALL = NOPASSWD: /bin/x, /bin/w\na ALL = PASSWD: /bin/x\n", vec!["a root /bin/w !", "a root /bin/x"]),
            ("a ALL = NOPASSWD: ALL\nb ALL = ALL\na h = ALL\n", vec!["a root ALL !", "b root ALL", "a root ALL"]),
        ] {
            let got = grants(text);
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn only_files_that_sudo_reads_are_of_it() {
        for (path, want) in [
            ("etc/sudoers", true),
            ("etc/sudoers.d/deploy", true),
            ("etc/sudoers.d/deploy.bak", false),
            ("etc/sudoers.d/README", false),
            ("roles/a/files/app.sudoers", true),
            ("sudoers.md", false),
        ] {
            assert_eq!(is_sudoers(path), want, "{path}");
        }
    }
}
