//! The arguments of a module, however they are written: as a map, as `key=value` words, as a command, or under `args`.

use std::ops::Range;
use std::sync::Arc;

use super::jinja;
use super::words::{self, BOOLEAN_ARGUMENTS, COMMAND_OPTIONS, COMMANDS};
use crate::document::{Entry, Map, Node, Text, Unresolved, Value};
use crate::kernel::lift;
use crate::syntax::spelled::{Spelled, node as spelled_node, part, span};

/// Modules whose string names a file or an action.
const NAMES: &[&str] = &[
    "ansible.builtin.include",
    "ansible.builtin.include_tasks",
    "ansible.builtin.include_vars",
    "ansible.builtin.import_tasks",
    "ansible.builtin.meta",
];

/// The arguments of a task as one map, before templates are filled in. `args` and the defaults of the play give way to
/// what stands beside the module.
pub(super) fn of_task(module: &str, written: &Node, further: &[&Node]) -> Node {
    let mut map = match &written.value {
        Value::Map(map) => Map { entries: map.written().cloned().collect(), rest: map.rest.clone() },
        Value::Str(text) => {
            let entries = of_text(module, text, written);
            let mut free = entries.iter().filter(|entry| &*entry.key.name == "free_form" && !NAMES.contains(&module));
            let open = free.find(|entry| !jinja::is_literal(&entry.value));
            Map { rest: open.map(|entry| any_further(&entry.value)), entries }
        }
        Value::List(_) | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            let entry = Entry::new("free_form", written.span, written.clone());
            Map { entries: vec![entry], rest: None }
        }
        Value::Null | Value::Unresolved(_) => Map::default(),
    };
    if COMMANDS.contains(&module) {
        for entry in map.entries.iter_mut().filter(|entry| &*entry.key.name == "_raw_params") {
            entry.key.name = "cmd".into();
        }
    }
    for node in further {
        match &node.value {
            Value::Map(more) => {
                let new: Vec<Entry> =
                    more.written().filter(|entry| map.entry(&entry.key.name).is_none()).cloned().collect();
                map.entries.extend(new);
                map.rest = map.rest.or_else(|| more.rest.clone());
            }
            // A template that gives further arguments.
            Value::Unresolved(open) => map.rest = map.rest.or_else(|| Some(Arc::clone(open))),
            _ => {}
        }
    }
    map.entries.iter_mut().for_each(boolean_argument);
    Node::new(Value::Map(Arc::new(map)), written.span)
}

/// A template in place of arguments may stand for any.
fn any_further(node: &Node) -> Arc<Unresolved> {
    let because = "what a template gives for arguments is known only when the play runs";
    Arc::new(Unresolved {
        expression: node.as_str().unwrap_or("").into(),
        because: because.into(),
        ..Unresolved::default()
    })
}

/// Modules convert the strings and numbers of their boolean arguments, also those that a condition chooses.
fn boolean_argument(entry: &mut Entry) {
    if !BOOLEAN_ARGUMENTS.contains(&&*entry.key.name) {
        return;
    }
    let converted = |node: &Node| Node {
        value: words::meant(node).map_or_else(|| node.value.clone(), Value::Bool),
        ..node.clone()
    };
    match &entry.value.value {
        Value::Unresolved(open) if open.alternatives.is_empty() => {}
        Value::Unresolved(_) => {
            if let Some(chosen) = lift::each_way(&entry.value, &|node| Some(converted(node))) {
                entry.value = chosen;
            }
        }
        _ => entry.value = converted(&entry.value),
    }
}

/// A boolean argument that a variable decides is converted as well.
pub(super) fn typed(args: &mut Node) {
    if let Value::Map(map) = &mut args.value {
        Arc::make_mut(map).entries.iter_mut().for_each(boolean_argument);
    }
}

