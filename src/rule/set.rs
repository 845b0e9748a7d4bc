//! The rules of a run: the built-in ones, which are read only when something of their kinds occurs, and the user's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use super::card::Card;
use super::{Severity, USER};
use crate::dialect::Dialect;
use crate::document::Node;
use crate::hex;
use crate::rule::alias::{Part, Relation, spelling};
use crate::rule::fault::{Fault, What};
use crate::rule::kind::KindText;
use crate::rule::load::Against;
use crate::rule::{Files, Rule, load};
use crate::source::{FileId, Source};
use crate::syntax;

/// An alias as it is embedded: the name, the relation, its facets and its kinds.
pub type BuiltinAlias = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

/// A rule that is embedded in the program.
pub struct Builtin {
    /// The file stem.
    pub id: &'static str,
    /// The folder below `rules/`.
    pub pack: &'static str,
    /// Its file, from the root of the project.
    pub path: &'static str,
    /// What is wrong, in one line.
    pub title: &'static str,
    /// How bad it is.
    pub severity: &'static str,
    /// The kinds that its checks judge, with globs.
    pub kinds: &'static [&'static str],
    /// The kinds that its links lead to, with globs.
    pub links: &'static [&'static str],
    /// What peers call it: the name, the relation, its facets and its kinds.
    pub aliases: &'static [BuiltinAlias],
    /// The controls it bears on, and whether it checks them directly.
    pub controls: &'static [(&'static str, bool)],
    /// The file.
    pub text: &'static str,
    /// The SHA-256 of that.
    pub digest: [u8; 32],
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The file of spans in built-in rules, which are no files of the scan.
pub const BUILTIN_FILE: FileId = FileId(u32::MAX - 1);

/// A rule of the set: its card, its file, and the rule once it was asked for.
struct Member {
    card: Card,
    file: File,
    in_workspace: bool,
    /// Whether it is evaluated.
    chosen: bool,
    /// The SHA-256 of the file.
    digest: [u8; 32],
    rule: OnceLock<Result<Arc<Rule>, Vec<Fault>>>,
}

/// The file of a rule.
enum File {
    /// One that is embedded, made a source when it is asked for.
    Embedded(&'static Builtin, OnceLock<Source>),
    /// One of a user.
    Read(Source),
}

/// A rule file that was refused.
#[derive(Debug)]
pub struct Fallen<'s> {
    /// The file.
    pub source: &'s Source,
    /// Whether it is a file of the scan, so that spans in it can be shown.
    pub in_workspace: bool,
    /// What is wrong with it.
    pub faults: &'s [Fault],
}

/// The rules of each name, with whether the name is all of the rule.
type Aliases = BTreeMap<String, Vec<(Arc<str>, bool)>>;

/// The rules of a run, in the order of their ids.
pub struct RuleSet {
    dialects: &'static [&'static Dialect],
    members: BTreeMap<Arc<str>, Member>,
    /// What peers call the rules, in one spelling, with the rules of each name and whether it is all of the rule.
    /// Gathered when a name is first asked for, which few runs do.
    aliases: OnceLock<Aliases>,
    /// User rules whose id another rule has.
    refused: Vec<(Source, bool, Vec<Fault>)>,
}

impl Member {
    fn source(&self) -> &Source {
        match &self.file {
            File::Embedded(builtin, source) => {
                source.get_or_init(|| Source::from_text(BUILTIN_FILE, builtin.path, builtin.text))
            }
            File::Read(source) => source,
        }
    }
}

