//! What the parser's errors mean to whoever wrote the file.

use granit_parser::ErrorKind;

/// What is wrong, and what to do about it.
pub(super) fn explain(kind: &ErrorKind) -> (String, Option<&'static str>) {
    let (message, help) = match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => ("a tab cannot indent YAML", "indent with spaces"),
        ErrorKind::InvalidIndentation | ErrorKind::ExpectedBlockMappingKey => {
            ("this line does not continue the map above", "align its first key with the keys it belongs to")
        }
        ErrorKind::ExpectedBlockSequenceEntry => {
            ("this line does not continue the list above", "align its dash with the items it belongs to")
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::MappingKeyNotAllowed => {
            ("a key cannot stand here", "quote the text if it holds a colon, or start a new line")
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("expected `:` after this key", "write `key: value`, or indent text that continues the value above")
        }
        ErrorKind::UnclosedQuotedScalar => ("string is not closed", "add the missing quote"),
        ErrorKind::UnclosedFlowCollection { open: '{' } | ErrorKind::UnexpectedEofFlowMapping => {
            ("`{` is not closed", "add the missing `}`")
        }
        ErrorKind::UnclosedFlowCollection { .. } | ErrorKind::UnexpectedEofFlowSequence => {
            ("`[` is not closed", "add the missing `]`")
        }
        ErrorKind::MismatchedFlowCollectionEnd { .. } | ErrorKind::MisplacedFlowCollectionEnd => {
            ("this bracket closes nothing", "remove it, or close the one that is open")
        }
        ErrorKind::ExpectedFlowMappingSeparator => ("expected a comma or `}`", "separate entries with `,`"),
        ErrorKind::ExpectedFlowSequenceSeparator => ("expected a comma or `]`", "separate items with `,`"),
        ErrorKind::UnknownQuotedScalarEscape => {
            ("YAML has no such escape", "write a backslash as `\\\\`, or use single quotes")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("text after the closing quote", "put the whole value into the quotes")
        }
        ErrorKind::UnexpectedCharacter { character: '@' | '`' } => {
            ("plain text cannot start with this character", "quote the text")
        }
        ErrorKind::UnexpectedCharacter { character: '%' } => {
            ("plain text cannot start with `%`", "quote the text; a template has to be rendered first")
        }
        ErrorKind::InvalidColonPlacement => ("a colon cannot stand here", "close the bracket or quote that is open"),
        ErrorKind::BlockSequenceEntryNotAllowed | ErrorKind::InvalidBlockEntryWhitespace => {
            ("a list item cannot start here", "start the list on a line of its own, or quote the text")
        }
        ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("string is not closed before the next document", "add the missing quote")
        }
        ErrorKind::UnexpectedCharacter { .. } => ("unexpected character", "quote the text"),
        ErrorKind::MissingDirectiveName | ErrorKind::InvalidDirectiveName => {
            ("a line that starts with `%` is a directive", "quote the text; a template has to be rendered first")
        }
        ErrorKind::RecursionLimitExceeded => ("nested too deeply", "flatten the structure"),
        other => return (other.to_string().trim_end_matches('.').to_lowercase(), None),
    };
    (message.to_owned(), Some(help))
}
