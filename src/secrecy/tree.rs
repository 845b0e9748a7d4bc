//! Secrets in a tree, told by the keys that lead to them.

mod keys;
mod stores;
mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use keys::{
    holds_secret_data, is_header, is_header_pair, is_looked_up, is_pair, is_secret_kind, is_value_of, name_in,
    names_a_secret,
};
pub use keys::{is_value_key, pair_name};
pub use stores::is_store;
pub use words::{is_secret_word, secret_words};

use super::names::{self, Bearing, Matter, named};
use super::values::{self, Nature};
use super::{Hit, How, MASK, declared, flags, lexical, mask, parts};
use crate::document::{Entry, MAX_DEPTH, Node, Value};

/// Most nodes that are looked at below one root; trees share their parts, and may be larger than any file.
const MAX_NODES: usize = 400_000;

/// A place where a secret stands, or where one could: what stands there is told by its [`Nature`].
#[derive(Debug)]
pub struct Sighting<'n> {
    /// The keys that lead to it, joined by dots; the name of a pair in place of its value's key.
    pub path: String,
    /// The name that says what it is.
    pub name: Cow<'n, str>,
    /// What the name says.
    pub matter: Matter,
    /// How it was found.
    pub how: How,
    /// What stands there.
    pub nature: Nature,
    /// The value.
    pub node: &'n Node,
    /// The entry of the value, where it has one.
    pub entry: Option<&'n Entry>,
    /// The map that the entry is in.
    pub within: Option<&'n Node>,
    /// The part of the value's text (of the expression of one that is filled in), where it is not all of it.
    pub part: Option<Range<usize>>,
    /// Whether it is only suspected: hidden, and no evidence of anything.
    pub suspected: bool,
    /// Whether it was put into a store of secrets, which says more than any name.
    pub stored: bool,
    /// The secret as its user reads it, decoded.
    pub text: Cow<'n, str>,
}

/// Calls a function for every place of a secret below a node.
///
/// `name` is what all of it is called, where that is not written in it: the value or default of `db_password` is secret. So
/// is the `kind` of a resource: what is in a `kubernetes_secret` is.
pub fn walk<'n>(root: &'n Node, name: Option<&'n str>, kind: Option<&'n str>, see: &mut dyn FnMut(Sighting<'n>)) {
    let told = |name| named(name).map(|matter| Told { reach: Reach::Values, ..Told::new(name, matter, How::Pair) });
    let of_kind = || kind.filter(|kind| is_secret_kind(kind) || is_store(kind)).map(|kind| Told::of_item(kind, root));
    let by_name = || name.filter(|_| root.as_map().is_some()).and_then(told);
    // What is put into a store is not told by what the resource is called.
    let told = of_kind().filter(|told| told.stored).or_else(by_name).or_else(of_kind);
    Walk { see, path: Vec::new(), left: MAX_NODES }.node(root, told, 0);
}

/// The nodes of a tree that hold secrets, and which parts of their texts those are. Nodes are told apart by their address,
/// so that the tree must stay where it is.
#[derive(Debug, Default)]
pub struct Hidden(BTreeMap<usize, Vec<Range<usize>>>);

impl Hidden {
    /// Adds those below a node, named as for [`walk`].
    pub fn add(&mut self, root: &Node, name: Option<&str>, kind: Option<&str>) {
        walk(root, name, kind, &mut |sighting| {
            if sighting.nature.is_hidden() {
                let whole = 0..written(sighting.node).map_or(usize::MAX, str::len);
                self.0.entry(identity(sighting.node)).or_default().push(sighting.part.unwrap_or(whole));
            }
        });
    }

    /// A text of the tree as it may be shown, where something in it is secret.
    pub fn shown(&self, node: &Node) -> Option<String> {
        let parts = mask::joined(self.0.get(&identity(node))?.clone());
        Some(written(node).map_or_else(|| MASK.to_owned(), |text| mask::without(text, &parts).into_owned()))
    }
}

/// The text of a node, or the expression of one that is filled in.
fn written(node: &Node) -> Option<&str> {
    node.as_str().or_else(|| node.as_unresolved().map(|open| &*open.expression))
}

