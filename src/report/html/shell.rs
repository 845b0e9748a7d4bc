//! What every page has around its content.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::report::text::{Part, parts, visible};

/// The style of every page.
pub const STYLE: &str = include_str!("style.css");

/// A whole page. Its policy forbids scripts and anything loaded from elsewhere.
pub fn page(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) } }
        }
        "\n"
    }
}

/// A sentence: what stands between backticks becomes code.
pub fn prose(text: &str) -> Markup {
    html! {
        @for part in parts(text.trim()) {
            @match part {
                Part::Plain(text) => (visible(text)),
                Part::Code(text) => code { (visible(text)) },
            }
        }
    }
}
