//! What a shell script makes of what it is given: its variables, and what it writes for the steps after it.

use std::ops::Range;

use super::scope::Scope;
use super::{By, Follower, Taint, contexts, filter};
use crate::dialect::github_actions::expression;
use crate::document::Text;
use crate::source::Span;
use crate::syntax::spelled;
use crate::syntax::variables::reference;

/// A script and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Script<'s> {
    pub text: &'s Text,
    pub within: Span,
}

/// Words that together in a part of a script say that it prints what outsiders wrote.
const PRINTING: &[(&str, &[&str])] = &[
    ("gh pr view", &["title", "body", "headRefName"]),
    ("gh issue view", &["title", "body"]),
    ("git log", &["%s", "%b", "%B", "%an", "%ae", "--oneline"]),
    ("git show", &["%s", "%b", "%B", "%an", "%ae"]),
    ("GITHUB_EVENT_PATH", &[".title", ".body", ".head.ref", ".message", ".head_branch"]),
];

/// Words that say that a part of a script looks up the commit of a pull request.
const LOOKING_UP: &[&str] = &["headRefOid", ".head.sha", "refs/pull/", ".head.repo", "headRepository"];

/// The same of its branch. Where nobody asks in which repository that is, it leads to a branch of the own one that is called so, or to none.
const LOOKING_UP_BRANCHES: &[&str] = &["headRefName", ".head.ref"];

/// Words that ask in which repository a branch is.
const LOOKING_UP_REPOSITORIES: &[&str] = &["head.repo", "head_repo", "headRepo"];

/// Programs that print what they are given, changed or not. What others print is theirs.
#[rustfmt::skip] // Words fill lines.
const HANDING_ON: &[&str] = &[
    "awk", "basename", "cat", "cut", "dirname", "echo", "envsubst", "grep", "head", "jq", "node", "perl", "printf",
    "python", "python3", "sed", "sort", "tail", "tr", "uniq", "xargs", "yq",
];

/// How far before a variable the command that it is handed to may begin, in bytes.
const LOOK_BACK: usize = 2_048;

/// The text of an event that a script in JavaScript reads.
const READ_BY_SCRIPTS: &[&str] =
    &[".title", ".body", ".head.ref", ".head_ref", ".message", ".head_branch", ".display_title", ".label.name"];

/// Whether a part of a script looks up the commit of a pull request, or its branch in whichever repository that is.
fn looks_up_stranger(part: &str, script: &str) -> bool {
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    has(part, LOOKING_UP) || (has(part, LOOKING_UP_BRANCHES) && has(script, LOOKING_UP_REPOSITORIES))
}

/// Whether a script in JavaScript reads free text of the event.
pub(super) fn reads_free_text(script: &str) -> bool {
    script.contains("payload") && READ_BY_SCRIPTS.iter().any(|end| script.contains(end))
}

/// The values that a script writes under a name to a file of the runner (`$GITHUB_OUTPUT`, `$GITHUB_ENV`). `*` is any name.
pub(super) fn written(script: &str, file: &str, name: &str) -> Vec<Range<usize>> {
    let old = if file == "GITHUB_OUTPUT" { "::set-output" } else { "::set-env" };
    if !script.contains(file) && !script.contains(old) {
        return Vec::new();
    }
    if name == "*" {
        return std::iter::once(0..script.len()).collect();
    }
    let lower = script.to_ascii_lowercase();
    let wanted = name.to_ascii_lowercase();
    let mut values = Vec::new();
    for (at, _) in lower.match_indices(&wanted) {
        let before = script.get(..at).unwrap_or("");
        let begins = before
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '$' | '{'));
        let from = at + wanted.len();
        let rest = script.get(from..).unwrap_or("");
        if !begins {
        } else if let Some(word) = rest.strip_prefix("<<") {
            // The lines up to the one that ends them.
            let word: String = word
                .trim_start_matches(['"', '\''])
                .chars()
                .take_while(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '\\'))
                .collect();
            let first = from + rest.find('\n').map_or(rest.len(), |at| at + 1);
            let body = script.get(first..).unwrap_or("");
            let end = if word.is_empty() { None } else { body.find(&word) };
            values.push(first..first + end.unwrap_or(body.len()));
        } else if rest.starts_with('=') || rest.starts_with("::") {
            let end = rest.find('\n').unwrap_or(rest.len());
            values.push(from + 1..from + end);
        }
    }
    values
}

impl Script<'_> {
    /// Where a part of it stands.
    pub fn span(&self, part: &Range<usize>) -> Span {
        spelled::span(self.text, part.start, part.end, self.within)
    }
}

