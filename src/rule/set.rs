//! The rules of a run: the built-in ones, which are read only when something of their kinds occurs, and the user's.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use super::card::{Card, PeerNames};
use super::{Severity, USER};
use crate::catalogue;
use crate::dialect::Dialect;
use crate::hex;
use crate::rule::alias::{Part, Relation, spelling};
use crate::rule::fault::{Fault, What};
use crate::rule::files::FORMATS;
use crate::rule::index::Index;
use crate::rule::kind::KindText;
use crate::rule::load::Against;
use crate::rule::{Files, Rule, load};
use crate::source::{FileId, Source};

/// A rule that is embedded in the program. Texts stand for lists: each pointer is a place that the loader of the system
/// has to write to before the program begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// The kinds that its checks judge, with globs, apart by blanks.
    pub kinds: &'static str,
    /// The kinds that its links lead to, likewise.
    pub links: &'static str,
    /// Those that its links lead to beyond the scope of a resource, likewise.
    pub far: &'static str,
    /// The kinds that those of its checks judge whose links lead so far, likewise.
    pub far_from: &'static str,
    /// The files that its checks judge by their paths, a line for each check: the format and the globs, apart by tabs.
    pub files: &'static str,
    /// What peers call it, a line for each: the name, the relation, its facets and its kinds, apart by tabs.
    pub aliases: &'static str,
    /// The controls it bears on, apart by blanks; a `+` follows those that it checks directly.
    pub controls: &'static str,
    /// The file.
    pub text: &'static str,
    /// The SHA-256 of that.
    pub digest: [u8; 32],
    /// Where its tree begins in [`PACKED`]; nowhere for what is not embedded.
    pub tree: usize,
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The trees of the built-in rules.
pub static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.packed"));

/// Which rules are of which kinds, as `catalogue::Index` says.
#[derive(Clone, Copy)]
pub(super) struct OfKinds {
    pub(super) kinds: &'static str,
    pub(super) globs: &'static str,
    pub(super) any: &'static [usize],
}

/// Every built-in rule, in the order of ids: as they are embedded, and in a debug build as their files say now.
pub fn builtin() -> &'static [Builtin] {
    #[cfg(rules_embedded)]
    let rules = EMBEDDED;
    #[cfg(not(rules_embedded))]
    let rules = super::fresh::builtin();
    rules
}

/// Which of them are of which kinds.
pub(super) fn of_kinds() -> OfKinds {
    #[cfg(rules_embedded)]
    let of = INDEX;
    #[cfg(not(rules_embedded))]
    let of = super::fresh::of_kinds();
    of
}

/// The file of spans in built-in rules, which are no files of the scan.
pub const BUILTIN_FILE: FileId = FileId(u32::MAX - 1);

/// A rule of the set: its file, its card and the rule, once they were asked for.
struct Member {
    id: Cow<'static, str>,
    file: File,
    in_workspace: bool,
    /// Whether it is evaluated.
    chosen: bool,
    card: OnceLock<Box<Card>>,
    rule: OnceLock<Result<Arc<Rule>, Vec<Fault>>>,
}

/// The file of a rule.
enum File {
    /// One that is embedded, made a source when it is asked for.
    Embedded(&'static Builtin, OnceLock<Box<Source>>),
    /// One of a user, with its SHA-256.
    Read(Box<(Source, [u8; 32])>),
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
    /// In the order of ids.
    members: Vec<Member>,
    /// What peers call the rules, in one spelling, with the rules of each name and whether it is all of the rule.
    /// Gathered when a name is first asked for, which few runs do.
    aliases: OnceLock<Aliases>,
    /// Made when a kind is first asked for.
    index: OnceLock<Index>,
    /// User rules whose id another rule has.
    refused: Vec<(Source, bool, Vec<Fault>)>,
}

/// Rules of a set that a run asks for.
pub struct Asked<'s> {
    set: &'s RuleSet,
    members: Vec<&'s Member>,
}

impl<'s> Asked<'s> {
    /// Something that reads each of them, for whoever would read them side by side before all are asked for.
    pub fn readers(&self) -> Vec<impl Fn() + Send + Sync> {
        self.members.iter().map(|member| || drop(self.set.read(member))).collect()
    }

    /// The rules, and those that were refused.
    pub fn read(self) -> (Vec<Arc<Rule>>, Vec<Fallen<'s>>) {
        self.set.collect(self.members.into_iter())
    }
}

