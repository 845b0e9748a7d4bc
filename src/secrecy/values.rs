//! What a value under a secret name is: a secret, or one of the many things that stand there instead.

use std::sync::LazyLock;

use regex::Regex;

use super::names::{Bearing, Matter, bearing, named};

/// What stands where a secret could.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nature {
    /// Nothing.
    Nothing,
    /// A word that turns something on or off, or says how.
    Switch,
    /// A number: a length, a time, and sometimes a poor password.
    Number,
    /// Something that is filled in elsewhere: a variable, a template, a store.
    Reference,
    /// A path, an address without a password, or an ARN.
    Place,
    /// The name of a secret, a variable or an object.
    Name,
    /// A hash: what it was made of cannot be read off it.
    Hash,
    /// Encrypted.
    Sealed,
    /// It says that it is to be replaced, or that it is none.
    Placeholder,
    /// A password that everybody knows (`postgres`, `changeme`).
    WellKnown,
    /// Too short for a token or a key, and varied as one: hidden, and no evidence.
    Short,
    /// A secret, written out.
    Literal,
}

impl Nature {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Nature::Nothing => "nothing",
            Nature::Switch => "switch",
            Nature::Number => "number",
            Nature::Reference => "reference",
            Nature::Place => "place",
            Nature::Name => "name",
            Nature::Hash => "hash",
            Nature::Sealed => "sealed",
            Nature::Placeholder => "placeholder",
            Nature::WellKnown => "well-known",
            Nature::Short => "short",
            Nature::Literal => "literal",
        }
    }

    /// Whether it must not be shown.
    pub fn is_hidden(self) -> bool {
        matches!(self, Nature::Literal | Nature::Short | Nature::WellKnown | Nature::Hash)
    }
}

/// Whole values that decide how, in lower case.
#[rustfmt::skip] // Words fill lines.
const SWITCHES: &[&str] = &[
    "true", "false", "yes", "no", "y", "n", "on", "off", "enabled", "disabled", "enable", "disable", "null", "nil",
    "none", "omit", "optional", "required", "prompt", "default", "auto", "random", "generate", "generated", "always",
    "never", "read", "write", "inherit", "undefined", "string", "securestring", "password", "secret", "str", "text",
    "md5", "sha1", "sha256", "sha512", "utf-8", "utf8", "plaintext", "cleartext",
    "any", "object", "hidden", "sensitive", "!", "!!", "*", "*lk*",
];

/// Whole values, in lower case, which are the passwords that attackers try first. Under a name that asks for a token or a
/// key they are no secret at all.
#[rustfmt::skip] // Words fill lines.
const WELL_KNOWN: &[&str] = &[
    "admin", "administrator", "changeit", "changeme", "changemenow", "default", "guest", "letmein", "master", "minio",
    "minioadmin", "mongo", "mysql", "pass", "passw0rd", "password", "password1", "password123", "p@ssw0rd",
    "p@ssword", "postgres", "postgresql", "qwerty", "rabbitmq", "redis", "root", "rootpassword", "sa", "secret",
    "secret123", "supersecret", "superuser", "toor", "user", "welcome", "welcome1", "wordpress", "admin123",
    "pass123", "test123", "12345", "123456", "1234567", "12345678", "123456789", "1234567890",
];

/// What a value says that stands for another one; letters and digits of it alone, in lower case.
#[rustfmt::skip] // Words fill lines.
const STAND_INS: &[&str] = &[
    "example", "placeholder", "dummy", "changeme", "changethis", "changeit", "replace", "redacted", "xxxx", "fake",
    "sample", "insert", "notreal", "notasecret", "notapassword", "noneedtobe", "mocked", "yourpassword", "yourtoken",
    "yoursecret", "yourapi", "yourkey", "your", "goeshere", "putyour", "fillin", "fillme", "setme", "overrideme",
    "override", "tobedefined", "tobereplaced", "todo", "fixme", "tbd", "notused", "unused", "notneeded", "ignored",
    "anyvalue", "donotuse", "fordevelopment", "localdev", "devonly", "djangoinsecure", "notsecret", "mysecret", "mypassword", "mytoken", "myapikey", "secretkeyhere", "somesecret", "somepassword",
    "sometoken", "supersecretpassword", "foobar", "snakeoil",
];

