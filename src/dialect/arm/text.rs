//! Functions of texts.

use ipnet::IpNet;

use super::call::Call;
use super::function::{MAX_LENGTH, listed, settled};
use crate::document::{Node, PartialText, Text, TextPart, Value};
use crate::kernel::lift::{Evaluated, Fault, as_lists, known_in_part, partial};
use crate::truth::Truth;

/// How many bytes of text are made for one step of the work that a file may cause.
const BYTES_A_STEP: usize = 64;

/// The text of a value within another one.
pub fn text_of(node: &Node) -> Option<String> {
    match &node.value {
        Value::Str(text) => Some(text.as_str().to_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(value) => Some(if *value { "True" } else { "False" }.to_owned()),
        _ => None,
    }
}

/// The text of an argument; null is none.
pub fn argument_text(value: &Evaluated) -> Result<String, Fault> {
    match value {
        Some(node) => text_of(node).ok_or_else(|| Fault::Open("a part of it is no text".into())),
        None => Ok(String::new()),
    }
}

/// A text that is made.
pub fn text_node(call: &Call<'_, '_>, text: String) -> Result<Evaluated, Fault> {
    if text.len() > MAX_LENGTH {
        return Err(Fault::Open("the text is too long to be followed".into()));
    }
    call.scope.budget.spend(u32::try_from(text.len() / BYTES_A_STEP).unwrap_or(u32::MAX));
    Ok(Some(call.node(Value::Str(Text::opaque(text)))))
}

/// The text of a part, or what is known of it.
fn part(value: &Evaluated) -> TextPart<'_> {
    let Some(node) = value else { return TextPart::known("") };
    let partly = || TextPart::partly(node.as_unresolved().and_then(|open| open.partial.as_deref()));
    text_of(node).map_or_else(partly, TextPart::known)
}

/// `concat(…)`, of texts or of arrays.
pub fn concat(call: &Call<'_, '_>) -> Node {
    let values = as_lists(call.values());
    let result = call.lift(&values, &|values| {
        if values.iter().flatten().any(|node| matches!(node.value, Value::List(_))) {
            let items: Vec<Node> = values.iter().flatten().flat_map(Node::items).cloned().collect();
            return listed(call, items);
        }
        let parts: Result<Vec<String>, Fault> = values.iter().map(argument_text).collect();
        text_node(call, parts?.concat())
    });
    let is_text = |node: &Node| {
        matches!(node.value, Value::Str(_)) || node.as_unresolved().is_some_and(|open| open.partial.is_some())
    };
    if !values.iter().flatten().any(is_text) {
        return result;
    }
    known_in_part(Some(result), || partial(values.iter().map(part))).unwrap_or_else(|| call.node(Value::Null))
}

/// `format('{0}', …)`
pub fn format(call: &Call<'_, '_>) -> Node {
    let values = call.values();
    let [Some(Node { value: Value::Str(template), .. }), parts @ ..] = values.as_slice() else {
        return call.lift(&values, &|_| Err(Fault::Refused("`format` takes a text".into())));
    };
    let Some(pieces) = pieces(template.as_str()) else { return call.open("the format is not followed") };
    let none: Evaluated = None;
    let piece_part = |piece: &Piece| match piece {
        Piece::Text(text) => TextPart::known(text.clone()),
        Piece::Argument(index) => part(parts.get(*index).unwrap_or(&none)),
    };
    let result = call.lift(&values, &|values| {
        let mut text = String::new();
        for piece in &pieces {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Argument(index) => {
                    let value = values.get(index + 1).ok_or_else(|| Fault::Refused("an argument is missing".into()))?;
                    text.push_str(&argument_text(value)?);
                }
            }
        }
        text_node(call, text)
    });
    known_in_part(Some(result), || partial(pieces.iter().map(piece_part))).unwrap_or_else(|| call.node(Value::Null))
}

/// A piece of a format.
enum Piece {
    Text(String),
    Argument(usize),
}

