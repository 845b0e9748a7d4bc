//! Formats that are no trees: what stands in them for a shell, each byte where it stands there.

use std::ops::Range;

use super::posix;
use crate::document::Text;
use crate::syntax::lines::{Line, lines};
use crate::syntax::shell::{SHELLS, Shell, base_name};
use crate::syntax::spelled::part;

/// A script of a text.
pub(super) struct Script {
    /// What it is called there: the recipe, the process, the section, the target.
    pub name: String,
    /// Its text.
    pub text: Text,
    /// The shell that it is for.
    pub shell: Shell,
}

/// What a text lists.
#[derive(Default)]
pub(super) struct Found {
    pub scripts: Vec<Script>,
    /// References to images.
    pub images: Vec<Text>,
}

/// A text of which everything that is not for a shell is blank, and where its scripts stand.
struct Blanked {
    text: String,
    scripts: Vec<(String, Range<usize>)>,
}

impl Blanked {
    fn new(of: &str) -> Blanked {
        Blanked { text: String::with_capacity(of.len()), scripts: Vec::new() }
    }

    /// Goes on with a line of which the first `blank` bytes are not for a shell; a line end stays.
    fn line(&mut self, of: &str, line: &Line<'_>, blank: usize) {
        self.text.extend(std::iter::repeat_n(' ', blank));
        self.text.push_str(line.text.get(blank..).unwrap_or(""));
        self.text.push_str(of.get(line.end()..line.next).unwrap_or(""));
    }

    /// Begins a script at the line that comes next.
    fn begin(&mut self, name: &str) {
        let at = self.text.len();
        self.scripts.push((name.to_owned(), at..at));
    }

    /// The scripts that are not blank, of the text that was blanked.
    fn found(self, of: &Text) -> Found {
        let mut scripts = self.scripts;
        let ends: Vec<usize> = scripts.iter().skip(1).map(|(_, range)| range.start).chain([self.text.len()]).collect();
        scripts.iter_mut().zip(ends).for_each(|((_, range), end)| range.end = end);
        let whole = match of.verbatim_at() {
            Some(start) => Text::verbatim(self.text, start),
            None => Text::opaque(self.text),
        };
        let text_of = |(name, range): (String, Range<usize>)| {
            let written = whole.as_str().get(range.clone()).filter(|text| !text.trim().is_empty())?;
            let begins = range.start + written.len() - written.trim_start().len();
            let end = range.start + written.trim_end().len();
            Some(posix(&name, part(&whole, begins, end)))
        };
        Found { scripts: scripts.into_iter().filter_map(text_of).collect(), images: Vec::new() }
    }
}

/// Whether the interpreter of a script is a shell; `line` is its first one.
fn is_for_shell(line: &str) -> bool {
    line.strip_prefix("#!")
        .is_none_or(|interpreter| interpreter.split_whitespace().any(|word| SHELLS.contains(&base_name(word))))
}

/// The recipes of a justfile. <https://just.systems/man/en/>
pub(super) fn justfile(text: &Text) -> Found {
    let written = text.as_str();
    let mut blanked = Blanked::new(written);
    if !runs_by_shell(written) {
        return Found::default();
    }
    // Whether a recipe goes on, whether its first line is still to come, and whether it is a program of another language.
    let (mut within, mut is_first, mut foreign, mut goes_on) = (false, false, false, false);
    for line in lines(written) {
        let is_indented = line.text.starts_with([' ', '\t']);
        if !is_indented && !line.is_blank() {
            within = false;
            if let Some(name) = recipe(line.text) {
                blanked.begin(name);
                (within, is_first, foreign, goes_on) = (true, true, false, false);
            }
            blanked.line(written, &line, line.text.len());
            continue;
        }
        let own = line.text.trim_start();
        if is_first && !line.is_blank() {
            (is_first, foreign) = (false, !is_for_shell(own));
        }
        let lead = if goes_on { line.indent() } else { line.text.len() - own.trim_start_matches(['@', '-']).len() };
        let blank = if within && !foreign { lead } else { line.text.len() };
        blanked.line(written, &line, blank);
        goes_on = line.text.ends_with('\\');
    }
    blanked.text = filled_in(&blanked.text);
    blanked.found(text)
}

/// Whether the shell that a justfile sets is one of the Bourne shell's family, as the one is that it has of itself.
fn runs_by_shell(justfile: &str) -> bool {
    let setting = justfile.lines().find_map(|line| line.strip_prefix("set shell")?.trim_start().strip_prefix(":="));
    setting
        .is_none_or(|list| list.split(['"', '\'']).nth(1).is_some_and(|program| SHELLS.contains(&base_name(program))))
}

/// The name of the recipe that a line begins, where it begins one.
fn recipe(line: &str) -> Option<&str> {
    let own = line.trim_start_matches('@');
    let length = own.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(own.len());
    let (name, rest) = own.split_at_checked(length)?;
    let colon = rest.find(':')?;
    let is_setting = rest.get(colon + 1..)?.starts_with('=');
    (!name.is_empty() && !is_setting && rest.starts_with([':', ' '])).then_some(name)
}

/// A text in which what `just` fills in (`{{name}}`, within a line) is a variable of a shell, of as many bytes.
fn filled_in(script: &str) -> String {
    let mut filled = String::with_capacity(script.len());
    for line in script.split_inclusive('\n') {
        let mut rest = line;
        while let Some((before, (inner, later))) =
            rest.split_once("{{").and_then(|(before, after)| Some((before, after.split_once("}}")?)))
        {
            filled.push_str(before);
            filled.push_str("${");
            filled.extend(inner.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte) } else { '_' }));
            filled.push_str("_}");
            rest = later;
        }
        filled.push_str(rest);
    }
    filled
}

