//! Whether anybody learns that a command of a script failed.

use crate::document::{MAX_DEPTH, Node};

/// Commands of shells that change nothing and succeed: a failure that is followed by one of them is lost.
const NOTHING: &[&str] = &["true", ":", "exit 0", "travis_terminate 0", "echo", "printf", "return 0"];

/// Whether what is run where a command fails ends in a failure itself: `|| { echo "found"; exit 1; }`.
fn ends_in_failure(otherwise: &str, later: &[Node]) -> bool {
    let text = |command: &Node| command.get("text").and_then(Node::as_str).unwrap_or("").to_owned();
    let line = |command: &Node| {
        let words = command.get("argv").map_or(&[][..], Node::items).iter().filter_map(Node::as_str);
        words.collect::<Vec<_>>().join(" ")
    };
    let at = later.iter().take(MAX_DEPTH).position(|command| line(command) == otherwise);
    let next = at.and_then(|at| later.get(at + 1)).map(text).unwrap_or_default();
    let ended = ["exit", "return"].iter().find_map(|word| next.strip_prefix(word)).map(str::trim);
    next == "false" || ended.is_some_and(|status| status != "0")
}

/// Whether a command makes of the status of one before it that of the script, or hands it on to a later step.
fn tells_status(command: &Node) -> bool {
    let text = command.get("text").and_then(Node::as_str).unwrap_or("");
    let ended = ["exit", "return"].iter().find_map(|word| text.strip_prefix(word)).map(str::trim);
    let handed_on = ["GITHUB_OUTPUT", "GITHUB_ENV", "task.setvariable", "task.complete"];
    text == "false" || ended.is_some_and(|status| status != "0") || handed_on.iter().any(|word| text.contains(word))
}

/// Programs that only tell something.
const TELLING: &[&str] = &["echo", "printf", "cat", "true", ":"];

/// Whether all that a condition decides about is what is told.
fn only_tells(condition: &Node, later: &[Node]) -> bool {
    let Some(branch) = condition.get("branch") else { return false };
    let program = |command: &Node| command.get("program").and_then(Node::as_str).unwrap_or("").to_owned();
    let mut within = later.iter().take_while(|command| branch.span.contains(command.span)).peekable();
    within.peek().is_some()
        && within.all(|command| TELLING.contains(&&*program(command)) && command.get("redirects").is_none())
}

/// Whether a command learns how one ended that nobody waited for.
fn waits(command: &Node) -> bool {
    let is_wait = command.get("program").and_then(Node::as_str) == Some("wait");
    is_wait && command.get("argv").is_some_and(|argv| argv.items().len() > 1)
}

/// So many commands after one that keeps a status are looked at.
const FURTHEST: usize = 256;

/// The variable that keeps the status of the command before: `rc=$?`.
fn keeps_status(text: &str) -> Option<String> {
    let (name, value) = text.trim().split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && ["$?", "\"$?\"", "${?}"].contains(&value.trim())).then(|| name.to_owned())
}

/// Whether what comes later makes of a kept status what becomes of the script: it ends with it, asks for it, or hands it on.
fn is_asked(name: &str, later: &[Node]) -> bool {
    let written = |node: &Node| node.get("text").and_then(Node::as_str).unwrap_or("").to_owned();
    let is_named =
        |text: &str| [format!("${name}"), format!("${{{name}}}")].iter().any(|own| text.contains(own.as_str()));
    later.iter().take(FURTHEST).any(|command| {
        let text = written(command);
        let tells = command.get("program").and_then(Node::as_str).is_some_and(|program| TELLING.contains(&program));
        is_named(&text) && (!tells || tells_status(command)) || text.contains("((") && text.contains(name)
    })
}

/// Where a variable keeps the status of a command, whether that decides something later.
fn kept(commands: &[Node], at: usize, goes_on: bool) -> Option<bool> {
    let text = |command: &Node, key: &str| command.get(key).and_then(Node::as_str).unwrap_or("").to_owned();
    let later = commands.get(at + 1..)?;
    if let Some(name) = keeps_status(&text(commands.get(at)?, "otherwise")) {
        return Some(is_asked(&name, later));
    }
    let (next, after) = later.split_first().filter(|_| goes_on)?;
    Some(is_asked(&keeps_status(&text(next, "text"))?, after))
}

