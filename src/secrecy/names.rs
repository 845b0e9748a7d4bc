//! Which names say that what stands under them is secret.
//!
//! A name is taken apart into words (`dbAdminPassword`, `DB_ADMIN_PASSWORD`, `/db/admin-password`); words that say "secret"
//! make it one unless another word says that it only tells something *about* a secret (`password_policy`, `secretName`,
//! `max_tokens`). The words are tables below.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use super::finder::{Finder, Word};

/// What a name says of the value under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// A password, passphrase or PIN: a person or a program signs in with it.
    Password,
    /// A token that is shown at the door.
    Token,
    /// A key that encrypts or signs, or that an interface is called with.
    Key,
    /// Something that is called secret and nothing more.
    Secret,
}

/// Words that say it alone.
const WORDS: &[(&str, Matter)] = &[
    ("password", Matter::Password),
    ("passwords", Matter::Password),
    ("passwd", Matter::Password),
    ("passwort", Matter::Password),
    ("kennwort", Matter::Password),
    ("passe", Matter::Password),
    ("contrasena", Matter::Password),
    ("contraseña", Matter::Password),
    ("senha", Matter::Password),
    ("wachtwoord", Matter::Password),
    ("losenord", Matter::Password),
    ("lösenord", Matter::Password),
    ("haslo", Matter::Password),
    ("hasło", Matter::Password),
    ("passphrase", Matter::Password),
    ("passcode", Matter::Password),
    ("pass", Matter::Password),
    ("pwd", Matter::Password),
    ("pw", Matter::Password),
    ("psk", Matter::Password),
    ("requirepass", Matter::Password),
    ("masterauth", Matter::Password),
    ("token", Matter::Token),
    ("pat", Matter::Token),
    ("jwt", Matter::Token),
    ("apikey", Matter::Key),
    ("secret", Matter::Secret),
    ("secrets", Matter::Secret),
    ("credential", Matter::Secret),
    ("credentials", Matter::Secret),
    ("creds", Matter::Secret),
];

/// Words that say it where another stands before them.
const PAIRS: &[(&str, &str, Matter)] = &[
    ("erlang", "cookie", Matter::Secret),
    ("snmp", "community", Matter::Password),
    ("unlock", "code", Matter::Password),
    ("rediscli", "auth", Matter::Password),
];

/// Ends of words that are written together (`DBPASS`, `WEBPASSWORD`, `authtoken`, `ACCESSKEY`).
const ENDS: &[(&str, Matter)] = &[
    ("password", Matter::Password),
    ("passwd", Matter::Password),
    ("passphrase", Matter::Password),
    ("passwort", Matter::Password),
    ("pass", Matter::Password),
    ("pwd", Matter::Password),
    ("pw", Matter::Password),
    ("token", Matter::Token),
    ("secretkey", Matter::Key),
    ("accesskey", Matter::Key),
    ("privatekey", Matter::Key),
    ("apikey", Matter::Key),
    ("authkey", Matter::Key),
    ("signingkey", Matter::Key),
    ("encryptionkey", Matter::Key),
    ("masterkey", Matter::Key),
    ("sharedkey", Matter::Key),
    ("sessionkey", Matter::Key),
    ("secret", Matter::Secret),
];

/// Words that end so and mean something else.
#[rustfmt::skip] // Words fill lines.
const OTHER_ENDS: &[&str] = &[
    "bypass", "compass", "encompass", "trespass", "surpass", "underpass", "overpass", "proxypass", "proxy_pass",
    "multipass", "nopass", "nopasswd", "nopassword", "http", "cwd", "oldpwd", "fastcgi_pass", "uwsgi_pass", "lowpass",
    "highpass", "singlepass", "onepass", "namepass", "tagpass", "fieldpass", "metricpass",
];

/// What a key is for, where it is secret: `api key`, `signing key`.
#[rustfmt::skip] // Words fill lines.
const KEYS: &[&str] = &[
    "api", "access", "secret", "private", "encryption", "encrypt", "signing", "sign", "signature", "master", "auth",
    "account", "shared", "storage", "license", "licence", "deploy", "session", "service", "app", "application",
    "cookie", "jwt", "crypt", "hmac", "aes", "subscription", "client", "admin", "root", "integration", "ingestion",
    "write", "server", "function", "activation", "join", "registration", "webhook", "gossip", "serf", "ssh",
    "rsa", "decryption", "unseal", "recovery", "consumer", "preshared", "tunnel1preshared", "django",
];

