//! Secrets in any text, found by looks alone: what has no syntax, what could not be parsed, and scripts in strings.
//!
//! Words that may say "secret" are searched for all at once; around each a name is read, and after it what would be its
//! value in any of the usual spellings: `name: value`, `name=value`, `"name": "value"`, `--name value`, an element, a pair
//! of name and value. Total and linear: every look ahead is bounded.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::finder::{Edge, Finder, Word};
use super::names::{self, Bearing, Matter, named};
use super::piped::Written;
use super::values::{self, Nature};
use super::{Hit, How, clean, commands, extent, flags, looks, loose, mask, parts, piped, tokens, urls};

/// Longest command that is looked at, in bytes.
const MAX_COMMAND: usize = 4096;

/// How far after a name that is a value its partner is looked for, in bytes.
const NEAR: usize = 400;

/// Where to look closer: a word of a name, the sign of an address or a header, or a program that is handed secrets.
static HINTS: Finder = Finder::new(|| {
    let before = |text| Word { text, edge: Edge::Before };
    let writers = ["echo ", "echo\t", "printf ", "printf\t"].into_iter().map(before);
    let signs = ["<<<", "<<"].into_iter().map(Word::anywhere);
    let names = NAMES.iter().copied().map(Word::anywhere);
    let short = Word { text: "pw", edge: Edge::After };
    writers.chain(signs).chain(commands::names().map(before)).chain([short]).chain(names).collect()
});

/// What stands in names that are secret, before secrets, and in what signs in.
#[rustfmt::skip] // Words fill lines.
const NAMES: &[&str] = &[
    "pass", "pwd", "secret", "token", "key", "cred", "psk", "jwt", "kennwort", "masterauth", "cli_auth", "sensitive", "://",
    "-----BEGIN ", "bearer ", "basic ", "authorization",
];

