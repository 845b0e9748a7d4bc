//! Conditions, operator tables and predicates of rule files.

use std::sync::OnceLock;

use super::Loader;
use super::known::Base;
use crate::dialect::Typing;
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::lower::nearest;
use crate::rule::fault::What;
use crate::rule::operator::{self, Setting, Test};
use crate::rule::operators::equality::equal;
use crate::rule::operators::number::Number;
use crate::rule::path::Path;
use crate::rule::predicate::{Level, Predicate};
use crate::rule::structure::{self, Structure, operator_names};
use crate::rule::{Ask, Comparison, Condition, Quantifier};
use crate::source::Span;
use crate::truth::Truth;

/// Operators that count and measure: what `count` and `length` may be compared with.
const NUMERIC: &[&str] = &["equals", "one-of", "none-of", "at-least", "at-most", "above", "below"];

/// Words that other tools have for our operators.
const FOREIGN: &[(&str, &str)] = &[
    ("eq", "equals"),
    ("equal", "equals"),
    ("neq", "not"),
    ("not-equals", "not"),
    ("not_equals", "not"),
    ("not-in", "none-of"),
    ("gte", "at-least"),
    ("lte", "at-most"),
    ("min", "at-least"),
    ("max", "at-most"),
    ("regex", "matches"),
    ("match", "matches"),
    ("glob", "matches-glob"),
    ("exists", "present"),
    ("includes-any", "includes"),
];

/// Operators that are hardly ever the name of a key: where one stands for a path, the path was forgotten.
const NEVER_A_KEY: &[&str] = &["equals", "matches", "contains", "present"];

/// What a table at a path is.
enum Shape {
    Operators,
    Condition,
    Refused,
}

/// What is gathered from the operators of a table.
#[derive(Default)]
struct Gathered {
    plain: Vec<Predicate>,
    asks: Vec<(Ask, Quantifier, Span)>,
    default: Option<Node>,
}

fn flipped(polarity: Quantifier) -> Quantifier {
    match polarity {
        Quantifier::Every => Quantifier::Some,
        Quantifier::Some | Quantifier::None => Quantifier::Every,
    }
}

