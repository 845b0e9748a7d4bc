//! What a filter of a shell lets through: after `sed 's/[^a-z]/_/g'` and in `${NAME//[^a-z]/}` a text has nothing that a shell or
//! a script could take for more than a word.

use std::ops::Range;

/// Programs whose output has a form, whatever they are given.
const FORMING: &[&str] = &[
    "tr -dc",
    "tr -cd",
    "tr -d -c",
    "tr -c -d",
    "sha256sum",
    "sha1sum",
    "sha512sum",
    "md5sum",
    "base64",
    "wc -",
    "grep -o",
    "grep -c",
    "grep -vc",
    "printf %q",
    "printf '%q",
    "printf \"%q",
    "@sh",
    "@base64",
];

/// Flags with which `base64` gives back what somebody wrote.
const DECODING: &[&str] = &["-d", "-D", "-id", "-di", "--decode"];

/// Signs of their own in a set, beside letters and digits, which mean nothing to a shell within a word.
const PLAIN: &str = "_-./:@+,=%";

/// Classes of a set that hold letters and digits alone.
const CLASSES: &[&str] = &["[:alnum:]", "[:alpha:]", "[:digit:]", "[:lower:]", "[:upper:]", "[:xdigit:]"];

/// The substitutions of commands in a part of a script of which the output has a form, whatever they are given.
pub(super) fn formed(text: &str) -> Vec<Range<usize>> {
    let mut found = substitutions(text);
    found.retain(|range| {
        let inner = text.get(range.clone()).unwrap_or("");
        let is_decoded = |program: &str| {
            program == "base64" && DECODING.iter().any(|flag| inner.contains(&format!("base64 {flag}")))
        };
        FORMING.iter().any(|program| inner.contains(program) && !is_decoded(program)) || is_by_sed(inner)
    });
    found
}

/// The substitutions in a text that are in no other.
fn substitutions(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut depth, mut tick) = (0, 0_usize, None);
    for (at, sign) in text.char_indices() {
        match sign {
            '(' if depth > 0 => depth += 1,
            '(' if text.get(..at).is_some_and(|before| before.ends_with('$')) => (start, depth) = (at + 1, 1),
            ')' if depth > 0 => {
                depth -= 1;
                found.extend((depth == 0).then_some(start..at));
            }
            '`' if depth == 0 => match tick.take() {
                Some(from) => found.push(from..at),
                None => tick = Some(at + 1),
            },
            _ => {}
        }
    }
    // What a line breaks off goes to its end.
    found.extend((depth > 0).then_some(start..text.len()));
    found
}

/// Whether a command puts a text through `sed` that leaves plain signs alone.
fn is_by_sed(text: &str) -> bool {
    text.match_indices("sed ").any(|(at, _)| {
        let command = text.get(at..).unwrap_or("").split(['|', '\n']).next().unwrap_or("");
        ['/', '#', ',', '~'].into_iter().any(|mark| {
            let begins = format!("s{mark}[^");
            let mut each = command.match_indices(&begins);
            each.any(|(at, begin)| command.get(at + begin.len()..).is_some_and(|rest| replaces(rest, mark, true)))
        })
    }) || replaced_with_bars(text)
}

/// The same with a bar, which ends the command of a pipe elsewhere: `sed 's|[^a-z]||g'`.
fn replaced_with_bars(text: &str) -> bool {
    let after = |(at, begin): (usize, &str)| text.get(at + begin.len()..).is_some_and(|rest| replaces(rest, '|', true));
    text.contains("sed ") && text.match_indices("s|[^").any(after)
}

/// Whether a reference to a variable replaces all signs but plain ones: `${NAME//[^a-zA-Z0-9]/_}`.
pub(super) fn is_by_expansion(reference: &str) -> bool {
    let Some((_, rest)) = reference.split_once("//[^") else { return false };
    replaces(rest, '/', false)
}

