//! Where a step makes a program of a text from elsewhere, or checks out what a text names.

use std::ops::Range;
use std::sync::Arc;

use super::step::is_script;
use super::taint::{By, Follower, Scope, Source, Taint};
use super::{expression, guard};
use crate::document::{Entry, Node, Step as Passage, Text, Unresolved, Value};
use crate::source::Span;
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled;

/// Commands of git that bring other commits into the files.
#[rustfmt::skip] // Words fill lines.
const BRINGING: &[&str] = &[
    "am", "apply", "checkout", "cherry-pick", "clone", "fetch", "merge", "pull", "rebase", "reset", "switch", "worktree",
];

/// The files of the runner that set the environment of later steps.
const ENVIRONMENT: &[&str] = &["GITHUB_ENV", "GITHUB_PATH"];

/// How PowerShell begins the name of a variable of the environment, in lower case as it is mostly written.
const WINDOWS: &str = "$env:";

/// Programs that print their words and nothing else.
const PRINTERS: &[&str] = &["echo", "printf"];

/// The uses of texts in one step, as maps with the fields of `fact/expression`.
pub(super) fn of_step<'c>(step: &'c Node, scope: Scope<'c>, follower: &Follower<'c>) -> Vec<Node> {
    let mut uses = Uses { scope, follower, step, found: Vec::new() };
    if let Some(run) = step.get("run") {
        uses.pasted(run, "script");
        uses.commands(run);
    }
    if let Some(shell) = step.get("shell") {
        uses.pasted(shell, "shell");
    }
    if let Some(action) = step.get("uses").and_then(Node::as_str) {
        uses.inputs(action);
    }
    uses.found
}

struct Uses<'u, 'c> {
    scope: Scope<'c>,
    follower: &'u Follower<'c>,
    step: &'c Node,
    found: Vec<Node>,
}

impl Uses<'_, '_> {
    /// The expressions of a text, which the runner replaces before anything reads it.
    fn pasted(&mut self, node: &Node, used: &str) {
        let Value::Str(text) = &node.value else { return };
        for range in expression::find(text.as_str()) {
            let taint = self.follower.written(text.as_str().get(range.clone()).unwrap_or(""), self.scope);
            let written = spelled::node(spelled::part(text, range.start, range.end), node.span);
            self.add(&written, used, &taint, false);
        }
    }

    fn inputs(&mut self, action: &str) {
        let name = action.split('@').next().unwrap_or(action).to_ascii_lowercase();
        let with = self.step.get("with").map_or(&[][..], Node::entries);
        let is = |entry: &&Entry, key: &str| entry.key.name.eq_ignore_ascii_case(key);
        for input in with.iter().filter(|input| is_script(&name, &input.key.name)) {
            self.pasted(&input.value, "input");
        }
        if name.starts_with("docker://") {
            for input in with.iter().filter(|input| is(input, "args") || is(input, "entrypoint")) {
                self.pasted(&input.value, "argument");
            }
        }
        if name == "actions/checkout" {
            let named = with.iter().filter(|input| is(input, "ref") || is(input, "repository"));
            let named: Vec<&Node> = named.map(|input| &input.value).collect();
            if let (true, Some(uses)) = (named.is_empty(), self.step.get("uses")) {
                self.add(uses, "checkout", &Taint::default(), false);
            }
            for node in named {
                let taint = self.follower.text(node, self.scope);
                let request = node.as_str().is_some_and(leads_to_request);
                self.add(node, "checkout", &taint, request);
            }
        }
    }

    /// The commands of a script that read a variable once more, set the environment, or check something out.
    fn commands(&mut self, run: &Node) {
        let Value::Str(text) = &run.value else { return };
        if !ENVIRONMENT.iter().chain(&["$", "git", "gh "]).any(|word| text.as_str().contains(word)) {
            return;
        }
        let commands = shell::commands(text, run.span, Shell::Posix);
        let mut at = 0;
        for command in commands.items() {
            let Some(Node { value: Value::Str(own), .. }) = command.get("text") else { continue };
            let Some(range) = place(text, own.as_str(), &mut at) else { continue };
            let script = Line { text, within: run.span, range };
            self.reread(command, own.as_str(), &script);
            self.environment(command, own.as_str(), &script);
            self.checkout(command, own.as_str(), &script);
        }
        self.environment_of_windows(text, run.span);
    }

