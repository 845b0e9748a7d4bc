//! What many programs use alike.

use super::{Check, Format, format};

/// The formats.
pub(super) const FORMATS: &[Format] = &[
    Format {
        check: Check::WebToken,
        ..format("json-web-token", &["eyJ"], r"^(eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{20,})")
    },
    // age-encryption.org/v1
    format("age-secret-key", &["AGE-SECRET-KEY-1"], r"^AGE-SECRET-KEY-1([0-9A-Z]{58})"),
    Format {
        alone: false,
        check: Check::Url,
        entropy: 2.5,
        ..format(
            "password-in-url",
            &["://"],
            r#"^://[A-Za-z0-9._%+-]{1,64}:([^\x00-\x20\x7f:/@"'`<>{}$()\[\],;*|\\]{6,100})@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"#,
        )
    },
];
