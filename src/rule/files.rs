//! Files that a check of kind `file` judges by their paths, mostly of an organisation's own: which, and how they are read.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use globset::{Glob, GlobBuilder, GlobMatcher};

/// A format that files can be asked for in.
#[derive(Debug)]
pub struct Format {
    /// Its name in rules.
    pub name: &'static str,
    /// The syntax that they are read in.
    pub syntax: &'static str,
    /// The kind of the resources that they become.
    pub kind: &'static str,
    /// What is read, for the reference.
    pub doc: &'static str,
}

/// Every format.
#[rustfmt::skip]
pub const FORMATS: &[Format] = &[
    Format { name: "yaml", syntax: "yaml", kind: "file/yaml", doc: "YAML 1.2; of several documents each is judged" },
    Format { name: "json", syntax: "json-relaxed", kind: "file/json", doc: "JSON, also with comments and commas at the end" },
    Format { name: "toml", syntax: "toml", kind: "file/toml", doc: "TOML" },
    Format { name: "xml", syntax: "xml", kind: "file/xml", doc: "XML: elements and attributes are keys, elements of one name a list, the text beside attributes is `text`" },
    Format { name: "ini", syntax: "ini", kind: "file/ini", doc: "sections of keys and values" },
    Format { name: "entries", syntax: "entries", kind: "file/entries", doc: "lists of one entry a line: `lines`, each with `text`, `words`, `settings` (words with `:` or `=`) and `comment` (after `#` beside or above it)" },
    Format { name: "properties", syntax: "ini", kind: "file/ini", doc: "keys and values of Java" },
];

/// The files that a check judges.
#[derive(Debug)]
pub struct Files {
    globs: Vec<Lazy>,
    /// How they are read.
    pub format: &'static Format,
}

/// A glob that is compiled when a path ends as it does: most runs meet none.
#[derive(Debug)]
struct Lazy {
    glob: Cow<'static, str>,
    /// From which byte on every path that it matches ends as it does.
    end: usize,
    matcher: OnceLock<Option<GlobMatcher>>,
}

impl Lazy {
    fn of(glob: Cow<'static, str>) -> Lazy {
        let marks = ['*', '?', '[', ']', '{', '}', '\\'];
        let plain = glob.rfind(marks).map_or(0, |mark| mark + 1);
        // `**/name` is `name` in the root too.
        let is_below = glob.get(..plain).is_some_and(|before| before.ends_with("**"));
        let end =
            if is_below && glob.get(plain..).is_some_and(|rest| rest.starts_with('/')) { plain + 1 } else { plain };
        Lazy { glob, end, matcher: OnceLock::new() }
    }

    fn holds(&self, path: &str) -> bool {
        let compiled = || built(&self.glob).ok().map(|glob| glob.compile_matcher());
        path.ends_with(self.glob.get(self.end..).unwrap_or(""))
            && self.matcher.get_or_init(compiled).as_ref().is_some_and(|matcher| matcher.is_match(path))
    }
}

fn built(glob: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(glob).literal_separator(true).build()
}

impl Files {
    /// Files by their globs; the error is the first that is none, and why.
    pub fn new(globs: &[&str], format: &'static Format) -> Result<Arc<Files>, (usize, String)> {
        for (at, glob) in globs.iter().enumerate() {
            built(glob).map_err(|error| (at, error.kind().to_string()))?;
        }
        let globs = globs.iter().map(|glob| Lazy::of(Cow::Owned((*glob).to_owned()))).collect();
        Ok(Arc::new(Files { globs, format }))
    }

    /// Files by the globs of a built-in rule, which tests prove.
    pub fn proved(globs: impl Iterator<Item = &'static str>, format: &'static Format) -> Arc<Files> {
        Arc::new(Files { globs: globs.map(|glob| Lazy::of(Cow::Borrowed(glob))).collect(), format })
    }

    /// Whether a path is one of them.
    pub fn holds(&self, path: &str) -> bool {
        self.globs.iter().any(|glob| glob.holds(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_as_they_are_written() {
        for (glob, path, want) in [
            ("**/consul.json", "consul.json", true),
            ("**/consul.json", "a/b/consul.json", true),
            ("**/consul.json", "a/xconsul.json", false),
            ("*.toml", "a.toml", true),
            ("*.toml", "b/a.toml", false),
            ("a/{b,c}.yaml", "a/c.yaml", true),
            ("a/[bc]", "a/b", true),
            ("conf/**", "conf/x/y", true),
            ("a/\\*", "a/*", true),
            ("plain.json", "plain.json", true),
        ] {
            let files = Files::new(&[glob], &FORMATS[0]).unwrap();
            assert_eq!(files.holds(path), want, "{glob} {path}");
        }
        assert_eq!(Files::new(&["a", "[b"], &FORMATS[0]).unwrap_err().0, 1);
    }

    #[test]
    fn globs_of_built_in_rules_can_be_built() {
        let lines = crate::rule::set::builtin().iter().flat_map(|rule| rule.files.lines());
        let globs = lines.filter_map(|line| line.split_once('\t')).flat_map(|(_, globs)| globs.split('\t'));
        let wrong: Vec<&str> = globs.filter(|glob| super::built(glob).is_err()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
