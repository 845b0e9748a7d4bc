//! Functions of texts of which parts are filled in: what is known of the text is known of the result.

use super::{Call, Function, Host, network};
use crate::dialect::terraform::value::{Partial, Value};

/// What becomes of the pieces that are known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// They stay. What is encoded counts as it is: a machine is handed what stands in it.
    Kept,
    /// Each is what the function makes of it.
    Mapped,
    /// What the function takes off is taken off the first and the last; a hole at an end takes in what may be.
    Trimmed,
    /// What the function takes off, if anything, is one text.
    Without,
}

/// The functions, with the place of the text among their arguments.
const FUNCTIONS: &[(&str, usize, Way)] = &[
    ("base64encode", 0, Way::Kept),
    ("base64gzip", 0, Way::Kept),
    ("chomp", 0, Way::Trimmed),
    ("indent", 1, Way::Mapped),
    ("lower", 0, Way::Mapped),
    ("pathexpand", 0, Way::Mapped),
    ("replace", 0, Way::Mapped),
    ("textencodebase64", 0, Way::Kept),
    ("trim", 0, Way::Trimmed),
    ("trimprefix", 0, Way::Without),
    ("trimspace", 0, Way::Trimmed),
    ("trimsuffix", 0, Way::Without),
    ("upper", 0, Way::Mapped),
];

/// The pieces of the result of a function whose text is known in part, where everything else that it is given is known; or of one
/// that counts within a range that is known.
pub(super) fn of(function: &Function, args: &[Value], host: &dyn Host) -> Option<Vec<Value>> {
    if let Some(pieces) = network::within(function, args) {
        return Some(pieces);
    }
    let (_, at, way) = FUNCTIONS.iter().find(|(name, ..)| *name == function.name)?;
    let others_known = args.iter().enumerate().all(|(place, arg)| place == *at || arg.is_wholly_known());
    let Some(Partial::Template(pieces)) = &args.get(*at)?.as_unknown()?.partial else { return None };
    // A pattern may reach over what is filled in.
    let is_pattern = function.name == "replace" && args.get(1)?.as_str().is_some_and(|text| text.starts_with('/'));
    if !others_known || is_pattern || pieces.iter().all(|piece| piece.as_str().is_none()) {
        return None;
    }
    let call = |text: Value| {
        let mut own = args.to_vec();
        let origin = text.origin.clone();
        *own.get_mut(*at)? = text;
        Some((function.call)(&mut Call { args: own, host }).ok()?.with_origin(origin))
    };
    match way {
        Way::Kept => Some(pieces.to_vec()),
        Way::Mapped => {
            let mapped =
                |piece: &Value| if piece.as_str().is_some() { call(piece.clone()) } else { Some(piece.clone()) };
            pieces.iter().map(mapped).collect()
        }
        Way::Without if may_reach_over(function, args, pieces) => None,
        Way::Trimmed | Way::Without => trimmed(pieces, call),
    }
}

/// Stands for what is between the ends of a text: no function takes it off.
const REST: char = '\u{F8FF}';

/// The pieces with the first and the last of those that are known as a function leaves them.
fn trimmed(pieces: &[Value], call: impl Fn(Value) -> Option<Value>) -> Option<Vec<Value>> {
    let mut pieces = pieces.to_vec();
    let is_known = |piece: &Value| piece.as_str().is_some();
    let first = pieces.iter_mut().find(|piece| is_known(piece))?;
    let made = call(Value::string(format!("{}{REST}", first.as_str()?)))?;
    *first = Value::string(made.as_str()?.strip_suffix(REST)?).with_origin(first.origin.clone());
    let last = pieces.iter_mut().rfind(|piece| is_known(piece))?;
    let made = call(Value::string(format!("{REST}{}", last.as_str()?)))?;
    *last = Value::string(made.as_str()?.strip_prefix(REST)?).with_origin(last.origin.clone());
    Some(pieces)
}

/// Whether what is to be taken off may reach from the end of a text into what is filled in.
fn may_reach_over(function: &Function, args: &[Value], pieces: &[Value]) -> bool {
    let off = args.get(1).and_then(Value::as_str).unwrap_or("");
    match function.name {
        "trimprefix" => {
            pieces.first().and_then(Value::as_str).is_none_or(|text| off.len() > text.len() && off.starts_with(text))
        }
        _ => pieces.last().and_then(Value::as_str).is_none_or(|text| off.len() > text.len() && off.ends_with(text)),
    }
}
