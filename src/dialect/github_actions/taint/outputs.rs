//! What outputs of steps and jobs are made of.

use super::scope::{Scope, entry};
use super::script::Script;
use super::{By, Follower, Source, Taint};
use crate::dialect::github_actions::step::is_script;
use crate::document::{Entry, Node, Value};

/// What actions return, as far as it is known: the action (`*` at the end stands for any rest), the output (`*` at its
/// beginning or end likewise), and who decides the text; and whether it names a commit of a stranger. The first line that
/// fits counts.
#[rustfmt::skip] // A table.
const RETURNED: &[(&str, &str, By, bool)] = &[
    ("actions/github-script", "*", By::Unknown, false),
    ("actions/create-github-app-token", "*", By::Writer, false),
    // All the others of GitHub return versions, places, hashes and numbers.
    ("actions/*", "*", By::Constant, false),
    ("astral-sh/setup-uv", "*", By::Constant, false),
    ("aws-actions/*", "*", By::Constant, false),
    ("azure/login", "*", By::Constant, false),
    ("docker/metadata-action", "tags", By::Constant, false),
    ("docker/metadata-action", "version", By::Constant, false),
    ("docker/*", "*", By::Constant, false),
    ("dorny/paths-filter", "*_files", By::Outsider, false),
    ("dorny/paths-filter", "*", By::Constant, false),
    ("dtolnay/rust-toolchain", "*", By::Constant, false),
    ("futuratrepadeira/changed-files", "*", By::Outsider, false),
    ("google-github-actions/auth", "*", By::Writer, false),
    ("gradle/*", "*", By::Constant, false),
    ("jitterbit/get-changed-files", "*", By::Outsider, false),
    ("peter-evans/create-pull-request", "*", By::Constant, false),
    ("pnpm/action-setup", "*", By::Constant, false),
    ("ruby/setup-ruby", "*", By::Constant, false),
    ("swatinem/rust-cache", "*", By::Constant, false),
    ("tj-actions/branch-names", "*", By::Outsider, false),
    ("tj-actions/changed-files", "*_files", By::Outsider, false),
    ("tj-actions/changed-files", "*_count", By::Constant, false),
    ("tj-actions/changed-files", "any_*", By::Constant, false),
    ("tj-actions/changed-files", "only_*", By::Constant, false),
    ("trilom/file-changes-action", "*", By::Outsider, false),
    ("xt0rted/pull-request-comment-branch", "head_ref", By::Outsider, true),
    ("xt0rted/pull-request-comment-branch", "head_sha", By::Constant, true),
    ("xt0rted/pull-request-comment-branch", "*", By::Constant, false),
];

impl<'c> Follower<'c> {
    /// What `steps` holds.
    pub(super) fn of_steps(&self, path: &[&str], shown: &str, scope: Scope<'c>, whole: bool, depth: usize) -> Taint {
        let before = scope.steps.get(..scope.at).unwrap_or(scope.steps);
        let with_id = |id: &str| {
            let own = |step: &Node| {
                step.get("id").and_then(Node::as_str).is_some_and(|own| id == "*" || own.eq_ignore_ascii_case(id))
            };
            before.iter().enumerate().filter(move |(_, step)| own(step)).collect::<Vec<_>>()
        };
        match path {
            [id, "outputs", name, ..] => {
                let each = with_id(id).into_iter();
                each.map(|(at, step)| self.of_step(step, name, shown, scope.step(at), depth + 1))
                    .fold(Taint::default(), Taint::or)
            }
            [id, "outputs"] if whole => {
                let each = with_id(id).into_iter();
                each.map(|(at, step)| self.of_step(step, "*", shown, scope.step(at), depth + 1))
                    .fold(Taint::default(), Taint::or)
            }
            [] | [_] if whole => Taint::of(By::Unknown, format!("`{shown}` holds all that was returned before")),
            _ => Taint::default(),
        }
    }

    /// What `needs` holds, and in the outputs of a workflow `jobs`.
    pub(super) fn of_jobs(&self, path: &[&str], shown: &str, scope: Scope<'c>, whole: bool, depth: usize) -> Taint {
        let jobs = scope.file.root.get("jobs").map_or(&[][..], Node::entries);
        let with_id =
            |id: &str| jobs.iter().filter(|job| id == "*" || job.key.name.eq_ignore_ascii_case(id)).collect::<Vec<_>>();
        match path {
            [id, "outputs", name, ..] => {
                let each = with_id(id).into_iter().map(|job| self.of_job(job, name, scope, depth + 1));
                each.fold(Taint::default(), Taint::or)
            }
            [id, "outputs"] if whole => {
                let each = with_id(id).into_iter().map(|job| self.of_job(job, "*", scope, depth + 1));
                each.fold(Taint::default(), Taint::or)
            }
            [] | [_] if whole => Taint::of(By::Unknown, format!("`{shown}` holds all that was returned before")),
            _ => Taint::default(),
        }
    }

    fn of_job(&self, job: &'c Entry, name: &str, scope: Scope<'c>, depth: usize) -> Taint {
        if !self.spend(depth) {
            return Taint::too_far();
        }
        let Some(uses) = job.value.get("uses").and_then(Node::as_str) else {
            return self.declared(job.value.get("outputs"), name, None, scope.file.job(job), depth);
        };
        match self.local(scope.file, uses) {
            Some(file) => {
                let outputs = file.call().and_then(|call| call.get("outputs"));
                let scope = Scope { at: 0, steps: &[], ..file.scope() };
                self.declared(outputs, name, Some("value"), scope, depth)
            }
            None => Taint::of(By::Unknown, format!("`{uses}` is not in this repository, and returns what it likes")),
        }
    }

