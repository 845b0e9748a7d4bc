//! The actions of AWS with their levels, and the sets of actions by which a holder rises above what was given.
//!
//! The catalogue is packed into the program and unpacked when something is first asked of it that only it can answer.

use std::sync::OnceLock;

use zlib_rs::{InflateConfig, decompress_slice};

/// `service<TAB>Action:level* Action:level …`, one service a line, as gzip.
const PACKED: &[u8] = include_bytes!("../../../data/iam-actions.tsv.gz");

/// One set a line: the action that names it, and what else it takes.
const ESCALATIONS: &str = include_str!("../../../data/iam-escalations.tsv");

/// Most bytes that the catalogue may unpack to.
const MOST: usize = 8 << 20;

/// The window of the deflate format, and 16 more for the header of gzip.
const WINDOW: i32 = 15 + 16;

/// What an action does, as AWS classes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It reads data.
    Read,
    /// It lists what there is.
    List,
    /// It changes something.
    Write,
    /// It changes who may do what.
    Permissions,
    /// It changes tags.
    Tagging,
}

/// The text of a catalogue: a line for each service, which is only taken apart when it is asked for.
#[derive(Debug, Default)]
pub struct Catalogue {
    text: String,
}

/// The actions of a service.
#[derive(Clone, Copy, Debug)]
pub struct Actions<'c> {
    text: &'c str,
}

impl Level {
    /// Every level.
    pub const ALL: [Level; 5] = [Level::Read, Level::List, Level::Write, Level::Permissions, Level::Tagging];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Read => "read",
            Level::List => "list",
            Level::Write => "write",
            Level::Permissions => "permissions",
            Level::Tagging => "tagging",
        }
    }

    fn of(letter: &str) -> Option<Level> {
        Some(match letter.trim_end_matches('*') {
            "r" => Level::Read,
            "l" => Level::List,
            "w" => Level::Write,
            "p" => Level::Permissions,
            "t" => Level::Tagging,
            _ => return None,
        })
    }
}

impl Catalogue {
    /// The catalogue of the program.
    pub fn known() -> &'static Catalogue {
        static KNOWN: OnceLock<Catalogue> = OnceLock::new();
        KNOWN.get_or_init(|| Catalogue { text: unpacked(PACKED) })
    }

    /// A catalogue from its text.
    pub fn read(text: &str) -> Catalogue {
        Catalogue { text: text.to_owned() }
    }

    /// The services, each with its actions.
    pub fn services(&self) -> impl Iterator<Item = (&str, Actions<'_>)> {
        let lines = self.text.lines().filter_map(|line| line.split_once('\t'));
        lines.map(|(service, actions)| (service, Actions { text: actions }))
    }
}

impl<'c> Actions<'c> {
    /// Each action with its level.
    pub fn iter(self) -> impl Iterator<Item = (&'c str, Level)> {
        self.text.split(' ').filter_map(|action| {
            let (name, level) = action.split_once(':')?;
            Some((name, Level::of(level)?))
        })
    }
}

/// The sets of actions with which one rises, the action that names each first.
pub fn escalations() -> &'static [Vec<&'static str>] {
    static SETS: OnceLock<Vec<Vec<&'static str>>> = OnceLock::new();
    SETS.get_or_init(|| {
        let lines = ESCALATIONS.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        lines.map(|line| line.split('\t').collect()).collect()
    })
}

/// The text of a gzip file, whose last four bytes say how long it is; empty where it is none.
fn unpacked(packed: &[u8]) -> String {
    let length = packed.last_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize);
    let mut bytes = vec![0; length.min(MOST)];
    let (text, _) = decompress_slice(&mut bytes, packed, InflateConfig { window_bits: WINDOW });
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The level of an action that is known.
    fn level(action: &str) -> Option<Level> {
        let (service, name) = action.split_once(':')?;
        let (_, actions) = Catalogue::known().services().find(|(known, _)| *known == service)?;
        actions.iter().find(|(known, _)| *known == name).map(|(_, level)| level)
    }

    #[test]
    fn the_catalogue_knows_actions_and_their_levels() {
        assert!(Catalogue::known().services().count() > 300);
        for (action, want) in [
            ("s3:GetObject", Level::Read),
            ("s3:ListBucket", Level::List),
            ("s3:PutObject", Level::Write),
            ("iam:AttachUserPolicy", Level::Permissions),
            ("ec2:CreateTags", Level::Tagging),
        ] {
            assert_eq!(level(action), Some(want), "{action}");
        }
    }

    #[test]
    fn the_sets_name_actions_that_there_are() {
        assert!(escalations().len() > 30);
        for action in escalations().iter().flatten() {
            assert!(level(action).is_some(), "{action} is no action");
        }
    }

    #[test]
    fn what_is_no_gzip_is_nothing() {
        assert_eq!(unpacked(b""), "");
        assert_eq!(unpacked(b"abcdefgh\x08\0\0\0"), "");
    }
}