impl RuleSet {
    /// The built-in rules, none of them read yet.
    pub fn builtin(dialects: &'static [&'static Dialect]) -> RuleSet {
        let mut set = RuleSet { dialects, members: BTreeMap::new(), aliases: OnceLock::new(), refused: Vec::new() };
        for builtin in BUILTIN {
            let member = Member {
                card: Card::of(builtin),
                file: File::Embedded(builtin, OnceLock::new()),
                in_workspace: false,
                chosen: true,
                digest: builtin.digest,
                rule: OnceLock::new(),
            };
            set.members.insert(builtin.id.into(), member);
        }
        set
    }

    fn aliases(&self) -> &Aliases {
        self.aliases.get_or_init(|| {
            let mut aliases = Aliases::new();
            for member in self.members.values() {
                register(&mut aliases, &member.card);
            }
            aliases
        })
    }

    /// Adds a user's rule file. A fault of it is found when the set is asked for its rules, except that an id or an
    /// alias is taken; `in_workspace` says that the source is a file of the scan.
    pub fn add(&mut self, source: Source, in_workspace: bool) {
        let id: Arc<str> = load::id_of(source.path()).into();
        let read = load::rule(&source, USER, self.dialects, Against::Schemas);
        if let Some(taken) = self.members.get(&id) {
            let at = source.span(0, source.text().lines().next().map_or(0, str::len));
            let by = format!("the rule in `{}`", taken.source().path());
            let what = What::Duplicate { what: "id", name: id.to_string(), by };
            let help = Some("give the file another name".to_owned());
            let mut faults = read.err().unwrap_or_default();
            faults.insert(0, Fault { what, at, help });
            self.refused.push((source, in_workspace, faults));
            return;
        }
        let read = read.and_then(|rule| self.with_free_aliases(&source, rule));
        let card = match &read {
            Ok(rule) => Card::read(rule, links(&source)),
            Err(_) => Card::unread(&id),
        };
        if let Some(aliases) = self.aliases.get_mut() {
            register(aliases, &card);
        }
        let digest = Sha256::digest(source.text()).into();
        let member = Member {
            card,
            file: File::Read(source),
            in_workspace,
            chosen: true,
            digest,
            rule: OnceLock::from(read.map(Arc::new)),
        };
        self.members.insert(id, member);
    }

    /// A name that two rules say they are all of is refused: it would silence both by halves.
    fn with_free_aliases(&self, source: &Source, rule: Rule) -> Result<Rule, Vec<Fault>> {
        let whole = rule.aliases.iter().filter(|alias| alias.relation == Relation::Same);
        let taken = whole.filter_map(|alias| {
            let by = self.aliases().get(&spelling(&alias.id))?.iter().find(|(_, whole)| *whole)?;
            Some((&alias.id, &by.0))
        });
        let faults: Vec<Fault> = taken
            .map(|(alias, by)| {
                let start = source.text().find(&**alias).unwrap_or(0);
                let what = What::Duplicate { what: "alias", name: alias.to_string(), by: format!("the rule `{by}`") };
                let help = "a name stands for all of one rule only; say which part each rule is: `{ id = \"…\", relation = \"part\" }`";
                Fault { what, at: source.span(start, start + alias.len()), help: Some(help.to_owned()) }
            })
            .collect();
        if faults.is_empty() { Ok(rule) } else { Err(faults) }
    }

    /// What is known of the rules that are evaluated, in the order of ids.
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.members.values().filter(|member| member.chosen).map(|member| &member.card)
    }

    /// What is known of every rule, in the order of ids.
    pub fn every_card(&self) -> impl Iterator<Item = &Card> {
        self.members.values().map(|member| &member.card)
    }

    /// What is known of every rule, and whether it is evaluated.
    pub fn cards_chosen(&self) -> impl Iterator<Item = (&Card, bool)> {
        self.members.values().map(|member| (&member.card, member.chosen))
    }

    /// Evaluates only the rules that satisfy a predicate; the names of the others stay known.
    pub fn choose(&mut self, wanted: impl Fn(&Card) -> bool) {
        for member in self.members.values_mut() {
            member.chosen = wanted(&member.card);
        }
    }

    /// Whether a rule is evaluated.
    pub fn is_chosen(&self, id: &str) -> bool {
        self.members.get(id).is_some_and(|member| member.chosen)
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Leaves out the rules that do not satisfy a predicate.
    pub fn retain(&mut self, mut keep: impl FnMut(&Card) -> bool) {
        // Their names stay taken.
        self.aliases();
        self.members.retain(|_, member| keep(&member.card));
    }

    /// Leaves out rules with all that is known of them, the names that peers have for them included.
    pub fn forget(&mut self, forgotten: impl Fn(&Card) -> bool) {
        self.members.retain(|_, member| !forgotten(&member.card));
        self.aliases.take();
    }

    /// The cards of the rules of a name: an id, or what a peer calls a rule or a part of it.
    pub fn named(&self, name: &str) -> Vec<&Card> {
        if let Some(member) = self.members.get(name) {
            return vec![&member.card];
        }
        let ids = self.aliases().get(&spelling(name)).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|(id, _)| Some(&self.members.get(id)?.card)).collect()
    }

    /// The card of the one rule that is all that a name stands for: an id, or what a peer calls the same check.
    pub fn find(&self, name: &str) -> Option<&Card> {
        let alias = || Some(&self.aliases().get(&spelling(name))?.iter().find(|(_, whole)| *whole)?.0);
        let id = if self.members.contains_key(name) { name } else { alias()? };
        self.members.get(id).map(|member| &member.card)
    }

    /// The one rule that an exception may name so, and what of its findings: all for an id, and for a peer's name what the
    /// peer's check says.
    pub fn excused(&self, name: &str) -> Option<(&Card, Part)> {
        if let Some(member) = self.members.get(name) {
            return Some((&member.card, Part::default()));
        }
        let wanted = spelling(name);
        let part = |card: &Card| {
            let aliases = card.aliases.all();
            let alias = aliases.iter().find(|alias| spelling(&alias.id) == wanted)?;
            alias.relation.silenced()
        };
        let mut excused = self.named(name).into_iter().filter_map(|card| Some((card, part(card)?)));
        let only = excused.next()?;
        excused.next().is_none().then_some(only)
    }

    /// Gives a rule another severity; false where there is no such rule.
    pub fn set_severity(&mut self, id: &str, severity: Severity) -> bool {
        let Some(member) = self.members.get_mut(id) else { return false };
        member.card.severity = Some(severity);
        if let Some(Ok(rule)) = member.rule.get_mut()
            && let Some(rule) = Arc::get_mut(rule)
        {
            rule.severity = severity;
        }
        true
    }

    /// A rule by its id, read now.
    pub fn rule(&self, id: &str) -> Option<Result<Arc<Rule>, Fallen<'_>>> {
        self.members.get(id).map(|member| self.read(member))
    }

    /// The file of a rule.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.members.get(id).map(Member::source)
    }

    /// The rules that may judge a resource of one of these kinds, in the order of ids, and those that were refused. Only
    /// these are read.
    pub fn for_kinds<'k>(&self, kinds: impl IntoIterator<Item = &'k str>) -> (Vec<Arc<Rule>>, Vec<Fallen<'_>>) {
        let kinds: BTreeSet<&str> = kinds.into_iter().collect();
        self.collect(|card| card.kinds.is_empty() || card.kinds.iter().any(|pattern| pattern.occurs(&kinds)))
    }

    /// What is known of the rules, evaluated or not, that judge resources of a kind, in the order of ids.
    pub fn about<'s>(&'s self, kind: &str) -> impl Iterator<Item = &'s Card> {
        let kinds = BTreeSet::from([kind]);
        self.every_card().filter(move |card| card.kinds.iter().any(|pattern| pattern.occurs(&kinds)))
    }

    /// Those of some kinds that some rule judges.
    pub fn judged<'k>(&self, kinds: &BTreeSet<&'k str>) -> BTreeSet<&'k str> {
        let mut judged = BTreeSet::new();
        for pattern in self.every_card().flat_map(|card| card.kinds.iter()) {
            judged.extend(pattern.matching(kinds));
        }
        judged
    }

    /// Whether a rule that is evaluated may ask about resources of a kind, as what it judges or where a link leads to.
    pub fn asks(&self, kind: &str) -> bool {
        let kinds = BTreeSet::from([kind]);
        let asks = |card: &Card| {
            card.kinds.is_empty() || card.kinds.iter().chain(&card.links).any(|pattern| pattern.occurs(&kinds))
        };
        self.members.values().any(|member| member.chosen && asks(&member.card))
    }

    /// The files that rules judge by their paths: few of ours do, and those of users are read already.
    pub fn files(&self) -> Vec<Arc<Files>> {
        let judges_files = |member: &&Member| member.card.kinds.iter().any(|kind| kind.starts_with("file/"));
        let chosen = self.members.values().filter(|member| member.chosen).filter(judges_files);
        let rules = chosen.filter_map(|member| self.read(member).ok());
        rules.flat_map(|rule| rule.checks.iter().filter_map(|check| check.files.clone()).collect::<Vec<_>>()).collect()
    }

    /// Every rule, in the order of ids, and those that were refused.
    pub fn all(&self) -> (Vec<Arc<Rule>>, Vec<Fallen<'_>>) {
        self.collect(|_| true)
    }

    fn collect(&self, wanted: impl Fn(&Card) -> bool) -> (Vec<Arc<Rule>>, Vec<Fallen<'_>>) {
        let mut rules = Vec::new();
        let mut fallen: Vec<Fallen<'_>> = self
            .refused
            .iter()
            .map(|(source, in_workspace, faults)| Fallen { source, in_workspace: *in_workspace, faults })
            .collect();
        for member in self.members.values().filter(|member| member.chosen && wanted(&member.card)) {
            match self.read(member) {
                Ok(rule) => rules.push(rule),
                Err(refused) => fallen.push(refused),
            }
        }
        (rules, fallen)
    }

    fn read<'s>(&'s self, member: &'s Member) -> Result<Arc<Rule>, Fallen<'s>> {
        let read = member.rule.get_or_init(|| {
            let read = load::rule(member.source(), &member.card.pack, self.dialects, Against::Nothing);
            let severity = member.card.severity;
            read.map(|rule| Arc::new(Rule { severity: severity.unwrap_or(rule.severity), ..rule }))
        });
        match read {
            Ok(rule) => Ok(Arc::clone(rule)),
            Err(faults) => Err(Fallen { source: member.source(), in_workspace: member.in_workspace, faults }),
        }
    }

    /// SHA-256 over the ids and the SHA-256 of the files of the rules that are evaluated, in hex.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for (id, member) in self.members.iter().filter(|(_, member)| member.chosen) {
            hash.update((id.len() as u64).to_le_bytes());
            hash.update(&**id);
            hash.update(member.digest);
        }
        hex::encode(&hash.finalize())
    }
}