/// What stands after the word `Bearer` or `Basic`, or in a header that signs in.
static HEADER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^(?i:(?:proxy-)?authorization["']?[ \t\r\n]*[:=,]?[ \t\r\n]*["']?(?:token|apikey|api-key|digest|key|splunk|bearer|basic))[ \t\r\n]+([^ \t\r\n][^ \t\r\n"'`;,]{2,})|^(?i:bearer|basic)[ \t\r\n]+([A-Za-z0-9._~+/=:-]{8,})"#).ok()
});

/// The key of the value that belongs to a name.
static PARTNER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i-u)(?:^|[ \t\r\n"'{,<;(-])(?:parameter_?)?(?:value|default_?value|default|plaintext|content)["'>]*[ \t\r\n]*[:=]?[ \t\r\n]*"#,
    )
    .ok()
});

/// A key under which names stand, right before one.
static NAME_KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i-u)(?:^|[ \t\r\n"'{,(;-])(?:(?:parameter_?)?(?:name|key|variable|id)["']?[ \t\r\n]*[:=][ \t\r\n]*["']?|variable[ \t\r\n]+["']|<key>[ \t\r\n]*)$"#).ok()
});

/// The secrets of a text, in order and without overlaps.
pub fn hits(text: &str) -> Vec<Hit> {
    let word = is_word(text);
    if word && text.len() < looks::SHORTEST || clean::is_known(text) {
        return Vec::new();
    }
    let found = searched(text, word);
    if found.is_empty() {
        clean::remember(text);
    }
    found
}

/// The secrets of a text that may be one word.
fn searched(text: &str, word: bool) -> Vec<Hit> {
    let mut found: Vec<Hit> = Vec::new();
    let mut suspected: Vec<Range<usize>> = Vec::new();
    if !word {
        hinted(text, &mut found, &mut suspected);
    }
    found.extend(tokens::all(text, false).into_iter().map(|token| Hit {
        range: token.hidden(text),
        name: token.name.into(),
        matter: Matter::Token,
        how: How::Token(token.name),
        nature: Nature::Literal,
    }));
    if is_secret_manifest(text) {
        manifest(text, &mut found);
    }
    loose::places(text, &mut suspected);
    suspected.extend(looks::drawn(text));
    with_suspected(apart(found), suspected, text)
}

/// Whether a text is one word, or the way to a file: nothing in it can be the value of something else in it. A cheap look,
/// since most values of a tree are such.
fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| is_name(byte) || byte == b'/')
}

/// What hints lead to.
fn hinted(text: &str, found: &mut Vec<Hit>, suspected: &mut Vec<Range<usize>>) {
    let mut read = 0;
    let mut written: Vec<Written> = Vec::new();
    for hint in HINTS.all(text) {
        let at = hint.start;
        match text.as_bytes().get(hint.clone()).unwrap_or(&[]) {
            b"://" => found.extend(urls::password(text, at).map(|range| Hit::told(text, range, How::Address))),
            b"-----BEGIN " => found.extend(private_key(text, at)),
            b"<<<" => piped::here(text, at, &mut written),
            b"<<" => piped::heredoc(text, at, &mut written),
            word if word.eq_ignore_ascii_case(b"bearer ")
                || word.eq_ignore_ascii_case(b"basic ")
                || word.eq_ignore_ascii_case(b"authorization") =>
            {
                found.extend(header(text, at));
            }
            word if is_writer(word) => piped::echoed(text, at, &mut written),
            word if is_program(word) && (at < read || ends_word(text, hint.end)) => {
                command(text, at, found, suspected);
            }
            _ if at >= read => {
                let name = around(text, hint);
                read = name.end;
                under(text, &name, found);
            }
            _ => {}
        }
    }
    for Written { range, reader } in written {
        match reader {
            Some(reader) => found.push(Hit { name: reader.into(), ..Hit::told(text, range, How::Flag) }),
            None => suspected.push(range),
        }
    }
}

/// With what is hidden on suspicion alone, as far as nothing else tells of it.
fn with_suspected(mut found: Vec<Hit>, suspected: Vec<Range<usize>>, text: &str) -> Vec<Hit> {
    if suspected.is_empty() {
        return found;
    }
    let mut more = Vec::new();
    for range in mask::joined(suspected) {
        let mut start = range.start;
        let first = found.partition_point(|hit| hit.range.end <= range.start);
        for hit in found.iter().skip(first).take_while(|hit| hit.range.start < range.end) {
            more.push(start..hit.range.start.max(start));
            start = hit.range.end;
        }
        more.push(start..range.end.max(start));
    }
    // The beginning of a token is shown, so that its kind is recognised.
    let beside = |range: &Range<usize>| range.len() < 4 && found.iter().any(|hit| hit.range.start == range.end);
    more.retain(|range| !range.is_empty() && !beside(range) && text.get(range.clone()).is_some());
    found.extend(more.into_iter().map(|range| Hit {
        range,
        name: How::Looks.name().into(),
        matter: Matter::Password,
        how: How::Looks,
        nature: Nature::Literal,
    }));
    found.sort_by_key(|hit| hit.range.start);
    found
}

/// In order, and of those that overlap only the first and longest.
fn apart(mut found: Vec<Hit>) -> Vec<Hit> {
    found.retain(|hit| !hit.range.is_empty());
    found.sort_by(|a, b| a.range.start.cmp(&b.range.start).then(b.range.end.cmp(&a.range.end)));
    let mut merged: Vec<Hit> = Vec::new();
    for hit in found {
        match merged.last_mut().filter(|last| hit.range.start < last.range.end) {
            Some(last) => last.range.end = last.range.end.max(hit.range.end),
            None => merged.push(hit),
        }
    }
    merged
}

fn is_program(word: &[u8]) -> bool {
    commands::names().any(|program| word.eq_ignore_ascii_case(program.as_bytes()))
}

fn is_writer(word: &[u8]) -> bool {
    let word = word.trim_ascii();
    word.eq_ignore_ascii_case(b"echo") || word.eq_ignore_ascii_case(b"printf")
}

/// Whether a word at a place starts a command: a line, a part of one, or what a shell is told to run begins with it.
fn starts_command(text: &str, at: usize) -> bool {
    let before = text.get(floor(text, at.saturating_sub(200))..at).unwrap_or("");
    let own = before.rsplit(['\n', ';', '&', '|', '(', '{', '`']).next().unwrap_or("");
    let ends = |character: char| character.is_whitespace() || "\"'@".contains(character);
    // The way to the program is a part of its name.
    let own = if own.ends_with('/') { own.trim_end_matches(|character| !ends(character)) } else { own };
    let words: Vec<&str> = own.split(ends).filter(|word| !word.is_empty()).collect();
    flags::is_started(&words)
}

/// Whether the name of a program at a place is that of a file which is looked for.
fn names_file(text: &str, at: usize) -> bool {
    let line = text.get(floor(text, at.saturating_sub(40))..at).unwrap_or("");
    let before = line.trim_end_matches(['"', '\'', '*']).trim_end_matches([' ', '\t']);
    before.rsplit(char::is_whitespace).next().is_some_and(commands::is_file_test)
}

/// Whether a word of a command may end at a place; what begins like a program may be a longer name.
fn ends_word(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'=' && *byte != b':')
        || text.get(at..).is_some_and(|rest| {
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '.');
            rest.starts_with([' ', '\t', '"', '\'', ',', '`', ']'])
        })
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)
}

