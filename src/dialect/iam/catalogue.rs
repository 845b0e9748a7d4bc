//! The actions of AWS with their levels, and the sets of actions by which a holder rises above what was given.
//!
//! The catalogue is packed into the program and unpacked when something is first asked of it that only it can answer.

use std::collections::BTreeMap;
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

/// Actions by service, in lower case.
#[derive(Debug, Default)]
pub struct Catalogue {
    services: BTreeMap<Box<str>, Vec<(Box<str>, Level)>>,
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
        KNOWN.get_or_init(|| Catalogue::read(&unpacked(PACKED)))
    }

    /// A catalogue from its text.
    pub fn read(text: &str) -> Catalogue {
        let mut catalogue = Catalogue::default();
        for (service, actions) in text.lines().filter_map(|line| line.split_once('\t')) {
            let actions = actions.split(' ').filter_map(|action| {
                let (name, level) = action.split_once(':')?;
                Some((name.to_ascii_lowercase().into(), Level::of(level)?))
            });
            catalogue.services.insert(service.to_ascii_lowercase().into(), actions.collect());
        }
        catalogue
    }

    /// The services with their actions, each in lower case.
    pub fn services(&self) -> impl Iterator<Item = (&str, &[(Box<str>, Level)])> {
        self.services.iter().map(|(service, actions)| (&**service, actions.as_slice()))
    }

    /// The actions of a service, which is named in lower case.
    pub fn actions(&self, service: &str) -> &[(Box<str>, Level)] {
        self.services.get(service).map_or(&[], Vec::as_slice)
    }
}

/// The sets of actions with which one rises: each in lower case, the action that names it first.
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

    #[test]
    fn the_catalogue_knows_actions_and_their_levels() {
        let known = Catalogue::known();
        assert!(known.services().count() > 300);
        for (service, action, want) in [
            ("s3", "getobject", Level::Read),
            ("s3", "listbucket", Level::List),
            ("s3", "putobject", Level::Write),
            ("iam", "attachuserpolicy", Level::Permissions),
            ("ec2", "createtags", Level::Tagging),
        ] {
            let found = known.actions(service).iter().find(|(name, _)| &**name == action);
            assert_eq!(found.map(|(_, level)| *level), Some(want), "{service}:{action}");
        }
    }

    #[test]
    fn the_sets_name_actions_that_there_are() {
        assert!(escalations().len() > 30);
        for action in escalations().iter().flatten() {
            let (service, name) = action.split_once(':').unwrap();
            let name = name.to_ascii_lowercase();
            let known = Catalogue::known().actions(service).iter().any(|(known, _)| **known == *name);
            assert!(known, "{action} is no action");
        }
    }

    #[test]
    fn what_is_no_gzip_is_nothing() {
        assert_eq!(unpacked(b""), "");
        assert_eq!(unpacked(b"abcdefgh\x08\0\0\0"), "");
    }
}