/// Whole values that say they are made for a test, in lower case.
#[rustfmt::skip] // Words fill lines.
const TRIED: &[&str] = &[
    "test", "testing", "tests", "fake", "dummy", "mock", "stub", "foo", "bar", "baz", "foobar", "example", "sample",
    "x", "xx", "xxx", "na", "n/a", "tbd", "empty", "unset", "value", "blank", "abc", "abc123", "todo", "local", "dev",
    "testpassword", "testsecret", "testtoken", "testpass", "test-password", "test-secret", "test-token", "hello",
    "argon2", "argon2id", "bcrypt", "scrypt", "pbkdf2", "pbkdf2_sha256", "pbkdf2_sha512",
    "invalid", "notset", "not-set", "not_set", "nothing", "none-yet", "vagrant",
];

/// How references begin.
#[rustfmt::skip] // Words fill lines.
const REFERENCES: &[&str] = &[
    "{{", "{%", "<%", "!vault", "!Ref", "!Sub", "!Get", "!If", "!Import", "!Join", "!Find", "!reference", "!env", "!secret",
    "@Microsoft.KeyVault", "ref+", "secretref:", "vault:", "op://", "ssm:", "arn:", "keyvault:", "env:", "env.",
    "process.env", "os.environ", "os.getenv", "config.", "settings.", "var.", "local.", "data.", "module.", "each.",
    "self.", "secrets.", "secret://", "sm://", "awssm://", "gcp-secret", "valueFrom", "%(", "resolve:", "#{", "@@",
    "getenv", "(ConvertTo-", "(Get-", "$__env{", "$__file{", "$__vault{", "ENV[", "lookup(", "file(", "%{", "%env(", "ssm://", "berglas://", "akv://", "@{",
];

/// How hashes begin.
#[rustfmt::skip] // Words fill lines.
const HASHES: &[&str] = &[
    "$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$7$", "$y$", "$apr1$", "$argon2", "$pbkdf2", "$scrypt$", "$P$",
    "$S$", "{SHA", "{SSHA", "{MD5}", "{SMD5}", "{CRYPT}", "{BCRYPT}", "{bcrypt}", "{PBKDF2", "{ARGON2",
    "pbkdf2_sha256$", "pbkdf2:sha", "scrypt:", "SCRAM-SHA-256$", "sha256:", "sha512:", "bcrypt:", "argon2:",
    "bcrypt_sha256$",
];

/// How keys begin that everybody may have.
const PUBLIC: &[&str] = &[
    "ssh-rsa ",
    "ssh-ed25519 ",
    "ssh-dss ",
    "ecdsa-sha2",
    "sk-ssh-",
    "-----BEGIN PUBLIC",
    "-----BEGIN CERTIFICATE",
    // The same in base 64.
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS",
    "-----BEGIN RSA PUBLIC",
    "-----BEGIN PGP PUBLIC",
    "jwt,",
    "age1",
];

/// How encrypted values begin.
#[rustfmt::skip] // Words fill lines.
const SEALED: &[&str] = &[
    "ENC[", "ENC(", "$ANSIBLE_VAULT", "vault:v1:", "vault:v2:", "{cipher}", "{aes}", "AQICAH",
    "-----BEGIN PGP MESSAGE", "-----BEGIN AGE", "kms:", "enc:", "encrypted:", "sops:", "AgA", "AgB", "AgC", "AgD",
    "DEC::", "ejson",
];

/// Whether a value is encrypted as Maven and Jenkins write it: `{…}` around base 64.
fn is_sealed_in_braces(text: &str) -> bool {
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or("");
    let has = |test: fn(&u8) -> bool| inner.bytes().any(|byte| test(&byte));
    inner.len() >= 24
        && inner.len().is_multiple_of(4)
        && inner.trim_end_matches('=').bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
}

/// How places begin.
#[rustfmt::skip] // Words fill lines.
const PLACES: &[&str] = &[
    "/", "./", "../", "~/", "file:", "C:\\", "c:\\", "http://", "https://", "projects/", "oidc:", "secret/", "secrets/", "kv/",
];

