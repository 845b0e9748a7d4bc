//! Which downloads of a script are run without being checked.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::called::Functions;
use super::command::is_hole;
use super::loaded;
use crate::document::Node;
use crate::syntax::shell;

/// Programs that fetch what an address names, in lower case; those of PowerShell under all their names.
const FETCHERS: &[&str] = &[
    "curl",
    "wget",
    "fetch",
    "aria2c",
    "http",
    "https",
    "curl.exe",
    "iwr",
    "irm",
    "invoke-webrequest",
    "invoke-restmethod",
    "start-bitstransfer",
    ".downloadstring",
];

/// The same in PowerShell, which takes the words before and after for text.
fn is_invoked(program: &str) -> bool {
    ["iex", "invoke-expression", "[scriptblock]::create"].iter().any(|own| program.eq_ignore_ascii_case(own))
}

/// Programs that compare a file with something known.
const CHECKERS: &[&str] = &[
    "sha1sum",
    "sha224sum",
    "sha256sum",
    "sha384sum",
    "sha512sum",
    "shasum",
    "b2sum",
    "md5sum",
    "gpg",
    "gpgv",
    "cosign",
    "minisign",
    "openssl",
    "slsa-verifier",
    "rpmkeys",
    "signify",
    "cksum",
    "get-filehash",
    "get-authenticodesignature",
    "test-filecatalog",
];

/// Programs that do so with some first words.
const CHECKING: &[(&str, &[&str])] = &[
    ("certutil", &["-hashfile", "/hashfile"]),
    ("gh", &["attestation"]),
    ("notation", &["verify"]),
    ("sigstore", &["verify"]),
];

/// What comes to pass in a row of commands that are written apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// What the fact at this place says is run.
    Runs(usize),
    /// Files of these names come from elsewhere.
    Written(Vec<String>),
    /// What stands below a path goes on to another machine, below another path there; all else stays behind.
    Carried(Vec<(String, String)>),
}

/// Addresses that do not leave the machine.
pub(super) const LOCAL: &[&str] = &["://localhost", "://127.", "://[::1]", "://169.254.169.254"];

/// Hosts on which the path of an address begins with the owner of a repository of GitHub.
const OF_GITHUB: &[&str] = &["github.com", "raw.githubusercontent.com", "codeload.github.com"];

/// The owner of the repository of GitHub that the address in a word leads to.
pub(super) fn owner(word: &str) -> Option<&str> {
    let (_, rest) = word.split_once("://").filter(|_| host(word).is_some_and(|host| OF_GITHUB.contains(&host)))?;
    let owner = rest.split('/').nth(1)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (!owner.is_empty() && owner.bytes().all(is_plain)).then_some(owner)
}

/// The host of the address in a word, where all of it is written out.
pub(super) fn host(word: &str) -> Option<&str> {
    let (_, rest) = word.split_once("://")?;
    let rest = rest.split(['/', '?', '#', '\'', '"', ')', ' ']).next().unwrap_or("");
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split(':').next().unwrap_or("");
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    (!host.is_empty() && host.bytes().all(is_plain)).then_some(host)
}

/// So many commands after a download are looked at: whatever runs it stands near it, and the work stays linear.
const FURTHEST: usize = 64;

/// Whether a command compares a file with something known.
fn checks(command: &Node) -> bool {
    let program = text(command, "program");
    // PowerShell: `$hash = Get-FileHash …`.
    let assigned = words(command).skip_while(|word| *word != "=").nth(1).filter(|_| program.starts_with('$'));
    let program = assigned.unwrap_or(program).to_ascii_lowercase();
    let program = program.strip_suffix(".exe").unwrap_or(&program);
    let has = |wanted: &[&str]| words(command).any(|word| wanted.iter().any(|own| word.eq_ignore_ascii_case(own)));
    CHECKERS.contains(&program)
        || loaded::checks(command)
        || CHECKING.iter().any(|(own, wanted)| *own == program && has(wanted))
}