impl Loader<'_> {
    /// A condition; `polarity` is what several nodes at a path do together.
    pub(super) fn condition(&mut self, node: &Node, what: &str, polarity: Quantifier) -> Option<Condition> {
        self.condition_at(node, what, polarity, 0)
    }

    pub(super) fn condition_at(
        &mut self,
        node: &Node,
        what: &str,
        polarity: Quantifier,
        depth: usize,
    ) -> Option<Condition> {
        if depth > MAX_DEPTH {
            self.refuse(node.span, What::TooDeep, "");
            return None;
        }
        let Value::Map(map) = &node.value else {
            self.wrong_type(node, what, "a table of paths and what must stand there");
            return None;
        };
        if map.entries.is_empty() {
            self.refuse(node.span, What::EmptyCondition(what.to_owned()), "name a path and what must stand there");
            return None;
        }
        let faults = self.faults.len();
        let outer = std::mem::replace(&mut self.table, self.base.clone());
        let parts: Vec<Condition> = map.entries.iter().filter_map(|entry| self.part(entry, polarity, depth)).collect();
        self.table = outer;
        (self.faults.len() == faults).then(|| all(parts))
    }

    fn part(&mut self, entry: &Entry, polarity: Quantifier, depth: usize) -> Option<Condition> {
        match &*entry.key.name {
            "all" => self.conditions(entry, polarity, depth).map(all),
            "any" => self.conditions(entry, polarity, depth).map(Condition::Any),
            "not" => {
                let part = self.condition_at(&entry.value, "not", flipped(polarity), depth + 1)?;
                Some(Condition::Not(Box::new(part)))
            }
            "linked" => self.linked(&entry.value, depth),
            name => {
                if NEVER_A_KEY.contains(&name) || (name.contains('-') && operator::named(name).is_some()) {
                    let help = format!(
                        "`{name}` is an operator; name the path it is about, or `.` for the node itself: `\".\" = {{ {name} = … }}`"
                    );
                    self.refuse(entry.key.span, What::Misplaced(name.to_owned()), help);
                    return None;
                }
                self.at_path(entry, polarity, depth)
            }
        }
    }

    fn conditions(&mut self, entry: &Entry, polarity: Quantifier, depth: usize) -> Option<Vec<Condition>> {
        let name = &*entry.key.name;
        let Value::List(items) = &entry.value.value else {
            self.wrong_type(&entry.value, name, "a list of conditions: [{ … }, { … }]");
            return None;
        };
        if items.is_empty() {
            self.refuse(entry.span(), What::EmptyCondition(name.to_owned()), "list the conditions");
            return None;
        }
        let parts: Vec<Option<Condition>> =
            items.iter().map(|item| self.condition_at(item, name, polarity, depth + 1)).collect();
        parts.into_iter().collect()
    }

    fn at_path(&mut self, entry: &Entry, polarity: Quantifier, depth: usize) -> Option<Condition> {
        let paths = self.paths(&entry.key.name, entry.key.span);
        let base = self.led(paths.as_deref().unwrap_or_default(), entry.key.span);
        let base = if paths.is_some() { base } else { Base::any() };
        let outer = std::mem::replace(&mut self.base, base);
        let gathered = match &entry.value.value {
            Value::Map(_) => match self.shape(&entry.value, &entry.key.name) {
                Shape::Operators => self.gather(&entry.value, polarity, depth),
                Shape::Condition => {
                    let nested = self.condition_at(&entry.value, &entry.key.name, polarity, depth + 1);
                    nested.map(|nested| Gathered {
                        plain: vec![Predicate::Nested(Box::new(nested))],
                        ..Gathered::default()
                    })
                }
                Shape::Refused => None,
            },
            _ => self.plain(&entry.value).map(|plain| Gathered { plain: vec![plain], ..Gathered::default() }),
        };
        self.base = outer;
        Some(compared(&paths?, gathered?, polarity, entry))
    }

    /// Whether the keys of a table are operators or paths.
    fn shape(&mut self, node: &Node, path: &str) -> Shape {
        let is_operator = |entry: &&Entry| operator_names().any(|name| name == &*entry.key.name);
        // `not` is a word of both.
        let (operators, strangers): (Vec<&Entry>, Vec<&Entry>) =
            node.entries().iter().filter(|entry| &*entry.key.name != "not").partition(is_operator);
        if node.entries().is_empty() {
            self.refuse(node.span, What::EmptyCondition(path.to_owned()), "write a value or operators");
            return Shape::Refused;
        }
        let misspelt: Vec<(&Entry, &str)> =
            strangers.iter().filter_map(|entry| Some((*entry, meant(&entry.key.name)?))).collect();
        for (entry, near) in &misspelt {
            let name = &*entry.key.name;
            let help = format!("did you mean `{near}`? A key of that name is written '[\"{name}\"]'");
            self.refuse(entry.key.span, What::UnknownOperator(name.to_owned()), help);
        }
        if !misspelt.is_empty() {
            return Shape::Refused;
        }
        match (operators.first(), strangers.first()) {
            (Some(operator), Some(_)) => {
                for stranger in &strangers {
                    let name = &*stranger.key.name;
                    let operator = &*operator.key.name;
                    let help = match nearest(name, operator_names()) {
                        Some(near) => format!(
                            "did you mean `{near}`? To reach a key named `{operator}`, write '[\"{operator}\"]'"
                        ),
                        None => format!("to reach a key named `{operator}`, write '[\"{operator}\"]'"),
                    };
                    self.refuse(stranger.key.span, What::MixedTable(name.to_owned(), operator.to_owned()), help);
                }
                Shape::Refused
            }
            (None, Some(_)) => Shape::Condition,
            (_, None) => Shape::Operators,
        }
    }

    /// The operators of a table that stands directly at a path.
    fn gather(&mut self, node: &Node, polarity: Quantifier, depth: usize) -> Option<Gathered> {
        let mut gathered = Gathered::default();
        let faults = self.faults.len();
        for entry in node.entries() {
            self.gather_one(entry, polarity, depth, &mut gathered);
        }
        self.consistent(node, &gathered);
        (self.faults.len() == faults).then_some(gathered)
    }

    fn gather_one(&mut self, entry: &Entry, polarity: Quantifier, depth: usize, gathered: &mut Gathered) {
        let name = &*entry.key.name;
        let argument = &entry.value;
        let ask = match structure::named(name).map(|structural| structural.means) {
            Some(Structure::Every) => {
                self.predicate(argument, name, polarity, depth).map(|p| (Ask::Nodes(p), Quantifier::Every))
            }
            Some(Structure::Some) => {
                self.predicate(argument, name, polarity, depth).map(|p| (Ask::Nodes(p), Quantifier::Some))
            }
            Some(Structure::None) => {
                self.predicate(argument, name, flipped(polarity), depth).map(|p| (Ask::Nodes(p), Quantifier::None))
            }
            Some(Structure::Count) => self.number(argument, name).map(|p| (Ask::Count(p), polarity)),
            Some(Structure::Distinct) => self.number(argument, name).map(|p| (Ask::Distinct(p), polarity)),
            Some(Structure::Present) => self.boolean(argument, name).map(|value| (Ask::Present(value), polarity)),
            Some(Structure::Default) => {
                gathered.default = Some(argument.clone());
                None
            }
            _ => {
                gathered.plain.extend(self.operator(entry, polarity, depth));
                None
            }
        };
        gathered.asks.extend(ask.map(|(ask, quantifier)| (ask, quantifier, entry.span())));
    }

    /// One operator that asks something of one node.
    fn operator(&mut self, entry: &Entry, polarity: Quantifier, depth: usize) -> Option<Predicate> {
        let name = &*entry.key.name;
        let argument = &entry.value;
        if let Some(structural) = structure::named(name) {
            return match structural.means {
                Structure::Not => {
                    self.predicate(argument, name, flipped(polarity), depth).map(|part| Predicate::Not(Box::new(part)))
                }
                Structure::IgnoringCase => {
                    self.predicate(argument, name, polarity, depth).map(|part| Predicate::IgnoringCase(Box::new(part)))
                }
                Structure::Length => self.number(argument, name).map(|part| Predicate::Length(Box::new(part))),
                Structure::Empty => self.boolean(argument, name).map(Predicate::Empty),
                Structure::ValueOf => self.value_of("equals", argument),
                Structure::Every
                | Structure::Some
                | Structure::None
                | Structure::Count
                | Structure::Distinct
                | Structure::Present
                | Structure::Default => {
                    let help = "it is about all that a path reaches: write it directly at the path";
                    self.refuse(entry.key.span, What::Misplaced(name.to_owned()), help);
                    None
                }
            };
        }
        let Some(operator) = operator::named(name) else {
            let help = nearest(name, operator_names()).map(|near| format!("did you mean `{near}`?"));
            self.refuse(entry.key.span, What::UnknownOperator(name.to_owned()), help.unwrap_or_default());
            return None;
        };
        if let Some(path) = argument.get("value-of") {
            self.keys(argument, &["value-of"]);
            return self.value_of(operator.name, path);
        }
        self.no_path_as_value(argument)?;
        let read = if self.is_embedded { (operator.build)(argument) } else { operator.read(argument) };
        match read {
            Ok(Test::View(view)) => {
                let read = |loader: &mut Self| loader.predicate(argument, name, polarity, depth);
                self.views.push(view);
                let of = self.within(Base::any(), read);
                self.views.pop();
                let of = Box::new(of?);
                Some(Predicate::View { operator, view, of })
            }
            Ok(test) => Some(Predicate::test(operator, argument, test)),
            Err(reason) => {
                self.refuse(argument.span, What::BadArgument(name.to_owned(), reason), "");
                None
            }
        }
    }

    /// The argument of `not`, `every`, …: a plain value, operators or a nested condition.
    fn predicate(&mut self, node: &Node, what: &str, polarity: Quantifier, depth: usize) -> Option<Predicate> {
        if depth > MAX_DEPTH {
            self.refuse(node.span, What::TooDeep, "");
            return None;
        }
        let Value::Map(map) = &node.value else { return self.plain(node) };
        match self.shape(node, what) {
            Shape::Refused => None,
            Shape::Condition => {
                let nested = self.condition_at(node, what, polarity, depth + 1)?;
                Some(Predicate::Nested(Box::new(nested)))
            }
            Shape::Operators => {
                let faults = self.faults.len();
                let parts: Vec<Predicate> =
                    map.entries.iter().filter_map(|entry| self.operator(entry, polarity, depth + 1)).collect();
                self.possible(node, &parts);
                (self.faults.len() == faults).then(|| Predicate::all(parts))
            }
        }
    }

    fn plain(&mut self, node: &Node) -> Option<Predicate> {
        if matches!(node.value, Value::List(_)) {
            let help = "write `{ one-of = […] }` for any of these, `{ equals = […] }` for exactly this list";
            self.refuse(node.span, What::PlainList, help);
            return None;
        }
        self.no_path_as_value(node)?;
        let equals = operator::named("equals")?;
        match (equals.build)(node) {
            Ok(test) => Some(Predicate::test(equals, node, test)),
            Err(reason) => {
                self.refuse(node.span, What::BadArgument("equals".to_owned(), reason), "");
                None
            }
        }
    }

    /// The argument of `count` and `length`: a number, or operators on numbers.
    pub(super) fn number(&mut self, node: &Node, what: &str) -> Option<Predicate> {
        match &node.value {
            Value::Int(_) => self.plain(node),
            Value::Map(map) if !map.entries.is_empty() => {
                let faults = self.faults.len();
                let parts: Vec<Predicate> = map
                    .entries
                    .iter()
                    .filter_map(|entry| match &*entry.key.name {
                        "not" => self.number(&entry.value, what).map(|part| Predicate::Not(Box::new(part))),
                        name if NUMERIC.contains(&name) || name == "value-of" => {
                            self.operator(entry, Quantifier::Every, 0)
                        }
                        name => {
                            let help = nearest(name, NUMERIC.iter().copied()).map_or_else(
                                || format!("`{what}` is compared by {}", NUMERIC.join(", ")),
                                |near| format!("did you mean `{near}`?"),
                            );
                            self.refuse(entry.key.span, What::UnknownOperator(name.to_owned()), help);
                            None
                        }
                    })
                    .collect();
                self.possible(node, &parts);
                (self.faults.len() == faults).then(|| Predicate::all(parts))
            }
            _ => {
                self.wrong_type(node, what, "a whole number or a table of operators on numbers");
                None
            }
        }
    }

    fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        if node.as_bool().is_none() {
            self.wrong_type(node, what, "true or false");
        }
        node.as_bool()
    }

    /// Refuses operators at a path that contradict each other.
    fn consistent(&mut self, node: &Node, gathered: &Gathered) {
        let absent = gathered.asks.iter().any(|(ask, ..)| matches!(ask, Ask::Present(false)));
        if absent && (!gathered.plain.is_empty() || gathered.asks.len() > 1) {
            let what = What::NeverHolds("what is not present satisfies nothing".to_owned());
            self.refuse(node.span, what, "write alternatives with `any`");
        }
        let present = gathered.asks.iter().any(|(ask, ..)| matches!(ask, Ask::Present(_)));
        if let (true, Some(default)) = (present, &gathered.default) {
            let help = "`present` asks what is written; compare the value with its default instead";
            self.refuse(default.span, What::Misplaced("default".to_owned()), help);
        }
        if gathered.plain.is_empty() && gathered.asks.is_empty() && self.faults.is_empty() {
            self.refuse(node.span, What::EmptyCondition("default".to_owned()), "say what the value is compared with");
        }
        self.possible(node, &gathered.plain);
    }

    /// Refuses predicates on one node that no value satisfies, as far as that can be seen.
    fn possible(&mut self, node: &Node, parts: &[Predicate]) {
        if let Some(reason) = bounds(parts).or_else(|| candidates(parts)) {
            self.refuse(node.span, What::NeverHolds(reason), "loosen one of them");
        }
    }
}

