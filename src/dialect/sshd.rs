//! The configuration of the OpenSSH server, read as the server reads it: the first value of a keyword counts, and what
//! follows `Match` counts only there.

use std::sync::Arc;

use super::ties::{self, Tie, Ties, directory};
use super::whole_file::further;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Entry, Key, Map, Node, Value};
use crate::source::Span;
use crate::syntax::spelled;

/// The dialect of `sshd_config`.
pub const SSHD: Dialect = Dialect {
    name: "sshd",
    doc: "sshd_config and the files of sshd_config.d: `sshd/config`, keywords in lower case",
    syntax: |path| has_name(path).then_some("sshd-config"),
    candidate: |_, _| true,
    recognise: |document| !directives(document).is_empty(),
    group: Group::File,
    with: &[],
    ties: Some(&TIES),
    extract,
    typing: Typing::Loose,
    items: &[Items::by("matches", &["criteria"])],
    kinds: Kinds::Closed(&["config"]),
    offers: crate::dialect::offers::sshd::OFFERS,
};

/// Keywords whose occurrences add up.
const ADDING: &[&str] = &[
    "acceptenv",
    "allowgroups",
    "allowusers",
    "denygroups",
    "denyusers",
    "hostcertificate",
    "hostkey",
    "include",
    "listenaddress",
    "logverbose",
    "port",
    "setenv",
    "subsystem",
];

/// Keywords that take several values; the first occurrence counts.
const SEVERAL: &[&str] = &["authenticationmethods", "authorizedkeysfile", "permitlisten", "permitopen"];

/// Keywords whose value is a list with commas, and may begin with `+`, `-` or `^` to change the default list.
const ALGORITHMS: &[&str] = &[
    "casignaturealgorithms",
    "ciphers",
    "hostbasedacceptedalgorithms",
    "hostkeyalgorithms",
    "kexalgorithms",
    "macs",
    "pubkeyacceptedalgorithms",
];

/// Older spellings that the server still takes.
const ALIASES: &[(&str, &str)] = &[
    ("challengeresponseauthentication", "kbdinteractiveauthentication"),
    ("dsaauthentication", "pubkeyauthentication"),
    ("hostbasedacceptedkeytypes", "hostbasedacceptedalgorithms"),
    ("keepalive", "tcpkeepalive"),
    ("pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms"),
    ("skeyauthentication", "kbdinteractiveauthentication"),
];

/// A configuration is judged with the fragments in the folder beside it.
const TIES: Ties = Ties {
    unit: |path, _| {
        let main = if is_fragment(path) { directory(directory(path)) } else { directory(path) };
        let folders = [main.to_owned(), fragments_of(main)];
        if has_name(path) { folders.map(Tie::Folder).to_vec() } else { Vec::new() }
    },
    ..ties::NONE
};

/// The folder of fragments beside a configuration in a directory.
fn fragments_of(directory: &str) -> String {
    if directory.is_empty() { "sshd_config.d".to_owned() } else { format!("{directory}/sshd_config.d") }
}

fn has_name(path: &str) -> bool {
    let name = file_name(path);
    let name = name.strip_suffix(".conf").unwrap_or(name);
    let named = name.strip_suffix("sshd_config").is_some_and(|rest| rest.is_empty() || rest.ends_with(['-', '_', '.']));
    named || is_fragment(path)
}

fn is_fragment(path: &str) -> bool {
    file_name(directory(path)) == "sshd_config.d" && has_extension(path, &[".conf"])
}

fn directives(document: &Document) -> &[Node] {
    document.roots.first().and_then(|root| root.get("directives")).map_or(&[][..], Node::items)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().map(|document| config(document, unit)).collect();
    Extraction { resources, ..Extraction::default() }
}

fn config(document: &Document, unit: &Unit<'_>) -> Resource {
    let span = document.roots.first().map_or(Span::new(document.file, 0, 0), |root| root.span);
    let header = directives(document).first().map_or(span, |first| first.span);
    let mut config = Config::default();
    let fragments = fragments_of(document.directory());
    for directive in directives(document) {
        let is_include = keyword(directive) == "include" && !is_fragment(&document.path);
        config.add(directive, None);
        if is_include {
            let included = unit.corpus.in_directory("sshd", &fragments);
            let matched = directive.get("value").and_then(Node::as_str).is_some_and(|v| v.contains("sshd_config.d/*"));
            if matched && !included.is_empty() {
                for other in included {
                    config.include(other, directive.span);
                }
            } else {
                config.open = Some("files that `Include` names may set it".into());
            }
        }
    }
    let mut body = Node { value: Value::Map(Arc::new(config.finish(span))), span, trail: None };
    // What a fragment leaves out, the rest of the configuration may set: rules about defaults ask for this.
    body.derive("fragment", Node::new(Value::Bool(is_fragment(&document.path)), header));
    Resource::of_file(document, "sshd/config", body, header, Typing::Loose)
}