/// Whether a command fetches something from another machine.
fn fetches(command: &Node) -> bool {
    FETCHERS.contains(&&*text(command, "program").to_ascii_lowercase())
        && !LOCAL.iter().any(|host| text(command, "text").contains(host))
}

/// The commands, by their places, that fetch a file which is run later in a row.
pub(super) fn run_in(row: &[Step], commands: &[Option<Node>]) -> Vec<usize> {
    let command = |at: usize| commands.get(at).and_then(Option::as_ref);
    let runs_later = |at: usize, later: &[Step]| {
        let mut file = bare(&command(at).filter(|command| fetches(command)).and_then(target)?).to_owned();
        for step in later.iter().take(FURTHEST) {
            match step {
                Step::Runs(at) => {
                    let Some(end) = command(*at).and_then(|command| end(&file, command)) else { continue };
                    return Some(end == End::Run);
                }
                Step::Written(names) if names.iter().any(|name| may_be(&file, bare(name))) => return None,
                Step::Written(_) => {}
                Step::Carried(ways) => file = ways.iter().find_map(|(from, to)| carried(&file, from, to))?,
            }
        }
        None
    };
    let fetching = row.iter().enumerate().filter_map(|(place, step)| match step {
        Step::Runs(at) => runs_later(*at, row.get(place + 1..)?).filter(|runs| *runs).map(|_| *at),
        Step::Written(_) | Step::Carried(_) => None,
    });
    fetching.collect()
}

/// Whether two paths may be of one file: where only one of them is said from the root, its folder is not known of the other.
fn may_be(one: &str, other: &str) -> bool {
    let last = |path: &str| path.rsplit(['/', '\\']).next().map(str::to_owned);
    one == other || one.starts_with('/') != other.starts_with('/') && last(one) == last(other)
}

/// Where a file is after what stands at a path went to another.
fn carried(file: &str, from: &str, to: &str) -> Option<String> {
    let from = bare(from).trim_end_matches('/');
    let rest = file.strip_prefix(from)?;
    let folder = to.trim_end_matches('/');
    match rest.strip_prefix('/') {
        Some(rest) => Some(format!("{folder}/{rest}")),
        None if !rest.is_empty() => None,
        None if to.ends_with('/') => Some(format!("{folder}/{}", file.rsplit('/').next().unwrap_or(file))),
        None => Some(bare(to).to_owned()),
    }
}

/// Commands in the order in which they run, by their places, that fetch what is run later, with how it comes to that.
pub(super) fn run(commands: &[Node]) -> BTreeMap<usize, &'static str> {
    let mut found = BTreeMap::new();
    let functions = Functions::of(commands, fetches, checks);
    for (at, command) in commands.iter().enumerate() {
        let called = functions.called(command);
        let command = called.as_ref().unwrap_or(command);
        if loaded::runs_what_it_loads(command) {
            found.insert(at, "code");
        }
        let saved = loaded::file_of_what_it_loads(command);
        if saved.is_none() && !fetches(command) {
            continue;
        }
        let later = commands.get(at + 1..).unwrap_or(&[]);
        let later = later.get(..FURTHEST).unwrap_or(later);
        if piped(command, later) || read_by(command, later) {
            found.insert(at, "pipe");
        } else if substituted(command, commands.get(..at).unwrap_or(&[]), later)
            || kept(command, commands.get(..at).unwrap_or(&[]), later)
        {
            found.insert(at, "substitution");
        } else if saved.or_else(|| target(command)).is_some_and(|file| runs(&file, later)) {
            found.insert(at, "file");
        }
    }
    found
}

fn text<'a>(command: &'a Node, key: &str) -> &'a str {
    command.get(key).and_then(Node::as_str).unwrap_or("")
}

fn words(command: &Node) -> impl DoubleEndedIterator<Item = &str> {
    command.get("argv").map_or(&[][..], Node::items).iter().filter_map(Node::as_str)
}

