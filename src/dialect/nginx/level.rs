//! What holds at one place of a configuration: the directives of the blocks around it, nearest first.

use std::sync::Arc;

use super::super::whole_file::further;
use super::{Resource, Typing};
use crate::document::{Document, Entry, MAX_DEPTH, Map, Node, Unresolved, Value};
use crate::source::Span;
use crate::syntax::spelled;

/// Included files of every installation, which set nothing that a rule would ask for.
const HARMLESS: &[&str] = &[
    "mime.types",
    "fastcgi_params",
    "fastcgi.conf",
    "scgi_params",
    "uwsgi_params",
    "proxy_params",
    "koi-utf",
    "koi-win",
    "win-utf",
    "snippets/fastcgi-php.conf",
    "modules-enabled/*.conf",
];

/// Files that a program writes to the machine, with the one directive of each that is asked for here, and what it says.
const WRITTEN: &[(&str, &str, &[&str])] = &[
    // Certbot, since 2020 (certbot-nginx, tls_configs/options-ssl-nginx.conf).
    ("letsencrypt/options-ssl-nginx.conf", "ssl_protocols", &["TLSv1.2", "TLSv1.3"]),
];

/// Directives that take a list, also when only one item is given.
const LISTS: &[&str] = &["ssl_protocols", "server_name", "allow", "deny", "ssl_ecdh_curve"];

/// The nginx files of the run.
pub(super) struct Files<'a> {
    documents: &'a [&'a Document],
}

/// The directives that hold in a block.
#[derive(Clone)]
pub(super) struct Level {
    address: String,
    entries: Vec<Entry>,
    /// Something included may set more.
    rest: Option<Arc<Unresolved>>,
    depth: usize,
    header: Span,
    /// The headers of outer blocks that are not sent here, since the block adds some of its own.
    lost: Vec<Node>,
}

impl<'a> Files<'a> {
    /// All of them.
    pub fn new(documents: &'a [&'a Document]) -> Files<'a> {
        Files { documents }
    }

    /// The documents that an `include` in a file names.
    fn included(&self, by: &Document, pattern: &str) -> Vec<&'a Document> {
        let relative = pattern.strip_prefix("/etc/nginx/").unwrap_or(pattern).trim_start_matches("./");
        let wanted = match by.directory() {
            "" => relative.to_owned(),
            directory => format!("{directory}/{relative}"),
        };
        let Ok(glob) = globset::GlobBuilder::new(&wanted).literal_separator(true).build() else { return Vec::new() };
        let glob = glob.compile_matcher();
        self.documents.iter().copied().filter(|document| glob.is_match(&*document.path)).collect()
    }

    /// The http block that includes a file, and the file it is in.
    fn including(&self, document: &Document) -> Option<(&'a Document, &'a Node)> {
        self.documents.iter().copied().find_map(|other| {
            let blocks = other.roots.first()?.get("http").map_or(&[][..], Node::items);
            let includes = |block: &&Node| {
                includes(block)
                    .any(|pattern| self.included(other, pattern).iter().any(|found| found.file == document.file))
            };
            Some((other, blocks.iter().find(includes)?))
        })
    }
}

fn includes(block: &Node) -> impl Iterator<Item = &str> {
    let include = block.get("include");
    include.into_iter().flat_map(|node| std::iter::once(node).chain(node.items())).filter_map(Node::as_str)
}

impl Level {
    /// What holds at the top of a file: nothing, or what the http block that includes it sets.
    pub fn top(document: &Document, files: &Files<'_>) -> Level {
        let header = Span::new(document.file, 0, 0);
        let empty = Level {
            address: document.path.to_string(),
            entries: Vec::new(),
            rest: None,
            depth: 0,
            header,
            lost: Vec::new(),
        };
        let root = document.roots.first();
        if root.is_some_and(|root| root.get("http").is_some()) {
            return empty;
        }
        if let Some(outer) = files.including(document).and_then(|(other, block)| empty.within(other, block, "", files))
        {
            return Level { address: empty.address, depth: 0, ..outer };
        }
        let because = "the file is one part of a configuration, the rest of which is not in the repository";
        Level { rest: Some(further("include", because.into())), ..empty }
    }