/// The canonical keyword of a directive.
fn keyword(directive: &Node) -> String {
    let written = directive.get("keyword").and_then(Node::as_str).unwrap_or("").to_ascii_lowercase();
    ALIASES.iter().find(|(alias, _)| *alias == written).map_or(written, |(_, name)| (*name).to_owned())
}

#[derive(Default)]
struct Config {
    entries: Vec<Entry>,
    /// Match blocks: criteria, directives, and the line.
    matches: Vec<(Node, Vec<Entry>, Span)>,
    /// What may set further keywords.
    open: Option<String>,
}

impl Config {
    /// Takes in a directive; `used_at` is the place of the `Include` that brought it in.
    fn add(&mut self, directive: &Node, used_at: Option<Span>) {
        let name = keyword(directive);
        let arguments = directive.get("arguments").map_or(&[][..], Node::items);
        if name == "match" {
            self.matches.push((criteria(arguments, directive.span), Vec::new(), directive.span));
            return;
        }
        let entries = self.matches.last_mut().map_or(&mut self.entries, |(_, entries, _)| entries);
        let key = directive.get("keyword").map_or(directive.span, |keyword| keyword.span);
        let moved = |node: Node| match used_at {
            Some(span) => node.used_at(span, "included file"),
            None => node,
        };
        let key = Key { name: name.as_str().into(), span: used_at.unwrap_or(key) };
        let known = entries.iter_mut().find(|entry| *entry.key.name == *name);
        if let Some(known) = known {
            if let (true, Value::List(items)) = (ADDING.contains(&name.as_str()), &mut known.value.value) {
                Arc::make_mut(items).extend(arguments.iter().cloned().map(moved));
                known.value.span = known.value.span.to(used_at.unwrap_or(directive.span));
            }
            return;
        }
        let Some(value) = directive.get("value") else { return };
        if ALGORITHMS.contains(&name.as_str()) {
            let (mode, list) = algorithms(value);
            let list_span = list.span;
            entries.push(Entry { key, value: moved(list), derived: false });
            if let Some(mode) = mode {
                let key = Key { name: format!("{name}_mode").into(), span: used_at.unwrap_or(list_span) };
                entries.push(Entry { key, value: moved(mode), derived: true });
            }
        } else if ADDING.contains(&name.as_str()) || SEVERAL.contains(&name.as_str()) {
            let items = arguments.iter().cloned().map(moved).collect();
            entries.push(Entry { key, value: Node::list(items, used_at.unwrap_or(value.span)), derived: false });
        } else {
            let single = if let [only] = arguments { only } else { value };
            entries.push(Entry { key, value: moved(single.clone()), derived: false });
        }
    }

    /// Takes in an included file; a Match block in it ends with it.
    fn include(&mut self, other: &Document, at: Span) {
        let outer = std::mem::take(&mut self.matches);
        for directive in directives(other) {
            self.add(directive, Some(at));
        }
        let inner = std::mem::replace(&mut self.matches, outer);
        let place = self.matches.len().saturating_sub(1);
        self.matches.splice(place..place, inner);
    }

    fn finish(self, span: Span) -> Map {
        let rest = self.open.map(|because| further("Include", because));
        let mut entries = self.entries;
        let matches: Vec<Node> = self
            .matches
            .into_iter()
            .map(|(criteria, directives, line)| {
                let span = directives.iter().fold(line, |span, entry| span.to(entry.value.span));
                let entries = vec![
                    Entry::new("criteria", criteria.span, criteria),
                    Entry::new("directives", line, Node::map(directives, span)),
                ];
                Node::map(entries, span)
            })
            .collect();
        let key = matches.first().map_or(span, |first| first.span);
        let key = Key { name: "matches".into(), span: key };
        entries.push(Entry { key, value: Node::list(matches, span), derived: true });
        Map { entries, rest }
    }
}

/// The criteria of a Match line: each with its list of values; `all` has none.
fn criteria(arguments: &[Node], line: Span) -> Node {
    let mut entries = Vec::new();
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let text = name.as_str().unwrap_or("").to_ascii_lowercase();
        let (text, value) = match text.split_once('=') {
            Some((text, _)) => (text.to_owned(), Some(name)),
            None if ["all", "canonical", "final"].contains(&text.as_str()) => (text, None),
            None => (text, rest.next()),
        };
        let value = value.map_or_else(|| Node::new(Value::Bool(true), name.span), |value| algorithms(value).1);
        entries.push(Entry::new(text, name.span, value));
    }
    Node::map(entries, line)
}