/// Whether a program runs what it is given as text.
fn interprets(program: &str) -> bool {
    let bare =
        if program == "." { program } else { program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') };
    is_invoked(program)
        || matches!(
            bare,
            "sh" | "bash"
                | "dash"
                | "ash"
                | "zsh"
                | "ksh"
                | "python"
                | "perl"
                | "ruby"
                | "node"
                | "php"
                | "lua"
                | "pwsh"
                | "powershell"
                | "source"
                | "."
                | "eval"
        )
}

/// Whether the output of a command arrives at an interpreter, perhaps through programs that unpack it.
fn piped(command: &Node, later: &[Node]) -> bool {
    let mut next = text(command, "piped_to");
    for command in later {
        if next.is_empty() || CHECKERS.contains(&next) || takes_words(next, command) {
            return false;
        }
        if interprets(next) {
            // `python3 -m json.tool` and `perl -ne …` read data; a script of their own is given.
            return text(command, "program") != next || reads_program(command);
        }
        if text(command, "program") != next {
            return false;
        }
        next = text(command, "piped_to");
    }
    false
}

/// Whether an interpreter reads what a command writes to it: `> >(bash)`.
fn read_by(command: &Node, later: &[Node]) -> bool {
    let program = text(command, "program");
    let is_inner = |other: &&Node| command.span.contains(other.span) && text(other, "within") == program;
    words(command).any(|word| word.starts_with(">("))
        && later.iter().take_while(is_inner).any(|other| interprets(text(other, "program")) && reads_program(other))
}

/// Whether what arrives at a command of a pipe becomes words of it, or nothing: what comes out of it is of another download.
fn takes_words(program: &str, command: &Node) -> bool {
    let wrapped = || words(command).take_while(|word| shell::base_name(word) != program);
    program == "xargs" || FETCHERS.contains(&program) || wrapped().any(|word| shell::base_name(word) == "xargs")
}

/// Whether an interpreter in a pipe takes its program from there: it is given none itself.
fn reads_program(command: &Node) -> bool {
    let program = text(command, "program").to_owned();
    let mut after = words(command).skip_while(|word| shell::base_name(word) != program).skip(1);
    match after.next() {
        None => true,
        Some(word) if matches!(program.as_str(), "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh") => {
            // Only a script, or a file, takes the place of standard input.
            word.starts_with('-') && !word.ends_with('c') || word == "/dev/stdin"
        }
        Some(word) => matches!(word, "-" | "--" | "/dev/stdin"),
    }
}

/// Whether a substitution hands the output to an interpreter as the program to run.
fn substituted(command: &Node, before: &[Node], later: &[Node]) -> bool {
    let within = text(command, "within");
    if is_invoked(within) {
        return true;
    }
    if !interprets(within) {
        return false;
    }
    let around = |other: &&Node| {
        other.span.contains(command.span) && other.span != command.span && text(other, "program") == within
    };
    let Some(outer) = before.iter().rev().chain(later).find(around) else { return true };
    if is_read_from_text(outer) {
        return true;
    }
    let arguments: Vec<&str> = words(outer).skip_while(|word| shell::base_name(word) != within).skip(1).collect();
    let mut options = arguments.iter().take_while(|word| word.starts_with('-') && !word.starts_with("--"));
    let given = options.any(|option| option.ends_with(['c', 'e']));
    let first = arguments.iter().find(|word| !word.starts_with('-'));
    let is_output = first.is_some_and(|word| word.starts_with(['$', '`', '<']));
    is_output && (given || matches!(within, "source" | "." | "eval") || first.is_some_and(|word| word.starts_with('<')))
}

/// So many commands around one may be the assignment that it stands in.
const AROUND: usize = 8;

/// Whether a variable keeps the output (`SCRIPT=$(curl …)`), and an interpreter is handed that as its program.
fn kept(command: &Node, before: &[Node], later: &[Node]) -> bool {
    let mut around = before.iter().rev().take(AROUND).chain(later.iter().take(AROUND));
    let assigns = |other: &&Node| other.span.contains(command.span) && words(other).next().is_none();
    let assigned = around.find(assigns).and_then(|other| other.get("assignments"));
    let words = assigned.map_or(&[][..], Node::items).iter().filter_map(Node::as_str);
    let is_output = |value: &str| ["$(", "`"].iter().any(|start| value.trim_start_matches('"').starts_with(start));
    let Some((name, _)) = words.filter_map(|word| word.split_once('=')).find(|(_, value)| is_output(value)) else {
        return false;
    };
    later.iter().take_while(|later| !checks(later)).any(|later| is_told(later, name))
}

/// Whether a command has an interpreter run what a variable holds.
fn is_told(command: &Node, name: &str) -> bool {
    let is_it = |word: &str| {
        let inner = word.trim_matches('"').strip_prefix('$');
        inner.is_some_and(|inner| {
            inner == name || inner.strip_prefix('{').and_then(|own| own.strip_suffix('}')) == Some(name)
        })
    };
    let program = text(command, "program");
    let has = || words(command).any(is_it);
    let options = || words(command).zip(words(command).skip(1));
    match program {
        "eval" => has(),
        "echo" | "printf" => has() && interprets(text(command, "piped_to")),
        _ if interprets(program) => {
            let mut texts = command.get("redirects").map_or(&[][..], Node::items).iter().filter_map(Node::as_str);
            options().any(|(option, word)| option.starts_with('-') && option.ends_with(['c', 'e']) && is_it(word))
                || texts.any(|text| text.strip_prefix("<<<").is_some_and(|text| is_it(text.trim())))
        }
        _ => false,
    }
}

/// Whether an interpreter reads its program from a text that a substitution makes: `sh <<< "$(…)"`.
fn is_read_from_text(command: &Node) -> bool {
    let mut texts = command.get("redirects").map_or(&[][..], Node::items).iter().filter_map(Node::as_str);
    let is_output = |text: &str| text.trim_start().trim_start_matches('"').starts_with(['$', '`']);
    texts.any(|text| text.strip_prefix("<<<").is_some_and(is_output)) && reads_program(command)
}

/// The file that a download ends in.
fn target(command: &Node) -> Option<String> {
    let program = text(command, "program");
    let arguments: Vec<&str> = words(command).collect();
    let after = |option: &str| {
        let at = arguments.iter().position(|word| *word == option)?;
        arguments.get(at + 1).map(|file| (*file).to_owned())
    };
    let joined = |option: &str| arguments.iter().find_map(|word| word.strip_prefix(option).map(str::to_owned));
    let of_powershell = || {
        let is_option = |word: &str| ["-outfile", "-destination"].contains(&&*word.to_ascii_lowercase());
        let at = arguments.iter().position(|word| is_option(word))?;
        arguments.get(at + 1).map(|file| (*file).to_owned())
    };
    let any =
        |options: &[&str]| options.iter().find_map(|option| after(option).or_else(|| joined(&format!("{option}="))));
    let (named, folder) = match program {
        // The folder is for what is named after its address alone.
        "wget" => {
            (last_of_short(&arguments, 'O').or_else(|| any(&["--output-document"])), any(&["-P", "--directory-prefix"]))
        }
        "aria2c" => (any(&["-o", "--out"]), any(&["-d", "--dir"])),
        _ => (last_of_short(&arguments, 'o').or_else(|| any(&["--output"])), any(&["--output-dir"])),
    };
    let within = |file: String| match &folder {
        Some(folder) if !file.starts_with('/') => format!("{}/{}", folder.trim_end_matches('/'), bare(&file)),
        _ => file,
    };
    let named = if program == "wget" { named } else { named.map(within) };
    let redirect = || {
        let redirects = command.get("redirects").map_or(&[][..], Node::items);
        redirects
            .iter()
            .filter_map(Node::as_str)
            .find_map(|word| word.strip_prefix('>'))
            .map(|file| file.trim().to_owned())
    };
    let remote = || {
        let keeps = matches!(program, "wget" | "aria2c")
            || arguments.iter().any(|word| *word == "--remote-name" || (is_short(word) && word.contains('O')));
        let address = arguments.iter().find(|word| word.contains("://")).filter(|_| keeps)?;
        let path = address.split(['?', '#']).next()?;
        path.rsplit('/').next().filter(|name| !name.is_empty()).map(|name| within(name.to_owned()))
    };
    named.or_else(of_powershell).filter(|file| file != "-").or_else(redirect).or_else(remote)
}

fn is_short(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--")
}

/// The file after an option of one letter, which may be the last of several: `-fsSLo FILE`, `-qO FILE`.
fn last_of_short(arguments: &[&str], letter: char) -> Option<String> {
    let at = arguments.iter().position(|word| is_short(word) && word.ends_with(letter))?;
    arguments.get(at + 1).map(|file| (*file).to_owned())
}

/// How it ends with a file that was fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It is run.
    Run,
    /// Something checks a file, or nobody knows what is done.
    Checked,
}