/// The name that a word is part of.
fn around(text: &str, word: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let before = bytes.get(word.start.saturating_sub(200)..word.start).unwrap_or(&[]);
    let after = bytes.get(word.end..bytes.len().min(word.end + 200)).unwrap_or(&[]);
    let start = word.start - before.iter().rev().take_while(|byte| is_name(**byte)).count();
    let end = word.end + after.iter().take_while(|byte| is_name(**byte)).count();
    start..end
}

/// What stands under a name, where the name says that it is secret.
fn under(text: &str, name: &Range<usize>, found: &mut Vec<Hit>) {
    let Some(written) = text.get(name.clone()) else { return };
    let Some(matter) = named(written) else { return };
    let bearing = names::bearing(written, matter);
    let mut take = |range: Range<usize>, how: How| {
        let Some(value) = text.get(range.clone()) else { return };
        let nature = values::nature_as(value, matter, bearing);
        if nature.is_hidden() {
            found.push(Hit { range, name: written.into(), matter, how, nature });
        } else if nature == Nature::Reference {
            found.extend(written_out(value, range.start, matter));
        }
    };
    if written == "sensitive" && text.get(name.end..).is_some_and(|rest| rest.starts_with('(')) {
        let line = text.get(name.start..floor(text, name.end + NEAR)).unwrap_or("");
        let call = line.find(')').and_then(|end| line.get(..=end)).unwrap_or(line);
        found.extend(written_out(call, name.start, Matter::Password));
        return;
    }
    let flag = written.starts_with('-');
    // What the words of the command tell.
    if written == flags::OF_OPENSSL && text.get(name.end..).is_some_and(|rest| flags::says_whence(rest.trim_start())) {
        return;
    }
    if let Some(values) = extent::after(text, name.clone(), flag) {
        let how = if flag { How::Flag } else { How::Assignment };
        for range in values.into_iter().filter(|range| !is_variable(text, name, range)) {
            take(range, how);
        }
        return;
    }
    let before = text.get(floor(text, name.start.saturating_sub(60))..name.start).unwrap_or("");
    if !NAME_KEY.as_ref().is_some_and(|pattern| pattern.is_match(before)) {
        return;
    }
    // The value of a pair stands after its name, before the next one.
    let ahead = text.get(name.end..floor(text, name.end + NEAR)).unwrap_or("");
    let partner = PARTNER.as_ref().and_then(|pattern| pattern.find(ahead));
    if let Some(partner) =
        partner.filter(|partner| partner.end() > 2 && !names_another(ahead.get(..partner.start()).unwrap_or("")))
    {
        for range in extent::value(text, name.end + partner.end(), true) {
            take(range, How::Pair);
        }
    }
}

/// So far before a value it is looked whether it is a name that something is assigned to.
const EARLIER: usize = 4_096;

/// Whether what stands after a name is a variable of a program: a word without quotes after a name in quotes
/// (`os.environ["PGPASSWORD"] = db_password`), or one that something was assigned to before.
fn is_variable(text: &str, name: &Range<usize>, value: &Range<usize>) -> bool {
    let word = text.get(value.clone()).unwrap_or("");
    let is_word = word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_quoted = |before: &str| before.ends_with(['"', '\'', '`']);
    if !is_word || is_quoted(text.get(..value.start).unwrap_or("")) {
        return false;
    }
    let after = text.get(name.end..value.start).unwrap_or("");
    let is_element = after.strip_prefix(['"', '\'']).is_some_and(|rest| rest.starts_with(']') && rest.contains('='));
    let earlier = text.get(floor(text, name.start.saturating_sub(EARLIER))..name.start).unwrap_or("");
    let is_assigned = |(at, _): (usize, &str)| {
        let is_whole =
            !earlier.get(..at).unwrap_or("").ends_with(|last: char| last.is_ascii_alphanumeric() || last == '_');
        let rest = earlier.get(at + word.len()..).unwrap_or("").trim_start_matches([' ', '\t']);
        is_whole && rest.strip_prefix('=').is_some_and(|rest| rest.starts_with([' ', '\t']))
    };
    is_element || earlier.match_indices(word).any(is_assigned)
}