impl Member {
    fn embedded(builtin: &'static Builtin) -> Member {
        Member {
            id: Cow::Borrowed(builtin.id),
            file: File::Embedded(builtin, OnceLock::new()),
            in_workspace: false,
            chosen: true,
            card: OnceLock::new(),
            rule: OnceLock::new(),
        }
    }

    fn source(&self) -> &Source {
        match &self.file {
            File::Embedded(builtin, source) => {
                source.get_or_init(|| Box::new(Source::from_text(BUILTIN_FILE, builtin.path, builtin.text)))
            }
            File::Read(read) => &read.0,
        }
    }

    fn digest(&self) -> &[u8; 32] {
        match &self.file {
            File::Embedded(builtin, _) => &builtin.digest,
            File::Read(read) => &read.1,
        }
    }

    fn card(&self) -> &Card {
        self.card.get_or_init(|| match &self.file {
            File::Embedded(builtin, _) => Box::new(Card::of(builtin)),
            File::Read(_) => Box::new(Card::unread(&self.id)),
        })
    }

    fn card_mut(&mut self) -> Option<&mut Card> {
        self.card();
        self.card.get_mut().map(|card| &mut **card)
    }
}

impl RuleSet {
    /// The built-in rules, none of them read yet.
    pub fn builtin(dialects: &'static [&'static Dialect]) -> RuleSet {
        let members = builtin().iter().map(Member::embedded).collect();
        RuleSet { dialects, members, aliases: OnceLock::new(), index: OnceLock::new(), refused: Vec::new() }
    }

    fn place(&self, id: &str) -> Result<usize, usize> {
        self.members.binary_search_by(|member| (*member.id).cmp(id))
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            // Both lists are in the order of ids.
            let mut members = self.members.iter().enumerate().peekable();
            let mut place_of = |builtin: &Builtin| {
                while members.next_if(|(_, member)| *member.id < *builtin.id).is_some() {}
                members.next_if(|(_, member)| *member.id == *builtin.id).map(|(place, _)| place)
            };
            let mut index = Index::new(builtin().iter().map(&mut place_of).collect());
            for (place, member) in self.members.iter().enumerate() {
                if matches!(member.file, File::Read(_)) {
                    index.add(place, &member.card().kinds, &member.card().links);
                }
            }
            index
        })
    }

    /// The members at some places of the list.
    fn at(&self, places: Vec<usize>) -> impl Iterator<Item = &Member> {
        places.into_iter().filter_map(|at| self.members.get(at))
    }

    fn member(&self, id: &str) -> Option<&Member> {
        self.members.get(self.place(id).ok()?)
    }

    fn aliases(&self) -> &Aliases {
        self.aliases.get_or_init(|| {
            let mut aliases = Aliases::new();
            for member in &self.members {
                register(&mut aliases, member.card());
            }
            aliases
        })
    }

    /// Adds a user's rule file. A fault of it is found when the set is asked for its rules, except that an id or an
    /// alias is taken; `in_workspace` says that the source is a file of the scan.
    pub fn add(&mut self, source: Source, in_workspace: bool) {
        let id: Arc<str> = load::id_of(source.path()).into();
        let read = load::rule(&source, USER, self.dialects, Against::Schemas);
        let place = self.place(&id);
        if let Some(taken) = place.ok().and_then(|at| self.members.get(at)) {
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
            Ok(rule) => {
                let (links, far) = catalogue::links(source.text());
                let kinds = |texts: Vec<String>| texts.into_iter().map(KindText::from).collect();
                Card::read(rule, kinds(links), kinds(far))
            }
            Err(_) => Card::unread(&id),
        };
        if let Some(aliases) = self.aliases.get_mut() {
            register(aliases, &card);
        }
        let digest = Sha256::digest(source.text()).into();
        let member = Member {
            id: Cow::Owned(id.to_string()),
            file: File::Read(Box::new((source, digest))),
            in_workspace,
            chosen: true,
            card: OnceLock::from(Box::new(card)),
            rule: OnceLock::from(read.map(Arc::new)),
        };
        if let Err(at) = place {
            self.members.insert(at, member);
            self.index.take();
        }
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
        self.members.iter().filter(|member| member.chosen).map(Member::card)
    }

    /// What is known of every rule, in the order of ids.
    pub fn every_card(&self) -> impl Iterator<Item = &Card> {
        self.members.iter().map(Member::card)
    }

    /// The id of every rule, what peers call it, and whether it is evaluated.
    pub fn names(&self) -> impl Iterator<Item = (Cow<'static, str>, PeerNames, bool)> {
        self.members.iter().map(|member| {
            let peers = match &member.file {
                File::Embedded(builtin, _) => PeerNames::Embedded(builtin.aliases),
                File::Read(_) => member.card().aliases.clone(),
            };
            (member.id.clone(), peers, member.chosen)
        })
    }

    /// Evaluates only the rules that satisfy a predicate; the names of the others stay known.
    pub fn choose(&mut self, wanted: impl Fn(&Card) -> bool) {
        for member in &mut self.members {
            member.chosen = wanted(member.card());
        }
    }

    /// Whether a rule is evaluated.
    pub fn is_chosen(&self, id: &str) -> bool {
        self.member(id).is_some_and(|member| member.chosen)
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
        self.members.retain(|member| keep(member.card()));
        self.index.take();
    }

    /// Leaves out rules with all that is known of them, the names that peers have for them included.
    pub fn forget(&mut self, forgotten: impl Fn(&Card) -> bool) {
        self.members.retain(|member| !forgotten(member.card()));
        self.index.take();
        self.aliases.take();
    }

    /// The cards of the rules of a name: an id, or what a peer calls a rule or a part of it.
    pub fn named(&self, name: &str) -> Vec<&Card> {
        if let Some(member) = self.member(name) {
            return vec![member.card()];
        }
        let ids = self.aliases().get(&spelling(name)).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|(id, _)| Some(self.member(id)?.card())).collect()
    }

    /// The card of the one rule that is all that a name stands for: an id, or what a peer calls the same check.
    pub fn find(&self, name: &str) -> Option<&Card> {
        let alias = || Some(&self.aliases().get(&spelling(name))?.iter().find(|(_, whole)| *whole)?.0);
        let id = if self.member(name).is_some() { name } else { alias()? };
        self.member(id).map(Member::card)
    }

    /// The one rule that an exception may name so, and what of its findings: all for an id, and for a peer's name what the
    /// peer's check says.
    pub fn excused(&self, name: &str) -> Option<(&Card, Part)> {
        if let Some(member) = self.member(name) {
            return Some((member.card(), Part::default()));
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
        let Some(member) = self.place(id).ok().and_then(|at| self.members.get_mut(at)) else { return false };
        if let Some(card) = member.card_mut() {
            card.severity = Some(severity);
            card.is_severity_chosen = true;
        }
        if let Some(Ok(rule)) = member.rule.get_mut()
            && let Some(rule) = Arc::get_mut(rule)
        {
            rule.severity = severity;
            rule.is_severity_chosen = true;
        }
        true
    }

    /// A rule by its id, read now.
    pub fn rule(&self, id: &str) -> Option<Result<Arc<Rule>, Fallen<'_>>> {
        self.member(id).map(|member| self.read(member))
    }

    /// The file of a rule.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.member(id).map(Member::source)
    }

    /// The rules that may judge a resource of one of these kinds, in the order of ids. Only these are read, and only when they are
    /// asked for.
    pub fn for_kinds<'k>(&self, kinds: impl IntoIterator<Item = &'k str>) -> Asked<'_> {
        let members = self.at(self.index().asking(&kinds.into_iter().collect(), false));
        Asked { set: self, members: members.filter(|member| member.chosen).collect() }
    }

    /// What is known of the rules, evaluated or not, that judge resources of a kind, in the order of ids.
    pub fn about<'s>(&'s self, kind: &str) -> impl Iterator<Item = &'s Card> {
        self.at(self.index().about(kind)).map(Member::card)
    }

    /// Those of some kinds that some rule judges.
    pub fn judged<'k>(&self, kinds: &BTreeSet<&'k str>) -> BTreeSet<&'k str> {
        self.index().judged(kinds)
    }

    /// Whether a rule that is evaluated may ask about resources of a kind, as what it judges or where a link leads to.
    pub fn asks(&self, kind: &str) -> bool {
        self.at(self.index().asking(&BTreeSet::from([kind]), true)).any(|member| member.chosen)
    }

    /// Whether one of them that is not built in may.
    pub fn asks_of_its_own(&self, kind: &str) -> bool {
        let is_own = |member: &Member| member.chosen && matches!(member.file, File::Read(_));
        self.at(self.index().asking(&BTreeSet::from([kind]), true)).any(is_own)
    }

    /// The kinds that links of rules lead to which are evaluated, with those that the rule of the link judges.
    pub fn links(&self) -> impl Iterator<Item = (KindText, bool)> {
        let of = |member: &Member| {
            let (links, is_of_registers) = match &member.file {
                File::Embedded(builtin, _) => {
                    let links: Vec<KindText> = builtin.links.split_ascii_whitespace().map(KindText::from).collect();
                    let of_registers = |kind: &str| kind.starts_with("governance/");
                    let is = !links.is_empty() && builtin.kinds.split_ascii_whitespace().all(of_registers);
                    (links, is)
                }
                File::Read(_) => {
                    let card = member.card();
                    (card.links.clone(), card.kinds.iter().all(|kind| kind.starts_with("governance/")))
                }
            };
            links.into_iter().map(move |kind| (kind, is_of_registers))
        };
        self.members.iter().filter(|member| member.chosen).flat_map(of)
    }

    /// The rules that are evaluated whose links lead beyond the scope of a resource: the kinds that these lead to, and those that the
    /// checks with such links judge.
    pub fn far(&self) -> impl Iterator<Item = (&[KindText], &[KindText])> {
        let leads = |member: &&Member| match &member.file {
            File::Embedded(builtin, _) => !builtin.far.is_empty(),
            File::Read(_) => !member.card().far.is_empty(),
        };
        let far = self.members.iter().filter(|member| member.chosen).filter(leads).map(Member::card);
        far.map(|card| (card.far.as_slice(), card.far_from.as_slice()))
    }

    /// The files that rules judge by their paths. No built-in rule is read for it.
    pub fn files(&self) -> Vec<Arc<Files>> {
        let mut files = Vec::new();
        for member in self.members.iter().filter(|member| member.chosen) {
            match &member.file {
                File::Embedded(builtin, _) => files.extend(builtin.files.lines().filter_map(files_of)),
                File::Read(_) => {
                    let read = self.read(member).ok();
                    let checks = read.iter().flat_map(|rule| &rule.checks);
                    files.extend(checks.filter_map(|check| check.files.clone()));
                }
            }
        }
        files
    }

    /// Every rule, in the order of ids, and those that were refused.
    pub fn all(&self) -> (Vec<Arc<Rule>>, Vec<Fallen<'_>>) {
        self.collect(self.members.iter())
    }

    fn collect<'s>(&'s self, members: impl Iterator<Item = &'s Member>) -> (Vec<Arc<Rule>>, Vec<Fallen<'s>>) {
        let mut rules = Vec::new();
        let mut fallen: Vec<Fallen<'_>> = self
            .refused
            .iter()
            .map(|(source, in_workspace, faults)| Fallen { source, in_workspace: *in_workspace, faults })
            .collect();
        for member in members.filter(|member| member.chosen) {
            match self.read(member) {
                Ok(rule) => rules.push(rule),
                Err(refused) => fallen.push(refused),
            }
        }
        (rules, fallen)
    }

    fn read<'s>(&'s self, member: &'s Member) -> Result<Arc<Rule>, Fallen<'s>> {
        let read = member.rule.get_or_init(|| {
            let card = member.card();
            let read = match &member.file {
                File::Embedded(builtin, _) => {
                    let packed = PACKED.get(builtin.tree..).unwrap_or(&[]);
                    load::embedded(member.source(), packed, &card.pack, self.dialects)
                }
                File::Read(_) => load::rule(member.source(), &card.pack, self.dialects, Against::Nothing),
            };
            let (severity, is_severity_chosen) = (card.severity, card.is_severity_chosen);
            read.map(|rule| Arc::new(Rule { severity: severity.unwrap_or(rule.severity), is_severity_chosen, ..rule }))
        });
        match read {
            Ok(rule) => Ok(Arc::clone(rule)),
            Err(faults) => Err(Fallen { source: member.source(), in_workspace: member.in_workspace, faults }),
        }
    }

    /// SHA-256 over the ids and the SHA-256 of the files of the rules that are evaluated, in hex.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for member in self.members.iter().filter(|member| member.chosen) {
            hash.update((member.id.len() as u64).to_le_bytes());
            hash.update(&*member.id);
            hash.update(member.digest());
        }
        hex::encode(&hash.finalize())
    }
}

/// The files of a check, as they are embedded.
fn files_of(line: &'static str) -> Option<Arc<Files>> {
    let (name, globs) = line.split_once('\t')?;
    let format = FORMATS.iter().find(|format| format.name == name)?;
    Some(Files::proved(globs.split('\t'), format))
}

fn register(aliases: &mut Aliases, card: &Card) {
    for alias in card.aliases.all().iter() {
        let whole = alias.relation == Relation::Same;
        aliases.entry(spelling(&alias.id)).or_default().push((Arc::clone(&card.id), whole));
    }
}
