//! The states over time as a page: one file, no script, nothing loaded from anywhere.

use std::io::{self, Write};

use maud::html;

use super::{CHART_STYLE, over_time};
use crate::report::html::shell::page_with;
use crate::report::words::Language;
use crate::report::{Format, Options, Report};

/// The format.
pub const HTML: Format =
    Format { name: "html", doc: "A page in one file, with charts and a line for each control.", ledger: true, render };

const TITLE: &str = "Controls of ISO/IEC 27002:2022 over time";

fn render(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(history) = &report.about.history else { return Ok(()) };
    let body = html! {
        header { h1 { (TITLE) } }
        section { h2 { "All controls" } (over_time(Language::English, history)) }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) ", rules " code { (report.rules_hash) } }
    };
    out.write_all(page_with(TITLE, &body, CHART_STYLE, None).into_string().as_bytes())
}
