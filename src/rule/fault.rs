//! What can be wrong with a rule file.

use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceSpan};

use crate::document::{Level, Problem};
use crate::source::{Source, Span};

/// A fault of a rule file: what, where and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Fault {
    /// What is wrong.
    pub what: What,
    /// The place.
    pub at: Span,
    /// What to write instead.
    pub help: Option<String>,
}

/// What is wrong with a rule file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum What {
    /// It is not TOML.
    #[error("{0}")]
    Syntax(String),
    /// A key that means nothing here.
    #[error("unknown key `{0}`")]
    UnknownKey(String),
    /// A key that has to be there.
    #[error("{0} has no `{1}`")]
    MissingKey(&'static str, &'static str),
    /// A value of the wrong type.
    #[error("`{what}` is a {found}, expected {expected}")]
    WrongType {
        /// Whose value it is.
        what: String,
        /// The type it has.
        found: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A text that says nothing.
    #[error("`{0}` is empty")]
    Blank(String),
    /// The file's name is no rule id.
    #[error("`{0}` is not a rule id")]
    BadId(String),
    /// An id that another rule has.
    #[error("the {what} `{name}` is already taken by {by}")]
    Duplicate {
        /// `id` or `alias`.
        what: &'static str,
        /// The name.
        name: String,
        /// Which rule has it.
        by: String,
    },
    /// Two plain names of one peer: each said to be all of the rule.
    #[error("`{0}` and `{1}` of the same peer are both said to be all of this rule")]
    SecondName(String, String),
    /// A word that is none of a few.
    #[error("`{0}` is no {1}")]
    UnknownWord(String, &'static str),
    /// A control that the standard does not have.
    #[error("there is no control `{0}` in ISO/IEC 27002:2022")]
    UnknownControl(String),
    /// A control's id without quotes.
    #[error("the id of a control has to be in quotes")]
    BareControl,
    /// No control is checked directly.
    #[error("no control is `direct`")]
    NoDirectControl,
    /// A reference that is no https address.
    #[error("`{0}` is not an https address")]
    BadReference(String),
    /// A release that is no release.
    #[error("`{0}` is no release")]
    BadRelease(String),
    /// A kind that no dialect lists: the check could never judge anything.
    #[error("no dialect lists the kind `{0}`")]
    UnknownKind(String),
    /// A path that nothing of the kinds in question can have: the step, and what it was meant to lead to.
    #[error("in the path `{0}`: nothing that this judges has `{1}`")]
    UnknownPath(String, String),
    /// Something of a check with twins that the other format has no name for.
    #[error("{0} has no twin")]
    Untwinned(String),
    /// A glob that does not compile.
    #[error("`{0}` is not a glob: {1}")]
    BadGlob(String, String),
    /// Both of `assert` and `deny`, or neither.
    #[error("a check has exactly one of `assert` and `deny`, this one has {0}")]
    AssertOrDeny(&'static str),
    /// A message with braces that hold no key.
    #[error("`{0}` is not a message")]
    BadMessage(String),
    /// A path that cannot be read.
    #[error("in the path `{0}`: {1}")]
    BadPath(String, String),
    /// A path where it makes no sense.
    #[error("`{0}` cannot stand here")]
    Misplaced(String),
    /// An operator that does not exist.
    #[error("unknown operator `{0}`")]
    UnknownOperator(String),
    /// A table of operators and of something else.
    #[error("`{0}` is no operator, but `{1}` beside it is one")]
    MixedTable(String, String),
    /// An argument that an operator does not take.
    #[error("`{0}`: {1}")]
    BadArgument(String, String),
    /// A list where it is not clear what it means.
    #[error("a plain list is ambiguous")]
    PlainList,
    /// A condition that says nothing.
    #[error("`{0}` is empty: it says nothing")]
    EmptyCondition(String),
    /// A condition that nothing can satisfy.
    #[error("this can never hold: {0}")]
    NeverHolds(String),
    /// Nested too deeply.
    #[error("conditions are nested too deeply")]
    TooDeep,
}

impl What {
    /// A stable dotted name.
    pub fn code(&self) -> &'static str {
        match self {
            What::Syntax(_) => "rule::syntax",
            What::UnknownKey(_) => "rule::unknown_key",
            What::MissingKey(..) => "rule::missing_key",
            What::WrongType { .. } => "rule::wrong_type",
            What::Blank(_) => "rule::empty_text",
            What::BadId(_) => "rule::id",
            What::Duplicate { .. } => "rule::duplicate",
            What::SecondName(..) => "rule::alias",
            What::UnknownWord(..) => "rule::unknown_word",
            What::UnknownControl(_) | What::BareControl | What::NoDirectControl => "rule::control",
            What::BadReference(_) => "rule::reference",
            What::BadRelease(_) => "rule::release",
            What::UnknownKind(_) => "rule::unknown_kind",
            What::UnknownPath(..) => "rule::unknown_path",
            What::Untwinned(_) => "rule::twin",
            What::BadGlob(..) => "rule::glob",
            What::AssertOrDeny(_) => "rule::assert_or_deny",
            What::BadMessage(_) => "rule::message",
            What::BadPath(..) | What::Misplaced(_) => "rule::path",
            What::UnknownOperator(_) | What::MixedTable(..) => "rule::unknown_operator",
            What::BadArgument(..) | What::PlainList => "rule::argument",
            What::EmptyCondition(_) => "rule::empty_condition",
            What::NeverHolds(_) => "rule::never_holds",
            What::TooDeep => "rule::too_deep",
        }
    }
}

impl Fault {
    /// The fault as a problem of a report. Rule files are not always files of the scan: then the place is told in words.
    pub fn problem(&self, source: &Source, in_workspace: bool) -> Problem {
        let message = if in_workspace {
            self.what.to_string()
        } else {
            let position = source.position(self.at.start);
            format!("{} (line {}, column {})", self.what, position.line, position.column)
        };
        Problem {
            code: self.what.code(),
            level: Level::Error,
            path: source.path().into(),
            span: in_workspace.then_some(self.at),
            message,
            help: self.help.clone(),
        }
    }
}

impl Diagnostic for Fault {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(self.what.code()))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = SourceSpan::new((self.at.start as usize).into(), self.at.len());
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(Some("here".to_owned()), span))))
    }
}

/// A rule file that was refused, with all its faults.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{path} is not a sound rule ({} {})", faults.len(), if faults.len() == 1 { "fault" } else { "faults" })]
#[diagnostic(code(rule::refused))]
pub struct Refused {
    /// The file.
    pub path: Arc<str>,
    /// Its text, for excerpts.
    #[source_code]
    pub text: NamedSource<String>,
    /// What is wrong, in the order of the file.
    #[related]
    pub faults: Vec<Fault>,
}

impl Refused {
    /// The faults of a file, ready to be shown.
    pub fn new(source: &Source, faults: Vec<Fault>) -> Refused {
        let text = NamedSource::new(source.path(), source.text().to_owned());
        Refused { path: source.path().into(), text, faults }
    }
}
