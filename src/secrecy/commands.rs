//! Which programs are handed secrets, and where among their words these stand.
//!
//! To add one: a program with flags is a line in [`PROGRAMS`], one that takes the secret at a place of its own a line in
//! [`POSITIONS`], one that reads it from what is written to it a line in [`READERS`].

/// Which part of a word is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// All of it.
    Whole,
    /// What follows the first of a sign: `user:password`, `user%password`, `name=value`.
    After(char),
    /// What follows a sign, or all where there is none.
    Behind(char),
    /// What follows the name of a secret and an equals sign, or all where there is no such sign.
    Named,
}

/// What a command that signs in calls what it signs in with.
const CREDENTIALS: &[&str] = &["token", "password", "secret_id", "jwt"];

impl Cut {
    /// Where the secret begins in a word; none where the word holds none.
    pub(super) fn start(self, word: &str) -> Option<usize> {
        match self {
            Cut::Whole => Some(0),
            Cut::After(sign) => Some(word.find(sign)? + sign.len_utf8()),
            // What base 64 ends with makes no pair.
            Cut::Named => match word.trim_end_matches('=').split_once('=') {
                Some((name, _)) => CREDENTIALS.contains(&name).then_some(name.len() + 1),
                None => Some(0),
            },
            Cut::Behind(sign) => Some(word.find(sign).map_or(0, |at| at + sign.len_utf8())),
        }
    }
}

/// Programs with flags whose argument is secret, and whose name does not say so; the names end with `*` where others
/// follow.
pub(super) struct Program {
    pub(super) names: &'static [&'static str],
    /// A command of the program without which the flags say something else; any where empty.
    pub(super) command: &'static str,
    /// The flags.
    pub(super) flags: &'static [&'static str],
    /// Whether the argument may stand right behind the flag.
    pub(super) attached: bool,
    /// Whether the argument may be the next word.
    pub(super) separate: bool,
    /// Which part of the argument is secret.
    pub(super) cut: Cut,
    /// Whether the argument is never anything else, so that it is told and not only hidden.
    pub(super) certain: bool,
}

impl Program {
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|known| match known.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == *known,
        })
    }
}

const fn program(names: &'static [&'static str], flags: &'static [&'static str]) -> Program {
    Program { names, command: "", flags, attached: true, separate: true, cut: Cut::Whole, certain: true }
}

/// The same where a flag stands for something else when its argument is written behind it, or with other commands of the
/// program: what follows it is hidden and no more.
const fn spaced(names: &'static [&'static str], flags: &'static [&'static str]) -> Program {
    Program { attached: false, certain: false, ..program(names, flags) }
}

pub(super) const PROGRAMS: &[Program] = &[
    // With a blank between, the word is the name of a database.
    Program { separate: false, ..program(&["mysql*", "mariadb*", "innobackupex", "xtrabackup", "mydumper"], &["-p"]) },
    program(
        &[
            "sshpass",
            "mongo*",
            "sqlcmd",
            "bcp",
            "osql",
            "7z*",
            "7za",
            "unrar",
            "rar",
            "az",
            "ldappasswd",
            "couchbase-cli",
            "influx",
            "jfrog",
            "twine",
            "rabbitmqadmin",
            "ncftp*",
        ],
        &["-p"],
    ),
    // With other commands it is a port, a project, a path or a parameter.
    Program {
        command: "login",
        ..program(
            &["docker", "podman", "nerdctl", "buildah", "skopeo", "helm", "crane", "oras", "regctl", "oc", "cf"],
            &["-p"],
        )
    },
    program(&["sqlcmd", "bcp", "osql", "unzip", "zip", "smbclient", "openssl-pass"], &["-P"]),
    program(&["mosquitto_pub", "mosquitto_sub", "mosquitto_rr", "ipmitool"], &["-P"]),
    spaced(&["useradd", "usermod", "altool"], &["-p"]),
    spaced(&["security"], &["-p", "-P", "-k"]),
    spaced(&["nuget", "dotnet"], &["-k", "-ApiKey"]),
    program(&["redis-cli", "redis-benchmark"], &["-a"]),
    program(&["ldap*"], &["-w"]),
    spaced(&["kadmin*", "slapd"], &["-w", "-pw"]),
    program(&["ldappasswd"], &["-s"]),
    Program {
        attached: false,
        ..program(&["snmpget*", "snmpwalk", "snmpbulk*", "snmpset", "snmptrap"], &["-A", "-X"])
    },
    spaced(&["snmp*"], &["-A", "-X", "-c"]),
    spaced(&["codecov", "vercel", "doctl", "k6"], &["-t"]),
    spaced(&["gitlab-runner"], &["-r"]),
    spaced(&["gh"], &["-b", "--body"]),
    spaced(&["ejson", "gem"], &["--key"]),
    spaced(&["netlify", "tailscale", "consul", "nomad", "serf"], &["--auth", "--authkey", "-encrypt", "--encrypt"]),
    Program { command: "enc", attached: false, ..program(&["openssl"], &["-k", "-K"]) },
    spaced(&["openssl"], &["-k", "-K"]),
    Program { command: "keyvault", ..program(&["az"], &["--value"]) },
    Program { command: "SecureString", ..program(&["aws"], &["--value"]) },
    spaced(&["aws", "az"], &["--value"]),
    Program { cut: Cut::After('='), ..spaced(&["kubectl", "oc"], &["--from-literal"]) },
    spaced(&["ConvertTo-SecureString"], &["-String"]),
    Program {
        cut: Cut::After(':'),
        ..program(&["curl", "wget", "http", "https", "xh"], &["-u", "-U", "--user", "--proxy-user", "-a", "--auth"])
    },
    Program { cut: Cut::After('='), ..spaced(&["curl"], &["-b", "--cookie"]) },
    Program { cut: Cut::After(':'), ..spaced(&["curl"], &["-E", "--cert"]) },
    Program { cut: Cut::After(':'), ..spaced(&["etcdctl", "ctr", "jenkins-cli*"], &["--user", "-u", "-auth"]) },
    Program { cut: Cut::After(','), ..program(&["lftp"], &["-u"]) },
    Program { cut: Cut::After(':'), ..program(&["smbclient"], &["-U"]) },
    Program { cut: Cut::After('%'), ..program(&["smbclient", "rpcclient"], &["-U"]) },
    Program { cut: Cut::After(':'), ..program(&["openssl*"], &["-passin", "-passout", "-pass", "-k"]) },
];

