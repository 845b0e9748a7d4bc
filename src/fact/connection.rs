//! Connections to stores and queues that a setting writes as one text: an address (`postgres://…`, `jdbc:…`), or words with
//! values (`Server=…;Encrypt=False`). What is said of one holds no password and no user.

use std::collections::BTreeSet;

use super::credential::is_for_test;
use super::{Fact, Owner};
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::source::Span;

/// Longest text that is looked at.
const LONGEST: usize = 4096;

/// Most nodes of an owner that are looked at.
const MOST_NODES: usize = 200_000;

/// Schemes, with what they lead to, and whether the scheme alone says that there is TLS, or none.
const SCHEMES: &[(&str, &str, Option<bool>)] = &[
    ("postgres", "database", None),
    ("postgresql", "database", None),
    ("mysql", "database", None),
    ("mysql2", "database", None),
    ("mariadb", "database", None),
    ("sqlserver", "database", None),
    ("mssql", "database", None),
    ("mongodb", "database", None),
    ("mongodb+srv", "database", None),
    ("cockroachdb", "database", None),
    ("redis", "cache", Some(true)),
    ("rediss", "cache", Some(false)),
    ("amqp", "queue", Some(true)),
    ("amqps", "queue", Some(false)),
    ("mqtt", "queue", Some(true)),
    ("mqtts", "queue", Some(false)),
];

/// Settings that say whether there is TLS, without signs between their words: with the values that say no, and those that say
/// yes.
const TLS: &[(&str, &[&str], &[&str])] = &[
    (
        "sslmode",
        &["disable", "disabled", "allow", "none"],
        &["require", "required", "verifyca", "verifyfull", "verifyidentity"],
    ),
    ("ssl", &["false", "0", "off", "no"], &["true", "1", "on", "yes"]),
    ("usessl", &["false", "0", "off", "no"], &["true", "1", "on", "yes"]),
    ("tls", &["false", "0", "off", "no"], &["true", "1", "on", "yes", "skipverify"]),
    ("encrypt", &["false", "no", "optional"], &["true", "yes", "mandatory", "strict"]),
];

/// Settings that say that nobody asks whose the certificate is.
const UNCHECKED: &[(&str, &[&str])] = &[
    ("trustservercertificate", &["true", "yes"]),
    ("verifyservercertificate", &["false"]),
    ("tls", &["skipverify"]),
    ("tlsinsecure", &["true"]),
    ("tlsallowinvalidcertificates", &["true"]),
    ("sslaccept", &["acceptinvalidcerts"]),
    ("rejectunauthorized", &["false"]),
];

/// Names of a host beside a setting of TLS.
const HOSTS: &[&str] = &["host", "hostname", "server", "addr", "address", "endpoint"];

/// Settings that only a connection to a database has.
const DATABASE_KEYS: &[&str] = &["dbname", "database", "adapter", "dialect"];

/// Parts of paths that say that what is in them is of the machine of who develops.
const DEVELOPMENT: &[&str] = &["dev", "develop", "development", "local", "ci", "e2e", "docker", "integration"];

/// The connections that an owner writes out.
pub(super) fn find(owner: &Owner<'_>) -> Vec<Fact> {
    let mut walk = Walk { owner, path: Vec::new(), seen: BTreeSet::new(), left: MOST_NODES, found: Vec::new() };
    walk.node(owner.body, None, 0);
    walk.found
}

struct Walk<'n> {
    owner: &'n Owner<'n>,
    path: Vec<&'n str>,
    seen: BTreeSet<Span>,
    left: usize,
    found: Vec<Fact>,
}

impl<'n> Walk<'n> {
    fn node(&mut self, node: &'n Node, entry: Option<&'n Entry>, depth: usize) {
        if depth > MAX_DEPTH || self.left == 0 {
            return;
        }
        self.left -= 1;
        match &node.value {
            Value::Map(map) => {
                self.apart(&map.entries);
                for entry in &map.entries {
                    self.path.push(&entry.key.name);
                    self.node(&entry.value, Some(entry), depth + 1);
                    self.path.pop();
                }
            }
            Value::List(items) => items.iter().for_each(|item| self.node(item, None, depth + 1)),
            Value::Str(text) => self.text(text.as_str(), node, entry),
            Value::Unresolved(open) => {
                if let Some(partial) = open.partial.as_ref().filter(|partial| !partial.is_blank()) {
                    self.text(&partial.filled("$"), node, entry);
                }
            }
            _ => {}
        }
    }

