//! Which program the words of a command start in the end.

/// Most words before the program that `sudo`, `env` and the like start.
pub(super) const MAX_CARRIED: usize = 64;

/// Programs that read a script of the Bourne shell and its family.
pub(crate) const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "zsh", "ksh"];

/// A program that starts another one, which follows it.
struct Carrier {
    name: &'static str,
    /// Options that are followed by a word of their own.
    options: &'static [&'static str],
    /// How many words of its own come before the other program.
    operands: usize,
}

const fn carrier(name: &'static str, options: &'static [&'static str], operands: usize) -> Carrier {
    Carrier { name, options, operands }
}

/// Programs that only change how another one runs.
const CARRIERS: &[Carrier] = &[
    carrier("chroot", &[], 1),
    carrier("command", &[], 0),
    carrier("doas", &["-u"], 0),
    carrier("env", &[], 0),
    carrier("exec", &[], 0),
    carrier("ionice", &["-c", "--class", "-n", "--classdata"], 0),
    carrier("nice", &["-n"], 0),
    carrier("nohup", &[], 0),
    carrier("setsid", &[], 0),
    carrier("stdbuf", &["-i", "-o", "-e"], 0),
    carrier("sudo", &["-u", "-g", "--user", "--group"], 0),
    carrier("time", &[], 0),
    carrier("timeout", &["-s", "-k", "--signal", "--kill-after"], 1),
    carrier("xargs", &["-n", "-I", "-P", "-L", "-d", "-E", "-s", "-a"], 0),
];

/// The program that runs in the end, of the words of a command.
pub(crate) fn program_of<'w>(words: impl Iterator<Item = &'w str>) -> Option<String> {
    let words: Vec<&str> = words.take(MAX_CARRIED).collect();
    let word = |at: usize| words.get(at).copied();
    let program = word(started(word)?)?;
    (!is_option(program)).then(|| base_name(program).to_owned())
}

/// The place of the program that runs in the end: behind `sudo`, `env` and the like, with what belongs to them.
pub(super) fn started<'w>(word: impl Fn(usize) -> Option<&'w str>) -> Option<usize> {
    let carrier = |name: &str| CARRIERS.iter().find(|carrier| carrier.name == base_name(name));
    let mut at = 0;
    while let Some(carrier) = carrier(word(at)?) {
        let mut operands = carrier.operands;
        at += 1;
        loop {
            let next = word(at)?;
            if carrier.options.contains(&next) {
                at += 2;
            } else if operands > 0 && !is_option(next) {
                operands -= 1;
                at += 1;
            } else if !is_option(next) && !next.contains('=') {
                break;
            } else {
                at += 1;
            }
        }
    }
    word(at).map(|_| at)
}

/// The name of a program without its path.
pub(crate) fn base_name(program: &str) -> &str {
    program.rsplit_once('/').map_or(program, |(_, name)| name)
}

/// Whether a word is an option.
pub(super) fn is_option(word: &str) -> bool {
    word.starts_with('-')
}
