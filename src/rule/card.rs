//! What is known of a rule without reading it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use crate::control::ControlId;
use crate::rule::alias::{Alias, Part, Relation};
use crate::rule::kind::is_mark;
use crate::rule::set::{Builtin, BuiltinAlias};
use crate::rule::{KindPattern, Rule, Severity, Strength};

/// What is known of a rule without reading it.
#[derive(Clone, Debug)]
pub struct Card {
    /// The id.
    pub id: Arc<str>,
    /// The pack.
    pub pack: Cow<'static, str>,
    /// What is wrong, in one line.
    pub title: Cow<'static, str>,
    /// How bad it is; none when the rule's file does not say it well.
    pub severity: Option<Severity>,
    /// The controls it bears on.
    pub controls: Vec<(ControlId, Strength)>,
    /// What peers call it.
    pub aliases: Names,
    /// The kinds that its checks judge.
    pub kinds: Vec<Kinds>,
    /// The kinds that its links lead to.
    pub links: Vec<Kinds>,
}

/// What peers call a rule. Few runs ask for it, so what is embedded is read when they do.
#[derive(Clone, Debug)]
pub enum Names {
    /// As they are embedded.
    Embedded(&'static [BuiltinAlias]),
    /// Those of a rule that was read.
    Read(Arc<[Alias]>),
}

/// A kind, or all kinds that a glob fits.
#[derive(Clone, Debug)]
pub struct Kinds {
    text: Cow<'static, str>,
    /// How many bytes stand before the first mark of a glob; none where it is one kind.
    plain: Option<usize>,
}

impl Card {
    /// The card of an embedded rule.
    pub fn of(builtin: &'static Builtin) -> Card {
        let strength = |direct| if direct { Strength::Direct } else { Strength::Supporting };
        let mut controls: Vec<(ControlId, Strength)> =
            builtin.controls.iter().filter_map(|(id, direct)| Some((id.parse().ok()?, strength(*direct)))).collect();
        controls.sort();
        Card {
            id: builtin.id.into(),
            pack: Cow::Borrowed(builtin.pack),
            title: Cow::Borrowed(builtin.title),
            severity: Severity::named(builtin.severity),
            controls,
            aliases: Names::Embedded(builtin.aliases),
            kinds: builtin.kinds.iter().copied().map(Kinds::from).collect(),
            links: builtin.links.iter().copied().map(Kinds::from).collect(),
        }
    }

    /// The card of a rule that was read, whose links lead to some kinds.
    pub fn read(rule: &Rule, links: Vec<Kinds>) -> Card {
        let kinds = rule.checks.iter().flat_map(|check| &check.kinds);
        Card {
            id: Arc::clone(&rule.id),
            pack: rule.pack.to_string().into(),
            title: rule.title.clone().into(),
            severity: Some(rule.severity),
            controls: rule.controls.clone(),
            aliases: Names::Read(rule.aliases.as_slice().into()),
            kinds: kinds.map(|kind| Kinds::from(kind.text.to_string())).collect(),
            links,
        }
    }

    /// The card of a rule of which nothing but the id is known.
    pub fn unread(id: &Arc<str>) -> Card {
        Card {
            id: Arc::clone(id),
            pack: Cow::Borrowed("user"),
            title: Cow::Borrowed(""),
            severity: None,
            controls: Vec::new(),
            aliases: Names::Read(Arc::default()),
            kinds: Vec::new(),
            links: Vec::new(),
        }
    }
}

impl Names {
    /// What peers call the rule.
    pub fn all(&self) -> Arc<[Alias]> {
        match self {
            Names::Embedded(aliases) => aliases.iter().filter_map(alias_of).collect(),
            Names::Read(aliases) => Arc::clone(aliases),
        }
    }
}

impl<T: Into<Cow<'static, str>>> From<T> for Kinds {
    fn from(text: T) -> Kinds {
        let text = text.into();
        let plain = text.bytes().position(is_mark);
        Kinds { text, plain }
    }
}

impl Deref for Kinds {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl Kinds {
    /// Whether one of some kinds is meant.
    pub fn occur(&self, kinds: &BTreeSet<&str>) -> bool {
        !self.matching(kinds).is_empty()
    }

    /// Those of some kinds that are meant.
    pub fn matching<'k>(&self, kinds: &BTreeSet<&'k str>) -> Vec<&'k str> {
        let Some(plain) = self.plain.and_then(|glob| self.text.get(..glob)) else {
            return kinds.get(&*self.text).copied().into_iter().collect();
        };
        // Most globs are of dialects that do not occur; those are not compiled.
        if !kinds.range(plain..).next().is_some_and(|kind| kind.starts_with(plain)) {
            return Vec::new();
        }
        let text: Arc<str> = self.text.as_ref().into();
        KindPattern::new(&text)
            .map_or_else(|_| Vec::new(), |pattern| kinds.iter().copied().filter(|kind| pattern.matches(kind)).collect())
    }
}

fn alias_of((id, word, facets, kinds): &BuiltinAlias) -> Option<Alias> {
    let shared = |texts: &[&str]| texts.iter().map(|text| Arc::from(*text)).collect();
    let part = Part { facets: shared(facets), kinds: shared(kinds) };
    Some(Alias { id: (*id).into(), relation: Relation::of(word, part)? })
}
