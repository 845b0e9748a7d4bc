//! What is secret, and therefore never shown.
//!
//! Secrecy is a property of a value and of a range of a text, and is decided here alone: by the name it stands under
//! ([`names`]), by what stands there ([`values`]), by the format of a token ([`tokens`]), by a flag or an address. Parsed
//! trees are looked at by their keys ([`tree`]), everything else, broken files and scripts in strings included, by its
//! looks ([`lexical`]); what files declare to be secret is, whatever it is called ([`declared`]). When in doubt something is hidden: that costs a reader little, while a password in the log of a
//! pipeline costs somebody else a lot.
//!
//! [`Secrets`] are those of one run. Whatever quotes a file asks them first.

mod checks;
mod clean;
mod commands;
pub mod declared;
mod extent;
mod finder;
pub mod firebase;
mod flags;
mod formats;
mod heads;
mod known;
mod leaving;
pub mod lexical;
mod looks;
mod loose;
mod mask;
pub mod names;
mod parts;
mod piped;
mod run;
mod sieve;
#[cfg(test)]
mod tests;
pub mod tokens;
pub mod tree;
mod urls;
pub mod values;

use std::borrow::Cow;
use std::ops::Range;

pub use checks::entropy;
pub use leaving::Leaving;
pub use mask::MASK;
pub use names::{Matter, named};
pub use run::Secrets;
pub use values::Nature;

/// A secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it stands.
    pub range: Range<usize>,
    /// The name that says so, or that of its format.
    pub name: Box<str>,
    /// What it is.
    pub matter: Matter,
    /// How it was found.
    pub how: How,
    /// What stands there.
    pub nature: Nature,
}

/// How a secret was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// It is assigned to a name.
    Assignment,
    /// It stands beside its name.
    Pair,
    /// It is the argument of a flag.
    Flag,
    /// It is in the user information of an address.
    Address,
    /// It is in a header.
    Header,
    /// It has the format of a token.
    Token(&'static str),
    /// It is a private key.
    Key,
    /// It looks as if a machine had drawn it; nothing else tells.
    Looks,
}

impl How {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            How::Assignment => "assignment",
            How::Pair => "pair",
            How::Flag => "flag",
            How::Address => "address",
            How::Header => "header",
            How::Token(_) => "token",
            How::Key => "key",
            How::Looks => "looks",
        }
    }
}

impl Hit {
    /// A password at a place.
    fn told(text: &str, range: Range<usize>, how: How) -> Hit {
        let nature = values::nature(text.get(range.clone()).unwrap_or(""), Matter::Password);
        Hit { range, name: how.name().into(), matter: Matter::Password, how, nature }
    }
}

/// A text without the secrets that its looks give away.
pub fn concealed(text: &str) -> Cow<'_, str> {
    let places: Vec<Range<usize>> = lexical::hits(text).into_iter().map(|hit| hit.range).collect();
    mask::without(text, &places)
}

/// The beginning of what somebody wrote, as a message quotes it: without secrets that its looks give away.
pub fn quoted(text: &str) -> String {
    const MOST: usize = 80;
    let told = concealed(text);
    match told.char_indices().nth(MOST) {
        Some((at, _)) => format!("`{}…`", told.get(..at).unwrap_or_default()),
        None => format!("`{told}`"),
    }
}
