//! Files of servers, read as their servers read them.

#![expect(clippy::panic, reason = "tests state their expectations bluntly")]

use annexa::document::Node;
use annexa::scan;
use annexa::source::Workspace;

/// The body of the first resource of a kind in a file; nothing may have gone wrong.
fn body(kind: &str, path: &str, text: &str) -> Node {
    let (resources, problems) = scan::resources(&Workspace::in_memory([(path, text)]));
    assert!(problems.is_empty(), "{path}: {problems:?}");
    resources.into_iter().find(|found| &*found.kind == kind).unwrap_or_else(|| panic!("{path} has no {kind}")).body
}

fn word<'n>(node: &'n Node, name: &str) -> &'n str {
    node.get(name).and_then(Node::as_str).unwrap_or("?")
}

#[test]
fn the_first_record_that_fits_a_connection_counts() {
    let views = |record: &Node| {
        let is = |name: &&str| record.get(name).and_then(Node::as_bool) == Some(true);
        let views: Vec<&str> = ["network", "everybody", "plain", "reached"].into_iter().filter(is).collect();
        format!("{} {}", word(record, "method"), views.join(","))
    };
    for (text, want) in [
        ("local all all peer\n", &["peer reached"][..]),
        ("host all all 127.0.0.1/32 trust\nhost all all ::1/128 md5\n", &["trust plain,reached", "md5 plain,reached"]),
        ("host all all 0.0.0.0/0 trust\n", &["trust network,everybody,plain,reached"]),
        ("host all all all scram-sha-256\n", &["scram-sha-256 network,everybody,plain,reached"]),
        ("host all all 10.0.0.0 255.0.0.0 md5\n", &["md5 network,plain,reached"]),
        (
            "host all all 0.0.0.0/0 reject\nhost all app 10.0.0.0/8 trust\n",
            &["reject network,everybody,plain,reached", "trust network"],
        ),
        (
            "hostnossl all all all reject\nhost all all all md5\n",
            &["reject network,everybody,plain,reached", "md5 network,everybody,reached"],
        ),
        (
            "host a, b  app,web 10.0.0.0/8 md5\nhost b web 10.1.0.0/16 trust\nhost replication web 10.1.0.0/16 trust\n",
            &["md5 network,plain,reached", "trust network", "trust network,plain,reached"],
        ),
        ("hostssl all all .example.com cert clientcert=verify-full\n", &["cert network,reached"]),
        ("host all all samehost ident\n", &["ident plain,reached"]),
    ] {
        let body = body("postgres/hba", "pg_hba.conf", text);
        let got: Vec<String> = body.get("records").map_or(&[][..], Node::items).iter().map(views).collect();
        assert_eq!(got, want, "{text}");
    }
}

#[test]
fn settings_of_postgresql_are_read() {
    let text =
        "SSL = off\nssl = on  # yes\nlisten_addresses = '*'\nport 5433\nlog_connections=on#x\nssl_ciphers = ''\n";
    let body = body("postgres/config", "etc/postgresql.conf", text);
    for (name, want) in
        [("ssl", "on"), ("listen_addresses", "*"), ("port", "5433"), ("log_connections", "on"), ("ssl_ciphers", "")]
    {
        assert_eq!(word(&body, name), want, "{name}");
    }
}

#[test]
fn options_of_mysql_are_read_in_any_spelling() {
    let text = "[client]\nuser = a\n[mysqld]\nskip-grant-tables\nbind-address = \"0.0.0.0\" # all\n; no\n[mariadb]\nmax_connections=5\n";
    let body = body("mysql/config", "my.cnf", text);
    let server = body.get("server").unwrap();
    for (name, want) in [("skip_grant_tables", "on"), ("bind_address", "0.0.0.0"), ("max_connections", "5")] {
        assert_eq!(word(server, name), want, "{name}");
    }
}

#[test]
fn settings_of_redis_are_read() {
    let text = "bind 0.0.0.0 ::1\nport 1\nPort 6379\nsave 900 1\nsave 300 10\nrequirepass \"a b\"\n";
    let body = body("redis/config", "redis.conf", text);
    assert_eq!((word(&body, "port"), word(&body, "requirepass")), ("6379", "a b"));
    assert_eq!(body.get("bind").unwrap().items().len(), 2);
    assert_eq!(body.get("save").unwrap().items().len(), 2);
}

#[test]
fn routes_say_whether_somebody_is_told() {
    let text = "route:\n  receiver: a\n  routes:\n    - routes: [{receiver: b}, {receiver: c}]\nreceivers:\n  - {name: a}\n  - {name: b, email_configs: [{to: x}]}\n";
    let body = body("alertmanager/config", "alertmanager.yml", text);
    let way = |way: &Node| {
        let is = |name: &str| way.get(name).and_then(Node::as_bool).unwrap_or(false);
        (word(way, "receiver").to_owned(), is("first"), is("declared"), is("tells"))
    };
    let got: Vec<_> = body.get("ways").unwrap().items().iter().map(way).collect();
    let want =
        [("a", true, true, false), ("a", false, true, false), ("b", false, true, true), ("c", false, false, true)];
    assert_eq!(got, want.map(|(name, first, declared, tells)| (name.to_owned(), first, declared, tells)));
}

#[test]
fn what_cannot_be_read_is_told() {
    for (path, text) in
        [("pg_hba.conf", "host all all 10.0.0.0/8 md5\nhots all all all md5\n"), ("sudoers", "a ALL=ALL\nb ALL ALL\n")]
    {
        let (_, problems) = scan::resources(&Workspace::in_memory([(path, text)]));
        assert_eq!(problems.len(), 1, "{path}: {problems:?}");
    }
}
