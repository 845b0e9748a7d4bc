//! The language of `nft`: tables with chains of rules, as blocks or as commands.

use rustc_hash::FxHashMap;

use super::{Chain, Chains, Of, Rule, Verdict};
use crate::document::Text;
use crate::source::Span;
use crate::syntax::spelled;

/// Words that may stand before the name of a table.
const FAMILIES: &[&str] = &["ip", "ip6", "inet", "arp", "bridge", "netdev"];

/// What begins a block that holds something else than a set of values.
const BLOCKS: &[&str] =
    &["table", "chain", "set", "map", "flowtable", "counter", "quota", "limit", "synproxy", "secmark"];

/// The chains of a file that filter, with those that they lead to.
pub(super) fn chains(whole: &Text, within: Span) -> Chains {
    let text = whole.as_str();
    let mut reader = Reader {
        text,
        whole,
        within,
        at: 0,
        blocks: Vec::new(),
        chains: Chains::default(),
        values: FxHashMap::default(),
        left: text.len().saturating_mul(FILLED).saturating_add(LONGEST),
    };
    while let Some(statement) = reader.next() {
        reader.statement(&statement);
    }
    for chain in &mut reader.chains.list {
        let span = chain.rules.iter().fold(chain.span, |span, rule| span.to(rule.span));
        chain.span = span;
    }
    reader.chains
}

/// A piece of the text up to a separator or the bracket of a block.
struct Statement<'t> {
    words: Vec<&'t str>,
    text: &'t str,
    start: usize,
    end: End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Separator,
    Opens,
    Closes,
}

/// A block that is open.
enum Block<'t> {
    Table(String, String),
    Chain(usize),
    /// A set of values, by its name.
    Set(&'t str),
    Other,
}

struct Reader<'t> {
    text: &'t str,
    whole: &'t Text,
    within: Span,
    at: usize,
    blocks: Vec<Block<'t>>,
    chains: Chains,
    /// What stands for something else in rules: `$NAME` of a definition, `@NAME` of a set.
    values: FxHashMap<String, String>,
    /// How many bytes names may still stand for.
    left: usize,
}

/// Longest text that is put in the place of a name, and longest rule that is made so.
const LONGEST: usize = 4096;

/// So many bytes names may stand for, for each byte of the file.
const FILLED: usize = 8;

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<Statement<'t>> {
        let text = self.text;
        let rest = text.get(self.at..)?;
        let skipped = rest.find(|c: char| !c.is_whitespace() && c != ';' && c != '\\')?;
        let start = self.at + skipped;
        let rest = text.get(start..)?;
        if rest.starts_with('#') {
            self.at = start + rest.find('\n').unwrap_or(rest.len());
            // Nothing is said there.
            return Some(Statement { words: Vec::new(), text: "", start: self.at, end: End::Separator });
        }
        if rest.starts_with('}') {
            self.at = start + 1;
            return Some(Statement { words: Vec::new(), text: "", start, end: End::Closes });
        }
        let (length, next, end) = extent(rest);
        self.at = start + next;
        let said = rest.get(..length).unwrap_or("").trim_end();
        Some(Statement { words: said.split_whitespace().collect(), text: said, start, end })
    }

    fn statement(&mut self, statement: &Statement<'t>) {
        if statement.end == End::Closes {
            self.blocks.pop();
            return;
        }
        let words = match statement.words.as_slice() {
            ["add" | "create" | "insert", rest @ ..] => rest,
            words => words,
        };
        let end = statement.start + statement.text.len();
        let span = spelled::span(self.whole, statement.start, end, self.within);
        let opens = statement.end == End::Opens;
        match (words, self.blocks.last()) {
            (["table", rest @ ..], _) if opens => {
                let (family, rest) = family(rest);
                self.blocks.push(Block::Table(family, rest.first().copied().unwrap_or("").to_owned()));
            }
            (["chain", name], Some(Block::Table(family, table))) if opens => {
                let (family, table) = (family.clone(), table.clone());
                let at = self.chain(&family, &table, name, span);
                self.blocks.push(Block::Chain(at));
            }
            (["chain", rest @ ..], _) => {
                let (family, rest) = family(rest);
                if let [table, name, ..] = rest {
                    let at = self.chain(&family, table, name, span);
                    if opens {
                        self.blocks.push(Block::Chain(at));
                    }
                } else if opens {
                    self.blocks.push(Block::Other);
                }
            }
            (["rule", rest @ ..], _) => {
                let (family, rest) = family(rest);
                if let [table, name, rule @ ..] = rest {
                    let at = self.chain(&family, table, name, span);
                    self.rule(at, rule, statement, span);
                }
            }
            (["set", name], _) if opens => self.blocks.push(Block::Set(name)),
            (_, _) if opens => self.blocks.push(Block::Other),
            (["define", rest @ ..], _) => {
                if let Some((name, value)) = defined(rest, statement.text) {
                    self.define(format!("${name}"), value);
                }
            }
            (["elements", ..], Some(Block::Set(name))) => {
                let name = format!("@{name}");
                if let Some((_, value)) = statement.text.split_once('=') {
                    self.define(name, value);
                }
            }
            (["type", rest @ ..], Some(Block::Chain(at))) => {
                let at = *at;
                self.hook(at, rest);
            }
            (["policy", word, ..], Some(Block::Chain(at))) => {
                if let Some(chain) = self.chains.list.get_mut(*at) {
                    chain.policy = Some(((*word).to_owned(), span));
                    chain.span = chain.span.to(span);
                }
            }
            (rule, Some(Block::Chain(at))) if !rule.is_empty() => {
                let at = *at;
                self.rule(at, rule, statement, span);
            }
            _ => {}
        }
    }

    /// Keeps what a name stands for.
    fn define(&mut self, name: String, value: &str) {
        let value = self.filled(value.trim()).unwrap_or_else(|| value.trim().to_owned());
        if value.len() <= LONGEST {
            self.values.insert(name, value);
        }
    }

    /// A text with what its names stand for, where it has any that are known.
    fn filled(&mut self, text: &str) -> Option<String> {
        let mut words = text.split(' ').peekable();
        let mut filled = String::new();
        let mut is_other = false;
        while let Some(word) = words.next() {
            let name = word.trim_matches([',', ';', '{', '}']);
            let value = (!name.is_empty()).then(|| self.values.get(name)).flatten();
            match value.and_then(|value| Some((word.split_once(name)?, value))) {
                Some(((before, after), value)) => {
                    filled.extend([before, value, after]);
                    is_other = true;
                }
                None => filled.push_str(word),
            }
            if words.peek().is_some() {
                filled.push(' ');
            }
            if filled.len() > LONGEST {
                return None;
            }
        }
        self.left = self.left.checked_sub(if is_other { filled.len() } else { 0 })?;
        is_other.then_some(filled)
    }

    /// The chain of a name, which may be given in parts.
    fn chain(&mut self, family: &str, table: &str, name: &str, span: Span) -> usize {
        self.chains.place(Chain {
            family: family.to_owned(),
            table: table.to_owned(),
            name: name.to_owned(),
            hook: None,
            policy: None,
            rules: Vec::new(),
            header: span,
            span,
        })
    }

    /// `filter hook input priority 0`.
    fn hook(&mut self, at: usize, words: &[&str]) {
        let Some(chain) = self.chains.list.get_mut(at) else { return };
        if let ["filter", "hook", hook, ..] = words {
            chain.hook = ["input", "forward", "output"].into_iter().find(|known| known == hook);
        }
    }

    fn rule(&mut self, at: usize, words: &[&str], statement: &Statement<'t>, span: Span) {
        let text = self.filled(statement.text).unwrap_or_else(|| statement.text.to_owned());
        let Some(chain) = self.chains.list.get_mut(at) else { return };
        let mut leads_to = Vec::new();
        for pair in words.windows(2) {
            if let ["jump" | "goto", target] = pair {
                leads_to.push(target.trim_matches([',', '}', ';']).to_owned());
            }
        }
        let (verdict, of) = judged(words);
        chain.rules.push(Rule { text, span, verdict, of, leads_to });
    }
}