/// Words after it which make it something about a secret, or the name of one.
#[rustfmt::skip] // Words fill lines.
const ABOUT: &[&str] = &[
    "file", "files", "filename", "path", "paths", "dir", "directory", "folder", "location", "name", "names", "id",
    "ids", "identifier", "identity", "arn", "arns", "ref", "refs", "reference", "references", "from", "length", "len",
    "size", "min", "max", "minimum", "maximum", "ttl", "expiry", "expires", "expire", "expiration", "expired",
    "expiring", "lifetime", "lifespan", "age", "duration", "enabled", "enable", "disabled", "disable", "required",
    "require", "requirements", "optional", "policy", "policies", "rotation", "rotate", "rotated", "format", "type",
    "types", "kind", "url", "urls", "uri", "uris", "endpoint", "endpoints", "host", "hostname", "port", "provider",
    "providers", "version", "versions", "count", "limit", "limits", "reset", "algorithm", "alg", "algo", "method",
    "methods", "field", "fields", "column", "label", "labels", "annotation", "annotations", "prefix", "suffix",
    "header", "headers", "hint", "manager", "store", "stores", "scope", "scopes", "issuer", "audience", "mode",
    "validity", "validation", "validator", "complexity", "strength", "interval", "timeout", "period", "day", "days",
    "hour", "hours", "minute", "minutes", "seconds", "history", "reuse", "attempts", "retries", "verify",
    "verification", "check", "checks", "generator", "encoder", "encoding", "bits", "bytes", "stdin", "env",
    "variable", "template", "placeholder", "regex", "pattern", "description", "title", "mount", "mounts", "volume",
    "volumes", "engine", "backend", "class", "source", "mapping", "review", "request", "authentication", "login",
    "change", "changes", "update", "create", "created", "creation", "usage", "bucket", "set", "sets", "spec",
    "status", "selector", "namespace", "region", "user", "username", "group", "role", "support", "supported",
    "environment", "environments", "map", "maps", "server", "servers", "flow", "flows", "process", "accessor",
    "accessors", "reader", "readers", "viewer", "viewers", "binding", "bindings", "member", "members", "option",
    "options", "exchange", "introspection", "quota", "budget", "window", "protection", "permissions", "permission",
    "rules", "rule", "replica", "sync", "scanning", "scan", "scanner", "detection", "alert", "alerts", "character",
    "characters", "uppercase", "lowercase", "numbers", "symbols", "prompt", "through", "thru", "by", "lock", "per",
    "net", "cache", "keys", "kms", "delivery", "owner", "email", "auth", "less", "plugin", "contexts", "context",
    "aliases", "last", "updated", "at", "date", "filter", "exists", "cmd", "command", "ip", "ips", "pub", "checksum",
    "sum", "help", "message", "error", "errors", "invalid", "missing", "page", "form", "input", "schema",
    "encryption", "example", "examples", "text", "icon", "button", "link", "generation", "grant", "grants",
    "fingerprint", "fingerprints", "thumbprint", "attributes", "keyring", "tags", "metadata", "expression", "only",
    "route", "routes", "scheme", "schemes", "mechanism", "mechanisms", "authenticator", "authenticators", "strategy",
    "strategies", "hasher", "hashers", "algorithms", "regexp", "screen", "dialog", "modal", "parser", "decoder",
    "charset", "encodage", "attr", "attribute", "pwattr", "query", "args", "factory", "contributor", "contributors", "officer", "officers", "operator", "operators", "administrator", "administrators", "assignment",
    "assignments",
];

/// The same words, to be found at once: names are asked for at every key of every tree.
static IS_ABOUT: LazyLock<HashSet<&str>> = LazyLock::new(|| ABOUT.iter().copied().collect());

