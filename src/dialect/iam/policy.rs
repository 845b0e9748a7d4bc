//! Policies of AWS as sets: what each statement gives once all of its policy is looked at.

use std::borrow::Cow;
use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::catalogue::{Catalogue, Level, escalations};
use super::condition::{Asked, Restriction};
use super::pattern::{Pattern, Patterns, matches};
use super::reach::Reach;
use crate::document::{Entry, Node, Value};
use crate::truth::Truth;

/// So many statements that limit others are held against each of these; what more of them would do is not decided.
const MOST_LIMITS: usize = 256;

/// The statements of a policy, which are looked at together.
pub struct Policy<'n> {
    statements: Vec<Statement<'n>>,
    denied: Vec<Denied<'n>>,
    /// Statements that deny something to everybody under a condition.
    limits: Vec<&'n Node>,
    /// What those that deny take away, together: everything; something that they name; everything but what they name.
    takes: (Truth, bool, bool),
    /// Whether an action is taken away: the same for each statement, however many there are.
    taken: RefCell<FxHashMap<Box<str>, Truth>>,
    /// Whether some statement allows an action of all things of a kind.
    given: RefCell<FxHashMap<&'static str, Truth>>,
}

/// A statement that allows something, or may.
pub struct Statement<'n> {
    /// All of it.
    pub node: &'n Node,
    /// Whether it allows.
    pub allows: Truth,
    /// What it allows; everything where it names what it does not.
    pub actions: Patterns<'n>,
    /// What it leaves out of that.
    pub but: Patterns<'n>,
    /// Whether it names what it does not allow.
    pub negated: bool,
    /// The least and the most that its resources are.
    pub reach: (Reach, Reach),
}

/// Actions that a statement of the policy takes away from everybody, everywhere and under all conditions.
struct Denied<'n> {
    actions: Patterns<'n>,
    negated: bool,
}

