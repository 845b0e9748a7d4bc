//! Amounts of memory, processors and storage, as Kubernetes writes them.

use super::argument::refused;
use crate::document::{Node, Value};
use crate::rule::operator::{Operator, Partly, Test};
use crate::truth::Truth;

/// `quantity`.
pub const QUANTITY: Operator = Operator {
    name: "quantity",
    expects: "",
    doc: "The quantity satisfies the argument, a number or operators. The value is a number, or one with a suffix as \
          Kubernetes writes it: `500m`, `2k`, `1.5Gi`, `1e3`.",
    build: |argument| match argument.value {
        Value::Int(_) | Value::Float(_) | Value::Map(_) => Ok(Test::View(view)),
        _ => Err(refused("a number, or operators on it such as `{ at-least = 1 }`", argument)),
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("{ at-most = 1073741824 }", "\"1Gi\"", Truth::True),
        ("{ above = 1 }", "\"500m\"", Truth::False),
        ("0.5", "\"500m\"", Truth::True),
        ("2000", "\"2k\"", Truth::True),
        ("{ at-least = 1 }", "2", Truth::True),
        ("{ at-least = 0 }", "\"much\"", Truth::False),
    ],
};

/// Suffixes with what they multiply by, and what they divide by.
const SUFFIXES: &[(&str, f64, f64)] = &[
    ("Ki", 1024.0, 1.0),
    ("Mi", 1_048_576.0, 1.0),
    ("Gi", 1_073_741_824.0, 1.0),
    ("Ti", 1_099_511_627_776.0, 1.0),
    ("Pi", 1_125_899_906_842_624.0, 1.0),
    ("Ei", 1_152_921_504_606_846_976.0, 1.0),
    ("n", 1.0, 1e9),
    ("u", 1.0, 1e6),
    ("m", 1.0, 1e3),
    ("k", 1e3, 1.0),
    ("M", 1e6, 1.0),
    ("G", 1e9, 1.0),
    ("T", 1e12, 1.0),
    ("P", 1e15, 1.0),
    ("E", 1e18, 1.0),
];

fn view(node: &Node) -> Option<Node> {
    let value = match &node.value {
        Value::Int(_) | Value::Float(_) => node.value.clone(),
        Value::Str(text) => Value::Float(quantity(text.as_str())?),
        _ => return None,
    };
    Some(Node { value, ..node.clone() })
}

fn quantity(text: &str) -> Option<f64> {
    let suffixed = SUFFIXES.iter().find_map(|suffix| Some((text.strip_suffix(suffix.0)?, suffix.1, suffix.2)));
    let (number, times, by) = suffixed.unwrap_or((text, 1.0, 1.0));
    let plain = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    // What floating point has besides (`inf`, `nan`) is no quantity.
    let number: f64 =
        number.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)).then_some(number)?.parse().ok()?;
    (text.chars().all(|c| plain(c) || c.is_ascii_alphabetic()) && number.is_finite()).then_some(number * times / by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_kubernetes_reads_them() {
        for (text, want) in [
            ("1", Some(1.0)),
            ("0.1", Some(0.1)),
            ("100m", Some(0.1)),
            ("700m", Some(0.7)),
            ("128Mi", Some(134_217_728.0)),
            ("1.5Gi", Some(1_610_612_736.0)),
            ("2e3", Some(2000.0)),
            ("5E", Some(5e18)),
            ("-1k", Some(-1000.0)),
            ("1 Gi", None),
            ("Gi", None),
            ("inf", None),
            ("nan", None),
            ("1kb", None),
            ("", None),
        ] {
            assert_eq!(quantity(text), want, "{text}");
        }
    }
}
