//! Files that a check of kind `file` judges by their paths, mostly of an organisation's own: which, and how they are read.

use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

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
    globs: Vec<GlobMatcher>,
    /// How they are read.
    pub format: &'static Format,
}

impl Files {
    /// Files by their globs; the error is the first that is none, and why.
    pub fn new(globs: &[&str], format: &'static Format) -> Result<Arc<Files>, (usize, String)> {
        let mut matchers = Vec::with_capacity(globs.len());
        for (at, glob) in globs.iter().enumerate() {
            let built = GlobBuilder::new(glob).literal_separator(true).build();
            matchers.push(built.map_err(|error| (at, error.kind().to_string()))?.compile_matcher());
        }
        Ok(Arc::new(Files { globs: matchers, format }))
    }

    /// Whether a path is one of them.
    pub fn holds(&self, path: &str) -> bool {
        self.globs.iter().any(|glob| glob.is_match(path))
    }
}
