//! Where clocks take their time from: the configurations of chrony, ntpd and systemd-timesyncd.
//!
//! What other files may add (`include`, `sourcedir`) is unresolved where a file names no source itself.

use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Entry, Node, Text, Value};
use crate::source::Span;
use crate::syntax::lines::lines;
use crate::syntax::spelled;

/// The dialect of clocks.
pub const TIME_SYNC: Dialect = Dialect {
    name: "time-sync",
    doc: "configurations of chrony, ntpd and systemd-timesyncd: `time-sync/config`, with the list `sources`",
    syntax: |path| program(path).is_some().then_some("text"),
    candidate: |_, _| true,
    recognise: |document| document.roots.first().is_some_and(|root| root.as_str().is_some()),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Loose,
    items: &[],
    kinds: Kinds::Closed(&["config"]),
    offers: crate::dialect::offers::time_sync::OFFERS,
};

/// The program that reads a file.
fn program(path: &str) -> Option<&'static str> {
    let name = file_name(path);
    let folder = path.strip_suffix(name).unwrap_or("").trim_end_matches('/').rsplit('/').next().unwrap_or("");
    match (folder, name) {
        (_, "chrony.conf") => Some("chrony"),
        (_, "ntp.conf" | "ntpd.conf") => Some("ntpd"),
        (_, "timesyncd.conf") => Some("timesyncd"),
        ("chrony.d" | "conf.d" | "sources.d", _)
            if path.contains("chrony") && has_extension(name, &[".conf", ".sources"]) =>
        {
            Some("chrony")
        }
        ("timesyncd.conf.d", _) if has_extension(name, &[".conf"]) => Some("timesyncd"),
        _ => None,
    }
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().filter_map(|document| config(document)).collect();
    Extraction { resources, ..Extraction::default() }
}

fn config(document: &Document) -> Option<Resource> {
    let program = program(&document.path)?;
    let root = document.roots.first()?;
    let Value::Str(text) = &root.value else { return None };
    let mut reading = Reading { text, within: root.span, sources: Vec::new(), elsewhere: false };
    for line in lines(text.as_str()) {
        match program {
            "timesyncd" => reading.setting(line.text, line.start),
            _ => reading.directive(line.text, line.start),
        }
    }
    let main = ["chrony.conf", "ntp.conf", "ntpd.conf", "timesyncd.conf"].contains(&document.file_name());
    // A part without sources says nothing of the whole.
    if !main && reading.sources.is_empty() {
        return None;
    }
    let top = Span { end: root.span.start, ..root.span };
    let sources = if reading.sources.is_empty() && reading.elsewhere {
        Node::unresolved("", "other files that this one includes may name sources", top)
    } else {
        Node::list(reading.sources, top)
    };
    let entries = vec![Entry::new("program", top, Node::text(program, top)), Entry::new("sources", top, sources)];
    Some(Resource::of_file(document, "time-sync/config", Node::map(entries, root.span), top, Typing::Loose))
}

struct Reading<'a> {
    text: &'a Text,
    within: Span,
    sources: Vec<Node>,
    elsewhere: bool,
}

impl Reading<'_> {
    /// `server host options…`, as chrony and ntpd have it.
    fn directive(&mut self, line: &str, start: usize) {
        let mut words = line.split_whitespace();
        let Some(word) = words.next().map(str::to_ascii_lowercase) else { return };
        match word.as_str() {
            "server" | "pool" | "peer" | "servers" => {
                if let Some(host) = words.next() {
                    let word = if word == "servers" { "pool" } else { &word };
                    let options: Vec<&str> = words.take_while(|word| !word.starts_with(['#', '!'])).collect();
                    self.source(word, host, &options, line, start);
                }
            }
            "refclock" => self.source("refclock", words.next().unwrap_or(""), &[], line, start),
            "include" | "sourcedir" | "confdir" | "includefile" => self.elsewhere = true,
            _ => {}
        }
    }

    /// `NTP=host host`, as systemd has it.
    fn setting(&mut self, line: &str, start: usize) {
        let Some((key, hosts)) = line.split_once('=') else { return };
        if ["NTP", "FallbackNTP"].contains(&key.trim()) {
            for host in hosts.split_whitespace() {
                self.source("server", host, &[], line, start);
            }
        }
    }

    fn source(&mut self, kind: &str, host: &str, options: &[&str], line: &str, start: usize) {
        let span = spelled::span(self.text, start, start + line.trim_end().len(), self.within);
        let nts = options.iter().any(|option| option.eq_ignore_ascii_case("nts"));
        let entries = [
            ("kind", Node::text(kind, span)),
            ("host", Node::text(host, span)),
            ("nts", Node::new(Value::Bool(nts), span)),
        ];
        let entries = entries.into_iter().map(|(name, value)| Entry::new(name, span, value)).collect();
        self.sources.push(Node::map(entries, span));
    }
}

#[cfg(test)]
mod tests {
    use super::program;

    #[test]
    fn only_files_of_the_programs_are_read() {
        for (path, want) in [
            ("etc/chrony.conf", Some("chrony")),
            ("roles/ntp/files/ntp.conf", Some("ntpd")),
            ("etc/chrony/sources.d/own.sources", Some("chrony")),
            ("etc/systemd/timesyncd.conf.d/10.conf", Some("timesyncd")),
            ("nginx/conf.d/a.conf", None),
            ("chrony.conf.j2", None),
        ] {
            assert_eq!(program(path), want, "{path}");
        }
    }
}