/// Whether what follows `[^` is a set of plain signs, then what plain signs stand instead of the others, everywhere in the text.
fn replaces(rest: &str, mark: char, is_sed: bool) -> bool {
    let Some(length) = set(rest) else { return false };
    let rest = rest.get(length..).unwrap_or("").trim_start_matches(['*', '+', '\\']);
    let rest = rest.strip_prefix("{1,}").unwrap_or(rest);
    let end = if is_sed { mark } else { '}' };
    // An expansion may end at the set: all that fits is removed.
    let Some(rest) = rest.strip_prefix(mark) else { return !is_sed && rest.starts_with('}') };
    let Some((instead, flags)) = rest.split_once(end) else { return false };
    let is_plain = instead.chars().all(|sign| sign == '\\' || sign.is_ascii_alphanumeric() || PLAIN.contains(sign));
    let flags: String = flags.chars().take_while(char::is_ascii_alphabetic).collect();
    is_plain && (!is_sed || flags.contains('g'))
}

/// The length of a set of plain signs with the bracket that ends it.
fn set(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        if let Some(class) = CLASSES.iter().find(|class| rest.starts_with(**class)) {
            at += class.len();
            continue;
        }
        let sign = rest.chars().next()?;
        match sign {
            ']' if at > 0 => return Some(at + 1),
            '\\' => {}
            _ if sign.is_ascii_alphanumeric() || PLAIN.contains(sign) => {}
            _ => return None,
        }
        // A range goes from one letter or digit to another: `+-z` would hold most signs.
        let mut signs = rest.chars();
        if let (Some(from), Some('-'), Some(to)) = (signs.next(), signs.next(), signs.next())
            && to != ']'
            && !(from.is_ascii_alphanumeric() && to.is_ascii_alphanumeric() && is_one_kind(from, to))
        {
            return None;
        }
        at += sign.len_utf8();
    }
}

fn is_one_kind(from: char, to: char) -> bool {
    [char::is_ascii_digit, char::is_ascii_lowercase, char::is_ascii_uppercase as fn(&char) -> bool]
        .iter()
        .any(|kind| kind(&from) && kind(&to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_form_ends_with_its_substitution() {
        for (text, want) in [
            ("a=$(echo $B | tr -dc a-z)$C", vec!["echo $B | tr -dc a-z"]),
            ("a=$(echo $B)$(echo $C | wc -l)", vec!["echo $C | wc -l"]),
            ("a=`echo $B | sha256sum` $C", vec!["echo $B | sha256sum"]),
            ("a=$(echo $(x) | base64", vec!["echo $(x) | base64"]),
            ("a=$B # base64", vec![]),
            ("a=$(echo $B | base64 --decode)", vec![]),
            ("a=$(echo $B | base64 -w0)", vec!["echo $B | base64 -w0"]),
        ] {
            let got: Vec<&str> = formed(text).into_iter().map(|range| text.get(range).unwrap()).collect();
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn filters_are_known_by_what_they_leave() {
        for (text, want) in [
            (r#"$(echo "$B" | sed 's/[^[:alnum:]-]/\_/g' | cut -c1-60)"#, true),
            (r#"$(echo "$B" | sed -e 's#[^a-zA-Z0-9]#-#g')"#, true),
            (r#"$(sed "s|[^a-z0-9._-]||g" <<< "$B")"#, true),
            (r"$(echo $B | sed -E 's/[^a-z0-9]+/-/g')", true),
            (r"$(echo $B | sed 's/[^a-z0-9]/-/')", false),
            (r"$(echo $B | sed 's/[^a-z$]/-/g')", false),
            (r"$(echo $B | sed 's/[^+-z]/-/g')", false),
            (r"$(echo $B | sed 's/[^A-z]/-/g')", false),
            (r"$(echo $B | sed 's/[^[:print:]]/-/g')", false),
            (r"$(echo $B | sed 's/[^a-z]/`/g')", false),
            (r"$(echo $B | sed 's/[a-z]/-/g')", false),
            ("$(echo $B | sed s/[^a-z", false),
        ] {
            assert_eq!(is_by_sed(text), want, "{text}");
        }
        for (text, want) in [
            ("${B//[^a-zA-Z0-9]/_}", true),
            ("${B//[^a-zA-Z0-9_-]/}", true),
            ("${B//[^[:alnum:]]}", true),
            ("${B/[^a-z]/_}", false),
            ("${B//[^a-z$]/_}", false),
            ("${B//[^a-z]/$C}", false),
            ("${B//\\//-}", false),
        ] {
            assert_eq!(is_by_expansion(text), want, "{text}");
        }
    }
}
