//! The programs, and how their files are told.

use crate::dialect::wording::may_say_one;
use crate::dialect::{file_name, has_extension};
use crate::document::Node;

/// A program whose configuration is read.
pub(super) struct Program {
    /// Its kind, without the name of the dialect.
    pub kind: &'static str,
    /// Whether a file of this path may be its configuration. The first program that says so has the file.
    path: fn(&str) -> bool,
    /// What its files are written in.
    written: Written,
    /// Of these words one is in every such file; none where the name says enough.
    words: &'static [&'static str],
    /// Whether a tree is of it.
    pub has: fn(&Node) -> bool,
}

/// What files are written in.
enum Written {
    /// This syntax.
    In(&'static str),
    /// YAML, JSON or TOML, by the ending.
    Ending,
}

impl Program {
    /// The syntax of a file.
    pub fn syntax_of(&self, path: &str) -> &'static str {
        match self.written {
            Written::In(syntax) => syntax,
            Written::Ending if has_extension(path, &[".json"]) => "json-relaxed",
            Written::Ending if has_extension(path, &[".toml"]) => "toml",
            Written::Ending => "yaml",
        }
    }

    /// Whether a text may be of it.
    pub fn may_be(&self, text: &str) -> bool {
        self.words.is_empty() || may_say_one(text, self.words)
    }

    const fn saying(self, words: &'static [&'static str]) -> Program {
        Program { words, ..self }
    }

    const fn with(self, has: fn(&Node) -> bool) -> Program {
        Program { has, ..self }
    }
}

/// The syntax that a file of a path is read in, if it may be of a program.
pub(super) fn syntax_of(path: &str) -> Option<&'static str> {
    let ending = path.rsplit('.').next().unwrap_or("");
    if TEMPLATES.contains(&ending) || SOURCES.contains(&ending) && !is_gitlab(path) {
        return None;
    }
    every().find(|program| (program.path)(path)).map(|program| program.syntax_of(path))
}

/// The programs that a file of a path may be of: all are written in one syntax, that of the first.
pub(super) fn of_path(path: &str) -> impl Iterator<Item = &'static Program> {
    let syntax = syntax_of(path);
    every()
        .filter(move |program| syntax.is_some_and(|syntax| (program.path)(path) && program.syntax_of(path) == syntax))
}

fn every() -> impl Iterator<Item = &'static Program> {
    PROGRAMS.iter().chain(ANYWHERE)
}

/// Endings of files from which a configuration is yet to be made, and of those that only show one.
const TEMPLATES: &[&str] = &[
    "j2", "jinja", "jinja2", "tmpl", "tpl", "erb", "epp", "in", "m4", "md", "rst", "html", "example", "sample", "dist",
    "bak", "orig",
];

/// Endings of what most files of a repository are, which are no configuration: they are not held against the table.
const SOURCES: &[&str] = &[
    "rs", "go", "py", "js", "mjs", "ts", "tsx", "jsx", "vue", "java", "kt", "scala", "c", "h", "cc", "cpp", "hpp",
    "cs", "rb", "php", "swift", "tf", "tfvars", "sh", "sql", "css", "scss", "txt", "csv", "tsv", "lock", "sum", "snap",
    "map", "png", "jpg", "gif", "svg", "ico", "pdf", "woff2", "proto",
];

const fn program(kind: &'static str, path: fn(&str) -> bool, written: Written) -> Program {
    Program { kind, path, written, words: &[], has: has_entries }
}

/// The kinds, in the order of the table.
pub(super) const KINDS: &[&str] = &{
    let mut kinds = [""; PROGRAMS.len()];
    let (mut places, mut programs): (&mut [&str], &[Program]) = (&mut kinds, PROGRAMS);
    while let ([place, further @ ..], [program, others @ ..]) = (places, programs) {
        *place = program.kind;
        (places, programs) = (further, others);
    }
    kinds
};