fn identity(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

/// What says that a node is secret, on the way to it.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is said by something else")]
struct Told<'n> {
    name: &'n str,
    matter: Matter,
    /// Whether it is the secret, or may name one.
    bearing: Bearing,
    how: How,
    /// The value is in base 64.
    encoded: bool,
    /// It is only suspected.
    suspected: bool,
    /// It is what a store of secrets holds.
    stored: bool,
    /// What stands beside it or around it declares it to be secret: a text that looks chosen for that is no suspicion.
    declared: bool,
    /// Of what below it the same is said.
    reach: Reach,
    entry: Option<&'n Entry>,
    within: Option<&'n Node>,
}

/// Of what below a map it is said that it is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Of what stands under a key for values.
    Values,
    /// Of that, and on suspicion of whatever does not tell something about it.
    Names,
    /// Of what stands under a key for the content of a secret.
    Content,
    /// Of everything.
    All,
}

impl<'n> Told<'n> {
    fn new(name: &'n str, matter: Matter, how: How) -> Told<'n> {
        let reach = Reach::Names;
        let bearing = names::bearing(name, matter);
        let (encoded, suspected, stored, declared) = (false, false, false, false);
        Told { name, matter, bearing, how, encoded, suspected, stored, declared, reach, entry: None, within: None }
    }

    /// What the kind of a resource says, which is nothing of its fields but of those for its content.
    fn of_kind(kind: &'n str) -> Told<'n> {
        let bearing = Bearing::Holds;
        Told { reach: Reach::Content, suspected: true, bearing, ..Told::new(kind, Matter::Password, How::Assignment) }
    }

    /// What the kind of a resource and what is written in it say: what is put into a store of secrets is one.
    fn of_item(kind: &'n str, node: &'n Node) -> Told<'n> {
        let told = Told::of_kind(kind);
        match stores::item(kind, node) {
            Some((name, matter)) => Told { name: name.unwrap_or(""), matter, suspected: false, stored: true, ..told },
            None => told,
        }
    }

    /// What stands there.
    fn nature(&self, text: &str) -> Nature {
        values::nature_as(text, self.matter, self.bearing)
    }
}

struct Walk<'w, 'n> {
    see: &'w mut dyn FnMut(Sighting<'n>),
    path: Vec<&'n str>,
    left: usize,
}

/// Keys of what a secret holds, in the resource that is one.
#[rustfmt::skip] // Words fill lines.
const CONTENT_KEYS: &[&str] = &[
    "value", "data", "binary_data", "string_data", "stringdata", "data_json", "data_json_wo", "secret_string", "secretstring",
    "secret_binary", "secret_data", "plaintext_value", "secret_text", "content", "content_base64", "payload", "literals",
    "private_key",
];

/// Keys of settings that are kept secret, and of what in them that holds.
const BLOCKS: &[(&str, Reach)] = &[
    ("set_sensitive", Reach::Content),
    ("protected_settings", Reach::All),
    ("protectedSettings", Reach::All),
    ("secure_environment_variables", Reach::All),
    ("secureValue", Reach::All),
    ("sensitive_vars", Reach::All),
    ("sensitive_labels", Reach::All),
    ("secret_env", Reach::All),
    ("secret_envs", Reach::All),
    ("secret_environment", Reach::All),
    ("secret_environment_variables", Reach::All),
    ("secretEnv", Reach::All),
    ("secretEnvironmentVariables", Reach::All),
];

/// Fields that are secret within a list of their service, where elsewhere the name says nothing.
const OF_SERVICES: &[(&str, &str)] = &[
    ("pagerduty_configs", "routing_key"),
    ("pagerduty_configs", "service_key"),
    ("pushover_configs", "user_key"),
    ("pagerdutyConfigs", "routingKey"),
    ("pagerdutyConfigs", "serviceKey"),
    ("api_key", "value"),
    ("md5_authentication_key", "key"),
    ("initial_password", "value"),
];

/// Parts of settings whose `key` encrypts, signs or proves.
const OF_KEYS: &[&str] = &["jwt", "hmac", "signing", "encryption"];

/// What stands for the parts of a text that are filled in: a reference, as languages have them.
const FILLED: &str = "${…}";

/// Blocks whose values are written out where they are, and no names of secrets.
const DECLARING: &[&str] = &["set_sensitive", "sensitive_vars", "secure_environment_variables", "secureValue"];