impl<'c> Follower<'c> {
    /// What a part of a script comes to: of its expressions, its variables, and what programs print in it.
    pub(super) fn script(&self, script: Script<'_>, part: Range<usize>, scope: Scope<'c>, depth: usize) -> Taint {
        if !self.spend(depth) || !self.spend_on(part.len()) {
            return Taint::too_far();
        }
        let all = script.text.as_str();
        let text = all.get(part.clone()).unwrap_or("");
        let mut taint = Taint::default();
        let computed = text.contains("$(") || text.contains('`');
        if computed {
            taint = taint.or(Taint::of_program());
        }
        let expressions: Vec<Range<usize>> =
            expression::find(text).into_iter().map(|range| part.start + range.start..part.start + range.end).collect();
        let formed = filter::formed(text);
        let is_formed = |at: usize| formed.iter().any(|range| range.contains(&at));
        for range in &expressions {
            let place = script.span(range);
            let inner = self.inner(all.get(range.clone()).unwrap_or(""), scope, depth + 1);
            let inner = inner.through(place, "it is pasted into a script here");
            taint = taint.or(if is_formed(range.start - part.start) { inner.formed() } else { inner });
        }
        for (range, name) in variables(all, part.clone()) {
            let is_argument = is_argument(text, range.start - part.start);
            let is_filtered = all.get(range.clone()).is_some_and(filter::is_by_expansion);
            if !is_argument
                && !is_filtered
                && !expressions.iter().any(|expression| expression.start <= range.start && range.end <= expression.end)
            {
                let inner = self.shell_variable(name, script, scope, depth);
                taint = taint.or(if is_formed(range.start - part.start) { inner.formed() } else { inner });
            }
        }
        if PRINTING.iter().any(|(program, words)| {
            text.match_indices(program).any(|(at, _)| !is_formed(at)) && words.iter().any(|word| text.contains(word))
        }) {
            taint = taint.or(Taint::of(By::Outsider, "what a command prints of a request"));
        }
        if computed && looks_up_stranger(text, all) {
            let mut found = Taint::of(By::Program, "the commit of a pull request");
            found.sources.iter_mut().for_each(|source| source.stranger = true);
            taint = taint.or(found);
        }
        taint
    }

    /// What a variable of the shell holds: what the script assigns to it, else what the environment says.
    pub(super) fn shell_variable(&self, name: &str, script: Script<'_>, scope: Scope<'c>, depth: usize) -> Taint {
        let all = script.text.as_str();
        if !self.spend_on(all.len()) {
            return Taint::too_far();
        }
        if self.assigned.borrow().iter().any(|known| known == name) {
            // A variable that is made of itself is made of what it was before.
            return self.variable(name, scope, depth + 1).unwrap_or_default();
        }
        self.assigned.borrow_mut().push(name.to_owned());
        let taint = self.assigned_variable(name, script, scope, depth);
        self.assigned.borrow_mut().pop();
        taint
    }

    fn assigned_variable(&self, name: &str, script: Script<'_>, scope: Scope<'c>, depth: usize) -> Taint {
        let all = script.text.as_str();
        let mut assigned = Taint::default();
        let mut is_assigned = false;
        for range in assignments(all, name) {
            is_assigned = true;
            let place = script.span(&range);
            let value = self.script(script, range, scope, depth + 1);
            assigned = assigned.or(value.through(place, &format!("variable `{name}` is set here")));
        }
        if is_assigned {
            return assigned;
        }
        self.variable(name, scope, depth).unwrap_or_else(|| {
            let is_plain = contexts::of_runner(name).is_some() || !name.contains(|c: char| c.is_ascii_lowercase());
            if is_plain { Taint::default() } else { Taint::of(By::Program, "what the script reads") }
        })
    }
}

/// Whether what stands at a place is only handed to a command in a substitution, which prints something of its own.
fn is_argument(text: &str, at: usize) -> bool {
    let from = (at.saturating_sub(LOOK_BACK)..=at).find(|from| text.is_char_boundary(*from)).unwrap_or(at);
    let before = text.get(from..at).unwrap_or("");
    let mut open = Vec::new();
    for (start, c) in before.char_indices() {
        match c {
            '(' if before.get(..start).is_some_and(|before| before.ends_with('$')) => open.push(start + 1),
            ')' => {
                open.pop();
            }
            // The next command of a pipe, or of a list.
            '|' | ';' | '&' => {
                if let Some(last) = open.last_mut() {
                    *last = start + 1;
                }
            }
            _ => {}
        }
    }
    let command = open
        .last()
        .and_then(|start| before.get(*start..))
        .map(|command| command.trim_start_matches(['|', '&', ' ', '"']));
    command.is_some_and(|command| {
        let program = command.split(|c: char| c.is_whitespace()).next().unwrap_or("");
        let is_whole = !program.is_empty() && !program.contains('=') && program.len() < command.len();
        is_whole && !HANDING_ON.contains(&program) && !command.contains("<<<")
    })
}

