//! What settings come to, wherever in a file they are set: which versions of TLS are spoken, and where the certificate of
//! the other side is not checked.

use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::source::Span;

/// A setting that decides about versions of TLS.
struct Setting {
    /// The kinds of program that have it.
    kinds: &'static [&'static str],
    /// Its name, in lower case, or the last part of one with dots.
    key: &'static str,
    /// What the program serves, in the words of the register of endpoints.
    what: &'static str,
    /// The versions that a text lets in, by names that the register knows.
    versions: fn(&str) -> Vec<String>,
}

const fn setting(
    kinds: &'static [&'static str],
    key: &'static str,
    what: &'static str,
    versions: fn(&str) -> Vec<String>,
) -> Setting {
    Setting { kinds, key, what, versions }
}

const SETTINGS: &[Setting] = &[
    setting(&["apache"], "sslprotocol", "web", of_apache),
    setting(&["proftpd"], "tlsprotocol", "web", of_apache),
    setting(&["haproxy"], "bind", "load-balancer", of_haproxy),
    setting(&["haproxy"], "ssl-default-bind-options", "load-balancer", of_haproxy),
    setting(&["traefik"], "minversion", "web", words),
    setting(&["prometheus-web", "otel-collector"], "min_version", "metrics", words),
    setting(&["grafana"], "min_tls_version", "web", words),
    setting(&["influxdb"], "min-version", "database", words),
    setting(&["vault"], "tls_min_version", "api", words),
    setting(&["mosquitto"], "tls_version", "queue", words),
    setting(&["kafka"], "ssl.enabled.protocols", "queue", words),
    setting(&["search"], "supported_protocols", "search", words),
    setting(&["dovecot"], "ssl_min_protocol", "mail", words),
    setting(&["postfix"], "smtpd_tls_mandatory_protocols", "mail", of_postfix),
    setting(&["openvpn"], "tls-version-min", "network", words),
    setting(&["squid"], "https_port", "web", of_squid),
    setting(&["gitlab"], "ssl_protocols", "web", words),
];

/// A setting by which any certificate of the other side is taken.
struct Switch {
    kinds: &'static [&'static str],
    /// Its name, in lower case, or the last part of one with dots.
    key: &'static str,
    /// Whether it is set so: of the text that stands there.
    skips: fn(&str) -> bool,
}

const fn switch(kinds: &'static [&'static str], key: &'static str, skips: fn(&str) -> bool) -> Switch {
    Switch { kinds, key, skips }
}

const SWITCHES: &[Switch] = &[
    switch(&["apache"], "sslproxyverify", is_none),
    switch(&["apache"], "sslproxycheckpeername", is_off),
    switch(&["haproxy"], "server", says_verify_none),
    switch(&["haproxy"], "default-server", says_verify_none),
    switch(&["haproxy"], "ssl-server-verify", is_none),
    switch(&["caddy"], "tls_insecure_skip_verify", |_| true),
    switch(&["traefik"], "insecureskipverify", is_on),
    switch(&["squid"], "sslproxy_cert_error", |text| text.split_whitespace().eq(["allow", "all"])),
    switch(&["squid"], "tls_outgoing_options", |text| text.contains("DONT_VERIFY_PEER")),
    switch(&["grafana"], "tls_skip_verify_insecure", is_on),
    switch(&["grafana"], "skip_verify", is_on),
    switch(&["grafana-source"], "tlsskipverify", is_on),
    switch(&["otel-collector", "loki", "telegraf", "promtail"], "insecure_skip_verify", is_on),
    switch(&["oauth2-proxy"], "ssl_insecure_skip_verify", is_on),
    switch(&["forge"], "skip_tls_verify", is_on),
    switch(&["vector"], "verify_certificate", is_off),
    switch(&["vector"], "verify_hostname", is_off),
    switch(&["fluent-bit"], "tls.verify", is_off),
    switch(&["fluentd"], "ssl_verify", is_off),
    switch(&["fluentd"], "verify_ssl", is_off),
    switch(&["fluentd"], "tls_insecure_mode", is_on),
    switch(&["search", "search-dashboards", "beats"], "verification_mode", is_none),
    switch(&["search-dashboards"], "verificationmode", is_none),
    switch(&["kafka"], "ssl.endpoint.identification.algorithm", |text| text.trim().is_empty()),
    switch(&["mongodb"], "allowinvalidcertificates", is_on),
    switch(&["falco"], "insecure", is_on),
    switch(&["containerd"], "insecure_skip_verify", is_on),
    switch(&["ssh-client"], "stricthostkeychecking", is_off),
];