/// Functions of templates, as keys, whose arguments become the value.
const FUNCTIONS: &[&str] = &["Fn::Sub", "Fn::Join", "Fn::If", "Fn::Select", "Fn::Base64", "Fn::Split"];

/// Keys under which it is named where a value comes from.
const REFERENCES: &[&str] = &[
    "Ref",
    "Fn::GetAtt",
    "Fn::ImportValue",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Condition",
    "valueFrom",
    "secretKeyRef",
    "configMapKeyRef",
    "fieldRef",
    "resourceFieldRef",
    "$ref",
];

impl<'n> Walk<'_, 'n> {
    fn node(&mut self, node: &'n Node, told: Option<Told<'n>>, depth: usize) {
        if depth > MAX_DEPTH || self.left == 0 {
            return;
        }
        self.left -= 1;
        match &node.value {
            Value::Map(map) => self.map(node, &map.entries, told, depth),
            Value::List(items) => {
                self.argv(items);
                for pair in items.windows(2) {
                    if let [name, value] = pair
                        && let (Some(name), Some(text)) = (name.as_str(), value.as_str())
                        && is_header(name)
                    {
                        self.header(value, text);
                    }
                }
                for item in items.iter() {
                    // Of several maps none is the value itself, unless each is a name with its value.
                    let apart = |told: Told<'n>| Told { suspected: told.suspected || !is_pair(item), ..told };
                    let told = if matches!(item.value, Value::Map(_)) { told.map(apart) } else { told };
                    self.node(item, told, depth + 1);
                }
            }
            Value::Unresolved(open) => {
                if let Some(told) = told.filter(|told| told.reach != Reach::Content) {
                    self.tell(told, node, Nature::Reference, "".into());
                    self.spelled_default(told, node, &open.expression);
                    let is_told =
                        shell_default(&open.expression).is_none() && self.defaulted(told, node, &open.expression);
                    if !is_told {
                        self.written_out(told, node, &open.expression);
                    }
                }
                // Words alone tell of nothing.
                let tells = |piece: &str| piece.contains(['=', ':', ' ']);
                if let Some(partial) = open.partial.as_ref().filter(|partial| partial.pieces().any(tells)) {
                    self.partly(node, &open.expression, &partial.filled(FILLED));
                }
                for other in &open.alternatives {
                    self.node(other, told, depth + 1);
                }
            }
            Value::Str(text) => self.text(node, text.as_str(), told.filter(|told| told.reach != Reach::Content)),
            Value::Int(number) => {
                if let Some(told) = told.filter(|told| told.reach != Reach::Content) {
                    let text = number.to_string();
                    self.tell(told, node, told.nature(&text), text.into());
                }
            }
            Value::Null | Value::Bool(_) | Value::Float(_) => {
                if let Some(told) = told.filter(|told| told.reach != Reach::Content) {
                    self.tell(told, node, Nature::Switch, "".into());
                }
            }
        }
    }

    /// `${NAME:-default}`: the default is written out although the value is open.
    fn spelled_default(&mut self, told: Told<'n>, node: &'n Node, expression: &str) {
        if let Some(range) = shell_default(expression) {
            let text = expression.get(range).unwrap_or("").to_owned();
            let nature = told.nature(&text);
            if nature.is_hidden() {
                self.tell(told, node, nature, text.into());
            }
        }
    }

    /// Tells of the default of a value that is filled in, where that is one itself.
    fn defaulted(&mut self, told: Told<'n>, node: &'n Node, text: &'n str) -> bool {
        let Some(part) = parts::default(text) else { return false };
        let secret = text.get(part.clone()).unwrap_or("");
        let nature = told.nature(secret);
        if nature.is_hidden() && secret.len() >= 4 {
            self.see_told(told, node, nature, Some(part), Cow::Borrowed(secret));
            return true;
        }
        false
    }

    /// What is written out of a value that is filled in.
    fn written_out(&mut self, told: Told<'n>, node: &'n Node, text: &'n str) {
        for part in parts::written_out(text) {
            let secret = text.get(part.clone()).unwrap_or("");
            if values::is_secret_part(secret, told.matter) {
                let suspected = told.suspected || !is_hashed(text.get(part.end..).unwrap_or(""));
                let told = Told { suspected, stored: false, ..told };
                self.see_told(told, node, Nature::Literal, Some(part), Cow::Borrowed(secret));
            }
        }
    }

    /// What tells of itself in a text of which some parts are filled in: the password of an address whose host is.
    fn partly(&mut self, node: &'n Node, expression: &str, filled: &str) {
        for hit in lexical::hits(filled).into_iter().filter(|hit| hit.how != How::Looks) {
            let secret = filled.get(hit.range.clone()).unwrap_or("");
            let part = expression.find(secret).filter(|_| !secret.is_empty()).map(|at| at..at + secret.len());
            if part.is_some() || hit.how == How::Address {
                self.see_hit(hit, node, None, part, Cow::Owned(secret.to_owned()));
            }
        }
    }

    fn map(&mut self, node: &'n Node, entries: &'n [Entry], told: Option<Told<'n>>, depth: usize) {
        let pair = pair_name(node);
        let data = holds_secret_data(node);
        let is_marked = declared::is_marked(node);
        let told = told.or_else(|| kind_told(node));
        let told = told.map(|told| Told { declared: told.declared || is_marked, ..told });
        let says_where = self.path.last().is_some_and(|key| names::says_where(key)) || names_a_secret(entries);
        let told = told.map(|told| if is_looked_up(node) { Told { bearing: Bearing::MayName, ..told } } else { told });
        for entry in entries {
            let key = &*entry.key.name;
            let is_value = is_value_key(key) || pair.is_some_and(|(name, _)| is_value_of(key, name));
            let here = |told: Told<'n>| Told { entry: Some(entry), within: Some(node), ..told };
            let own = || {
                let told = Told::new(key, named(key)?, How::Assignment);
                Some(here(if says_where { Told { bearing: Bearing::MayName, ..told } } else { told }))
            };
            let of_pair = || {
                let (name, matter) = pair.filter(|_| is_value)?;
                Some(here(Told::new(name, matter, How::Pair)))
            };
            let down = told.and_then(|told| inherited(told, entry)).map(here);
            let of_mark = || {
                let told = Told::new(name_in(entries).unwrap_or(key), Matter::Secret, How::Pair);
                let is_told = is_marked && key.eq_ignore_ascii_case("value");
                is_told.then(|| here(Told { suspected: true, declared: true, bearing: Bearing::Holds, ..told }))
            };
            // What of it has the name of a secret is one.
            let called = |down: Told<'n>| match of_pair().or_else(own) {
                Some(Told { name, matter, .. }) if down.suspected => Told { name, matter, suspected: false, ..down },
                None if down.declared => Told { name: name_in(entries).filter(|_| is_value).unwrap_or(key), ..down },
                _ => down,
            };
            let all = down.filter(|down| down.reach == Reach::All).map(called);
            let inner = all.or_else(of_pair).or_else(|| self.own_or_kind(own(), key)).or_else(of_mark).or(down);
            if is_value
                && is_header_pair(entries)
                && let Some(text) = entry.value.as_str()
            {
                self.header(&entry.value, text);
            }
            self.path.push(match pair {
                Some((name, _)) if is_value => name,
                _ => key,
            });
            if data && matches!(key, "data" | "stringData") {
                self.secret_data(&entry.value, key == "data", depth + 1);
            } else {
                self.node(&entry.value, inner, depth + 1);
            }
            self.path.pop();
        }
    }

    /// What a key says of what is below it: the type of a resource says that it is a secret, and nothing of its fields.
    fn own_or_kind(&self, own: Option<Told<'n>>, key: &'n str) -> Option<Told<'n>> {
        let around = self.path.last().copied().unwrap_or("");
        if OF_SERVICES.contains(&(around, key)) {
            let told = own.unwrap_or(Told::new(key, Matter::Key, How::Assignment));
            return Some(Told { bearing: Bearing::Holds, stored: true, ..told });
        }
        // What `docker login` keeps: user and password of a registry, in base 64.
        if key == "auth" && self.path.iter().rev().nth(1) == Some(&"auths") {
            let told = Told::new(key, Matter::Password, How::Assignment);
            return Some(Told { bearing: Bearing::Holds, encoded: true, stored: true, ..told });
        }
        // A key by itself opens a door or a database; the one that encrypts, signs or proves is said by what is around it.
        if key.eq_ignore_ascii_case("key") && OF_KEYS.iter().any(|of| around.eq_ignore_ascii_case(of)) {
            return Some(Told { bearing: Bearing::MayName, ..Told::new(key, Matter::Key, How::Assignment) });
        }
        if around == "resource" {
            return is_secret_kind(key).then(|| Told::of_kind(key));
        }
        let reach = BLOCKS.iter().find(|(name, _)| *name == key).map(|(_, reach)| *reach);
        let declared = DECLARING.contains(&key);
        reach.map_or(own, |reach| Some(Told { declared, reach, ..Told::of_kind(key) }))
    }

    /// The data of a Secret: all of it is secret, whatever it is called.
    fn secret_data(&mut self, data: &'n Node, encoded: bool, depth: usize) {
        for entry in data.entries() {
            let name = &*entry.key.name;
            let matter = named(name).unwrap_or(Matter::Password);
            self.path.push(name);
            let bearing = Bearing::Holds;
            let told = Told { encoded, reach: Reach::Values, bearing, ..Told::new(name, matter, How::Pair) };
            self.node(&entry.value, Some(Told { entry: Some(entry), within: Some(data), ..told }), depth);
            self.path.pop();
        }
    }

    fn text(&mut self, node: &'n Node, text: &'n str, told: Option<Told<'n>>) {
        if let Some(told) = told {
            let decoded = told.encoded.then(|| decoded(text)).flatten();
            let plain = decoded.map_or(Cow::Borrowed(text), Cow::Owned);
            let nature = told.nature(&plain);
            let is_certain = told.declared && values::is_chosen(&plain);
            let told = if is_certain { Told { suspected: false, stored: true, ..told } } else { told };
            self.tell(told, node, nature, plain);
            if nature.is_hidden() {
                return;
            }
            if nature == Nature::Reference && !self.defaulted(told, node, text) {
                self.written_out(told, node, text);
            }
        }
        if self.path.last().is_some_and(|key| is_header(key)) {
            self.header(node, text);
        }
        for hit in lexical::hits(text) {
            let part = text.get(hit.range.clone()).unwrap_or("");
            self.see_hit(hit.clone(), node, told, Some(hit.range), Cow::Borrowed(part));
        }
    }

    /// What signs in, in the value of a header.
    fn header(&mut self, node: &'n Node, text: &'n str) {
        let Some(range) = lexical::after_scheme(text) else { return };
        let secret = text.get(range.clone()).unwrap_or("");
        (self.see)(Sighting {
            path: self.path.join("."),
            name: Cow::Borrowed("Authorization"),
            matter: Matter::Token,
            how: How::Header,
            nature: values::nature(secret, Matter::Password),
            node,
            entry: None,
            within: None,
            part: Some(range),
            suspected: false,
            stored: false,
            text: Cow::Borrowed(secret),
        });
    }

    fn tell(&mut self, told: Told<'n>, node: &'n Node, nature: Nature, text: Cow<'n, str>) {
        // What is suspected is of no interest but where it is hidden.
        if told.suspected && !nature.is_hidden() {
            return;
        }
        self.see_told(told, node, nature, None, text);
    }

    /// Tells of a place by what is said of it.
    fn see_told(
        &mut self,
        told: Told<'n>,
        node: &'n Node,
        nature: Nature,
        part: Option<Range<usize>>,
        text: Cow<'n, str>,
    ) {
        let path = self.path.join(".");
        let Told { name, matter, how, suspected, stored, entry, within, .. } = told;
        let name = Cow::Borrowed(name);
        (self.see)(Sighting { path, name, matter, how, nature, node, entry, within, part, suspected, stored, text });
    }

    /// Tells of a place that a text tells of by itself.
    fn see_hit(
        &mut self,
        hit: Hit,
        node: &'n Node,
        told: Option<Told<'n>>,
        part: Option<Range<usize>>,
        text: Cow<'n, str>,
    ) {
        (self.see)(Sighting {
            path: self.path.join("."),
            name: Cow::Owned(hit.name.into()),
            matter: hit.matter,
            how: hit.how,
            nature: hit.nature,
            node,
            entry: told.and_then(|told| told.entry),
            within: told.and_then(|told| told.within),
            part,
            suspected: hit.how == How::Looks,
            stored: false,
            text,
        });
    }

    /// The secrets among the words of a command.
    fn argv(&mut self, items: &'n [Node]) {
        if !items.iter().any(|item| item.as_str().is_some_and(|word| word.starts_with('-'))) {
            return;
        }
        let words: Vec<&str> = items.iter().map(|item| item.as_str().unwrap_or("")).collect();
        for spoken in flags::spoken(&words, true) {
            let Some(node) = items.get(spoken.word) else { continue };
            let Some(text) = node.as_str().and_then(|text| text.get(spoken.range.clone())) else { continue };
            (self.see)(Sighting {
                path: self.path.join("."),
                nature: values::nature_as(text, spoken.matter, names::bearing(&spoken.flag, spoken.matter)),
                name: Cow::Owned(spoken.flag),
                matter: spoken.matter,
                how: How::Flag,
                node,
                entry: None,
                within: None,
                part: Some(spoken.range),
                suspected: !spoken.certain,
                stored: false,
                text: Cow::Borrowed(text),
            });
        }
    }
}

