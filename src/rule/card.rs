//! What is known of a rule without reading it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::control::ControlId;
use crate::rule::alias::{Alias, Part, Relation};
use crate::rule::kind::KindText;
use crate::rule::set::Builtin;
use crate::rule::{Rule, Severity, Strength, USER};

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
    /// Whether who runs it said how bad it is.
    pub is_severity_chosen: bool,
    /// The controls it bears on.
    pub controls: Vec<(ControlId, Strength)>,
    /// What peers call it.
    pub aliases: PeerNames,
    /// The kinds that its checks judge.
    pub kinds: Vec<KindText>,
    /// The kinds that its links lead to.
    pub links: Vec<KindText>,
    /// Those that its links lead to beyond the scope of a resource.
    pub far: Vec<KindText>,
    /// The kinds that those of its checks judge whose links lead so far.
    pub far_from: Vec<KindText>,
}

/// What peers call a rule. Few runs ask for it, so what is embedded is read when they do.
#[derive(Clone, Debug)]
pub enum PeerNames {
    /// As they are embedded.
    Embedded(&'static str),
    /// Those of a rule that was read.
    Read(Arc<[Alias]>),
}

impl Card {
    /// The card of an embedded rule.
    pub fn of(builtin: &'static Builtin) -> Card {
        let of = |text: &str| {
            let id = text.trim_end_matches('+');
            let strength = if id.len() < text.len() { Strength::Direct } else { Strength::Supporting };
            Some((id.parse().ok()?, strength))
        };
        let mut controls: Vec<(ControlId, Strength)> = builtin.controls.split_whitespace().filter_map(of).collect();
        controls.sort();
        Card {
            id: builtin.id.into(),
            pack: Cow::Borrowed(builtin.pack),
            title: Cow::Borrowed(builtin.title),
            severity: Severity::named(builtin.severity),
            is_severity_chosen: false,
            controls,
            aliases: PeerNames::Embedded(builtin.aliases),
            kinds: kinds(builtin.kinds).collect(),
            links: kinds(builtin.links).collect(),
            far: kinds(builtin.far).collect(),
            far_from: kinds(builtin.far_from).collect(),
        }
    }

    /// The card of a rule that was read, whose links lead to some kinds, to a part of them beyond a scope.
    pub fn read(rule: &Rule, links: Vec<KindText>, far: Vec<KindText>) -> Card {
        let kinds = rule.checks.iter().flat_map(|check| &check.kinds);
        let kinds: Vec<KindText> = kinds.map(|kind| KindText::from(kind.text.to_string())).collect();
        Card {
            id: Arc::clone(&rule.id),
            pack: rule.pack.to_string().into(),
            title: rule.title.clone().into(),
            severity: Some(rule.severity),
            is_severity_chosen: rule.is_severity_chosen,
            controls: rule.controls.clone(),
            aliases: PeerNames::Read(rule.aliases.as_slice().into()),
            // Which of its checks have such links is not asked.
            far_from: if far.is_empty() { Vec::new() } else { kinds.clone() },
            kinds,
            links,
            far,
        }
    }

    /// The card of a rule of which nothing but the id is known.
    pub fn unread(id: &str) -> Card {
        Card {
            id: id.into(),
            pack: Cow::Borrowed(USER),
            title: Cow::Borrowed(""),
            severity: None,
            is_severity_chosen: false,
            controls: Vec::new(),
            aliases: PeerNames::Read(Arc::default()),
            kinds: Vec::new(),
            links: Vec::new(),
            far: Vec::new(),
            far_from: Vec::new(),
        }
    }
}

impl PeerNames {
    /// What peers call the rule.
    pub fn all(&self) -> Arc<[Alias]> {
        match self {
            PeerNames::Embedded(lines) => lines.lines().filter_map(alias_of).collect(),
            PeerNames::Read(aliases) => Arc::clone(aliases),
        }
    }
}

/// Kinds as they are embedded.
fn kinds(embedded: &'static str) -> impl Iterator<Item = KindText> {
    embedded.split_ascii_whitespace().map(KindText::from)
}

fn alias_of(line: &str) -> Option<Alias> {
    let mut parts = line.split('\t');
    let (id, word) = (parts.next()?, parts.next()?);
    let mut shared = || parts.next().unwrap_or("").split_ascii_whitespace().map(Arc::from).collect();
    let part = Part { facets: shared(), kinds: shared() };
    Some(Alias { id: id.into(), relation: Relation::of(word, part)? })
}