/// The processes of a Procfile. <https://devcenter.heroku.com/articles/procfile>
pub(super) fn procfile(text: &Text) -> Found {
    let written = text.as_str();
    let mut blanked = Blanked::new(written);
    for line in lines(written) {
        let is_name =
            |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        let process = line.text.split_once(':').filter(|(name, _)| is_name(name));
        if let Some((name, _)) = process {
            blanked.begin(name);
        }
        blanked.line(written, &line, process.map_or(line.text.len(), |(name, _)| name.len() + 1));
    }
    blanked.found(text)
}

/// The commands of the environments of tox, which starts them without a shell, one a line.
/// <https://tox.wiki/en/latest/config.html#commands>
pub(super) fn tox(text: &Text) -> Found {
    const KEYS: &[&str] = &["commands", "commands_pre", "commands_post"];
    let written = text.as_str();
    let mut blanked = Blanked::new(written);
    let mut section = String::new();
    let mut within = false;
    for line in lines(written) {
        let own = line.text.trim_start();
        let mut blank = line.text.len();
        if let Some(name) = line.text.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            (within, section) = (false, name.to_owned());
        } else if !line.text.starts_with([' ', '\t']) && !line.is_blank() && !own.starts_with('#') {
            let key = own.split_once('=').map(|(key, _)| key);
            within = section.starts_with("testenv") && key.is_some_and(|key| KEYS.contains(&key.trim()));
            if within {
                blanked.begin(&section);
                blank = lead(line.text, key.map_or(0, str::len) + 1);
            }
        } else if within {
            blank = lead(line.text, 0);
        }
        blanked.line(written, &line, blank);
    }
    blanked.found(text)
}

/// How many bytes of a line stand before its command: `-` and `!` say what its status counts for.
fn lead(line: &str, from: usize) -> usize {
    let rest = line.get(from..).unwrap_or("").trim_start();
    let rest = rest.strip_prefix("- ").or_else(|| rest.strip_prefix("! ")).unwrap_or(rest);
    line.len() - rest.trim_start().len()
}

/// What a kickstart has run before and after an installation.
/// <https://pykickstart.readthedocs.io/en/latest/kickstart-docs.html#chapter-5-pre-installation-script>
pub(super) fn kickstart(text: &Text) -> Found {
    const SECTIONS: &[&str] = &["%pre", "%pre-install", "%post", "%onerror", "%traceback"];
    let written = text.as_str();
    let mut blanked = Blanked::new(written);
    let mut within = false;
    for line in lines(written) {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let mut blank = line.text.len();
        match words.first() {
            Some(word) if SECTIONS.contains(word) => {
                let interpreter = words.iter().position(|word| word.starts_with("--interpreter"));
                let named = interpreter.map(|at| match words.get(at).and_then(|word| word.split_once('=')) {
                    Some((_, name)) => name,
                    None => words.get(at + 1).copied().unwrap_or(""),
                });
                within = named.is_none_or(|name| SHELLS.contains(&base_name(name)));
                blanked.begin(word.trim_start_matches('%'));
            }
            Some(&"%end") => within = false,
            _ if within => blank = 0,
            _ => {}
        }
        blanked.line(written, &line, blank);
    }
    blanked.found(text)
}

/// What an Earthfile runs, target by target, and the images that it builds from.
/// <https://docs.earthly.dev/docs/earthfile>
pub(super) fn earthfile(text: &Text) -> Found {
    let written = text.as_str();
    let mut blanked = Blanked::new(written);
    let mut images = Vec::new();
    let mut goes_on = false;
    blanked.begin("base");
    for line in lines(written) {
        let own = line.text.trim_start();
        let mut blank = line.text.len();
        if goes_on && own.starts_with('#') {
            // A comment between the lines of a command is not there.
            blanked.text.extend(std::iter::repeat_n(' ', line.next - line.start));
            continue;
        }
        if goes_on {
            blank = 0;
        } else if let Some(target) = line.text.trim_end().strip_suffix(':').filter(|name| is_target(name)) {
            blanked.begin(target);
        } else if let Some(rest) = own.strip_prefix("RUN ") {
            blank = line.text.len() - behind_flags(rest).len();
        } else if let Some(rest) = own.strip_prefix("FROM ") {
            let named = behind_flags(rest);
            let name = named.split_whitespace().next().filter(|name| is_image(name));
            let at = line.start + line.text.len() - named.len();
            images.extend(name.map(|name| part(text, at, at + name.len())));
        }
        let is_kept = blank < line.text.len();
        blanked.line(written, &line, blank);
        goes_on = line.text.trim_end().ends_with('\\') && (is_kept || goes_on);
    }
    Found { images, ..blanked.found(text) }
}

fn is_target(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// Whether what follows FROM is an image and no target of an Earthfile, and is written out.
fn is_image(name: &str) -> bool {
    !name.contains(['+', '$']) && !matches!(name, "DOCKERFILE" | "scratch") && !name.starts_with('.')
}

/// What stands behind the options of an instruction.
fn behind_flags(instruction: &str) -> &str {
    const TAKE_WORD: &[&str] = &["--mount", "--secret", "--network", "--platform"];
    let mut rest = instruction.trim_start();
    while rest.starts_with("--") {
        let (flag, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        rest = after.trim_start();
        if TAKE_WORD.contains(&flag) {
            rest = rest.split_once(char::is_whitespace).map_or("", |(_, after)| after.trim_start());
        }
    }
    rest
}
