//! Configurations that are made of directives, one a line, and of blocks of them: Apache, Caddy, `HAProxy`, Squid, BIND's kin,
//! and the many programs whose files are a name and what follows it.
//!
//! A file is a map of its directives by their names, in lower case. What follows a name is one text, without the quotes around
//! all of it; a directive that comes again is a list of such texts. A block is always a list of maps, each with what stands behind its
//! name under the derived key `arguments`. A style says how blocks begin and end, and what a comment is.

use std::collections::HashMap;

use crate::document::{Entry, Key, MAX_DEPTH, Node, Problem, Text};
use crate::source::{Source, Span};
use crate::syntax::lines::lines;
use crate::syntax::spelled::{Spelled, node, part, span};
use crate::syntax::{Parsed, Syntax};

/// The syntax of Apache httpd.
pub const APACHE: Syntax = Syntax {
    name: "apache",
    doc: "configuration of Apache httpd",
    comments: &["#"],
    parse: |source| parse(source, &TAGS),
};

/// The syntax of `HAProxy`.
pub const HAPROXY: Syntax = Syntax {
    name: "haproxy",
    doc: "configuration of HAProxy",
    comments: &["#"],
    parse: |source| parse(source, &SECTIONS),
};

/// The syntax of blocks in braces, with a directive a line.
pub const BRACED: Syntax = Syntax {
    name: "braced-lines",
    doc: "directives in lines and blocks in braces: Caddyfile, logrotate, dovecot.conf, swanctl.conf, keepalived.conf",
    comments: &["#"],
    parse: |source| parse(source, &BRACES),
};

/// The syntax of lines with a name and what follows it.
pub const NAMED_LINES: Syntax = Syntax {
    name: "named-lines",
    doc: "lines with a name and what follows it after blanks, `=` or `:`: squid.conf, vsftpd.conf, auditd.conf, sysctl.conf",
    comments: &["#", ";"],
    parse: |source| parse(source, &NAMED),
};

/// The syntax of sections that begin with a line that is not indented.
pub const INDENTED: Syntax = Syntax {
    name: "indented-sections",
    doc: "sections that begin at the margin, with indented settings: ipsec.conf, unbound.conf",
    comments: &["#"],
    parse: |source| parse(source, &MARGIN),
};

/// The syntax of sections in brackets, each of which is one of its own.
pub const BRACKETED: Syntax = Syntax {
    name: "bracketed-lines",
    doc: "sections in brackets that may come again: fluent-bit.conf, wg0.conf",
    comments: &["#"],
    parse: |source| parse(source, &BRACKETS),
};

/// The syntax of the SSH client.
pub const SSH_CLIENT: Syntax = Syntax {
    name: "ssh-client",
    doc: "configuration of the OpenSSH client: ssh_config",
    comments: &["#"],
    parse: |source| parse(source, &HOSTS),
};

/// How the files of a family are written.
struct Style {
    /// The code of its problems.
    code: &'static str,
    blocks: Blocks,
    /// What begins a comment at the start of a line.
    comments: &'static [char],
    /// Whether a `#` behind a blank begins one as well.
    trailing: bool,
    /// What may stand between a name and what follows, beside blanks.
    joints: &'static [char],
}

enum Blocks {
    /// None.
    None,
    /// `<Name …>` to `</Name>`.
    Tags,
    /// A line that ends in `{` to a line that begins with `}`.
    Braces,
    /// From a line in brackets to the next such line.
    Brackets,
    /// From a line that begins with one of these words, in any case, to the next such line.
    Words(&'static [&'static str]),
    /// From a line at the margin that sets nothing, to the next line at the margin.
    Margin,
}

const TAGS: Style =
    Style { code: "syntax::apache", blocks: Blocks::Tags, comments: &['#'], trailing: false, joints: &[] };
const SECTIONS: Style = Style {
    code: "syntax::haproxy",
    blocks: Blocks::Words(&[
        "global",
        "defaults",
        "frontend",
        "backend",
        "listen",
        "userlist",
        "peers",
        "resolvers",
        "mailers",
        "cache",
        "program",
        "http-errors",
        "ring",
        "log-forward",
        "log-profile",
        "crt-store",
        "traces",
        "fcgi-app",
        "acme",
    ]),
    comments: &['#'],
    trailing: true,
    joints: &[],
};
const BRACES: Style =
    Style { code: "syntax::braces", blocks: Blocks::Braces, comments: &['#'], trailing: true, joints: &['='] };