const LINES: Written = Written::In("named-lines");
const BRACES: Written = Written::In("braced-lines");
const INI: Written = Written::In("ini");
const RECORDS: Written = Written::In("words");
const YAML: Written = Written::In("yaml");
const TOML: Written = Written::In("toml");
const HCL: Written = Written::In("hcl");
const XML: Written = Written::In("xml");

/// Every program. One line each, those that are told by name before those that are told by what they say.
#[rustfmt::skip]
pub(super) const PROGRAMS: &[Program] = &[
    // Proxies and web servers.
    program("caddy", |path| file_name(path).starts_with("Caddyfile") || ends(path, &[".caddyfile"]), BRACES),
    program("haproxy", |path| (named(path, "haproxy") || below(path, "haproxy")) && ends(path, &[".cfg", ".conf"]), Written::In("haproxy")).saying(&["frontend", "backend", "listen", "global", "defaults"]),
    program("traefik", |path| (named(path, "traefik") || below(path, "traefik")) && ends(path, STRUCTURED), Written::Ending).with(is_traefik),
    program("envoy", |path| named(path, "envoy") && ends(path, STRUCTURED), Written::Ending).with(|root| has_one(root, &["static_resources", "dynamic_resources", "admin"])),
    program("squid", |path| (named(path, "squid") || below(path, "squid")) && ends(path, &[".conf"]), LINES).saying(&["http_access", "http_port", "acl "]),
    program("apache", is_apache, Written::In("apache")).with(is_of_apache),
    program("php", |path| file_name(path).starts_with("php.ini-") || is_php(path) || (below(path, "php") || below(path, "php-fpm") || below(path, "conf.d")) && ends(path, &[".ini"]), INI),
    program("tomcat", |path| ["server.xml", "context.xml"].contains(&file_name(path)) || below(path, "Catalina") && ends(path, &[".xml"]), XML).saying(&["<Server", "<Context"]).with(is_tomcat),
    // Stores of data.
    program("mongodb", |path| file_name(path).starts_with("mongo") && ends(path, &[".conf", ".cfg", ".yml", ".yaml"]), YAML).with(|root| has_one(root, &["net", "security", "storage", "systemLog", "sharding", "replication"])),
    program("search", |path| ["elasticsearch", "opensearch"].iter().any(|name| named(path, name)) && ends(path, YAML_ENDINGS), YAML).with(is_flat),
    program("search-dashboards", |path| ["kibana", "opensearch_dashboards"].iter().any(|name| named(path, name)) && ends(path, YAML_ENDINGS), YAML).with(is_flat),
    program("cassandra", |path| named(path, "cassandra") && ends(path, YAML_ENDINGS), YAML).with(|root| has_one(root, &["cluster_name", "authenticator", "authorizer", "seed_provider"])),
    program("influxdb", |path| named(path, "influxdb") && ends(path, &[".conf", ".toml"]), TOML),
    program("neo4j", |path| named(path, "neo4j") && ends(path, &[".conf"]), LINES),
    program("clickhouse", |path| (below(path, "clickhouse") || below(path, "clickhouse-server") || named(path, "clickhouse")) && ends(path, &[".xml"]), XML),
    program("memcached", |path| named(path, "memcached") && ends(path, &[".conf"]), LINES).with(has_options),
    program("etcd", |path| named(path, "etcd") && ends(path, &[".yml", ".yaml"]), YAML).with(|root| has_one(root, &["listen-client-urls", "advertise-client-urls", "client-transport-security", "data-dir"])),
    // Queues.
    program("kafka", |path| ["server.properties", "broker.properties", "controller.properties"].contains(&file_name(path)) || named(path, "kafka") && ends(path, &[".properties"]), INI),
    program("zookeeper", |path| ["zoo.cfg", "zookeeper.properties", "zookeeper.conf"].contains(&file_name(path)), INI),
    program("rabbitmq", |path| file_name(path) == "rabbitmq.conf" || below(path, "rabbitmq") && ends(path, &[".conf"]), INI),
    program("mosquitto", |path| (named(path, "mosquitto") || below(path, "mosquitto")) && ends(path, &[".conf"]), LINES),
    // What watches, and what carries logs.
    program("prometheus", |path| named(path, "prometheus") && ends(path, YAML_ENDINGS), YAML).with(|root| has_one(root, &["scrape_configs", "global", "rule_files", "remote_write"])),
    program("prometheus-web", |path| ["web.yml", "web.yaml", "web-config.yml", "web-config.yaml"].contains(&file_name(path)), YAML).with(|root| has_one(root, &["tls_server_config", "basic_auth_users", "http_server_config"])),
    program("grafana", |path| (named(path, "grafana") || below(path, "grafana")) && ends(path, &[".ini"]), INI),
    program("grafana-source", |path| ends(path, YAML_ENDINGS), YAML).saying(&["datasources"]).with(|root| root.get("datasources").is_some_and(|all| all.items().iter().any(|one| one.get("type").is_some()))),
    program("loki", |path| named(path, "loki") && ends(path, YAML_ENDINGS), YAML).with(|root| has_one(root, &["auth_enabled", "schema_config", "ingester", "limits_config"])),
    program("otel-collector", |path| ends(path, YAML_ENDINGS), YAML).saying(&["receivers", "pipelines"]).with(|root| if has(root, "receivers") { has_one(root, &["exporters", "service"]) } else { has_one(root, &["exporters", "processors", "extensions"]) && root.at(&["service", "pipelines"]).is_some_and(|all| all.as_map().is_some()) }),
    program("promtail", |path| named(path, "promtail") && ends(path, YAML_ENDINGS), YAML).with(|root| has_one(root, &["clients", "scrape_configs", "positions"])),
    program("beats", |path| ["filebeat", "metricbeat", "packetbeat", "heartbeat", "auditbeat"].iter().any(|name| named(path, name)) && ends(path, YAML_ENDINGS), YAML).with(is_flat),
    program("telegraf", |path| (named(path, "telegraf") || below(path, "telegraf.d")) && ends(path, &[".conf", ".toml"]), TOML),
    program("vector", |path| (named(path, "vector") || below(path, "vector")) && ends(path, STRUCTURED), Written::Ending).with(|root| has_one(root, &["sinks", "sources", "api", "transforms"])),
    program("fluent-bit", |path| (named(path, "fluent") && named(path, "bit") || named(path, "fluentbit") || below(path, "fluent-bit")) && ends(path, &[".conf"]), Written::In("bracketed-lines")).saying(&["[OUTPUT]", "[INPUT]", "[SERVICE]", "[Output]", "[Input]"]),
    program("fluentd", |path| ends(path, &[".conf"]) && (["fluent.conf", "td-agent.conf", "fluentd.conf"].contains(&file_name(path)) || below(path, "fluentd")), Written::In("apache")).saying(&["<source", "<match"]),
    program("falco", |path| ["falco.yaml", "falco.yml"].contains(&file_name(path)), YAML).with(|root| has_one(root, &["rules_file", "rules_files", "json_output", "engine", "outputs", "stdout_output", "http_output"])),
    program("rsyslog", |path| file_name(path) == "rsyslog.conf" || below(path, "rsyslog.d") && ends(path, &[".conf"]), RECORDS).with(has_records),
    program("logrotate", |path| file_name(path) == "logrotate.conf" || below(path, "logrotate.d"), BRACES),
    program("journald", |path| named(path, "journald") && ends(path, &[".conf"]) || below(path, "journald.conf.d"), INI),
    program("auditd", |path| file_name(path) == "auditd.conf", LINES),
    program("audit-rules", |path| file_name(path) == "audit.rules" || ends(path, &[".rules"]) && (below(path, "audit") || below(path, "rules.d") && !below(path, "polkit-1") && !below(path, "udev")), RECORDS).saying(&["-w ", "-a ", "-e ", "-D", "-b "]).with(has_records),
    program("snmp", |path| file_name(path) == "snmpd.conf", RECORDS).with(has_records),
    // Networks.
    program("bind", |path| file_name(path).starts_with("named.conf") || below(path, "bind") && ends(path, &[".conf"]), Written::In("named-conf")).saying(&["options", "zone", "acl", "view", "controls", "logging", "include", "key", "masters", "primaries", "statistics-channels"]),
    program("unbound", |path| (named(path, "unbound") || below(path, "unbound") || below(path, "unbound.conf.d")) && ends(path, &[".conf"]), Written::In("indented-sections")).saying(&["server:", "remote-control:", "forward-zone:"]),
    program("dnsmasq", |path| named(path, "dnsmasq") && ends(path, &[".conf"]) || below(path, "dnsmasq.d"), LINES),
    program("dns-zone", |path| ends(path, &[".zone"]) || file_name(path).starts_with("db.") || below(path, "zones") && !ends(path, STRUCTURED) && !ends(path, &[".xml", ".tf", ".conf", ".sh", ".py"]), Written::In("zone")).saying(&["SOA", "soa", "TXT", "$ORIGIN"]).with(has_records),
    program("openvpn", |path| ends(path, &[".ovpn"]) || below(path, "openvpn") && ends(path, &[".conf"]) || named(path, "openvpn") && ends(path, &[".conf"]) || ["server.conf", "client.conf"].contains(&file_name(path)) && !below(path, "wireguard"), LINES).saying(&["dev tun", "dev tap", "remote ", "dev\ttun"]),
    program("wireguard", |path| ends(path, &[".conf"]) && (below(path, "wireguard") || file_name(path).starts_with("wg")), Written::In("bracketed-lines")).saying(&["[Interface]", "[Peer]"]),
    program("ipsec", |path| file_name(path) == "ipsec.conf" || below(path, "ipsec.d") && ends(path, &[".conf"]), Written::In("indented-sections")).saying(&["conn ", "config setup"]),
    program("swanctl", |path| file_name(path) == "swanctl.conf" || below(path, "swanctl") && ends(path, &[".conf"]), BRACES),
    program("firewalld", |path| below(path, "firewalld") && ends(path, &[".xml"]), XML).saying(&["<zone"]),
    program("firewalld-daemon", |path| file_name(path) == "firewalld.conf", LINES),
    program("ufw", |path| file_name(path) == "ufw.conf" || file_name(path) == "ufw" && below(path, "default"), LINES),
    program("tcp-wrapper", |path| ["hosts.allow", "hosts.deny"].contains(&file_name(path)), RECORDS).with(has_records),
    program("inetd", |path| file_name(path) == "inetd.conf", RECORDS).with(has_records),
    // Mail, files, and who gets in.
    program("postfix", |path| file_name(path) == "main.cf" && !below(path, "src"), INI),
    program("dovecot", |path| (named(path, "dovecot") || below(path, "dovecot")) && ends(path, &[".conf"]), BRACES),
    program("vsftpd", |path| (named(path, "vsftpd") || below(path, "vsftpd")) && ends(path, &[".conf"]), LINES),
    program("pure-ftpd", |path| file_name(path) == "pure-ftpd.conf", LINES),
    program("proftpd", |path| (named(path, "proftpd") || below(path, "proftpd")) && ends(path, &[".conf"]), Written::In("apache")),
    program("samba", |path| ["smb.conf", "samba.conf"].contains(&file_name(path)) || below(path, "samba") && ends(path, &[".conf"]), INI),
    program("rsync", |path| file_name(path) == "rsyncd.conf", INI),
    program("exports", |path| file_name(path) == "exports" || ends(path, &[".exports"]), RECORDS).saying(&["("]).with(has_records),
    program("ssh-client", |path| file_name(path) == "ssh_config" || below(path, "ssh_config.d") || file_name(path) == "config" && below(path, ".ssh"), Written::In("ssh-client")),
    program("supervisor", |path| (["supervisord.conf", "supervisor.conf"].contains(&file_name(path)) || below(path, "supervisor") || below(path, "supervisord.d")) && ends(path, &[".conf", ".ini"]), INI).with(|root| root.entries().iter().any(|entry| entry.key.name.starts_with("program:") || ["supervisord", "inet_http_server", "unix_http_server"].contains(&&*entry.key.name))),
    program("fail2ban", |path| ["jail.conf", "jail.local"].contains(&file_name(path)) || below(path, "jail.d"), INI),
    program("doas", |path| file_name(path) == "doas.conf", RECORDS).with(has_records),
    program("polkit", |path| below(path, "polkit-1") && ends(path, &[".rules"]), Written::In("text")).saying(&["polkit."]).with(|_| true),
    program("pam", |path| below(path, "pam.d"), RECORDS).with(has_records),
    program("password-quality", |path| file_name(path) == "pwquality.conf" || below(path, "pwquality.conf.d"), LINES),
    program("login-defs", |path| file_name(path) == "login.defs", LINES),
    program("limits", |path| file_name(path) == "limits.conf" || below(path, "limits.d"), RECORDS).with(has_records),
    program("sysctl", |path| named(path, "sysctl") && ends(path, &[".conf"]) || below(path, "sysctl.d"), LINES),
    program("kickstart", |path| ends(path, &[".ks"]) || ["ks", "kickstart"].iter().any(|name| named(path, name)) && ends(path, &[".cfg"]), RECORDS).saying(&["rootpw", "%packages", "bootloader", "clearpart"]),
    program("preseed", |path| ends(path, &[".seed"]) || named(path, "preseed") && ends(path, &[".cfg"]), RECORDS).saying(&["d-i"]),
    program("cloud-init", |path| CLOUD_INIT.iter().any(|start| file_name(path).starts_with(start)) && (ends(path, YAML_ENDINGS) || !file_name(path).contains('.')), YAML),
    // Containers and secrets.
    program("docker", |path| ["daemon.json", "docker-daemon.json"].contains(&file_name(path)), Written::Ending),
    program("containerd", |path| below(path, "containerd") && ends(path, &[".toml"]) || named(path, "containerd") && ends(path, &[".toml"]), TOML),
    program("crio", |path| file_name(path) == "crio.conf" || (below(path, "crio.conf.d") || below(path, "crio")) && ends(path, &[".conf"]), TOML).with(|root| has(root, "crio")),
    program("registries", |path| file_name(path) == "registries.conf" || below(path, "registries.conf.d"), TOML),
    program("k3s", |path| is_of_k3s(path) && ends(path, YAML_ENDINGS), YAML).with(|root| has_one(root, OF_K3S) && !has_one(root, &["apiVersion", "hosts", "services"])),
    program("talos", |path| ends(path, YAML_ENDINGS), YAML).saying(&["v1alpha1"]).with(|root| root.get("version").and_then(Node::as_str) == Some("v1alpha1") && has_one(root, &["machine", "cluster"]) && !has(root, "apiVersion")),
    program("butane", |path| ends(path, &[".bu", ".butane", ".yml", ".yaml"]), YAML).saying(&["variant"]).with(|root| root.get("variant").and_then(Node::as_str).is_some_and(|variant| ["fcos", "flatcar", "openshift", "r4e", "fiot"].contains(&variant))),
    program("oauth2-proxy", |path| ends(path, &[".cfg", ".toml"]) && ["oauth2-proxy", "oauth2_proxy"].iter().any(|name| below(path, name) || file_name(path).starts_with(name)), TOML),
    program("forge", |path| file_name(path) == "app.ini", INI).with(|root| has_one(root, &["repository", "service", "security", "webhook", "migrations"])),
    program("sops", |path| [".sops.yaml", ".sops.yml"].contains(&file_name(path)), YAML),
    program("consul", |path| (named(path, "consul") || below(path, "consul") || below(path, "consul.d")) && ends(path, &[".hcl"]), HCL).with(is_consul),
    program("nomad", |path| (named(path, "nomad") || below(path, "nomad") || below(path, "nomad.d")) && ends(path, &[".hcl"]), HCL).with(|root| has_one(root, &["server", "client", "bind_addr", "data_dir", "plugin", "acl"]) && !has(root, "job")),
    program("vault", |path| ends(path, &[".hcl"]), HCL).saying(&["listener"]).with(|root| root.get("listener").is_some()),
    // What builds, and who signs in.
    program("gitlab", is_gitlab, Written::In("entries")).with(has_records),
    program("jenkins", |path| ends(path, YAML_ENDINGS), YAML).saying(&["jenkins", "unclassified", "security", "domainCredentials"]).with(is_jenkins),
    program("jenkins-home", |path| file_name(path) == "config.xml", XML).saying(&["<hudson"]).with(|root| has(root, "hudson")),
    program("keycloak-realm", |path| ends(path, &[".json", ".yml", ".yaml"]), Written::Ending).saying(OF_REALMS).with(is_realm),
];