    /// Connections whose host and TLS are settings of their own, side by side: `host` and `sslmode`, `PGHOST` and `PGSSLMODE`.
    fn apart(&mut self, entries: &'n [Entry]) {
        for entry in entries.iter().filter(|entry| may_be_of_tls(&entry.key.name)) {
            let name = plain_word(&entry.key.name);
            // The longest name is the setting: `sslmode` ends in no shorter one, `usessl` does.
            let ends = TLS.iter().filter_map(|(tls, no, _)| Some((name.strip_suffix(tls)?, tls, no)));
            let Some((prefix, _, no)) = ends.max_by_key(|(_, tls, _)| tls.len()) else { continue };
            let is_off = match &entry.value.value {
                Value::Bool(on) => !on,
                Value::Str(text) => no.contains(&&*plain_word(text.as_str())),
                _ => false,
            };
            let hinted = [prefix].into_iter().chain(self.path.iter().rev().take(2).copied()).any(is_of_database)
                || entries.iter().any(|entry| DATABASE_KEYS.contains(&&*plain_word(&entry.key.name)));
            if !is_off || !hinted {
                continue;
            }
            let is_host = |other: &&Entry| {
                plain_word(&other.key.name).strip_prefix(prefix).is_some_and(|rest| HOSTS.contains(&rest))
            };
            let Some(host) = entries.iter().find(is_host).and_then(|other| other.value.as_str()) else { continue };
            let connection =
                Connection { what: "database", host: self::host(host), plain: Some(true), unchecked: false };
            if self.seen.insert(entry.value.span) {
                self.path.push(&entry.key.name);
                self.state(&connection, &entry.value, Some(entry));
                self.path.pop();
            }
        }
    }

    fn text(&mut self, text: &str, node: &Node, entry: Option<&Entry>) {
        if text.len() > LONGEST || !text.contains("://") && !text.contains(['=', ';']) {
            return;
        }
        let Some(connection) = Connection::read(text) else { return };
        // Views show again what is written once.
        if self.seen.insert(node.span) {
            self.state(&connection, node, entry);
        }
    }

    fn state(&mut self, connection: &Connection<'_>, node: &Node, entry: Option<&Entry>) {
        let key = entry.filter(|entry| entry.key.span.file == node.span.file).map(|entry| entry.key.span);
        let place = Node {
            span: key.map_or(node.span, |key| key.to(node.span)),
            value: Value::Null,
            trail: node.trail.clone(),
        };
        let name = if self.path.is_empty() { "connection".to_owned() } else { self.path.join(".") };
        let says = connection.says(self.owner.path, node.span);
        self.found.push(super::endpoint::ENDPOINT.stated(&format!("connection:{name}"), &place, says, None));
    }
}

/// What a text says of a connection.
#[derive(Debug, PartialEq, Eq)]
struct Connection<'t> {
    what: &'static str,
    host: &'t str,
    /// Whether there is no TLS, where that is said.
    plain: Option<bool>,
    /// Whether nobody asks whose the certificate is.
    unchecked: bool,
}