/// Ends of names of objects that hold certificates, which nobody chooses for a secret that a program compares.
const CERTIFICATES: &[&str] = &["-cert", "-certs", "-certificate", "-tls"];

/// Ends of names of files.
const FILE_ENDS: &[&str] =
    &[".pem", ".key", ".crt", ".txt", ".json", ".yaml", ".yml", ".p12", ".pfx", ".jks", ".pub", ".env", ".asc", ".gpg"];

static TEMPLATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\$\{|\$\(|\{\{|<%|%\(|#\{|@@|^%[A-Za-z0-9_]+%$|^__[A-Za-z0-9_]+__$|^@[A-Za-z0-9_]+@$|^<[^<>]*>$|^\[[^\[\]]*\]$|^\{\$?[A-Za-z0-9_]+\}$|^\{(?:env|file)[.:][^{}]+\}$|^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*\(.*\)(\[[^\[\]]*\]|\.[A-Za-z0-9_]+)*$|^[A-Za-z0-9_.]+\($|^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+\(|^[a-z]+_[a-z_0-9]+\.[a-z_][A-Za-z0-9_.\[\]-]*$|^\$[A-Za-z0-9_]+$|^[A-Za-z0-9._%+-]{1,64}:(?:\$[A-Za-z_][A-Za-z0-9_]*|%[A-Za-z0-9_]+%)$|^\$[a-z0-9][a-z0-9.-]*:[A-Za-z0-9._-]+$|^%[sq](\\n)?$|^\(.*\)(\.[A-Za-z][A-Za-z0-9]*)*$|^\[[A-Za-z][A-Za-z0-9.]*\]::|^(?:New|Get|Read|Import|Invoke|ConvertTo|ConvertFrom|Select|Join|Resolve|Request|Find)-[A-Z][A-Za-z]+(?:$|\s)",
    )
    .ok()
});

/// A secret that is called one and described: `some-long-secret`, `my_pass`, `client-secret-from-env`, `shop-test-password`; or an id that somebody counted.
static STANDS_FOR_ONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:(?:an?|some|my|our|the)[ _-]?(?:(?:very|really|long|strong|secure|random)[ _-]?)*|(?:(?:very|really|long)[ _-]?)+)(?:secret|pass|password|passphrase|key|token)(?:[ _-]?(?:key|value|string|here))?$|[ _-]from[ _-](?:the[ _-])?(?:env|environment|vault)$|[ _-]tests?[ _-](?:password|passwd|pass|secret|token|key)$|^12345678-(?:[0-9]{4}-){3}[0-9]{12}$",
    )
    .ok()
});

/// Whether a text is an address of mail, as far as its last label tells, and nothing that was made up to be guessed by nobody.
fn is_mail(lower: &str) -> bool {
    const ENDS: &[&str] =
        &[".com", ".org", ".net", ".io", ".gov", ".edu", ".eu", ".co.uk", ".gov.uk", ".de", ".fr", ".it"];
    let Some((name, host)) = lower.split_once('@') else { return false };
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || b".+-_".contains(&byte));
    plain(name) && plain(host) && ENDS.iter().any(|end| host.ends_with(end))
}

/// A name in capitals, as variables have, of more than one word.
static VARIABLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[A-Z][A-Z]*([_-]+[A-Z]+)+[0-9]?$").ok());

/// Words in lower case that are joined, as objects are named.
static OBJECT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:[a-z]+|[a-z][a-z0-9]*[-_./:][a-z0-9]+)(?:[-_./:][a-z0-9]+)*$").ok());

/// What a value under a name of some matter is: a password holds, anything else may name a secret.
pub fn nature(value: &str, matter: Matter) -> Nature {
    nature_as(value, matter, if matter == Matter::Password { Bearing::Holds } else { Bearing::MayName })
}

/// Whether a value must not be shown under a name.
pub fn hides(name: &str, value: &str) -> bool {
    named(name).is_some_and(|matter| nature_as(value, matter, bearing(name, matter)).is_hidden())
}

