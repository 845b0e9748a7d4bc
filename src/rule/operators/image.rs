//! References to container images.

use super::argument::refused;
use crate::document::Value;
use crate::fact::image::parse;
use crate::fact::image_partial::parse as parse_partial;
use crate::rule::operator::{Operator, Partly, Test};
use crate::truth::Truth;

/// `image`.
pub const IMAGE: Operator = Operator {
    name: "image",
    expects: "an image with",
    doc: "The value is a reference to a container image whose parts satisfy a condition: `registry` (absent where none is \
          written), `repository` (without the registry), `name` (the last part of the repository), `tag`, `digest` and \
          `text` (all of it). Of a text of which parts are known, it is taken for granted that it will be such a reference \
          and that what is filled in after a colon is a part of the tag.",
    build: |argument| match argument.value {
        Value::Map(_) => Ok(Test::View(|node| match &node.value {
            Value::Str(text) => parse(text, node.span),
            _ => None,
        })),
        _ => Err(refused("a condition on parts of the image such as `{ tag = \"latest\" }`", argument)),
    },
    proof: None,
    partly: Partly::Shows(parse_partial),
    examples: &[
        ("{ tag = \"latest\" }", "\"nginx:latest\"", Truth::True),
        ("{ tag = { present = false }, digest = { present = false } }", "\"nginx\"", Truth::True),
        ("{ tag = { present = false } }", "\"localhost:5000/app\"", Truth::True),
        ("{ registry = { one-of = [\"ghcr.io\"] } }", "\"ghcr.io/a/b:1\"", Truth::True),
        ("{ registry = { present = true } }", "\"library/nginx\"", Truth::False),
        ("{ digest = { starts-with = \"sha256:\" } }", "\"nginx@sha256:00\"", Truth::True),
        ("{ name = \"nginx\" }", "\"docker://quay.io/team/nginx:1.27\"", Truth::True),
        ("{ tag = \"latest\" }", "\"not an image\"", Truth::False),
        ("{ tag = \"latest\" }", "\"…/web:latest\"", Truth::True),
        ("{ tag = \"latest\" }", "\"web:1.2-…\"", Truth::False),
        ("{ registry = \"ghcr.io\" }", "\"ghcr.io/team/web:…\"", Truth::True),
        ("{ registry = \"ghcr.io\" }", "\"…/web:1.2\"", Truth::Unknown),
    ],
};
