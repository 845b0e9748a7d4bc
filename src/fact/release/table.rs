//! Until which day releases get fixes, read from `data/end-of-life.toml` when the program is built.

/// Something that is released in cycles, each of which gets fixes for a while.
#[derive(Debug)]
pub struct Product {
    /// Its name in the table.
    pub id: &'static str,
    /// What people call it, so that the name of a cycle may follow.
    pub name: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// On which day the table was what the source says.
    pub checked: &'static str,
    /// Whether a version is the whole name of a cycle.
    pub exact: bool,
    /// The repositories of images that hold it: on Docker Hub, or with their host.
    pub images: &'static [&'static str],
    /// What files with the versions of tools call it.
    pub tools: &'static [&'static str],
    /// Its cycles; the one that gets fixes for longest comes first.
    pub cycles: &'static [Cycle],
}

/// A line of releases.
#[derive(Debug)]
pub struct Cycle {
    /// The version that all of its releases begin with; `*` for any.
    pub name: &'static str,
    /// The last day with fixes.
    pub ends: &'static str,
    /// Further names: a code name, the major version that it is the last cycle of.
    pub also: &'static [&'static str],
}

include!(concat!(env!("OUT_DIR"), "/releases.rs"));

/// Stands in a version for what is not known of it; no file writes it.
pub const HOLE: &str = "\u{0}";

/// What a version says of the cycle that it is of.
#[derive(Clone, Copy, Debug)]
pub enum Named {
    /// It is this one.
    Cycle(&'static Cycle),
    /// It names none that is known.
    None,
    /// What is not known of the version decides.
    Open,
}

/// The product of a name in the table.
pub fn product(id: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.id == id)
}

/// The product that a file with versions of tools calls so.
pub fn of_tool(name: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.tools.contains(&name))
}

impl Product {
    /// The cycle of a version as people write it: `v16.20.2`, `16-lts`, `3.10.x`, `bookworm-slim`, `lts/gallium`.
    pub fn cycle(&self, version: &str) -> Named {
        if let [any @ Cycle { name: "*", .. }] = self.cycles {
            return Named::Cycle(any);
        }
        let lower = version.trim().to_ascii_lowercase();
        let Some(plain) = self.plain(&lower) else { return Named::None };
        let names = self.cycles.iter().flat_map(|cycle| {
            let also = cycle.also.iter().map(move |name| (cycle, *name, true));
            std::iter::once((cycle, cycle.name, false)).chain(also)
        });
        let found = names.clone().filter(|(_, name, also)| self.is_of(plain, name, *also));
        let found = found.max_by_key(|(_, name, _)| name.len()).map(|(cycle, ..)| cycle);
        let known = plain.split_once(HOLE).map(|(known, _)| known);
        if known.is_some_and(|known| names.clone().any(|(_, name, _)| name.starts_with(known))) {
            return Named::Open;
        }
        found.map_or(Named::None, Named::Cycle)
    }