/// Those of them whose files are told by what they say as well, whatever they are called.
#[rustfmt::skip]
const ANYWHERE: &[Program] = &[
    program("apache", |path| ends(path, &[".conf"]), Written::In("apache")).saying(&["<VirtualHost", "<Directory", "<Location", "<IfModule", "LoadModule "]).with(has_apache_blocks),
    program("haproxy", |path| ends(path, &[".cfg"]), Written::In("haproxy")).saying(&["frontend", "listen"]).with(has_proxies),
    program("traefik", |path| ends(path, STRUCTURED), Written::Ending).saying(&["entryPoints", "routers"]).with(|root| is_traefik(root) && has_one(root, &["entryPoints", "http", "tcp"])),
    program("tomcat", |path| ends(path, &[".xml"]), XML).saying(&["org.apache.catalina"]).with(is_tomcat),
    program("kafka", |path| ends(path, &[".properties"]), INI).saying(&["process.roles", "broker.id", "inter.broker.listener.name"]).with(|root| has_one(root, &["process.roles", "broker.id", "inter.broker.listener.name"])),
    program("envoy", |path| ends(path, STRUCTURED), Written::Ending).saying(&["static_resources"]).with(|root| has(root, "static_resources")),
    program("prometheus", |path| ends(path, YAML_ENDINGS), YAML).saying(&["scrape_configs"]).with(|root| has(root, "scrape_configs")),
    program("cloud-init", |path| ends(path, YAML_ENDINGS), YAML).saying(&["#cloud-config"]).with(|root| has_one(root, OF_CLOUD_INIT)),
    program("consul", |path| (named(path, "consul") || below(path, "consul") || below(path, "consul.d")) && ends(path, &[".json"]), Written::Ending).with(is_consul),
];

