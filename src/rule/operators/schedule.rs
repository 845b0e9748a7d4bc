//! Schedules: how long it is from one run to the next.

use super::argument::refused;
use crate::document::{Node, Value};
use crate::kernel::schedule;
use crate::rule::operator::{Operator, Partly, Test};
use crate::truth::Truth;

/// `interval`.
pub const INTERVAL: Operator = Operator {
    name: "interval",
    expects: "",
    doc: "The longest time between two runs of a schedule, in hours, satisfies the argument, a number or operators. The value is \
          a schedule of cron (five fields, six with seconds before them or years behind them, `@daily`, `@every 6h`), one of AWS \
          (`cron(…)`, `rate(12 hours)`), or a number of hours.",
    build: |argument| match argument.value {
        Value::Int(_) | Value::Float(_) | Value::Map(_) => Ok(Test::View(view)),
        _ => Err(refused("a number of hours, or operators on it such as `{ at-most = 24 }`", argument)),
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("{ at-most = 24 }", "\"0 3 * * *\"", Truth::True),
        ("{ at-most = 24 }", "\"0 3 * * 0\"", Truth::False),
        ("{ at-most = 4 }", "\"@every 6h\"", Truth::False),
        ("{ at-most = 12 }", "\"rate(12 hours)\"", Truth::True),
        ("24", "\"cron(0 5 ? * * *)\"", Truth::True),
        ("{ at-least = 0 }", "\"never\"", Truth::False),
    ],
};

fn view(node: &Node) -> Option<Node> {
    let value = match &node.value {
        Value::Int(_) | Value::Float(_) => node.value.clone(),
        Value::Str(text) => {
            let minutes = u32::try_from(schedule::longest_gap(text.as_str())?).ok()?;
            Value::Float(f64::from(minutes) / 60.0)
        }
        _ => return None,
    };
    Some(Node { value, ..node.clone() })
}
