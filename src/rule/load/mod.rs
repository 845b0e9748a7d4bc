//! Reads rule files: every fault in a file is found in one go, each with its place and the nearest valid name.

mod alias;
mod beside;
mod condition;
mod file;
mod kind;
mod known;
mod link;
mod told;
mod twin;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::control::ControlId;
use crate::dialect::Dialect;
use crate::document::{Entry, Map, Node, Value};
use crate::lower::one_of;
use crate::rule::fault::{Fault, What};
use crate::rule::load::known::Base;
use crate::rule::load::twin::Spelling;
use crate::rule::operator::View;
use crate::rule::path::{Path, Start, Step};
use crate::rule::{Check, Fix, KindPattern, OpenAs, Quantifier, Rule, Severity, Strength, Test, Ways};
use crate::schema::twin::Twin;
use crate::source::{Source, Span};
use crate::syntax::{self, Parsed};

/// The keys of a rule.
pub(super) const RULE_KEYS: &[&str] =
    &["title", "severity", "controls", "aliases", "why", "fix", "references", "unseen", "since", "fix-with", "check"];
/// The keys of a check.
pub(super) const CHECK_KEYS: &[&str] = &[
    "kind", "files", "format", "twins", "when", "each", "where", "assert", "deny", "facet", "open", "secret",
    "message", "one", "fix-with",
];
const STRENGTHS: &[(&str, Strength)] = &[("direct", Strength::Direct), ("supporting", Strength::Supporting)];

/// What a rule file is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// What it takes to read it: enough for rules that are embedded, which tests hold against everything.
    Nothing,
    /// The language alone.
    Language,
    /// What its kinds can hold as well: a kind or path that nothing has is a fault.
    Schemas,
}