/// Settings of k3s and RKE2 of which a file of theirs has one.
const OF_K3S: &[&str] = &[
    "kube-apiserver-arg",
    "kube-controller-manager-arg",
    "kube-scheduler-arg",
    "kubelet-arg",
    "etcd-arg",
    "write-kubeconfig-mode",
    "secrets-encryption",
    "disable-network-policy",
    "etcd-disable-snapshots",
    "protect-kernel-defaults",
    "anonymous-auth",
    "cluster-init",
    "tls-san",
    "profile",
    "token",
    "token-file",
    "cni",
];

/// Whether a path is that of settings of k3s or RKE2: `/etc/rancher/k3s/config.yaml`, `k3s.yaml`.
fn is_of_k3s(path: &str) -> bool {
    ["k3s", "rke2"].iter().any(|name| {
        below(path, name) && (file_name(path).starts_with("config.") || below(path, "config.yaml.d"))
            || named(path, name)
    })
}

/// Words of which one is in each export of a realm of Keycloak that says anything.
const OF_REALMS: &[&str] = &[
    "sslRequired",
    "registrationAllowed",
    "bruteForceProtected",
    "accessTokenLifespan",
    "clientId",
    "passwordPolicy",
    "identityProviders",
    "UserStorageProvider",
];

/// Keys that a file for the first start of a machine has one of, whatever it is called.
const OF_CLOUD_INIT: &[&str] = &[
    "bootcmd",
    "chpasswd",
    "disable_root",
    "package_update",
    "runcmd",
    "ssh_authorized_keys",
    "ssh_pwauth",
    "write_files",
];

