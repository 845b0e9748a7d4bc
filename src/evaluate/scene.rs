//! Conditions, asked of a place in a resource.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use super::compare;
use super::engine::Engine;
use super::names::Names;
use super::sight::Watch;
use super::worlds::Met;
use crate::dialect::{self, Dialect, Resource};
use crate::document::{Key, Node, Unresolved, Value};
use crate::kernel::world::World;
use crate::rule::operator::Setting;
use crate::rule::path::{Path, Start};
use crate::rule::walk::{Embedded, Place, Reached, Rest, Visit, Walker};
use crate::rule::{Comparison, Condition};
use crate::truth::Truth;

/// What conditions are asked in: a resource, a rule, the setting of comparisons.
#[derive(Clone, Copy)]
pub(super) struct Scene<'s> {
    pub engine: &'s Engine<'s>,
    pub resource: &'s Resource,
    /// Index of the resource.
    pub index: usize,
    /// Index of the rule.
    pub rule: usize,
    pub setting: Setting,
    /// The key under which the judged node stands.
    pub key: Option<&'s Key>,
    /// The node that the paths of the comparison begin at which is made.
    pub beside: Option<&'s Place<'s>>,
    /// The resource that asks about this one through a link.
    pub asking: Option<&'s Resource>,
    /// The documents inside the resource's strings.
    pub embedded: &'s Embedded,
    /// What is taken for granted.
    pub world: &'s World,
    /// The first question that was met and that this does not answer, and how far may still be looked.
    pub met: &'s Met,
}

/// Most values that are taken together from one path.
pub(super) const MOST_VALUES: usize = 10_000;

/// The world in which nothing is taken for granted.
static NOWHERE: LazyLock<World> = LazyLock::new(World::default);