fn of_text(module: &str, text: &Text, written: &Node) -> Vec<Entry> {
    let words = split(text.as_str());
    let is_command = COMMANDS.contains(&module);
    let mut entries = Vec::new();
    let mut free: Option<Range<usize>> = None;
    for word in words {
        let spelled = text.as_str().get(word.clone()).unwrap_or("");
        let key = spelled.split_once('=').map(|(key, _)| key).filter(|key| is_name(key));
        match key.filter(|key| !is_command || COMMAND_OPTIONS.contains(key)) {
            Some(key) => {
                let value = unquoted(text, word.start + key.len() + 1..word.end);
                let at = span(text, word.start, word.start + key.len(), written.span);
                entries.push(Entry::new(key, at, spelled_node(value, written.span)));
            }
            None => free = Some(free.map_or(word.clone(), |free| free.start..word.end)),
        }
    }
    if let Some(free) = free {
        let name = if is_command { "cmd" } else { "free_form" };
        let node = spelled_node(part(text, free.start, free.end), written.span);
        entries.push(Entry::new(name, node.span, node));
    }
    entries
}

fn is_name(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The words of a text. Blanks in quotes and in templates do not end a word.
fn split(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut found, mut start, mut quote, mut depth, mut at) = (Vec::new(), None, None, 0_usize, 0);
    while let Some(&byte) = bytes.get(at) {
        let two = bytes.get(at..at + 2).unwrap_or(&[]);
        match byte {
            _ if byte.is_ascii_whitespace() && quote.is_none() && depth == 0 => {
                found.extend(start.take().map(|start| start..at));
                at += 1;
                continue;
            }
            b'\\' if quote.is_some() => at += 1,
            b'\'' | b'"' if quote == Some(byte) => quote = None,
            b'\'' | b'"' if quote.is_none() && depth == 0 => quote = Some(byte),
            b'{' if two == b"{{" || two == b"{%" => depth += 1,
            b'}' | b'%' if two == b"}}" || two == b"%}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if start.is_none() {
            start = Some(at.min(bytes.len()));
        }
        at += if two == b"{{" || two == b"}}" || two == b"{%" || two == b"%}" { 2 } else { 1 };
    }
    found.extend(start.map(|start| start..bytes.len()));
    found
}

/// A value without the quotes around it.
fn unquoted(text: &Text, range: Range<usize>) -> Text {
    let written = text.as_str().get(range.clone()).unwrap_or("");
    for quote in ['"', '\''] {
        let Some(inner) = written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) else { continue };
        if !inner.contains('\\') {
            return part(text, range.start + 1, range.end - 1);
        }
        return unescaped(text, range.start + 1, inner);
    }
    part(text, range.start, range.end)
}

/// A text in which a backslash takes the meaning from the next character.
fn unescaped(text: &Text, start: usize, inner: &str) -> Text {
    let mut out = Spelled::default();
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        let quote = matches!(c, '"' | '\'' | '\\');
        if c == '\\' && !escaped {
            escaped = true;
            continue;
        }
        let from = start + at - usize::from(escaped && !quote);
        out.part(text, from, start + at + c.len_utf8());
        escaped = false;
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn shown(module: &str, text: &str) -> String {
        let node = Node::verbatim(text, Span::new(FileId(0), 0, text.len()), 0);
        let args = of_task(module, &node, &[]);
        let show = |entry: &Entry| match &entry.value.value {
            Value::Str(text) => format!("{}<{}>", entry.key.name, text.as_str()),
            Value::Bool(value) => format!("{}={value}", entry.key.name),
            _ => "?".to_owned(),
        };
        args.entries().iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_become_arguments() {
        for (module, text, want) in [
            (
                "ansible.builtin.apt",
                "name=x state=present update_cache=yes",
                "name<x> state<present> update_cache=true",
            ),
            (
                "ansible.builtin.copy",
                r#"content="a \"b\" c" dest=/x mode=0644"#,
                r#"content<a "b" c> dest</x> mode<0644>"#,
            ),
            ("ansible.builtin.file", "path={{ a + ' x' }}/b state=absent", "path<{{ a + ' x' }}/b> state<absent>"),
            ("ansible.builtin.shell", "a=1 make x=y | tee z chdir=/src", "chdir</src> cmd<a=1 make x=y | tee z>"),
            ("ansible.builtin.meta", "flush_handlers", "free_form<flush_handlers>"),
            ("ansible.builtin.copy", "content='open", "content<'open>"),
            ("ansible.builtin.copy", "src=é dest=\"", "src<é> dest<\">"),
        ] {
            assert_eq!(shown(module, text), want, "{text}");
        }
    }
}