/// Words before it which do the same.
#[rustfmt::skip] // Words fill lines.
const NO_SECRET: &[&str] = &[
    "max", "maximum", "min", "minimum", "num", "number", "no", "not", "pull", "existing", "public", "kms", "use",
    "enable", "enabled", "disable", "disabled", "allow", "allowed", "has", "is", "skip", "show", "hide", "auto",
    "automount", "persist", "http", "page", "next", "pagination", "continuation", "total", "completion", "input",
    "output", "require", "required", "requires", "create", "generate", "rotate", "block", "blocks", "detect",
    "ignore", "forbidden", "mask", "by", "low", "high",
    "manage", "custom", "validate", "check", "sync", "expire", "delete", "prompt", "ask", "lock", "lint", "scan",
    "image", "checksum", "initial", "invalid", "missing", "wrong", "forgot", "send", "sent", "expected", "mount",
    "mounted", "register", "refresh_interval", "enter", "must", "update",
];

/// Words before `pass` which make it the name of a directive that passes something on.
const PASSED_ON: &[&str] = &["proxy", "fastcgi", "uwsgi", "scgi", "memcached", "grpc"];

/// Parts that every such name has; a cheap look before it is taken apart.
static STEMS: Finder = Finder::new(|| {
    let stems = [
        "pass",
        "kennwort",
        "pwd",
        "pw",
        "psk",
        "secret",
        "token",
        "pat",
        "jwt",
        "cred",
        "key",
        "masterauth",
        "contrase",
        "senha",
        "wachtwoord",
        "senord",
        "haslo",
        "hasło",
        "erlang",
        "community",
        "unlock",
        "rediscli",
    ];
    stems.map(Word::anywhere).into()
});

/// What a name says, where it says that something is secret.
pub fn named(name: &str) -> Option<Matter> {
    if name.len() > 200 || !STEMS.is_in(name) {
        return None;
    }
    let words = words(own(name));
    let (at, matter) = (0..words.len()).rev().find_map(|end| told(&words, end))?;
    let before = words.get(..at.start).unwrap_or(&[]);
    let after = words.get(at.end..).unwrap_or(&[]);
    let about = |word: &String| IS_ABOUT.contains(word.as_str()) || (word == "key" && matter != Matter::Secret);
    // `http_tokens` are none; the password of a proxy is one.
    // A password that is given first is one.
    let of_token = |word: &String| word == "http" || word == "initial";
    let plain = |word: &String| NO_SECRET.contains(&word.as_str()) && (!of_token(word) || matter == Matter::Token);
    let is_directive = name.bytes().any(|byte| byte.is_ascii_lowercase())
        && words.get(at.start).is_some_and(|word| word == "pass")
        && before.last().is_some_and(|word| PASSED_ON.contains(&word.as_str()));
    // `id_token` is a permission in one place and a promise in others; nobody writes one down.
    let token_of = matter == Matter::Token && before.last().is_some_and(|word| word == "id");
    // OpenVPN reads both from a file that is named there.
    let is_of_file = words == ["auth", "user", "pass"];
    // How a credential was hashed stands beside it in realms of Keycloak: `credentialData`, and the hash in `secretData`.
    let beside = after.first().is_some_and(|word| word == "data")
        && words.get(at.clone()).is_some_and(|own| own.iter().any(|word| word == "credential"));
    // systemd loads a credential from a file that is named there.
    let is_loaded = before.last().is_some_and(|word| word == "load") && after.iter().all(|word| word == "encrypted");
    let is_other = token_of || beside || is_of_file || is_directive || is_loaded;
    (!after.iter().any(about) && !before.iter().any(plain) && !is_other).then_some(matter)
}

/// Whether the last word of a name says that what it names is secret.
pub(super) fn ends_in_secret(name: &str) -> bool {
    let words = words(name);
    words.len() > 1 && words.len().checked_sub(1).is_some_and(|last| told(&words, last).is_some())
}

/// Whether a field holds a secret, or may name one that is kept elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bearing {
    /// What stands there is the secret itself.
    Holds,
    /// What stands there may be the name of a secret, or of a key in one.
    MayName,
}

