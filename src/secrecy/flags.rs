//! Secrets among the words of a command: `mysql -pX`, `curl -u user:X`, `--requirepass X`.

use std::cell::LazyCell;
use std::ops::Range;

use super::commands::{Cut, PAIRS, POSITIONS, PROGRAMS, Program, SLASHED, is_file_test};
use super::names::{Matter, named};
use super::values;

/// A secret word, or the part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spoken {
    /// Which word.
    pub word: usize,
    /// The part of it.
    pub range: Range<usize>,
    /// The flag.
    pub flag: String,
    /// What the flag says.
    pub matter: Matter,
    /// Whether it stands where nothing else could.
    pub certain: bool,
}

/// The secrets among the words of a command: whatever stands where one is expected, references included. `starts` is whether
/// the first of them starts a command, and is not in the midst of a sentence.
pub(super) fn spoken(words: &[&str], starts: bool) -> Vec<Spoken> {
    let mut found = Vec::new();
    // Most texts that hold the name of a program have no flags.
    let programs = LazyCell::new(|| programs(words));
    for (at, word) in words.iter().enumerate().take(64) {
        let name = word.rsplit('/').next().unwrap_or(word);
        let started = || starts && is_started(words.get(..at).unwrap_or(&[]));
        found.extend(positional(words, at, name, started).or_else(|| slashed(words, at, name)));
    }
    let mut skip = false;
    for (at, word) in words.iter().enumerate() {
        if std::mem::take(&mut skip) || !word.starts_with('-') {
            continue;
        }
        let next = words.get(at + 1).copied();
        if *word == OF_OPENSSL && next.is_some_and(says_whence) {
            found.extend(whence(words, at));
            continue;
        }
        if let Some(spoken) = long(at, word, next).or_else(|| short(&programs, words, at)) {
            skip = spoken.word > at;
            found.push(spoken);
        }
    }
    found
}

/// The programs that are named among the first words, and where.
fn programs(words: &[&str]) -> Vec<(usize, &'static Program)> {
    let names = words.iter().take(64).map(|word| word.rsplit('/').next().unwrap_or(word)).enumerate();
    let called = |(at, name): (usize, &str)| {
        let is_file = at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|before| is_file_test(before));
        let known = PROGRAMS.iter().filter(|program| !is_file && program.is_called(name));
        known.map(|program| (at, program)).collect::<Vec<_>>()
    };
    names.flat_map(called).collect()
}

/// The secret that stands at a place of its own among the words after a program: `vault login X`, `htpasswd -b f user X`.
fn positional(words: &[&str], program: usize, name: &str, started: impl Fn() -> bool) -> Option<Spoken> {
    let of_program = POSITIONS.iter().filter(|position| position.program == name);
    of_program.into_iter().find_map(|position| {
        let after = || (program + 1..words.len()).filter_map(|at| Some((at, *words.get(at)?)));
        if !position.flag.is_empty() && !after().any(|(_, word)| is_flag(word, position.flag)) {
            return None;
        }
        let mut plain = after().filter(|(_, word)| !word.starts_with('-'));
        let begins = position.words.iter().all(|wanted| plain.next().is_some_and(|(_, word)| fits(word, wanted)));
        let (word, value) = plain.nth(position.skip).filter(|_| begins)?;
        let start = position.cut.start(value).filter(|_| !value.contains("://"))?;
        let secret = value.get(start..)?;
        // A word of a sentence may stand there.
        let chosen = secret.len() >= 8 || secret.bytes().any(|byte| !byte.is_ascii_lowercase());
        (!secret.is_empty() && chosen && !values::is_reference(secret)).then(|| Spoken {
            word,
            range: start..value.len(),
            flag: position.program.to_owned(),
            matter: Matter::Password,
            certain: position.certain || started(),
        })
    })
}

/// Words that a command stands behind: what hands on to it, what a shell begins one with, what shows that one is typed in.
/// A few that are usual: behind any other it may be a word of a sentence.
#[rustfmt::skip] // Words fill lines.
const BEFORE_COMMANDS: &[&str] = &[
    "sudo", "doas", "env", "exec", "command", "time", "nohup", "if", "then", "elif", "else", "while", "until", "do", "!", "sh",
    "bash", "RUN", "$", ">",
];

/// Whether a program that stands behind some words is started by them, or by nothing, and not a word of a sentence.
pub(super) fn is_started(before: &[&str]) -> bool {
    let is_usual = |word: &str| BEFORE_COMMANDS.contains(&word) || word.starts_with('-') || word.contains('=');
    before.iter().all(|word| is_usual(word))
}

