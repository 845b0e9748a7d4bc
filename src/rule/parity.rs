//! What other tools check, and what of it is a rule here: the names that rules have, and those that are refused for a reason.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::alias::{Peer, Relation, spelling};
use super::card::Card;

/// The checks of peers that no rule is written for, with the reason of each.
pub const REFUSED: &str = include_str!("../../data/refused.toml");

/// A check of a peer.
#[derive(Debug)]
pub struct Check {
    /// What the peer calls it.
    pub id: String,
    /// What it is here.
    pub answer: Answer,
}

/// What a peer's check is here.
#[derive(Debug)]
pub enum Answer {
    /// The rules that say it, and how it relates to each.
    Rules(Vec<(Arc<str>, Relation)>),
    /// No rule says it, for a reason.
    Refused(String),
}

#[derive(serde::Deserialize)]
struct Table {
    refused: Vec<Row>,
}

#[derive(serde::Deserialize)]
struct Row {
    peer: String,
    ids: Vec<String>,
    reason: String,
}

/// The checks of a peer that are known of, in the order of their names.
///
/// # Errors
///
/// The table of what is refused cannot be read.
pub fn of<'c>(peer: Peer, cards: impl IntoIterator<Item = &'c Card>) -> Result<Vec<Check>, toml::de::Error> {
    let mut found: BTreeMap<String, Check> = BTreeMap::new();
    for card in cards {
        for alias in card.aliases.all().iter().filter(|alias| Peer::of(&alias.id) == Some(peer)) {
            let new = || Check { id: alias.id.to_string(), answer: Answer::Rules(Vec::new()) };
            if let Answer::Rules(rules) = &mut found.entry(sorted(&alias.id)).or_insert_with(new).answer {
                rules.push((Arc::clone(&card.id), alias.relation.clone()));
            }
        }
    }
    for row in toml::from_str::<Table>(REFUSED)?.refused {
        for id in row.ids.iter().filter(|_| Peer::ALL.contains(&(row.peer.as_str(), peer))) {
            let new = || Check { id: id.clone(), answer: Answer::Refused(row.reason.clone()) };
            found.entry(sorted(id)).or_insert_with(new);
        }
    }
    Ok(found.into_values().collect())
}

/// A name with its numbers filled up, so that `CKV_AWS_9` comes before `CKV_AWS_10`.
fn sorted(id: &str) -> String {
    let name = spelling(id);
    let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (words, number) = name.split_at_checked(name.len() - digits).unwrap_or((&name, ""));
    format!("{words}{number:0>6}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::DIALECTS;
    use crate::rule::set::RuleSet;

    #[test]
    fn what_is_refused_has_a_peer_a_reason_and_no_rule() {
        let set = RuleSet::builtin(DIALECTS);
        let table: Table = toml::from_str(REFUSED).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for Row { peer, ids, reason } in table.refused {
            assert!(Peer::ALL.iter().any(|(name, _)| *name == peer), "{peer}");
            assert!(reason.len() > 20 && !reason.ends_with('.'), "{ids:?}: {reason}");
            for id in ids {
                assert!(set.named(&id).is_empty(), "{id} has a rule and is refused");
                assert!(seen.insert(id.clone()), "{id} is refused twice");
            }
        }
    }

    #[test]
    fn names_are_in_the_order_of_their_numbers() {
        let set = RuleSet::builtin(DIALECTS);
        let checks = of(Peer::Checkov, set.cards()).unwrap();
        let at = |id: &str| checks.iter().position(|check| check.id == id).unwrap();
        assert!(at("CKV_AWS_7") < at("CKV_AWS_16"));
        let rules = |check: &Check| matches!(&check.answer, Answer::Rules(rules) if !rules.is_empty());
        assert!(rules(&checks[at("CKV_AWS_16")]));
    }
}
