//! Runs the targets over mutated fixtures and rules, on a stable toolchain and without coverage.
//!
//! ```text
//! cargo run --release --bin mutate -- SECONDS [SEED] [TARGET…]
//! cargo run --release --bin mutate -- --seeds DIRECTORY       writes the first inputs, as corpora for cargo-fuzz
//! cargo run --release --bin mutate -- --again TARGET FILE…    runs a target over files, such as crashes
//! ```
//!
//! What panics, or takes longer than [`SLOW`], is written to `crashes/`. The same seed gives the same inputs.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use annexa_fuzz::{FILE, Seeds, TARGETS, Target};

/// A run over a few kilobytes that takes longer is a fault: in a release build it takes a few milliseconds.
const SLOW: Duration = Duration::from_secs(10);

/// Longest mutant, in bytes.
const LONGEST: usize = 32 * 1024;

/// Pieces that mean something to some language.
const WORDS: &[&str] = &[
    "\"", "'", "`", "\\", "\n", "\r\n", "\t", "\0", " ", "{", "}", "[", "]", "(", ")", "<<", ">>", "${", "}}", "{{", "{%", "#", "//",
    "/*", "*/", "---\n", "- ", ": ", "&a ", "*a", "!Ref ", "!Sub ", "|\n", ">-\n", "<<EOF\n", "%{ if ", "=", "==", "=>", "?", "null",
    "true", "~", "0", "-1", "9223372036854775807", "18446744073709551616", "1e999", "0x", "\u{feff}", "\u{202e}", "ä", "💥", "\u{0}",
    "for x in ", "each.value", "count = 2\n", "extends: ", "include: ", "fromJSON(", "$(", "$[", "parameters.", "<?xml ", "<!--",
    "annexa:ignore ", "checkov:skip=", "until 2027-02-31 ", "-----BEGIN ", "2025-02-29", "T24:00:00Z", "../", "~/", "**", "[[check]]\n",
];

/// Numbers that follow each other as if by chance (xorshift64*).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap_or(0) % end.max(1)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match &*words {
        ["--seeds", folder] => write_seeds(Path::new(folder)),
        ["--again", target, files @ ..] => again(target, files),
        [seconds, rest @ ..] => {
            let seconds = seconds.parse().expect("so many seconds");
            let (seed, targets) = match rest.split_first() {
                Some((seed, targets)) if seed.parse::<u64>().is_ok() => (seed.parse().unwrap_or(1), targets),
                _ => (1, rest),
            };
            run(Duration::from_secs(seconds), seed, targets);
        }
        [] => eprintln!("mutate SECONDS [SEED] [TARGET…] | --seeds DIRECTORY | --again TARGET FILE…"),
    }
}

fn run(time: Duration, seed: u64, wanted: &[&str]) {
    let targets: Vec<&Target> =
        TARGETS.iter().filter(|target| wanted.is_empty() || wanted.contains(&target.name)).collect();
    let seeds: Vec<Vec<Vec<u8>>> = targets.iter().map(|target| seeds(target.seeds)).collect();
    let (begin, mut counts, mut faults) = (Instant::now(), vec![0_usize; targets.len()], 0);
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    while begin.elapsed() < time {
        for ((target, seeds), count) in targets.iter().zip(&seeds).zip(&mut counts) {
            let bytes = mutant(seeds, &mut chance);
            *count += 1;
            faults += usize::from(!holds(target, &bytes));
        }
    }
    for (target, count) in targets.iter().zip(counts) {
        println!("{:12} {count} inputs", target.name);
    }
    println!("{faults} faults in {} s", begin.elapsed().as_secs());
    std::process::exit(i32::from(faults > 0));
}

/// Whether a target ends well, and soon; otherwise the input is kept.
fn holds(target: &Target, bytes: &[u8]) -> bool {
    let begin = Instant::now();
    let ended = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))).is_ok();
    let took = begin.elapsed();
    if ended && took < SLOW {
        return true;
    }
    let name = bytes.iter().fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    let path = PathBuf::from("crashes").join(format!("{}-{name:016x}", target.name));
    let _ = fs::create_dir_all("crashes").and_then(|()| fs::write(&path, bytes));
    println!("{} {}: {}", target.name, if ended { "is slow" } else { "panics" }, path.display());
    false
}