/// Programs whose flags begin with a slash, and those of them behind which a secret stands.
pub(super) const SLASHED: &[(&str, &str)] = &[("xfreerdp", "/p:"), ("wlfreerdp", "/p:"), ("xfreerdp3", "/p:")];

/// Flags in full which hold `user:password`.
pub(super) const PAIRS: &[&str] = &[
    "--user",
    "--proxy-user",
    "--userpwd",
    "--auth",
    "--basic-auth",
    "--creds",
    "--credentials",
    "--src-creds",
    "--dest-creds",
    "-auth",
];

/// A secret that stands at a place of its own.
pub(super) struct Position {
    pub(super) program: &'static str,
    /// A flag without which there is none; any where empty.
    pub(super) flag: &'static str,
    /// The words that follow it, flags aside; `*` at an end is anything, `?` a name that says that its value is secret.
    pub(super) words: &'static [&'static str],
    /// How many other words follow these.
    pub(super) skip: usize,
    /// Which part of the word is secret.
    pub(super) cut: Cut,
    /// Whether the word is never anything else, so that it is told and not only hidden.
    pub(super) certain: bool,
}

const fn position(program: &'static str, words: &'static [&'static str], skip: usize) -> Position {
    Position { program, flag: "", words, skip, cut: Cut::Whole, certain: false }
}

const fn flagged(program: &'static str, flag: &'static str, skip: usize) -> Position {
    Position { flag, ..position(program, &[], skip) }
}

const fn certain(program: &'static str, words: &'static [&'static str], skip: usize) -> Position {
    Position { certain: true, ..position(program, words, skip) }
}

pub(super) const POSITIONS: &[Position] = &[
    flagged("htpasswd", "-n", 1),
    flagged("htpasswd", "-b", 2),
    flagged("mosquitto_passwd", "-b", 2),
    Position { cut: Cut::Named, ..position("vault", &["login"], 0) },
    Position { cut: Cut::Named, ..position("vault", &["login"], 1) },
    position("vault", &["operator", "unseal"], 0),
    Position { cut: Cut::After('='), ..position("vault", &["kv", "put"], 1) },
    position("aws", &["configure", "set", "?"], 0),
    position("mysqladmin", &["password"], 0),
    position("mysqladmin", &["*", "password"], 0),
    position("redis-cli", &["auth"], 0),
    position("redis-cli", &["config", "set", "requirepass"], 0),
    position("redis-cli", &["config", "set", "masterauth"], 0),
    position("gcloud", &["auth", "activate-refresh-token"], 1),
    position("npm", &["config", "set", "_auth"], 0),
    position("npm", &["config", "set", "?"], 0),
    position("yarn", &["config", "set", "?"], 0),
    position("yarn", &["config", "set", "npmAuthIdent"], 0),
    position("poetry", &["config", "http-basic.*"], 1),
    position("poetry", &["config", "pypi-token.*"], 0),
    position("composer", &["config", "http-basic.*"], 1),
    position("composer", &["config", "github-oauth.*"], 0),
    position("composer", &["config", "gitlab-token.*"], 0),
    Position { cut: Cut::After(':'), ..position("bundle", &["config"], 1) },
    position("snyk", &["auth"], 0),
    position("ngrok", &["authtoken"], 0),
    position("ngrok", &["config", "add-authtoken"], 0),
    position("cargo", &["login"], 0),
    position("nuget", &["setapikey"], 0),
    position("cloudflared", &["service", "install"], 0),
    position("zerotier-cli", &["join"], 1),
    position("rabbitmqctl", &["add_user"], 1),
    position("rabbitmqctl", &["change_password"], 1),
    position("rabbitmqctl", &["authenticate_user"], 1),
    position("consul", &["acl", "set-agent-token"], 1),
    position("cf", &["auth"], 1),
    position("rclone", &["config", "create", "*", "*", "?"], 0),
    position("mc", &["alias", "set"], 3),
    position("mc", &["config", "host", "add"], 3),
    position("pulumi", &["config", "set", "?"], 0),
    Position { flag: "--secret", ..position("pulumi", &["config", "set"], 1) },
    Position { cut: Cut::After('='), ..position("fly", &["secrets", "set"], 0) },
    Position { cut: Cut::After('='), ..position("flyctl", &["secrets", "set"], 0) },
    Position { cut: Cut::After('/'), ..position("sqlplus", &[], 0) },
    Position { cut: Cut::After('/'), ..position("impdp", &[], 0) },
    Position { cut: Cut::After('/'), ..position("expdp", &[], 0) },
    Position { cut: Cut::After('/'), ..position("sqlldr", &[], 0) },
    Position { cut: Cut::After('/'), ..position("rman", &["target"], 0) },
    Position { cut: Cut::After('/'), ..position("rman", &[], 0) },
    position("ansible-vault", &["encrypt_string"], 0),
    // Installers of systems: kickstart and preseed.
    certain("rootpw", &[], 0),
    certain("d-i", &["passwd/*", "password"], 0),
    certain("d-i", &["grub-installer/password*", "password"], 0),
    position("wpa_passphrase", &[], 1),
    Position { cut: Cut::Behind(':'), ..position("iwconfig", &["*", "key"], 0) },
    position("nmcli", &["dev", "wifi", "connect", "*", "password"], 0),
    position("nmcli", &["device", "wifi", "connect", "*", "password"], 0),
    position("bw", &["unlock"], 0),
    position("bw", &["login"], 1),
    position("chamber", &["write"], 2),
    position("credstash", &["put"], 1),
    position("ConvertTo-SecureString", &[], 0),
    Position { flag: "-salt", ..position("openssl", &["passwd"], 1) },
    position("openssl", &["passwd"], 0),
    // With the drive that a folder becomes, or without; `/user:` stands before the password, or behind it.
    position("net", &["use", "\\\\*", "/user:*"], 0),
    position("net", &["use", "\\\\*"], 0),
    position("net", &["use", "*", "\\\\*", "/user:*"], 0),
    position("net", &["use", "*", "\\\\*"], 0),
];

/// What reads a secret from what is written to it: words of the line behind the pipe, or before a here-string.
#[rustfmt::skip] // Words fill lines.
pub(super) const READERS: &[&str] = &[
    "chpasswd", "passwd", "--password-stdin", "--stdin", "--passphrase-fd", "-passin stdin", "-pass stdin", "sudo -S",
    "cryptsetup", "kinit", "--with-token", "vncpasswd", "debconf-set-selections", "secrets create", "secret create",
    "create secret", "secret set", "secrets versions add", "vault login", "vault-token", "pass insert", "lpass", "op signin",
    "htpasswd -i", "htpasswd -ni", "borg ", "restic", "age -p", "su -", "smbpasswd", "argon2", "ansible-vault",
];

/// Those of them that read nothing but a secret.
#[rustfmt::skip] // Words fill lines.
pub(super) const CERTAIN_READERS: &[&str] = &[
    "--password-stdin", "--with-token", "cryptsetup", "smbpasswd", "vault login",
];

/// Readers of lines of which only the last part is secret, with the sign before it.
pub(super) const LINES: &[(&str, char)] = &[("chpasswd", ':'), ("debconf-set-selections", ' ')];

/// Readers that also take what a heredoc holds, and no script.
pub(super) const TAKERS: &[&str] = &["chpasswd", "debconf-set-selections", "--password-stdin", "--with-token"];

/// Names of what is told a command that prints a secret, as they end.
pub(super) const ASKERS: &[&str] =
    &["password-command", "password_command", "passwordcommand", "passcommand", "pass_command", "passphrase_command"];

/// Tests of `find` that take the name of a file: a program after one of them is not called.
const FILE_TESTS: &[&str] = &["-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename", "-lname", "-ilname"];

/// Whether the word before a program makes it the name of a file.
pub(super) fn is_file_test(word: &str) -> bool {
    FILE_TESTS.contains(&word)
}

/// The names of all programs, as words that bring a search to them.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let flagged = PROGRAMS.iter().flat_map(|program| program.names).map(|name| name.trim_end_matches('*'));
    let slashed = SLASHED.iter().map(|(program, _)| *program);
    flagged.chain(POSITIONS.iter().map(|position| position.program)).chain(slashed)
}