    fn reread(&mut self, command: &Node, own: &str, line: &Line<'_>) {
        let piped_to = command.get("piped_to").and_then(Node::as_str);
        for (range, _) in shell::reread(own, piped_to) {
            let range = line.range.start + range.start..line.range.start + range.end;
            let taint = self.follower.shell(line.text, range.clone(), line.within, self.scope);
            self.add(&line.node(range), "reread", &taint, false);
        }
    }

    fn environment(&mut self, command: &Node, own: &str, line: &Line<'_>) {
        let redirects = command.get("redirects").map_or(&[][..], Node::items);
        let names = |text: &str| ENVIRONMENT.iter().any(|file| text.contains(file)) && !text.contains(WINDOWS);
        let to = |node: &Node| node.as_str().is_some_and(names);
        let argv = command.get("argv").map_or(&[][..], Node::items);
        let program = command.get("program").and_then(Node::as_str).unwrap_or("");
        let is_written = redirects.iter().any(to) || (program == "tee" && argv.iter().any(to));
        if !is_written {
            return;
        }
        // What a group of commands prints, or the program before a pipe, is that of all of the script.
        let whole = argv.is_empty() || program == "tee";
        let range = if whole { 0..line.text.as_str().len() } else { line.range.clone() };
        let mut taint = self.follower.shell(line.text, range, line.within, self.scope);
        if !whole && !PRINTERS.contains(&program) || whole && !own.contains("echo") {
            taint = taint.or(Taint::of_program());
        }
        self.add(&line.node(line.range.clone()), "environment", &taint, false);
    }

    /// PowerShell names the files in its own way.
    fn environment_of_windows(&mut self, text: &Text, within: Span) {
        let written = text.as_str();
        let lower = written.to_ascii_lowercase();
        let Some(at) =
            ENVIRONMENT.iter().find_map(|file| lower.find(&format!("{WINDOWS}{}", file.to_ascii_lowercase())))
        else {
            return;
        };
        let start = written.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let end = written.get(at..).and_then(|rest| rest.find('\n')).map_or(written.len(), |end| at + end);
        let line = Line { text, within, range: start..end };
        let taint = self.follower.shell(text, start..end, within, self.scope).or(Taint::of_program());
        self.add(&line.node(start..end), "environment", &taint, false);
    }

    fn checkout(&mut self, command: &Node, own: &str, line: &Line<'_>) {
        let argv: Vec<&str> =
            command.get("argv").map_or(&[][..], Node::items).iter().filter_map(Node::as_str).collect();
        let has = |word: &str| argv.contains(&word);
        let program = command.get("program").and_then(Node::as_str);
        let piped_to = command.get("piped_to").and_then(Node::as_str);
        let is_applied = matches!(piped_to, Some("git" | "patch"));
        let request = match program {
            Some("gh") if has("pr") && has("checkout") => true,
            // The patch of a request, which is applied.
            Some("gh") if has("pr") && has("diff") && is_applied => true,
            Some("curl" | "wget") if is_applied && own.contains("/pull/") => true,
            Some("git") if BRINGING.iter().any(|word| has(word)) => leads_to_request(own),
            _ => return,
        };
        let taint = self.follower.shell(line.text, line.range.clone(), line.within, self.scope);
        self.add(&line.node(line.range.clone()), "checkout", &taint, request);
    }