/// How files for the first start of a machine are called.
const CLOUD_INIT: &[&str] = &["cloud-init", "cloud-config", "cloud_init", "cloud_config", "user-data", "user_data"];

const YAML_ENDINGS: &[&str] = &[".yml", ".yaml"];
const STRUCTURED: &[&str] = &[".yml", ".yaml", ".toml", ".json"];

fn ends(path: &str, endings: &[&str]) -> bool {
    has_extension(path, endings)
}

/// Whether a path lies in a folder of this name.
fn below(path: &str, folder: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| part.eq_ignore_ascii_case(folder))
}

/// Whether the name of a file has this among its words.
fn named(path: &str, word: &str) -> bool {
    file_name(path).split(['-', '_', '.']).any(|part| part.eq_ignore_ascii_case(word))
}

fn has(node: &Node, key: &str) -> bool {
    node.get(key).is_some()
}

fn has_one(node: &Node, keys: &[&str]) -> bool {
    keys.iter().any(|key| has(node, key))
}

fn has_entries(node: &Node) -> bool {
    !node.entries().is_empty()
}

/// Whether a tree is the configuration of an agent of Consul.
fn is_consul(root: &Node) -> bool {
    has_one(root, &["datacenter", "client_addr", "acl", "server", "bind_addr", "data_dir", "retry_join", "ports"])
}

