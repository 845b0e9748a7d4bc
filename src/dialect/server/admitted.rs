//! Whom a program lets in, where several of its lines say so together: rules that are asked in order, lists of addresses that have a
//! name, and settings of one door among several.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::document::{Entry, Node, Value};

/// Adds what rules ask for, of the programs that decide so.
pub(super) fn add(kind: &str, body: &mut Node) {
    match kind {
        "squid" => add_view(body, "open_to_everybody", of_squid),
        "mosquitto" => add_view(body, "anonymous", of_mosquitto),
        "bind" => {
            open_lists_of_bind(body);
            let inside = inside_of_bind(body);
            if let Some(inside) = inside {
                body.derive("inside", inside);
            }
        }
        _ => {}
    }
}

/// Adds a list of what is written that lets everybody in, where anything does.
fn add_view(body: &mut Node, name: &str, find: fn(&Node) -> Vec<Node>) {
    let found = find(body);
    if let Some(first) = found.first().map(|first| first.span) {
        body.derive(name, Node::list(found, first));
    }
}

/// What stands under a name: one value, or each of several.
fn all<'n>(body: &'n Node, name: &str) -> &'n [Node] {
    match body.get(name) {
        Some(node) if node.items().is_empty() => std::slice::from_ref(node),
        Some(node) => node.items(),
        None => &[],
    }
}

/// Types of lists of Squid that say who asks; the others say for what, when or how.
const WHO: &[&str] = &[
    "arp",
    "eui64",
    "ext_user",
    "ext_user_regex",
    "external",
    "ident",
    "ident_regex",
    "proxy_auth",
    "proxy_auth_regex",
    "src",
    "src_as",
    "srcdom_regex",
    "srcdomain",
    "user_cert",
];

/// Words for all addresses.
const EVERYWHERE: &[&str] = &["all", "0.0.0.0/0", "::/0", "0/0", "0.0.0.0/0.0.0.0"];

/// What the lines of a list of Squid say together.
#[derive(Default)]
struct SquidList {
    /// An address that all are in is among its own.
    is_everybody: bool,
    /// A line says something else than who asks.
    says_other: bool,
}

impl SquidList {
    fn by_name(body: &Node) -> FxHashMap<&str, SquidList> {
        let mut lists: FxHashMap<&str, SquidList> = FxHashMap::default();
        for text in all(body, "acl").iter().filter_map(Node::as_str) {
            let mut words = text.split_whitespace();
            let (Some(name), Some(kind)) = (words.next(), words.next()) else { continue };
            let list = lists.entry(name).or_default();
            list.says_other |= !WHO.contains(&kind);
            list.is_everybody |= kind == "src" && words.any(|word| EVERYWHERE.contains(&word));
        }
        lists
    }
}

/// The line of Squid by which a client from anywhere is let in: the first that fits decides, and where none does, the opposite of
/// the last one.
fn of_squid(body: &Node) -> Vec<Node> {
    let lists = SquidList::by_name(body);
    let is_everybody = |name: &str| name == "all" || lists.get(name).is_some_and(|list| list.is_everybody);
    let says_who = |name: &str| name == "localhost" || lists.get(name).is_some_and(|list| !list.says_other);
    // Nobody from elsewhere comes to a port of the machine itself.
    let is_inside = |port: &&Node| {
        let text = port.as_str().unwrap_or("");
        ["127.", "localhost:", "[::1]:"].iter().any(|own| text.trim_start().starts_with(own))
    };
    let ports = || ["http_port", "https_port"].into_iter().flat_map(|key| all(body, key));
    if ports().next().is_some() && ports().all(|port| is_inside(&port)) {
        return Vec::new();
    }
    let lines = all(body, "http_access");
    for line in lines {
        let Some(text) = line.as_str() else { return Vec::new() };
        let words: Vec<&str> = text.split('#').next().unwrap_or("").split_whitespace().collect();
        match *words.as_slice() {
            ["allow", name] if is_everybody(name) => return vec![line.clone()],
            ["deny", name] if is_everybody(name) => return Vec::new(),
            ["deny", name] if name.strip_prefix('!').is_some_and(|who| says_who(who) && !is_everybody(who)) => {
                return Vec::new();
            }
            _ => {}
        }
    }
    // What another file adds may come after.
    let is_whole = body.get("http_port").is_some() && body.get("include").is_none();
    let last = lines.last().filter(|line| is_whole && line.as_str().is_some_and(|text| text.starts_with("deny")));
    last.cloned().into_iter().collect()
}

