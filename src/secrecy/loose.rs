//! Secrets that are told by what is around them, in no pair of a name and a value: the signature of an address, the password
//! in a statement of SQL, `user:password` under a name that asks for both. They are hidden, and never taken for evidence.
//!
//! To add one: a line in [`SPOTS`]. A pattern is built and tried only where a text has one of its words.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use regex::bytes::{Regex, RegexBuilder};

use super::heads::Heads;
use super::names::Matter;
use super::values::{self, Nature};

/// A place where a secret stands.
struct Spot {
    /// What it is called.
    name: &'static str,
    /// What it is, which says what of its values are secrets.
    matter: Matter,
    /// Words of which one is in every text that has it, in small letters.
    words: &'static [&'static str],
    /// Its first group is the secret.
    pattern: &'static str,
}

const fn spot(name: &'static str, matter: Matter, words: &'static [&'static str], pattern: &'static str) -> Spot {
    Spot { name, matter, words, pattern }
}

/// Every such place.
const SPOTS: &[Spot] = &[
    // BASIC_AUTH=user:password, `"auth": "user:password"`, `basicauth.users=user:password`.
    spot(
        "basic-auth",
        Matter::Password,
        &["auth", "basic", "htpasswd", "userpwd", "login", "dsn"],
        r#"(?i)\b[A-Z0-9_.-]*(?:auth|basic|htpasswd|userpwd|auth\.users|logins?|dsn)\\?["']?[ \t]*[:=][ \t]*\\?["']?[A-Z0-9._%+@-]{1,64}:([^\s"'\\,;@/{}$<>]{4,})"#,
    ),
    // What signs in to a registry.
    spot(
        "registry-auth",
        Matter::Password,
        &["auth"],
        r#"(?i)(?:\\?["']_?auth\\?["'][ \t\r\n]*:[ \t\r\n]*\\?["']|:_auth=|\b_auth[ \t]*=[ \t]*|\bauth[ \t]*=[ \t]*)([A-Z0-9+/=_-]{8,})"#,
    ),
    // Addresses that whoever has them may call.
    spot(
        "webhook",
        Matter::Password,
        &["hooks", "office", "logic.azure", "telegram", "chat.googleapis", "ifttt", "pagerduty"],
        r#"(?i)(?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/|\boffice(?:365)?\.com/webhook(?:b2)?/|\.logic\.azure\.com[^\s"'<>]*[?&]sig=|discord(?:app)?\.com/api/webhooks/[0-9]+/|api\.telegram\.org/(?:file/)?bot[0-9]*:?|chat\.googleapis\.com/v1/spaces/|hooks\.zapier\.com/hooks/catch/|maker\.ifttt\.com/[^\s"'<>]*key/|hooks\.chime\.aws/incomingwebhooks/|events\.pagerduty\.com/integration/)([^\s"'<>\\]{8,})"#,
    ),
    // Signatures, codes and keys in the query of an address.
    spot(
        "query",
        Matter::Token,
        &["sig=", "signature=", "token=", "code=", "key=", "auth=", "hash=", "sessionid=", "sid=", "ticket="],
        r#"(?i)[?&](?:amp;)?(?:sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature|code|key|apikey|api[_-]key|auth|hash|sessionid|sid|ticket)=([^&\s"'<>\\]{8,})"#,
    ),
    // Cookie: session=…
    spot(
        "cookie",
        Matter::Password,
        &["cookie"],
        r#"(?i)\bcookie\\?["']?(?:[ \t]*[:=][ \t]*|[ \t]+|[ \t]*\r?\n[ \t]*value:[ \t]*)\\?["']?[A-Z0-9_.-]{1,64}=([^\s"';\\]{4,})"#,
    ),
    spot(
        "header",
        Matter::Password,
        &["authorization"],
        r#"(?i)\bauthorization\\?["']?[ \t]*[:=][ \t]*\\?["']?([A-Z0-9._~+/=-]{12,})"#,
    ),
    // Statements of SQL.
    spot(
        "identified-by",
        Matter::Password,
        &["identified"],
        r#"(?i)\bIDENTIFIED[ \t\r\n]+(?:WITH[ \t\r\n]+[A-Z0-9_'"`]+[ \t\r\n]+)?(?:BY|AS)[ \t\r\n]+(?:PASSWORD[ \t\r\n]+)?\\?['"]([^'"\\]{2,})"#,
    ),
    spot(
        "password",
        Matter::Password,
        &["password"],
        r"(?i)\bPASSWORD[ \t\r\n]*(?:=[ \t]*PASSWORD[ \t]*)?\(?[ \t\r\n]*\\?'([^'\\]{2,})\\?'",
    ),
    // user:password@host without a scheme; digests and addresses of mail look alike.
    spot(
        "address",
        Matter::Password,
        &["@"],
        r#"(?:^|[\s"'=,(\[#])(?:[A-Za-z0-9._%+-]{1,64}):([^\s:/@"'<>{}$,\\]{4,})@(?:tcp\(|unix\(|localhost\b|[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+)"#,
    ),
    // What Terraform is told to keep to itself.
    spot("sensitive", Matter::Password, &["sensitive("], r#"\bsensitive\([ \t\r\n]*"([^"\\$]+)""#),
    // What signs in without a password.
    spot("user", Matter::Password, &["://"], r"://([A-Za-z0-9._!~*+-]{10,200})(?::x-oauth-basic|:x-token-auth|:)?@"),
    // Programs that say it in their own way.
    spot("secret_id", Matter::Password, &["secret_id="], r#"\bvault[ \t]+write[^\n|;]*\bsecret_id=([^\s"'$]+)"#),
    spot("sops", Matter::Password, &["sops"], r#"\bsops\b[^\n|;]*?\bset\b[^\n]*\]["'\\]*[ \t]+["'\\]+([^"'\\\n]{2,})"#),
    spot(
        "oracle",
        Matter::Password,
        &["exp ", "imp "],
        r#"\b(?:exp|imp)[ \t]+(?:userid=)?[A-Za-z0-9_]{1,64}/([^\s"'$/@]{4,})"#,
    ),
    // A Secret as a text of JSON in another document.
    spot(
        "applied",
        Matter::Password,
        &["stringdata\\\""],
        r#"\\"stringData\\"[ \t]*:[ \t]*\{(?:[^{}]{0,2000}?,)?[ \t]*\\"[^"\\]{1,200}\\"[ \t]*:[ \t]*\\"([^"\\]{2,})"#,
    ),
    spot("login", Matter::Password, &[".login="], r#"[a-z]\.login=([^\s"'$]{6,})"#),
    spot(
        "login",
        Matter::Password,
        &["login", "add source", "add  source", "add\tsource"],
        r#"\b(?:login|add[ \t]+source)\b[^\n|;]*[ \t]-p[ \t]+([^\s"'$-][^\s"']{3,})"#,
    ),
    spot("password", Matter::Password, &["/pass"], r#"(?i)[ \t]/pass(?:word)?:([^\s"'%$]{4,})"#),
    spot("password", Matter::Password, &["schtasks"], r#"(?i)\bschtasks\b[^\n]*[ \t]/rp[ \t]+([^\s"'%$]{4,})"#),
    spot("password", Matter::Password, &["signtool"], r#"(?i)\bsigntool\b[^\n]*[ \t]/p[ \t]+([^\s"'%$]{4,})"#),
    spot(
        "password",
        Matter::Password,
        &["/user:"],
        r#"(?i)\bnet1?(?:\.exe)?[ \t]+use[ \t][^\n]*/user:[^\s]+[ \t]+([^\s"'%$/]{4,})"#,
    ),
    spot(
        "password",
        Matter::Password,
        &[" user", "\tuser"],
        r#"(?i)\bnet1?(?:\.exe)?[ \t]+user[ \t]+[^\s]+[ \t]+([^\s"'%$/][^\s"'%$]{3,})[ \t]+/"#,
    ),
    spot("send", Matter::Password, &["send"], r#"assword:?[^\n]{0,40}?\bsend[ \t]+(?:--[ \t]+)?\\?["{]([^"\\}$]{4,})"#),
    spot(
        "salt",
        Matter::Password,
        &["_salt", "_sk", "_pepper"],
        r#"(?i)\b[A-Z0-9_]*(?:_SALT|_SK|_PEPPER)[ \t]*[:=][ \t]*["']?([^\s"',;${}]{8,})"#,
    ),
    // Declarations in files that cannot be read.
    spot(
        "declared",
        Matter::Password,
        &["sensitive", "noecho", "securestring", "secureobject"],
        r#"(?:\bsensitive[ \t]*=[ \t]*true|\bNoEcho["']?[ \t]*:[ \t]*["']?true["']?|(?i:["']?\btype["']?[ \t]*[:=][ \t]*["']?secure(?:string|object))["']?)[^{}]{0,300}?\b[dD]efault(?:Value)?["']?[ \t]*[:=][ \t]*["']?([^\s"',{}$]{2,})"#,
    ),
    spot("mask", Matter::Password, &["::add-mask::"], r#"::add-mask::([^\s"'`$<>]{3,})"#),
    // A line of `.pgpass`, or of the list of cloud-init.
    spot(
        "pgpass",
        Matter::Password,
        &["0:", "1:", "2:", "3:", "4:", "5:", "6:", "7:", "8:", "9:", "*:"],
        r#"(?:^|[\s"'])[^\s:"'/]+:(?:[0-9]{2,5}|\*):[^\s:"']+:[^\s:"']+:([^\s:"'\\]{4,})"#,
    ),
    // What a comment says.
    spot(
        "said",
        Matter::Password,
        &["password", "passphrase", "passwd"],
        r#"(?i)\bpass(?:word|phrase|wd)[ \t]+(?:was|is|are|to|=)[ \t]+[`"']?([^\s`"']{6,}?)[.,;]?(?:[\s`"']|$)"#,
    ),
];

/// Most lines that belong to the setting up of users.
const MOST_USERS: usize = 40;

/// What stands before a colon and is no user: kinds of members and addresses.
#[rustfmt::skip] // Words fill lines.
const NO_USERS: &[&str] = &[
    "mailto", "acct", "sip", "sips", "xmpp", "mail", "email", "contact", "serviceaccount", "group", "user", "principal",
    "deleted", "domain", "npm", "pkg", "oci", "docker", "image", "from", "to", "cc", "maintainer", "author", "git", "ssh",
];

/// The pattern of each place, built when a text first has one of its words.
static PATTERNS: LazyLock<Vec<OnceLock<Option<Regex>>>> =
    LazyLock::new(|| SPOTS.iter().map(|_| OnceLock::new()).collect());

/// The words of all places.
struct Words {
    heads: Heads,
    /// Which place each of the words is of.
    of: Vec<usize>,
    /// The places that have a word of a single letter, with it.
    letters: Vec<(usize, &'static str)>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let words = || SPOTS.iter().enumerate().flat_map(|(at, spot)| spot.words.iter().map(move |word| (at, *word)));
    Words {
        heads: Heads::new(words().map(|(_, word)| word)),
        of: words().map(|(at, _)| at).collect(),
        letters: words().filter(|(_, word)| word.len() == 1).collect(),
    }
});

/// The places of which a text has a word, with their patterns.
fn likely(text: &str) -> impl Iterator<Item = (&'static Spot, &'static Regex)> {
    let mut has = [false; SPOTS.len()];
    let words = WORDS.heads.all(text, 0).filter_map(|(word, _)| WORDS.of.get(word).copied());
    let letters = WORDS.letters.iter().filter(|(_, letter)| text.contains(letter)).map(|(at, _)| *at);
    for place in words.chain(letters) {
        if let Some(has) = has.get_mut(place) {
            *has = true;
        }
    }
    let likely = SPOTS.iter().zip(PATTERNS.iter()).zip(has).filter(|(_, has)| *has);
    likely.filter_map(|((spot, pattern), _)| Some((spot, pattern.get_or_init(|| built(spot.pattern)).as_ref()?)))
}

/// A pattern over bytes: what names and marks are made of is ASCII, and where letters of all languages count, a pattern
/// takes many times as long to build and to search with.
fn built(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).unicode(false).build().ok()
}

/// The secrets of a text that stand so.
pub(super) fn places(text: &str, found: &mut Vec<Range<usize>>) {
    users(text, found);
    for (spot, pattern) in likely(text) {
        let mut at = 0;
        // The whole of a match may be what the next one begins with.
        while let Some(captures) = pattern.captures_at(text.as_bytes(), at) {
            let Some(part) = captures.get(1) else { break };
            at = part.end();
            let whole = captures.get(0).map_or(part.range(), |whole| whole.range());
            let rest = text.get(whole.end..).unwrap_or("");
            // A bounded repetition may end within a character.
            let (Some(value), Some(whole)) = (text.get(part.range()), text.get(whole)) else { continue };
            // Whatever follows the address of a webhook is what calls it.
            let secret = match values::nature(value, spot.matter) {
                Nature::Literal => true,
                Nature::Reference | Nature::Nothing => false,
                _ => spot.name == "webhook",
            };
            if secret && !is_other(spot, whole, value, rest) {
                found.push(part.range());
            }
        }
    }
}

/// A line of the list that cloud-init hands to `chpasswd`.
static USER: LazyLock<Option<Regex>> =
    LazyLock::new(|| built(r#"^[ \t]*(?:-[ \t]+)?["']?[a-z_][a-z0-9_-]*:([^\s:"']{4,})["']?[ \t]*\r?$"#));

/// The passwords of the users that cloud-init sets up.
fn users(text: &str, found: &mut Vec<Range<usize>>) {
    for (at, key) in text.match_indices("chpasswd:") {
        let mut start = at + key.len();
        for line in text.get(start..).unwrap_or("").split('\n').take(MOST_USERS) {
            let captures = USER.as_ref().and_then(|user| user.captures(line.as_bytes()));
            let part = captures.and_then(|captures| captures.get(1)).map_or(0..0, |part| part.range());
            if line.get(part.clone()).is_some_and(|part| values::nature(part, Matter::Password).is_hidden()) {
                found.push(start + part.start..start + part.end);
            }
            start += line.len() + 1;
        }
    }
}

fn is_other(spot: &Spot, whole: &str, value: &str, rest: &str) -> bool {
    let varied =
        value.bytes().any(|byte| byte.is_ascii_digit()) && value.bytes().any(|byte| byte.is_ascii_alphabetic());
    match spot.name {
        "address" => {
            let user = whole.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).split(':').next().unwrap_or("");
            // A registry has a path behind it.
            let named = !(varied && rest.starts_with('/'));
            whole.contains("@sha256") || named && NO_USERS.iter().any(|other| other.eq_ignore_ascii_case(user))
        }
        // A word may be anything; digits among letters are drawn, or chosen as one draws.
        "query" | "registry-auth" | "header" | "user" | "salt" | "login" | "said" | "oracle" => !varied,
        "basic-auth" => value.starts_with("//"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut found = Vec::new();
        places(text, &mut found);
        found.iter().map(|range| text.get(range.clone()).unwrap()).collect()
    }

    #[test]
    fn what_is_around_a_secret_tells_it() {
        let mut wrong = Vec::new();
        for text in [
            "BASIC_AUTH=admin:kIt07yx",
            "basic-auth: \"admin:kIt07yx\"",
            "app.auth.basic=u:kIt07yx",
            "traefik.http.middlewares.auth.basicauth.users=admin:kIt07yx",
            "{\"auths\":{\"r\":{\"auth\":\"kIt07yxQ\"}}}",
            "{\\\"auth\\\": \\\"kIt07yxQ\\\"}",
            "//registry.npmjs.org/:_auth=kIt07yxQ",
            "https://acme.webhook.office.com/webhookb2/kIt07yxQ",
            "https://discord.com/api/webhooks/112233/kIt07yxQ",
            "https://api.telegram.org/bot123456:kIt07yxQ",
            "https://x.blob.core.windows.net/c?sv=2020&sig=kIt07yxQ",
            "https://x.example.org/hook?key=kIt07yxQ&x=1",
            "https://fn.azurewebsites.net/api/f?code=kIt07yxQ",
            "curl -H \"Cookie: session=kIt07yx\"",
            "proxy_set_header Cookie \"session=kIt07yx\";",
            "Authorization: kIt07yxQ12345",
            "CREATE USER 'a'@'%' IDENTIFIED BY 'kIt07yx'",
            "ALTER USER root IDENTIFIED WITH mysql_native_password BY 'kIt07yx'",
            "CREATE ROLE a LOGIN PASSWORD 'kIt07yx'",
            "SET PASSWORD FOR 'root' = PASSWORD('kIt07yx')",
            "image: u:kIt07yx@registry.example.org/a:latest",
            "DSN=u:kIt07yx@tcp(h:3306)/x",
            "echo ::add-mask::kIt07yx",
            "h:5432:db:u:kIt07yx",
            "chpasswd:\n  list: |\n    root:kIt07yx\n",
            "chpasswd:\n  list: |\n    root:RANDOM\n    app:kIt07yx\n",
            "# the old password was kIt07yx",
            "FROM user:kIt07yx@r.example.org/x/a:1",
            "main.yml#u:kIt07yx@r.example.org/x",
            "git clone https://kIt07yx123@github.com/x/y",
            "url.\"https://kIt07yx123:x-oauth-basic@github.com/\"",
            "vault write auth/x/login role_id=a secret_id=kIt07yx",
            "sonar-scanner -Dsonar.login=kIt07yx",
            "sops --set '[\"a\"][\"b\"] \"kIt07yx\"' s.yaml",
            "sops set s.yaml '[\"a\"]' '\"kIt07yx\"'",
            "exp hr/kIt07yx file=x",
            "imp userid=hr/kIt07yx@db file=x",
            "x: \"{\\\"stringData\\\":{\\\"door\\\":\\\"kIt07yx\\\"}}\"",
            "fly -t x login -u a -p kIt07yx",
            "cmdkey /add:h /user:a /pass:kIt07yx",
            "net user admin kIt07yx /add",
            "expect \"password:\"; send \"kIt07yx\\r\"",
            "ENCRYPTION_SALT=kIt07yxQ",
            "variable \"y\" { sensitive = true, default = \"kIt07yx\" }",
            "NoEcho: true\n    Default: kIt07yx",
            "\"type\": \"secureString\", \"defaultValue\": \"kIt07yx\" \"x\"",
        ] {
            if !shown(text).contains("kIt07yx") {
                wrong.push(format!("{text} shows it, and hides {:?}", shown(text)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_looks_alike_is_shown() {
        for text in [
            "image: nginx:1.25@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "member = \"user:jane@example.com\"",
            "member = \"user:jane1@example.com\"",
            "https://user-name-only@example.org/x",
            "sensitive = true\n  description = \"x\"",
            "NoEcho: true\n    Type: String",
            "serviceAccount:svc-1@project.iam.gserviceaccount.com",
            "mailto:security@example.org",
            "auth: oidc",
            "auth_type: basic",
            "https://example.org/x?code=abc&key=name",
            "https://example.org/x?key=partition",
            "cookie_domain: x",
            "The password is required.",
            "the password is set to a value",
            "https://hooks.slack.com/services/${SLACK_PATH}",
            "ports: 127.0.0.1:80:8080:tcp",
            "arn:aws:iam::111122223333:role/deploy",
            "PasswordAuthentication no",
            "10.0.0.1:6443:x:y:z",
        ] {
            assert_eq!(shown(text), "", "{text}");
        }
    }

    #[test]
    fn every_pattern_can_be_built() {
        for spot in SPOTS {
            assert!(built(spot.pattern).is_some(), "{}", spot.name);
            assert!(spot.words.iter().all(|word| *word == word.to_ascii_lowercase()), "{}", spot.name);
        }
    }
}
