//! `.helmignore`: which files of a folder are no part of the chart.

use globset::{GlobBuilder, GlobMatcher};

/// What the `.helmignore` of a chart leaves out, in the order of its lines.
pub(super) struct Ignored {
    /// The directory of the chart, with a `/` where it is not the root.
    prefix: String,
    lines: Vec<Line>,
}

struct Line {
    glob: GlobMatcher,
    /// Leaves out what does *not* match, as Helm has it.
    negated: bool,
    only_folders: bool,
    /// Whether the whole path is looked at, and not only the last part.
    whole: bool,
}

impl Ignored {
    /// Reads the file of a chart in a directory; the second part has the lines that Helm refuses, with their offsets.
    pub(super) fn read(directory: &str, text: &str) -> (Ignored, Vec<(usize, &'static str)>) {
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        // Helm adds this rule itself.
        let mut ignored = Ignored { prefix, lines: Line::read("templates/.?*").ok().flatten().into_iter().collect() };
        let mut refused = Vec::new();
        let mut at = 0;
        for line in text.split('\n') {
            match Line::read(line.trim()) {
                Ok(line) => ignored.lines.extend(line),
                Err(because) => refused.push((at, because)),
            }
            at += line.len() + 1;
        }
        (ignored, refused)
    }

    /// Whether a file is left out, itself or with a folder that it is in.
    pub(super) fn covers(&self, path: &str) -> bool {
        let Some(inner) = path.strip_prefix(&self.prefix) else { return false };
        let folders = inner.match_indices('/').filter_map(|(at, _)| inner.get(..at));
        folders.into_iter().any(|folder| self.leaves_out(folder, true)) || self.leaves_out(inner, false)
    }

    fn leaves_out(&self, path: &str, is_folder: bool) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        for line in &self.lines {
            let matches = line.glob.is_match(if line.whole { path } else { name });
            if line.negated {
                if (line.only_folders && !is_folder) || !matches {
                    return true;
                }
            } else if matches && (is_folder || !line.only_folders) {
                return true;
            }
        }
        false
    }
}

impl Line {
    fn read(written: &str) -> Result<Option<Line>, &'static str> {
        if written.is_empty() || written.starts_with('#') {
            return Ok(None);
        }
        if written.contains("**") {
            return Err("Helm does not know `**`, and refuses the chart");
        }
        let (rest, negated) = written.strip_prefix('!').map_or((written, false), |rest| (rest, true));
        let (rest, only_folders) = rest.strip_suffix('/').map_or((rest, false), |rest| (rest, true));
        let (pattern, whole) = rest.strip_prefix('/').map_or((rest, rest.contains('/')), |rest| (rest, true));
        let escaped = pattern.replace('{', "\\{").replace('}', "\\}");
        let glob = GlobBuilder::new(&escaped).literal_separator(true).backslash_escape(true).build();
        let glob = glob.map_err(|_| "it is no pattern, and Helm refuses the chart")?.compile_matcher();
        Ok(Some(Line { glob, negated, only_folders, whole }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_leave_out_what_helm_leaves_out() {
        for (text, path, want) in [
            ("templates/old.yaml", "templates/old.yaml", true),
            ("templates/old.yaml", "templates/older.yaml", false),
            ("old.yaml", "templates/old.yaml", true),
            ("*.yaml", "templates/deep/x.yaml", true),
            ("/old.yaml", "templates/old.yaml", false),
            ("/templates", "templates/old.yaml", true),
            ("tests/", "templates/tests/x.yaml", true),
            ("tests/", "templates/tests", false),
            ("templates/*.yaml", "templates/deep/x.yaml", false),
            ("# old.yaml\n\n", "templates/old.yaml", false),
            ("  old.yaml \r\n", "templates/old.yaml", true),
            ("!templates", "templates/x.yaml", true),
            ("", "templates/.hidden.yaml", true),
            ("{a,b}", "a", false),
            ("[ab].yaml", "templates/b.yaml", true),
        ] {
            for directory in ["", "charts/x"] {
                let path = if directory.is_empty() { path.to_owned() } else { format!("{directory}/{path}") };
                assert_eq!(Ignored::read(directory, text).0.covers(&path), want, "{text:?} {path}");
            }
        }
        assert_eq!(Ignored::read("a", "x\na/**\n[").1.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [2, 7]);
        assert!(!Ignored::read("a", "x").0.covers("b/x"), "another chart");
    }
}