    /// What an output that is declared is made of: its text, or what stands in it under a key.
    fn declared(&self, outputs: Option<&Node>, name: &str, key: Option<&str>, scope: Scope<'c>, depth: usize) -> Taint {
        let Some(outputs) = outputs else { return Taint::default() };
        if name == "*" {
            return self.deep(outputs, scope, Some("it is returned here"), depth + 1);
        }
        let Some(entry) = entry(outputs, name) else { return Taint::default() };
        let what = format!("output `{}` is returned here", entry.key.name);
        let value = key.map_or(Some(&entry.value), |key| entry.value.get(key));
        value.map(|value| self.deep(value, scope, Some(&what), depth + 1)).unwrap_or_default()
    }

    fn of_step(&self, step: &'c Node, name: &str, shown: &str, scope: Scope<'c>, depth: usize) -> Taint {
        if !self.spend(depth) {
            return Taint::too_far();
        }
        if step.get("run").is_some() {
            if scope.shell(step).is_some_and(|shell| !is_shell(shell)) {
                return self.unseen(step, shown, scope, depth);
            }
            let written = self.written_by(step, "GITHUB_OUTPUT", name, scope, depth);
            return written.unwrap_or_else(|| self.unseen(step, shown, scope, depth));
        }
        let Some(uses) = step.get("uses").and_then(Node::as_str) else { return Taint::default() };
        if let Some(file) = self.local(scope.file, uses) {
            return match file.root.at(&["runs", "steps"]) {
                Some(_) => self.declared(file.root.get("outputs"), name, Some("value"), file.scope(), depth),
                None => self.unseen(step, shown, scope, depth),
            };
        }
        let action = uses.split('@').next().unwrap_or(uses).to_ascii_lowercase();
        let known = RETURNED.iter().find(|(of, output, ..)| fits(of, &action) && fits(output, name));
        match known {
            Some((_, _, By::Constant, false)) => Taint::default(),
            Some((_, _, By::Unknown, _)) => self.returned_by_script(step, shown, scope, depth),
            Some((_, _, by, stranger)) => {
                // What only writers start is about what writers merged: names of files and branches are theirs.
                let is_merged = *by == By::Outsider && !stranger && self.is_started_by_writers(scope.file);
                let mut taint = Taint::of(if is_merged { By::Writer } else { *by }, shown);
                taint.sources.iter_mut().for_each(|source| source.stranger = *stranger);
                taint
            }
            None => Taint::of(By::Unknown, format!("`{action}` is not in this repository, and returns what it likes")),
        }
    }

    /// What a script that is an input returns.
    fn returned_by_script(&self, step: &'c Node, shown: &str, scope: Scope<'c>, depth: usize) -> Taint {
        let inputs = step.get("with").map_or(&[][..], Node::entries).iter();
        let scripts = inputs.filter(|input| is_script("actions/github-script", &input.key.name));
        let mut taint = Taint::of(By::Program, shown);
        for script in scripts.map(|input| &input.value) {
            let text = script.as_str().unwrap_or("");
            taint = taint.or(self.deep(script, scope, Some("it is pasted into the script that returns it"), depth + 1));
            if super::script::reads_free_text(text) {
                taint =
                    taint.or(Taint::of(By::Outsider, shown).through(script.span, "what the script reads of the event"));
            }
        }
        taint
    }

    /// What a program of the repository returns that is handed something, and that is not looked into.
    fn unseen(&self, step: &'c Node, shown: &str, scope: Scope<'c>, depth: usize) -> Taint {
        let handed = ["env", "with", "run"].into_iter().filter_map(|key| step.get(key));
        let handed = handed.map(|node| self.deep(node, scope, Some("it is handed in here"), depth + 1));
        let handed = handed.fold(Taint::default(), Taint::or);
        match handed.worst() {
            Some(source) if source.by == By::Unknown => Taint { sources: vec![source.clone()] },
            Some(source) if source.by > By::Unknown => {
                let name =
                    format!("whether `{shown}` is made of `{}` is up to the program that returns it", source.name);
                Taint { sources: vec![Source { by: By::Unknown, name: name.into(), ..source.clone() }] }
            }
            _ => Taint::of(By::Program, shown),
        }
    }

    /// What the script of a step writes under a name to a file of the runner; none where it does not.
    pub(super) fn written_by(
        &self,
        step: &'c Node,
        file: &str,
        name: &str,
        scope: Scope<'c>,
        depth: usize,
    ) -> Option<Taint> {
        let run = step.get("run")?;
        let Value::Str(text) = &run.value else { return None };
        if !self.spend(depth) || !self.spend_on(text.as_str().len()) {
            return Some(Taint::too_far());
        }
        let values = super::script::written(text.as_str(), file, name);
        if values.is_empty() {
            return None;
        }
        let script = Script { text, within: run.span };
        let each = values.into_iter().map(|part| {
            let place = script.span(&part);
            self.script(script, part, scope, depth + 1).through(place, "a step writes it here")
        });
        Some(each.fold(Taint::default(), Taint::or))
    }
}

/// Whether what runs a script writes values and variables as shells do, PowerShell among them.
fn is_shell(shell: &str) -> bool {
    let program = shell.split_whitespace().next().unwrap_or("");
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    ["bash", "sh", "zsh", "pwsh", "powershell"].contains(&name.trim_end_matches(".exe"))
}

/// Whether a name is one of those that a pattern with a `*` at its beginning or end stands for.
fn fits(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) if name.ends_with(end) => true,
        (_, Some(start)) => name.starts_with(start),
        _ => pattern == name,
    }
}