/// The name and the value of a definition.
fn defined<'t>(words: &[&'t str], text: &'t str) -> Option<(&'t str, &'t str)> {
    let (_, value) = text.split_once('=')?;
    let name = words.first()?.split('=').next()?;
    (!name.is_empty()).then_some((name, value))
}

fn family<'w, 't>(words: &'w [&'t str]) -> (String, &'w [&'t str]) {
    match words.split_first() {
        Some((first, rest)) if FAMILIES.contains(first) => ((*first).to_owned(), rest),
        _ => ("ip".to_owned(), words),
    }
}

/// What a rule does, and with which packets.
fn judged(words: &[&str]) -> (Verdict, Of) {
    let is_verdict = |word: &&str| ["accept", "drop", "reject"].contains(word);
    let Some(at) = words.iter().position(is_verdict) else { return (Verdict::Other, Of::Some) };
    let verdict = if words.get(at) == Some(&"accept") { Verdict::Accepts } else { Verdict::Drops };
    let before = words.get(..at).unwrap_or(&[]);
    let mut of = Of::All;
    let mut rest = before;
    while let [first, more @ ..] = rest {
        rest = match *first {
            "counter" if more.first() == Some(&"packets") => more.get(4..).unwrap_or(&[]),
            "counter" => more,
            // What is logged has options up to the verdict.
            "log" => &[],
            "iif" | "iifname" if !more.contains(&"vmap") => {
                of = Of::Side;
                more.get(1..).unwrap_or(&[])
            }
            "ct" if more.first() == Some(&"state") && more.get(1).is_some_and(|state| state.contains("new")) => {
                of = Of::Side;
                more.get(2..).unwrap_or(&[])
            }
            _ => return (verdict, Of::Some),
        };
    }
    (verdict, of)
}

/// The length of the statement at the beginning of a text, where the next one may begin, and what ended it.
fn extent(text: &str) -> (usize, usize, End) {
    let first = text.split_whitespace().find(|word| !["add", "create", "insert"].contains(word)).unwrap_or("");
    let is_block = BLOCKS.contains(&first);
    let (mut depth, mut quoted, mut before) = (0usize, false, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted && text.get(at + 1..).is_some_and(|rest| rest.contains('"')),
            _ if quoted => {}
            '#' if before.is_whitespace() => return (at, at, End::Separator),
            '{' if is_block && depth == 0 => return (at, at + 1, End::Opens),
            '{' => depth += 1,
            '}' if depth == 0 => return (at, at, End::Separator),
            '}' => depth -= 1,
            '\n' if depth == 0 && before != '\\' => return (at, at + 1, End::Separator),
            ';' if depth == 0 => return (at, at + 1, End::Separator),
            _ => {}
        }
        before = c;
    }
    (text.len(), text.len(), End::Separator)
}
