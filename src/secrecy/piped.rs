//! Secrets that a command writes to another one: `echo X | chpasswd`, `docker login --password-stdin <<< X`,
//! `echo X > /run/secrets/db_password`.

use std::ops::Range;

use super::commands::{LINES, READERS};
use super::lexical::{floor, words};
use super::names::{Matter, named};
use super::values;

/// How far from what is written its reader is looked for, in bytes.
const NEAR: usize = 400;

/// The secrets among the words of an `echo` or `printf` that begins at a place.
pub(super) fn echoed(text: &str, at: usize, found: &mut Vec<Range<usize>>) {
    let written = words(text, at);
    let Some(last) = written.last() else { return };
    // Words end where quotes do, which stand before the pipe.
    let ahead = text.get(last.end..floor(text, last.end + NEAR)).unwrap_or("");
    let line = ahead.find('\n').and_then(|end| ahead.get(..end)).unwrap_or(ahead);
    let behind = line.trim_start_matches(['"', '\'', ' ', '\t', '\\', ')']);
    let to_file = written.iter().position(|word| text.get(word.clone()).is_some_and(|word| word.starts_with('>')));
    if behind.starts_with('|') {
        let Some(reader) = reader(behind) else { return };
        tell(text, written.get(1..).unwrap_or(&[]), reader, found);
    } else if let Some(to) = to_file {
        let path = written.iter().skip(to).map(|word| text.get(word.clone()).unwrap_or("")).collect::<String>();
        if is_for_secrets(path.trim_start_matches('>')) {
            tell(text, written.get(1..to).unwrap_or(&[]), "", found);
        }
    }
}

/// The secret in the here-string that begins at a place.
pub(super) fn here(text: &str, at: usize, found: &mut Vec<Range<usize>>) {
    let before = text.get(floor(text, at.saturating_sub(NEAR))..at).unwrap_or("");
    let line = before.rfind('\n').and_then(|start| before.get(start..)).unwrap_or(before);
    let reader = reader(line);
    let to_file = line.contains("tee ") && is_for_secrets(line.trim_end().rsplit(' ').next().unwrap_or(""));
    if reader.is_some() || to_file {
        let start = at + "<<<".len();
        let quote = text.get(start..).unwrap_or("").trim_start().starts_with(['"', '\'']);
        let mut value = words(text, start);
        if !quote {
            value.truncate(1);
        }
        tell(text, &value, reader.unwrap_or(""), found);
    }
}

fn reader(line: &str) -> Option<&'static str> {
    READERS.iter().find(|reader| line.contains(**reader)).copied()
}

/// Whether a path says that what is in the file is secret.
fn is_for_secrets(path: &str) -> bool {
    let path = path.trim_matches(['"', '\'', ' ']);
    let name = path.rsplit('/').next().unwrap_or("");
    let stem = name.split('.').find(|part| !part.is_empty()).unwrap_or("");
    path.contains("/secrets/")
        || named(stem).is_some()
        || [".key", ".token", ".passwd"].iter().any(|end| name.ends_with(end))
}

/// Hides what is written, of which a reader may take a part for secret only.
fn tell(text: &str, written: &[Range<usize>], reader: &str, found: &mut Vec<Range<usize>>) {
    let sign = LINES.iter().find(|(name, _)| *name == reader).map(|(_, sign)| *sign);
    let plain = written.iter().filter(|word| text.get((*word).clone()).is_some_and(|word| !word.starts_with('-')));
    let words: Vec<&Range<usize>> = plain.collect();
    let words = if sign == Some(' ') { words.last().into_iter().copied().collect() } else { words };
    for word in words {
        let value = text.get(word.clone()).unwrap_or("");
        let start = match sign {
            Some(':') => value.find(':').map_or(0, |at| at + 1),
            _ => 0,
        };
        let secret = value.get(start..).unwrap_or("");
        if !secret.contains('%') && values::nature(secret, Matter::Password).is_hidden() {
            found.push(word.start + start..word.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::secrecy::concealed;

    #[test]
    fn what_is_written_to_readers_of_secrets_is_hidden() {
        let mut wrong = Vec::new();
        for text in [
            "RUN echo \"root:S\" | chpasswd",
            "RUN echo root:S | chpasswd",
            "echo 'root:S' | sudo chpasswd -e",
            "printf 'root:%s' S | chpasswd",
            "chpasswd <<< \"root:S\"",
            "echo S | passwd --stdin root",
            "echo \"S\" | docker login -u me --password-stdin r.example.org",
            "docker login -u me --password-stdin <<< \"S\"",
            "echo S | gpg --batch --passphrase-fd 0 -d x",
            "echo -n \"S\" | gcloud secrets create x --data-file=-",
            "echo \"x x/root_password password S\" | debconf-set-selections",
            "echo S | sudo -S apt-get update",
            "gh auth login --with-token <<< S",
            "echo \"S\" > /run/secrets/db_password",
            "echo S > /etc/app/secret.key",
            "tee /root/.vault-token <<< S",
            "sh -c \"echo root:S | chpasswd\"",
        ] {
            for secret in ["mAdeUp7vT4mK9p08xW2rL8c", "Winter24Rain!"] {
                let planted = text.replace("S\"", &format!("{secret}\"")).replace("S'", &format!("{secret}'"));
                let planted = planted.replace(" S ", &format!(" {secret} ")).replace(":S ", &format!(":{secret} "));
                let planted = match planted.strip_suffix(" S") {
                    Some(rest) => format!("{rest} {secret}"),
                    None => planted,
                };
                let shown = concealed(&planted);
                if !planted.contains(secret) || shown.contains(secret.get(..8).unwrap()) {
                    wrong.push(format!("{planted} shows {shown}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_is_only_written_is_shown() {
        for text in [
            "echo \"installing release-24 now\" | tee log",
            "echo done > /tmp/out.txt",
            "cat password.txt | docker login -u me --password-stdin",
            "echo $PASSWORD | docker login -u me --password-stdin",
            "echo \"${PASSWORD}\" | chpasswd",
        ] {
            assert_eq!(concealed(text), text);
        }
    }
}