/// What lets those in by a door of Mosquitto that is on the network who say nothing of themselves. A door is a listener, or the one that
/// needs none; where settings are told for each, they are of the one above them.
fn of_mosquitto(body: &Node) -> Vec<Node> {
    let is_true = |node: &Node| match &node.value {
        Value::Bool(value) => *value,
        _ => node.as_str().is_some_and(|text| text.trim().eq_ignore_ascii_case("true")),
    };
    let is_inside = |address: &str| ["127.", "localhost", "::1"].iter().any(|own| address.starts_with(own));
    let is_local = |listener: &Node| {
        let words: Vec<&str> = listener.as_str().unwrap_or("").split_whitespace().collect();
        // A port of 0 is a socket in the file system.
        words.first() == Some(&"0") || words.get(1).is_some_and(|address| is_inside(address))
    };
    let listeners = all(body, "listener");
    let first_is_inside =
        all(body, "bind_address").last().and_then(Node::as_str).is_some_and(|address| is_inside(address.trim()));
    let settings = all(body, "allow_anonymous").iter();
    if all(body, "per_listener_settings").last().is_some_and(is_true) {
        let mut placed: Vec<&Node> = listeners.iter().collect();
        placed.sort_by_key(|listener| listener.span.start);
        let of_network = |setting: &&Node| {
            let above = placed.partition_point(|listener| listener.span.start < setting.span.start);
            match above.checked_sub(1).and_then(|last| placed.get(last)) {
                Some(listener) => !is_local(listener),
                None => !first_is_inside && (listeners.is_empty() || body.get("port").is_some()),
            }
        };
        return settings.filter(|setting| is_true(setting)).filter(of_network).cloned().collect();
    }
    let is_first_open = body.get("port").is_some() || body.get("bind_address").is_some();
    let has_network = if listeners.is_empty() {
        !first_is_inside
    } else {
        listeners.iter().any(|listener| !is_local(listener)) || is_first_open && !first_is_inside
    };
    settings.last().filter(|setting| has_network && is_true(setting)).cloned().into_iter().collect()
}

/// Whether BIND listens on the machine itself alone: of both kinds of addresses, since each is all where nothing is said.
fn inside_of_bind(body: &Node) -> Option<Node> {
    let is_inside = |name: &str| name == "none" || name == "localhost" || name == "::1" || name.starts_with("127.");
    let mut at = None;
    for key in ["listen-on", "listen-on-v6"] {
        let lists = || all(body, "options").iter().flat_map(|options| all(options, key));
        let mut addresses = lists().flat_map(Node::entries).filter(|entry| !entry.derived).peekable();
        at = at.or_else(|| addresses.peek().map(|first| first.key.span));
        addresses.peek()?;
        if !addresses.all(|entry| is_inside(unquoted(&entry.key.name))) {
            return None;
        }
    }
    Some(Node::new(Value::Bool(true), at?))
}

/// How often lists of addresses are looked through for those that stand for everybody by another one.
const ROUNDS: usize = 8;

