//! Which conditions of a statement really restrict.
//!
//! A condition that everybody can meet (TLS, a range of addresses that is the internet, a day in the far future, a pattern
//! that fits all) restricts nobody. All entries of a `Condition` must be met, so one that restricts suffices; of the values of one
//! entry any may be met, so all of them must restrict.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::pattern::Pattern;
use super::reach::{is_given, may_be_pattern};
use crate::document::{Entry, Node, Value};
use crate::truth::Truth;

/// What is asked of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Whether it narrows who may do something, where the principal is everybody.
    Who,
    /// Whether it narrows what the known holder of a policy may do.
    What,
}

/// How far the conditions of a statement restrict.
#[derive(Clone, Debug)]
pub struct Restriction<'n> {
    /// Whether some of them does.
    pub truth: Truth,
    /// The keys that do, with where they stand.
    pub by: Vec<&'n Entry>,
}

/// What a key holds, by which it is told whether a value narrows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// An identifier: of an account, an organisation, a network.
    Id,
    /// A text of which a beginning narrows.
    Word,
    /// The name of a resource.
    Arn,
    /// A path of an organisation: its identifier, and units.
    Path,
    /// Ranges of addresses.
    Network,
    /// True or false, and true narrows.
    Flag,
}

/// Keys, in lower case, that narrow who somebody is.
const WHO: &[(&str, Holds)] = &[
    ("aws:principalaccount", Holds::Id),
    ("aws:principalarn", Holds::Arn),
    ("aws:principalisawsservice", Holds::Flag),
    ("aws:principalorgid", Holds::Id),
    ("aws:principalorgpaths", Holds::Path),
    ("aws:principalservicename", Holds::Word),
    ("aws:principalservicenameslist", Holds::Word),
    ("aws:sourceaccount", Holds::Id),
    ("aws:sourcearn", Holds::Arn),
    ("aws:sourceinstancearn", Holds::Arn),
    ("aws:sourceip", Holds::Network),
    ("aws:sourceorgid", Holds::Id),
    ("aws:sourceorgpaths", Holds::Path),
    ("aws:sourceowner", Holds::Id),
    ("aws:sourcevpc", Holds::Id),
    ("aws:sourcevpcarn", Holds::Arn),
    ("aws:sourcevpce", Holds::Id),
    ("aws:userid", Holds::Word),
    ("aws:vpceaccount", Holds::Id),
    ("aws:vpceorgid", Holds::Id),
    ("aws:vpceorgpaths", Holds::Path),
    ("ec2:sourceinstancearn", Holds::Arn),
    ("elasticfilesystem:accessedviamounttarget", Holds::Flag),
    ("kms:calleraccount", Holds::Id),
    ("lambda:sourcefunctionarn", Holds::Arn),
    ("s3:dataaccesspointaccount", Holds::Id),
    ("s3:dataaccesspointarn", Holds::Arn),
    ("sns:endpoint", Holds::Word),
    ("sts:externalid", Holds::Word),
];

/// Keys, in lower case, that leave the holder of a policy all that it gives.
const TRIVIAL: &[&str] = &[
    "aws:currenttime",
    "aws:epochtime",
    "aws:referer",
    "aws:requestedregion",
    "aws:securetransport",
    "aws:tokenissuetime",
    "aws:useragent",
    "s3:signatureversion",
    "s3:tlsversion",
];

/// What an operator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compares {
    /// The text as it is; `*` stands for itself.
    Exactly,
    /// The text with `*` and `?`.
    Pattern,
    Addresses,
    Truth,
    /// It excludes something, or compares numbers and days.
    Other,
    /// It is no literal.
    Open,
}

struct Operator {
    compares: Compares,
    /// A request without the key meets it too.
    lets_absent: bool,
    /// A request without any value of the key meets it too.
    of_all: bool,
}

impl Operator {
    fn of(name: &str) -> Operator {
        let lower = name.to_ascii_lowercase();
        let (set, rest) = lower.split_once(':').unwrap_or(("", &lower));
        let (base, lets_absent) = match rest.strip_suffix("ifexists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let compares = match base {
            "stringequals" | "stringequalsignorecase" | "binaryequals" => Compares::Exactly,
            "stringlike" | "arnequals" | "arnlike" => Compares::Pattern,
            "ipaddress" => Compares::Addresses,
            "bool" => Compares::Truth,
            _ if base.contains("${") => Compares::Open,
            _ => Compares::Other,
        };
        Operator { compares, lets_absent, of_all: set == "forallvalues" }
    }
}

