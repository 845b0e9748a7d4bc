//! Rules as `iptables-save` writes them, a line each.

use super::{Chain, Chains, Of, Rule, Verdict};
use crate::document::Text;
use crate::source::Span;
use crate::syntax::lines::lines;
use crate::syntax::spelled;

/// The chains of the tables that filter.
pub(super) fn chains(text: &Text, within: Span) -> Chains {
    let mut chains = Chains::default();
    let mut filters = false;
    for line in lines(text.as_str()) {
        let said = line.text.trim();
        let start = line.start + line.indent();
        let span = spelled::span(text, start, start + said.len(), within);
        let words: Vec<&str> = said.split_whitespace().collect();
        if let Some(table) = said.strip_prefix('*') {
            chains.is_cut |= filters;
            filters = table.trim() == "filter";
        } else if said == "COMMIT" {
            filters = false;
        } else if let Some(rest) = said.strip_prefix(':').filter(|_| filters) {
            let mut parts = rest.split_whitespace();
            let name = parts.next().unwrap_or("");
            let policy = parts.next().filter(|word| *word != "-").map(|word| (word.to_ascii_lowercase(), span));
            let hook = [("INPUT", "input"), ("FORWARD", "forward"), ("OUTPUT", "output")];
            let hook = hook.into_iter().find(|(known, _)| *known == name).map(|(_, hook)| hook);
            chains.place(Chain {
                family: "ip".to_owned(),
                table: "filter".to_owned(),
                name: name.to_owned(),
                hook,
                policy,
                rules: Vec::new(),
                header: span,
                span,
            });
        } else if let ["-A" | "-I" | "--append" | "--insert", name, rest @ ..] = words.as_slice()
            && filters
            && let Some(chain) = chains.at("ip", "filter", name).and_then(|at| chains.list.get_mut(at))
        {
            chain.rules.push(rule(said, span, rest));
            chain.span = chain.span.to(span);
        }
    }
    chains.is_cut |= filters;
    chains
}

fn rule(said: &str, span: Span, words: &[&str]) -> Rule {
    let target = |flags: &[&str]| {
        words.windows(2).find_map(|pair| match pair {
            [flag, target] if flags.contains(flag) => Some(*target),
            _ => None,
        })
    };
    let target = target(&["-j", "--jump", "-g", "--goto"]);
    let verdict = match target {
        Some("ACCEPT") => Verdict::Accepts,
        Some("DROP" | "REJECT") => Verdict::Drops,
        _ => Verdict::Other,
    };
    let leads_to = target.filter(|_| verdict == Verdict::Other).map(str::to_owned).into_iter().collect();
    Rule { text: said.to_owned(), span, verdict, of: of(words), leads_to }
}

/// Which packets a rule is about, by what stands before its target.
fn of(words: &[&str]) -> Of {
    let mut of = Of::All;
    let mut rest = words;
    while let [first, more @ ..] = rest {
        rest = match *first {
            "-j" | "--jump" | "-g" | "--goto" => break,
            "-m" if more.first() == Some(&"comment") => more.get(1..).unwrap_or(&[]),
            "--comment" => {
                more.iter().position(|word| word.starts_with('-')).and_then(|at| more.get(at..)).unwrap_or(&[])
            }
            "-i" | "--in-interface" => {
                of = Of::Side;
                more.get(1..).unwrap_or(&[])
            }
            "-m" if more.first().is_some_and(|module| ["state", "conntrack", "tcp"].contains(module)) => {
                more.get(1..).unwrap_or(&[])
            }
            "--state" | "--ctstate" if more.first().is_some_and(|state| state.contains("NEW")) => {
                of = Of::Side;
                more.get(1..).unwrap_or(&[])
            }
            "--syn" => {
                of = Of::Side;
                more
            }
            "-p" if more.contains(&"--syn") => more.get(1..).unwrap_or(&[]),
            _ => return Of::Some,
        };
    }
    of
}