/// Says of each list of addresses in options and views of BIND that it has `any` in it, where a list with a name brings that.
fn open_lists_of_bind(body: &mut Node) {
    let mut open: FxHashSet<String> = FxHashSet::default();
    for _ in 0..ROUNDS {
        let before = open.len();
        for list in all(body, "acl") {
            let name = list.get("arguments").map_or(&[][..], Node::items).first().and_then(Node::as_str);
            let Some(name) = name.map(unquoted).filter(|name| !open.contains(*name)) else {
                continue;
            };
            if brings_everybody(list, &open).is_some() {
                open.insert(name.to_owned());
            }
        }
        if open.len() == before {
            break;
        }
    }
    if open.is_empty() {
        return;
    }
    let Value::Map(map) = &mut body.value else { return };
    for entry in &mut Arc::make_mut(map).entries {
        if ["options", "view", "zone"].contains(&&*entry.key.name) {
            each_item(&mut entry.value, &mut |block| open_lists_of(block, &open));
        }
    }
}

/// Does something with each item of a list.
fn each_item(node: &mut Node, change: &mut dyn FnMut(&mut Node)) {
    if let Value::List(items) = &mut node.value {
        Arc::make_mut(items).iter_mut().for_each(change);
    }
}

/// The lists of a block that say who may do something.
fn open_lists_of(block: &mut Node, open: &FxHashSet<String>) {
    let Value::Map(map) = &mut block.value else { return };
    for entry in &mut Arc::make_mut(map).entries {
        if entry.key.name.starts_with("allow-") {
            each_item(&mut entry.value, &mut |list| {
                if let Some(by) = brings_everybody(list, open).filter(|by| &*by.key.name != "any").cloned() {
                    list.derive("any", Node::list(Vec::new(), by.key.span));
                }
            });
        }
    }
}

/// The entry of a list of addresses by which everybody is in it; what is taken out before counts for no more than itself.
fn brings_everybody<'n>(list: &'n Node, open: &FxHashSet<String>) -> Option<&'n Entry> {
    let is_everybody = |name: &str| ["any", "0.0.0.0/0", "::/0"].contains(&name) || open.contains(name);
    let mut written = list.entries().iter().filter(|entry| !entry.derived);
    written.find(|entry| is_everybody(unquoted(&entry.key.name)))
}

