//! Packaged charts: the files of `charts/*.tgz`, listed as if the archive were a folder.
//!
//! An archive is read in memory, and only so much of it: what is packed can come to a thousand times its size. Of its
//! entries only regular files count, under paths that stay in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;

use crate::document::Problem;
use crate::source::kept::Identity;
use crate::source::{Loader, Unreadable, join};

/// Most bytes that the archives of a run may come to.
const MAX_BYTES: u64 = 64 << 20;

/// Most files that they may hold.
const MAX_FILES: usize = 20_000;

/// Archives in archives are read to this depth.
const MAX_NESTING: usize = 4;

/// The stable name of these problems.
const CODE: &str = "discover::archive";

/// A way to files that goes into archives.
struct Within {
    outer: Box<dyn Loader>,
    files: BTreeMap<String, Arc<[u8]>>,
}

impl Loader for Within {
    fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        self.files.get(path).map_or_else(|| self.outer.load(path), |bytes| Ok(bytes.to_vec()))
    }

    fn identity(&self, path: &str) -> Option<Identity> {
        if self.files.contains_key(path) { None } else { self.outer.identity(path) }
    }
}

/// A loader and the paths that it has, with those in packaged charts. Such a file is judged where its archive is.
pub(super) fn opened(
    loader: Box<dyn Loader>,
    mut paths: Vec<(String, bool)>,
    problems: &mut Vec<Problem>,
) -> (Box<dyn Loader>, Vec<(String, bool)>) {
    if !paths.iter().any(|(path, _)| chart_of(path).is_some()) {
        return (loader, paths);
    }
    let mut there: BTreeSet<String> = paths.iter().map(|(path, _)| path.clone()).collect();
    let mut within = Within { outer: loader, files: BTreeMap::new() };
    let mut budget = Budget { bytes: MAX_BYTES, files: MAX_FILES };
    let mut round: Vec<(String, bool)> = paths.clone();
    for _ in 0..MAX_NESTING {
        let packed = |(path, _): &(String, bool)| {
            chart_of(path).is_some_and(|chart| there.contains(&join(chart, "Chart.yaml").unwrap_or_default()))
        };
        let archives: Vec<(String, bool)> = round.into_iter().filter(packed).collect();
        round = Vec::new();
        for (archive, judged) in archives {
            let unpacked = within.load(&archive).map_err(|error| error.to_string());
            match unpacked.and_then(|bytes| budget.unpack(&bytes)) {
                Ok(files) => {
                    let files = files.into_iter().map(|(path, bytes)| (format!("{archive}/{path}"), bytes));
                    for (path, bytes) in files {
                        if there.insert(path.clone()) {
                            round.push((path.clone(), judged));
                            within.files.insert(path, bytes.into());
                        }
                    }
                }
                Err(because) => {
                    let problem = Problem::error(CODE, archive, None, format!("cannot be unpacked: {because}"));
                    problems
                        .push(problem.help("package the chart anew, or leave it out with `exclude` in annexa.toml"));
                }
            }
        }
        paths.extend(round.iter().cloned());
    }
    (Box::new(within), paths)
}

/// The directory of the chart that a packaged chart belongs to, as far as the path says.
fn chart_of(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/')?;
    let chart = if folder == "charts" { "" } else { folder.strip_suffix("/charts")? };
    Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tgz")).then_some(chart)
}

/// What may still be unpacked.
struct Budget {
    bytes: u64,
    files: usize,
}

