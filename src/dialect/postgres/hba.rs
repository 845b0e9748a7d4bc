//! Records of `pg_hba.conf`: the first one that fits a connection decides about it.

use crate::dialect::whole_file::further;
use crate::dialect::{Resource, Typing};
use crate::document::{Document, Entry, Map, Node, Value};
use crate::kernel::addresses::{Addresses, Named};
use crate::source::Span;
use crate::syntax::spelled;

/// Most records of which each is held against all before it.
const MOST_COMPARED: usize = 500;

/// The records of a file.
pub(super) fn resource(document: &Document, lines: &[Node]) -> Resource {
    let root = document.roots.first();
    let span = root.map_or(Span::new(document.file, 0, 0), |root| root.span);
    let header = lines.first().map_or(span, |first| first.span);
    let includes = lines.iter().filter_map(|line| line.get("words")?.items().first()?.as_str());
    let mut elsewhere = includes.filter(|word| word.starts_with("include"));
    let mut read: Vec<Record> = Vec::new();
    for record in lines.iter().filter_map(Record::read) {
        read.push(record);
    }
    let records = read.iter().enumerate().map(|(at, record)| {
        let before = read.get(at.saturating_sub(MOST_COMPARED)..at).unwrap_or(&[]);
        record.node(before)
    });
    let records = Node::list(records.collect(), span);
    let rest = elsewhere.next().map(|word| further(word, format!("files that `{word}` names may hold records")));
    let map = Map { entries: vec![Entry::new("records", header, records)], rest };
    let body = Node::new(Value::Map(std::sync::Arc::new(map)), span);
    Resource::of_file(document, "postgres/hba", body, header, Typing::Loose)
}

/// A line that says who may connect.
struct Record {
    span: Span,
    kind: Node,
    databases: Vec<Node>,
    users: Vec<Node>,
    address: Option<Node>,
    /// The addresses, where the file says which; none of a host that is named, and of those of the server's networks.
    addresses: Option<Addresses>,
    method: Node,
    options: Vec<Node>,
}

impl Record {
    fn read(line: &Node) -> Option<Record> {
        let words = joined(line.get("words")?.items());
        let mut words = words.into_iter();
        let kind = words.next()?;
        let is_local = kind.as_str() == Some("local");
        if kind.as_str().is_some_and(|word| word.starts_with("include")) {
            return None;
        }
        let databases = items(&words.next()?);
        let users = items(&words.next()?);
        let address = if is_local { None } else { Some(words.next()?) };
        let mut method = words.next()?;
        let mut addresses = address.as_ref().and_then(addresses);
        // An address and its mask may stand in two columns.
        if let (Some(address), Some(mask)) = (address.as_ref().and_then(Node::as_str), method.as_str())
            && let (Ok(address), Ok(mask)) = (address.parse(), mask.parse())
        {
            addresses =
                ipnet::IpNet::with_netmask(address, mask).ok().map(|net| Named::read(&net.to_string()).addresses);
            method = words.next()?;
        }
        let options = words.collect();
        Some(Record { span: line.span, kind, databases, users, address, addresses, method, options })
    }

    /// Whether connections without TLS are what it is about, and those with.
    fn with(&self) -> (bool, bool) {
        match self.kind.as_str() {
            Some("hostssl") => (false, true),
            Some("hostnossl") => (true, false),
            _ => (true, true),
        }
    }

    fn is_local(&self) -> bool {
        self.address.is_none()
    }

    /// Whether it is for none but the machine itself.
    fn is_loopback(&self) -> bool {
        let word = self.address.as_ref().and_then(Node::as_str);
        let own = Named::read("127.0.0.0/8,::1/128").addresses;
        matches!(word, None | Some("samehost" | "localhost"))
            || self.addresses.as_ref().is_some_and(|named| own.cover(named))
    }