fn register(aliases: &mut Aliases, card: &Card) {
    for alias in card.aliases.all().iter() {
        let whole = alias.relation == Relation::Same;
        aliases.entry(spelling(&alias.id)).or_default().push((Arc::clone(&card.id), whole));
    }
}

/// The kinds that links lead to, anywhere in a rule file. The one from a fact to its owner leads nowhere else.
fn links(source: &Source) -> Vec<KindText> {
    let mut kinds = Vec::new();
    let mut open = syntax::named("toml").map(|toml| (toml.parse)(source).roots).unwrap_or_default();
    while let Some(node) = open.pop() {
        let links = node.entries().iter().filter(|entry| &*entry.key.name == "linked");
        for linked in links.filter(|link| !leads_to_owner(&link.value)) {
            let named = linked.value.get("kind").into_iter();
            let texts = named.flat_map(|kind| std::iter::once(kind).chain(kind.items())).filter_map(Node::as_str);
            kinds.extend(texts.map(|text| KindText::from(text.to_owned())));
        }
        open.extend(node.entries().iter().map(|entry| entry.value.clone()).chain(node.items().iter().cloned()));
    }
    kinds
}

/// Whether a link joins a fact with its owner.
fn leads_to_owner(link: &Node) -> bool {
    let pairs = link.get("on").map_or(&[][..], Node::items);
    let is_owner =
        |pair: &[Node]| pair.iter().map(|side| side.as_str().unwrap_or("")).eq(["owner.address", "@address"]);
    is_owner(pairs) || pairs.iter().any(|pair| is_owner(pair.items()))
}