    /// Notes a use: of what is written, and what that is made of.
    fn add(&mut self, written: &Node, used: &str, taint: &Taint, stranger: bool) {
        let span = written.span;
        let text = |text: &str| Node::text(text, span);
        let with = |source: Option<&Source>, node: Node| {
            let trail = source.map(|source| source.trail.clone()).filter(|trail: &Vec<Passage>| !trail.is_empty());
            Node { trail: trail.map(Arc::new), ..node }
        };
        let worst = taint.worst();
        let by = match worst {
            Some(source) if source.by == By::Unknown => open(written, source),
            _ => text(taint.by().name()),
        };
        let stranger_source = taint.stranger();
        let code = if stranger || stranger_source.is_some() { "stranger" } else { "own" };
        let code = match worst {
            Some(source) if code == "own" && source.by == By::Unknown => open(written, source),
            _ => text(code),
        };
        let names = taint.sources().iter().filter(|source| source.by != By::Unknown);
        let names = Node::list(names.map(|source| text(&source.name)).collect(), span);
        let of_job = self.scope.job.map(|job| guard::conditions(&job.value, self.scope.file.root)).unwrap_or_default();
        let own = of_job.into_iter().chain(self.step.get("if"));
        let own: Vec<&Node> = own.collect();
        let calls = self.follower.conditions_of_calls(self.scope.file);
        let is_guarded = |conditions: &Vec<&Node>| conditions.iter().any(|node| guard::lets_only_writers_in(node));
        let by_writers = is_guarded(&own) || self.follower.are_calls_by_writers(self.scope.file);
        // Of several calls none alone decides when it is used.
        let of_call = calls.first().filter(|_| calls.len() == 1).map_or(&[][..], Vec::as_slice);
        let conditions: Vec<Node> = own.iter().chain(of_call).map(|node| (*node).clone()).collect();
        let mut entries = vec![
            ("expression", Node { trail: None, ..written.clone() }),
            ("used", text(used)),
            ("by", with(worst, by)),
            ("names", names),
            ("code", with(stranger_source.or(worst), code)),
            ("conditions", Node::list(conditions, span)),
            ("by_writers", Node::new(Value::Bool(by_writers), span)),
        ];
        entries.push(("triggers", self.follower.started_by(self.scope.file)));
        let entries = entries.into_iter().map(|(name, value)| Entry::new(name, span, value));
        self.found.push(Node::map(entries.collect(), span));
    }
}

/// A part of a script.
struct Line<'s> {
    text: &'s Text,
    within: Span,
    range: Range<usize>,
}

impl Line<'_> {
    fn node(&self, range: Range<usize>) -> Node {
        spelled::node(spelled::part(self.text, range.start, range.end), self.within)
    }
}

impl By {
    fn name(self) -> &'static str {
        match self {
            By::Constant | By::Unknown => "constant",
            By::Program => "program",
            By::Writer => "writer",
            By::Caller => "caller",
            By::Outsider => "outsider",
        }
    }
}

fn open(written: &Node, source: &Source) -> Node {
    let expression = written.as_str().unwrap_or("").into();
    let unresolved = Unresolved { expression, because: (&*source.name).into(), ..Unresolved::default() };
    Node::new(Value::Unresolved(Arc::new(unresolved)), written.span)
}

/// Where a command stands in its script, from `at` on, which moves with it.
fn place(script: &Text, command: &str, at: &mut usize) -> Option<Range<usize>> {
    let found = script.as_str().get(*at..)?.find(command)?;
    let start = *at + found;
    // Commands in a substitution stand within the one around it.
    *at = start + usize::from(!command.is_empty());
    while !script.as_str().is_char_boundary(*at) {
        *at += 1;
    }
    Some(start..start + command.len())
}

/// Whether a reference is that of a pull request: `refs/pull/12/merge`.
fn leads_to_request(text: &str) -> bool {
    text.match_indices("pull/").any(|(at, word)| {
        let before = text.get(..at).unwrap_or("");
        before.ends_with("refs/")
            || before.ends_with([' ', '"', '\'', '+', '=']) && text.get(at + word.len()..).is_some()
    })
}
