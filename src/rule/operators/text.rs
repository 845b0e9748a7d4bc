//! Text: regular expressions, globs, and parts of strings.

use std::borrow::Borrow;
use std::sync::{LazyLock, OnceLock};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use regex::{Regex, RegexBuilder};
use regex_automata::util::syntax;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::argument::{one_or_more, refused, text_of, texts};
use super::equality::among;
use crate::document::{Node, PartialText, Value};
use crate::kernel::matcher::Matcher;
use crate::kernel::pattern::Pattern;
use crate::kernel::text as known;
use crate::rule::operator::{OnPartial, Operator, Partly, Setting, Test};
use crate::truth::Truth;

/// Largest compiled regular expression, in bytes.
const REGEX_BYTES: usize = 1 << 20;

/// Longest globs together that are not compiled to see whether they stay below the limit, in bytes.
const SMALL: usize = 256;

/// Heaviest pattern that is not compiled to see whether it stays below the limit: a unit is a byte of a literal or a range of
/// a class, which take at most some forty bytes.
const LIGHT: usize = 16 * 1024;

/// `matches`.
pub const MATCHES: Operator = Operator {
    name: "matches",
    expects: "to match",
    doc: "The regular expression matches somewhere in the string; `^` and `$` tie it to the ends. The syntax is that of \
          the Rust `regex` crate, which takes linear time and so has no look-around and no back-references.",
    build: |argument| {
        let pattern = argument.as_str().filter(|pattern| !pattern.is_empty());
        let pattern = pattern.ok_or_else(|| refused("a regular expression (a string)", argument))?;
        // It has been proved: what outgrows the limit all the same, as folding may make it do, decides nothing.
        let matcher = |ignore_case| Matcher::new(pattern, ignore_case, REGEX_BYTES);
        let (exact, folded) = (matcher(false), matcher(true));
        Ok(Test::One(Box::new(move |node, setting| {
            let Some(text) = text_of(node, setting.typing) else { return Truth::False };
            let matcher = if setting.ignore_case { &folded } else { &exact };
            matcher.is_match(&text).map_or(Truth::Unknown, Truth::from)
        })))
    },
    proof: Some(|argument| proved(argument.as_str().unwrap_or_default())),
    partly: Partly::Answers(|argument| {
        let pattern = argument.as_str().unwrap_or_default().to_owned();
        machines(move |ignore_case| Pattern::new(&[&pattern], ignore_case))
    }),
    examples: &[
        ("\"^arn:aws:kms:\"", "\"arn:aws:kms:eu-west-1:1:key/2\"", Truth::True),
        ("\"^kms:\"", "\"arn:aws:kms:eu-west-1:1:key/2\"", Truth::False),
        ("\"kms\"", "\"arn:aws:kms:eu-west-1:1:key/2\"", Truth::True),
        ("\"^[0-9]+$\"", "365", Truth::True),
        ("\"^$\"", "\"\"", Truth::True),
        ("\".\"", "null", Truth::False),
        ("\"^arn:aws:kms:\"", "\"arn:aws:kms:…\"", Truth::True),
        ("\"^[0-9]+$\"", "\"…-days\"", Truth::False),
        ("\"kms\"", "\"arn:aws:…\"", Truth::Unknown),
    ],
};

/// `matches-glob`.
pub const MATCHES_GLOB: Operator = Operator {
    name: "matches-glob",
    expects: "to match",
    doc: "The whole string matches the glob, or one of several. `*` and `?` stay within one part of a path, `**` goes \
          through any, `{a,b}` are alternatives and `[ab]` is one character of a set.",
    build: |argument| {
        let patterns: Vec<String> = texts(argument)?.into_iter().map(str::to_owned).collect();
        let (exact, folded) = (lazily(&patterns[..], globs, false), lazily(&patterns[..], globs, true));
        Ok(Test::One(Box::new(move |node, setting| {
            let Some(text) = text_of(node, setting.typing) else { return Truth::False };
            let globs = if setting.ignore_case { folded.as_ref() } else { exact.as_ref() };
            globs.map_or(Truth::Unknown, |globs| globs.is_match(&*text).into())
        })))
    },
    proof: Some(|argument| {
        let patterns: Vec<String> = texts(argument)?.into_iter().map(str::to_owned).collect();
        if patterns.iter().map(String::len).sum::<usize>() > SMALL {
            globs(&patterns, false)?;
        }
        patterns.iter().try_for_each(|pattern| glob(pattern, false).map(|_| ()))
    }),
    partly: Partly::Answers(|argument| {
        let patterns: Vec<String> = texts(argument).unwrap_or_default().into_iter().map(str::to_owned).collect();
        machines(move |ignore_case| {
            let globs = patterns.iter().map(|pattern| glob(pattern, ignore_case).ok());
            let expressions: Option<Vec<String>> = globs.map(|glob| Some(glob?.regex().to_owned())).collect();
            Pattern::of_globs(&expressions?.iter().map(String::as_str).collect::<Vec<_>>(), ignore_case)
        })
    }),
    examples: &[
        ("[\"SECURITY.md\", \".github/SECURITY.md\"]", "\"SECURITY.md\"", Truth::True),
        ("\"docs/*.md\"", "\"docs/adr/0001.md\"", Truth::False),
        ("\"docs/**/*.md\"", "\"docs/adr/0001.md\"", Truth::True),
        ("\"docs/**/*.md\"", "\"docs/index.md\"", Truth::True),
        ("\"*.{tf,tofu}\"", "\"main.tofu\"", Truth::True),
        ("\"main\"", "\"maintenance\"", Truth::False),
        ("\"docs/**\"", "\"docs/….md\"", Truth::True),
        ("\"docs/*.md\"", "\"src/…\"", Truth::False),
        ("\"docs/*.md\"", "\"docs/….md\"", Truth::Unknown),
    ],
};

