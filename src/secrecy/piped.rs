//! Secrets that a command writes to another one: `echo X | chpasswd`, `docker login --password-stdin <<< X`,
//! `echo X > /run/secrets/db_password`, `--password-command "echo X"`.

use std::ops::Range;

use super::commands::{ASKERS, CERTAIN_READERS, LINES, READERS, TAKERS};
use super::lexical::{floor, words};
use super::names::{Matter, named};
use super::values;

/// How far from what is written its reader is looked for, in bytes.
const NEAR: usize = 400;

/// Most lines of a heredoc.
const MOST_LINES: usize = 40;

/// What is written to a reader of secrets.
pub(super) struct Written {
    /// Where it stands.
    pub range: Range<usize>,
    /// What reads it, where that certainly takes it for a secret; else it is only suspected.
    pub reader: Option<&'static str>,
}

/// What a command that is to print a secret is called.
const ASKED_FOR: &str = "--password-command";

/// The secrets among the words of an `echo` or `printf` that begins at a place.
pub(super) fn echoed(text: &str, at: usize, found: &mut Vec<Written>) {
    let written = words(text, at);
    let Some(last) = written.last() else { return };
    if is_asked_for(text, at) {
        return tell(text, written.get(1..).unwrap_or(&[]), ASKED_FOR, found);
    }
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

/// Whether the command at a place stands where a command is given that prints a secret.
fn is_asked_for(text: &str, at: usize) -> bool {
    let before = text.get(floor(text, at.saturating_sub(80))..at).unwrap_or("");
    let before = before.trim_end_matches(['"', '\'', '\\', ' ', '\t', '=', ':', ',', '[', '(', '$']);
    let lower = before.to_ascii_lowercase();
    before.len() < at && ASKERS.iter().any(|name| lower.ends_with(name))
}

/// What stands before a place on its line.
fn line_before(text: &str, at: usize) -> &str {
    let before = text.get(floor(text, at.saturating_sub(NEAR))..at).unwrap_or("");
    before.rfind('\n').and_then(|start| before.get(start..)).unwrap_or(before)
}

/// The secrets in the lines of the heredoc that begins at a place, where a reader of secrets stands on its line.
pub(super) fn heredoc(text: &str, at: usize, found: &mut Vec<Written>) {
    let rest = text.get(at..floor(text, at + NEAR)).unwrap_or("");
    let Some((head, _)) = rest.split_once('\n') else { return };
    let marker = head.trim_start_matches(['<', '-', '~']).trim_start().trim_start_matches(['"', '\'', '\\']);
    let marker: String = marker.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let line = format!("{} {head}", line_before(text, at));
    let Some(reader) = TAKERS.iter().find(|taker| line.contains(**taker)).filter(|_| !marker.is_empty()) else {
        return;
    };
    let mut start = at + head.len() + 1;
    for line in text.get(start..).unwrap_or("").split('\n').take(MOST_LINES) {
        if line.trim().trim_matches(['"', '\'']) == marker {
            return;
        }
        tell(text, &words(text, start), reader, found);
        start += line.len() + 1;
    }
}

/// The secret in the here-string that begins at a place.
pub(super) fn here(text: &str, at: usize, found: &mut Vec<Written>) {
    let line = line_before(text, at);
    let reader = reader(line).or_else(|| reads_secret(line).then_some(""));
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

/// Whether a line reads into a variable whose name says that it is secret.
fn reads_secret(line: &str) -> bool {
    let mut words = line.split_whitespace().rev();
    words.next().is_some_and(|variable| named(variable).is_some()) && words.any(|word| word == "read")
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
fn tell(text: &str, written: &[Range<usize>], reader: &'static str, found: &mut Vec<Written>) {
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
            // A text that looks chosen is no answer to a question of the reader.
            let is_certain = reader == ASKED_FOR || CERTAIN_READERS.contains(&reader);
            let reader = Some(reader).filter(|_| is_certain && values::is_chosen(secret));
            found.push(Written { range: word.start + start..word.end, reader });
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
            "cat <<E | chpasswd\nroot:S\nE",
            "chpasswd <<-'EOF'\n  app:x\n  root:S\n  EOF",
            "docker login -u me --password-stdin <<EOF\nS\nEOF",
            "read -r TOKEN <<< \"S\"",
            "restic --password-command \"echo S\" backup /x",
            "restic --password-command='printf S' backup /x",
            "export RESTIC_PASSWORD_COMMAND=\"echo S\"",
            "BORG_PASSCOMMAND='echo S' borg create",
        ] {
            for secret in ["mAdeUp7vT4mK9p08xW2rL8c", "Winter24Rain!"] {
                let planted = text.replace("S\"", &format!("{secret}\"")).replace("S'", &format!("{secret}'"));
                let planted =
                    planted.replace(":S\n", &format!(":{secret}\n")).replace("\nS\n", &format!("\n{secret}\n"));
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
            "read -r LINE <<< \"installing-release-24\"",
            "restic --password-command \"pass show backup-24\"",
            "su - app <<EOF\n./start-release-24\nEOF",
            "cat <<EOF > notes\nroot:winter-release-24\nEOF",
        ] {
            assert_eq!(concealed(text), text);
        }
    }
}