impl<'t> Connection<'t> {
    fn read(text: &'t str) -> Option<Connection<'t>> {
        let text = text.trim().trim_matches(['"', '\'']);
        // `DATABASE_URL=postgres://…`, as lists of variables have it.
        let named = text.split_once('=').filter(|(name, rest)| {
            rest.contains("://") && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        let text = named.map_or(text, |(_, rest)| rest);
        let text = text.strip_prefix("jdbc:").unwrap_or(text);
        let Some((scheme, rest)) = text.split_once("://") else { return Connection::of_words(text) };
        let scheme = scheme.split_once('+').filter(|_| !scheme.ends_with("+srv")).map_or(scheme, |(first, _)| first);
        let (_, what, plain) = SCHEMES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(scheme))?;
        let (authority, settings) = rest.split_at_checked(rest.find(['/', '?', ';']).unwrap_or(rest.len()))?;
        let host = host(authority.rsplit_once('@').map_or(authority, |(_, host)| host));
        Some(Connection::with(what, host, *plain, settings.split(['?', '&', ';'])))
    }

    /// `Server=tcp:db.example.com,1433;Encrypt=False`, `host=db.example.com sslmode=disable`.
    fn of_words(text: &'t str) -> Option<Connection<'t>> {
        let separator = if text.contains(';') { ';' } else { ' ' };
        let settings = || text.split(separator).filter_map(|one| one.split_once('='));
        let is_host = |name: &str| ["server", "datasource", "host", "addr", "address"].contains(&&*plain_word(name));
        let (_, server) = settings().find(|(name, _)| is_host(name))?;
        let known = ["database", "initialcatalog", "dbname", "userid", "user", "uid", "username"];
        if !settings().any(|(name, _)| known.contains(&&*plain_word(name))) {
            return None;
        }
        let server = server.trim().trim_start_matches("tcp:").split([',', '\\']).next().unwrap_or("");
        Some(Connection::with("database", host(server), None, text.split(separator)))
    }

    fn with(
        what: &'static str,
        host: &'t str,
        plain: Option<bool>,
        settings: impl Iterator<Item = &'t str>,
    ) -> Connection<'t> {
        let mut connection = Connection { what, host, plain, unchecked: false };
        for (name, value) in settings.filter_map(|one| one.split_once('=')) {
            let (name, value) = (plain_word(name), plain_word(value));
            if let Some((_, no, yes)) = TLS.iter().find(|(known, ..)| *known == name) {
                if no.contains(&&*value) {
                    connection.plain = Some(true);
                } else if yes.contains(&&*value) {
                    connection.plain = Some(false);
                }
            }
            connection.unchecked |= UNCHECKED.iter().any(|(known, values)| *known == name && values.contains(&&*value));
        }
        connection
    }

    fn says(&self, path: &str, at: Span) -> Vec<Entry> {
        let entry = |name: &str, value: Node| Entry::new(name, at, value);
        let truth = |value: bool| Node::new(Value::Bool(value), at);
        let word = |text: &str| Node::text(text, at);
        let mut says = vec![
            entry("what", word(self.what)),
            entry("direction", word("called")),
            entry("unchecked", truth(self.unchecked)),
            entry("test", truth(is_for_test(path) || is_development(path))),
        ];
        if let Some(reach) = reach(self.host) {
            says.extend([entry("address", word(self.host)), entry("reach", word(reach))]);
        } else {
            let open = || Node::unresolved("host", "the host is filled in elsewhere", at);
            says.extend([entry("address", open()), entry("reach", open())]);
        }
        says.extend(self.plain.map(|plain| entry("plain", truth(plain))));
        says
    }
}

/// A word in small letters, without the signs between its parts.
fn plain_word(text: &str) -> String {
    let letters = text.trim().chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '"' | '\''));
    letters.collect::<String>().to_ascii_lowercase()
}

/// The host of an authority: the first of several, without its port, and out of the brackets of Go's drivers.
fn host(authority: &str) -> &str {
    let authority = authority.split(',').next().unwrap_or("");
    let authority = authority.split_once('(').map_or(authority, |(_, inner)| inner.trim_end_matches(')'));
    if let Some((inner, _)) = authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        return inner;
    }
    authority.rsplit_once(':').filter(|(before, _)| !before.contains(':')).map_or(authority, |(host, _)| host)
}

/// How far a connection to an authority (`user@host:port`) goes: `machine`, `cluster` (a name of a network of containers),
/// `network`; none where the host is not known.
pub fn reach_of(authority: &str) -> Option<&'static str> {
    reach(host(authority.rsplit_once('@').map_or(authority, |(_, host)| host)))
}

/// How far a connection to a host goes: `machine`, `cluster` (a name of a network of containers), `network`; none where the host
/// is not known.
fn reach(host: &str) -> Option<&'static str> {
    let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
    if host.contains(['$', '{', '<', '%', '#']) {
        return None;
    }
    let (first, last) = (host.split('.').next().unwrap_or(""), host.rsplit('.').next().unwrap_or(""));
    let own = ["localhost", "::1", "0.0.0.0", "(local)", ""].contains(&&*host)
        || first == "127"
        || host == "host.docker.internal"
        || ["localhost", "test"].contains(&last);
    if own || host.starts_with('/') {
        return Some("machine");
    }
    let within = host.contains(".svc.") || ["svc", "local", "docker"].contains(&last);
    let is_name = !host.contains(['.', ':']);
    Some(if within || is_name { "cluster" } else { "network" })
}

