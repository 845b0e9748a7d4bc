//! The words of an operator table that are not questions about one value: quantifiers, negation, counting, presence.
//!
//! They stand beside the operators of [`super::operator`], and names, help and the reference read both tables.

use crate::rule::operator::OPERATORS;
use crate::truth::Truth::{self, False, True};

/// What a structural word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// The node does not satisfy the argument.
    Not,
    /// Every node satisfies the argument, and there is one.
    Every,
    /// Some node satisfies the argument.
    Some,
    /// No node satisfies the argument.
    None,
    /// The number of nodes satisfies the argument.
    Count,
    /// The number of different nodes satisfies the argument.
    Distinct,
    /// The length satisfies the argument.
    Length,
    /// Something stands at the path.
    Present,
    /// There is nothing in the value.
    Empty,
    /// The value when nothing stands at the path.
    Default,
    /// The argument holds without case.
    IgnoringCase,
    /// The value is that of another place.
    ValueOf,
}

/// A structural word of the rule language.
pub struct Structural {
    /// Its name in rules.
    pub name: &'static str,
    /// What it means.
    pub means: Structure,
    /// What it holds for, for the reference.
    pub doc: &'static str,
    /// `(operator table, value, outcome)` under `assert`: the table in TOML, the value in JSON and empty where nothing
    /// stands at the path; printed in the reference and run as tests.
    pub examples: &'static [(&'static str, &'static str, Truth)],
}