fn unquoted(name: &str) -> &str {
    name.trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::super::SERVER;
    use crate::dialect::{Corpus, Inputs, Unit};
    use crate::source::{FileId, Workspace};
    use crate::syntax;
    use std::collections::BTreeMap;

    /// The lines at which a view of a file begins.
    fn lines(path: &str, text: &str, view: &[&str]) -> Vec<u32> {
        let workspace = Workspace::in_memory([(path, text)]);
        let source = workspace.source(FileId(0)).unwrap();
        let document = syntax::parse(syntax::named((SERVER.syntax)(path).unwrap()).unwrap(), source);
        let documents = BTreeMap::new();
        let inputs = Inputs::default();
        let corpus = Corpus::new(&workspace, &documents, &inputs);
        let found = (SERVER.extract)(&Unit { documents: vec![&document], corpus: &corpus });
        let [file] = &found.resources[..] else { panic!("{:?}", found.resources) };
        let mut at = Some(&file.body);
        for name in view {
            at = at.and_then(|node| node.items().first().unwrap_or(node).get(name));
        }
        let items = at.map(|node| if node.items().is_empty() { vec![node] } else { node.items().iter().collect() });
        items.unwrap_or_default().iter().map(|item| source.position(item.span.start).line).collect()
    }

    #[test]
    fn squid_asks_its_rules_in_order() {
        for (rules, want) in [
            ("http_access allow all\n", &[4][..]),
            ("http_access deny !near\nhttp_access allow all\n", &[]),
            ("http_access deny !ports\nhttp_access allow all\n", &[5]),
            ("http_access deny !unknown\nhttp_access allow all\n", &[5]),
            ("http_access deny !far\nhttp_access allow all\n", &[5]),
            ("http_access deny !localhost\nhttp_access allow all\n", &[]),
            ("http_access deny CONNECT !near\nhttp_access allow all\n", &[5]),
            ("http_access allow near\nhttp_access deny all\nhttp_access allow all\n", &[]),
            ("http_access allow far\nhttp_access deny all\n", &[4]),
            ("http_access allow far ports\nhttp_access deny all\n", &[]),
            ("http_access allow near\n", &[]),
            ("http_port 1\nhttp_access deny ports\n", &[5]),
            ("http_port 127.0.0.1:3128\nhttp_access allow all\n", &[]),
            ("http_port 127.0.0.1:3128\nhttp_port 3129\nhttp_access allow all\n", &[6]),
            ("http_access deny ports\n", &[]),
            ("http_port 1\nhttp_access deny ports\ninclude /etc/squid/conf.d/*.conf\n", &[]),
        ] {
            let text = format!("acl near src 10.0.0.0/8\nacl far src 0.0.0.0/0\nacl ports port 443\n{rules}");
            assert_eq!(lines("squid.conf", &text, &["open_to_everybody"]), want, "{rules}");
        }
    }

    #[test]
    fn a_setting_of_a_listener_is_of_the_one_above_it() {
        for (text, want) in [
            ("listener 1883\nallow_anonymous true\n", &[2][..]),
            ("listener 1883 127.0.0.1\nallow_anonymous true\n", &[]),
            ("listener 1883 127.0.0.1\nlistener 8883\nallow_anonymous true\n", &[3]),
            ("allow_anonymous true\nallow_anonymous false\n", &[]),
            ("allow_anonymous true\n", &[1]),
            ("bind_address 127.0.0.1\nallow_anonymous true\n", &[]),
            ("bind_address 127.0.0.1\nlistener 8883\nallow_anonymous true\n", &[3]),
            ("per_listener_settings true\nlistener 1 127.0.0.1\nallow_anonymous true\nlistener 2\n", &[]),
            ("per_listener_settings true\nlistener 1 127.0.0.1\nlistener 2\nallow_anonymous true\n", &[4]),
            ("per_listener_settings true\nlistener 2\nallow_anonymous true\nlistener 0 /run/mq\n", &[3]),
            ("per_listener_settings true\nport 1883\nallow_anonymous true\nlistener 0 /run/mq\n", &[3]),
            ("per_listener_settings true\nallow_anonymous true\nlistener 2\nallow_anonymous false\n", &[]),
        ] {
            assert_eq!(lines("mosquitto.conf", text, &["anonymous"]), want, "{text}");
        }
    }

    #[test]
    fn bind_is_inside_where_it_listens_on_the_machine_alone() {
        for (text, want) in [
            ("options { listen-on { 127.0.0.1; }; listen-on-v6 { none; }; };", &[1][..]),
            ("options { listen-on port 53 { 127.0.0.1; }; listen-on-v6 { ::1; }; };", &[1]),
            ("options { listen-on { 127.0.0.1; }; };", &[]),
            ("options { listen-on { 127.0.0.1; 10.0.0.1; }; listen-on-v6 { none; }; };", &[]),
            ("options { recursion yes; };", &[]),
        ] {
            assert_eq!(lines("named.conf", text, &["inside"]), want, "{text}");
        }
    }

    #[test]
    fn a_list_of_addresses_is_open_where_another_one_makes_it_so() {
        for (lists, want) in [
            ("acl inner { 10.0.0.0/8; };", &[][..]),
            ("acl inner { 10.0.0.0/8; any; };", &[2]),
            ("acl inner { outer; }; acl \"outer\" { ::/0; };", &[2]),
            ("acl inner { outer; };", &[]),
            ("acl inner { !any; };", &[]),
        ] {
            let text = format!("{lists}\noptions {{ allow-recursion {{ inner; }}; }};\n");
            assert_eq!(lines("named.conf", &text, &["options", "allow-recursion", "any"]), want, "{lists}");
        }
    }
}