/// The variables of the shell in a part of a text.
fn variables(text: &str, part: Range<usize>) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut at = part.start;
    while let Some(next) = text.get(at..part.end).and_then(|rest| rest.find('$')) {
        let start = at + next;
        match reference(text, start, part.end) {
            Some(reference) if !reference.name.is_empty() => {
                // A variable in what stands for another one (`${A:-$B}`) is one too.
                at = start + 1;
                let (range, name) = (start..reference.range.end, reference.name);
                found.push(of_powershell(text, name, &range).unwrap_or((range, name)));
            }
            _ => at = start + 1,
        }
    }
    found
}

/// The variable of the environment that PowerShell writes `$env:NAME` or `${env:NAME}`; `range` is what another shell would
/// take for the variable `env`.
fn of_powershell<'t>(text: &'t str, name: &str, range: &Range<usize>) -> Option<(Range<usize>, &'t str)> {
    let written = text.get(range.start + 1..)?;
    let braced = written.starts_with('{');
    let rest = written.trim_start_matches('{').get(name.len()..)?;
    let rest = rest.strip_prefix(':').filter(|_| name.eq_ignore_ascii_case("env"))?;
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let inner = rest.get(..length).filter(|inner| !inner.is_empty())?;
    let end = range.start + 1 + usize::from(braced) + name.len() + 1 + length;
    Some((range.start..range.end.max(end), inner))
}

/// What a script assigns to a variable, wherever: to the end of the line, or of the command.
fn assignments(script: &str, name: &str) -> Vec<Range<usize>> {
    let wanted = format!("{name}=");
    let ends = |c: char| c == '\n';
    let all = script.match_indices(&wanted).filter(|(at, _)| {
        let before = script.get(..*at).unwrap_or("");
        before.chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '(' | '&' | '|'))
    });
    let values = all.map(|(at, _)| {
        let from = at + wanted.len();
        let rest = script.get(from..).unwrap_or("");
        from..from + rest.find(ends).unwrap_or(rest.len())
    });
    values.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_under_their_names() {
        for (script, name, want) in [
            ("echo \"title=$TITLE\" >> \"$GITHUB_OUTPUT\"", "title", vec!["$TITLE\" >> \"$GITHUB_OUTPUT\""]),
            ("echo subtitle=$A >> $GITHUB_OUTPUT", "title", vec![]),
            ("echo title=$A", "title", vec![]),
            ("echo '::set-output name=a::'$B", "a", vec![":'$B"]),
            (
                "{\n echo 'x<<EOF'\n echo \"$BODY\"\n echo EOF\n} >> $GITHUB_OUTPUT",
                "x",
                vec![" echo \"$BODY\"\n echo "],
            ),
        ] {
            let got: Vec<&str> =
                written(script, "GITHUB_OUTPUT", name).into_iter().map(|range| script.get(range).unwrap()).collect();
            assert_eq!(got, want, "{script}");
        }
    }

    #[test]
    fn what_a_command_is_given_is_not_what_it_prints() {
        for (text, want) in [
            ("$X", false),
            ("a $(echo \"$X", false),
            ("a $(gh api \"/pulls/$X", true),
            ("a $(gh api y | jq --arg x \"$X", false),
            ("a $(gh api y) $X", false),
            ("a $(parse <<< \"$X", false),
            ("a $(X=1 run \"$X", false),
            ("a $(echo $(run $X", true),
        ] {
            assert_eq!(is_argument(text, text.rfind('$').unwrap()), want, "{text}");
        }
    }

    #[test]
    fn variables_are_found_with_what_is_assigned_to_them() {
        let names: Vec<&str> =
            variables("a $B ${C:-$D} $$ $1 ${{ x }}", 0..28).into_iter().map(|found| found.1).collect();
        assert_eq!(names, ["B", "C", "D"]);
        let script = "A=1\nexport A=$B\nXA=2; A=3";
        let values: Vec<&str> = assignments(script, "A").into_iter().map(|range| script.get(range).unwrap()).collect();
        assert_eq!(values, ["1", "$B", "3"]);
    }
}