    /// A version without what may stand before it; none for ranges, which name no one version.
    fn plain<'v>(&self, version: &'v str) -> Option<&'v str> {
        if version.contains(['<', '>', '|', ',']) || version.contains(char::is_whitespace) {
            return None;
        }
        let own = self.tools.iter().chain([&self.id]).filter_map(|name| version.strip_prefix(name));
        let is_version = |rest: &&str| rest.starts_with(|next: char| next.is_ascii_digit());
        let own = own.map(|rest| rest.trim_start_matches('-')).find(is_version);
        let version = own.filter(|_| !self.exact).unwrap_or(version);
        let version = ["lts/", "lts-"].iter().find_map(|start| version.strip_prefix(start)).unwrap_or(version);
        // A caret keeps the major version, and so the cycle where one is a major version.
        let caret =
            version.strip_prefix('^').filter(|_| self.cycles.first().is_some_and(|cycle| !cycle.name.contains('.')));
        let version = caret.unwrap_or(version).trim_start_matches(['~', '=']);
        Some(version.strip_prefix('v').filter(is_version).unwrap_or(version))
    }

    /// Whether a version is one of the cycle of a name.
    fn is_of(&self, version: &str, name: &str, also: bool) -> bool {
        let Some(rest) = version.strip_prefix(name) else { return false };
        let mut after = rest.chars();
        let Some(next) = after.next() else { return true };
        let ends = if name.ends_with(|last: char| last.is_ascii_digit()) {
            !next.is_ascii_digit()
        } else {
            !next.is_ascii_alphanumeric()
        };
        // `2` stands for the last cycle of that major version, `2.5` does not.
        let more = also && next == '.' && after.next().is_some_and(|digit| digit.is_ascii_digit());
        !self.exact && ends && !more && !rest.starts_with(HOLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date;
    use std::collections::BTreeSet;

    /// A table that nobody looked at for so long says too little of what has ended since.
    const OLDEST: i32 = 120;

    /// The day of what is tested: that of the newest commit, so that a checkout passes for as long as it passed once, and the
    /// day of the clock where there is no commit or `ANNEXA_TABLES_TODAY` is set (a scheduled job asks so).
    fn day_of_tree() -> Date {
        let clock = || {
            let now = jiff::Timestamp::try_from(std::time::SystemTime::now()).unwrap();
            jiff::tz::Offset::UTC.to_datetime(now).date()
        };
        if std::env::var_os("ANNEXA_TABLES_TODAY").is_some() {
            return clock();
        }
        let git = std::process::Command::new("git")
            .args(["-C", env!("CARGO_MANIFEST_DIR"), "log", "-1", "--format=%cs"])
            .output();
        let day = git.ok().and_then(|told| String::from_utf8(told.stdout).ok()).and_then(|day| day.trim().parse().ok());
        day.unwrap_or_else(clock)
    }

    #[test]
    fn every_product_was_compared_with_its_source_not_long_ago() {
        let today = day_of_tree();
        for product in PRODUCTS {
            assert!(product.source.starts_with("https://"), "{}: no source", product.id);
            let checked: Date = product.checked.parse().unwrap_or_else(|error| panic!("{}: {error}", product.id));
            let age = today.since(checked).unwrap().get_days();
            assert!(age <= OLDEST, "{}: compare data/end-of-life.toml with {} again", product.id, product.source);
        }
    }

    #[test]
    fn rows_have_days_and_stand_in_their_order() {
        for product in PRODUCTS {
            assert!(!product.name.is_empty() && !product.cycles.is_empty(), "{}", product.id);
            let days: Vec<Date> = product.cycles.iter().map(|cycle| cycle.ends.parse().unwrap()).collect();
            assert!(days.is_sorted_by(|a, b| a >= b), "{}: the longest maintained cycle comes first", product.id);
            let mut names = BTreeSet::new();
            for name in product.cycles.iter().flat_map(|cycle| cycle.also.iter().chain([&cycle.name])) {
                assert!(names.insert(name), "{}: {name} twice", product.id);
                assert_eq!(*name, name.to_ascii_lowercase(), "{}", product.id);
            }
        }
        let ids: BTreeSet<&str> = PRODUCTS.iter().map(|product| product.id).collect();
        assert_eq!(ids.len(), PRODUCTS.len());
        let images: Vec<&str> = PRODUCTS.iter().flat_map(|product| product.images).copied().collect();
        assert_eq!(images.iter().collect::<BTreeSet<_>>().len(), images.len(), "an image is of one product");
    }

    #[test]
    fn a_version_names_its_cycle_in_any_spelling() {
        for (id, version, want) in [
            ("nodejs", "16", "16"),
            ("nodejs", "v16.20.2", "16"),
            ("nodejs", "16-lts", "16"),
            ("nodejs", "~16", "16"),
            ("nodejs", "^16.3.0", "16"),
            ("nodejs", "16.x", "16"),
            ("nodejs", "lts/gallium", "16"),
            ("nodejs", "gallium-slim", "16"),
            ("nodejs", "node-16", "16"),
            ("nodejs", "160", "-"),
            ("nodejs", "lts/*", "-"),
            ("nodejs", "latest", "-"),
            ("nodejs", ">=16", "-"),
            ("nodejs", "16 || 18", "-"),
            ("python", "3.10-slim", "3.10"),
            ("python", "3.1", "3.1"),
            ("python", "3", "-"),
            ("python", "2-alpine", "2.7"),
            ("python", "2.5", "-"),
            ("python", "^3.8", "-"),
            ("ruby", "ruby-2.7.1", "2.7"),
            ("debian", "bookworm-20240101-slim", "12"),
            ("debian", "12.5", "12"),
            ("debian", "bookwormish", "-"),
            ("centos", "centos7.9.2009", "7"),
            ("centos", "stream8", "stream8"),
            ("temurin", "8u345-b01-jdk", "8"),
            ("temurin", "17.0.2+8", "17"),
            ("amazonlinux", "2.0.20230404", "2"),
            ("amazonlinux", "2023", "2023"),
            ("amazonlinux", "2022", "-"),
            ("aws-lambda", "python3.9", "python3.9"),
            ("aws-lambda", "provided.al2027", "-"),
            ("aws-lambda", "nodejs", "nodejs"),
            ("openjdk-image", "26-ea", "*"),
            ("ingress-nginx", "v1.14.1", "*"),
            ("docker", "20.10.24-dind", "20.10"),
            ("windows-server", "2012-R2-Datacenter", "2012-r2"),
            ("windows-server", "2012-datacenter-smalldisk", "2012"),
            ("windows-server", "2025-datacenter", "-"),
            ("nodejs", "\0", "?"),
            ("nodejs", "1\0", "?"),
            ("nodejs", "16.\0", "16"),
            ("nodejs", "16-\0", "16"),
            ("python", "3.8\0", "?"),
            ("python", "3.8.\0", "3.8"),
            ("python", "3.\0-slim", "?"),
            ("python", "nightly-\0", "-"),
        ] {
            let shown = match product(id).unwrap().cycle(version) {
                Named::Cycle(cycle) => cycle.name,
                Named::None => "-",
                Named::Open => "?",
            };
            assert_eq!(shown, want, "{id} {version:?}");
        }
    }
}