/// What is said of the value of a key by what is said of the map around it.
fn inherited<'n>(told: Told<'n>, entry: &'n Entry) -> Option<Told<'n>> {
    let key = &*entry.key.name;
    // A list of data says where they are to be taken from.
    let is_content = || {
        CONTENT_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
            && !(key == "data" && matches!(entry.value.value, Value::List(_)))
    };
    match told.reach {
        Reach::Values => Some(told).filter(|_| is_value_key(key)),
        Reach::Names if is_value_key(key) => Some(told),
        Reach::Names if REFERENCES.contains(&key) => None,
        Reach::Names if FUNCTIONS.contains(&key) => Some(Told { suspected: true, ..told }),
        // What varies as tokens do is hidden whatever it is called; a word may be anything.
        Reach::Names => {
            Some(Told { suspected: true, matter: Matter::Secret, ..told }).filter(|_| !names::is_about(key))
        }
        // What a store holds as one text is secret; what of a map is, its names tell.
        Reach::Content if is_content() && told.stored && entry.value.as_map().is_some() => None,
        Reach::Content if is_content() => {
            let says_more = named(told.name).is_none() && named(key).is_some();
            let name = if told.name.is_empty() || says_more { key } else { told.name };
            Some(Told { name, reach: Reach::All, ..told })
        }
        Reach::Content => Some(told).filter(|_| !matches!(key, "metadata" | "tags" | "labels" | "annotations")),
        Reach::All => Some(told),
    }
}