/// `xfreerdp /p:X`.
fn slashed(words: &[&str], program: usize, name: &str) -> Option<Spoken> {
    let (_, flag) = SLASHED.iter().find(|(known, _)| *known == name)?;
    let mut after = (program + 1..words.len()).filter_map(|at| Some((at, *words.get(at)?)));
    let (word, value) = after.find(|(_, word)| word.starts_with(flag) && word.len() > flag.len())?;
    let secret = value.get(flag.len()..)?;
    (!values::is_reference(secret)).then(|| Spoken {
        word,
        range: flag.len()..value.len(),
        flag: (*flag).to_owned(),
        matter: Matter::Password,
        certain: true,
    })
}

/// Whether a word is the wanted one.
fn fits(word: &str, wanted: &str) -> bool {
    match (wanted, wanted.strip_suffix('*')) {
        ("?", _) => named(word).is_some(),
        (_, Some(start)) => word.starts_with(start),
        _ => word.eq_ignore_ascii_case(wanted),
    }
}

/// Whether a word is a flag, or holds one of one letter among others as in `-bc`.
fn is_flag(word: &str, flag: &str) -> bool {
    let among = |letter: &str| word.starts_with('-') && !word.starts_with("--") && word.contains(letter);
    word == flag || flag.len() == 2 && flag.get(1..).is_some_and(among)
}

/// `--password X`, `--password=X`, `--user name:X`.
fn long(at: usize, word: &str, next: Option<&str>) -> Option<Spoken> {
    let (flag, attached) = word.split_once('=').map_or((word, None), |(flag, value)| (flag, Some(value)));
    let name = flag.trim_start_matches('-');
    // `-p` and `-a` are flags of a program, not names.
    let matter = if name.len() > 2 { named(name) } else { None };
    let pair = PAIRS.contains(&flag);
    if matter.is_none() && !pair {
        return None;
    }
    let (word, start, value) = match attached {
        Some(value) => (at, flag.len() + 1, value),
        None => (at + 1, 0, next.filter(|next| !next.starts_with('-') && !is_of_sentence(next))?),
    };
    let colon = if matter.is_none() { value.find(':')? + 1 } else { 0 };
    Some(Spoken {
        word,
        range: start + colon..start + value.len(),
        flag: flag.to_owned(),
        matter: matter.unwrap_or(Matter::Password),
        certain: true,
    })
}

/// The flag of OpenSSL with which it is said first where a password comes from: `-pass pass:X`, `-pass env:NAME`.
pub(super) const OF_OPENSSL: &str = "-pass";

/// The ways to say that, but for the password itself.
const ELSEWHERE: &[&str] = &["env:", "file:", "fd:"];

/// Whether a word says where a password of OpenSSL comes from.
pub(super) fn says_whence(word: &str) -> bool {
    word.starts_with("pass:") || ELSEWHERE.iter().any(|start| word.starts_with(start))
}

/// The password in what stands behind the flag of OpenSSL, at a place; quotes make it a word of its own.
fn whence(words: &[&str], at: usize) -> Option<Spoken> {
    let begun = words.get(at + 1)?.strip_prefix("pass:")?;
    let (word, start) = if begun.is_empty() { (at + 2, 0) } else { (at + 1, "pass:".len()) };
    let quotes = |one: char| matches!(one, '"' | '\'');
    let value = words.get(word)?;
    let start = start + usize::from(value.get(start..).is_some_and(|rest| rest.starts_with(quotes)));
    let end = value.trim_end_matches(quotes).len().max(start);
    let is_flag = start == 0 && value.starts_with('-');
    (!is_flag && start < end).then(|| Spoken {
        word,
        range: start..end,
        flag: OF_OPENSSL.to_owned(),
        matter: Matter::Password,
        certain: true,
    })
}

/// Words after a flag that a sentence is about: `--user and --password are required`.
#[rustfmt::skip] // Words fill lines.
const OF_SENTENCES: &[&str] = &[
    "and", "or", "is", "are", "was", "were", "be", "must", "may", "can", "cannot", "should", "will", "has", "have", "not", "to", "for",
    "in", "of", "on", "the", "with", "without", "when", "if", "as", "but", "which", "that", "flag", "flags", "option", "options",
    "argument", "arguments", "parameter", "missing", "given", "set", "specified", "supplied",
];

