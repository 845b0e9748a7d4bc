//! What every page of the manual has around its content.

use maud::{Markup, html};

use super::INDEX;
use crate::report::html::shell::page_with;
use crate::report::text::uri;

const STYLE: &str = include_str!("pages.css");

/// Where a page is below the folder of the manual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the folder itself.
    Top,
    /// In one of its folders.
    Below,
}

impl Place {
    /// A link from here to a path below the folder of the manual.
    pub fn to(self, path: &str) -> String {
        match self {
            Place::Top => path.to_owned(),
            Place::Below => format!("../{path}"),
        }
    }

    /// A link from here to what a search finds.
    pub fn search(self, key: &str, value: &str) -> String {
        let value = uri(value).replace('+', "%2B");
        format!("{}#{key}={value}", self.to(INDEX))
    }
}

/// A whole page; `trail` are the pages above it.
pub fn page(
    place: Place,
    title: &str,
    trail: &[(String, Markup)],
    content: &Markup,
    script: Option<&'static str>,
) -> String {
    let name = if place == Place::Top { title.to_owned() } else { format!("{title} · rules of annexa") };
    let body = html! {
        @if place == Place::Below {
            nav.trail aria-label="Where this page is" {
                ol {
                    li { a href=(place.to(INDEX)) { "Rules" } }
                    @for (link, text) in trail { li { a href=(link) { (text) } } }
                }
            }
        }
        (content)
        footer { "annexa " (env!("CARGO_PKG_VERSION")) " · controls of ISO/IEC 27002:2022, in our own words" }
    };
    page_with(&name, &body, STYLE, script).into_string()
}