/// `contains`.
pub const CONTAINS: Operator = Operator {
    name: "contains",
    expects: "to contain",
    doc: "The string has the argument somewhere in it; the list has an item that is equal to it. Several arguments are \
          alternatives: one of them suffices (`superset-of` asks for all).",
    build: |argument| {
        let needles = one_or_more(argument, "a value or a list of values")?.to_vec();
        if needles.iter().any(|needle| needle.as_str() == Some("")) {
            return Err("expected a value or a list of values, not an empty string, which is in every string".into());
        }
        Ok(Test::Whole(Box::new(move |node, setting| contains(node, &needles, *setting))))
    },
    proof: None,
    partly: Partly::Answers(|argument| of_some(argument, known::contains)),
    examples: &[
        ("\"0.0.0.0\"", "\"listen 0.0.0.0:80\"", Truth::True),
        ("\"audit\"", "[\"api\", \"audit\"]", Truth::True),
        ("\"aud\"", "[\"api\", \"audit\"]", Truth::False),
        ("[\"audit\", \"all\"]", "[\"api\", \"all\"]", Truth::True),
        ("\"audit\"", "[\"api\", \"${var.kind}\"]", Truth::Unknown),
        ("\"audit\"", "[\"audit\", \"${var.kind}\"]", Truth::True),
        ("\"audit\"", "[]", Truth::False),
        ("\"0.0.0.0\"", "\"listen 0.0.0.0:…\"", Truth::True),
        ("\"0.0.0.0\"", "\"listen …\"", Truth::Unknown),
    ],
};

/// `starts-with`.
pub const STARTS_WITH: Operator = Operator {
    name: "starts-with",
    expects: "to start with",
    doc: "The string begins with the argument, or with one of several.",
    build: |argument| affix(argument, |text, affix| text.starts_with(affix)),
    proof: None,
    partly: Partly::Answers(|argument| of_some(argument, known::begins)),
    examples: &[
        ("\"https://\"", "\"https://example.org\"", Truth::True),
        ("\"https://\"", "\"HTTPS://example.org\"", Truth::False),
        ("[\"https://\", \"git+https://\"]", "\"git+https://example.org\"", Truth::True),
        ("\"https://\"", "\"\"", Truth::False),
        ("\"1\"", "12", Truth::True),
        ("\"https://\"", "\"https://…/x\"", Truth::True),
        ("\"https://\"", "\"http://…\"", Truth::False),
        ("\"https://\"", "\"…/x\"", Truth::Unknown),
    ],
};

/// `ends-with`.
pub const ENDS_WITH: Operator = Operator {
    name: "ends-with",
    expects: "to end with",
    doc: "The string ends with the argument, or with one of several.",
    build: |argument| affix(argument, |text, affix| text.ends_with(affix)),
    proof: None,
    partly: Partly::Answers(|argument| of_some(argument, known::ends)),
    examples: &[
        ("\":root\"", "\"arn:aws:iam::111122223333:root\"", Truth::True),
        ("\":root\"", "\"arn:aws:iam::111122223333:role/root\"", Truth::False),
        ("[\".com\", \".org\"]", "\"example.org\"", Truth::True),
        ("\".org\"", "{\"name\": \"example.org\"}", Truth::False),
        ("\":root\"", "\"arn:aws:iam::…:root\"", Truth::True),
        ("\":root\"", "\"arn:aws:iam::…:user\"", Truth::False),
        ("\":root\"", "\"arn:aws:iam::…\"", Truth::Unknown),
    ],
};

/// What a pattern becomes, or why it can't, with whether case counts.
type Build<P, T> = fn(&P, bool) -> Result<T, String>;

/// Compiles a pattern when a text first asks, since most rules of a run judge nothing. It has been proved: what outgrows
/// the limit all the same, as folding may make it do, decides nothing.
fn lazily<P, T>(
    pattern: &P,
    build: Build<P, T>,
    ignore_case: bool,
) -> LazyLock<Option<T>, impl FnOnce() -> Option<T> + use<P, T>>
where
    P: ToOwned + ?Sized,
{
    let pattern = pattern.to_owned();
    LazyLock::new(move || build(pattern.borrow(), ignore_case).ok())
}

