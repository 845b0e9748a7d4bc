//! Secrets among the words of a command: `mysql -pX`, `curl -u user:X`, `--requirepass X`.

use std::ops::Range;

use super::names::{Matter, named};
use super::values;

/// Programs with a flag of one letter whose argument is secret; the names end with `*` where others follow.
struct Program {
    names: &'static [&'static str],
    /// The flags.
    flags: &'static [&'static str],
    /// Whether the argument may stand right behind the flag.
    attached: bool,
    /// Whether the argument may be the next word.
    separate: bool,
    /// Whether it is secret only from its first colon on (`user:password`).
    colon: bool,
}

const fn program(names: &'static [&'static str], flags: &'static [&'static str]) -> Program {
    Program { names, flags, attached: true, separate: true, colon: false }
}

const PROGRAMS: &[Program] = &[
    // With a blank between, the word is the name of a database.
    Program { separate: false, ..program(&["mysql*", "mariadb*", "innobackupex", "xtrabackup", "mydumper"], &["-p"]) },
    program(
        &[
            "sshpass",
            "mongo*",
            "sqlcmd",
            "bcp",
            "osql",
            "7z*",
            "7za",
            "unrar",
            "docker",
            "podman",
            "nerdctl",
            "buildah",
            "skopeo",
            "helm",
            "crane",
            "oras",
            "az",
            "oc",
            "ldappasswd",
            "couchbase-cli",
            "influx",
            "jfrog",
            "cf",
        ],
        &["-p"],
    ),
    program(&["sqlcmd", "bcp", "osql", "unzip", "zip", "smbclient", "openssl-pass"], &["-P"]),
    program(&["redis-cli", "redis-benchmark"], &["-a"]),
    program(&["ldap*"], &["-w"]),
    program(&["etcdctl"], &["--user"]),
    Program {
        colon: true,
        ..program(&["curl", "wget", "http", "https", "xh"], &["-u", "-U", "--user", "--proxy-user", "-a", "--auth"])
    },
    Program { colon: true, ..program(&["smbclient"], &["-U"]) },
    Program { colon: true, separate: true, ..program(&["openssl*"], &["-passin", "-passout", "-pass", "-k"]) },
];

/// Flags in full which hold `user:password`.
const PAIRS: &[&str] = &["--user", "--proxy-user", "--userpwd", "--auth", "--basic-auth", "--creds", "--credentials"];

impl Program {
    fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|known| match known.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == *known,
        })
    }
}

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
}

/// The secrets among the words of a command: whatever stands where one is expected, references included.
pub(super) fn spoken(words: &[&str]) -> Vec<Spoken> {
    let mut found = Vec::new();
    let names = words.iter().take(64).map(|word| word.rsplit('/').next().unwrap_or(word)).enumerate();
    let programs: Vec<(usize, &Program)> = names
        .flat_map(|(at, name)| {
            PROGRAMS.iter().filter(move |program| program.is_called(name)).map(move |program| (at, program))
        })
        .collect();
    let mut skip = false;
    for (at, word) in words.iter().enumerate() {
        if std::mem::take(&mut skip) || !word.starts_with('-') {
            continue;
        }
        let next = words.get(at + 1).copied();
        if let Some(spoken) = long(at, word, next).or_else(|| short(&programs, at, word, next)) {
            skip = spoken.word > at;
            found.push(spoken);
        }
    }
    found
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
        None => (at + 1, 0, next.filter(|next| !next.starts_with('-'))?),
    };
    let colon = if matter.is_none() { value.find(':')? + 1 } else { 0 };
    Some(Spoken {
        word,
        range: start + colon..start + value.len(),
        flag: flag.to_owned(),
        matter: matter.unwrap_or(Matter::Password),
    })
}

/// A flag of a program that stands before it: a file may be called like a program.
fn short(programs: &[(usize, &Program)], at: usize, word: &str, next: Option<&str>) -> Option<Spoken> {
    programs.iter().filter(|(before, _)| *before < at).find_map(|(_, program)| {
        let flag = program.flags.iter().find(|flag| word.starts_with(**flag))?;
        let rest = word.strip_prefix(flag)?;
        let (word, start, value) = match (rest.is_empty(), next) {
            (true, Some(next)) if program.separate && !next.starts_with('-') => (at + 1, 0, next),
            (false, _) if program.attached && flag.len() == 2 => {
                let value = rest.strip_prefix('=').unwrap_or(rest);
                (at, word.len() - value.len(), value)
            }
            _ => return None,
        };
        let colon = if program.colon { value.find(':')? + 1 } else { 0 };
        let secret = value.get(colon..)?;
        // A port, a mode, a mapping of ports (of an address) or a path is none.
        let other = secret.is_empty()
            || secret.contains('/') && !program.colon
            || secret.bytes().all(|byte| byte.is_ascii_digit() || b":.-".contains(&byte))
            || values::is_reference(secret);
        (!other).then(|| Spoken {
            word,
            range: start + colon..start + value.len(),
            flag: (*flag).to_owned(),
            matter: Matter::Password,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("docker run -p 127.0.0.1:9000-9001:8080-8081 x", None),
            ("mkdir -p a/b", None),
            ("docker login --password-stdin", None),
            ("psql --password", None),
            ("tool --token-file x", None),
            ("openssl rsa -passin pass:s3cret", Some("s3cret")),
            ("ldapsearch -D cn=x -w s3cret", Some("s3cret")),
            ("x --db-password $PW", Some("$PW")),
            ("Join-Path -Path $out -ChildPath unzip", None),
            ("sudo unzip -Ps3cret a.zip", Some("s3cret")),
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            let found = spoken(&words);
            let shown = found.first().and_then(|spoken| words[spoken.word].get(spoken.range.clone()));
            assert_eq!(shown, want, "{line}");
        }
    }
}
