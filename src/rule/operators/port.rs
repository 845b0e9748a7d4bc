//! Ports: numbers, ranges, lists and words.

use super::argument::{one_or_more, refused};
use crate::document::{Map, Node, Value};
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
    partly: Partly::Nothing,
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
    ],
};

const LAST: u32 = 65_535;

/// Ports from the first to the last of a pair.
type Range = (u32, u32);

fn meet(left: &[Range], right: &[Range]) -> bool {
    left.iter().any(|(start, end)| right.iter().any(|(from, to)| start <= to && from <= end))
}

/// The ports of an expression that is no table; none when it is not one throughout.
fn ports(node: &Node) -> Option<Vec<Range>> {
    match &node.value {
        Value::Int(number) => integer(*number).map(|range| vec![range]),
        Value::Str(text) => text.as_str().split(',').map(|part| part_of(part.trim())).collect(),
        _ => None,
    }
}

fn integer(number: i64) -> Option<Range> {
    if number == -1 {
        return Some((0, LAST));
    }
    let port = u32::try_from(number).ok().filter(|port| *port <= LAST)?;
    Some((port, port))
}

fn part_of(text: &str) -> Option<Range> {
    const ALL: [&str; 5] = ["*", "all", "any", "-1", "-1/-1"];
    if ALL.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Some((0, LAST));
    }
    let text = match text.rsplit_once('/') {
        Some((ports, protocol)) if ["tcp", "udp", "sctp"].iter().any(|name| protocol.eq_ignore_ascii_case(name)) => {
            ports
        }
        _ => text,
    };
    match text.split_once(['-', '/']) {
        Some((from, to)) => Some((number(from)?, number(to)?)).filter(|(from, to)| from <= to),
        None => number(text).map(|port| (port, port)),
    }
}

fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|port| *port <= LAST)
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_port_is_none() {
        for text in
            ["", "-", "22-", "-22", "65536", "25-22", "ssh", "22,ssh", "+22", "22-25-30", "8080:80", "1e3", "٢٢"]
        {
            let node = super::super::tests::value(&serde_json::to_string(text).unwrap());
            assert_eq!(ports(&node), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_written_list_includes_what_is_in_one_of_its_ranges(
            ranges in prop::collection::vec((0u32..=LAST, 0u32..=LAST), 1..6),
            port in 0u32..=LAST,
        ) {
            let ranges: Vec<Range> = ranges.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
            let written: Vec<String> = ranges.iter().map(|(from, to)| format!("{from}-{to}")).collect();
            let node = super::super::tests::value(&format!("\"{}\"", written.join(", ")));
            let read = ports(&node).unwrap();
            prop_assert_eq!(meet(&read, &[(port, port)]), ranges.iter().any(|(from, to)| (*from..=*to).contains(&port)));
        }

        #[test]
        fn no_text_is_too_strange(text in "[0-9,/ *-]{0,30}|.{0,30}") {
            part_of(&text);
        }
    }
}
