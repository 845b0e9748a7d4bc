//! Sets: the items of a list, whatever their order.
//!
//! Members that are not resolved leave the answer open unless the resolved ones decide it.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::argument::{only_true, refused};
use super::equality::{among, equal, equal_partly};
use super::number::Number;
use crate::dialect::Typing;
use crate::document::{Node, Value};
use crate::rule::operator::{Members, Operator, Partly, Setting, Test};
use crate::truth::Truth;

/// Most lists and maps that are compared with one another for `unique`.
const COMPOUND_MEMBERS: usize = 500;

/// `unique`.
pub const UNIQUE: Operator = Operator {
    name: "unique",
    expects: "no value twice",
    doc: "No two members are equal. The argument is `true`.",
    build: |argument| {
        only_true(argument)?;
        Ok(Test::Set(Box::new(|members, setting| unique(members, *setting))))
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("true", "[\"a\", \"b\"]", Truth::True),
        ("true", "[\"a\", \"b\", \"a\"]", Truth::False),
        ("true", "[]", Truth::True),
        ("true", "[1, \"1\"]", Truth::False),
        ("true", "[{\"a\": 1}, {\"a\": 1.0}]", Truth::False),
        ("true", "[\"a\", \"${var.x}\"]", Truth::Unknown),
        ("true", "[\"a\", \"a\", \"${var.x}\"]", Truth::False),
    ],
};

/// `subset-of`.
pub const SUBSET_OF: Operator = Operator {
    name: "subset-of",
    expects: "nothing but",
    doc: "Every member is equal to an item of the argument. The empty list is a subset of any.",
    build: |argument| {
        let allowed = list(argument)?;
        Ok(Test::Set(Box::new(move |members, setting| {
            let known = members.known.iter().map(|member| among(member, &allowed, *setting));
            let partly = members
                .partly
                .iter()
                .map(|text| Truth::any(allowed.iter().map(|item| equal_partly(text, item, *setting))));
            Truth::all(known.chain(partly)).min(if members.undecided { Truth::Unknown } else { Truth::True })
        })))
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("[\"NET_BIND_SERVICE\"]", "[\"NET_BIND_SERVICE\"]", Truth::True),
        ("[\"NET_BIND_SERVICE\"]", "[\"NET_BIND_SERVICE\", \"SYS_ADMIN\"]", Truth::False),
        ("[\"NET_BIND_SERVICE\"]", "[]", Truth::True),
        ("[\"a\", \"b\"]", "\"b\"", Truth::True),
        ("[\"a\", \"b\"]", "[\"a\", \"${var.x}\"]", Truth::Unknown),
        ("[\"a\", \"b\"]", "[\"c\", \"${var.x}\"]", Truth::False),
        ("[\"a\", \"b\"]", "[\"c…\"]", Truth::False),
    ],
};

/// `superset-of`.
pub const SUPERSET_OF: Operator = Operator {
    name: "superset-of",
    expects: "all of",
    doc: "Every item of the argument is equal to a member.",
    build: |argument| {
        let wanted = list(argument)?;
        if wanted.is_empty() {
            return Err("expected a list with items, not an empty list, of which every list is a superset".into());
        }
        Ok(Test::Set(Box::new(move |members, setting| {
            Truth::all(wanted.iter().map(|item| has(members, item, *setting)))
        })))
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("[\"api\", \"audit\"]", "[\"scheduler\", \"audit\", \"api\"]", Truth::True),
        ("[\"api\", \"audit\"]", "[\"api\"]", Truth::False),
        ("[\"api\"]", "[]", Truth::False),
        ("[\"api\", \"audit\"]", "[\"api\", \"${var.x}\"]", Truth::Unknown),
        ("[\"api\"]", "[\"api\", \"${var.x}\"]", Truth::True),
        ("[\"*\"]", "[\"s3:…\"]", Truth::False),
    ],
};

/// `disjoint-from`.
pub const DISJOINT_FROM: Operator = Operator {
    name: "disjoint-from",
    expects: "none of",
    doc: "No member is equal to an item of the argument.",
    build: |argument| {
        let unwanted = list(argument)?;
        if unwanted.is_empty() {
            return Err("expected a list with items, not an empty list, from which every list is disjoint".into());
        }
        Ok(Test::Set(Box::new(move |members, setting| {
            !Truth::any(unwanted.iter().map(|item| has(members, item, *setting)))
        })))
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("[\"SYS_ADMIN\", \"ALL\"]", "[\"NET_BIND_SERVICE\"]", Truth::True),
        ("[\"SYS_ADMIN\", \"ALL\"]", "[\"NET_BIND_SERVICE\", \"ALL\"]", Truth::False),
        ("[\"SYS_ADMIN\"]", "[]", Truth::True),
        ("[\"SYS_ADMIN\"]", "[\"${var.x}\"]", Truth::Unknown),
        ("[\"SYS_ADMIN\"]", "[\"SYS_ADMIN\", \"${var.x}\"]", Truth::False),
        ("[\"*\"]", "[\"s3:…\"]", Truth::True),
    ],
};