/// What a value is in a field of which it is known whether it may name a secret in place of holding it.
pub fn nature_as(value: &str, matter: Matter, bearing: Bearing) -> Nature {
    let text = value.trim();
    if text.is_empty() {
        return Nature::Nothing;
    }
    if !text.contains(char::is_alphanumeric) {
        return if text.len() >= 8 { Nature::Placeholder } else { Nature::Switch };
    }
    if text.starts_with("**") && text.ends_with("**") {
        return Nature::Placeholder;
    }
    // An option, and what is put in behind it: `-betapassword $KEY`.
    if text.split_once(' ').is_some_and(|(option, rest)| option.starts_with('-') && is_reference(rest.trim())) {
        return Nature::Reference;
    }
    let begins = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    if begins(PUBLIC) || is_fingerprint(text) || is_id_of_cloud(text) || is_region(text) {
        return Nature::Name;
    }
    // `user:hash`, as in files of passwords.
    let hashed = text.split_once(':').is_some_and(|(_, rest)| HASHES.iter().any(|hash| rest.starts_with(hash)));
    if begins(HASHES) || hashed || is_database_hash(text) {
        return Nature::Hash;
    }
    if begins(SEALED) && text.len() >= 16 || is_sealed_in_braces(text) {
        return Nature::Sealed;
    }
    if is_reference(text) {
        return Nature::Reference;
    }
    if is_member(text) || is_mount(text) {
        return Nature::Name;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return if text.len() < 4 { Nature::Number } else { number(text, matter) };
    }
    let lower = text.to_lowercase();
    // `@/run/secrets/db`: many programs read a value from the file that is named so.
    let path = text.strip_prefix('@').unwrap_or(text);
    let place = PLACES.iter().any(|start| path.starts_with(start))
        || has_scheme(text)
        || FILE_ENDS.iter().any(|end| lower.ends_with(end));
    if place && !text.contains(char::is_whitespace) && super::urls::user_information(text).is_none() {
        // A slash is also a digit of base 64.
        return if text.starts_with('/') && is_random(text) { Nature::Literal } else { Nature::Place };
    }
    if let Some(nature) = word(text, &lower, matter) {
        return nature;
    }
    if super::checks::is_published(text) {
        return Nature::Placeholder;
    }
    if VARIABLE.as_ref().is_some_and(|pattern| pattern.is_match(text)) {
        return Nature::Name;
    }
    let holds_certificates = || matter != Matter::Password && CERTIFICATES.iter().any(|end| text.ends_with(end));
    if (bearing == Bearing::MayName || holds_certificates()) && names_an_object(text, matter) {
        return Nature::Name;
    }
    let any = matter == Matter::Password || bearing == Bearing::Holds && matter == Matter::Secret;
    if text.len() < 4 || (!any && !could_be_token(text)) {
        return match matter {
            Matter::Password if text.chars().all(char::is_alphanumeric) => Nature::WellKnown,
            // Two or three signs are rather those of a language: `@e?`.
            Matter::Password => Nature::Short,
            _ if is_short_token(text) => Nature::Short,
            _ => Nature::Name,
        };
    }
    Nature::Literal
}

/// Whether a text is an address of any scheme that hands nothing over: `sqlite:///var/lib/mail.sqlite`, and not
/// `otpauth://totp/shop?secret=…`.
fn has_scheme(text: &str) -> bool {
    let of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let rest = text.split_once("://").filter(|(scheme, _)| !scheme.is_empty() && scheme.bytes().all(of_scheme));
    rest.is_some_and(|(_, rest)| !rest.contains('='))
}

/// Kinds of members of Google Cloud that are told by an address of mail.
const MEMBERS: &[&str] =
    &["serviceAccount", "user", "group", "deleted:serviceAccount", "deleted:user", "deleted:group"];