/// What the kind says that a map has written in it; a Secret of Kubernetes has its own way.
fn kind_told(node: &Node) -> Option<Told<'_>> {
    let entries = node.entries();
    let kind = entries.iter().take(64).find(|entry| matches!(&*entry.key.name, "kind" | "type" | "Type"));
    let kind = kind.and_then(|entry| entry.value.as_str())?;
    (kind != "Secret" && (is_secret_kind(kind) || is_store(kind))).then(|| Told::of_item(kind, node))
}

/// The literal in `${NAME:-literal}`.
fn shell_default(expression: &str) -> Option<Range<usize>> {
    let inner = expression.trim().strip_prefix("${")?.strip_suffix('}')?;
    let lead = expression.find("${")? + 2;
    let at = inner.find(":-").map(|at| at + 2).or_else(|| inner.find('-').map(|at| at + 1))?;
    Some(lead + at..lead + inner.len())
}

/// Whether what stands behind a literal makes a hash of it, as one does of a password: `{{ 'X' | password_hash('sha512') }}`.
fn is_hashed(behind: &str) -> bool {
    let filter = behind.trim_start_matches(['\'', '"', ' ']).strip_prefix('|');
    filter.is_some_and(|filter| filter.trim_start().starts_with("password_hash"))
}

/// The text that base 64 holds, where it is one.
fn decoded(text: &str) -> Option<String> {
    let packed: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let bytes = STANDARD.decode(packed).ok()?;
    String::from_utf8(bytes).ok().map(|text| text.trim_end_matches('\n').to_owned())
}

#[cfg(test)]
mod tests;