/// An input with a few changes.
fn mutant(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = chance.one(seeds).cloned().unwrap_or_default();
    for _ in 0..=chance.below(6) {
        let (from, length) = (chance.below(bytes.len() + 1), chance.below(40));
        let to = (from + length).min(bytes.len());
        match chance.below(8) {
            0 => drop(bytes.drain(from..to)),
            1 => {
                let word = chance.one(WORDS).copied().unwrap_or("");
                bytes.splice(from..from, word.bytes());
            }
            2 => {
                let word = chance.one(WORDS).copied().unwrap_or("");
                bytes.splice(from..to, word.bytes());
            }
            3 => {
                let piece = bytes.get(from..to).unwrap_or(&[]).repeat(1 + chance.below(30));
                bytes.splice(from..from, piece);
            }
            4 => {
                let at = chance.below(bytes.len());
                let byte = u8::try_from(chance.below(256)).unwrap_or(0);
                bytes.get_mut(at).into_iter().for_each(|old| *old = byte);
            }
            5 => bytes.truncate(from),
            6 => {
                // A piece of another input, from the beginning of a line on.
                let other = chance.one(seeds).cloned().unwrap_or_default();
                let at = chance.below(other.len() + 1);
                let piece: Vec<u8> = other.into_iter().skip(at).take(chance.below(300)).collect();
                bytes.splice(from..from, piece);
            }
            _ => {
                // Two lines change places.
                let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                let (one, other) = (chance.below(lines.len()), chance.below(lines.len()));
                if !lines.is_empty() {
                    lines.swap(one, other);
                }
                bytes = lines.concat();
            }
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

/// The first inputs.
fn seeds(of: Seeds) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match of {
        Seeds::Fixtures => fixtures(&root.join("fixtures")),
        Seeds::Texts => below(&root.join("fixtures")).iter().filter_map(|path| fs::read(path).ok()).collect(),
        Seeds::Rules => below(&root.join("rules")).iter().filter_map(|path| fs::read(path).ok()).collect(),
        Seeds::Settings => ["annexa.toml", "docs/settings.md", "README.md"]
            .iter()
            .filter_map(|path| fs::read(root.join(path)).ok())
            .collect(),
        Seeds::Bytes => {
            let entry = |mode: &str, name: &str| [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &[7; 20]].concat();
            let header = [b"DIRC".as_slice(), &2_u32.to_be_bytes(), &1_u32.to_be_bytes(), &[0; 40], &[7; 20], &[0, 4], b"a.tf", &[0; 6]];
            vec![entry("100644", "a.tf"), [entry("40000", "a"), entry("120000", "b")].concat(), header.concat()]
        }
    }
}

/// A fixture is a file, or a folder of them.
fn fixtures(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for rule in entries(folder) {
        for fixture in entries(&rule) {
            let files = if fixture.is_dir() { below(&fixture) } else { vec![fixture.clone()] };
            let base = if fixture.is_dir() { &fixture } else { &rule };
            let mut bytes = Vec::new();
            for path in files {
                let (Ok(name), Ok(text)) = (path.strip_prefix(base), fs::read(&path)) else { continue };
                bytes.extend(format!("{FILE}{}\n", name.display()).into_bytes());
                bytes.extend(text);
            }
            found.push(bytes);
        }
    }
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.sort();
    found
}

fn below(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

fn write_seeds(folder: &Path) {
    for target in TARGETS {
        let folder = folder.join(target.name);
        fs::create_dir_all(&folder).expect("a folder for the inputs");
        for (at, bytes) in seeds(target.seeds).iter().enumerate() {
            fs::write(folder.join(format!("{at:05}")), bytes).expect("an input");
        }
    }
}

fn again(name: &str, files: &[&str]) {
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        eprintln!("there is no target `{name}`");
        std::process::exit(2);
    };
    for file in files {
        (target.run)(&fs::read(file).expect("the input"));
    }
}