impl<'n> Policy<'n> {
    /// The policy of some statements, as [`super::statements`] lists them.
    pub fn of(statements: &'n [Node]) -> Policy<'n> {
        let mut policy = Policy {
            statements: Vec::new(),
            denied: Vec::new(),
            limits: Vec::new(),
            takes: (Truth::False, false, false),
            taken: RefCell::default(),
            given: RefCell::default(),
        };
        for node in statements {
            match allows(node) {
                Truth::False => {
                    policy.denied.extend(Denied::of(node));
                    policy.limits.extend(is_limit(node).then_some(node));
                }
                allows => policy.statements.push(Statement::of(node, allows)),
            }
        }
        let named = || policy.denied.iter().filter(|denied| !denied.negated);
        let all = Truth::any(named().map(|denied| denied.actions.any(Pattern::is_everything)));
        policy.takes = (all, named().next().is_some(), policy.denied.iter().any(|denied| denied.negated));
        policy
    }

    /// The statements that allow something, or may.
    pub fn statements(&self) -> &[Statement<'n>] {
        &self.statements
    }

    /// Whether a statement gives an action of this name.
    pub fn gives(&self, statement: &Statement<'n>, action: &str) -> Truth {
        let allowed = statement.actions.cover(action).min(!statement.but.cover(action));
        if allowed == Truth::False { allowed } else { allowed.min(!self.takes(action)) }
    }

    /// Whether some statement takes an action away from all others.
    fn takes(&self, action: &str) -> Truth {
        if self.denied.is_empty() {
            return Truth::False;
        }
        let known = self.taken.borrow().get(action).copied();
        known.unwrap_or_else(|| {
            let taken = Truth::any(self.denied.iter().map(|denied| denied.covers(action)));
            self.taken.borrow_mut().insert(action.into(), taken);
            taken
        })
    }

    /// Whether some statement allows an action of all things of a kind, whatever the conditions.
    fn gives_widely(&self, action: &'static str) -> Truth {
        let known = self.given.borrow().get(action).copied();
        known.unwrap_or_else(|| {
            let given = self.statements.iter().map(|other| self.gives(other, action).min(other.is_wide()));
            let given = Truth::any(given);
            self.given.borrow_mut().insert(action, given);
            given
        })
    }

    /// How far the conditions of a statement restrict it, and what others deny to all who do not meet theirs.
    pub fn restriction(&self, statement: &Statement<'n>, asked: Asked) -> Restriction<'n> {
        let own = Restriction::of(statement.node.get("Condition"), asked);
        let looked = self.limits.iter().take(MOST_LIMITS);
        let limits = looked.filter(|limit| asked == Asked::Who && is_within(statement.node, limit));
        let left = limits.filter_map(|limit| limit.get("Condition")).map(Restriction::left_by);
        let more = asked == Asked::Who && self.limits.len() > MOST_LIMITS;
        let more = more.then(|| Restriction { truth: Truth::Unknown, by: Vec::new() });
        left.chain(more).fold(own, |mut all, more| {
            all.truth = all.truth.max(more.truth);
            all.by.extend(more.by);
            all
        })
    }

    /// Whether it gives every action there can be.
    pub fn gives_everything(&self, statement: &Statement<'n>) -> Truth {
        let whole = statement.but.items.is_empty() && self.denied.is_empty();
        Truth::from(whole).min(statement.actions.any(Pattern::is_everything))
    }

    /// Whether it gives every action but some that are named.
    pub fn gives_all_but_some(&self, statement: &Statement<'n>) -> Truth {
        let (all, some, narrowed) = self.takes;
        let none_left = all.max(statement.but.any(Pattern::is_everything));
        let some_out = !statement.but.items.is_empty() || some;
        Truth::from(some_out && !narrowed).min(statement.actions.any(Pattern::is_everything)).min(!none_left)
    }

    /// Whether it gives all actions of some service.
    pub fn gives_a_service(&self, statement: &Statement<'n>) -> Truth {
        let (_, _, narrowed) = self.takes;
        let left = |pattern: &Pattern<'_>| match pattern.is_all_of_a_service() {
            Truth::False => Truth::False,
            all => all.min((!self.takes_all_of(pattern)).into()),
        };
        Truth::from(!narrowed && !statement.negated).min(statement.actions.any(left))
    }

    /// Whether some statement takes away all that a pattern covers.
    fn takes_all_of(&self, pattern: &Pattern<'_>) -> bool {
        let named = self.denied.iter().filter(|denied| !denied.negated);
        named.flat_map(|denied| &denied.actions.items).any(|(all, _)| is_part(pattern, all))
    }

    /// For each level, whether it gives an action of it.
    pub fn levels(&self, statement: &Statement<'n>, catalogue: &Catalogue) -> [Truth; Level::ALL.len()] {
        let (mut found, mut name) = ([Truth::False; Level::ALL.len()], String::new());
        for (pattern, _) in &statement.actions.items {
            if matches!(pattern, Pattern::Open) {
                found = found.map(|known| known.max(Truth::Unknown));
                continue;
            }
            for (service, actions) in catalogue.services().filter(|(service, _)| may_be_of(pattern, service)) {
                for (action, level) in actions.iter() {
                    let Some(known) = found.get_mut(level as usize).filter(|known| **known < Truth::True) else {
                        continue;
                    };
                    name.clear();
                    name.extend([service, ":", action]);
                    if pattern.covers(&name) > *known {
                        *known = (*known).max(pattern.covers(&name).min(self.gives(statement, &name)));
                    }
                }
                if found.iter().all(|known| *known == Truth::True) {
                    return found;
                }
            }
        }
        found
    }

    /// Whether it lets its holder rise above what the policy gives, and the actions that do; those that it takes beside the first
    /// may stand in other statements.
    pub fn escalates(&self, statement: &Statement<'n>) -> (Truth, Option<&'static [&'static str]>) {
        let mut most = (Truth::False, None);
        for set in escalations() {
            let Some((first, rest)) = set.split_first() else { continue };
            let mut truth = self.gives(statement, first);
            for action in rest {
                if truth == Truth::False {
                    break;
                }
                truth = truth.min(self.gives_widely(action));
            }
            if truth > most.0 {
                most = (truth, Some(set.as_slice()));
            }
            if truth == Truth::True {
                break;
            }
        }
        most
    }
}

impl<'n> Statement<'n> {
    fn of(node: &'n Node, allows: Truth) -> Statement<'n> {
        let get = |key: &str| node.get(key).filter(|node| !matches!(node.value, Value::Null));
        let but = get("NotAction");
        let open = node.as_map().is_none_or(|map| map.rest.is_some());
        let mut actions = Patterns::of_actions(get("Action"));
        if let Some(but) = but {
            actions = Patterns { items: vec![(Pattern::Known("*"), but)] };
        } else if get("Action").is_none() && open {
            actions = Patterns { items: vec![(Pattern::Open, node)] };
        }
        let reach = match (get("NotResource"), get("Resource")) {
            (Some(_), _) => (Reach::All, Reach::All),
            (None, Some(resources)) => reach_of(&of_actions(resources, &actions)),
            (None, None) if open => (Reach::Some, Reach::All),
            (None, None) => (Reach::Some, Reach::Some),
        };
        Statement { node, allows, actions, but: Patterns::of_actions(but), negated: but.is_some(), reach }
    }

    /// Whether it allows something of all things of a kind, whatever the conditions.
    fn is_wide(&self) -> Truth {
        let reaches = match self.reach {
            (least, _) if least >= Reach::Kind => Truth::True,
            (_, most) if most >= Reach::Kind => Truth::Unknown,
            _ => Truth::False,
        };
        let restricted = Restriction::of(self.node.get("Condition"), Asked::What).truth;
        self.allows.min(reaches).min(!restricted)
    }

    /// The entry by which a reader knows what it allows.
    pub fn shown(&self) -> Option<&'n Entry> {
        ["Action", "NotAction"].iter().find_map(|key| self.node.entry(key))
    }
}

impl<'n> Denied<'n> {
    fn of(node: &'n Node) -> Option<Denied<'n>> {
        let everywhere = node.get("Resource").is_none_or(|resources| reach_of(resources).0 == Reach::All);
        let for_all = ["Principal", "NotPrincipal"].iter().all(|key| match node.get(key) {
            None => true,
            Some(written) if *key == "Principal" => is_everybody(written),
            Some(_) => false,
        });
        let always = node.get("Condition").is_none_or(|condition| condition.entries().is_empty());
        let known = node.as_map().is_some_and(|map| map.rest.is_none()) && node.get("NotResource").is_none();
        let negated = node.get("NotAction").is_some();
        let actions = Patterns::of_actions(node.get(if negated { "NotAction" } else { "Action" }));
        let takes = if negated { actions.any(Pattern::is_everything) < Truth::True } else { !actions.items.is_empty() };
        (everywhere && for_all && always && known && takes).then_some(Denied { actions, negated })
    }

    fn covers(&self, action: &str) -> Truth {
        let named = self.actions.cover(action);
        if self.negated { !named } else { named }
    }
}

/// Whether a statement denies something to everybody under a condition.
fn is_limit(node: &Node) -> bool {
    let conditional = node.get("Condition").is_some_and(|condition| !condition.entries().is_empty());
    conditional && node.get("Principal").is_some_and(is_everybody)
}

/// Whether all that a statement allows is a part of what another one denies.
fn is_within(statement: &Node, limit: &Node) -> bool {
    ["Action", "Resource"].iter().all(|key| match (statement.get(key), limit.get(key)) {
        (None, None) => true,
        (Some(allowed), Some(denied)) => {
            let (allowed, denied) = (Patterns::of(Some(allowed)), Patterns::of(Some(denied)));
            !allowed.items.is_empty()
                && allowed.items.iter().all(|(one, _)| denied.items.iter().any(|(all, _)| is_part(one, all)))
        }
        // What names no resource is about all of its own thing.
        (Some(_), None) => *key == "Resource" && limit.get("NotResource").is_none(),
        (None, Some(denied)) => *key == "Resource" && reach_of(denied).0 == Reach::All,
    })
}

/// Whether all that one pattern covers the other covers too; a part that is open stands for the same in both.
fn is_part(one: &Pattern<'_>, all: &Pattern<'_>) -> bool {
    let text = |pattern: &Pattern<'_>| match pattern {
        Pattern::Known(text) => Some((*text).to_owned()),
        Pattern::Partly(partial) => Some(partial.filled("\u{0}")),
        Pattern::Either(_) | Pattern::Open => None,
    };
    text(one).zip(text(all)).is_some_and(|(one, all)| matches(&all, &one))
}

/// Whether a principal is written as everybody.
pub fn is_everybody(principal: &Node) -> bool {
    let star = |node: &Node| node.as_str() == Some("*");
    match &principal.value {
        Value::List(items) => items.iter().any(star),
        Value::Map(_) => principal.get("AWS").is_some_and(is_everybody),
        _ => star(principal),
    }
}

fn allows(statement: &Node) -> Truth {
    match statement.get("Effect").map(|effect| (&effect.value, effect.as_str())) {
        None => {
            if statement.as_map().is_some_and(|map| map.rest.is_none()) {
                Truth::True
            } else {
                Truth::Unknown
            }
        }
        Some((_, Some(text))) => text.eq_ignore_ascii_case("allow").into(),
        Some((Value::Unresolved(_), None)) => Truth::Unknown,
        Some(_) => Truth::False,
    }
}

/// Services whose resources no action of another one is about.
const APART: &[&str] = &["dynamodb", "kinesis", "logs", "secretsmanager", "sns", "sqs"];

/// The resources of a statement without those of a service of which it has no action: nothing is allowed there.
fn of_actions<'n>(resources: &'n Node, actions: &Patterns<'_>) -> Cow<'n, Node> {
    let is_of_no_action = |resource: &Node| {
        let service = match Pattern::of(resource) {
            Pattern::Known(text) => service_of(text).map(str::to_owned),
            Pattern::Partly(partial) => service_of(partial.prefix()).map(str::to_owned),
            Pattern::Either(_) | Pattern::Open => None,
        };
        service.is_some_and(|service| {
            APART.contains(&&*service) && !actions.items.iter().any(|(action, _)| may_be_of(action, &service))
        })
    };
    let items = std::slice::from_ref(resources);
    let items = if let Value::List(items) = &resources.value { items.as_slice() } else { items };
    if !items.iter().any(is_of_no_action) {
        return Cow::Borrowed(resources);
    }
    let left = items.iter().filter(|item| !is_of_no_action(item)).cloned().collect();
    Cow::Owned(Node { value: Node::list(left, resources.span).value, ..resources.clone() })
}

/// The service that an ARN is of, where all of it is written.
fn service_of(arn: &str) -> Option<&str> {
    let mut parts = arn.strip_prefix("arn:")?.split(':').skip(1);
    parts.next().filter(|_| parts.next().is_some())
}

fn reach_of(resources: &Node) -> (Reach, Reach) {
    let ends = match &resources.value {
        Value::List(items) => items.iter().map(Reach::of).collect(),
        _ => vec![Reach::of(resources)],
    };
    let join = |(least, most): (Reach, Reach), (low, high): (Reach, Reach)| (least.max(low), most.max(high));
    ends.into_iter().reduce(join).unwrap_or((Reach::Some, Reach::Some))
}

/// Whether a pattern may cover actions of a service; never false for one that does.
fn may_be_of(pattern: &Pattern<'_>, service: &str) -> bool {
    let literal = |text: &str| match text.split_once(':') {
        Some((own, _)) if !own.contains(['*', '?']) => own.eq_ignore_ascii_case(service),
        Some(_) => true,
        None => text.contains('*'),
    };
    match pattern {
        Pattern::Known(text) => literal(text),
        Pattern::Partly(partial) => literal(&partial.filled("*")),
        Pattern::Either(all) => all.iter().any(|one| may_be_of(one, service)),
        Pattern::Open => true,
    }
}

#[cfg(test)]
mod tests;