/// Whether a text names who has a right (`serviceAccount:app@project.iam.gserviceaccount.com`), which looks like a user with
/// a password before a host.
fn is_member(text: &str) -> bool {
    let Some((before, host)) = text.rsplit_once('@') else { return false };
    let Some((kind, name)) = before.rsplit_once(':') else { return false };
    let mail = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte))
    };
    let domain = host.split('?').next().unwrap_or("");
    // `user` may be the name of a user too: digits among the letters are rather those of a password.
    let chosen = name.bytes().any(|byte| byte.is_ascii_digit()) && name.bytes().any(|byte| byte.is_ascii_alphabetic());
    MEMBERS.contains(&kind) && mail(name) && domain.contains('.') && mail(domain) && !(kind == "user" && chosen)
}

/// Keys of what is mounted as a secret while an image is built, or in a service.
const MOUNTED: &[&str] =
    &["id", "source", "src", "target", "dst", "destination", "env", "type", "required", "mode", "uid", "gid"];

/// Whether a text says which secret is mounted (`id=npm,src=.npmrc`), and not what it is.
fn is_mount(text: &str) -> bool {
    let key = |part: &str| part.split_once('=').is_some_and(|(key, _)| MOUNTED.contains(&key));
    ["id=", "source=", "src=", "type="].iter().any(|start| text.starts_with(start)) && text.split(',').all(key)
}

/// Whether a part of a value that is filled in is secret: four characters or more that would be a secret on their own, and
/// no word that says what follows (`serviceAccount:`).
pub(super) fn is_secret_part(part: &str, matter: Matter) -> bool {
    let part = part.trim();
    let is_lead = part.strip_suffix(':').is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()));
    part.len() >= 4 && !is_lead && nature(part, matter) == Nature::Literal
}