/// The secrets among what is written out of a value that is filled in.
fn written_out(value: &str, start: usize, matter: Matter) -> Vec<Hit> {
    let secret = |part: &Range<usize>| values::is_secret_part(value.get(part.clone()).unwrap_or(""), matter);
    let hit = |part: Range<usize>| Hit {
        range: start + part.start..start + part.end,
        name: How::Looks.name().into(),
        matter,
        how: How::Looks,
        nature: Nature::Literal,
    };
    parts::written_out(value).into_iter().filter(secret).map(hit).collect()
}

/// Whether another pair begins in a text.
fn names_another(text: &str) -> bool {
    text.contains('}')
        || text.matches("name").count() + text.matches("Name").count() + text.matches("<key>").count() > 0
}

/// The nearest boundary of characters at or before an offset.
pub(super) fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn header(text: &str, at: usize) -> Option<Hit> {
    let ahead = text.get(at..floor(text, at + MAX_COMMAND))?;
    let captures = HEADER.as_ref()?.captures(ahead)?;
    let part = captures.get(1).or(captures.get(2))?;
    let value = part.as_str();
    let varied = value.bytes().any(|byte| byte.is_ascii_digit());
    // After the name of the header anything that is written out signs in; a bare word may be one of a sentence.
    let matter = if captures.get(1).is_some() { Matter::Password } else { Matter::Token };
    let shown = !varied || values::nature(value, matter) != Nature::Literal;
    (!shown).then(|| Hit {
        range: at + part.start()..at + part.end(),
        name: "Authorization".into(),
        matter: Matter::Token,
        how: How::Header,
        nature: Nature::Literal,
    })
}

/// What stands after the scheme in the value of a header: `Bearer …`.
pub(super) fn after_scheme(text: &str) -> Option<Range<usize>> {
    let (scheme, rest) = text.split_once(' ')?;
    let known = ["bearer", "basic", "token", "apikey", "api-key", "key", "digest"];
    let fits = known.iter().any(|known| scheme.eq_ignore_ascii_case(known)) && !rest.trim().is_empty();
    fits.then(|| text.len() - rest.len()..text.len())
}

/// A private key from its first line on, whether or not it ends, in lines or with escaped line ends.
fn private_key(text: &str, at: usize) -> Option<Hit> {
    let ahead = text.get(at..floor(text, at + 16 * 1024))?;
    let label = ahead.get(..ahead.len().min(80))?;
    let dashes = label.find("PRIVATE KEY-----").or_else(|| label.find("PRIVATE KEY BLOCK-----"))?;
    let begin = ahead.get(dashes..)?.find("-----")? + dashes + 5;
    let end = ahead.find("-----END ").unwrap_or_else(|| {
        let body = ahead.get(begin..).unwrap_or("");
        let other = |character: char| !(character.is_ascii_alphanumeric() || "+/=\\ \r\n\t:-,".contains(character));
        begin + body.find(other).unwrap_or(body.len())
    });
    let body = ahead.get(begin..end)?;
    let stands_in = values::is_reference(body.trim()) || body.trim().len() < 16;
    (!stands_in).then(|| Hit {
        range: at + begin..at + end,
        name: "private-key".into(),
        matter: Matter::Key,
        how: How::Key,
        nature: Nature::Literal,
    })
}

/// The secrets among the words of the command that begins at an offset.
fn command(text: &str, at: usize, found: &mut Vec<Hit>, suspected: &mut Vec<Range<usize>>) {
    if names_file(text, at) {
        return;
    }
    let words = words(text, at);
    let texts: Vec<&str> = words.iter().map(|word| text.get(word.clone()).unwrap_or("")).collect();
    for spoken in flags::spoken(&texts, starts_command(text, at)) {
        let Some(word) = words.get(spoken.word) else { continue };
        let range = word.start + spoken.range.start..word.start + spoken.range.end;
        let bearing = names::bearing(&spoken.flag, spoken.matter);
        let nature = values::nature_as(text.get(range.clone()).unwrap_or(""), spoken.matter, bearing);
        if !spoken.certain {
            suspected.extend(Some(range).filter(|_| nature.is_hidden()));
        } else if nature.is_hidden() || nature == Nature::Name {
            found.push(Hit { range, name: spoken.flag.into(), matter: spoken.matter, how: How::Flag, nature });
        }
    }
}