/// Every structural word.
pub const STRUCTURES: &[Structural] = &[
    Structural {
        name: "not",
        means: Structure::Not,
        doc: "The value does not satisfy the argument: a plain value, a table of operators or a nested condition. \
              Nothing at the path is not a value, so `not` does not hold of it.",
        examples: &[
            ("{ not = \"aurora\" }", "\"mysql\"", True),
            ("{ not = \"aurora\" }", "\"aurora\"", False),
            ("{ not = { starts-with = \"aurora\" } }", "\"aurora-mysql\"", False),
            ("{ not = \"aurora\" }", "", False),
        ],
    },
    Structural {
        name: "every",
        means: Structure::Every,
        doc: "Every value at the path satisfies the argument, and there is one. The default under `assert`.",
        examples: &[
            ("{ every = { starts-with = \"10.\" } }", "[\"10.0.0.1\", \"10.0.0.2\"]", True),
            ("{ every = { starts-with = \"10.\" } }", "[\"10.0.0.1\", \"8.8.8.8\"]", False),
            ("{ every = { starts-with = \"10.\" } }", "[]", False),
        ],
    },
    Structural {
        name: "some",
        means: Structure::Some,
        doc: "Some value at the path satisfies the argument. The default under `deny`, `when` and `where`.",
        examples: &[
            ("{ some = \"SECURITY.md\" }", "[\"README.md\", \"SECURITY.md\"]", True),
            ("{ some = \"SECURITY.md\" }", "[\"README.md\"]", False),
            ("{ some = \"SECURITY.md\" }", "", False),
        ],
    },
    Structural {
        name: "none",
        means: Structure::None,
        doc: "No value at the path satisfies the argument; holds where nothing stands there.",
        examples: &[
            ("{ none = \"*\" }", "[\"s3:GetObject\"]", True),
            ("{ none = \"*\" }", "[\"s3:GetObject\", \"*\"]", False),
            ("{ none = \"*\" }", "", True),
        ],
    },
    Structural {
        name: "count",
        means: Structure::Count,
        doc: "The number of values at the path, the items of a list one by one; nothing counts as 0. The argument is a \
              number, or a table of `equals`, `one-of`, `none-of`, `at-least`, `at-most`, `above`, `below` and `not`.",
        examples: &[
            ("{ count = 2 }", "[1, 2]", True),
            ("{ count = { at-most = 1 } }", "[1, 2]", False),
            ("{ count = 0 }", "", True),
        ],
    },
    Structural {
        name: "distinct",
        means: Structure::Distinct,
        doc: "The number of different values at the path, the items of a list one by one; nothing counts as 0. The argument \
              is as for `count`.",
        examples: &[
            ("{ distinct = { at-least = 2 } }", "[\"a\", \"b\", \"a\"]", True),
            ("{ distinct = { at-least = 2 } }", "[\"a\", \"a\"]", False),
            ("{ distinct = 0 }", "", True),
        ],
    },
    Structural {
        name: "length",
        means: Structure::Length,
        doc: "The length of a text in characters, of a list in items or of a map in keys. The argument is as for `count`.",
        examples: &[
            ("{ length = { at-least = 12 } }", "\"correct horse\"", True),
            ("{ length = 0 }", "[1]", False),
            ("{ length = 1 }", "{\"a\": 1}", True),
        ],
    },
    Structural {
        name: "present",
        means: Structure::Present,
        doc: "Something stands at the path (`true`), or nothing does (`false`). Where the format takes null for \
              unset (Terraform, CloudFormation), null is nothing. A plain reference to another resource is something.",
        examples: &[
            ("{ present = true }", "\"\"", True),
            ("{ present = true }", "", False),
            ("{ present = false }", "", True),
        ],
    },
    Structural {
        name: "empty",
        means: Structure::Empty,
        doc: "The value is the empty text, an empty list, an empty map or null (`true`), or is not (`false`). Nothing \
              at the path is neither; `present` and `default` are for that.",
        examples: &[
            ("{ empty = true }", "\"\"", True),
            ("{ empty = true }", "[0]", False),
            ("{ empty = false }", "{\"a\": 1}", True),
            ("{ empty = true }", "", False),
        ],
    },
    Structural {
        name: "default",
        means: Structure::Default,
        doc: "The documented default, which is compared where nothing stands at the path.",
        examples: &[
            ("{ at-least = 7, default = 0 }", "", False),
            ("{ equals = \"Allow\", default = \"Allow\" }", "", True),
            ("{ equals = \"Allow\", default = \"Allow\" }", "\"Deny\"", False),
        ],
    },
    Structural {
        name: "ignoring-case",
        means: Structure::IgnoringCase,
        doc: "The argument holds when letters are compared without case.",
        examples: &[
            ("{ ignoring-case = \"enabled\" }", "\"Enabled\"", True),
            ("{ ignoring-case = { starts-with = \"TLS\" } }", "\"tls1.2\"", True),
            ("{ ignoring-case = \"enabled\" }", "\"disabled\"", False),
        ],
    },
    Structural {
        name: "value-of",
        means: Structure::ValueOf,
        doc: "The value is equal to what stands at another path, which begins where the paths of the table around do, or with \
              `@`. As the argument of an operator, what stands there is its argument: of several values the operator must \
              hold of each, unless it takes a list; where nothing stands there, it does not hold.",
        examples: &[
            ("{ name = { value-of = \"id\" } }", "{\"name\": \"a\", \"id\": \"a\"}", True),
            ("{ most = { at-least = { value-of = \"least\" } } }", "{\"most\": 2, \"least\": 3}", False),
            (
                "{ most = { quantity = { at-least = { value-of = \"least\" } } } }",
                "{\"most\": \"1Gi\", \"least\": \"512Mi\"}",
                True,
            ),
            ("{ name = { one-of = { value-of = \"names\" } } }", "{\"name\": \"a\", \"names\": [\"a\", \"b\"]}", True),
            ("{ name = { value-of = \"id\" } }", "{\"name\": \"a\"}", False),
        ],
    },
];

/// The structural word of a name.
pub fn named(name: &str) -> Option<&'static Structural> {
    STRUCTURES.iter().find(|structural| structural.name == name)
}

/// Every word that may stand in an operator table.
pub fn operator_names() -> impl Iterator<Item = &'static str> {
    let tests = OPERATORS.iter().map(|operator| operator.name);
    STRUCTURES.iter().map(|structural| structural.name).chain(tests)
}