impl Budget {
    fn unpack(&mut self, packed: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
        let limit = || format!("packaged charts may come to {} MiB and {MAX_FILES} files", MAX_BYTES >> 20);
        // Headers count too: an archive may be nothing else.
        let stream = MultiGzDecoder::new(packed).take(self.bytes.saturating_add(1));
        let mut archive = tar::Archive::new(stream);
        let mut files = Vec::new();
        let mut read = 0;
        for entry in archive.entries().map_err(|error| error.to_string())? {
            let mut entry = entry.map_err(|error| error.to_string())?;
            read += entry.size().saturating_add(512);
            self.files = self.files.checked_sub(1).ok_or_else(limit)?;
            if read > self.bytes {
                return Err(limit());
            }
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let path = entry.path().ok().and_then(|path| join("", path.to_str()?));
            let Some(path) = path.filter(|path| !path.is_empty()) else { continue };
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
            files.push((path, bytes));
        }
        self.bytes = self.bytes.saturating_sub(read);
        Ok(files)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            // A name that `append_data` would refuse.
            header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
            header.set_cksum();
            archive.append(&header, *bytes).unwrap();
        }
        archive.into_inner().unwrap().finish().unwrap()
    }

    struct Files(BTreeMap<&'static str, Vec<u8>>);

    impl Loader for Files {
        fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
            self.0.get(path).cloned().ok_or_else(|| Unreadable::Io("no such file".into()))
        }
    }

    fn open(files: &[(&'static str, Vec<u8>)]) -> (Vec<String>, Vec<String>) {
        let paths = files.iter().map(|(path, _)| ((*path).to_owned(), true)).collect();
        let mut problems = Vec::new();
        let (loader, paths) = opened(Box::new(Files(files.iter().cloned().collect())), paths, &mut problems);
        let mut names: Vec<String> = paths.into_iter().map(|(path, _)| path).collect();
        names.sort();
        assert!(names.iter().all(|name| loader.load(name).is_ok()));
        (names, problems.into_iter().map(|problem| problem.message).collect())
    }

    #[test]
    fn packaged_charts_are_listed_with_what_they_hold() {
        let inner = packed(&[("grand/Chart.yaml", b"name: grand")]);
        let child = packed(&[
            ("child/Chart.yaml", b"name: child"),
            ("child/charts/grand-1.tgz", &inner),
            ("../out", b"x"),
            ("/etc/passwd", b"x"),
            ("child/../../out", b"x"),
        ]);
        let (names, problems) = open(&[
            ("app/Chart.yaml", b"name: app".to_vec()),
            ("app/charts/child-1.tgz", child.clone()),
            ("app/child-1.tgz", child.clone()),
            ("other/charts/child-1.tgz", child),
        ]);
        let expected = [
            "app/Chart.yaml",
            "app/charts/child-1.tgz",
            "app/charts/child-1.tgz/child/Chart.yaml",
            "app/charts/child-1.tgz/child/charts/grand-1.tgz",
            "app/charts/child-1.tgz/child/charts/grand-1.tgz/grand/Chart.yaml",
            "app/child-1.tgz",
            "other/charts/child-1.tgz",
        ];
        assert_eq!((names, problems.len()), (expected.map(str::to_owned).to_vec(), 0));
    }

    #[test]
    fn what_cannot_be_unpacked_is_told_and_bounded() {
        let zeros = vec![0; 8 << 20];
        let names: Vec<String> = (0..9).map(|at| format!("a/{at}")).collect();
        let bomb: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), zeros.as_slice())).collect();
        let mut cut = packed(&[("child/Chart.yaml", b"name: child")]);
        cut.truncate(40);
        let mut noise = GzEncoder::new(Vec::new(), Compression::fast());
        noise.write_all(&[7; 2000]).unwrap();
        for (archive, what) in [
            (b"no archive".to_vec(), "cannot be unpacked: "),
            (cut, "cannot be unpacked: "),
            (noise.finish().unwrap(), "cannot be unpacked: "),
            (packed(&bomb), "cannot be unpacked: packaged charts may come to 64 MiB and 20000 files"),
        ] {
            let (names, problems) = open(&[("Chart.yaml", Vec::new()), ("charts/a.tgz", archive)]);
            assert_eq!(names, ["Chart.yaml", "charts/a.tgz"]);
            assert!(matches!(problems.as_slice(), [only] if only.starts_with(what)), "{problems:?}");
        }
    }
}