/// An operator that a key was probably meant to be.
fn meant(name: &str) -> Option<&'static str> {
    if let Some((_, ours)) = FOREIGN.iter().find(|(foreign, _)| *foreign == name) {
        return Some(ours);
    }
    let plain = name.replace(['_', '-'], "").to_lowercase();
    operator_names().find(|known| {
        let hyphenated = known.contains('-');
        let same = *known != name && known.replace('-', "") == plain && (hyphenated || name.len() > 5);
        let near = (hyphenated && name.contains(['-', '_'])) || NEVER_A_KEY.contains(known);
        same || (near && strsim::osa_distance(known, name) == 1)
    })
}

pub(super) fn all(parts: Vec<Condition>) -> Condition {
    match <[Condition; 1]>::try_from(parts) {
        Ok([only]) => only,
        Err(parts) => Condition::All(parts),
    }
}

/// The comparisons that the operators at a path amount to.
fn compared(paths: &[Path], gathered: Gathered, polarity: Quantifier, entry: &Entry) -> Condition {
    let Gathered { plain, asks, default } = gathered;
    let whole = entry.span();
    let alone = asks.len() + usize::from(!plain.is_empty()) == 1;
    let plain = (!plain.is_empty()).then(|| (Ask::Nodes(Predicate::all(plain)), polarity, whole));
    let parts = plain.into_iter().chain(asks).map(|(ask, quantifier, span)| {
        Condition::At(Box::new(Comparison {
            paths: paths.to_vec(),
            ask,
            quantifier,
            default: default.clone(),
            span: if alone { whole } else { span },
            words: OnceLock::new(),
        }))
    });
    all(parts.collect())
}