/// Whether a word after a flag goes on with a sentence.
fn is_of_sentence(word: &str) -> bool {
    OF_SENTENCES.contains(&word.trim_end_matches(['.', ',', '!', '?', ':', ';']))
}

/// A flag of a program that stands before it: a file may be called like a program.
fn short(programs: &[(usize, &Program)], words: &[&str], at: usize) -> Option<Spoken> {
    let (word, next) = (*words.get(at)?, words.get(at + 1).copied());
    let commanded = |before: usize, program: &Program| {
        program.command.is_empty() || words.get(before..at).is_some_and(|between| between.contains(&program.command))
    };
    let before = programs.iter().filter(|(before, program)| *before < at && commanded(*before, program));
    before.into_iter().find_map(|(_, program)| {
        // The longest first: `-pass` begins as `-p` does.
        let flag = program.flags.iter().filter(|flag| word.starts_with(**flag)).max_by_key(|flag| flag.len())?;
        let rest = word.strip_prefix(flag)?;
        let (word, start, value) = match (rest.is_empty(), next) {
            (true, Some(next)) if program.separate && !next.starts_with('-') => (at + 1, 0, next),
            (false, _) if program.attached && flag.len() == 2 && !rest.starts_with('-') => {
                let value = rest.strip_prefix('=').unwrap_or(rest);
                (at, word.len() - value.len(), value)
            }
            (false, _) if flag.len() > 2 && rest.starts_with('=') => (at, word.len() - rest.len() + 1, rest.get(1..)?),
            _ => return None,
        };
        let colon = program.cut.start(value)?;
        let secret = value.get(colon..)?;
        // A port, a mode, a mapping of ports (of an address) or a path is none.
        let other = secret.is_empty()
            || secret.contains('/') && matches!(program.cut, Cut::Whole)
            || secret.bytes().all(|byte| byte.is_ascii_digit() || b":.-".contains(&byte))
            || values::is_reference(secret);
        (!other).then(|| Spoken {
            word,
            range: start + colon..start + value.len(),
            flag: (*flag).to_owned(),
            matter: Matter::Password,
            certain: program.certain,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_at_its_place_is_certain_where_the_program_is_started() {
        for (line, want) in [
            ("vault login s3cret00", true),
            ("sudo -E vault login s3cret00", true),
            ("VAULT_ADDR=https://v /usr/bin/vault login s3cret00", true),
            ("then vault login s3cret00", true),
            ("after vault login s3cret00", false),
            ("openssl enc -aes-256-cbc -k s3cret00", true),
            ("openssl x509 -k s3cret00", false),
            ("az keyvault secret set --name n --value s3cret00", true),
            ("az webapp config set --value s3cret00", false),
            ("snmpwalk -v3 -A s3cret00 h", true),
            ("snmpwalk -c s3cret00 h", false),
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(spoken(&words, true).first().map(|spoken| spoken.certain), Some(want), "{line}");
        }
    }

    #[test]
    fn flags_with_secrets_are_known() {
        for (line, want) in [
            ("curl -u deploy:s3cret https://x", Some("s3cret")),
            ("curl --user deploy:s3cret https://x", Some("s3cret")),
            ("curl -udeploy:s3cret x", Some("s3cret")),
            ("mysql -uroot -ps3cret db", Some("s3cret")),
            ("mysql -u root -p db", None),
            ("mysqldump --password=s3cret", Some("s3cret")),
            ("redis-server --requirepass s3cret", Some("s3cret")),
            ("redis-cli -a s3cret ping", Some("s3cret")),
            ("sshpass -p s3cret ssh h", Some("s3cret")),
            ("docker login -u me -p s3cret r", Some("s3cret")),
            ("docker run -p 80:80 x", None),
            ("docker compose -p shop-ci up", None),
            ("docker --context x compose -p shop-ci up", None),
            ("docker -H h login -u me -p s3cret r", Some("s3cret")),
            ("helm registry login r -u me -p s3cret", Some("s3cret")),
            ("oc process -f t.yaml -p NAME=shop1", None),
            ("cf push app -p app1.jar", None),
            ("cf login -u me -p s3cret", Some("s3cret")),
            ("docker run -p 127.0.0.1:9000-9001:8080-8081 x", None),
            ("mkdir -p a/b", None),
            ("docker login --password-stdin", None),
            ("psql --password", None),
            ("err --user and --password are required", None),
            ("need --token, or --password.", None),
            ("tool --password areas", Some("areas")),
            ("tool --token-file x", None),
            ("openssl rsa -passin pass:s3cret", Some("s3cret")),
            ("openssl enc -pass pass:s3cret -in x", Some("s3cret")),
            ("openssl enc -pass pass:\"s3cret\" -in x", Some("s3cret")),
            ("openssl enc -pass pass:\"$PW\" -in x", Some("$PW")),
            ("openssl enc -pass pass: s3cret -in x", Some("s3cret")),
            ("openssl enc -pass pass: -in x", None),
            ("openssl enc -pass env:PW -in x", None),
            ("openssl enc -pass file:key -in x", None),
            ("ldapsearch -D cn=x -w s3cret", Some("s3cret")),
            ("x --db-password $PW", Some("$PW")),
            ("useradd -m -p s3cret bob", Some("s3cret")),
            ("htpasswd -bc /etc/nginx/x admin s3cret", Some("s3cret")),
            ("htpasswd -nbB admin s3cret", Some("s3cret")),
            ("htpasswd -c /etc/nginx/x admin", None),
            ("vault login s3cret", Some("s3cret")),
            ("vault login -method=oidc", None),
            ("vault login -method=userpass username=operator", None),
            ("vault operator unseal dGhpcyBpcyBub3Q=", Some("dGhpcyBpcyBub3Q=")),
            ("vault kv put secret/x door=s3cret", Some("s3cret")),
            ("aws configure set aws_secret_access_key s3cret", Some("s3cret")),
            ("aws configure set region eu-west-1", None),
            ("rootpw --plaintext s3cret", Some("s3cret")),
            ("rootpw s3cret", Some("s3cret")),
            ("d-i passwd/root-password password s3cret", Some("s3cret")),
            ("d-i passwd/user-password-again password s3cret", Some("s3cret")),
            ("d-i passwd/user-fullname string s3cret", None),
            ("mysqladmin -u root password s3cret", Some("s3cret")),
            ("redis-cli CONFIG SET requirepass s3cret", Some("s3cret")),
            ("npm config set //r.example.org/:_authToken s3cret", Some("s3cret")),
            ("npm config set registry https://r.example.org", None),
            ("poetry config http-basic.x u s3cret", Some("s3cret")),
            ("poetry config virtualenvs.create false", None),
            ("pulumi config set aws:region eu-west-1", None),
            ("kubectl create secret generic x --from-literal=door=s3cret", Some("s3cret")),
            ("curl -b session=s3cret https://x", Some("s3cret")),
            ("curl -b jar.txt https://x", None),
            ("smbclient //h/s -U a%s3cret", Some("s3cret")),
            ("sqlplus system/s3cret@//h:1521/x", Some("s3cret@//h:1521/x")),
            ("lftp -u a,s3cret sftp://h", Some("s3cret")),
            ("snmpwalk -v2c -c s3cret h", Some("s3cret")),
            ("openssl enc -aes-256-cbc -k s3cret", Some("s3cret")),
            ("dotnet build -p:Configuration=Release2", None),
            ("tailscale up --authkey s3cret", Some("s3cret")),
            ("run cargo login first", None),
            ("sqlldr userid=hr/s3cret control=x", Some("s3cret")),
            ("rman target sys/s3cret@db", Some("s3cret@db")),
            ("rman target /", None),
            ("ansible-vault encrypt_string s3cret --name x", Some("s3cret")),
            ("ansible-vault encrypt group_vars/all.yml", None),
            ("Join-Path -Path $out -ChildPath unzip", None),
            ("sudo unzip -Ps3cret a.zip", Some("s3cret")),
            ("find /b -name mysql -printf %f", None),
            ("find /b -name x -exec mysql -ps3cret {} +", Some("s3cret")),
            ("xfreerdp /u:a /p:s3cret /v:h", Some("s3cret")),
            ("xfreerdp /u:a /v:h", None),
            ("openssl passwd -1 s3cret", Some("s3cret")),
            ("openssl passwd -6 -salt xyz s3cret", Some("s3cret")),
            ("net use \\\\h\\s s3cret /user:a", Some("s3cret")),
            ("net use \\\\h\\s /user:a s3cret", Some("s3cret")),
            ("net use z: \\\\h\\s s3cret", Some("s3cret")),
            ("net use z: /delete", None),
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            let found = spoken(&words, true);
            let shown = found.first().and_then(|spoken| words[spoken.word].get(spoken.range.clone()));
            assert_eq!(shown, want, "{line}");
        }
    }
}
