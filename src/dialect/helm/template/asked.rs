//! Conditions of which nobody knows whether they hold: what they ask, and what is assumed of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::exec::Engine;
use super::parse::{Expr, Pipe};
use super::value::Val;
use crate::source::NO_FILE;

/// Most questions of conditions that are noted.
const MAX_ASKED: usize = 64;

/// What a condition asks of which nobody knows whether it holds.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Tells it from other questions.
    pub id: Box<str>,
    /// As a reader knows it.
    pub shown: Arc<str>,
    /// Why nobody knows it.
    pub because: Arc<str>,
    /// Whether it holds as the values are.
    pub holds: bool,
}

impl Engine<'_> {
    /// Takes answers for granted.
    pub fn assume(&mut self, assumed: &BTreeMap<Box<str>, bool>) {
        self.assumed.clone_from(assumed);
        self.asked.clear();
    }

    /// The condition of the action that is being executed, as it is written, without its `not`.
    fn condition(&self, negated: bool) -> Arc<str> {
        let place = self.current.as_ref().filter(|place| place.span.file != NO_FILE);
        let source = place.and_then(|place| Some((self.workspace.seen(place.span.file)?, place.span)));
        let written = source.as_ref().map_or("a condition", |(source, span)| source.slice(*span));
        let written = written.trim_matches(['{', '}', '-', ' ', '\n']);
        let written =
            ["else ", "if ", "with "].iter().fold(written, |text, word| text.strip_prefix(word).unwrap_or(text));
        let written = if negated { written.strip_prefix("not ").unwrap_or(written) } else { written };
        written.split_whitespace().collect::<Vec<_>>().join(" ").into()
    }

    /// What conditions asked, each question once, in their order.
    pub fn asked(&mut self) -> Vec<Asked> {
        std::mem::take(&mut self.asked)
    }

    /// Whether a condition holds; where nobody knows that, as it is assumed, or as the values are.
    pub(super) fn holds(&mut self, pipe: &Pipe, value: &Val) -> bool {
        let holds = value.truth();
        let unknown = value.doubt().and_then(|place| Some((place.unknown.clone()?, place)));
        let Some((because, place)) = unknown else { return holds };
        // `not` of a question is the same question.
        let (written, negated) = match pipe.commands.as_slice() {
            [command] => match command.as_slice() {
                [Expr::Function(name), inner] if &**name == "not" => (format!("[[{inner:?}]]"), true),
                _ => (format!("{:?}", pipe.commands), false),
            },
            _ => (format!("{:?}", pipe.commands), false),
        };
        let id: Box<str> = format!("helm {:?} {} {written}", place.span, place.what).into();
        if !self.asked.iter().any(|asked| asked.id == id) && self.asked.len() < MAX_ASKED {
            self.asked.push(Asked { id: id.clone(), shown: self.condition(negated), because, holds: holds != negated });
        }
        self.assumed.get(&id).map_or(holds, |assumed| *assumed != negated)
    }
}
