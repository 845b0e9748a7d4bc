//! Filters of packets on a host: rules of nftables, and those that iptables saves.
//!
//! A chain that a hook leads to is a resource. What it comes to for a packet that no rule names is told where the file decides
//! it: the policy of the chain, or a rule for everything before its end.

mod iptables;
mod nftables;

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::ties::directory;
use super::whole_file::further;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Entry, Node, Unresolved, Value};
use crate::source::Span;

/// The dialect of filters of packets.
pub const PACKET_FILTER: Dialect = Dialect {
    name: "packet-filter",
    doc: "rules of nftables and of iptables (as `iptables-save` writes them): `packet-filter/chain`, each chain that packets come to \
          first",
    syntax: |path| program(path).is_some().then_some("text"),
    candidate: |path, text| match program(path) {
        Some(Program::Nftables) => text.contains("table") || text.contains("chain"),
        Some(Program::Iptables) => text.lines().any(|line| line.starts_with('*')),
        None => false,
    },
    recognise: |document| !chains(document).list.is_empty(),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[Items::unnamed("rules", "rules have no names, and their order counts")],
    kinds: Kinds::Closed(&["chain"]),
    offers: crate::dialect::offers::packet_filter::OFFERS,
};

/// Deepest chain of jumps that is followed.
const DEEPEST: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    Nftables,
    Iptables,
}

fn program(path: &str) -> Option<Program> {
    let name = file_name(path).to_ascii_lowercase();
    let nftables =
        has_extension(&name, &[".nft", ".nftables"]) || has_extension(&name, &[".conf"]) && name.contains("nftables");
    let iptables = ["rules.v4", "rules.v6", "iptables", "ip6tables"].contains(&&*name)
        || has_extension(&name, &[".rules", ".iptables", ".v4", ".v6"])
            && (name.contains("iptables") || name.contains("ip6tables"))
        || has_extension(&name, &[".rules"]) && file_name(directory(path)) == "iptables";
    if nftables { Some(Program::Nftables) } else { iptables.then_some(Program::Iptables) }
}

/// A chain of rules.
struct Chain {
    family: String,
    table: String,
    name: String,
    /// Where packets come from to it, where they do.
    hook: Option<&'static str>,
    /// What becomes of a packet that no rule decides about: the word, and its place.
    policy: Option<(String, Span)>,
    rules: Vec<Rule>,
    header: Span,
    span: Span,
}

/// A rule of a chain.
struct Rule {
    text: String,
    span: Span,
    verdict: Verdict,
    /// Of which packets it is.
    of: Of,
    /// Chains that it may lead to.
    leads_to: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Accepts,
    Drops,
    Other,
}

/// Which packets a rule is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    All,
    /// Those of an interface, or those that begin a connection.
    Side,
    Some,
}

fn chains(document: &Document) -> Chains {
    let Some(root) = document.roots.first() else { return Chains::default() };
    let Value::Str(text) = &root.value else { return Chains::default() };
    match program(&document.path) {
        Some(Program::Nftables) => nftables::chains(text, root.span),
        Some(Program::Iptables) => iptables::chains(text, root.span),
        None => Chains::default(),
    }
}

/// The chains of a file, by what they are called.
#[derive(Default)]
struct Chains {
    list: Vec<Chain>,
    places: FxHashMap<[String; 3], usize>,
    /// Whether a table has no end: nothing of it is loaded.
    is_cut: bool,
}

impl Chains {
    fn at(&self, family: &str, table: &str, name: &str) -> Option<usize> {
        self.places.get(&[family, table, name].map(str::to_owned)).copied()
    }

    /// The place of a chain, which is added where it is not there yet.
    fn place(&mut self, chain: Chain) -> usize {
        let called = [&chain.family, &chain.table, &chain.name].map(Clone::clone);
        let next = self.list.len();
        let place = *self.places.entry(called).or_insert(next);
        if place == next {
            self.list.push(chain);
        }
        place
    }

    /// The hooks at which what no rule names is dropped or refused, at least on one side, each with the family of addresses.
    fn closed(&self) -> BTreeSet<(&'static str, &str)> {
        let mut known = vec![None; self.list.len()];
        let mut closed = BTreeSet::new();
        for (at, chain) in self.list.iter().enumerate() {
            let Some(hook) = chain.hook else { continue };
            let by_policy = chain.policy.as_ref().is_some_and(|(word, _)| word.eq_ignore_ascii_case("drop"));
            if by_policy || self.ends_closed(at, &mut known, 0) {
                closed.insert((hook, &*chain.family));
            }
        }
        closed
    }

