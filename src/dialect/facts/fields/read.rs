//! How a field is read off the properties of a resource.

use super::{Companions, word};
use crate::dialect::Resource;
use crate::dialect::facts::openings::parts::part;
use crate::document::{MAX_DEPTH, Node, Value};
use crate::fact::endpoint::{TLS_VERSIONS, tls_version};
use crate::kernel::lift::each_way;
use crate::schema::twin::Twin;
use crate::source::Span;

/// Kinds that say more of another resource, and the key that names it.
pub const COMPANIONS: &[(&str, &str)] = &[
    ("terraform/aws_s3_bucket_logging", "bucket"),
    ("terraform/aws_s3_bucket_public_access_block", "bucket"),
    ("terraform/aws_s3_bucket_server_side_encryption_configuration", "bucket"),
    ("terraform/aws_s3_bucket_versioning", "bucket"),
];

/// How a field is read. Paths are those of the thing; the first that has something counts.
#[derive(Clone, Copy)]
pub enum Read {
    /// A word.
    Word(&'static str),
    /// What stands there.
    At(&'static [&'static str]),
    /// What stands there, else this number.
    Number(&'static [&'static str], i64),
    /// Whether what stands there is one of these words; where nothing does, the truth.
    Is(&'static [&'static str], &'static [&'static str], bool),
    /// Whether some item of this list has something else than this word under this key.
    SomeOther(&'static str, &'static str, &'static str),
    /// Whether some key of this name, at any depth, has one of these words.
    Somewhere(&'static [&'static str], &'static [&'static str]),
    /// Whether something stands there.
    There(&'static [&'static str]),
    /// Whether it begins so.
    Begins(&'static [&'static str], &'static str),
    /// Whether that is the last part of its path, in any case.
    Last(&'static [&'static str], &'static str),
    /// The lowest version of TLS, from its name or that of a policy, or from a list of all; where nothing stands, from this
    /// name, or none.
    Tls(&'static [&'static str], &'static str),
    /// Whether one of these is so.
    Any(&'static [Read]),
    /// Whether all of these are so.
    All(&'static [Read]),
    /// What the second says, unless the first is so: then nothing is said.
    Unless(&'static Read, &'static Read),
    /// Not that.
    Not(&'static Read),
    /// What the first of these that says something says.
    First(&'static [Read]),
    /// What a resource of this kind that says more of it says, read so; nothing where there is none.
    Beside(&'static str, &'static Read),
}

/// Where a field is read.
pub struct Site<'s, 'r> {
    pub of: &'s Resource,
    pub thing: &'s Node,
    pub span: Span,
    pub twin: Option<&'static Twin>,
    pub companions: &'s Companions<'r>,
}

impl Site<'_, '_> {
    /// What stands at the first of some paths that has something.
    fn find(&self, paths: &[&str]) -> Option<Node> {
        paths.iter().find_map(|path| match self.twin {
            None => part(self.thing, path),
            Some(twin) => {
                let (_, theirs) = twin.paths.iter().find(|(ours, _)| ours == path)?;
                part(self.thing, theirs)
            }
        })
    }

    fn at(&self) -> Node {
        Node { span: self.span, value: Value::Null, trail: None }
    }
}

impl Read {
    /// The value of the field.
    pub fn value(&self, site: &Site<'_, '_>) -> Option<Node> {
        match self {
            Read::Word(text) => Some(word(*text, &site.at())),
            Read::At(paths) => site.find(paths),
            Read::Number(paths, unset) => site.find(paths).or_else(|| Some(known(Value::Int(*unset), &site.at()))),
            Read::Is(paths, words, unset) => match site.find(paths) {
                Some(node) => each_way(&node, &|node| Some(truth(is_one_of(node, words), node))),
                None => Some(truth(*unset, &site.at())),
            },
            Read::SomeOther(list, key, word) => Some(some_other(&site.find(&[list])?, key, word)),
            Read::Somewhere(keys, words) => {
                Some(somewhere(site.thing, keys, words, 0).unwrap_or_else(|| truth(false, &site.at())))
            }
            Read::There(paths) => match site.find(paths) {
                Some(node) => each_way(&node, &|node| Some(truth(!is_blank(node), node))),
                None => Some(truth(false, &site.at())),
            },
            Read::Begins(paths, start) => {
                let node = site.find(paths)?;
                let partial = node.as_unresolved().and_then(|open| open.partial.as_deref());
                if let Some(known) = partial.map(|partial| crate::kernel::text::begins(partial, start))
                    && known != crate::truth::Truth::Unknown
                {
                    return Some(truth(known == crate::truth::Truth::True, &node));
                }
                each_way(&node, &|node| Some(truth(node.as_str().is_some_and(|text| text.starts_with(start)), node)))
            }
            Read::Last(paths, last) => {
                let node = site.find(paths)?;
                let partial = node.as_unresolved().and_then(|open| open.partial.as_deref());
                if let Some(known) = partial.map(|partial| crate::kernel::text::ends(partial, &format!("/{last}")))
                    && known != crate::truth::Truth::Unknown
                {
                    return Some(truth(known == crate::truth::Truth::True, &node));
                }
                let is_last = |text: &str| text.rsplit('/').next().is_some_and(|part| part.eq_ignore_ascii_case(last));
                each_way(&node, &|node| Some(truth(node.as_str().is_some_and(is_last), node)))
            }
            Read::Tls(paths, unset) => match site.find(paths) {
                Some(node) => each_way(&node, &|node| Some(lowest(node))),
                None => tls_version(unset).map(|version| word(version, &site.at())),
            },
            Read::Any(reads) => together(reads, true, site),
            Read::All(reads) => together(reads, false, site),
            Read::Unless(unless, read) => {
                let value = read.value(site)?;
                match unless.value(site).map(|node| node.value) {
                    Some(Value::Bool(true)) => None,
                    // Whatever it comes to, what is so in any case stays so.
                    Some(Value::Unresolved(open)) if value.as_bool() != Some(true) => {
                        Some(Node { value: Value::Unresolved(open), ..value })
                    }
                    _ => Some(value),
                }
            }
            Read::Not(read) => {
                let node = read.value(site)?;
                each_way(&node, &|node| Some(truth(!node.as_bool()?, node)))
            }
            Read::First(reads) => reads.iter().find_map(|read| read.value(site)),
            Read::Beside(kind, read) => {
                let other = site.companions.of(site.of, kind).next()?;
                let beside = Site { of: other, thing: &other.body, span: other.header, twin: None, ..*site };
                let node = read.value(&beside)?;
                match &other.condition {
                    Some(open) => Some(Node { value: Value::Unresolved(std::sync::Arc::clone(open)), ..node }),
                    None => Some(crate::kernel::lift::relocated(&node, site.span, "a resource of its own says so")),
                }
            }
        }
    }
}

/// Whether one of some things is so, or all are; open where one that decides it is.
fn together(reads: &[Read], decides: bool, site: &Site<'_, '_>) -> Option<Node> {
    let values: Vec<Node> = reads.iter().filter_map(|read| read.value(site)).collect();
    let certain = values.iter().find(|node| node.as_bool() == Some(decides));
    certain.or_else(|| values.iter().find(|node| node.as_unresolved().is_some())).or(values.first()).cloned()
}

/// That a key below a node has one of some words, at its place; open where one that may decide it is.
fn somewhere(node: &Node, keys: &[&str], words: &[&str], depth: usize) -> Option<Node> {
    let below: Vec<&Node> = match &node.value {
        Value::List(items) => items.iter().collect(),
        Value::Map(map) => map.written().map(|entry| &entry.value).collect(),
        _ => return None,
    };
    let named = node.entries().iter().filter(|entry| keys.contains(&&*entry.key.name));
    let own = named.filter_map(|entry| each_way(&entry.value, &|value| Some(truth(is_one_of(value, words), value))));
    let deeper = below.into_iter().filter(|_| depth < MAX_DEPTH);
    let found: Vec<Node> = own.chain(deeper.filter_map(|node| somewhere(node, keys, words, depth + 1))).collect();
    let certain = found.iter().find(|node| node.as_bool() == Some(true));
    certain.or_else(|| found.iter().find(|node| node.as_unresolved().is_some())).or(found.first()).cloned()
}

/// Whether some item of a list has something else than a word under a key; open where one that may decide it is.
fn some_other(list: &Node, key: &str, word: &str) -> Node {
    let mut open = None;
    for item in list.items() {
        match part(item, key) {
            Some(node) if node.as_unresolved().is_some() => open = Some(node),
            Some(node) if !is_one_of(&node, &[word]) => return truth(true, &node),
            _ => {}
        }
    }
    open.unwrap_or_else(|| if list.as_unresolved().is_some() { list.clone() } else { truth(false, list) })
}

fn known(value: Value, at: &Node) -> Node {
    Node { value, ..at.clone() }
}

fn truth(truth: bool, at: &Node) -> Node {
    known(Value::Bool(truth), at)
}

fn is_blank(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::Str(text) => text.as_str().is_empty(),
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}

/// Whether a value is one of some words; a list has one among its items.
fn is_one_of(node: &Node, words: &[&str]) -> bool {
    let is = |written: &str| words.iter().any(|word| word.eq_ignore_ascii_case(written));
    match &node.value {
        Value::Str(text) => is(text.as_str()),
        Value::Bool(truth) => is(if *truth { "true" } else { "false" }),
        Value::Int(number) => is(&number.to_string()),
        Value::List(items) => items.iter().any(|item| is_one_of(item, words)),
        _ => false,
    }
}

/// The lowest version that is named; open where a name is not known.
fn lowest(node: &Node) -> Node {
    let named = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
    let mut weakest: Option<(usize, &Node)> = None;
    for item in named {
        // A number is what Terraform makes a text of.
        let text = match (&item.value, item.as_str()) {
            (_, Some(text)) => text.to_owned(),
            (Value::Int(number), _) => number.to_string(),
            (Value::Float(number), _) => number.to_string(),
            _ => return item.clone(),
        };
        let Some(rank) = tls_version(&text).and_then(|version| TLS_VERSIONS.iter().position(|known| *known == version))
        else {
            return Node {
                trail: item.trail.clone(),
                ..Node::unresolved(&text, "which versions this name stands for is not known", item.span)
            };
        };
        if weakest.is_none_or(|(lowest, _)| rank < lowest) {
            weakest = Some((rank, item));
        }
    }
    let found = weakest.and_then(|(rank, item)| Some(word(*TLS_VERSIONS.get(rank)?, item)));
    found.unwrap_or_else(|| known(Value::Null, node))
}