/// Reads the rule of a file; its name without the ending is the rule's id.
pub fn rule(source: &Source, pack: &str, dialects: &[&'static Dialect], against: Against) -> Result<Rule, Vec<Fault>> {
    of(parsed(source), source, pack, dialects, against)
}

/// Reads a rule that is embedded, with its tree as it was packed.
pub fn embedded(source: &Source, packed: &[u8], pack: &str, dialects: &[&'static Dialect]) -> Result<Rule, Vec<Fault>> {
    let parsed = syntax::toml::packed::tree(source, packed)
        .map_or_else(|| parsed(source), |root| Parsed { roots: vec![root], problems: Vec::new() });
    of(parsed, source, pack, dialects, Against::Nothing)
}

fn parsed(source: &Source) -> Parsed {
    syntax::named("toml").map(|toml| (toml.parse)(source)).unwrap_or_default()
}

/// The rule of a tree.
fn of(
    parsed: Parsed,
    source: &Source,
    pack: &str,
    dialects: &[&'static Dialect],
    against: Against,
) -> Result<Rule, Vec<Fault>> {
    let Parsed { roots, problems } = parsed;
    let faults = problems.into_iter().map(|problem| Fault {
        at: problem.span.unwrap_or(source.whole()),
        what: What::Syntax(problem.message),
        help: problem.help,
    });
    let strict = against == Against::Schemas;
    let mut loader = Loader {
        dialects,
        faults: faults.collect(),
        strict,
        is_embedded: against == Against::Nothing,
        base: Base::any(),
        table: Base::any(),
        views: Vec::new(),
        shared_fix: None,
    };
    let rule = roots.first().filter(|_| loader.faults.is_empty()).and_then(|root| loader.rule(source, pack, root));
    match rule {
        Some(rule) if loader.faults.is_empty() => Ok(rule),
        _ => {
            loader.faults.sort_by_key(|fault| (fault.at.start, fault.at.end));
            // A check with twins is read several times.
            loader.faults.dedup();
            Err(loader.faults)
        }
    }
}

/// The id of the rule in a file.
pub fn id_of(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.strip_suffix(".toml").unwrap_or(name)
}

struct Loader<'d> {
    dialects: &'d [&'static Dialect],
    faults: Vec<Fault>,
    /// Whether kinds and paths are held against schemas.
    strict: bool,
    /// Whether what takes long to look at was looked at before.
    is_embedded: bool,
    /// What the node may be whose condition is read.
    base: Base,
    /// What the node may be that the paths of the table begin at which is read.
    table: Base,
    /// What operators compute of the value before it is compared.
    views: Vec<View>,
    /// The fix of the rule, for checks without one of their own.
    shared_fix: Option<Node>,
}

impl Loader<'_> {
    fn refuse(&mut self, at: Span, what: What, help: impl Into<String>) {
        let help = help.into();
        self.faults.push(Fault { what, at, help: (!help.is_empty()).then_some(help) });
    }

    fn wrong_type(&mut self, node: &Node, what: &str, expected: &'static str) {
        let found = if matches!(node.value, Value::Map(_)) { "table" } else { node.value.kind() };
        self.refuse(node.span, What::WrongType { what: what.to_owned(), found, expected }, "");
    }

    fn rule(&mut self, source: &Source, pack: &str, root: &Node) -> Option<Rule> {
        self.keys(root, RULE_KEYS);
        let head = source.span(0, source.text().lines().next().map_or(0, str::len));
        let id = self.id(source, head);
        let title = self.required(root, head, "title").and_then(|node| self.line(node, "title"));
        let severity =
            self.required(root, head, "severity").and_then(|node| self.word(node, "severity", Severity::ALL));
        let controls = self.required(root, head, "controls").map(|node| self.controls(node));
        let why = self.required(root, head, "why").and_then(|node| self.text(node, "why"));
        let fix = self.required(root, head, "fix").and_then(|node| self.text(node, "fix"));
        let references = root.get("references").map(|node| self.references(node)).unwrap_or_default();
        let unseen = root.get("unseen").map(|node| self.sentences(node, "unseen")).unwrap_or_default();
        let since = root.get("since").and_then(|node| self.release(node));
        let fix_with = root.get("fix-with").and_then(|node| self.fix_with(node)).map(Arc::new);
        self.shared_fix = root.get("fix-with").cloned();
        let checks = self.required(root, head, "check").map(|node| self.checks(node, fix_with.as_ref()));
        let judged = checks.as_deref().unwrap_or_default();
        let aliases = root.get("aliases").map(|node| self.aliases(node, judged)).unwrap_or_default();
        Some(Rule {
            id: id?,
            title: title?,
            severity: severity?,
            is_severity_chosen: false,
            controls: controls?,
            aliases,
            why: why?,
            fix: fix?,
            references,
            unseen,
            since,
            checks: checks?,
            pack: pack.into(),
        })
    }

    fn id(&mut self, source: &Source, head: Span) -> Option<Arc<str>> {
        let id = id_of(source.path());
        let word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let starts_with_letter = id.starts_with(|first: char| first.is_ascii_lowercase());
        if starts_with_letter && id.split('-').all(word) && id.contains('-') {
            return Some(id.into());
        }
        let help = "name the file after what is wrong: lower-case words joined by hyphens, `bucket-not-versioned.toml`";
        self.refuse(head, What::BadId(id.to_owned()), help);
        None
    }

    /// Refuses the keys of a table that are not among the known.
    fn keys(&mut self, node: &Node, known: &[&str]) {
        for entry in node.as_map().into_iter().flat_map(Map::written) {
            let name = &*entry.key.name;
            if !known.contains(&name) {
                self.refuse(entry.key.span, What::UnknownKey(name.to_owned()), one_of(name, known));
            }
        }
    }

    fn required<'n>(&mut self, node: &'n Node, at: Span, key: &'static str) -> Option<&'n Node> {
        let value = node.get(key);
        if value.is_none() {
            self.refuse(at, What::MissingKey("the rule", key), format!("add `{key} = …`"));
        }
        value
    }

    fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.value {
            Value::Str(text) if text.as_str().trim().is_empty() => {
                self.refuse(node.span, What::Blank(what.to_owned()), "say it in a sentence");
                None
            }
            Value::Str(text) => Some(text.as_str().trim().to_owned()),
            _ => {
                self.wrong_type(node, what, "a text in quotes");
                None
            }
        }
    }

    fn line(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = self.text(node, what)?;
        if text.contains('\n') {
            self.wrong_type(node, what, "one line");
            return None;
        }
        Some(text)
    }

    fn word<T: Copy>(&mut self, node: &Node, what: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(node, what)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.refuse(node.span, What::UnknownWord(text.clone(), what), one_of(&text, &names));
        }
        found.map(|(_, value)| *value)
    }

    fn items<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        if !matches!(node.value, Value::List(_)) {
            self.wrong_type(node, what, "a list in brackets");
        }
        node.items()
    }

    fn controls(&mut self, node: &Node) -> Vec<(ControlId, Strength)> {
        const EXPECTED: &str = "a table such as { \"8.24\" = \"direct\" }";
        if !matches!(node.value, Value::Map(_)) {
            self.wrong_type(node, "controls", EXPECTED);
            return Vec::new();
        }
        let faults = self.faults.len();
        let mut controls: Vec<(ControlId, Strength)> = Vec::new();
        for entry in node.entries() {
            if let Value::Map(inner) = &entry.value.value {
                // `8.24 = "direct"` is the table 8 with the key 24.
                let number = inner.entries.first().map_or("1", |entry| &*entry.key.name);
                let help = format!("write \"{}.{number}\" in quotes: 5.10 is not 5.1", entry.key.name);
                self.refuse(entry.key.span, What::BareControl, help);
                continue;
            }
            let strength = self.word(&entry.value, "strength", STRENGTHS);
            if let (Some(id), Some(strength)) = (self.control(entry), strength) {
                controls.push((id, strength));
            }
        }
        controls.sort();
        if self.faults.len() == faults && controls.iter().all(|(_, strength)| *strength != Strength::Direct) {
            let help = "name the control that the rule checks (a part of) as \"direct\"";
            self.refuse(node.span, What::NoDirectControl, help);
        }
        controls
    }

    fn control(&mut self, entry: &Entry) -> Option<ControlId> {
        let name = &*entry.key.name;
        let id = name.parse();
        if id.is_err() {
            let clause = name.split_once('.').and_then(|(clause, _)| clause.parse::<u8>().ok());
            let last = ControlId::all().filter(|id| Some(id.clause()) == clause).last();
            let help = match last {
                _ if name.starts_with("clause:") => {
                    "a clause of ISO/IEC 27001 is not a control; rules bear on controls".to_owned()
                }
                Some(last) => format!("the controls of clause {} are {0}.1 to {last}", last.clause()),
                None => "the controls are 5.1-5.37, 6.1-6.8, 7.1-7.14 and 8.1-8.34".to_owned(),
            };
            self.refuse(entry.key.span, What::UnknownControl(name.to_owned()), help);
        }
        id.ok()
    }

    fn sentences(&mut self, node: &Node, what: &'static str) -> Vec<String> {
        let items = self.items(node, what);
        items.iter().filter_map(|item| self.line(item, what)).collect()
    }

    fn release(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node, "since")?;
        let numbers: Vec<&str> = text.split('.').collect();
        let is_number = |part: &&str| part.parse::<u32>().is_ok_and(|number| number.to_string() == **part);
        if numbers.len() == 3 && numbers.iter().all(is_number) {
            return Some(text);
        }
        self.refuse(node.span, What::BadRelease(text), "write the three numbers of a release: `since = \"1.4.0\"`");
        None
    }

    fn references(&mut self, node: &Node) -> Vec<String> {
        let mut references = Vec::new();
        for item in self.items(node, "references") {
            let Some(reference) = self.text(item, "references") else { continue };
            let host = reference.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or("");
            if host.contains('.') && !reference.contains(char::is_whitespace) {
                references.push(reference);
            } else {
                self.refuse(item.span, What::BadReference(reference), "write `https://host/…`");
            }
        }
        references
    }

    fn fix_with(&mut self, node: &Node) -> Option<Fix> {
        if !matches!(node.value, Value::Map(_)) {
            self.wrong_type(node, "fix-with", "a table of `set`, `remove` and `add`");
            return None;
        }
        self.keys(node, &["set", "remove", "add"]);
        let set = node.get("set").map(|node| self.changes(node, "set")).unwrap_or_default();
        let add = node.get("add").map(|node| self.changes(node, "add")).unwrap_or_default();
        let mut remove = Vec::new();
        for item in node.get("remove").map(|node| self.items(node, "remove")).unwrap_or_default() {
            let Some(text) = self.text(item, "remove") else { continue };
            remove.extend(self.ways(&text, item.span));
        }
        Some(Fix { set, remove, add })
    }

    /// The keys of paths that have nothing else: a change is made at one place.
    fn ways(&mut self, text: &str, span: Span) -> Option<Ways> {
        let paths = self.paths(text, span)?;
        self.led(&paths, span);
        let keys = |path: &Path| -> Option<Vec<Arc<str>>> {
            let keys = path.steps().iter().map(|step| match step {
                Step::Key(key) => Some(Arc::clone(key)),
                _ => None,
            });
            let keys: Option<Vec<Arc<str>>> = keys.collect();
            keys.filter(|keys| path.start() == Start::Here && (!keys.is_empty() || text == "."))
        };
        let ways: Option<Ways> = paths.iter().map(keys).collect();
        if ways.is_none() {
            let help = "a fix changes one place: write keys alone, such as `metadata_options.http_tokens`";
            self.refuse(span, What::Misplaced(text.to_owned()), help);
        }
        ways
    }

    fn changes(&mut self, node: &Node, what: &str) -> Vec<(Ways, Node)> {
        if !matches!(node.value, Value::Map(_)) {
            self.wrong_type(node, what, "a table of paths and values");
        }
        let entries = node.entries().iter();
        entries.filter_map(|entry| Some((self.ways(&entry.key.name, entry.key.span)?, entry.value.clone()))).collect()
    }

    fn checks(&mut self, node: &Node, fix_with: Option<&Arc<Fix>>) -> Vec<Check> {
        if matches!(node.value, Value::Map(_)) {
            self.wrong_type(node, "check", "an array of tables: `[[check]]`");
            return Vec::new();
        }
        let items = self.items(node, "check");
        if items.is_empty() {
            self.refuse(node.span, What::EmptyCondition("check".to_owned()), "say what is judged in `[[check]]`");
        }
        let mut checks = Vec::new();
        for item in items {
            checks.extend(self.check(item, fix_with));
            for twin in self.twins(item) {
                checks.extend(self.twin(item, twin));
            }
        }
        checks
    }

    /// A check as it is made for the kinds of a twin.
    fn twin(&mut self, node: &Node, twin: &'static Twin) -> Option<Check> {
        let kinds: Vec<KindPattern> = twin.to.iter().filter_map(|kind| KindPattern::new(kind).ok()).collect();
        let mut base = self.base_of(&kinds, header(node));
        base.spelling = Some(Spelling::of(twin));
        self.within(base, |loader| loader.check_of(node, kinds, None))
    }

    /// `fix_with` is that of the rule, for checks without one of their own.
    fn check(&mut self, node: &Node, fix_with: Option<&Arc<Fix>>) -> Option<Check> {
        if !matches!(node.value, Value::Map(_)) {
            self.wrong_type(node, "check", "a table: `[[check]]`");
            return None;
        }
        self.keys(node, CHECK_KEYS);
        let (kinds, files) = if let Some(kind) = node.get("kind") {
            self.judged(node, kind)
        } else {
            let help = "add `kind = …`: the kind of resource that is judged";
            self.refuse(header(node), What::MissingKey("the check", "kind"), help);
            (Vec::new(), None)
        };
        let base = self.base_of(&kinds, node.get("kind").map_or(header(node), |kind| kind.span));
        let check = self.within(base, |loader| loader.check_of(node, kinds, fix_with))?;
        Some(Check { files, ..check })
    }

    /// A check of some kinds.
    fn check_of(&mut self, node: &Node, kinds: Vec<KindPattern>, fix_with: Option<&Arc<Fix>>) -> Option<Check> {
        let when = node.get("when").and_then(|node| self.condition(node, "when", Quantifier::Some));
        let each = node.get("each").and_then(|node| self.each(node));
        let judged = match (&each, node.get("each")) {
            (Some(each), Some(node)) => self.led(each, node.span),
            _ => self.base.clone(),
        };
        let outer = std::mem::replace(&mut self.base, judged);
        let filter = node.get("where").and_then(|node| self.condition(node, "where", Quantifier::Some));
        let test = self.test(node);
        let facets = node.get("facet").map(|node| self.facets(node)).unwrap_or_default();
        let open = node.get("open").and_then(|node| self.open(node));
        let secret = node.get("secret").map(|secret| self.secret(secret, each.is_some())).unwrap_or_default();
        let message = node.get("message").and_then(|node| self.message(node));
        let one = node.get("one").and_then(|node| self.one(node));
        let shared = self.shared_fix.clone().filter(|_| self.base.spelling.is_some());
        let own = node.get("fix-with").or(shared.as_ref()).and_then(|node| self.fix_with(node)).map(Arc::new);
        self.base = outer;
        let fix_with = own.or_else(|| fix_with.cloned());
        Some(Check {
            kinds,
            files: None,
            when,
            each,
            filter,
            test: test?,
            facets,
            open,
            secret,
            message,
            one,
            fix_with,
            span: node.span,
        })
    }

    fn test(&mut self, node: &Node) -> Option<Test> {
        const HELP: &str = "`assert` says what must hold, `deny` what must not";
        match (node.get("assert"), node.get("deny")) {
            (Some(assert), None) => self.condition(assert, "assert", Quantifier::Every).map(Test::Assert),
            (None, Some(deny)) => self.condition(deny, "deny", Quantifier::Some).map(Test::Deny),
            (Some(_), Some(deny)) => {
                self.refuse(deny.span, What::AssertOrDeny("both"), HELP);
                None
            }
            (None, None) => {
                self.refuse(header(node), What::AssertOrDeny("neither"), HELP);
                None
            }
        }
    }

    fn each(&mut self, node: &Node) -> Option<Vec<Path>> {
        let texts = match &node.value {
            Value::List(items) => items.iter().collect(),
            _ => vec![node],
        };
        let mut paths = Vec::new();
        for node in texts {
            let text = self.text(node, "each")?;
            let read = self.paths(&text, node.span)?;
            if read.iter().any(|path| path.start() != Start::Here || path.steps().is_empty()) {
                let help = "`each` names the nodes below the resource that are judged one by one";
                self.refuse(node.span, What::Misplaced(text), help);
                return None;
            }
            paths.extend(read);
        }
        if paths.is_empty() {
            self.refuse(node.span, What::Blank("each".to_owned()), "name a path");
            return None;
        }
        Some(paths)
    }

    fn open(&mut self, node: &Node) -> Option<OpenAs> {
        if !matches!(node.value, Value::Map(_)) {
            self.wrong_type(node, "open", "a table: { as = \"fail\", reason = \"…\" }");
            return None;
        }
        self.keys(node, &["as", "reason"]);
        for key in ["as", "reason"] {
            if node.get(key).is_none() {
                self.refuse(node.span, What::MissingKey("`open`", key), format!("add `{key} = …`"));
            }
        }
        let fails = node.get("as").and_then(|node| self.word(node, "outcome", &[("fail", true), ("pass", false)]));
        let reason = node.get("reason").and_then(|node| self.text(node, "reason"));
        Some(OpenAs { fails: fails?, reason: reason? })
    }

    fn path(&mut self, text: &str, span: Span) -> Option<Path> {
        let paths = self.paths(text, span)?;
        if let Ok([path]) = <[Path; 1]>::try_from(paths) {
            return Some(path);
        }
        self.refuse(span, What::Misplaced(text.to_owned()), "alternatives are not understood here");
        None
    }

    fn paths(&mut self, text: &str, span: Span) -> Option<Vec<Path>> {
        let text = &*self.respelt(text, span)?;
        match Path::parse_alternatives(text) {
            Ok(paths) => Some(paths),
            Err(fault) => {
                // The text stands in the file as it is, but for quotes; an escape in it makes the place the whole.
                let lead = match span.len().checked_sub(text.len()) {
                    Some(0) => Some(0),
                    Some(2) => Some(1),
                    _ => None,
                };
                let at = lead.map_or(span, |lead| {
                    let start = span.range().start + lead;
                    Span::new(span.file, start + fault.at.start, start + fault.at.end.min(text.len()))
                });
                self.refuse(at, What::BadPath(text.to_owned(), fault.message), fault.help);
                None
            }
        }
    }
}

/// The beginning of a table, to point at when something is missing in it.
fn header(node: &Node) -> Span {
    node.entries().first().map_or(node.span, |entry| entry.key.span)
}