    /// Whether a chain drops or refuses what comes to its end. Each is looked at once: what leads back to one that is being
    /// looked at decides nothing.
    fn ends_closed(&self, at: usize, known: &mut [Option<bool>], depth: usize) -> bool {
        let Some(chain) = self.list.get(at).filter(|_| depth < DEEPEST) else { return false };
        if let Some(known) = known.get(at).copied().flatten() {
            return known;
        }
        noted(known, at, false);
        for rule in &chain.rules {
            match (rule.verdict, rule.of) {
                (Verdict::Accepts, Of::All) => return false,
                (Verdict::Drops, Of::All | Of::Side) => return noted(known, at, true),
                _ => {}
            }
            for name in &rule.leads_to {
                let target = self.at(&chain.family, &chain.table, name);
                if target.is_some_and(|target| self.ends_closed(target, known, depth + 1)) {
                    return noted(known, at, true);
                }
            }
        }
        false
    }
}

/// Keeps what is known of a chain.
fn noted(known: &mut [Option<bool>], at: usize, closed: bool) -> bool {
    if let Some(place) = known.get_mut(at) {
        *place = Some(closed);
    }
    closed
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().flat_map(|document| of(document)).collect();
    Extraction { resources, ..Extraction::default() }
}

fn of(document: &Document) -> Vec<Resource> {
    let text = document.roots.first().and_then(Node::as_str).unwrap_or("");
    let includes = text.lines().any(|line| line.trim_start().starts_with("include "));
    let is_part = has_extension(directory(&document.path), &[".d"]);
    let all = chains(document);
    let elsewhere = match (all.is_cut, includes, is_part) {
        (true, ..) => Some("no `COMMIT` ends the table, so that nothing of it is loaded"),
        (_, true, _) => Some("files that `include` names may hold rules"),
        (_, _, true) => Some("the other files of the folder may hold rules"),
        _ => None,
    };
    let closed = if all.is_cut { BTreeSet::new() } else { all.closed() };
    all.list.iter().filter_map(|chain| resource(document, chain, &closed, elsewhere)).collect()
}