/// The versions that `all` stands for, but for SSL, which today's OpenSSL has no more.
const ALL: &[&str] = &["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/// Adds what lines of GitLab set, each under the part of it and its name: `nginx['ssl_protocols'] = "TLSv1.2"`.
fn add_assignments(kind: &str, body: &mut Node) {
    if kind != "gitlab" {
        return;
    }
    let lines = body.get("lines").map_or(&[][..], Node::items);
    let set: Vec<Entry> = lines.iter().filter_map(|line| line.get("text")).filter_map(assignment).collect();
    if let Some(first) = set.first().map(|first| first.key.span) {
        body.derive("assignments", Node::map(set, first));
    }
}

/// What a line assigns: a text, or what stands there.
fn assignment(line: &Node) -> Option<Entry> {
    let (place, value) = line.as_str()?.split_once('=')?;
    let (part, rest) = place.trim().split_once('[')?;
    let name = rest.strip_suffix(']')?.trim_matches(['"', '\'']);
    let is_word = |text: &str| !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    let value = value.trim();
    let quote = value.chars().next().filter(|char| matches!(char, '"' | '\''));
    let text = quote.and_then(|quote| value.strip_prefix(quote)?.split(quote).next()).unwrap_or(value);
    (is_word(part) && is_word(name)).then(|| word(&format!("{part}.{name}"), text, line.span))
}

/// The transports of a dynamic configuration of Traefik by which only servers are reached that show no certificate, or are on the machine
/// itself.
fn transports_without_network(body: &Node) -> Vec<Span> {
    let entries = |node: Option<&'_ Node>| node.map(|node| node.entries().to_vec()).unwrap_or_default();
    let services = entries(body.at(&["http", "services"]));
    let needs_none = |url: &str| {
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        ["http://", "h2c://"].iter().any(|scheme| url.starts_with(scheme))
            || ["localhost", "127.0.0.1", "[::1]"]
                .iter()
                .any(|own| host.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])))
    };
    let is_spared = |name: &str| {
        let mut using = services.iter().filter_map(|service| service.value.get("loadBalancer")).filter(|balancer| {
            balancer.get("serversTransport").and_then(Node::as_str).is_some_and(|called| is_transport(called, name))
        });
        let reaches = |balancer: &Node| {
            let servers = balancer.get("servers").map_or(&[][..], Node::items);
            let urls = servers.iter().map(|server| server.get("url").and_then(Node::as_str));
            !servers.is_empty() && urls.into_iter().all(|url| url.is_some_and(needs_none))
        };
        let mut is_used = false;
        using.all(|balancer| {
            is_used = true;
            reaches(balancer)
        }) && is_used
    };
    let transports = entries(body.at(&["http", "serversTransports"]));
    transports.iter().filter(|one| is_spared(&one.key.name)).map(|one| one.value.span).collect()
}

/// Whether a service names a transport of its own file: `name`, or `name@file`.
fn is_transport(called: &str, name: &str) -> bool {
    called.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest == "@file")
}

/// Adds the views `tls_settings` and `certificates_unchecked` where there are such settings.
pub(super) fn add(kind: &str, body: &mut Node) {
    add_assignments(kind, body);
    let settings: Vec<&Setting> = SETTINGS.iter().filter(|setting| setting.kinds.contains(&kind)).collect();
    let switches: Vec<&Switch> = SWITCHES.iter().filter(|switch| switch.kinds.contains(&kind)).collect();
    if settings.is_empty() && switches.is_empty() {
        return;
    }
    let spared = if kind == "traefik" { transports_without_network(body) } else { Vec::new() };
    let (mut versions, mut unchecked) = (Vec::new(), Vec::new());
    each_scalar(body, 0, &mut |name, value| {
        let Some(text) = spelled(value) else { return };
        let setting = settings.iter().find(|setting| is_called(name, setting.key));
        versions.extend(setting.and_then(|setting| spoken(setting, kind, text, value.span)));
        let is_spared = || spared.iter().any(|of| of.start <= value.span.start && value.span.end <= of.end);
        if switches.iter().any(|switch| is_called(name, switch.key) && (switch.skips)(text)) && !is_spared() {
            unchecked.push(Node::map(vec![word("system", kind, value.span)], value.span));
        }
    });
    for (name, found) in [("tls_settings", versions), ("certificates_unchecked", unchecked)] {
        if let Some(first) = found.first().map(|first: &Node| first.span) {
            body.derive(name, Node::list(found, first));
        }
    }
}