/// What is told by a secret that a person thinks of and a program compares: `JWT_SECRET`, `client_secret`. A field of an object
/// is called in one word (`clientSecret`) where it may name another object.
const CHOSEN: &[&str] = &[
    "client",
    "jwt",
    "session",
    "signing",
    "webhook",
    "cookie",
    "shared",
    "consumer",
    "hmac",
    "nextauth",
    "oauth",
    "token",
    "encryption",
    "hash",
];

/// Last words of keys below which it is said where secrets are kept, and not what they are.
const KEPT: &[&str] = &[
    "secret",
    "secrets",
    "vault",
    "keyvault",
    "ref",
    "refs",
    "reference",
    "references",
    "from",
    "keys",
    "mapping",
    "mappings",
];

/// What a field of a name bears, of which it is known what the name says.
pub fn bearing(name: &str, matter: Matter) -> Bearing {
    let words = words(own(name));
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let apart =
        !name.bytes().any(|byte| byte.is_ascii_lowercase()) || !name.bytes().any(|byte| byte.is_ascii_uppercase());
    let holds = match matter {
        // An annotation says from where something is injected.
        Matter::Password => !has(&["inject"]),
        Matter::Secret => apart && has(CHOSEN),
        // An access key is issued: no words are one.
        Matter::Key => {
            has(&["secret"])
                && !has(&["access"])
                && (has(CHOSEN) && apart || !name.bytes().any(|byte| byte.is_ascii_lowercase()))
        }
        Matter::Token => false,
    };
    if holds { Bearing::Holds } else { Bearing::MayName }
}

/// Whether it is said below a key where secrets are kept: `passwordSecret: { secretName: shop, password: key-of-it }`.
pub(super) fn says_where(key: &str) -> bool {
    words(key).last().is_some_and(|last| KEPT.contains(&last.as_str()))
}

/// Products that are called after what they keep: `1password-cli` is a program.
const PRODUCTS: &[&str] = &["1password", "onepassword"];

