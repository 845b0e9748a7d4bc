//! What every page has around its content.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::governance::record::Kept;
use crate::posture::State;
use crate::report::text::{Part, parts, visible};
use crate::report::words::Language;

/// The style of every page.
pub const STYLE: &str = include_str!("style.css");

/// A whole page. Its policy forbids scripts and anything loaded from elsewhere.
pub fn page(title: &str, body: &Markup) -> Markup {
    page_with(title, body, "", None)
}

/// A whole page with a style and a script of its own. Its policy forbids every other script, and anything loaded from
/// elsewhere.
pub fn page_with(title: &str, body: &Markup, style: &str, script: Option<&'static str>) -> Markup {
    page_in(Language::English, title, body, style, script)
}

/// Such a page in a language.
pub fn page_in(language: Language, title: &str, body: &Markup, style: &str, script: Option<&'static str>) -> Markup {
    let policy = match script {
        Some(script) => format!("{POLICY}; script-src 'sha256-{}'", STANDARD.encode(Sha256::digest(script))),
        None => POLICY.to_owned(),
    };
    html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) (PreEscaped(style)) }
            }
            body {
                main { (body) }
                @if let Some(script) = script { script { (PreEscaped(script)) } }
            }
        }
        "\n"
    }
}

/// A table that can be scrolled sideways where it is too wide, with the keyboard too.
pub fn table(label: &str, content: &Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { table { (content) } } }
}

/// A state as a word, marked by its letter and its colour.
pub fn state(of: State) -> Markup {
    state_in(Language::English, of)
}

/// Where evidence is kept.
pub fn kept(language: Language, of: &Kept) -> Markup {
    html! { @match of {
        Kept::Here(path) => code { (visible(path)) },
        Kept::At(address) => a href=(address) rel="noreferrer" { (visible(address)) },
        Kept::Ticket(id) => { (language.say("ticket")) " " code { (visible(id)) } }
    } }
}

/// Such a state in a language.
pub fn state_in(language: Language, of: State) -> Markup {
    html! { span.state.(of.name()) { span.letter aria-hidden="true" { (of.letter()) } " " (language.say(&of.words())) } }
}

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

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