/// Whether a name in lower case is this one, or ends in it behind a dot.
fn is_called(name: &str, key: &str) -> bool {
    name == key || name.strip_suffix(key).is_some_and(|before| before.ends_with('.'))
}

/// Asks of every scalar of a tree, with the name in lower case of the key that it stands under.
fn each_scalar(node: &Node, depth: usize, visit: &mut dyn FnMut(&str, &Node)) {
    if depth > MAX_DEPTH {
        return;
    }
    for item in node.items() {
        each_scalar(item, depth + 1, visit);
    }
    for entry in node.entries() {
        let name = entry.key.name.to_ascii_lowercase();
        let values =
            if entry.value.items().is_empty() { std::slice::from_ref(&entry.value) } else { entry.value.items() };
        for value in values {
            match value.value {
                Value::Map(_) => each_scalar(value, depth + 1, visit),
                _ => visit(&name, value),
            }
        }
    }
}

fn spelled(value: &Node) -> Option<&str> {
    match &value.value {
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        Value::Null => Some(""),
        _ => value.as_str(),
    }
}

fn word(name: &str, value: &str, span: Span) -> Entry {
    Entry::new(name, span, Node::text(value, span))
}

fn spoken(setting: &Setting, kind: &str, text: &str, span: Span) -> Option<Node> {
    let list: Vec<Node> = (setting.versions)(text).into_iter().map(|version| Node::text(version, span)).collect();
    let some = !list.is_empty();
    let versions = Entry::new("versions", span, Node::list(list, span));
    some.then(|| Node::map(vec![versions, word("what", setting.what, span), word("system", kind, span)], span))
}

fn is_none(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("none")
}