/// Whether a tree has options as a command line spells them.
fn has_options(node: &Node) -> bool {
    node.entries().iter().any(|entry| entry.key.name.len() > 1 && entry.key.name.starts_with('-'))
}

fn has_records(node: &Node) -> bool {
    node.get("lines").is_some_and(|lines| !lines.items().is_empty())
}

/// Whether a tree is one of settings: objects of Kubernetes and projects of Compose are called like the servers in them.
fn is_flat(node: &Node) -> bool {
    has_entries(node) && !has_one(node, &["apiVersion", "services", "kind"])
}

/// Whether a path is that of settings of PHP, with or without a version or a word in its name: `php.ini`, `php8.2.ini`, `php-cli.ini`.
fn is_php(path: &str) -> bool {
    let rest = file_name(path).strip_prefix("php").and_then(|rest| rest.strip_suffix(".ini"));
    rest.is_some_and(|rest| rest.starts_with('-') || rest.chars().all(|char| char.is_ascii_digit() || char == '.'))
}

/// Whether a path is that of the settings of GitLab, which are a program of their own.
fn is_gitlab(path: &str) -> bool {
    file_name(path) == "gitlab.rb"
}

fn is_apache(path: &str) -> bool {
    let named =
        ["apache", "apache2", "httpd", "vhost", "vhosts"].iter().any(|word| named(path, word) || below(path, word));
    let folder =
        ["sites-available", "sites-enabled", "conf-available", "conf-enabled"].iter().any(|name| below(path, name));
    file_name(path) == ".htaccess" || ends(path, &[".vhost"]) || ends(path, &[".conf"]) && (named || folder)
}