/// Two bounds that leave nothing between them.
fn bounds(parts: &[Predicate]) -> Option<String> {
    let mut low: Option<(Number, bool, &'static str)> = None;
    let mut high: Option<(Number, bool, &'static str)> = None;
    for part in parts {
        let Predicate::Test { operator, argument, .. } = part else { continue };
        let Some(number) = Number::of(&argument.value) else { continue };
        match operator.name {
            "at-least" | "above" => low = Some((number, operator.name == "above", operator.name)),
            "at-most" | "below" => high = Some((number, operator.name == "below", operator.name)),
            _ => {}
        }
    }
    let ((low, open_low, low_name), (high, open_high, high_name)) = (low?, high?);
    let order = low.compare(high)?;
    (order.is_gt() || (order.is_eq() && (open_low || open_high)))
        .then(|| format!("nothing is both `{low_name}` and `{high_name}` these numbers"))
}

/// A closed list of values none of which satisfies the other operators.
fn candidates(parts: &[Predicate]) -> Option<String> {
    let (name, values) = parts.iter().find_map(|part| match part {
        Predicate::Test { operator, argument, .. } => match operator.name {
            "equals" if !matches!(argument.value, Value::List(_)) => Some(("equals", vec![argument])),
            "one-of" => Some(("one-of", argument.items().iter().collect())),
            _ => None,
        },
        _ => None,
    })?;
    let possible = |value: &Node| {
        [Typing::Strict, Typing::Loose].into_iter().any(|typing| {
            let setting = Setting { typing, ignore_case: false, today: jiff::civil::Date::MIN };
            parts.iter().all(|part| accepts(part, value, setting))
        })
    };
    (parts.len() > 1 && !values.into_iter().any(possible))
        .then(|| format!("no value of `{name}` satisfies the operators beside it"))
}

fn accepts(part: &Predicate, value: &Node, setting: Setting) -> bool {
    match part {
        Predicate::Test { operator, argument, test: Test::One(test), .. } => match operator.name {
            // Depends on the day.
            "before-today" | "older-than" | "within-days" => true,
            "equals" => equal(value, argument, setting) != Truth::False,
            _ => test(value, &setting) != Truth::False,
        },
        Predicate::Not(inner) if inner.level() == Level::Items => match &**inner {
            Predicate::Test { test: Test::One(test), .. } => test(value, &setting) != Truth::True,
            _ => true,
        },
        _ => true,
    }
}