fn is_on(text: &str) -> bool {
    ["true", "on", "yes", "1"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

fn is_off(text: &str) -> bool {
    ["false", "off", "no", "0"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

fn says_verify_none(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.contains(&"ssl") && words.windows(2).any(|pair| pair == ["verify", "none"])
}

/// Names of versions, as they stand.
fn words(text: &str) -> Vec<String> {
    text.split([',', ' ', ':']).filter(|word| !word.is_empty()).map(version).collect()
}

/// A name of a version with the dot that some leave out: `VersionTLS10`, `TLS10`, `tlsv1_1`.
fn version(word: &str) -> String {
    let lower = word.to_ascii_lowercase().replace('_', ".");
    let digits = lower.strip_prefix("version").unwrap_or(&lower).trim_start_matches(['t', 'l', 's', 'v', '.']);
    match digits {
        _ if lower.starts_with("ssl") => word.to_owned(),
        "10" => "TLSv1.0".to_owned(),
        "11" => "TLSv1.1".to_owned(),
        "12" => "TLSv1.2".to_owned(),
        "13" => "TLSv1.3".to_owned(),
        _ => format!("TLSv{digits}"),
    }
}

/// Words that take versions in, or out again behind a sign.
fn signed(text: &str, out: char, begin: &[&str]) -> Vec<String> {
    let mut on: Vec<String> = begin.iter().map(|name| (*name).to_owned()).collect();
    for word in text.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        let (takes, name) = match word.strip_prefix(out) {
            Some(name) => (false, name),
            None => (true, word.trim_start_matches('+')),
        };
        let named: Vec<String> = match name {
            name if name.eq_ignore_ascii_case("all") => ALL.iter().map(|name| (*name).to_owned()).collect(),
            name => vec![version(name)],
        };
        on.retain(|known| !named.contains(known));
        if takes {
            on.extend(named);
        }
    }
    on
}

fn of_apache(text: &str) -> Vec<String> {
    // `TLSv1` is version 1.0, as `version` has it for a name without a minor number.
    let spelled: Vec<String> = text
        .split_whitespace()
        .map(|word| if word.to_ascii_lowercase().ends_with("tlsv1") { format!("{word}.0") } else { word.to_owned() })
        .collect();
    signed(&spelled.join(" "), '-', &[])
}

/// Postfix names what is spoken, or what is not; `>=` names the lowest.
fn of_postfix(text: &str) -> Vec<String> {
    if let Some(lowest) = text.trim().strip_prefix(">=") {
        return vec![version(lowest.split([',', ' ']).next().unwrap_or(""))];
    }
    let spelled = text.replace("TLSv1,", "TLSv1.0,").replace("TLSv1 ", "TLSv1.0 ");
    let spelled = if spelled.ends_with("TLSv1") { format!("{spelled}.0") } else { spelled };
    let begin = if text.contains('!') { ALL } else { &[] };
    signed(&spelled, '!', begin)
}

fn of_haproxy(text: &str) -> Vec<String> {
    let mut all = text.split_whitespace();
    while let Some(word) = all.next() {
        if word == "ssl-min-ver" {
            return all.next().map(version).into_iter().collect();
        }
        if let Some(forced) = word.strip_prefix("force-") {
            return vec![version(forced)];
        }
    }
    Vec::new()
}

fn of_squid(text: &str) -> Vec<String> {
    text.split_whitespace().filter_map(|word| word.strip_prefix("tls-min-version=")).map(version).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_gitlab_assign_texts() {
        for (line, want) in [
            ("nginx['ssl_protocols'] = \"TLSv1.1 TLSv1.2\"", Some(("nginx.ssl_protocols", "TLSv1.1 TLSv1.2"))),
            ("gitlab_rails[\"smtp_enable\"] = true", Some(("gitlab_rails.smtp_enable", "true"))),
            ("gitlab_rails['a'] ='b' # c", Some(("gitlab_rails.a", "b"))),
            ("external_url 'https://a.example'", None),
            ("roles ['a'] = 1", None),
            ("'enabled' => true,", None),
        ] {
            let span = Span::new(crate::source::FileId(0), 0, 0);
            let found = assignment(&Node::text(line, span));
            let found = found.as_ref().map(|entry| (&*entry.key.name, entry.value.as_str().unwrap()));
            assert_eq!(found, want, "{line}");
        }
    }

    #[test]
    fn versions_are_read_as_programs_read_them() {
        for (read, text, want) in [
            (of_apache as fn(&str) -> Vec<String>, "all -SSLv3", "TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3"),
            (of_apache, "all -SSLv3 -TLSv1 -TLSv1.1", "TLSv1.2 TLSv1.3"),
            (of_apache, "-all +TLSv1.2 +TLSv1.3", "TLSv1.2 TLSv1.3"),
            (of_apache, "TLSv1", "TLSv1.0"),
            (of_haproxy, "*:443 ssl crt a.pem ssl-min-ver TLSv1.0", "TLSv1.0"),
            (of_haproxy, "*:443 ssl force-tlsv11", "TLSv1.1"),
            (of_haproxy, "*:443 ssl", ""),
            (of_postfix, "!SSLv2, !SSLv3, !TLSv1, !TLSv1.1", "TLSv1.2 TLSv1.3"),
            (of_postfix, "!SSLv2, !SSLv3", "TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3"),
            (of_postfix, ">=TLSv1.2", "TLSv1.2"),
            (of_postfix, "SSLv3, TLSv1", "SSLv3 TLSv1.0"),
            (words, "VersionTLS10", "TLSv1.0"),
            (words, "tls12", "TLSv1.2"),
            (words, "TLSv1.2,TLSv1.1", "TLSv1.2 TLSv1.1"),
            (words, "1.0", "TLSv1.0"),
            (words, "TLS1_1", "TLSv1.1"),
            (of_squid, "443 tls-cert=/a tls-min-version=1.0", "TLSv1.0"),
        ] {
            assert_eq!(read(text).join(" "), want, "{text}");
        }
    }
}