    /// What holds in a block; nothing when blocks are nested too deeply.
    pub fn within(&self, document: &Document, block: &Node, label: &str, files: &Files<'_>) -> Option<Level> {
        let depth = self.depth + 1;
        let header = header(block);
        let mut level = Level { address: format!("{}#{label}", self.address), depth, header, ..self.clone() };
        if self.depth > 0 {
            level.address = format!("{}.{label}", self.address);
        }
        for pattern in includes(block) {
            if HARMLESS.iter().any(|name| pattern.ends_with(name)) {
                continue;
            }
            let found = files.included(document, pattern);
            let written = WRITTEN.iter().find(|(name, ..)| found.is_empty() && pattern.ends_with(name));
            if let Some((_, name, words)) = written {
                let words = words.iter().map(|word| Node::text(*word, header)).collect();
                level.entries.retain(|known| &*known.key.name != *name);
                level.entries.push(Entry::new(*name, header, Node::list(words, header)));
            } else if found.is_empty() {
                level.rest =
                    Some(further(pattern, format!("`{pattern}`, which is included, is not in the repository")));
            }
            for other in found.iter().filter_map(|other| other.roots.first()) {
                level.set(other, "included file");
            }
        }
        level.lost = level.headers_lost(block);
        level.set(block, "directive of an outer block");
        (depth < MAX_DEPTH).then_some(level)
    }

    /// Takes in the directives of a block; they replace what was inherited.
    fn set(&mut self, block: &Node, what: &'static str) {
        for entry in block.as_map().into_iter().flat_map(Map::written) {
            let is_block = entry.value.items().first().is_some_and(|item| item.as_map().is_some());
            if is_block || &*entry.key.name == "include" {
                continue;
            }
            self.entries.retain(|known| known.key.name != entry.key.name);
            let mut entry = entry.clone();
            if what == "included file" {
                entry.value = entry.value.used_at(self.header, what);
            }
            self.entries.push(entry);
        }
    }

    /// The names of the headers that blocks around add and a block does not: it inherits all of them or, where it adds one, none.
    fn headers_lost(&self, block: &Node) -> Vec<Node> {
        let set = |name: &str| self.entries.iter().find(|entry| &*entry.key.name == name).map(|entry| &entry.value);
        let (Some(outer), Some(own)) = (set("add_header"), block.get("add_header")) else { return Vec::new() };
        let merged = block.get("add_header_inherit").or_else(|| set("add_header_inherit"));
        if merged.and_then(Node::as_str) == Some("merge") {
            return Vec::new();
        }
        let names = |node: &Node| -> Vec<Node> {
            headers(node).items().iter().filter_map(|header| header.get("name").cloned()).collect()
        };
        let kept = names(own);
        let is_kept = |name: &Node| {
            let text = name.as_str().unwrap_or("");
            kept.iter().filter_map(Node::as_str).any(|own| own.eq_ignore_ascii_case(text))
        };
        names(outer).into_iter().filter(|name| !is_kept(name)).collect()
    }

    /// Whether a server may speak TLS: one that says where it listens does so there, or nowhere.
    fn may_speak_tls(&self, block: &Node, listens: Option<&Node>) -> bool {
        let set = |name: &str| self.entries.iter().find(|entry| &*entry.key.name == name).map(|entry| &entry.value);
        if set("ssl").and_then(Node::as_str) == Some("on") {
            return true;
        }
        let Some(listens) = listens else {
            // What it includes may say it, or may have said it.
            return self.rest.is_some() && includes(block).next().is_some() || set("listen").is_some();
        };
        let secure = |listen: &Node| {
            let port = listen.get("port").and_then(Node::as_str);
            ["ssl", "quic"].iter().any(|word| listen.get(word).is_some()) || matches!(port, Some("443" | "8443"))
        };
        listens.items().iter().any(secure)
    }

    /// The block as a resource.
    pub fn resource(&self, document: &Document, kind: &str, block: &Node) -> Resource {
        let mut body = block.clone();
        let own = |span: Span| block.span.contains(span);
        let entries = self.entries.iter().map(|entry| {
            let mut entry = entry.clone();
            entry.value = listed(&entry);
            if !own(entry.value.span) {
                entry.value = entry.value.used_at(self.header, "inherited from an outer block");
                entry.key.span = self.header;
            }
            entry
        });
        let map = Map { entries: entries.collect(), rest: self.rest.clone() };
        let mut effective = Node::new(Value::Map(Arc::new(map)), block.span);
        if let Some(headers) = effective.get("add_header").map(headers) {
            effective.derive("headers", headers);
        }
        if let Some(ciphers) = effective.get("ssl_ciphers").map(ciphers) {
            effective.derive("cipher_list", ciphers);
        }
        let listens = block.get("listen").map(listens);
        if kind == "server" && self.may_speak_tls(block, listens.as_ref()) {
            let versions = effective.get("ssl_protocols").cloned();
            let open = self.rest.clone().map(|rest| Node::new(Value::Unresolved(rest), self.header));
            if let Some(versions) = versions.or(open) {
                body.derive("tls_versions", versions);
            }
        }
        if !self.lost.is_empty() {
            let place = block.entry("add_header").map_or(self.header, |entry| entry.key.span);
            let lost = self.lost.iter().map(|name| name.used_at(place, "header of an outer block")).collect();
            body.derive("headers_lost", Node::list(lost, place));
        }
        body.derive("effective", effective);
        if let Some(listens) = listens {
            body.derive("listens", listens);
        }
        let mut resource = Resource::of_file(document, &format!("nginx/{kind}"), body, self.header, Typing::Loose);
        resource.address = self.address.as_str().into();
        resource.span = block.span;
        resource
    }
}

