//! Scripts of shells that the repository holds.

use std::collections::BTreeMap;

use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, given, has_extension, lost};
use crate::document::{Document, Node, Text, Value};
use crate::source::Span;
use crate::syntax::shell::{self, Shell};

/// The dialect of shell scripts.
pub const SHELL_SCRIPT: Dialect = Dialect {
    name: "shell",
    doc: "scripts of the Bourne shell and its family, by their ending or their first line, those of PowerShell and cmd, and the recipes \
          of Makefiles: `shell/script`, with the view `commands`",
    syntax: |path| may_be_script(path).then_some("text"),
    candidate: is_script,
    recognise: |document| {
        document.roots.first().and_then(Node::as_str).is_some_and(|text| is_script(&document.path, text))
    },
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[Items::by("commands", &["name"])],
    kinds: Kinds::Closed(&["script"]),
    offers: crate::dialect::offers::shell_script::OFFERS,
};

const ENDINGS: &[&str] = &[".sh", ".bash", ".ksh", ".zsh"];

/// Of PowerShell and cmd, whatever their first line.
const WINDOWS: &[&str] = &[".ps1", ".psm1", ".bat", ".cmd"];

/// By its ending, or where the name has none: hooks and programs are often written so.
fn may_be_script(path: &str) -> bool {
    has_extension(path, ENDINGS) || is_of_windows(path) || !file_name(path).contains('.') || is_makefile(path)
}

fn is_of_windows(path: &str) -> bool {
    has_extension(path, WINDOWS)
}

fn is_makefile(path: &str) -> bool {
    let name = file_name(path);
    let is_part = || name.starts_with("Makefile.") && !has_extension(path, &[".am", ".in", ".md", ".tmpl", ".j2"]);
    has_extension(path, &[".mk"]) || ["Makefile", "makefile", "GNUmakefile"].contains(&name) || is_part()
}

fn is_script(path: &str, text: &str) -> bool {
    if is_makefile(path) {
        return text.contains("\n\t") || shell::recipes(text).contains(|letter: char| !letter.is_whitespace());
    }
    if is_of_windows(path) {
        return true;
    }
    let first = text.lines().next().unwrap_or("");
    match first.strip_prefix("#!") {
        Some(interpreter) => {
            interpreter.split([' ', '/']).any(|word| matches!(word, "sh" | "bash" | "dash" | "ash" | "ksh" | "zsh"))
        }
        None => has_extension(path, ENDINGS) || is_hook(path),
    }
}

/// Whether a file is a hook of git that a tool runs by the Bourne shell, whatever its first line.
fn is_hook(path: &str) -> bool {
    let folder = path.strip_suffix(file_name(path)).unwrap_or("");
    let is_of_tool = [".husky/", ".githooks/"].iter().any(|own| folder == *own || folder.ends_with(&format!("/{own}")));
    is_of_tool && !file_name(path).contains('.')
}

fn extract(unit: &Unit<'_>) -> Extraction {
    Extraction {
        resources: unit.documents.iter().filter_map(|document| script(document)).collect(),
        ..Extraction::default()
    }
}

/// The text of PowerShell with blanks in the place of what stands between `<#` and `#>`.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<#") {
        let end = after.find("#>").map_or(after.len(), |end| end + 2);
        let (comment, behind) = after.split_at(end);
        code.push_str(before);
        code.push_str("  ");
        code.extend(comment.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        rest = behind;
    }
    code.push_str(rest);
    code
}

fn script(document: &Document) -> Option<Resource> {
    let root = document.roots.first()?;
    let Value::Str(text) = &root.value else { return None };
    let top = Span::new(document.file, 0, 0);
    let start = text.verbatim_at().filter(|_| is_makefile(&document.path));
    let recipes = start.map(|start| Text::verbatim(shell::recipes(text.as_str()), start));
    let shell = if is_of_windows(&document.path) { Shell::Windows } else { Shell::Posix };
    let code = text
        .verbatim_at()
        .filter(|_| shell == Shell::Windows)
        .map(|start| Text::verbatim(without_comments(text.as_str()), start));
    let (commands, files) =
        shell::commands_and_files(recipes.as_ref().or(code.as_ref()).unwrap_or(text), root.span, shell);
    let mut body = Node::map(Vec::new(), root.span);
    let commands = match start {
        Some(start) => {
            let goes_on = shell::goes_on(text.as_str());
            let is_ignored = |at: u32| at.checked_sub(start).is_some_and(|at| goes_on(at as usize));
            let commands = lost::ignored_where(&commands, |command| is_ignored(command.span.start));
            given::with(&commands, makes(text.as_str(), root.span), root.span)
        }
        None => commands,
    };
    // Each line of a recipe is run by a shell of its own, which has no options either.
    body.derive("commands", lost::in_pipes(commands, text.as_str()));
    if let Some(files) = files {
        body.derive("files", files);
    }
    Some(Resource::of_file(document, "shell/script", body, top, Typing::Strict))
}

/// The variables that a Makefile has in its recipes; one that is set to several values is not told.
fn makes(makefile: &str, span: Span) -> Vec<(String, Node)> {
    let mut set: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in shell::variables(makefile) {
        let known = set.entry(name).or_insert_with(|| value.clone());
        if *known != value {
            known.clear();
        }
    }
    set.into_iter().map(|(name, value)| (name, Node::text(value, span))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_comments_of_powershell_does_not_run() {
        for (text, want) in
            [("a\n<#\nb ü\n#>c", "a\n  \n    \n  c"), ("a <# b", "a     "), ("a > b", "a > b"), ("<##>a", "    a")]
        {
            assert_eq!(without_comments(text), want);
        }
    }

    #[test]
    fn scripts_are_known_by_ending_or_first_line() {
        for (path, text, want) in [
            ("a.sh", "ls", true),
            ("a.sh", "#!/usr/bin/env python3\n", false),
            ("hooks/pre-commit", "#!/bin/sh -e\n", true),
            ("bin/tool", "#!/usr/bin/env bash\n", true),
            ("bin/tool", "\u{7f}ELF", false),
            ("LICENSE", "MIT", false),
            (".husky/pre-commit", "npm test\n", true),
            ("web/.husky/pre-push", "npm test\n", true),
            (".husky/README.md", "npm test\n", false),
            ("husky/pre-commit", "npm test\n", false),
            ("a.py", "#!/bin/sh", false),
            ("setup.ps1", "#Requires -Version 5\n", true),
            ("Install.CMD", "@echo off\n", true),
            ("module.psd1", "@{}\n", false),
            ("Makefile", "a:\n\tls\n", true),
            ("build/rules.mk", "a:\n\tls\n", true),
            ("Makefile", "A = 1\n", false),
            ("Makefile", "a: ; ls\n", true),
            ("Makefile.release", "a:\n\tls\n", true),
            ("Makefile.in", "a:\n\tls\n", false),
        ] {
            assert_eq!(may_be_script(path) && is_script(path, text), want, "{path}");
        }
    }
}