/// Whether a value is filled in elsewhere.
pub fn is_reference(text: &str) -> bool {
    if HASHES.iter().any(|start| text.starts_with(start)) {
        return false;
    }
    let text = text.strip_prefix(r#"""""#).and_then(|text| text.strip_suffix(r#"""""#)).unwrap_or(text);
    let begins = REFERENCES.iter().any(|start| text.starts_with(start)) || is_variable(text) || is_option(text);
    begins || TEMPLATED.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// An option whose value is filled in: `--password=$PASSWORD`.
fn is_option(text: &str) -> bool {
    let option = text.strip_prefix('-').and_then(|text| text.split_once(['=', ' ']));
    option.is_some_and(|(name, value)| {
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) && is_variable(value)
    })
}

/// `$NAME`, `$1`, `${…`: and not a password that begins with a dollar.
fn is_variable(text: &str) -> bool {
    // What ends a substitution or a quotation may stand behind it.
    let text = text.trim_end_matches([')', '"', '\'', '`', ';']);
    let Some(rest) = text.strip_prefix('$').map(|rest| rest.trim_start_matches('$')) else { return false };
    rest.starts_with(['{', '(', '['])
        || (!rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' || byte == b':'))
}

fn number(text: &str, matter: Matter) -> Nature {
    match matter {
        Matter::Password if WELL_KNOWN.contains(&text) => Nature::WellKnown,
        Matter::Password if text.len() >= 6 => Nature::Literal,
        _ => Nature::Number,
    }
}

/// What a value that is a known word, or holds one, is.
fn word(text: &str, lower: &str, matter: Matter) -> Option<Nature> {
    let password = matter == Matter::Password;
    if WELL_KNOWN.contains(&lower) && text == lower && password {
        return Some(Nature::WellKnown);
    }
    if SWITCHES.contains(&lower) {
        return Some(Nature::Switch);
    }
    if TRIED.contains(&lower) || WELL_KNOWN.contains(&lower) || super::checks::longest_run(text) >= 5 {
        return Some(Nature::Placeholder);
    }
    if is_duration(lower) || is_rate(lower) {
        return Some(Nature::Number);
    }
    if is_notice(text) || STANDS_FOR_ONE.as_ref().is_some_and(|pattern| pattern.is_match(lower)) {
        return Some(Nature::Placeholder);
    }
    if is_mail(lower) {
        return Some(Nature::Name);
    }
    let letters: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    // A stand-in is words; in a random text of some length three letters may be anything.
    let found = STAND_INS.iter().find(|word| letters.contains(*word))?;
    let rest = letters.len().saturating_sub(found.len());
    let digits = letters.bytes().filter(u8::is_ascii_digit).count();
    (found.len() >= 5 || rest < 24 && digits <= 4 || super::checks::is_placeholder(text)).then_some(Nature::Placeholder)
}

/// Whether it is a sentence in capitals, which tells a reader to write something else there: `DEFAULT IS INSECURE!`.
fn is_notice(text: &str) -> bool {
    let is_said =
        |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b' ' | b'!' | b'.' | b',' | b'\'' | b'<' | b'>');
    let words = text.split(' ').filter(|word| word.bytes().filter(u8::is_ascii_uppercase).count() > 1);
    text.bytes().all(is_said) && words.count() >= 2
}

/// How often something may be done: `10/minute`.
fn is_rate(lower: &str) -> bool {
    const UNITS: &[&str] = &["s", "sec", "second", "m", "min", "minute", "h", "hour", "d", "day"];
    lower.split_once('/').is_some_and(|(times, unit)| {
        let is_number = !times.is_empty() && times.bytes().all(|byte| byte.is_ascii_digit());
        is_number && UNITS.contains(&unit)
    })
}

/// `30d`, `5m`, `1h30m`.
fn is_duration(lower: &str) -> bool {
    let ends = ["ms", "s", "m", "h", "d", "w", "y"];
    ends.iter().any(|end| {
        lower.strip_suffix(end).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// Whether a text tells a key without being it: the fingerprint of `OpenPGP`, of a certificate or of a key of SSH.
fn is_fingerprint(text: &str) -> bool {
    let digits = |text: &str, capital: bool| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F') || !capital && byte.is_ascii_hexdigit())
    };
    let of_key = |word: &str| {
        let word = word.strip_prefix("0x").unwrap_or(word);
        [16, 32, 40, 64].contains(&word.len())
            && digits(word, true)
            && word.bytes().any(|byte| byte.is_ascii_uppercase())
    };
    let in_pairs = |word: &str| word.len() >= 47 && word.split(':').all(|pair| pair.len() == 2 && digits(pair, false));
    let in_fours = text.len() >= 40
        && text.split_whitespace().count() >= 8
        && text.split_whitespace().all(|part| part.len() == 4 && digits(part, true));
    let words = || text.split([' ', ',', '\\', '\n', '\t']).filter(|word| !word.is_empty());
    in_fours || text.starts_with("SHA256:") && text.len() == 50 || words().all(|word| of_key(word) || in_pairs(word))
}

/// How AWS begins the ids of what it makes.
#[rustfmt::skip] // Words fill lines.
const IDS: &[&str] = &[
    "acl", "ami", "aki", "ari", "bgw", "cgw", "dopt", "eigw", "eipalloc", "eipassoc", "eni", "fl", "fs", "fsap", "fsmt", "i",
    "igw", "key", "lgw", "lt", "nat", "pcx", "pl", "r", "rtb", "rtbassoc", "sg", "sgr", "snap", "subnet", "tgw", "tgw-attach",
    "tgw-rtb", "vgw", "vol", "vpc", "vpce", "vpce-svc", "vpn",
];

/// Whether a text is the id of a machine image, a network or another thing that a cloud made, which anybody may know.
fn is_id_of_cloud(text: &str) -> bool {
    let hex = |digits: &str| digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    text.rsplit_once('-')
        .is_some_and(|(kind, digits)| IDS.contains(&kind) && [8, 17].contains(&digits.len()) && hex(digits))
}

/// Parts of names of regions, where they begin and where they are.
const REGIONS: (&[&str], &[&str]) = (
    &["us", "eu", "ap", "ca", "sa", "me", "af", "il", "mx", "cn"],
    &["gov", "north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest"],
);

/// Whether a text is the name of a region of AWS: `ca-central-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [first, within @ .., last] = &parts[..] else { return false };
    let is_number = last.len() == 1 && last.bytes().all(|byte| byte.is_ascii_digit());
    is_number && REGIONS.0.contains(first) && !within.is_empty() && within.iter().all(|part| REGIONS.1.contains(part))
}

/// Whether a text is a hash as databases keep them.
fn is_database_hash(text: &str) -> bool {
    let hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.strip_prefix('*').is_some_and(|rest| hex(rest, 40))
        || text.strip_prefix("md5").is_some_and(|rest| hex(rest, 32))
}

/// Words, of which some are abbreviations, that are joined as objects are named: `eventhub-SC-Contracts-connection-string`.
static TITLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:[a-z]{2,15}|[A-Z][a-z]{1,14}|[A-Z]{2,6})(?:[-_./:](?:[a-z]{2,15}|[A-Z][a-z]{1,14}|[A-Z]{1,6})){2,9}$",
    )
    .ok()
});