fn list(argument: &Node) -> Result<Vec<Node>, String> {
    match &argument.value {
        Value::List(items) => Ok(items.to_vec()),
        _ => Err(refused("a list of values", argument)),
    }
}

/// Whether an item is equal to some member.
fn has(members: &Members<'_>, item: &Node, setting: Setting) -> Truth {
    let known = members.known.iter().map(|member| equal(member, item, setting));
    let partly = members.partly.iter().map(|text| equal_partly(text, item, setting));
    let known = Truth::any(known.chain(partly));
    if members.undecided { known.max(Truth::Unknown) } else { known }
}

fn unique(members: &Members<'_>, setting: Setting) -> Truth {
    let (mut scalars, mut compounds) = (Scalars::default(), Vec::new());
    for member in &members.known {
        match &member.value {
            Value::List(_) | Value::Map(_) | Value::Unresolved(_) => compounds.push(*member),
            value if !scalars.insert(value, setting) => return Truth::False,
            _ => {}
        }
    }
    let decided = !members.undecided && members.partly.is_empty();
    let mut truth = if decided { Truth::True } else { Truth::Unknown };
    if compounds.len() > COMPOUND_MEMBERS {
        compounds.truncate(COMPOUND_MEMBERS);
        truth = Truth::Unknown;
    }
    for (index, member) in compounds.iter().enumerate() {
        let others = compounds.iter().skip(index + 1);
        truth = truth.min(!Truth::any(others.map(|other| equal(member, other, setting))));
    }
    truth
}

/// Scalars seen so far: a set under the equality of rules, which is not transitive where strings are converted (1 is
/// equal to both `"1"` and `"1.0"`, which differ).
#[derive(Default)]
struct Scalars<'a> {
    texts: FxHashSet<Cow<'a, str>>,
    /// The numbers that are numbers, and those that strings spell, by value.
    numbers: FxHashSet<Key>,
    spelt: FxHashSet<Key>,
    bools: [bool; 2],
    null: bool,
}

/// A number by value: a whole one, or the bits of any other.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Whole(i64),
    Bits(u64),
}

impl Key {
    fn of(number: Number) -> Key {
        match number {
            Number::Int(int) => Key::Whole(int),
            #[expect(clippy::cast_possible_truncation, reason = "compared with the float right after")]
            Number::Float(float) => match Number::Int(float as i64).compare(number) {
                Some(std::cmp::Ordering::Equal) => Key::Whole(float as i64),
                _ => Key::Bits(float.to_bits()),
            },
        }
    }
}

impl<'a> Scalars<'a> {
    /// Adds a scalar; false when an equal one is there already.
    fn insert(&mut self, value: &'a Value, setting: Setting) -> bool {
        let loose = setting.typing == Typing::Loose;
        match value {
            Value::Null => !std::mem::replace(&mut self.null, true),
            Value::Bool(value) => {
                let spelt = loose && self.texts.contains(if *value { "true" } else { "false" });
                let [no, yes] = &mut self.bools;
                !std::mem::replace(if *value { yes } else { no }, true) && !spelt
            }
            Value::Int(_) | Value::Float(_) => Number::of(value).is_none_or(|number| {
                let spelt = loose && self.spelt.contains(&Key::of(number));
                self.numbers.insert(Key::of(number)) && !spelt
            }),
            Value::Str(text) => self.insert_text(text.as_str(), setting),
            Value::List(_) | Value::Map(_) | Value::Unresolved(_) => true,
        }
    }

    fn insert_text(&mut self, text: &'a str, setting: Setting) -> bool {
        if setting.typing == Typing::Loose {
            let [no, yes] = self.bools;
            if (yes && text == "true") || (no && text == "false") {
                return false;
            }
            if let Some(number) = Number::parse(text) {
                if self.numbers.contains(&Key::of(number)) {
                    return false;
                }
                self.spelt.insert(Key::of(number));
            }
        }
        self.texts.insert(if setting.ignore_case { text.to_lowercase().into() } else { text.into() })
    }
}
