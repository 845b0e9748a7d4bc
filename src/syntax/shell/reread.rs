//! What a command has read as a program once more, after its variables were filled in: `eval "$X"`, `sh -c "… $X"`.

use std::ops::Range;

use super::handed::{before_told, ends_in_c};
use super::program::{MAX_CARRIED, SHELLS, base_name, started};
use crate::syntax::variables::reference;

/// Programs that run a text of another language, and the options before it.
const INTERPRETERS: &[(&str, &[&str])] = &[
    ("python", &["-c"]),
    ("python3", &["-c"]),
    ("perl", &["-e", "-E"]),
    ("ruby", &["-e"]),
    ("node", &["-e", "--eval", "-p", "--print"]),
    ("php", &["-r"]),
    ("pwsh", &["-c", "-Command"]),
    ("powershell", &["-c", "-Command"]),
    ("su", &["-c", "--command"]),
];

/// Programs whose words are texts and nothing else.
const PRINTERS: &[&str] = &["echo", "printf"];

/// The variables of a command, as it is written, whose values are read as a program: their places and names.
/// `piped_to` is the program that reads what it prints.
pub(crate) fn reread<'t>(command: &'t str, piped_to: Option<&str>) -> Vec<(Range<usize>, &'t str)> {
    let words = words(command);
    let texts: Vec<String> = words.iter().map(|word| plain(command.get(word.clone()).unwrap_or(""))).collect();
    let mut read: Vec<Range<usize>> = Vec::new();
    let first = started(|at| texts.get(at).map(String::as_str)).unwrap_or(0);
    let program = texts.get(first).map_or("", |word| base_name(word));
    if program == "eval" {
        read.extend(words.iter().skip(first + 1).cloned());
    } else if PRINTERS.contains(&program) {
        if piped_to.is_some_and(|next| SHELLS.contains(&base_name(next))) {
            read.extend(words.iter().skip(first + 1).cloned());
        }
    } else {
        for (at, word) in texts.iter().enumerate().skip(first).take(MAX_CARRIED) {
            match base_name(word) {
                "ssh" => {
                    let after = texts.iter().skip(at + 1).map(String::as_str);
                    read.extend(words.iter().skip(at + 1 + before_told(after)).cloned());
                }
                name => read.extend(script(name, &texts, at).and_then(|script| words.get(script)).cloned()),
            }
        }
    }
    let mut found: Vec<(Range<usize>, &str)> = read.into_iter().flat_map(|word| filled_in(command, word)).collect();
    found.sort_by_key(|(range, _)| range.start);
    found.dedup();
    found
}

/// Which word is the script that a program at `at` is handed.
fn script(name: &str, words: &[String], at: usize) -> Option<usize> {
    let interpreter = INTERPRETERS.iter().find(|(known, _)| *known == name).map(|(_, options)| *options);
    if interpreter.is_none() && !SHELLS.contains(&name) {
        return None;
    }
    let is_script = |word: &str| match interpreter {
        Some(options) => options.contains(&word),
        None => ends_in_c(word),
    };
    let mut after = words.iter().enumerate().skip(at + 1);
    // A user may stand before the option of `su`.
    let is_passed = |word: &str| word.starts_with('-') || name == "su";
    let (option, _) = after.by_ref().take_while(|(_, word)| is_passed(word)).find(|(_, word)| is_script(word))?;
    Some(option + 1)
}

/// The words of a command, with their quotes.
fn words(command: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut nested = 0_usize;
    let mut characters = command.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let blank = quote.is_none() && nested == 0 && c.is_whitespace();
        if blank {
            words.extend(start.take().map(|start| start..at));
            continue;
        }
        start.get_or_insert(at);
        match c {
            '\\' if quote != Some('\'') => {
                characters.next();
            }
            '\'' | '"' if nested == 0 && quote == Some(c) => quote = None,
            '\'' | '"' if nested == 0 && quote.is_none() => quote = Some(c),
            '(' if quote != Some('\'') => {
                nested += usize::from(command.get(..at).is_some_and(|text| text.ends_with('$')) || nested > 0);
            }
            ')' => nested = nested.saturating_sub(1),
            _ => {}
        }
    }
    words.extend(start.map(|start| start..command.len()));
    words
}

/// A word without its quotes, for comparisons.
fn plain(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '"' | '\'' | '\\')).collect()
}

/// The variables of a word that the shell fills in before the program gets it; not those of commands within it, whose output
/// is read and not the variable.
fn filled_in(command: &str, word: Range<usize>) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut quote = None;
    let mut at = word.start;
    while let Some(c) = command.get(at..word.end).and_then(|rest| rest.chars().next()) {
        let rest = command.get(at..word.end).unwrap_or("");
        match c {
            '\\' if quote != Some('\'') => at += rest.chars().nth(1).map_or(0, char::len_utf8),
            '\'' | '"' if quote == Some(c) => quote = None,
            '\'' | '"' if quote.is_none() => quote = Some(c),
            '$' if quote != Some('\'') && rest.starts_with("$(") => at += substitution(rest),
            '$' if quote != Some('\'') => {
                if let Some(reference) = reference(command, at, word.end) {
                    found.push((reference.range.clone(), reference.name));
                    at = reference.range.end - 1;
                }
            }
            _ => {}
        }
        at += command.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    }
    found
}

/// How many bytes there are before the parenthesis that closes a substitution.
fn substitution(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return at,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn variables_that_are_read_as_a_program_are_found() {
        for (command, piped_to, want) in [
            ("eval \"run $A\"", None, vec!["A"]),
            ("eval $A ${B:-x}", None, vec!["A", "B"]),
            ("eval 'echo \"$A\"'", None, vec![]),
            ("eval \"echo \\$A\"", None, vec![]),
            ("eval \"$(ssh-agent -s)\"", None, vec![]),
            ("eval \"$(run \"$A\") $B\"", None, vec!["B"]),
            ("echo eval $A", None, vec![]),
            ("bash -c \"echo $A\"", None, vec!["A"]),
            ("bash -c \"echo '$A'\"", None, vec!["A"]),
            ("bash -c 'echo \"$A\"'", None, vec![]),
            ("bash -c 'echo '\"$A\"", None, vec!["A"]),
            ("bash -ec 'echo \"$1\"' sh \"$A\"", None, vec![]),
            ("sudo -u root sh -c \"$A\"", None, vec!["A"]),
            ("docker exec web sh -c \"ls $A\"", None, vec!["A"]),
            ("bash run.sh -c \"$A\"", None, vec![]),
            ("python3 -c \"print('$A')\"", None, vec!["A"]),
            ("ssh -p 22 host \"cd app && git checkout $A\"", None, vec!["A"]),
            ("ssh \"$HOST\" ls", None, vec![]),
            ("echo \"$A\"", Some("bash"), vec!["A"]),
            ("echo \"$A\"", Some("tee"), vec![]),
            ("./notify.sh \"$A\"", None, vec![]),
        ] {
            let got: Vec<&str> = reread(command, piped_to).into_iter().map(|(_, name)| name).collect();
            assert_eq!(got, want, "{command}");
        }
    }

    proptest! {
        #[test]
        fn no_command_is_too_strange(command in "(eval|sh -c|ssh h) [a-z$'\"\\\\(){} é]{0,30}|.{0,30}") {
            for (range, name) in reread(&command, Some("sh")) {
                prop_assert!(command.get(range).is_some_and(|written| written.contains(name)));
            }
        }
    }
}