/// Whether a text is one name of several words of which the last says what it names, perhaps with a number: `internalDatabasePassword`,
/// `storageAccessKey1`.
fn is_camel(text: &str) -> bool {
    let named = text.trim_end_matches(|last: char| last.is_ascii_digit());
    let text = if text.len() - named.len() <= 2 { named } else { text };
    let is_one = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.len() <= 48
        && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_one && text.bytes().any(|byte| byte.is_ascii_uppercase()) && super::names::ends_in_secret(text)
}

/// Whether a text is words that name something rather than being it: `db-credentials`, `app/password`.
fn names_an_object(text: &str, matter: Matter) -> bool {
    if is_camel(text) || matter != Matter::Password && TITLED.as_ref().is_some_and(|pattern| pattern.is_match(text)) {
        return true;
    }
    if !OBJECT.as_ref().is_some_and(|pattern| pattern.is_match(text)) {
        return false;
    }
    let parts: Vec<&str> = text.split(['-', '_', '.', '/', ':']).collect();
    // A long part of letters and digits is no word of a name: `key-3f9a…`.
    if parts.iter().any(|part| part.len() >= 20 && part.bytes().filter(u8::is_ascii_digit).count() > 2) {
        return false;
    }
    let told = named(text).is_some()
        || parts.iter().any(|part| ["secret", "secrets", "credentials", "creds", "key"].contains(part));
    match matter {
        Matter::Password => parts.len() > 1 && told,
        Matter::Token | Matter::Key | Matter::Secret => {
            let worded =
                parts.iter().all(|part| part.len() <= 16 && part.bytes().filter(u8::is_ascii_digit).count() <= 2);
            told || (worded && text.len() <= 60)
        }
    }
}

/// Whether a text of four to seven characters has digits, capitals and small letters.
fn is_short_token(text: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| text.bytes().any(|byte| kind(&byte));
    (4..8).contains(&text.len())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && !text.contains(char::is_whitespace)
}

/// Whether a text varies as a token or a key does.
fn could_be_token(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = bytes.iter().any(u8::is_ascii_digit);
    let lower = bytes.iter().any(u8::is_ascii_lowercase);
    let upper = bytes.iter().any(u8::is_ascii_uppercase);
    let other = bytes.iter().any(|byte| !byte.is_ascii_alphanumeric());
    let classes = [digit, lower, upper, other].into_iter().filter(|class| *class).count();
    text.len() >= 8 && (classes >= 2 || text.len() >= 20)
}

/// Whether a text is long and varied enough to be nothing that a person wrote.
pub fn is_random(text: &str) -> bool {
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = text.bytes().any(|byte| byte.is_ascii_lowercase());
    text.len() >= 16 && digit && upper && lower && super::checks::entropy(text) >= 3.5
}

/// Whether a text can be masked wherever it occurs, in words that were never about it.
pub fn is_distinct(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let others = text.len() - digits - letters;
    text.len() >= 8 && (digits > 0 && letters > 0 || text.len() >= 12 && others > 0 || text.len() >= 20)
}

/// Whether a text of six characters or more has digits, capitals and small letters, and so is no word of another text.
pub fn is_chosen(text: &str) -> bool {
    let classes = [u8::is_ascii_digit, u8::is_ascii_uppercase, u8::is_ascii_lowercase as fn(&u8) -> bool];
    text.len() >= 6 && !text.contains('\n') && classes.iter().all(|class| text.bytes().any(|byte| class(&byte)))
}

#[cfg(test)]
mod tests;
