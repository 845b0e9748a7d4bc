//! Which program the words of a command start in the end.

/// Most words before the program that `sudo`, `env` and the like start.
pub(super) const MAX_CARRIED: usize = 64;

/// Programs that read a script of the Bourne shell and its family.
pub(crate) const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "zsh", "ksh"];

/// Programs that start another one, which follows them.
const CARRIERS: &[&str] =
    &["sudo", "doas", "env", "exec", "command", "nohup", "time", "nice", "timeout", "xargs", "setsid", "stdbuf"];

/// Options of those programs that are followed by a word of their own.
const CARRIED_OPTIONS: &[(&str, &[&str])] = &[
    ("sudo", &["-u", "-g", "--user", "--group"]),
    ("doas", &["-u"]),
    ("nice", &["-n"]),
    ("timeout", &["-s", "-k", "--signal", "--kill-after"]),
    ("xargs", &["-n", "-I", "-P", "-L", "-d", "-E", "-s", "-a"]),
    ("stdbuf", &["-i", "-o", "-e"]),
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
    let mut at = 0;
    while CARRIERS.contains(&base_name(word(at)?)) {
        let carrier = base_name(word(at)?);
        let options = CARRIED_OPTIONS.iter().find(|(name, _)| *name == carrier).map_or(&[][..], |(_, options)| options);
        let mut operands = usize::from(carrier == "timeout");
        at += 1;
        loop {
            let next = word(at)?;
            if options.contains(&next) {
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