/// Blocks that a configuration of Apache has.
const APACHE_BLOCKS: &[&str] = &[
    "virtualhost",
    "directory",
    "directorymatch",
    "location",
    "locationmatch",
    "files",
    "filesmatch",
    "ifmodule",
    "proxy",
];

/// Directives of which a file of Apache without blocks has one.
const APACHE_DIRECTIVES: &[&str] = &[
    "serverroot",
    "servertokens",
    "serversignature",
    "traceenable",
    "sslprotocol",
    "sslciphersuite",
    "sslengine",
    "documentroot",
    "options",
    "allowoverride",
    "rewriteengine",
    "errordocument",
    "loadmodule",
    "header",
    "require",
    "order",
    "listen",
    "fileetag",
    "sslcompression",
    "proxyrequests",
    "proxypass",
    "rewriterule",
    "sslproxyverify",
    "sslproxyengine",
    "customlog",
    "authtype",
    "redirect",
    "timeout",
    "keepalive",
];

fn has_apache_blocks(root: &Node) -> bool {
    let is_block =
        |name: &&str| root.get(name).is_some_and(|node| node.items().iter().any(|one| one.as_map().is_some()));
    APACHE_BLOCKS.iter().any(is_block) || has(root, "loadmodule")
}

fn is_of_apache(root: &Node) -> bool {
    // What ends in a brace or a semicolon is of nginx, which has folders of the same names.
    let other = |node: &Node| node.as_str().is_some_and(|text| text.ends_with(['{', ';']));
    let nginx = root.entries().iter().any(|entry| other(&entry.value) || entry.value.items().iter().any(other));
    !nginx && (has_apache_blocks(root) || has_one(root, APACHE_DIRECTIVES))
}

