//! Ports, as texts name them: numbers, ranges, lists and words.

use crate::document::{Node, Value};

/// The highest port.
pub const LAST: u32 = 65_535;

/// Ports from the first to the last of a pair.
pub type Range = (u32, u32);

/// Whether some port is in ranges of both.
pub fn meet(left: &[Range], right: &[Range]) -> bool {
    left.iter().any(|(start, end)| right.iter().any(|(from, to)| start <= to && from <= end))
}

/// The ports of an expression that is no table; none when it is not one throughout.
pub fn ports(node: &Node) -> Option<Vec<Range>> {
    match &node.value {
        Value::Int(number) => integer(*number).map(|range| vec![range]),
        Value::Str(text) => text.as_str().split(',').map(|part| part_of(part.trim())).collect(),
        _ => None,
    }
}

/// Ports that are certainly among those of an expression, of which this is the beginning: it may go on with anything.
pub fn at_start(text: &str) -> impl Iterator<Item = Range> {
    let (whole, begun) = text.rsplit_once(',').unwrap_or(("", text));
    let first = begun.split_once('-').and_then(|(from, _)| number(from));
    whole.split(',').filter_map(|part| part_of(part.trim())).chain(first.map(|port| (port, port)))
}

/// Ports that are certainly among those of an expression, of which this is the end.
pub fn at_end(text: &str) -> impl Iterator<Item = Range> {
    let (ended, whole) = text.split_once(',').unwrap_or((text, ""));
    let last = ended.rsplit_once('-').and_then(|(_, to)| part_of(to.trim()));
    whole.split(',').filter_map(|part| part_of(part.trim())).chain(last)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{NO_FILE, Span};
    use proptest::prelude::*;

    fn written(text: &str) -> Node {
        Node::text(text, Span::new(NO_FILE, 0, 0))
    }

    #[test]
    fn what_is_no_port_is_none() {
        for text in
            ["", "-", "22-", "-22", "65536", "25-22", "ssh", "22,ssh", "+22", "22-25-30", "8080:80", "1e3", "٢٢"]
        {
            assert_eq!(ports(&written(text)), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_written_list_includes_what_is_in_one_of_its_ranges(
            ranges in prop::collection::vec((0u32..=LAST, 0u32..=LAST), 1..6),
            port in 0u32..=LAST,
        ) {
            let ranges: Vec<Range> = ranges.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
            let parts: Vec<String> = ranges.iter().map(|(from, to)| format!("{from}-{to}")).collect();
            let read = ports(&written(&parts.join(", "))).unwrap();
            prop_assert_eq!(meet(&read, &[(port, port)]), ranges.iter().any(|(from, to)| (*from..=*to).contains(&port)));
        }

        #[test]
        fn no_text_is_too_strange(text in "[0-9,/ *-]{0,30}|.{0,30}") {
            part_of(&text);
        }
    }
}
