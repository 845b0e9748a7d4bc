//! Commands that build images, in any text: `docker build`, its relatives, and the executor of kaniko.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::{Found, Written, assignment};
use crate::dialect::ties::directory;
use crate::dialect::{file_name, join};
use crate::document::{Node, Text};
use crate::source::{Source, Span, Workspace};
use crate::syntax::shell::{self, Shell};

/// Most commands of a text, and the longest that is looked at, in bytes.
const MOST: usize = 200;
const LONGEST: usize = 16_384;

/// Most folders that each command of a text is tried in.
const MOST_FOLDERS: usize = 64;

static BEGIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let builders = r"(?:docker|podman|nerdctl)(?:\s+(?:buildx|image|builder))?\s+build|buildah\s+(?:bud|build)";
    Regex::new(&format!(r"(?:\b(?:{builders})|/kaniko/executor)[ \t\\]")).ok()
});

static GIVEN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"--build-arg[=\s]+["']?([A-Za-z_][A-Za-z0-9_]*)"#).ok());

/// What goes to another folder, or says in which one a step runs.
static FOLDERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let keys = r"working-directory|working_directory|workingDirectory|workdir|dir";
    Regex::new(&format!(r#"(?m)(?:\b(?:cd|pushd)\s+|\b(?:{keys})["']?:\s*)["']?([^\s"';&|)]+)"#)).ok()
});

/// Options that take the next word.
#[rustfmt::skip] // Words fill lines.
const VALUED: &[&str] = &[
    "-f", "--file", "--dockerfile", "-t", "--tag", "--build-arg", "--target", "--platform", "--cache-from", "--cache-to", "--label", "--network",
    "--secret", "--ssh", "-o", "--output", "--progress", "--build-context", "--builder", "--iidfile", "--add-host", "-m", "--memory", "--shm-size",
    "--ulimit", "--isolation", "--annotation", "--attest", "--metadata-file", "--format", "--authfile", "-c", "--context", "-d", "--destination",
    "--allow", "--cpuset-cpus", "--volume", "-v", "--layers", "--registry-mirror", "--cache-repo", "--verbosity", "--context-sub-path",
];

/// Adds the builds that a text runs.
pub(super) fn add(source: &Source, workspace: &Workspace, found: &mut Found) {
    let text = source.text();
    let Some(given) = GIVEN.as_ref().filter(|_| text.contains("--build-arg")) else { return };
    let bases = bases(source);
    let mut read: Vec<(usize, usize)> = Vec::new();
    for begin in BEGIN.iter().flat_map(|regex| regex.find_iter(text)).take(MOST) {
        let start = begin.start();
        if read.last().is_some_and(|(_, end)| start < *end) {
            continue;
        }
        let end = end(text, start);
        read.push((start, end));
        let written = text.get(start..end).unwrap_or("");
        let place = Span::new(source.id(), start, end);
        let offset = u32::try_from(start).unwrap_or(u32::MAX);
        let commands = shell::commands(&Text::verbatim(written, offset), place, Shell::Posix);
        let Some(command) = commands.items().first() else { continue };
        let line = source.position(place.start).line;
        let told = format!("the command in line {line} of `{}`", source.path());
        let build = of_words(command.get("argv").map_or(&[][..], Node::items), told, &bases);
        found.add(build, workspace);
    }
    // Those of other commands may be of any file.
    for other in given.captures_iter(text) {
        if let Some(name) =
            other.get(1).filter(|name| !read.iter().any(|(from, to)| (*from..*to).contains(&name.start())))
        {
            found.elsewhere.insert(name.as_str().to_owned());
        }
    }
}

/// Where a command ends: with its line, unless that goes on in the next one. A quote that closes around it is no part of it.
fn end(text: &str, start: usize) -> usize {
    let mut end = start;
    for line in text.get(start..).unwrap_or("").split_inclusive('\n') {
        end += line.len();
        if !line.trim_end().ends_with('\\') || end - start > LONGEST {
            break;
        }
    }
    let written = text.get(start..end).unwrap_or("").trim_end();
    let closes = |quote: &char| written.ends_with(*quote) && written.matches(*quote).count() % 2 == 1;
    let quote = ['"', '\''].iter().any(closes);
    start + written.len() - usize::from(quote)
}

/// The folders that the words of a text may be relative to; none where they are too many to try.
fn bases(source: &Source) -> Vec<String> {
    let own = directory(source.path());
    let mut bases: BTreeSet<String> = [String::new(), own.to_owned()].into();
    for folder in FOLDERS.iter().flat_map(|regex| regex.captures_iter(source.text())) {
        let folder = folder.get(1).map_or("", |folder| folder.as_str());
        bases.extend(["", own].into_iter().filter_map(|base| join(base, folder)));
        if bases.len() > MOST_FOLDERS {
            return Vec::new();
        }
    }
    bases.into_iter().collect()
}

fn of_words<'w>(words: &'w [Node], told: String, bases: &'w [String]) -> Written<'w> {
    let mut build = Written { told, context: None, file: None, bases, is_certain: false, arguments: Vec::new() };
    let is_kaniko = words.first().and_then(Node::as_str).is_some_and(|word| file_name(word) == "executor");
    let mut rest = words.iter().skip(1).skip_while(|word| {
        word.as_str().is_some_and(|word| ["buildx", "image", "builder", "build", "bud"].contains(&word))
    });
    while let Some(word) = rest.next() {
        let Some(written) = word.as_str() else { continue };
        let (option, value) = match written.split_once('=') {
            Some((option, value)) if option.starts_with('-') => (option, Some(value)),
            _ => (written, None),
        };
        let next = if value.is_none() && VALUED.contains(&option) { rest.next() } else { None };
        let told = value.or_else(|| next.and_then(Node::as_str));
        match option {
            "-f" | "--file" | "--dockerfile" => build.file = told,
            "-c" | "--context" if is_kaniko => build.context = told,
            "--build-arg" => {
                let node = value.map(|value| Node::text(value, word.span)).or_else(|| next.cloned());
                build.arguments.extend(node.and_then(|node| assignment(&node)));
            }
            _ if !option.starts_with('-') && !is_kaniko => build.context = Some(written),
            _ => {}
        }
    }
    build
}
