//! The formats of tokens that can be told by their looks.
//!
//! To add one: a line in the table of its topic, by its provider's documentation where there is some, and a row in the test `samples`. A literal
//! brings the search to a place; the pattern is then held against the text from there (or from a few bytes before), and
//! decides. How many literals there are costs nothing (`sieve`), how often one occurs does: it has four bytes or more, or three
//! after which the token goes on with a character that tokens are made of.
//!
//! Where a provider documents only how its tokens begin, the pattern asks for so many characters that no name has them.

mod ai;
mod azure;
mod clouds;
mod code;
mod data;
mod general;
#[cfg(test)]
mod samples;
mod services;

/// A kind of secret.
pub(super) struct Format {
    /// Its name in reports.
    pub name: &'static str,
    /// What every one contains; the text is searched for these.
    pub literals: &'static [&'static str],
    /// How many bytes before the literal the token begins.
    pub lead: usize,
    /// The token from its beginning; the first group is the secret where it is only part of it.
    pub pattern: &'static str,
    /// Whether the token stands on its own: no letter, digit or underscore before it.
    pub alone: bool,
    /// How much a secret can be trusted to be one.
    pub check: Check,
    /// Least entropy of the secret, in bits per character.
    pub entropy: f64,
}

/// How a secret proves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// Only by its looks.
    Looks,
    /// The last six characters are the checksum of the thirty before; one that does not match is no token.
    Checksum,
    /// The same, but it is not certain that every token has it.
    PerhapsChecksum,
    /// The last four characters are the checksum of the eighty before, as Microsoft forms it; not certain either.
    PerhapsMarvin,
    /// A JSON web token: its header has to be one.
    WebToken,
    /// An identifier of an AWS key, which is a secret together with the key beside it.
    AwsPair,
    /// A password in a URL: the host has to be one that others reach.
    Url,
}

const fn format(name: &'static str, literals: &'static [&'static str], pattern: &'static str) -> Format {
    Format { name, literals, lead: 0, pattern, alone: true, check: Check::Looks, entropy: 3.0 }
}

/// A UUID, as a part of a pattern.
macro_rules! uuid {
    () => {
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    };
}
use uuid;

/// The tables, by topic.
const TABLES: [&[Format]; 7] =
    [code::FORMATS, clouds::FORMATS, azure::FORMATS, data::FORMATS, ai::FORMATS, services::FORMATS, general::FORMATS];

/// Every format.
pub(super) fn every() -> impl Iterator<Item = &'static Format> {
    TABLES.into_iter().flatten()
}
