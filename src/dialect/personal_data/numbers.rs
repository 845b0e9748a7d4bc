//! Numbers of people that can be told from made-up ones: bank accounts and cards by their check digits, telephone
//! numbers by what is reserved for films.

/// Numbers that banks and payment services publish for tests.
const PUBLISHED: &[&str] = &[
    "GB82WEST12345698765432",
    "GB29NWBK60161331926819",
    "GB33BUKB20201555555555",
    "DE89370400440532013000",
    "DE75512108001245126199",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
    "NL02ABNA0123456789",
    "BE68539007547034",
    "ES9121000418450200051332",
    "IT60X0542811101000000123456",
    "AT611904300234573201",
    "CH9300762011623852957",
    "4242424242424242",
    "4000056655665556",
    "4012888888881881",
    "4111111111111111",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "5200828282828210",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "6011000990139424",
    "3056930009020004",
    "3566002020360505",
    "30569309025904",
    "38520000023237",
    "3530111333300000",
];

/// Countries of bank accounts and the lengths of their numbers.
const LENGTHS: &[(&str, usize)] = &[
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
];

/// The kind of the first number of a line that looks like a real person's.
pub(super) fn kind(line: &str) -> Option<&'static str> {
    if groups(line, |c| c.is_ascii_alphanumeric()).any(|text| is_account(&text)) {
        Some("iban")
    } else if groups(line, |c| c.is_ascii_digit()).any(|text| is_card(&text)) {
        Some("card")
    } else {
        line.match_indices('+').any(|(at, _)| line.get(at + 1..).is_some_and(is_telephone)).then_some("telephone")
    }
}

/// Runs of characters with single blanks or hyphens between groups of four, without these; and the words themselves.
fn groups(line: &str, counts: fn(char) -> bool) -> impl Iterator<Item = String> {
    let words: Vec<&str> = line.split(move |c: char| !(counts(c) || matches!(c, ' ' | '-'))).collect();
    words.into_iter().flat_map(move |run| {
        let joined: String = run.chars().filter(|c| counts(*c)).collect();
        let single = run.split([' ', '-']).map(str::to_owned);
        std::iter::once(joined).chain(single).collect::<Vec<_>>()
    })
}

fn is_account(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let country = upper.get(..2).unwrap_or("");
    let length = LENGTHS.iter().find(|(code, _)| *code == country).map(|(_, length)| *length);
    if length != Some(upper.len()) || PUBLISHED.contains(&upper.as_str()) {
        return false;
    }
    let (Some(head), Some(rest)) = (upper.get(..4), upper.get(4..)) else { return false };
    // Letters count from 10 on; the remainder of the whole by 97 is 1.
    let remainder = rest.chars().chain(head.chars()).try_fold(0_u32, |sum, c| {
        let digit = c.to_digit(36)?;
        Some(if digit < 10 { (sum * 10 + digit) % 97 } else { (sum * 100 + digit) % 97 })
    });
    remainder == Some(1)
}

fn is_card(text: &str) -> bool {
    let issuer =
        ["4", "51", "52", "53", "54", "55", "34", "37", "6011", "65"].iter().any(|start| text.starts_with(start));
    let length = match text.get(..1) {
        Some("3") => text.len() == 15,
        _ => text.len() == 16,
    };
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|_| issuer && length && !PUBLISHED.contains(&text)) else { return false };
    let doubled = |(at, digit): (usize, &u32)| match (at % 2, digit * 2) {
        (1, double) if double > 9 => double - 9,
        (1, double) => double,
        _ => *digit,
    };
    let distinct: std::collections::BTreeSet<&u32> = digits.iter().collect();
    distinct.len() > 4 && digits.iter().rev().enumerate().map(doubled).sum::<u32>().is_multiple_of(10)
}

/// An international number after its plus sign: 8 to 14 digits, none of those that are reserved for films and none
/// that only counts up.
fn is_telephone(text: &str) -> bool {
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')'))).unwrap_or(text.len());
    let digits: String = text.get(..end).unwrap_or("").chars().filter(char::is_ascii_digit).collect();
    let films = ["447700900", "442079460", "493023125", "336399800", "614911570", "33199000", "33261910", "33353010"];
    let reserved = films.iter().any(|start| digits.starts_with(start))
        || (digits.starts_with('1') && digits.get(4..7) == Some("555"));
    let counted = ["12345", "23456", "34567", "45678", "56789", "98765", "00000", "11111", "55555", "99999"];
    (8..=14).contains(&digits.len())
        && !digits.starts_with('0')
        && !reserved
        && !counted.iter().any(|run| digits.contains(run))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_decide() {
        for (line, want) in [
            ("DE02120300000000202051", Some("iban")),
            ("de02 1203 0000 0000 2020 51", Some("iban")),
            ("DE02120300000000202052", None),
            ("DE89370400440532013000", None),
            ("XX02120300000000202051", None),
            ("card 4539 5780 9301 2479 valid", None),
            ("4539578763621486", Some("card")),
            ("4539578763621487", None),
            ("4111 1111 1111 1111", None),
            ("+49 171 2839471", Some("telephone")),
            ("+1 (202) 555-0143", None),
            ("+44 7700 900123", None),
            ("+1234567890", None),
            ("2 + 30 = 32", None),
        ] {
            assert_eq!(kind(line), want, "{line}");
        }
    }
}