/// Whether a name may be one of a setting of TLS: most are not, and cost no copy.
fn may_be_of_tls(name: &str) -> bool {
    let is = |three: &[u8]| ["ssl", "tls", "enc"].iter().any(|word| three.eq_ignore_ascii_case(word.as_bytes()));
    name.as_bytes().windows(3).any(is)
}

/// Whether a name is one of a database.
fn is_of_database(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("pg")
        || ["db", "database", "postgres", "sql", "mongo", "maria", "datasource"].iter().any(|word| name.contains(word))
}

/// Whether a file is for the machine of who develops.
fn is_development(path: &str) -> bool {
    path.split(['/', '.', '-', '_']).any(|part| DEVELOPMENT.contains(&&*part.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_says_of_its_connection_is_read() {
        for (text, want) in [
            (
                "postgres://app@db.example.com:5432/shop?sslmode=disable",
                Some(("database", "db.example.com", Some(true), false)),
            ),
            (
                "DATABASE_URL=postgresql+asyncpg://a:b@c@db.example.com/shop?ssl=require",
                Some(("database", "db.example.com", None, false)),
            ),
            (
                "jdbc:mysql://db.example.com/shop?useUnicode=true&useSSL=false",
                Some(("database", "db.example.com", Some(true), false)),
            ),
            (
                "jdbc:sqlserver://db.example.com:1433;databaseName=a;encrypt=true;trustServerCertificate=true",
                Some(("database", "db.example.com", Some(false), true)),
            ),
            (
                "Server=tcp:db.example.com,1433;Initial Catalog=a;Encrypt=False;",
                Some(("database", "db.example.com", Some(true), false)),
            ),
            (
                "Host=db.example.com;Username=a;SSL Mode=Disable",
                Some(("database", "db.example.com", Some(true), false)),
            ),
            (
                "host=db.example.com user=a sslmode=verify-full",
                Some(("database", "db.example.com", Some(false), false)),
            ),
            ("mysql://a@tcp(10.1.2.3:3306)/b?tls=skip-verify", Some(("database", "10.1.2.3", Some(false), true))),
            ("mongodb://a,b.example.com/x?tls=false", Some(("database", "a", Some(true), false))),
            ("redis://[::1]:6379/0", Some(("cache", "::1", Some(true), false))),
            ("rediss://cache.example.com:6380", Some(("cache", "cache.example.com", Some(false), false))),
            ("https://example.com/?ssl=false", None),
            ("a=b;c=d", None),
            ("host=x", None),
        ] {
            let got = Connection::read(text).map(|found| (found.what, found.host, found.plain, found.unchecked));
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn a_host_and_its_tls_may_stand_side_by_side() {
        for (path, text, want) in [
            ("a.yml", "database: {host: db.example.com, sslmode: disable}", 1),
            ("a.yml", "production: {adapter: postgresql, host: db.example.com, ssl: false}", 1),
            ("a.yml", "{PGHOST: db.example.com, PGSSLMODE: disable}", 1),
            ("a.yml", "{DB_HOST: db.example.com, DB_USE_SSL: \"false\", DB_PORT: 1}", 1),
            ("a.yml", "database: {host: db.example.com, sslmode: require}", 0),
            ("a.yml", "web: {host: www.example.com, ssl: false}", 0),
            ("a.yml", "database: {sslmode: disable}", 0),
            ("a.yml", "{DB_HOST: db.example.com, WEB_SSL: \"false\"}", 0),
        ] {
            let source = crate::source::Source::from_text(crate::source::FileId(0), path, text);
            let parsed = crate::syntax::parse(crate::syntax::named("yaml").unwrap(), &source);
            let owner =
                Owner { kind: "a", name: "a", path, body: &parsed.roots[0], development: None, is_developed: false };
            let told = |fact: &&Fact| fact.get("plain").and_then(Node::as_bool) == Some(true);
            assert_eq!(find(&owner).iter().filter(told).count(), want, "{text}");
        }
    }

    #[test]
    fn a_host_is_near_or_far() {
        for (host, want) in [
            ("localhost", Some("machine")),
            ("127.0.1.1", Some("machine")),
            ("", Some("machine")),
            ("/var/run/postgresql", Some("machine")),
            ("db", Some("cluster")),
            ("db.shop.svc.cluster.local", Some("cluster")),
            ("db.example.com", Some("network")),
            ("10.0.0.5", Some("network")),
            ("2001:db8::1", Some("network")),
            ("${DB_HOST}", None),
        ] {
            assert_eq!(reach(host), want, "{host}");
        }
    }
}
