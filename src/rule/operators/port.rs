//! Ports: the operator that asks about them.

use super::argument::{one_or_more, refused};
use crate::document::{Map, Node, Value};
use crate::kernel::ports::{LAST, Range, at_end, at_start, meet, ports};
use crate::rule::operator::{Operator, Partly, Test};
use crate::truth::Truth;

/// `includes`.
pub const INCLUDES: Operator = Operator {
    name: "includes",
    expects: "to include",
    doc: "The port expression includes the port, or one of several. An expression is a number, a range (`22-25`), a list \
          with commas, a table of `from` and `to`, or all ports (`*`, `all`, `any`, -1); `/tcp` at its end is passed over.",
    build: |argument| {
        const EXPECTED: &str = "a port such as 22, a range such as \"22-25\", or a list of those";
        let mut wanted = Vec::new();
        for item in one_or_more(argument, EXPECTED)? {
            match &item.value {
                Value::Int(_) | Value::Str(_) => wanted.extend(ports(item).ok_or_else(|| refused(EXPECTED, item))?),
                _ => return Err(refused(EXPECTED, item)),
            }
        }
        Ok(Test::One(Box::new(move |node, _| match &node.value {
            Value::Map(map) => between(map, &wanted),
            _ => Truth::from(ports(node).is_some_and(|ports| meet(&ports, &wanted))),
        })))
    },
    proof: None,
    partly: Partly::Answers(|argument| {
        let wanted: Vec<Range> = one_or_more(argument, "").into_iter().flatten().filter_map(ports).flatten().collect();
        Box::new(move |partial, _| {
            let certain: Vec<Range> = at_start(partial.prefix()).chain(at_end(partial.suffix())).collect();
            if meet(&certain, &wanted) { Truth::True } else { Truth::Unknown }
        })
    }),
    examples: &[
        ("22", "\"20-25\"", Truth::True),
        ("22", "22", Truth::True),
        ("22", "\"80,443\"", Truth::False),
        ("[22, 3389]", "\"80,3000-4000\"", Truth::True),
        ("22", "\"*\"", Truth::True),
        ("22", "-1", Truth::True),
        ("22", "{\"from\": 0, \"to\": 65535}", Truth::True),
        ("22", "{\"from\": 10, \"to\": \"${var.to}\"}", Truth::Unknown),
        ("22", "{\"from\": 80, \"to\": \"${var.to}\"}", Truth::False),
        ("22", "\"ssh\"", Truth::False),
        ("\"1-1024\"", "\"1000-2000/tcp\"", Truth::True),
        ("22", "\"22-…\"", Truth::True),
        ("22", "\"…-22/tcp\"", Truth::True),
        ("22", "\"80,22,…\"", Truth::True),
        ("22", "\"22…\"", Truth::Unknown),
        ("22", "\"20-…\"", Truth::Unknown),
        ("22", "\"80-…\"", Truth::Unknown),
    ],
};

/// Whether a table of two ends includes a port: `from` and `to`, or `port` and `endPort`. One end decides it where the
/// wanted ports are on its far side.
fn between(map: &Map, wanted: &[Range]) -> Truth {
    let value = |names: [&str; 2]| names.iter().find_map(|name| map.entry(name)).map(|entry| &entry.value);
    let Some(from) = value(["from", "port"]) else {
        return if map.rest.is_some() { Truth::Unknown } else { Truth::False };
    };
    let to = value(["to", "endPort"]).unwrap_or(from);
    let open = |node: &Node| node.as_unresolved().is_some();
    match (single(from), single(to)) {
        (Some(from), Some(to)) => meet(&[(from.0, to.1)], wanted).into(),
        (Some(from), None) if open(to) => Truth::from(meet(&[(from.0, LAST)], wanted)).min(Truth::Unknown),
        (None, Some(to)) if open(from) => Truth::from(meet(&[(0, to.1)], wanted)).min(Truth::Unknown),
        (None, None) if open(from) && open(to) => Truth::Unknown,
        _ => Truth::False,
    }
}

fn single(node: &Node) -> Option<Range> {
    match ports(node)?.as_slice() {
        [range] => Some(*range),
        _ => None,
    }
}
