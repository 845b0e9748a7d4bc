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
    /// Options of which the first has to be one, where it starts another program only then.
    first: &'static [&'static str],
    /// Options that are followed by a script instead.
    script: &'static [&'static str],
}

const fn carrier(name: &'static str, options: &'static [&'static str], operands: usize) -> Carrier {
    Carrier { name, options, operands, first: &[], script: &[] }
}

/// Options of `runuser` that name the user.
const USER: &[&str] = &["-u", "--user"];

/// Programs that only change how another one runs.
const CARRIERS: &[Carrier] = &[
    carrier("busybox", &[], 0),
    carrier("catatonit", &[], 0),
    carrier("chpst", &["-u", "-U", "-b", "-/", "-n", "-l", "-L", "-m", "-d", "-o", "-p", "-f", "-c", "-t"], 0),
    carrier("chroot", &[], 1),
    carrier("chronic", &[], 0),
    carrier("command", &[], 0),
    carrier("coproc", &[], 0),
    carrier("dbus-run-session", &["--config-file", "--dbus-daemon"], 0),
    carrier("doas", &["-u", "-C"], 0),
    carrier("dumb-init", &["-r", "--rewrite"], 0),
    carrier("eatmydata", &[], 0),
    carrier("env", &["-u", "--unset", "-C", "--chdir"], 0),
    carrier("exec", &["-a"], 0),
    carrier("fakeroot", &["-l", "-s", "-i", "-b"], 0),
    Carrier {
        script: &["-c", "--command"],
        ..carrier("flock", &["-w", "--wait", "--timeout", "-E", "--conflict-exit-code"], 1)
    },
    carrier("gosu", &[], 1),
    carrier("ionice", &["-c", "--class", "-n", "--classdata"], 0),
    carrier("ltrace", &["-e", "-o", "-p", "-u", "-s", "-l", "-n"], 0),
    carrier("nice", &["-n"], 0),
    carrier("nohup", &[], 0),
    Carrier { first: USER, ..carrier("runuser", &["-u", "--user", "-g", "--group", "-G", "--supp-group"], 0) },
    carrier("s6-setuidgid", &[], 1),
    carrier(
        "setpriv",
        &[
            "--ambient-caps",
            "--apparmor-profile",
            "--bounding-set",
            "--egid",
            "--euid",
            "--groups",
            "--inh-caps",
            "--pdeathsig",
            "--regid",
            "--reuid",
            "--rgid",
            "--ruid",
            "--securebits",
            "--selinux-label",
        ],
        0,
    ),
    carrier("setsid", &[], 0),
    carrier("stdbuf", &["-i", "-o", "-e"], 0),
    carrier("strace", &["-e", "-o", "-p", "-u", "-s", "-E", "-S", "-P", "-b"], 0),
    carrier("su-exec", &[], 1),
    carrier("sudo", &["-u", "-g", "--user", "--group"], 0),
    carrier(
        "systemd-run",
        &[
            "-p",
            "--property",
            "-u",
            "--unit",
            "--description",
            "--slice",
            "-E",
            "--setenv",
            "-H",
            "-M",
            "--working-directory",
        ],
        0,
    ),
    carrier("time", &["-f", "--format", "-o", "--output"], 0),
    carrier("timeout", &["-s", "-k", "--signal", "--kill-after"], 1),
    carrier("tini", &["-e", "-p"], 0),
    carrier("tini-static", &["-e", "-p"], 0),
    carrier("unbuffer", &[], 0),
    carrier("unshare", &["-S", "-G", "--setuid", "--setgid", "-R", "--root", "-w", "--wd", "--propagation"], 0),
    carrier("xargs", &["-n", "-I", "-P", "-L", "-d", "-E", "-s", "-a"], 0),
];

impl Carrier {
    /// Whether it starts another program where this is the word after it.
    fn carries(&self, next: Option<&str>) -> bool {
        let begins = |option: &&str| next.is_some_and(|next| next.split('=').next() == Some(*option));
        self.first.is_empty() || self.first.iter().any(begins)
    }
}

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
    while let Some(carrier) = carrier(word(at)?).filter(|carrier| carrier.carries(word(at + 1))) {
        let mut operands = carrier.operands;
        let own = at;
        at += 1;
        loop {
            let next = word(at)?;
            if carrier.script.contains(&next) {
                return Some(own);
            } else if carrier.options.contains(&next) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_that_runs_in_the_end_is_found_behind_those_that_start_it() {
        for (line, want) in [
            ("runuser -u postgres -- psql -c x", Some("psql")),
            ("runuser --user=postgres psql", Some("psql")),
            ("runuser -l postgres -c psql", Some("runuser")),
            ("gosu postgres:postgres /usr/bin/psql", Some("psql")),
            ("su-exec 1000 nginx -g x", Some("nginx")),
            ("s6-setuidgid www php-fpm", Some("php-fpm")),
            ("setpriv --reuid 1000 --regid=1000 --clear-groups redis-server /etc/redis.conf", Some("redis-server")),
            ("flock -n /run/lock curl -k https://x", Some("curl")),
            ("flock -w 5 /run/lock -c curl", Some("flock")),
            ("/sbin/tini -s -e 143 -- /bin/sh -c x", Some("sh")),
            ("tini -g -- gosu app sudo -u x curl", Some("curl")),
            ("dumb-init -r 15:3 -- nginx", Some("nginx")),
            ("catatonit -- nginx", Some("nginx")),
            ("chpst -u www nginx", Some("nginx")),
            ("busybox sh -c x", Some("sh")),
            ("env -u HTTP_PROXY -C /srv A=1 curl", Some("curl")),
            ("exec -a web nginx", Some("nginx")),
            ("time -f %e -o /tmp/t curl", Some("curl")),
            ("gosu postgres", None),
            ("tini --", None),
        ] {
            assert_eq!(program_of(line.split(' ')).as_deref(), want, "{line}");
        }
    }
}