impl<'n> Restriction<'n> {
    /// What the `Condition` of a statement comes to; none where there is none.
    pub fn of(condition: Option<&'n Node>, asked: Asked) -> Restriction<'n> {
        let mut restriction = Restriction { truth: Truth::False, by: Vec::new() };
        each(condition, &mut |operator, entry, unknown| {
            let truth = if unknown { Truth::Unknown } else { restricts(operator, entry, asked) };
            restriction.truth = restriction.truth.max(truth);
            restriction.by.extend(entry.filter(|_| truth == Truth::True));
        });
        restriction
    }

    /// What a statement that denies leaves to others: it must deny by excluding alone, as "all but our organisation".
    pub fn left_by(condition: &'n Node) -> Restriction<'n> {
        let mut restriction = Restriction { truth: Truth::True, by: Vec::new() };
        each(Some(condition), &mut |operator, entry, unknown| {
            let truth = if unknown { Truth::Unknown } else { excludes(operator, entry) };
            restriction.truth = restriction.truth.min(truth);
            restriction.by.extend(entry.filter(|_| truth == Truth::True));
        });
        if restriction.by.is_empty() {
            restriction.truth = restriction.truth.min(Truth::Unknown);
        }
        restriction
    }
}

/// Goes through the entries of a condition: the operator, the key with its values, and whether that is not known.
fn each<'n>(condition: Option<&'n Node>, then: &mut dyn FnMut(&str, Option<&'n Entry>, bool)) {
    let Some(condition) = condition else { return };
    let Some(map) = condition.as_map() else {
        if condition.as_unresolved().is_some() {
            then("", None, true);
        }
        return;
    };
    for operator in map.written() {
        match operator.value.as_map() {
            Some(keys) => {
                keys.written().for_each(|entry| then(&operator.key.name, Some(entry), false));
                if keys.rest.is_some() {
                    then("", None, true);
                }
            }
            None if operator.value.as_unresolved().is_some() => then("", None, true),
            None => {}
        }
    }
    if map.rest.is_some() {
        then("", None, true);
    }
}

fn restricts(operator: &str, entry: Option<&Entry>, asked: Asked) -> Truth {
    let Some(entry) = entry else { return Truth::Unknown };
    let (operator, key) = (Operator::of(operator), entry.key.name.to_ascii_lowercase());
    if key.contains("${") {
        return Truth::Unknown;
    }
    let known = WHO.iter().find(|(name, _)| *name == key).map(|(_, holds)| *holds);
    let holds = match (asked, known) {
        (_, Some(holds)) => holds,
        (Asked::Who, None) => return Truth::False,
        (Asked::What, None) if TRIVIAL.contains(&&*key) => return Truth::False,
        (Asked::What, None) if operator.compares == Compares::Truth => Holds::Flag,
        (Asked::What, None) => Holds::Word,
    };
    if asked == Asked::Who && (operator.of_all || operator.lets_absent && holds != Holds::Network) {
        return Truth::False;
    }
    values_narrow(&operator, holds, &entry.value)
}

/// Operators that exclude, with those that they exclude by.
const EXCLUDING: &[(&str, &str)] = &[
    ("stringnotequals", "StringEquals"),
    ("stringnotequalsignorecase", "StringEquals"),
    ("stringnotlike", "StringLike"),
    ("arnnotequals", "ArnEquals"),
    ("arnnotlike", "ArnLike"),
    ("notipaddress", "IpAddress"),
];

/// Whether a statement that denies leaves only few by this entry.
fn excludes(operator: &str, entry: Option<&Entry>) -> Truth {
    let Some(entry) = entry else { return Truth::Unknown };
    let key = entry.key.name.to_ascii_lowercase();
    let lower = operator.to_ascii_lowercase();
    let base = lower.rsplit(':').next().unwrap_or(&lower);
    let base = base.strip_suffix("ifexists").unwrap_or(base);
    // That it is no service that calls narrows nothing, and leaves services.
    let services = matches!(&*key, "aws:principalisawsservice" | "aws:viaawsservice");
    if base == "bool" && services {
        return says(&entry.value, "false").into();
    }
    let Some((_, positive)) = EXCLUDING.iter().find(|(name, _)| *name == base) else { return Truth::False };
    let Some((_, holds)) = WHO.iter().find(|(name, _)| *name == key) else { return Truth::False };
    values_narrow(&Operator::of(positive), *holds, &entry.value)
}

fn says(node: &Node, word: &str) -> bool {
    match &node.value {
        Value::Bool(value) => value.to_string() == word,
        Value::List(items) => items.len() == 1 && items.iter().all(|item| says(item, word)),
        _ => node.as_str().is_some_and(|text| text.eq_ignore_ascii_case(word)),
    }
}

fn values(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

fn values_narrow(operator: &Operator, holds: Holds, written: &Node) -> Truth {
    match (operator.compares, holds) {
        (Compares::Open, _) => Truth::Unknown,
        // A request must have the very text, and it is no pattern.
        (Compares::Exactly, _) => Truth::True,
        (Compares::Truth, Holds::Flag) => match &written.value {
            Value::Unresolved(_) => Truth::Unknown,
            _ => says(written, "true").into(),
        },
        (Compares::Addresses, _) => networks_narrow(values(written)),
        (Compares::Pattern, holds) => Truth::all(values(written).iter().map(|value| pattern_narrows(value, holds))),
        _ => Truth::False,
    }
}

/// Whether a value, which may be a pattern, fits only few.
fn pattern_narrows(value: &Node, holds: Holds) -> Truth {
    let narrows = |text: &str| text_narrows(text, holds);
    narrow(value, &narrows)
}

/// Whether a value that may be known in part narrows, as `narrows` tells of a known text. A part that is open counts as one word
/// where it cannot be a pattern.
pub fn narrow(value: &Node, narrows: &dyn Fn(&str) -> bool) -> Truth {
    of_pattern(&Pattern::of(value), may_be_pattern(value), value.as_unresolved().is_some_and(is_given), narrows)
}

fn of_pattern(pattern: &Pattern<'_>, may_be_wild: bool, is_given: bool, narrows: &dyn Fn(&str) -> bool) -> Truth {
    match pattern {
        Pattern::Known(text) => narrows(text).into(),
        Pattern::Open => {
            if is_given {
                Truth::True
            } else {
                Truth::Unknown
            }
        }
        Pattern::Partly(partial) => match (narrows(&partial.filled("*")), narrows(&partial.filled("1"))) {
            (true, true) => Truth::True,
            (false, false) => Truth::False,
            (_, true) if !may_be_wild => Truth::True,
            _ => Truth::Unknown,
        },
        Pattern::Either(all) => {
            let answers: Vec<Truth> = all.iter().map(|one| of_pattern(one, may_be_wild, is_given, narrows)).collect();
            match answers.split_first() {
                Some((first, rest)) if rest.iter().all(|answer| answer == first) => *first,
                _ => Truth::Unknown,
            }
        }
    }
}

/// What stands before the first `*` or `?`.
pub fn fixed(text: &str) -> &str {
    text.split(['*', '?']).next().unwrap_or("")
}

fn text_narrows(text: &str, holds: Holds) -> bool {
    let fixed = fixed(text);
    match holds {
        Holds::Id => fixed.len() == text.len() && !text.is_empty(),
        Holds::Path => fixed.contains('/'),
        Holds::Word | Holds::Network | Holds::Flag => !fixed.is_empty(),
        Holds::Arn => {
            let parts: Vec<&str> = text.splitn(6, ':').collect();
            let [_, _, _, _, account, resource] = parts.as_slice() else {
                // An ARN that is known in part only.
                return fixed.len() == text.len() && !text.is_empty();
            };
            if account.is_empty() { !self::fixed(resource).is_empty() } else { !account.contains(['*', '?']) }
        }
    }
}

fn networks_narrow(written: &[Node]) -> Truth {
    let (mut four, mut six, mut open) = (Vec::new(), Vec::new(), false);
    for value in written {
        match value.as_str().map(|text| network(text.trim())) {
            Some(Some(IpNet::V4(net))) => four.push(net),
            Some(Some(IpNet::V6(net))) => six.push(net),
            Some(None) => {}
            None => open = true,
        }
    }
    let wide = Ipv4Net::aggregate(&four).iter().any(|net| net.prefix_len() == 0)
        || Ipv6Net::aggregate(&six).iter().any(|net| net.prefix_len() == 0);
    match (wide, open) {
        (true, _) => Truth::False,
        (false, true) => Truth::Unknown,
        (false, false) => Truth::True,
    }
}

fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests;