fn resource(
    document: &Document,
    chain: &Chain,
    closed: &BTreeSet<(&'static str, &str)>,
    elsewhere: Option<&str>,
) -> Option<Resource> {
    let hook = chain.hook?;
    let text = |text: &str, span: Span| Node::text(text, span);
    let entry = |name: &str, value: Node| Entry::new(name, value.span, value);
    let (policy, place) = chain.policy.clone().unwrap_or_else(|| ("accept".to_owned(), chain.header));
    // Each of several chains at one hook may drop a packet.
    let closed = closed.iter().any(|(other, family)| {
        *other == hook && (*family == chain.family || *family == "inet" || chain.family == "inet")
    });
    let accepts = match elsewhere.filter(|_| !closed) {
        Some(because) => open(chain.header, because),
        None => Node::new(Value::Bool(!closed), place),
    };
    let rules = chain.rules.iter().map(|rule| text(&rule.text, rule.span)).collect();
    let entries = vec![
        entry("family", text(&chain.family, chain.header)),
        entry("table", text(&chain.table, chain.header)),
        entry("name", text(&chain.name, chain.header)),
        entry("hook", text(hook, chain.header)),
        entry("policy", text(&policy, place)),
        entry("rules", Node::list(rules, chain.span)),
        entry("accepts_the_rest", accepts),
    ];
    let body = Node::map(entries, chain.span);
    let file = Resource::of_file(document, "packet-filter/chain", body, chain.header, Typing::Strict);
    let address = format!("{}#{}/{}/{}", document.path, chain.family, chain.table, chain.name);
    Some(Resource { address: address.into(), span: chain.span, ..file })
}

fn open(span: Span, because: &str) -> Node {
    let open: std::sync::Arc<Unresolved> = further("accepts_the_rest", because.to_owned());
    Node::new(Value::Unresolved(open), span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Source};

    /// The chains that hooks lead to, with `accepts`, `drops` or `open` for the rest.
    fn read(path: &str, text: &str) -> Vec<String> {
        let source = Source::from_text(FileId(0), path, text);
        let document = crate::syntax::parse(crate::syntax::named("text").unwrap(), &source);
        let said = |resource: &Resource| {
            let word = |name: &str| resource.body.get(name).and_then(Node::as_str).unwrap_or("?").to_owned();
            let rest = match resource.body.get("accepts_the_rest").unwrap().value {
                Value::Bool(true) => "accepts",
                Value::Bool(false) => "drops",
                _ => "open",
            };
            format!("{} {} {rest}", word("table"), word("hook"))
        };
        of(&document).iter().map(said).collect()
    }

    #[test]
    fn what_no_rule_names_is_accepted_or_not() {
        let nft = |rules: &str| {
            format!(
                "table inet filter {{\n  chain input {{\n    type filter hook input priority 0; {rules}\n  }}\n}}\n"
            )
        };
        for (rules, want) in [
            ("policy accept;\n tcp dport 22 accept", "accepts"),
            ("", "accepts"),
            ("policy drop;\n ct state established accept", "drops"),
            (
                "policy accept\n tcp dport { 22, 80 } accept\n counter packets 0 bytes 0 log prefix \"a; b\" drop # all",
                "drops",
            ),
            ("policy accept\n ip saddr 10.0.0.1 drop", "accepts"),
            ("policy accept\n iifname \"eth0\" drop", "drops"),
            ("policy accept\n accept\n drop", "accepts"),
            ("policy accept\n reject with icmpx type port-unreachable", "drops"),
            (
                "policy accept\n iifname vmap { lo : accept, eth0 : jump wan }\n }\n chain wan {\n  tcp dport 22 accept\n  drop",
                "drops",
            ),
            ("policy accept\n jump a\n }\n chain a {\n jump a\n", "accepts"),
        ] {
            assert_eq!(read("etc/nftables.conf", &nft(rules)), [format!("filter input {want}")], "{rules}");
        }
        for (text, want) in [
            (
                "*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n",
                vec!["filter input accepts", "filter output accepts"],
            ),
            (
                "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -m comment --comment \"x\" -j REJECT --reject-with icmp-port-unreachable\nCOMMIT\n",
                vec!["filter input drops"],
            ),
            ("*filter\n:INPUT DROP\nCOMMIT\n", vec!["filter input drops"]),
            (
                "*filter\n:INPUT ACCEPT\n:RH - [0:0]\n-A INPUT -j RH\n-A RH -j DROP\nCOMMIT\n",
                vec!["filter input drops"],
            ),
            ("*filter\n:INPUT DROP\n", vec!["filter input open"]),
            ("*filter\n:INPUT ACCEPT\n*nat\n:INPUT ACCEPT\nCOMMIT\n", vec!["filter input open"]),
            ("*nat\n:INPUT ACCEPT\n*filter\n:INPUT DROP\nCOMMIT\n", vec!["filter input drops"]),
            ("*nat\n:INPUT ACCEPT\nCOMMIT\n*filter\n:ufw-a - [0:0]\nCOMMIT\n", vec![]),
            (
                "*filter\n:INPUT ACCEPT\n-A INPUT -m conntrack --ctstate NEW -j DROP\nCOMMIT\n",
                vec!["filter input drops"],
            ),
        ] {
            assert_eq!(read("etc/iptables/rules.v4", text), want, "{text}");
        }
    }

    #[test]
    fn rules_have_what_their_names_stand_for() {
        let text = "define A = 22\ndefine ports = { 80, $A }\ntable inet f {\n  set many { type inet_service; elements = { 1, 2 }; }\n  chain c {\n    type filter hook input priority 0;\n    tcp dport $ports accept\n    tcp dport @many accept; tcp dport {$A, 9} accept\n    tcp dport $other accept\n  }\n}\n";
        let source = Source::from_text(FileId(0), "nftables.conf", text);
        let document = crate::syntax::parse(crate::syntax::named("text").unwrap(), &source);
        let found = of(&document);
        let rules = found[0].body.get("rules").unwrap().items();
        let texts: Vec<&str> = rules.iter().filter_map(Node::as_str).collect();
        let want = [
            "tcp dport { 80, 22 } accept",
            "tcp dport { 1, 2 } accept",
            "tcp dport {22, 9} accept",
            "tcp dport $other accept",
        ];
        assert_eq!(texts, want);
    }

    #[test]
    fn commands_and_parts_of_files_are_read() {
        let commands = "add table ip f\nadd chain ip f in { type filter hook input priority 0 ; policy accept ; }\nadd rule ip f in tcp dport 22 accept\n";
        assert_eq!(read("a.nft", commands), ["f input accepts"]);
        assert_eq!(read("a.nft", &format!("{commands}add rule ip f in drop\n")), ["f input drops"]);
        assert_eq!(read("nftables.d/a.nft", commands), ["f input open"]);
        assert_eq!(read("a.nft", &format!("include \"/etc/b.nft\"\n{commands}")), ["f input open"]);
        let two = "table inet a {\n chain i { type filter hook input priority -10; policy accept; }\n}\ntable ip b {\n chain j { type filter hook input priority 0; policy drop; }\n}\n";
        assert_eq!(read("a.nft", two), ["a input drops", "b input drops"]);
        assert_eq!(
            read("a.nft", "table ip nat {\n chain p { type nat hook prerouting priority 0; }\n}\n"),
            Vec::<String>::new()
        );
    }
}
