//! Reading JSON item by item: what is wrong with one item is told at its place, and the others are read.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::gathered::{Fault, FileFaults};

/// The whole text as one object.
pub(super) fn object<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, Fault> {
    let start = text.len() - text.trim_start().len();
    // A list would be taken for the fields of the object in their order.
    if text.get(start..).is_some_and(|rest| rest.starts_with('[')) {
        return Err(Fault { at: Some(start), message: "an object in braces is expected, not a list".to_owned() });
    }
    whole(text)
}

/// The whole text as one value.
fn whole<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| fault(text, 0, &error))
}

/// One item of it; what is wrong is told.
pub(super) fn item<'t, T: Deserialize<'t>>(text: &str, raw: &'t RawValue, faults: &mut FileFaults) -> Option<T> {
    match serde_json::from_str(raw.get()) {
        Ok(read) => Some(read),
        Err(error) => {
            faults.add(fault(raw.get(), start(text, raw), &error));
            None
        }
    }
}

/// Where an item begins in the text that it is a part of.
pub(super) fn start(text: &str, raw: &RawValue) -> usize {
    (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len())
}

/// The items of a list, or of values that stand one after the other, a line each or more.
pub(super) fn items<'t>(text: &'t str, faults: &mut FileFaults) -> Vec<&'t RawValue> {
    if text.trim_start().starts_with('[') {
        return whole(text).unwrap_or_else(|fault| {
            faults.add(fault);
            Vec::new()
        });
    }
    let mut items = Vec::new();
    for item in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        match item {
            Ok(item) => items.push(item),
            Err(error) => {
                faults.add(fault(text, 0, &error));
                break;
            }
        }
    }
    items
}

fn fault(part: &str, before: usize, error: &serde_json::Error) -> Fault {
    let line_start = part
        .match_indices('\n')
        .map(|(end, _)| end + 1)
        .nth(error.line().saturating_sub(2))
        .filter(|_| error.line() > 1)
        .unwrap_or(0);
    let within = (line_start + error.column().saturating_sub(1)).min(part.len().saturating_sub(1));
    let within = (0..=within).rev().find(|at| part.is_char_boundary(*at)).unwrap_or(0);
    let at = before + within;
    let said = error.to_string();
    Fault { at: Some(at), message: without_text(said.rsplit_once(" at line ").map_or(&*said, |(said, _)| said)) }
}

/// What is said of a fault without the text that stands there: tools quote secrets.
fn without_text(said: &str) -> String {
    match (said.split_once(": string \""), said.rsplit_once("\", expected ")) {
        (Some((what, _)), Some((_, expected))) => format!("{what}: a text, expected {expected}"),
        _ => said.to_owned(),
    }
}
