//! Functions of texts of which parts are filled in: what is known of the text is known of the result.

use super::{Call, Function, Host};
use crate::dialect::terraform::value::{Partial, Value};

/// What becomes of the pieces that are known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// They stay, but for what may be taken off at the ends. What is encoded counts as it is: a machine is handed what stands in it.
    Kept,
    /// Each is what the function makes of it.
    Mapped,
}

/// The functions, with the place of the text among their arguments.
const FUNCTIONS: &[(&str, usize, Way)] = &[
    ("base64encode", 0, Way::Kept),
    ("base64gzip", 0, Way::Kept),
    ("chomp", 0, Way::Kept),
    ("indent", 1, Way::Mapped),
    ("lower", 0, Way::Mapped),
    ("replace", 0, Way::Mapped),
    ("textencodebase64", 0, Way::Kept),
    ("trim", 0, Way::Kept),
    ("trimprefix", 0, Way::Kept),
    ("trimspace", 0, Way::Kept),
    ("trimsuffix", 0, Way::Kept),
    ("upper", 0, Way::Mapped),
];

/// The pieces of the result of a function whose text is known in part, where everything else that it is given is known.
pub(super) fn of(function: &Function, args: &[Value], host: &dyn Host) -> Option<Vec<Value>> {
    let (_, at, way) = FUNCTIONS.iter().find(|(name, ..)| *name == function.name)?;
    let others_known = args.iter().enumerate().all(|(place, arg)| place == *at || arg.is_wholly_known());
    let Some(Partial::Template(pieces)) = &args.get(*at)?.as_unknown()?.partial else { return None };
    // A pattern may reach over what is filled in.
    let is_pattern = function.name == "replace" && args.get(1)?.as_str().is_some_and(|text| text.starts_with('/'));
    if !others_known || is_pattern || pieces.iter().all(|piece| piece.as_str().is_none()) {
        return None;
    }
    let mapped = |piece: &Value| {
        if *way == Way::Kept || piece.as_str().is_none() {
            return Some(piece.clone());
        }
        let mut own = args.to_vec();
        *own.get_mut(*at)? = piece.clone();
        let made = (function.call)(&mut Call { args: own, host }).ok()?;
        Some(made.with_origin(piece.origin.clone()))
    };
    pieces.iter().map(mapped).collect()
}
