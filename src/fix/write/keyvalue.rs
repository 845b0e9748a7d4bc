//! Files of keys and values: sections of settings, where the order does not count, and the server of SSH, where the first value does.

use std::sync::Arc;

use super::super::Edit;
use super::{Writer, Written, lines, written};
use crate::document::{Entry, Node, Value};
use crate::source::{Source, Span};

/// The writer of sections of settings.
pub(super) const INI: Writer = Writer { syntaxes: &["ini"], literal, insert, remove, push, repeats: true };

/// The writer of environments: a new variable is for a person to add.
pub(super) const DOTENV: Writer = Writer {
    syntaxes: &["dotenv"],
    literal,
    insert: |_, _, _, _| Err(NOWHERE.to_owned()),
    remove,
    push,
    repeats: true,
};

/// The writer of the configuration of the server of SSH.
pub(super) const SSHD: Writer =
    Writer { syntaxes: &["sshd-config"], literal, insert: before_matches, remove, push, repeats: true };

/// Why nothing is added.
pub(super) const NOWHERE: &str = "it is not there, and where to add it is for a person to say";

/// A value as it stands behind its name; words of a list have blanks between.
pub(super) fn literal(node: &Node) -> Option<String> {
    match &node.value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Int(value) => Some(value.to_string()),
        Value::Str(text) if !text.as_str().contains(['\n', '#', ';', '"']) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

/// A new setting stands after the last one of its section, written as that is; a new section at the end.
fn insert(source: &Source, map: &Node, keys: &[Arc<str>], value: &Node) -> Written {
    let text = source.text();
    let value = literal(value).ok_or("the value cannot be written here")?;
    let settings = written(source, map).filter(|entry| entry.value.as_map().is_none());
    let last = settings.max_by_key(|entry| entry.value.span.end);
    match (keys, last) {
        ([key], Some(last)) => {
            let at = lines::next(text, last.value.span.range().end);
            let line =
                format!("{}{key}{}{value}\n", lines::indent(text, last.key.span.range().start), joint(text, last));
            Ok(Edit::new(Span::new(source.id(), at, at), lines::inserted(text, at, &line)))
        }
        ([key], None) if source.slice(map.span).starts_with('[') => {
            let at = lines::next(text, map.span.range().end);
            Ok(Edit::new(
                Span::new(source.id(), at, at),
                lines::inserted(text, at, &format!("{key}{}{value}\n", style(text))),
            ))
        }
        ([section, key], _) if map.span.range().len() >= text.trim().len() => {
            let at = text.len();
            let open = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
            let lines = format!("{open}\n[{section}]\n{key}{}{value}\n", style(text));
            Ok(Edit::new(Span::new(source.id(), at, at), lines.replace('\n', lines::newline(text))))
        }
        _ => Err(NOWHERE.to_owned()),
    }
}

/// What stands between the name and the value of a setting.
fn joint<'t>(text: &'t str, setting: &Entry) -> &'t str {
    let between = text.get(setting.key.span.range().end..setting.value.span.range().start).unwrap_or("=");
    if between.trim() == "=" || between.trim() == ":" { between } else { "=" }
}

/// What stands between names and values in most files of this kind: blanks around the sign where the first one has some.
fn style(text: &str) -> &'static str {
    let first = text.lines().map(str::trim).find(|line| line.contains('=') && !line.starts_with(['#', ';', '[']));
    if first.is_none_or(|line| line.contains(" = ")) && first.is_some() { " = " } else { "=" }
}

/// Settings of the server of SSH as its manual spells them; a name without capitals is understood all the same.
#[rustfmt::skip] // Words fill lines.
const SPELLED: &[&str] = &[
    "AllowAgentForwarding", "AllowGroups", "AllowStreamLocalForwarding", "AllowTcpForwarding", "AllowUsers",
    "AuthenticationMethods", "Banner", "Ciphers", "ClientAliveCountMax", "ClientAliveInterval", "Compression", "DenyGroups",
    "DenyUsers", "DisableForwarding", "FingerprintHash", "GatewayPorts", "GSSAPIAuthentication", "HostbasedAuthentication",
    "HostKeyAlgorithms", "IgnoreRhosts", "IgnoreUserKnownHosts", "KbdInteractiveAuthentication", "KerberosAuthentication",
    "KexAlgorithms", "LoginGraceTime", "LogLevel", "MACs", "MaxAuthTries", "MaxSessions", "MaxStartups",
    "PasswordAuthentication", "PermitEmptyPasswords", "PermitRootLogin", "PermitTunnel", "PermitUserEnvironment", "PrintLastLog",
    "Protocol", "PubkeyAuthentication", "StrictModes", "SyslogFacility", "TCPKeepAlive", "UseDNS", "UsePAM", "X11Forwarding", "X11UseLocalhost",
];

/// A new setting of the server of SSH stands before what is for some only, and before what is taken from elsewhere: the first value
/// that is met holds.
fn before_matches(source: &Source, map: &Node, keys: &[Arc<str>], value: &Node) -> Written {
    let text = source.text();
    let value = literal(value).ok_or("the value cannot be written here")?;
    let [key] = keys else { return Err(NOWHERE.to_owned()) };
    if map.span.range().len() < text.trim().len() {
        return Err(NOWHERE.to_owned());
    }
    let key = SPELLED.iter().find(|name| name.eq_ignore_ascii_case(key)).map_or(&**key, |name| name);
    let mut at = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let word = line.split([' ', '\t', '=', '\r', '\n']).find(|word| !word.is_empty()).unwrap_or("");
        if word.eq_ignore_ascii_case("match") || word.eq_ignore_ascii_case("include") {
            at = at.or(Some(start));
            break;
        }
        start += line.len();
        if !word.is_empty() && !word.starts_with('#') {
            at = Some(start);
        }
    }
    let at = at.unwrap_or(text.len());
    Ok(Edit::new(Span::new(source.id(), at, at), lines::inserted(text, at, &format!("{key} {value}\n"))))
}

/// A setting goes with its line.
pub(super) fn remove(source: &Source, _: &Node, entry: &Entry) -> Written {
    let range = lines::whole(source.text(), entry.span().range(), &["#"]).ok_or("other things stand on its line")?;
    Ok(Edit::new(Span::new(source.id(), range.start, range.end), String::new()))
}

pub(super) fn push(_: &Source, _: &Node, _: &[&Node]) -> Written {
    Err("it is no list".to_owned())
}