/// Whether a tree has what `HAProxy` passes on, and to where.
fn has_proxies(root: &Node) -> bool {
    let block = |name: &str| root.get(name).is_some_and(|node| node.items().iter().any(|one| one.as_map().is_some()));
    let known = ["frontend", "listen", "backend", "defaults", "global"].into_iter().filter(|name| block(name)).count();
    known >= 2 && (block("frontend") || block("listen"))
}

/// Whether a tree is a static or a dynamic configuration of Traefik.
fn is_traefik(root: &Node) -> bool {
    let dynamic = ["http", "tcp", "udp"].iter().any(|key| {
        root.get(key).is_some_and(|all| has_one(all, &["routers", "services", "middlewares", "serversTransports"]))
    });
    let tls = root.get("tls").is_some_and(|tls| has_one(tls, &["options", "certificates", "stores"]));
    dynamic
        || tls
        || has_one(
            root,
            &["entryPoints", "entrypoints", "api", "providers", "certificatesResolvers", "serversTransport"],
        )
}

/// Whether a tree is a server of Tomcat, or what is said of an application of it.
fn is_tomcat(root: &Node) -> bool {
    has_one(root, &["Server", "Context"])
}

/// Whether a tree is configuration as code of Jenkins, or a part of one.
fn is_jenkins(root: &Node) -> bool {
    const OF_JENKINS: &[&str] = &[
        "authorizationStrategy",
        "securityRealm",
        "numExecutors",
        "remotingSecurity",
        "agentProtocols",
        "slaveAgentPort",
        "systemMessage",
        "crumbIssuer",
        "nodes",
        "clouds",
    ];
    const OF_SECURITY: &[&str] = &[
        "apiToken",
        "globalJobDslSecurityConfiguration",
        "globaljobdslsecurityconfiguration",
        "gitHostKeyVerificationConfiguration",
        "scriptApproval",
        "remotingCLI",
        "sSHD",
    ];
    let says = |key: &str, settings: &[&str]| root.get(key).is_some_and(|all| has_one(all, settings));
    let secrets =
        root.get("credentials").and_then(|all| all.get("system")).is_some_and(|all| has(all, "domainCredentials"));
    secrets
        || says("jenkins", OF_JENKINS)
        || says("security", OF_SECURITY)
        || says("unclassified", &["location", "globalLibraries"])
}

/// Whether a tree is a realm of Keycloak, or a part of one, as it is exported.
fn is_realm(root: &Node) -> bool {
    const SETTINGS: &[&str] = &[
        "sslRequired",
        "registrationAllowed",
        "bruteForceProtected",
        "accessTokenLifespan",
        "clients",
        "identityProviders",
        "components",
    ];
    let named = |node: &Node| node.get("realm").is_some_and(|name| name.as_str().is_some()) && has_one(node, SETTINGS);
    let of_clients = root.get("clients").is_some_and(|all| all.items().iter().any(|one| has(one, "clientId")));
    named(root) || of_clients || root.items().iter().any(named)
}