/// Refuses what is no regular expression, or too large a one.
fn proved(pattern: &str) -> Result<(), String> {
    let parsed = syntax::parse(pattern).map_err(|error| refusal(&error))?;
    if weight(&parsed) > LIGHT { regex(pattern, false).map(|_| ()) } else { Ok(()) }
}

/// About how much a pattern takes when it is compiled: what is repeated counts as often as it may occur. Classes of Unicode
/// have several bytes for each end of a range.
fn weight(pattern: &Hir) -> usize {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => 4 * class.ranges().len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or(repeated.min).max(1);
            weight(&repeated.sub).saturating_mul(times as usize)
        }
        HirKind::Capture(captured) => weight(&captured.sub).saturating_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(parts.len(), |sum, part| sum.saturating_add(weight(part)))
        }
    }
}

fn regex(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
    let built = RegexBuilder::new(pattern).size_limit(REGEX_BYTES).case_insensitive(ignore_case).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            "expected a smaller regular expression: this one takes over 1 MiB".to_owned()
        }
        error => refusal(&error),
    })
}

/// The crate draws the fault over several lines; its last one says what it is.
fn refusal(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
    format!("expected a regular expression: {reason}")
}

fn glob(pattern: &str, ignore_case: bool) -> Result<Glob, String> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).case_insensitive(ignore_case).build();
    glob.map_err(|error| format!("expected a glob, not `{pattern}`: {}", error.kind()))
}

fn globs(patterns: &[String], ignore_case: bool) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(glob(pattern, ignore_case)?);
    }
    set.build().map_err(|error| format!("expected smaller globs: {error}"))
}

fn contains(node: &Node, needles: &[Node], setting: Setting) -> Truth {
    if let Value::List(items) = &node.value {
        let found = items.iter().map(|item| among(item, needles, setting));
        return Truth::any(found);
    }
    let Some(text) = text_of(node, setting.typing) else { return Truth::False };
    let text = folded(&text, setting);
    let found = needles.iter().filter_map(|needle| text_of(needle, setting.typing));
    found.into_iter().any(|needle| text.contains(&*folded(&needle, setting))).into()
}

fn affix(argument: &Node, holds: fn(&str, &str) -> bool) -> Result<Test, String> {
    let affixes: Vec<String> = texts(argument)?.into_iter().map(str::to_owned).collect();
    Ok(Test::One(Box::new(move |node, setting| {
        let Some(text) = text_of(node, setting.typing) else { return Truth::False };
        let text = folded(&text, *setting);
        affixes.iter().any(|affix| holds(&text, &folded(affix, *setting))).into()
    })))
}

/// What a pattern says of a text of which parts are known; its automata are made when they are first needed.
fn machines(build: impl Fn(bool) -> Option<Pattern> + Send + Sync + 'static) -> OnPartial {
    let (exact, ignoring_case) = (OnceLock::new(), OnceLock::new());
    Box::new(move |text, setting| {
        let made = if setting.ignore_case { &ignoring_case } else { &exact };
        let pattern = made.get_or_init(|| build(setting.ignore_case));
        pattern.as_ref().map_or(Truth::Unknown, |pattern| pattern.matches(text))
    })
}

/// Whether it holds, of a text of which parts are known, for one of the strings of the argument.
fn of_some(argument: &Node, holds: fn(&PartialText, &str) -> Truth) -> OnPartial {
    let items = one_or_more(argument, "").unwrap_or_default();
    let choices: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    Box::new(move |text, setting| {
        // What is no string may be compared by what it spells.
        let Some(choices) = &choices else { return Truth::Unknown };
        let text = in_case(text, *setting);
        Truth::any(choices.iter().map(|choice| holds(&text, &folded(choice, *setting))))
    })
}

/// A text of which parts are known as it is compared.
pub fn in_case(text: &PartialText, setting: Setting) -> std::borrow::Cow<'_, PartialText> {
    if setting.ignore_case {
        std::borrow::Cow::Owned(text.map(str::to_lowercase))
    } else {
        std::borrow::Cow::Borrowed(text)
    }
}

/// The text as it is compared: in lower case where case does not count.
pub fn folded(text: &str, setting: Setting) -> std::borrow::Cow<'_, str> {
    if setting.ignore_case { text.to_lowercase().into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_pattern_is_too_strange(pattern in "[a*?{},\\[\\]/.^!-]{0,16}|.{0,16}", text in "[a/.]{0,8}|.{0,8}") {
            for ignore_case in [false, true] {
                if let Ok(globs) = globs(std::slice::from_ref(&pattern), ignore_case) {
                    globs.is_match(&text);
                }
                if let Ok(regex) = regex(&pattern, ignore_case) {
                    regex.is_match(&text);
                }
            }
        }

        #[test]
        fn a_glob_without_signs_matches_only_itself(path in "[a-c]{1,3}(/[a-c]{1,3}){0,2}", other in "[a-c]{1,3}(/[a-c]{1,3}){0,2}") {
            let set = globs(std::slice::from_ref(&path), false).unwrap();
            prop_assert!(set.is_match(&path));
            prop_assert_eq!(set.is_match(&other), path == other);
        }
    }
}