const BRACKETS: Style = Style {
    code: "syntax::brackets",
    blocks: Blocks::Brackets,
    comments: &['#', ';'],
    trailing: false,
    joints: &['='],
};
const HOSTS: Style = Style {
    code: "syntax::ssh-client",
    blocks: Blocks::Words(&["host", "match"]),
    comments: &['#'],
    trailing: true,
    joints: &['='],
};
const NAMED: Style =
    Style { code: "syntax::lines", blocks: Blocks::None, comments: &['#', ';'], trailing: true, joints: &['=', ':'] };
const MARGIN: Style =
    Style { code: "syntax::sections", blocks: Blocks::Margin, comments: &['#'], trailing: true, joints: &['=', ':'] };

/// What stands in a block, in the order of the file: the key, what follows it, and whether that is a block.
type Items = Vec<(Key, Node, bool)>;

/// A block that is not closed yet.
struct Open {
    key: Key,
    arguments: Node,
    outer: Items,
}

struct Reader<'a> {
    source: &'a Source,
    style: &'a Style,
    items: Items,
    open: Vec<Open>,
    /// Blocks deeper than the limit, which are read and dropped.
    dropped: usize,
    problems: Vec<Problem>,
}

fn parse(source: &Source, style: &Style) -> Parsed {
    let mut reader = Reader { source, style, items: Vec::new(), open: Vec::new(), dropped: 0, problems: Vec::new() };
    let mut logical = Spelled::default();
    let mut ended = 0;
    let mut all = lines(source.text()).peekable();
    while let Some(line) = all.next() {
        let said = without_comment(line.text, style);
        let continued = said.len() == line.text.len() && said.ends_with('\\') && all.peek().is_some();
        let said = if continued { said.strip_suffix('\\').unwrap_or(said) } else { said.trim_end() };
        if !logical.is_empty() {
            logical.escape(" ", ended, line.start);
        }
        logical.verbatim(said, line.start);
        ended = line.start + said.len();
        if !continued {
            reader.line(&std::mem::take(&mut logical).finish());
        }
    }
    reader.end()
}

/// What stands on a line before its comment.
fn without_comment<'t>(text: &'t str, style: &Style) -> &'t str {
    if text.trim_start().starts_with(style.comments) {
        return "";
    }
    let mut quoted = None;
    let mut before = 'x';
    for (at, c) in text.char_indices() {
        match quoted {
            Some(open) if open == c && before != '\\' => quoted = None,
            None if matches!(c, '"' | '\'') && before.is_whitespace() => quoted = Some(c),
            None if c == '#' && style.trailing && before.is_whitespace() => return text.get(..at).unwrap_or(text),
            _ => {}
        }
        before = c;
    }
    text
}