/// The name of a block with its arguments.
fn header(block: &Node) -> Span {
    let arguments = block.get("arguments").map_or(block.span, |arguments| arguments.span);
    Span { end: arguments.end.min(block.span.end), ..block.span }
}

/// A value that is always a list where its directive takes one.
fn listed(entry: &Entry) -> Node {
    let node = &entry.value;
    if !LISTS.contains(&&*entry.key.name) || !node.items().is_empty() {
        return node.clone();
    }
    Node { value: Node::list(vec![node.clone()], node.span).value, ..node.clone() }
}

/// The occurrences of a directive, each as its arguments.
fn occurrences(node: &Node) -> Vec<Vec<&Node>> {
    match node.items() {
        [] => vec![vec![node]],
        items if items.iter().any(|item| !item.items().is_empty()) => items
            .iter()
            .map(|item| if item.items().is_empty() { vec![item] } else { item.items().iter().collect() })
            .collect(),
        items => vec![items.iter().collect()],
    }
}

/// `add_header` as maps of `name`, `value` and `always`.
fn headers(node: &Node) -> Node {
    let header = |arguments: Vec<&Node>| {
        let mut entries = Vec::new();
        for (name, argument) in ["name", "value"].into_iter().zip(&arguments) {
            entries.push(Entry::new(name, argument.span, (*argument).clone()));
        }
        let always = arguments.iter().skip(2).any(|argument| argument.as_str() == Some("always"));
        entries.push(Entry::new("always", node.span, Node::new(Value::Bool(always), node.span)));
        Node::map(entries, arguments.iter().map(|argument| argument.span).reduce(Span::to).unwrap_or(node.span))
    };
    Node::list(occurrences(node).into_iter().map(header).collect(), node.span)
}

/// The parts of a cipher list between its colons.
fn ciphers(node: &Node) -> Node {
    let Value::Str(text) = &node.value else { return node.clone() };
    let mut at = 0;
    let mut items = Vec::new();
    for part in text.as_str().split(':') {
        if !part.is_empty() {
            items.push(spelled::node(spelled::part(text, at, at + part.len()), node.span));
        }
        at += part.len() + 1;
    }
    Node { value: Node::list(items, node.span).value, ..node.clone() }
}

/// `listen` as maps of `address`, `port`, and a true for each parameter (`ssl`, `http2`, `default_server`).
fn listens(node: &Node) -> Node {
    // Several plain `listen 80;` look like one with several arguments; a parameter is never an address.
    let mut groups: Vec<Vec<&Node>> = Vec::new();
    for argument in occurrences(node).into_iter().flatten() {
        let starts = argument.as_str().is_some_and(is_endpoint);
        match groups.last_mut() {
            Some(group) if !starts => group.push(argument),
            _ => groups.push(vec![argument]),
        }
    }
    Node::list(groups.iter().map(|group| listen(group, node.span)).collect(), node.span)
}

fn is_endpoint(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit() || c == '[' || c == '*' || c == '$')
        || word.starts_with("unix:")
        || (word.contains([':', '.']) && !word.contains('='))
        || word == "localhost"
}

fn listen(group: &[&Node], within: Span) -> Node {
    let Some((first, parameters)) = group.split_first() else { return Node::map(Vec::new(), within) };
    let endpoint = first.as_str().unwrap_or("");
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (address, port) = match endpoint.rsplit_once(':') {
        _ if digits(endpoint) => ("*", endpoint),
        Some((address, port)) if digits(port) => (address, port),
        _ => (endpoint, "80"),
    };
    let mut entries = vec![Entry::new("address", first.span, Node::text(address, first.span))];
    if !endpoint.starts_with("unix:") {
        entries.push(Entry::new("port", first.span, Node::text(port, first.span)));
    }
    for parameter in parameters {
        let text = parameter.as_str().unwrap_or("");
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Node::text(value, parameter.span)),
            None => (text, Node::new(Value::Bool(true), parameter.span)),
        };
        entries.push(Entry::new(name, parameter.span, value));
    }
    Node::map(entries, group.iter().map(|node| node.span).reduce(Span::to).unwrap_or(within))
}
