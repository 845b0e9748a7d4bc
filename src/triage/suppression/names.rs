//! The names that suppressions may use, and what each silences.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::Target;
use crate::rule::alias::{Part, Peer, spelling};
use crate::rule::card;

/// What each name of a peer stands for.
type Aliases = BTreeMap<String, Vec<(Option<Peer>, Target)>>;

/// The names that suppressions may use.
#[derive(Debug, Default)]
pub struct Names {
    /// The rules: the id, what peers call it, and whether it is evaluated in this run.
    given: Vec<(Cow<'static, str>, card::PeerNames, bool)>,
    /// Ids, and whether the rule is evaluated. Gathered when a comment first asks, as below.
    ids: OnceLock<BTreeMap<Arc<str>, bool>>,
    /// What peers call the rules, in one spelling, with whose name it is.
    aliases: OnceLock<Aliases>,
}

impl Names {
    /// The names of rules: the id, what peers call it, and whether it is evaluated in this run.
    pub fn new(rules: impl IntoIterator<Item = (Cow<'static, str>, card::PeerNames, bool)>) -> Names {
        Names { given: rules.into_iter().collect(), ..Names::default() }
    }

    fn ids(&self) -> &BTreeMap<Arc<str>, bool> {
        self.ids.get_or_init(|| self.given.iter().map(|(id, _, evaluated)| (Arc::from(&**id), *evaluated)).collect())
    }

    fn aliases(&self) -> &Aliases {
        self.aliases.get_or_init(|| {
            let mut known = Aliases::new();
            for (id, aliases, _) in &self.given {
                let id: Arc<str> = Arc::from(&**id);
                for alias in aliases.all().iter() {
                    let effect = alias.relation.silenced().ok_or_else(|| alias.relation.difference());
                    let target = Target { rule: Arc::clone(&id), effect, name: Arc::clone(&alias.id) };
                    known.entry(spelling(&alias.id)).or_default().push((Peer::of(&alias.id), target));
                }
            }
            known
        })
    }

    /// What a comment of a peer is about: what its names stand for, or all that the peer's checks say where it names none.
    pub(super) fn of_peer(&self, peer: Peer, names: &[&str]) -> Vec<Target> {
        let is_its = |whose: &Option<Peer>| whose.is_some_and(|whose| whose.is_understood_by(peer));
        if names.is_empty() {
            let known = self.aliases().values().flatten();
            let silenced = known.filter(|(whose, target)| is_its(whose) && target.effect.is_ok());
            return silenced.map(|(_, target)| target.clone()).collect();
        }
        let meant = names.iter().filter_map(|name| self.aliases().get(&spelling(name))).flatten();
        meant.filter(|(whose, _)| is_its(whose)).map(|(_, target)| target.clone()).collect()
    }

    /// The rule that a peer calls by this name, whoever it is.
    pub(super) fn rule_called(&self, name: &str) -> Option<&Arc<str>> {
        self.aliases().get(&spelling(name))?.first().map(|(_, target)| &target.rule)
    }

    /// What one of ours is about, with whether the rule is evaluated: an id, or the id of a rule that another one took over;
    /// none for what is neither.
    pub(super) fn of_ours(&self, id: &str) -> Option<(Target, bool)> {
        let (id, evaluated) = self.ids().get_key_value(id).or_else(|| self.ids().get_key_value(self.successor(id)?))?;
        Some((Target { rule: Arc::clone(id), effect: Ok(Part::default()), name: "".into() }, *evaluated))
    }

    /// The rule that lists a name that is no peer's as another one for itself.
    fn successor(&self, id: &str) -> Option<&Arc<str>> {
        let mut rules = self.aliases().get(&spelling(id))?.iter().filter(|(whose, _)| whose.is_none());
        rules.next().map(|(_, target)| &target.rule)
    }

    /// What is wrong with a name that no rule has as its id, and what to do.
    pub(super) fn unknown(&self, name: &str) -> (String, String) {
        let message = format!("there is no rule `{name}`");
        let near = crate::lower::nearest(name, self.ids().keys().map(|id| &**id));
        let help = match (self.rule_called(name), near) {
            (Some(id), _) => format!("that is a peer's name for `{id}`"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => "`annexa rules list` lists them".to_owned(),
        };
        (message, help)
    }
}
