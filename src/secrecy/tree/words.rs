//! Words of commands that are lists: which of them hold a secret.

use super::super::flags;
use crate::document::Node;

/// Which words of a command hold a secret.
pub fn secret_words(items: &[Node]) -> Vec<usize> {
    let words: Vec<&str> = items.iter().map(|item| item.as_str().unwrap_or("")).collect();
    flags::spoken(&words, true).into_iter().map(|spoken| spoken.word).collect()
}

/// So many words of a long command are looked at where one of them is asked about: those that it begins with, and those before the
/// word. A list of thousands of texts, each of which is asked about, is no command.
const BEGINNING: usize = 16;
const BEFORE: usize = 256;

/// Whether a word of a command holds a secret.
pub fn is_secret_word(items: &[Node], at: usize) -> bool {
    if items.len() <= BEFORE {
        return secret_words(items).contains(&at);
    }
    let from = at.saturating_sub(BEFORE);
    let head = from.min(BEGINNING);
    let near = items.get(..head).unwrap_or(&[]).iter().chain(items.get(from..=at).unwrap_or(&[]));
    let words: Vec<&str> = near.map(|item| item.as_str().unwrap_or("")).collect();
    flags::spoken(&words, true).into_iter().any(|spoken| spoken.word + 1 == words.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    #[test]
    fn a_word_of_a_long_command_is_secret_as_one_of_a_short_one_is() {
        let span = Span::new(FileId(0), 0, 1);
        let filler = std::iter::repeat_n("run", 3 * BEFORE);
        let command = ["mysqldump", "-ppw", "--password", "s3cret"];
        let words: Vec<Node> = command[..2]
            .iter()
            .copied()
            .chain(filler)
            .chain(command[2..].iter().copied())
            .map(|word| Node::text(word, span))
            .collect();
        let last = words.len() - 1;
        assert!(is_secret_word(&words, last) && !is_secret_word(&words, last - 1) && !is_secret_word(&words, last - 9));
        let short: Vec<Node> = command.iter().map(|word| Node::text(*word, span)).collect();
        let told: Vec<usize> = (0..short.len()).filter(|at| is_secret_word(&short, *at)).collect();
        assert_eq!(told, secret_words(&short));
    }
}