/// The items of a list with commas, and the sign before it.
fn algorithms(value: &Node) -> (Option<Node>, Node) {
    let Value::Str(text) = &value.value else { return (None, value.clone()) };
    let written = text.as_str();
    let part = |start, end| spelled::node(spelled::part(text, start, end), value.span);
    let mode = written.starts_with(['+', '-', '^']).then(|| part(0, 1));
    let mut at = usize::from(mode.is_some());
    let mut items = Vec::new();
    for item in written.get(at..).unwrap_or("").split(',') {
        let start = at + (item.len() - item.trim_start().len());
        if !item.trim().is_empty() {
            items.push(part(start, start + item.trim().len()));
        }
        at += item.len() + 1;
    }
    (mode, Node::list(items, value.span))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{Corpus, Inputs};
    use super::*;
    use crate::source::Workspace;

    fn read(files: &[(&str, &str)], path: &str) -> Node {
        let workspace = Workspace::in_memory(files.iter().copied());
        let syntax = crate::syntax::named("sshd-config").unwrap();
        let parsed: Vec<Document> =
            workspace.ids().map(|id| crate::syntax::parse(syntax, workspace.source(id).unwrap())).collect();
        let documents = BTreeMap::from([("sshd", parsed.iter().collect::<Vec<_>>())]);
        let inputs = Inputs::default();
        let corpus = Corpus::new(&workspace, &documents, &inputs);
        let document = parsed.iter().find(|document| &*document.path == path).unwrap();
        config(document, &Unit { documents: vec![document], corpus: &corpus }).body
    }

    fn shown(body: &Node, key: &str) -> Vec<String> {
        let Some(node) = body.get(key) else { return vec![] };
        let items = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
        items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn files_are_told_by_their_names() {
        for (path, want) in [
            ("etc/ssh/sshd_config", true),
            ("ssh/sshd_config.conf", true),
            ("files/web-sshd_config", true),
            ("ssh/sshd_config.d/10-web.conf", true),
            ("ssh/ssh_config", false),
            ("ssh/ssh_config.conf", false),
            ("ssh/sshd_config.md", false),
        ] {
            assert_eq!(super::has_name(path), want, "{path}");
        }
    }

    #[test]
    fn the_first_value_counts_and_lists_add_up() {
        let text = "PermitRootLogin no\npermitrootlogin yes\nPort 22\nPort 2222\nAllowUsers a b\nAllowUsers c\nCiphers +aes128-ctr,aes256-ctr\nChallengeResponseAuthentication no\nSubsystem sftp internal-sftp\nRekeyLimit 1G 1h\nMatch User a,b Address 10.0.0.0/8\n  PermitRootLogin yes\nMatch all\n  X11Forwarding no\n";
        let body = read(&[("sshd_config", text)], "sshd_config");
        for (key, want) in [
            ("permitrootlogin", vec!["no"]),
            ("port", vec!["22", "2222"]),
            ("allowusers", vec!["a", "b", "c"]),
            ("ciphers", vec!["aes128-ctr", "aes256-ctr"]),
            ("ciphers_mode", vec!["+"]),
            ("kbdinteractiveauthentication", vec!["no"]),
            ("rekeylimit", vec!["1G 1h"]),
            ("x11forwarding", vec![]),
        ] {
            assert_eq!(shown(&body, key), want, "{key}");
        }
        let matches = body.get("matches").unwrap().items();
        assert_eq!(shown(matches[0].get("criteria").unwrap(), "user"), ["a", "b"]);
        assert_eq!(shown(matches[0].get("directives").unwrap(), "permitrootlogin"), ["yes"]);
        assert_eq!(shown(matches[1].get("directives").unwrap(), "x11forwarding"), ["no"]);
        assert!(body.as_map().unwrap().rest.is_none());
    }

    #[test]
    fn included_files_count_where_they_are_included() {
        let main = "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\n";
        let files =
            [("ssh/sshd_config", main), ("ssh/sshd_config.d/10.conf", "PermitRootLogin no\nMatch all\nPort 1\n")];
        let body = read(&files, "ssh/sshd_config");
        assert_eq!(shown(&body, "permitrootlogin"), ["no"]);
        assert_eq!(body.get("permitrootlogin").unwrap().steps().len(), 1);
        assert!(body.as_map().unwrap().rest.is_none());
        let alone = read(&files[..1], "ssh/sshd_config");
        assert_eq!(shown(&alone, "permitrootlogin"), ["yes"]);
        assert!(alone.as_map().unwrap().rest.is_some(), "what Include names is not in the repository");
        let fragment = read(&files, "ssh/sshd_config.d/10.conf");
        assert_eq!(fragment.get("fragment").and_then(Node::as_bool), Some(true));
    }
}