/// The pieces of a format: `{0}`, with `{{` and `}}` for braces. None where it says how an argument is to look.
fn pieces(template: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at_checked(at)?;
        text.push_str(before);
        if after.starts_with("{{") || after.starts_with("}}") {
            text.push_str(after.get(..1)?);
            rest = after.get(2..)?;
            continue;
        }
        let (number, behind) = after.strip_prefix('{')?.split_once('}')?;
        pieces.push(Piece::Text(std::mem::take(&mut text)));
        pieces.push(Piece::Argument(number.parse().ok()?));
        rest = behind;
    }
    text.push_str(rest);
    pieces.push(Piece::Text(text));
    Some(pieces)
}

/// The one argument as another text.
pub fn map_text(call: &Call<'_, '_>, map: fn(&str) -> String) -> Node {
    call.lift(&call.values(), &|values| match values {
        [value] => text_node(call, map(&argument_text(value)?)),
        _ => Err(Fault::Refused("one argument is expected".into())),
    })
}

/// A text in other letters: what is known of the text is known of the result.
pub fn cased(call: &Call<'_, '_>, map: fn(&str) -> String) -> Node {
    let known = |node: &Node| Some(node.as_unresolved()?.partial.as_deref()?.map(map));
    let known = call.values().first().and_then(Option::as_ref).and_then(known);
    let result = map_text(call, map);
    known_in_part(Some(result), || known.unwrap_or_default()).unwrap_or_else(|| call.node(Value::Null))
}

/// Whether a text begins or ends with another one, in any case.
pub fn ask_text(call: &Call<'_, '_>, holds: fn(&str, &str) -> bool) -> Node {
    let result = call.lift(&call.values(), &|values| match values {
        [Some(Node { value: Value::Str(text), .. }), Some(Node { value: Value::Str(part), .. })] => {
            let holds = holds(&text.as_str().to_lowercase(), &part.as_str().to_lowercase());
            Ok(Some(call.node(Value::Bool(holds))))
        }
        _ => Err(Fault::Refused("two texts are expected".into())),
    });
    settled(call, result)
}

/// What the known parts of a text decide of it.
pub fn known(call: &Call<'_, '_>, text: &Node, ask: impl Fn(&PartialText) -> Truth) -> Option<Node> {
    let partial = text.as_unresolved().filter(|open| open.alternatives.is_empty())?.partial.as_deref()?;
    match ask(partial) {
        Truth::Unknown => None,
        truth => Some(Node { trail: text.trail.clone(), ..call.node(Value::Bool(truth == Truth::True)) }),
    }
}

/// `replace(text, old, new)`
pub fn replace(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| {
        let texts: Result<Vec<String>, Fault> = values.iter().map(argument_text).collect();
        match texts?.as_slice() {
            [text, old, new] if !old.is_empty() && text.len() * new.len().max(1) <= MAX_LENGTH * BYTES_A_STEP => {
                text_node(call, text.replace(old.as_str(), new))
            }
            _ => Err(Fault::Open("the text is not followed".into())),
        }
    })
}

/// `cidrSubnet(network, prefix, index)`: one of the equal parts of a network.
pub fn cidr_subnet(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| {
        let [Some(network), Some(Node { value: Value::Int(prefix), .. }), Some(Node { value: Value::Int(index), .. })] =
            values
        else {
            return Err(Fault::Refused("`cidrSubnet` takes a network, the length of a prefix and a number".into()));
        };
        let network = network.as_str().and_then(|text| text.trim().parse::<IpNet>().ok());
        let parts = network.zip(u8::try_from(*prefix).ok()).and_then(|(network, prefix)| network.subnets(prefix).ok());
        let index = usize::try_from(*index).ok().filter(|index| *index < MAX_LENGTH);
        match parts.zip(index).and_then(|(mut parts, index)| parts.nth(index)) {
            Some(part) => text_node(call, part.to_string()),
            None => Err(Fault::Refused("there is no such part of the network".into())),
        }
    })
}
