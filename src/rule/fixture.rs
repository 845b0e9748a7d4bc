//! The files that show what a rule does: where it fails, where it passes, where it stays open.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::ZlibDecoder;

/// Where a finding is expected: path in the fixture and line; line 0 is the repository itself.
pub type Mark = (String, u32);

/// Files that show what a rule does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixture {
    /// The name of its file or directory: `fail-public.tf`.
    pub name: String,
    /// Paths, as the rule's dialect is to see them, and texts.
    pub files: Vec<(String, String)>,
    /// The text of the `.expect` file beside it, for formats without comments.
    pub expect: Option<String>,
}

/// What a fixture shows, by the word that its name begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// Findings at the marked lines.
    Fail,
    /// Near misses.
    Pass,
    /// What the files do not decide.
    Open,
}

/// Where findings are expected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The places.
    pub marks: BTreeSet<Mark>,
    /// Lines of the `.expect` file that name no place.
    pub unread: Vec<String>,
}

/// Sorts the files below a rule's fixture folder into fixtures: a file is one, and so is a directory with all that is in
/// it. `files` are paths relative to the folder, with their texts.
pub fn fixtures(files: impl IntoIterator<Item = (String, String)>) -> Vec<Fixture> {
    let mut found: BTreeMap<String, Fixture> = BTreeMap::new();
    for (path, text) in files {
        let (name, inside) = path.split_once('/').map_or((path.as_str(), None), |(name, rest)| (name, Some(rest)));
        if let (Some(of), None) = (name.strip_suffix(".expect"), inside) {
            found.entry(of.to_owned()).or_default().expect = Some(text);
        } else {
            let inside = inside.unwrap_or(name).to_owned();
            found.entry(name.to_owned()).or_default().files.push((inside, text));
        }
    }
    found.into_iter().map(|(name, fixture)| Fixture { name, ..fixture }).collect()
}

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fixtures.zz"));

/// The files below the folder of each built-in rule, by its id; unpacked on first use.
static EMBEDDED: LazyLock<BTreeMap<String, Vec<(String, String)>>> = LazyLock::new(|| unpacked(PACKED));

/// The fixtures of a built-in rule.
pub fn builtin(rule: &str) -> Vec<Fixture> {
    #[cfg(not(rules_embedded))]
    if let Some(files) = super::fresh::fixtures(rule) {
        return fixtures(files);
    }
    fixtures(EMBEDDED.get(rule).into_iter().flatten().cloned())
}

fn unpacked(packed: &[u8]) -> BTreeMap<String, Vec<(String, String)>> {
    let mut bytes = Vec::new();
    // Bytes that the program was built with: a test unpacks them.
    let _ = ZlibDecoder::new(packed).read_to_end(&mut bytes);
    let mut rest = bytes.as_slice();
    let mut found: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    while let Some((path, text)) = next(&mut rest).zip(next(&mut rest)) {
        if let Some((rule, inside)) = path.split_once('/') {
            found.entry(rule.to_owned()).or_default().push((inside.to_owned(), text));
        }
    }
    found
}

/// The next text of a packed list, which stands after its length.
fn next(rest: &mut &[u8]) -> Option<String> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (text, after) = after.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    *rest = after;
    Some(String::from_utf8_lossy(text).into_owned())
}

impl Fixture {
    /// What it shows; none where its name does not say.
    pub fn shows(&self) -> Option<Shows> {
        let (word, _) = self.name.split_once('-')?;
        match word {
            "fail" => Some(Shows::Fail),
            "pass" => Some(Shows::Pass),
            "open" => Some(Shows::Open),
            _ => None,
        }
    }

    /// Where it expects findings of a rule.
    pub fn expected(&self, rule: &str) -> Expected {
        let mut expected = Expected::default();
        for (path, text) in &self.files {
            expected.marks.extend(marked_lines(text, rule).into_iter().map(|line| (path.clone(), line)));
        }
        let only = if let [(path, _)] = self.files.as_slice() { path.as_str() } else { "" };
        for line in self.expect.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty()) {
            let (number, path) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
            let path = if path.trim().is_empty() { only } else { path.trim() };
            match number.parse() {
                Ok(0) => drop(expected.marks.insert((String::new(), 0))),
                Ok(number) => drop(expected.marks.insert((path.to_owned(), number))),
                Err(_) => expected.unread.push(line.to_owned()),
            }
        }
        expected
    }
}

/// The words that mark a line, and how many lines further down the marked one is.
pub const WORDS: [(&str, u32); 2] = [("expect:", 0), ("expect-next:", 1)];

/// The lines that `expect: <id>` marks, or that follow an `expect-next: <id>`.
fn marked_lines(text: &str, id: &str) -> Vec<u32> {
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1u32..) {
        for (word, ahead) in WORDS {
            let names = line.split_once(word).map_or("", |(_, names)| names);
            let mut names = names.split([',', ' ']).filter(|name| !name.is_empty());
            if names.any(|name| name == id) {
                lines.push(number + ahead);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::set;

    #[test]
    fn files_and_directories_are_fixtures() {
        let files =
            ["pass-a.tf", "fail-b/Dockerfile", "fail-b/x/y", "fail-b.expect", "pass-c.json", "pass-c.json.expect"];
        let found = fixtures(files.map(|path| (path.to_owned(), path.to_owned())));
        let shown: Vec<(&str, Vec<&str>, Option<&str>)> = found
            .iter()
            .map(|fixture| {
                let files = fixture.files.iter().map(|(path, _)| path.as_str()).collect();
                (fixture.name.as_str(), files, fixture.expect.as_deref())
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("fail-b", vec!["Dockerfile", "x/y"], Some("fail-b.expect")),
                ("pass-a.tf", vec!["pass-a.tf"], None),
                ("pass-c.json", vec!["pass-c.json"], Some("pass-c.json.expect")),
            ]
        );
    }

    #[test]
    fn marks_name_rules_on_their_line_or_the_next() {
        let text = "a # expect: x-y, other\nb\n# expect-next: x-y\nc\nd # expect: x-y-z\ne // expect: other, x-y";
        assert_eq!(marked_lines(text, "x-y"), [1, 4, 6]);
    }

    #[test]
    fn every_built_in_rule_has_its_fixtures_with_it() {
        for rule in set::builtin() {
            let shown: Vec<Shows> = builtin(rule.id).iter().filter_map(Fixture::shows).collect();
            assert!(shown.contains(&Shows::Fail) && shown.contains(&Shows::Pass), "{}", rule.id);
        }
    }
}