/// A path without the folder in which a command runs.
fn bare(word: &str) -> &str {
    word.trim_start_matches("./").trim_start_matches(".\\")
}

/// Whether a file is run by one of these commands before anything checks a file.
fn runs(file: &str, later: &[Node]) -> bool {
    later.iter().find_map(|command| end(bare(file), command)) == Some(End::Run)
}

/// Folders in which a shell looks for programs.
const PROGRAMS: &[&str] = &["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"];

/// What starts the file that it is given, in PowerShell and cmd.
const STARTERS: &[&str] = &["start-process", "start", "saps", "call"];

/// Whether Windows runs a file for its ending.
fn has_ending_of_windows(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["exe", "cmd", "bat"].iter().any(|own| ending.eq_ignore_ascii_case(own))
}

/// Whether a file is the program that a shell finds under a name.
fn is_found_as(file: &str, name: &str) -> bool {
    file.rsplit_once('/').is_some_and(|(folder, last)| last == name && PROGRAMS.contains(&folder))
}

/// How it ends with a file by a command; none where it does not.
fn end(file: &str, command: &Node) -> Option<End> {
    let same = |word: &str| bare(word) == file;
    let program = text(command, "program");
    if checks(command) || is_hole(command) {
        return Some(End::Checked);
    }
    let name = words(command).find(|word| shell::base_name(word) == program).unwrap_or(program);
    // cmd looks in its folder as well.
    let is_path = |path: &str| path.contains(['/', '\\']) || has_ending_of_windows(path);
    let is_it =
        |name: &str| same(name) && (is_path(name) || is_path(file)) || !is_path(name) && is_found_as(file, name);
    // What starts another program runs too.
    if is_it(name) || is_it(text(command, "name")) {
        return Some(End::Run);
    }
    let arguments = || words(command).skip_while(|word| shell::base_name(word) != program).skip(1);
    let first = || arguments().find(|word| !word.starts_with('-'));
    let starts = interprets(program) || STARTERS.iter().any(|own| program.eq_ignore_ascii_case(own));
    let is_run = starts && first().is_some_and(same) || installs(program, arguments) && arguments().any(same);
    is_run.then_some(End::Run)
}

/// Whether a program installs packages that lie in files, whose scripts run as root and whose signatures it does not ask for.
fn installs<'w, W: Iterator<Item = &'w str>>(program: &str, words: impl Fn() -> W) -> bool {
    match program {
        "msiexec" | "msiexec.exe" => words().any(|word| ["/i", "-i", "/package"].contains(&word)),
        "dpkg" => words().any(|word| word == "--install" || is_short(word) && word.contains('i')),
        "apt" | "apt-get" => words().any(|word| word == "install"),
        // The signature of a package that lies in a file is asked for by none of them unless it is set so.
        "yum" | "dnf" | "microdnf" => words().any(|word| ["install", "localinstall"].contains(&word)),
        "rpm" => words().any(|word| {
            let is_query = || word.contains(['q', 'V', 'e']);
            ["--install", "--upgrade"].contains(&word) || is_short(word) && word.contains(['i', 'U']) && !is_query()
        }),
        _ => false,
    }
}
