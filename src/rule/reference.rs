//! The reference of the rule language, in Markdown, written from the tables that the program itself reads.

use std::fmt::Write as _;

use super::files::FORMATS;
use super::operator::OPERATORS;
use super::structure::STRUCTURES;
use crate::dialect::{Dialect, Kinds};
use crate::schema::{Type, View};
use crate::truth::Truth;

const LANGUAGE: &str = include_str!("language.md");

/// The reference of the rule language: the text of `language.md` with the tables of dialects and operators.
pub fn language(dialects: &[&Dialect]) -> String {
    let mut text = String::from("<!-- Written by `UPDATE_DOCS=1 cargo test --test docs`; do not edit. -->\n\n");
    for part in LANGUAGE.split_inclusive('\n') {
        match part.trim_end() {
            "<!-- dialects -->" => kinds(dialects, &mut text),
            "<!-- views -->" => views(dialects, &mut text),
            "<!-- formats -->" => formats(&mut text),
            "<!-- structures -->" => structures(&mut text),
            "<!-- operators -->" => operators(&mut text),
            _ => text.push_str(part),
        }
    }
    text
}

fn formats(text: &mut String) {
    text.push_str("| Format | What is read |\n| --- | --- |\n");
    for format in FORMATS {
        let _ = writeln!(text, "| {} | {} |", code(format.name), cell(format.doc));
    }
}

fn kinds(dialects: &[&Dialect], text: &mut String) {
    text.push_str("| Kinds | What they are |\n| --- | --- |\n");
    for dialect in dialects {
        let kinds = match dialect.kinds {
            Kinds::Open { example, .. } => format!("`{}/…`, such as `{0}/{example}`", dialect.name),
            Kinds::Closed(kinds) => {
                let kinds: Vec<String> = kinds
                    .iter()
                    .map(|kind| match *kind {
                        "" => format!("`{}`", dialect.name),
                        kind if kind == dialect.name => format!("`{kind}`"),
                        kind => format!("`{}/{kind}`", dialect.name),
                    })
                    .collect();
                kinds.join(", ")
            }
        };
        let _ = writeln!(text, "| {} | {} |", cell(&kinds), cell(dialect.doc));
    }
}

/// The views of each dialect: one row for each, with the kinds that have it.
fn views(dialects: &[&Dialect], text: &mut String) {
    for dialect in dialects {
        let mut rows: Vec<(&View, Vec<&str>)> = Vec::new();
        for (offer, view) in dialect.offers.iter().flat_map(|offer| offer.views.iter().map(move |view| (offer, view))) {
            match rows.iter_mut().find(|(row, _)| row.path == view.path && row.doc == view.doc) {
                Some((_, kinds)) => kinds.extend(offer.kinds),
                None => rows.push((view, offer.kinds.to_vec())),
            }
        }
        if rows.is_empty() {
            continue;
        }
        let _ = write!(
            text,
            "#### {}\n\n| Path | Kinds | Type | Meaning | Example |\n| --- | --- | --- | --- | --- |\n",
            dialect.name
        );
        for (view, kinds) in rows {
            let kinds: Vec<String> = kinds
                .into_iter()
                .map(|kind| if kind.is_empty() || kind == "*" { "all".to_owned() } else { code(kind) })
                .collect();
            let ty =
                if view.ty.starts_with('=') { "as the object has it".to_owned() } else { shown(&Type::read(view.ty)) };
            let (path, kinds) = (cell(&code(view.path)), kinds.join(", "));
            let _ = writeln!(
                text,
                "| {path} | {kinds} | {} | {} | {} |",
                cell(&ty),
                cell(view.doc),
                cell(&code(view.example))
            );
        }
        text.push('\n');
    }
}

/// A type with the names of the fields below it.
fn shown(ty: &Type) -> String {
    let names: Vec<String> = ty.fields().iter().map(|field| code(field.name)).collect();
    if names.is_empty() { ty.word() } else { format!("{} ({})", ty.word(), names.join(", ")) }
}

fn structures(text: &mut String) {
    for structural in STRUCTURES {
        let examples = structural.examples.iter().map(|(table, value, truth)| {
            let value = if value.is_empty() { "nothing".to_owned() } else { code(value) };
            (code(table), value, *truth)
        });
        section(structural.name, structural.doc, examples, text);
    }
}

fn operators(text: &mut String) {
    for operator in OPERATORS {
        let examples = operator.examples.iter().map(|(argument, value, truth)| {
            (code(&format!("{{ {} = {argument} }}", operator.name)), code(value), *truth)
        });
        section(operator.name, operator.doc, examples, text);
    }
}

fn section(name: &str, doc: &str, examples: impl Iterator<Item = (String, String, Truth)>, text: &mut String) {
    let _ = write!(text, "### `{name}`\n\n{doc}\n\n| Asked | Of | Holds |\n| --- | --- | --- |\n");
    for (asked, value, truth) in examples {
        let truth = match truth {
            Truth::True => "yes",
            Truth::False => "no",
            Truth::Unknown => "not decided",
        };
        let _ = writeln!(text, "| {} | {} | {truth} |", cell(&asked), cell(&value));
    }
    text.push('\n');
}

fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// A text inside a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}