/// A name without the host or the product that it belongs to, whose words say nothing of it: `token.actions.example.com:sub` is about a
/// subject, `secret.reloader.example.com/reload` about loading.
fn own(name: &str) -> &str {
    let without = match name.split_once('/') {
        Some((host, own)) if is_host(host) => own,
        _ => name,
    };
    let of_product = |product: &&str| {
        let start = without.get(..product.len()).filter(|start| start.eq_ignore_ascii_case(product))?;
        without.get(start.len()..).filter(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
    };
    let without = PRODUCTS.iter().find_map(of_product).unwrap_or(without);
    match without.rsplit_once(':') {
        Some((host, own)) if is_host(host) || without.len() < name.len() => own,
        None if is_host(without) && PLAIN.contains(&last_label(without)) => "",
        _ => without,
    }
}

/// Whether a text is the name of a host of the internet, as far as its last label tells.
fn is_host(text: &str) -> bool {
    let of_host = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    text.contains('.') && text.bytes().all(of_host) && DOMAINS.contains(&last_label(text))
}

fn last_label(text: &str) -> &str {
    text.rsplit('.').next().unwrap_or("")
}

/// Last labels of hosts that names are written under.
const DOMAINS: &[&str] = &["com", "org", "net", "io", "dev", "cloud", "sh", "ai", "app", "de", "eu", "uk", "us", "gov"];

/// Those which no part of a property is called (`jwt.secret.dev` holds the secret of a stage).
const PLAIN: &[&str] = &["com", "org", "net", "io"];

/// The words that end at `last` and say "secret".
fn told(words: &[String], last: usize) -> Option<(Range<usize>, Matter)> {
    // `PASSWORD2` is a second one.
    let word = words.get(last)?.trim_end_matches(|character: char| character.is_ascii_digit());
    let before = last.checked_sub(1).and_then(|at| words.get(at)).map(String::as_str);
    if word == "key" {
        let of = before.filter(|before| KEYS.contains(before))?;
        // `pass` and `token` before it would make it the name of a key in a map.
        return (!of.is_empty()).then(|| (last - 1..last + 1, Matter::Key));
    }
    if let Some((.., matter)) = PAIRS.iter().find(|(first, own, _)| *own == word && before == Some(*first)) {
        return Some((last - 1..last + 1, *matter));
    }
    if let Some((_, matter)) = WORDS.iter().find(|(known, _)| *known == word) {
        // A personal access token is abbreviated only on its own or at the end.
        let short = matches!(word, "pat" | "pw" | "pass") && last + 1 < words.len() && word == "pat";
        return (!short).then_some((last..last + 1, *matter));
    }
    if OTHER_ENDS.contains(&word) {
        return None;
    }
    let (_, matter) = ENDS.iter().find(|(end, _)| word.ends_with(end))?;
    Some((last..last + 1, *matter))
}

/// Whether a name is that of something told about the thing it belongs to, and not of what it holds.
pub(super) fn is_about(name: &str) -> bool {
    words(name).last().is_some_and(|last| IS_ABOUT.contains(last.as_str()))
}

/// The words of a name, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (at, &character) in characters.iter().enumerate() {
        if !character.is_alphanumeric() {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| characters.get(at)).copied().unwrap_or(' ');
        let after = characters.get(at + 1).copied().unwrap_or(' ');
        // `dbPassword`, and `DBPassword` where a lower-case letter follows.
        let begins =
            character.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && after.is_lowercase()));
        if begins && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(character.to_lowercase());
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_hold_are_told_from_those_that_may_name() {
        for (name, holds) in [
            ("password", true),
            ("MYSQL_ROOT_PASSWORD", true),
            ("administratorLoginPassword", true),
            ("vault.hashicorp.com/agent-inject-secret-db-password", false),
            ("JWT_SECRET", true),
            ("client_secret", true),
            ("client-secret", true),
            ("--client-secret", true),
            ("OIDC_CLIENT_SECRET", true),
            ("clientSecret", false),
            ("secret", false),
            ("tlsSecret", false),
            ("passwordSecret", false),
            ("DB_SECRET", false),
            ("SECRET_KEY", true),
            ("DJANGO_SECRET_KEY", true),
            ("jwt_secret_key", true),
            ("secret_key", false),
            ("AWS_SECRET_ACCESS_KEY", false),
            ("secretKey", false),
            ("api_token", false),
        ] {
            let matter = named(name).unwrap();
            assert_eq!(bearing(name, matter) == Bearing::Holds, holds, "{name}");
        }
        for (key, says) in [
            ("passwordSecret", true),
            ("secretKeyRef", true),
            ("valueFrom", true),
            ("secrets", true),
            ("key_vault", true),
            ("secret_string", false),
            ("stringData", false),
            ("credentials", false),
            ("environment", false),
        ] {
            assert_eq!(says_where(key), says, "{key}");
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a row for each kind of name")]
    fn names_of_secrets_are_told_from_names_about_them() {
        use Matter::*;
        for (name, want) in [
            ("1password-cli", None),
            ("1password_token", Some(Token)),
            ("OnePassword", None),
            ("password", Some(Password)),
            ("DB_PASS", Some(Password)),
            ("DBPASS", Some(Password)),
            ("WEBPASSWORD", Some(Password)),
            ("SMTP_PASS", Some(Password)),
            ("ROOT_PW", Some(Password)),
            ("rootpw", Some(Password)),
            ("MYSQL_PWD", Some(Password)),
            ("GPG_PASSPHRASE", Some(Password)),
            ("administrator_login_password", Some(Password)),
            ("adminPassword", Some(Password)),
            ("/shop/db_password/value", Some(Password)),
            ("spring.datasource.password", Some(Password)),
            ("requirepass", Some(Password)),
            ("PASSWORD_PROD", Some(Password)),
            ("MYSQL_ROOT_PASSWORD", Some(Password)),
            ("SECRET_KEY_BASE", Some(Key)),
            ("AWS_SECRET_ACCESS_KEY", Some(Key)),
            ("apiKey", Some(Key)),
            ("APIKey", Some(Key)),
            ("DD_API_KEY", Some(Key)),
            ("access_token", Some(Token)),
            ("GITHUB_TOKEN", Some(Token)),
            ("authToken", Some(Token)),
            ("clientSecret", Some(Secret)),
            ("ACCESSKEY", Some(Key)),
            ("secretkey", Some(Key)),
            ("MASTERKEY", Some(Key)),
            ("monkey", None),
            ("JWT_SECRET", Some(Secret)),
            ("http_tokens", None),
            ("persist-credentials", None),
            ("LoadCredential", None),
            ("LoadCredentialEncrypted", None),
            ("SetCredential", Some(Secret)),
            ("load_credential_token", Some(Token)),
            ("token_format", None),
            ("secret_name", None),
            ("secretName", None),
            ("password_policy", None),
            ("password_encryption", None),
            ("password_encryption_key", Some(Key)),
            ("--must-change-password", None),
            ("secretKeyRef", None),
            ("existingSecret", None),
            ("imagePullSecrets", None),
            ("automountServiceAccountToken", None),
            ("PASSWORD_MIN_LENGTH", None),
            ("TOKEN_TTL", None),
            ("RESET_PASSWORD_ENABLED", None),
            ("POSTGRES_PASSWORD_FILE", None),
            ("MAX_TOKEN", None),
            ("TOKEN_LIMIT", None),
            ("id-token", None),
            ("proxy_pass", None),
            ("bypass", None),
            ("public_key", None),
            ("kms_key_id", None),
            ("partition_key", None),
            ("key_name", None),
            ("passwordKey", None),
            ("PATH", None),
            ("path", None),
            ("compat", None),
            ("monkey", None),
            ("tokenizer", None),
            ("PasswordAuthentication", None),
            ("secret_arn", None),
            ("secretsmanager", None),
            ("checksum/secret", None),
            ("SECRET_KEY_CMD", None),
            ("masterKeyIps", None),
            ("host_key.pub", None),
            ("--initial-cluster-token", None),
            ("initial_password", Some(Password)),
            ("OAUTH2_PROXY_COOKIE_SECRET", Some(Secret)),
            ("proxy_password", Some(Password)),
            ("proxy_pass", None),
            ("grpc_pass", None),
            ("PROXY_PASS", Some(Password)),
            ("PASSWORD2", Some(Password)),
            ("db_pass1", Some(Password)),
            ("sha256", None),
            ("FCM_SERVER_KEY", Some(Key)),
            ("MOT_DE_PASSE", Some(Password)),
            ("motDePasse", Some(Password)),
            ("CONTRASEÑA", Some(Password)),
            ("senha", Some(Password)),
            ("RABBITMQ_ERLANG_COOKIE", Some(Secret)),
            ("session_cookie", None),
            ("SNMP_COMMUNITY", Some(Password)),
            ("community", None),
            ("UNLOCK_CODE", Some(Password)),
            ("REDISCLI_AUTH", Some(Password)),
            ("--http-password", Some(Password)),
            ("GPG_KEY", None),
            ("GPG_KEYS", None),
            ("GPG_PRIVATE_KEY", Some(Key)),
            ("key_fingerprint", None),
            ("tokenThumbprint", None),
            ("token.actions.githubusercontent.com:sub", None),
            ("token.actions.githubusercontent.com", None),
            ("oidc.secrets.example.com/id/A1:aud", None),
            ("secret.reloader.stakater.com/reload", None),
            ("vault.example.com/password", Some(Password)),
            ("registry.example.com:token", Some(Token)),
            ("spring.datasource:password", Some(Password)),
            ("app.password", Some(Password)),
            ("jwt.secret.dev", Some(Secret)),
            ("-token-only", None),
            ("RESET_PASSWORD_ROUTE", None),
            ("default_pass_scheme", None),
            ("sasl_password_mechanisms", None),
            ("AzureFrontDoorSecretContributor", None),
            ("KeyVaultSecretsOfficer", None),
            ("credentialData", None),
            ("InstrumentationKey", None),
            ("APPINSIGHTS_INSTRUMENTATIONKEY", None),
            ("auth-user-pass", None),
            ("--auth-user-pass", None),
            ("AUTH_USER_PASSWORD", Some(Password)),
            ("namepass", None),
            ("secretData", Some(Secret)),
            ("credentials.data.token", Some(Token)),
        ] {
            assert_eq!(named(name), want, "{name}");
        }
    }
}