impl<'s> Scene<'s> {
    /// The dialect that lists the resource.
    pub fn dialect(&self) -> Option<&'static Dialect> {
        self.resource.kind.split('/').next().and_then(dialect::named)
    }

    /// What a reader calls the things in the resource.
    pub fn names(&self) -> Names<'s> {
        let kind = self.resource.kind.split_once('/').map_or("", |(_, kind)| kind);
        Names { dialect: self.dialect(), kind, left: &self.met.searches }
    }

    pub fn new(
        engine: &'s Engine<'_>,
        resource: &'s Resource,
        index: usize,
        rule: usize,
        (embedded, met): (&'s Embedded, &'s Met),
    ) -> Scene<'s> {
        let setting = Setting { typing: resource.typing, ignore_case: false, today: engine.options.today };
        Scene {
            engine,
            resource,
            index,
            rule,
            setting,
            key: None,
            beside: None,
            asking: None,
            embedded,
            world: &NOWHERE,
            met,
        }
    }

    /// Whether a condition holds of the node at a place. Parts that cannot change the answer are not asked, unless the
    /// answers are recorded.
    pub fn holds(&self, condition: &Condition, root: &Place<'_>) -> Truth {
        match condition {
            Condition::All(parts) => self.fold(parts, Truth::True, Truth::False, Truth::min, root),
            Condition::Any(parts) => self.fold(parts, Truth::False, Truth::True, Truth::max, root),
            Condition::Not(part) => !self.holds(part, root),
            Condition::Linked(link) => {
                let truth = super::wanted::holds(self, link, root);
                self.engine.record(self.rule, link.span, truth);
                truth
            }
            Condition::At(comparison) => self.compare(comparison, root, None),
        }
    }

    /// The nodes at the first of some paths that leads somewhere, lists item by item, and whether there may be others. Texts of
    /// which parts are known are among them.
    pub fn values(&self, paths: &[Path], root: &Place<'_>) -> (Vec<Node>, bool) {
        let mut found = Vec::new();
        let mut open = false;
        let _ = self.branches(paths, root, &mut |reached, place| {
            match reached {
                Reached::Absent => {}
                Reached::More(_) | Reached::Choice(..) => open = true,
                Reached::Node => {
                    let _ = place.each_item(&mut |item| {
                        match item.node.as_unresolved() {
                            Some(of) if of.spread || of.partial.is_none() => {
                                self.note(of);
                                open = true;
                            }
                            _ => found.push(item.node.clone()),
                        }
                        ControlFlow::Continue(())
                    });
                }
            }
            if found.len() < MOST_VALUES {
                return ControlFlow::Continue(());
            }
            open = true;
            ControlFlow::Break(())
        });
        (found, open)
    }

    fn fold(
        &self,
        parts: &[Condition],
        start: Truth,
        decided: Truth,
        join: fn(Truth, Truth) -> Truth,
        root: &Place<'_>,
    ) -> Truth {
        let mut truth = start;
        // What other resources say is looked for where nothing nearer decides.
        let (near, far) =
            [false, true].map(|others| parts.iter().filter(move |part| asks_others(part) == others)).into();
        for part in near.chain(far) {
            truth = join(truth, self.holds(part, root));
            if truth == decided && !self.engine.options.coverage {
                break;
            }
        }
        truth
    }

    /// Whether a comparison holds; a watch is told of every value that it was asked of.
    pub fn compare(&self, comparison: &Comparison, root: &Place<'_>, watch: Option<Watch<'_>>) -> Truth {
        let truth = compare::compare(self, comparison, root, watch);
        self.engine.record(self.rule, comparison.span, truth);
        truth
    }

    /// The branches of the first of some paths that reaches a node; where none does, of the one that leads deepest.
    pub fn branches(&self, paths: &[Path], root: &Place<'_>, visit: Visit<'_>) -> ControlFlow<()> {
        let visit = &mut |reached: Reached<'_>, place: &Place<'_>| {
            match (reached, &place.node.value) {
                (Reached::More(open) | Reached::Choice(open, _), _) => self.note(open),
                (Reached::Node, Value::Unresolved(open)) => self.note(open),
                (Reached::Node | Reached::Absent, _) => {}
            }
            visit(reached, place)
        };
        let [first, others @ ..] = paths else { return ControlFlow::Continue(()) };
        if others.is_empty() {
            return self.follow(first, root, visit);
        }
        let mut chosen = first;
        let mut deepest = 0;
        for path in paths {
            match self.outlook(path, root) {
                Outlook::Reaches => return self.follow(path, root, visit),
                // Whether this path counts or a later one is not decided.
                Outlook::MayReach => {
                    return self.follow(path, root, &mut |reached, place| doubted(reached, place, visit));
                }
                Outlook::DeadEnd(depth) if depth > deepest => (chosen, deepest) = (path, depth),
                Outlook::DeadEnd(_) => {}
            }
        }
        self.follow(chosen, root, visit)
    }

    fn outlook(&self, path: &Path, root: &Place<'_>) -> Outlook {
        self.outlook_of(&|visit| self.follow(path, root, visit))
    }

    fn outlook_of(&self, walk: &dyn Fn(Visit<'_>) -> ControlFlow<()>) -> Outlook {
        let mut outlook = Outlook::DeadEnd(0);
        let _ = walk(&mut |reached, place| {
            let found = match reached {
                Reached::Node if !may_be_unset(place) => Outlook::Reaches,
                Reached::Absent => Outlook::DeadEnd(place.chain().count()),
                Reached::Choice(open, rest) => self.outlook_of_choice(open, rest, place),
                Reached::Node | Reached::More(_) => Outlook::MayReach,
            };
            outlook = outlook.or(found);
            if matches!(outlook, Outlook::Reaches) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        outlook
    }

    /// What all the values that a node may have come to.
    fn outlook_of_choice(&self, open: &Unresolved, rest: Rest<'_>, place: &Place<'_>) -> Outlook {
        let of = |node: &Node| match node.value {
            Value::Null => Outlook::DeadEnd(place.chain().count()),
            _ => self.outlook_of(&|visit| self.walker().resume(&Place { node, ..*place }, rest, visit)),
        };
        open.alternatives.iter().map(of).reduce(Outlook::both).unwrap_or(Outlook::MayReach)
    }

    fn follow(&self, path: &Path, root: &Place<'_>, visit: Visit<'_>) -> ControlFlow<()> {
        let header = self.resource.header;
        let special = match path.start() {
            Start::Here => return self.walker().walk(root, path.steps(), visit),
            Start::Resource => {
                return self.walker().walk(&Place::root(&self.resource.body), path.steps(), visit);
            }
            Start::Asking => match self.asking {
                Some(asking) => return self.walker().walk(&Place::root(&asking.body), path.steps(), visit),
                None => return visit(Reached::Absent, root),
            },
            Start::Address => Node::text(&*self.resource.address, header),
            Start::Kind => Node::text(&*self.resource.kind, header),
            Start::Name => Node::text(last_part(&self.resource.address), header),
            Start::File => Node::text(self.engine.path(self.resource.span.file), header),
            Start::Test => {
                let is_aside = dialect::is_aside(self.engine.path(self.resource.span.file));
                Node::new(Value::Bool(is_aside), header)
            }
            Start::Deployment => {
                let path = dialect::deployment_paths(&self.resource.deployment).next().unwrap_or_default();
                Node::text(path, header)
            }
            Start::Measure => match &*self.resource.identity.measure {
                [] => return visit(Reached::Absent, root),
                measure => {
                    let parts = measure.iter().map(|part| Node::new(Value::Int(i64::from(*part)), header));
                    Node::list(parts.collect(), header)
                }
            },
            Start::Key => match self.key {
                Some(key) => Node::text(&*key.name, key.span),
                None => return visit(Reached::Absent, root),
            },
        };
        visit(Reached::Node, &Place { node: &special, key: None, item: None, parent: Some(root), found: false })
    }

    pub fn walker(&self) -> Walker<'_> {
        Walker { typing: self.setting.typing, embedded: self.embedded, left: &self.met.visits }
    }
}

/// What is known of a path before it is followed.
#[derive(Clone, Copy)]
enum Outlook {
    /// It reaches a node.
    Reaches,
    /// The file does not decide whether it does.
    MayReach,
    /// It reaches nothing, and leads so deep.
    DeadEnd(usize),
}

impl Outlook {
    /// Where a path has two branches: it is enough that one of them reaches a node.
    fn or(self, other: Outlook) -> Outlook {
        match (self, other) {
            (Outlook::Reaches, _) | (_, Outlook::Reaches) => Outlook::Reaches,
            (Outlook::DeadEnd(one), Outlook::DeadEnd(other)) => Outlook::DeadEnd(one.max(other)),
            _ => Outlook::MayReach,
        }
    }

    /// Where one of two is the case, and it is not known which.
    fn both(self, other: Outlook) -> Outlook {
        match (self, other) {
            (Outlook::Reaches, Outlook::Reaches) => Outlook::Reaches,
            (Outlook::DeadEnd(one), Outlook::DeadEnd(other)) => Outlook::DeadEnd(one.max(other)),
            _ => Outlook::MayReach,
        }
    }
}

/// Whether null, for unset, is among the values that a node is known to have.
fn may_be_unset(place: &Place<'_>) -> bool {
    !place.found && place.node.as_unresolved().is_some_and(Unresolved::may_be_null)
}

/// Of a branch that may not count, only that it is not decided.
fn doubted(reached: Reached<'_>, place: &Place<'_>, visit: Visit<'_>) -> ControlFlow<()> {
    match reached {
        Reached::More(open) | Reached::Choice(open, _) => visit(Reached::More(open), place),
        Reached::Node => match place.node.as_unresolved() {
            Some(open) => visit(Reached::More(open), place),
            None => ControlFlow::Continue(()),
        },
        Reached::Absent => ControlFlow::Continue(()),
    }
}

/// Whether a condition asks something of other resources.
fn asks_others(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(asks_others),
        Condition::Not(part) => asks_others(part),
        Condition::Linked(_) => true,
        Condition::At(_) => false,
    }
}

/// `main` of `module.a.aws_db_instance.main[0]`, `web` of `Deployment/shop/web`, `build` of `ci.yml#build`.
fn last_part(address: &str) -> &str {
    let bare = address.strip_suffix(']').and_then(|rest| rest.rfind('[')).and_then(|at| address.get(..at));
    let bare = bare.unwrap_or(address);
    bare.rsplit(['.', '/', '#']).next().unwrap_or(bare)
}
