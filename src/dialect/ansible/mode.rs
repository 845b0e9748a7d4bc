//! Permissions of files, as the argument `mode` of many modules writes them.
//!
//! A number without a leading zero is decimal to YAML: `mode: 644` is the permissions 1204. Text is always octal.

use std::sync::Arc;

use crate::document::{Entry, Node, Unresolved, Value};
use crate::source::Workspace;

/// The bit that lets everybody write.
const OTHERS_WRITE: u32 = 0o002;

/// The bit that lets nobody remove what others put into a folder.
const STICKY: u32 = 0o1000;

/// What a mode allows: `octal` where it says everything, `everybody_writes`, `sticky`, and `decimal` where a number
/// lacks its zero.
pub(super) fn view(mode: &Node, workspace: &Workspace) -> Option<Node> {
    match &mode.value {
        Value::Str(text) => of_text(text.as_str(), mode),
        Value::Int(number) if mode.trail.is_none() => of_number(*number, mode, workspace),
        // A number that a variable holds is written out in decimal before it is read as octal.
        Value::Int(number) => of_text(&number.to_string(), mode),
        Value::Unresolved(open) => {
            let views: Option<Vec<Node>> = open.alternatives.iter().map(|one| view(one, workspace)).collect();
            let open = Unresolved { alternatives: views.unwrap_or_default(), ..Unresolved::clone(open) };
            Some(Node { value: Value::Unresolved(Arc::new(open)), ..mode.clone() })
        }
        _ => None,
    }
}

fn of_number(number: i64, mode: &Node, workspace: &Workspace) -> Option<Node> {
    let written = workspace.source(mode.span.file).ok()?.slice(mode.span).trim();
    let decimal = !written.starts_with('0') && written.len() >= 3;
    let bits = u32::try_from(number).ok().filter(|bits| *bits <= 0o7777)?;
    Some(allowed(bits, decimal, mode))
}

fn of_text(text: &str, mode: &Node) -> Option<Node> {
    let text = text.trim();
    if text.is_empty() || text == "preserve" {
        return None;
    }
    let digits = text.strip_prefix("0o").unwrap_or(text);
    if digits.bytes().all(|byte| matches!(byte, b'0'..=b'7')) {
        let bits = u32::from_str_radix(digits, 8).ok().filter(|bits| *bits <= 0o7777)?;
        return Some(allowed(bits, false, mode));
    }
    let writes = symbolic(text)?;
    let flags = [("everybody_writes", writes), ("sticky", text.contains('t')), ("decimal", false)];
    Some(Node::map(flags.into_iter().map(|(name, value)| flag(name, value, mode)).collect(), mode.span))
}

fn allowed(bits: u32, decimal: bool, mode: &Node) -> Node {
    let octal = Entry::new("octal", mode.span, Node::text(format!("{bits:04o}"), mode.span));
    let flags = [("everybody_writes", bits & OTHERS_WRITE != 0), ("sticky", bits & STICKY != 0), ("decimal", decimal)];
    let flags = flags.into_iter().map(|(name, value)| flag(name, value, mode));
    Node::map(std::iter::once(octal).chain(flags).collect(), mode.span)
}

fn flag(name: &str, value: bool, mode: &Node) -> Entry {
    Entry::new(name, mode.span, Node { trail: mode.trail.clone(), ..Node::new(Value::Bool(value), mode.span) })
}

/// Whether a mode such as `u=rw,o+w` lets everybody write in the end; none for what is no mode.
fn symbolic(text: &str) -> Option<bool> {
    let mut writes = false;
    for clause in text.split(',') {
        let who: String = clause.chars().take_while(|c| matches!(c, 'u' | 'g' | 'o' | 'a')).collect();
        let mut rest = clause.get(who.len()..)?;
        // Without a word for whom, the umask takes the right to write from everybody.
        let others = who.contains(['o', 'a']);
        while let Some(sign) = rest.chars().next() {
            if !matches!(sign, '+' | '-' | '=') {
                return None;
            }
            let after = rest.get(1..)?;
            let length = after.find(['+', '-', '=']).unwrap_or(after.len());
            let (rights, next) = after.split_at_checked(length)?;
            if !rights.chars().all(|right| "rwxXstugo".contains(right)) {
                return None;
            }
            let granted = rights.contains('w');
            if others {
                writes = if sign == '=' {
                    granted
                } else if granted {
                    sign == '+'
                } else {
                    writes
                };
            }
            rest = next;
        }
        if clause.len() == who.len() {
            return None;
        }
    }
    Some(writes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_say_who_may_write() {
        for (mode, want) in [
            ("u=rw,g=r,o=r", Some(false)),
            ("u=rw,g=r,o=rw", Some(true)),
            ("a+rwx", Some(true)),
            ("o+w,o-w", Some(false)),
            ("ugo+rwX,o=", Some(false)),
            ("+w", Some(false)),
            ("g+w", Some(false)),
            ("rw", None),
            ("o", None),
            ("é+w", None),
        ] {
            assert_eq!(symbolic(mode), want, "{mode}");
        }
    }
}