impl Reader<'_> {
    /// Reads a line, which may be made of several.
    fn line(&mut self, text: &Text) {
        let written = text.as_str();
        let said = written.trim();
        if said.is_empty() {
            return;
        }
        let start = written.len() - written.trim_start().len();
        let end = start + said.len();
        match &self.style.blocks {
            Blocks::Tags if said.starts_with("</") => self.closing(text, start, end),
            Blocks::Tags if said.starts_with('<') => {
                let end = if said.ends_with('>') { end - 1 } else { end };
                self.opening(text, start + 1, end);
            }
            Blocks::Braces if said.starts_with('}') => {
                let rest = said.trim_start_matches(|c: char| c == '}' || c.is_whitespace());
                let from = end - rest.len();
                for _ in said.get(..said.len() - rest.len()).unwrap_or("").matches('}') {
                    self.closing(text, start, start + 1);
                }
                // What is left begins with no brace.
                self.line(&part(text, from, end));
            }
            Blocks::Braces if said.ends_with('{') => self.opening(text, start, end - 1),
            Blocks::Brackets if said.starts_with('[') && said.ends_with(']') => {
                self.close();
                self.opening(text, start + 1, end - 1);
            }
            Blocks::Words(words) if words.iter().any(|word| word.eq_ignore_ascii_case(first_word(said))) => {
                self.close();
                self.opening(text, start, end);
            }
            Blocks::Margin if start == 0 => {
                self.close();
                let bare = said.trim_end_matches(':');
                let sets = said.contains('=') || bare.len() == said.len() && bare.contains(": ");
                if sets { self.directive(text, start, end) } else { self.opening(text, start, start + bare.len()) }
            }
            _ => self.directive(text, start, end),
        }
    }

    fn directive(&mut self, text: &Text, start: usize, end: usize) {
        let (key, value) = self.parts(text, start, end);
        self.items.push((key, value, false));
    }

    /// The name at the start of a range, in lower case, and what follows it.
    fn parts(&self, text: &Text, start: usize, end: usize) -> (Key, Node) {
        let said = text.as_str().get(start..end).unwrap_or("");
        let joints = self.style.joints;
        let length = said.find(|c: char| c.is_whitespace() || joints.contains(&c)).unwrap_or(said.len());
        let (name, after) = said.split_at_checked(length).unwrap_or((said, ""));
        let rest = after.trim_start();
        let rest = rest.strip_prefix(joints).map_or(rest, str::trim_start);
        let whole = span(text, start, end, self.source.span(0, 0));
        let key = Key { name: name.to_ascii_lowercase().into(), span: span(text, start, start + length, whole) };
        if rest.is_empty() {
            return (key, Node::text("", whole));
        }
        let from = end - rest.len();
        let quoted = ['"', '\''].into_iter().find(|quote| {
            let inner = rest.strip_prefix(*quote).and_then(|rest| rest.strip_suffix(*quote));
            inner.is_some_and(|inner| !inner.contains(*quote))
        });
        let (from, to) = if quoted.is_some() { (from + 1, end - 1) } else { (from, end) };
        let value = node(part(text, from, to), whole);
        (key, if from == to { Node { span: whole, ..value } } else { value })
    }

    fn opening(&mut self, text: &Text, start: usize, end: usize) {
        let said = text.as_str().get(start..end).unwrap_or("").trim_end();
        let (key, arguments) = self.parts(text, start, start + said.len());
        if self.open.len() + 1 >= MAX_DEPTH {
            if self.dropped == 0 {
                self.problem(key.span, "blocks are nested too deeply to be read");
            }
            self.dropped += 1;
            return;
        }
        self.open.push(Open { key, arguments, outer: std::mem::take(&mut self.items) });
    }

    fn closing(&mut self, text: &Text, start: usize, end: usize) {
        if self.dropped > 0 {
            self.dropped -= 1;
        } else if self.open.is_empty() {
            let place = span(text, start, end, self.source.span(0, 0));
            self.problem(place, "this closes a block that was never opened");
        } else {
            self.close();
        }
    }

    /// Closes the innermost block, if there is one.
    fn close(&mut self) {
        let Some(Open { key, arguments, outer }) = self.open.pop() else { return };
        let inner = std::mem::replace(&mut self.items, outer);
        let span = inner.iter().fold(key.span.to(arguments.span), |span, (_, node, _)| span.to(node.span));
        let mut block = map(inner, span);
        block.derive("arguments", arguments);
        self.items.push((key, block, true));
    }

    fn end(mut self) -> Parsed {
        let closes_itself = matches!(self.style.blocks, Blocks::Words(_) | Blocks::Brackets | Blocks::Margin);
        while let Some(open) = self.open.last() {
            let place = open.key.span;
            if !closes_itself {
                self.problem(place, "this block is never closed");
            }
            self.close();
        }
        Parsed { roots: vec![map(self.items, self.source.whole())], problems: self.problems }
    }

    fn problem(&mut self, place: Span, message: &str) {
        self.problems.push(Problem::error(self.style.code, self.source.path(), Some(place), message));
    }
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or("")
}