/// For each command, whether nobody learns that it failed.
pub(super) fn lost(commands: &[Node]) -> Vec<bool> {
    let text = |command: &Node, key: &str| command.get(key).and_then(Node::as_str).unwrap_or("").to_owned();
    let (told, waited) = (commands.iter().rposition(tells_status), commands.iter().rposition(waits));
    let mut goes_on = false;
    // Whether `set +e` is in force at each.
    let mut lenient: Vec<bool> = Vec::with_capacity(commands.len());
    let mut lost: Vec<bool> = Vec::with_capacity(commands.len());
    for (at, command) in commands.iter().enumerate() {
        match text(command, "text").as_str() {
            "set +e" | "set +o errexit" => goes_on = true,
            line if line.starts_with("set -") && line.contains('e') => goes_on = false,
            _ => {}
        }
        lenient.push(goes_on);
        let otherwise = text(command, "otherwise");
        let later = commands.get(at + 1..).unwrap_or(&[]);
        let is_nothing =
            |word: &&str| otherwise.strip_prefix(*word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        let succeeds = NOTHING.iter().any(is_nothing) && !ends_in_failure(&otherwise, later);
        let asked = command.get("asked").and_then(Node::as_bool) == Some(true);
        let forgotten = asked && (told.is_none_or(|last| last <= at) || only_tells(command, later));
        let left = command.get("background").is_some() && waited.is_none_or(|last| last <= at);
        lost.push(succeeds || goes_on || forgotten || left);
    }
    // What keeps a status decides nothing; what is asked of it later does.
    for (at, goes_on) in lenient.into_iter().enumerate() {
        if let (Some(kept), Some(lost)) = (kept(commands, at, goes_on), lost.get_mut(at)) {
            *lost = !kept;
        }
    }
    // The status of the last command is that of the script, `set +e` or not.
    let own = commands.last().is_some_and(|last| {
        text(last, "otherwise").is_empty()
            && text(last, "text") != "exit 0"
            && ["asked", "background"].iter().all(|mark| last.get(mark).is_none())
    });
    if let (true, Some(last)) = (own, lost.last_mut()) {
        *last = false;
    }
    for (command, lost) in commands.iter().zip(&mut lost) {
        *lost |= command.get("ignored").and_then(Node::as_bool) == Some(true);
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::super::command::of_script;
    use crate::document::Node;
    use crate::source::{FileId, Span};

    #[test]
    fn a_failure_is_lost_where_what_follows_succeeds() {
        for (script, want) in [
            ("npm audit", "kept"),
            ("npm audit || true", "lost"),
            ("npm audit || exit 1", "kept"),
            ("npm audit || echo 'found something'", "lost"),
            ("npm audit && ls || :", "lost"),
            ("npm audit; ls || true", "kept"),
            ("set +e\nnpm audit\nexit 0", "lost"),
            ("set +e\nset -e\nnpm audit\nls", "kept"),
            ("set +e\nnpm audit", "kept"),
            ("npm audit || { echo x; }", "lost"),
            ("npm audit || { echo \"x y\"; exit 1; }", "kept"),
            ("npm audit || { echo x; return 2; }", "kept"),
            ("npm audit || { echo x; exit 0; }", "lost"),
            ("if npm audit; then echo fine; fi", "lost"),
            ("if ! npm audit; then\n  echo found\nfi\nmake", "lost"),
            ("if npm audit\nthen :\nelse exit 1\nfi", "kept"),
            ("if ! npm audit; then failed=1; fi\nexit $failed", "kept"),
            ("if npm audit; then :; else echo \"found=1\" >> $GITHUB_OUTPUT; fi", "kept"),
            ("if test -f a; then npm audit; fi", "kept"),
            ("while ! npm audit; do sleep 1; done", "kept"),
            ("if npm audit; then", "lost"),
            ("if ! npm audit; then echo found; fi\nif ! ls; then exit 1; fi", "lost"),
            ("if ! npm audit; then echo found; exit 1; fi", "kept"),
            ("if ! npm audit; then fail found; fi\nif ! ls; then exit 1; fi", "kept"),
            ("if ! npm audit; then echo failed=1 >> \"$GITHUB_OUTPUT\"; fi", "kept"),
            ("npm audit &\nls", "lost"),
            ("npm audit &", "lost"),
            ("npm audit &\nP=$!\nls\nwait $P", "kept"),
            ("npm audit &\nwait", "lost"),
            ("ls & npm audit", "kept"),
            ("npm audit || rc=$?\nexit $rc", "kept"),
            ("npm audit || rc=$?\necho \"status: $rc\"", "lost"),
            ("npm audit || rc=$?\necho \"rc=$rc\" >> \"$GITHUB_OUTPUT\"", "kept"),
            ("set +e\nnpm audit\nrc=$?\ntest $rc -eq 0", "kept"),
            ("set +e\nnpm audit\nrc=$?\nls\nexit ${rc}", "kept"),
            ("set +e\nnpm audit\nrc=$?\necho $rc", "lost"),
            ("npm audit || failed=1\nexit $failed", "kept"),
        ] {
            let facts = of_script(&Node::verbatim(script, Span::new(FileId(0), 0, script.len()), 0), "script");
            let audit = facts.iter().find(|fact| &*fact.key == "npm").unwrap();
            assert_eq!(audit.get("status").and_then(Node::as_str), Some(want), "{script}");
        }
    }
}