/// The words of a command up to its end; quotes and commas between them belong to none.
pub(super) fn words(text: &str, at: usize) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    // The name of a share (`\\server\share`) has backslashes, which else stand before what is quoted.
    let mut share = false;
    let end = floor(text, at + MAX_COMMAND);
    let bytes = text.as_bytes();
    for place in at..end {
        let byte = bytes.get(place).copied().unwrap_or(b' ');
        let escaped = place > at && bytes.get(place - 1) == Some(&b'\\');
        let ends = (byte == b'\n' && !escaped && bytes.get(place.saturating_sub(2)) != Some(&b'\\'))
            || byte == b'|'
            || byte == b';';
        share = start.is_some() && share || start.is_none() && names_share(bytes.get(place..).unwrap_or(&[]));
        let blank = byte.is_ascii_whitespace()
            || b"\"'`[]".contains(&byte)
            || (byte == b'\\' && !share)
            || (byte == b','
                && bytes.get(place + 1).is_none_or(|next| next.is_ascii_whitespace() || b"\"'".contains(next)));
        if ends || blank {
            words.extend(start.take().map(|start| start..place));
        } else if start.is_none() {
            start = Some(place);
        }
        if ends {
            return words;
        }
    }
    words.extend(start.map(|start| start..end));
    words
}

/// Whether a text begins with the name of a share of Windows, perhaps within quotes that double each backslash.
fn names_share(bytes: &[u8]) -> bool {
    bytes
        .strip_prefix(br"\\")
        .and_then(<[u8]>::first)
        .is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'\\')
}

static SECRET_MANIFEST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?m)(?:^|[{, \t])["']?kind["']?:[ \t\r\n]*["']?Secret(?:List)?["']?[ \t\r]*(?:#.*|[,}].*)?$"#).ok()
});

/// The data of a Secret in braces.
static SECRET_FLOW: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"["']?\b(?:stringData|data)["']?:[ \t\r\n]*\{([^}]{1,4000})"#).ok());

/// A key in braces.
static FLOW_KEY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"["']?([A-Za-z0-9_.-]+)["']?[ \t\r\n]*:"#).ok());

static SECRET_DATA: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^([ \t]*)(?:stringData|data):[ \t]*(?:#.*)?\r?\n").ok());

fn is_secret_manifest(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"Secret").is_some()
        && SECRET_MANIFEST.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// Everything under `data` and `stringData` of a Secret that may be broken.
fn manifest(text: &str, found: &mut Vec<Hit>) {
    let mut take = |name: &str, range: Range<usize>| {
        let matter = named(name).unwrap_or(Matter::Password);
        let nature = values::nature_as(text.get(range.clone()).unwrap_or(""), matter, Bearing::Holds);
        if nature.is_hidden() {
            found.push(Hit { range, name: name.into(), matter: Matter::Secret, how: How::Pair, nature });
        }
    };
    for captures in SECRET_DATA.iter().flat_map(|data| data.captures_iter(text)) {
        let (Some(whole), Some(indent)) = (captures.get(0), captures.get(1)) else { continue };
        for (start, line) in extent::lines_within(text, whole.end(), indent.len()) {
            let Some(colon) = line.find(':') else { continue };
            let name = line.get(..colon).unwrap_or("").trim().trim_matches(['"', '\'']);
            for range in extent::value(text, start + colon + 1, false) {
                take(name, range);
            }
        }
    }
    for body in SECRET_FLOW.iter().flat_map(|data| data.captures_iter(text)) {
        let Some(body) = body.get(1) else { continue };
        for key in FLOW_KEY.iter().flat_map(|key| key.captures_iter(body.as_str())) {
            let (Some(whole), Some(name)) = (key.get(0), key.get(1)) else { continue };
            for range in extent::value(text, body.start() + whole.end(), true) {
                take(name.as_str(), range);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_at_its_place_is_told_where_a_command_starts() {
        for (text, told) in [
            ("vault login s3cret00", true),
            ("vault login -method=github token=s3cret00", true),
            ("vault login -method=userpass username=alice password=s3cret00", true),
            ("RUN vault login s3cret00", true),
            ("apk add vault && /usr/bin/vault login s3cret00", true),
            ("set -e\n  sudo -E vault login s3cret00\n", true),
            ("\t@vault login s3cret00", true),
            ("if ! vault login s3cret00; then exit 1; fi", true),
            ("sh -c \"vault login s3cret00\"", true),
            ("token=$(vault login s3cret00)", true),
            ("Run `vault login s3cret00` first", true),
            ("net use \\\\server\\share s3cret00 /user:a", true),
            (r"net use \\\\server\\share s3cret00 /user:a", true),
            ("log \"vault login succeeded.\"", false),
            ("The vault login happened-before", false),
            ("what became of vault login Attempts", false),
        ] {
            let how: Vec<How> = hits(text).into_iter().map(|hit| hit.how).collect();
            assert_eq!(how.contains(&How::Flag), told, "{text}: {how:?}");
        }
    }
}