/// The map of a block: what comes again under one name is a list, and so is every block.
fn map(items: Items, span: Span) -> Node {
    let mut groups: Vec<(Key, Vec<Node>, bool)> = Vec::new();
    let mut index = HashMap::new();
    for (key, node, is_block) in items {
        let next = groups.len();
        let at = *index.entry((key.name.clone(), is_block)).or_insert(next);
        match groups.get_mut(at) {
            Some((_, nodes, _)) => nodes.push(node),
            None => groups.push((key, vec![node], is_block)),
        }
    }
    let entries = groups.into_iter().map(|(key, mut nodes, is_block)| {
        let span = nodes.iter().map(|node| node.span).reduce(Span::to).unwrap_or(key.span);
        let value = match nodes.pop() {
            Some(only) if nodes.is_empty() && !is_block => only,
            last => {
                nodes.extend(last);
                Node::list(nodes, span)
            }
        };
        Entry { key, value, derived: false }
    });
    Node::map(entries.collect(), span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    const STYLES: [&Syntax; 7] = [&APACHE, &HAPROXY, &BRACED, &BRACKETED, &NAMED_LINES, &INDENTED, &SSH_CLIENT];

    fn shown(node: &Node) -> String {
        if let Some(text) = node.as_str() {
            return text.to_owned();
        }
        if node.as_map().is_some() {
            let entries = node.entries().iter().map(|entry| format!("{}: {}", entry.key.name, shown(&entry.value)));
            return format!("{{{}}}", entries.collect::<Vec<_>>().join(", "));
        }
        format!("[{}]", node.items().iter().map(shown).collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn directives_and_blocks_are_read_in_every_style() {
        for (syntax, text, want) in [
            (
                &APACHE,
                "ServerTokens Full # no comment\n<Directory \"/srv\">\n  Options Indexes \\\n   MultiViews\n  Require all granted\n</Directory>\nListen 80\nListen 443\n",
                "{servertokens: Full # no comment, directory: [{options: Indexes     MultiViews, require: all granted, arguments: /srv}], listen: [80, 443]}",
            ),
            (
                &HAPROXY,
                "global\n  log /dev/log local0 # c\nfrontend a\n  bind *:80\n  bind *:443 ssl\nbackend b\n  server s 10.0.0.1\n",
                "{global: [{log: /dev/log local0, arguments: }], frontend: [{bind: [*:80, *:443 ssl], arguments: a}], backend: [{server: s 10.0.0.1, arguments: b}]}",
            ),
            (
                &BRACED,
                "{\n  admin off\n}\nexample.org {\n  tls internal\n  handle /a* {\n    file_server browse\n  }\n}\nuser = root\n",
                "{: [{admin: off, arguments: }], example.org: [{tls: internal, handle: [{file_server: browse, arguments: /a*}], arguments: }], user: root}",
            ),
            (
                &NAMED_LINES,
                "# c\n; c\nanonymous_enable=YES\nhttp_access allow all\nnet.a = 1 # c\nname: \"a b\"\nalone\n",
                "{anonymous_enable: YES, http_access: allow all, net.a: 1, name: a b, alone: }",
            ),
            (
                &INDENTED,
                "config setup\n  charondebug=\"ike 1\"\nconn a\n  ike=3des-md5\nserver:\n  interface: 0.0.0.0\n",
                "{config: [{charondebug: ike 1, arguments: setup}], conn: [{ike: 3des-md5, arguments: a}], server: [{interface: 0.0.0.0, arguments: }]}",
            ),
            (
                &BRACKETED,
                "[Interface]\nPort = 1\n[Peer]\nKey a=\n[Peer]\n",
                "{interface: [{port: 1, arguments: }], peer: [{key: a=, arguments: }, {arguments: }]}",
            ),
            (
                &SSH_CLIENT,
                "HashKnownHosts yes\nHost *\n  ForwardAgent=yes\nMatch all\n",
                "{hashknownhosts: yes, host: [{forwardagent: yes, arguments: *}], match: [{arguments: all}]}",
            ),
        ] {
            let source = Source::from_text(FileId(0), "a", text);
            let parsed = (syntax.parse)(&source);
            assert_eq!(parsed.problems, [], "{text}");
            assert_eq!(shown(&parsed.roots[0]), want, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_pointed_at() {
        for (syntax, text, want) in [
            (&APACHE, "<VirtualHost *:80>\n", "VirtualHost"),
            (&APACHE, "Listen 80\n</VirtualHost>\n", "</VirtualHost>"),
            (&BRACED, "a {\n b\n", "a"),
            (&BRACED, "a\n}\n", "}"),
        ] {
            let source = Source::from_text(FileId(0), "a", text);
            let problems = (syntax.parse)(&source).problems;
            let places: Vec<&str> = problems.iter().filter_map(|p| p.span).map(|place| source.slice(place)).collect();
            assert_eq!(places, [want], "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_or_leads_out_of_the_file(text in "[a-b \\t\\n\\r=:#;\\\\é\"'<>/{}]{0,80}") {
            let source = Source::from_text(FileId(0), "a", &text);
            for syntax in STYLES {
                crate::syntax::invariants::hold(&source, &(syntax.parse)(&source));
            }
        }

        #[test]
        fn sections_never_panic(words in proptest::collection::vec("(global|listen|a|=|\n|\n |\\{|\\}\n){1,3}", 0..12)) {
            let text = words.concat();
            let source = Source::from_text(FileId(0), "a", &text);
            for syntax in STYLES {
                crate::syntax::invariants::hold(&source, &(syntax.parse)(&source));
            }
        }
    }
}