    /// Whether it is for every connection of the other one, but that it may ask for TLS or for none.
    fn covers(&self, other: &Record) -> bool {
        let gss = |record: &Record| record.kind.as_str().is_some_and(|kind| kind.contains("gssenc"));
        let addresses = match (&self.addresses, &other.addresses) {
            (Some(own), Some(others)) => own.cover(others),
            _ => false,
        };
        // A name between slashes, or with a sign before it, is a pattern, a group or a file.
        let all = |own: &[Node], others: &[Node]| {
            let has = |word: &str| own.iter().any(|item| item.as_str() == Some(word));
            let is_plain = |word: &str| !word.starts_with(['+', '@', '/']);
            let replication = others.iter().any(|item| item.as_str() == Some("replication"));
            has("all") && !replication
                || others.iter().all(|item| item.as_str().is_some_and(|word| is_plain(word) && has(word)))
        };
        !gss(self)
            && self.is_local() == other.is_local()
            && (addresses || self.is_local())
            && all(&self.databases, &other.databases)
            && all(&self.users, &other.users)
    }

    fn node(&self, before: &[Record]) -> Node {
        let (mut plain, mut secured) = self.with();
        for earlier in before.iter().filter(|earlier| earlier.covers(self)) {
            let (takes_plain, takes_secured) = earlier.with();
            plain &= !takes_plain;
            secured &= !takes_secured;
        }
        let everybody = Named::read("0.0.0.0/0").addresses;
        let everybody_6 = Named::read("::/0").addresses;
        let covers = |all: &Addresses| self.addresses.as_ref().is_some_and(|own| own.cover(all));
        let truth = |value: bool| Node::new(Value::Bool(value), self.span);
        let mut entries = vec![
            Entry::new("type", self.kind.span, self.kind.clone()),
            Entry::new("database", self.span, Node::list(self.databases.clone(), self.span)),
            Entry::new("user", self.span, Node::list(self.users.clone(), self.span)),
        ];
        entries.extend(self.address.iter().map(|address| Entry::new("address", address.span, address.clone())));
        entries.push(Entry::new("method", self.method.span, self.method.clone()));
        entries.push(Entry::new("options", self.span, Node::list(self.options.clone(), self.span)));
        let views = [
            ("network", !self.is_local() && !self.is_loopback()),
            ("everybody", covers(&everybody) || covers(&everybody_6)),
            ("plain", plain && !self.is_local()),
            ("reached", plain || secured),
        ];
        let views =
            views.into_iter().map(|(name, value)| Entry { derived: true, ..Entry::new(name, self.span, truth(value)) });
        entries.extend(views);
        Node::map(entries, self.span)
    }
}

/// The addresses that a field names.
fn addresses(address: &Node) -> Option<Addresses> {
    match address.as_str()? {
        "all" => Some(Named::read("0.0.0.0/0,::/0").addresses),
        "samehost" | "samenet" => None,
        text => Some(Named::read(text))
            .filter(|named| !named.strangers && !named.addresses.is_empty())
            .map(|named| named.addresses),
    }
}

/// The fields of a line: a word that ends with a comma goes on in the next one.
fn joined(words: &[Node]) -> Vec<Node> {
    let mut fields: Vec<Node> = Vec::new();
    for word in words {
        let goes_on = |text: &str| text.ends_with(',');
        let Some(last) = fields.last_mut().filter(|last| last.as_str().is_some_and(goes_on)) else {
            fields.push(word.clone());
            continue;
        };
        let text = format!("{}{}", last.as_str().unwrap_or(""), word.as_str().unwrap_or(""));
        *last = Node::text(text, last.span.to(word.span));
    }
    fields
}

/// The items of a field with commas.
fn items(field: &Node) -> Vec<Node> {
    let Value::Str(text) = &field.value else { return vec![field.clone()] };
    let mut at = 0;
    let mut found = Vec::new();
    for item in text.as_str().split(',') {
        if !item.is_empty() {
            found.push(spelled::node(spelled::part(text, at, at + item.len()), field.span));
        }
        at += item.len() + 1;
    }
    found
}
