use super::*;
use crate::dialect::testing;

fn read(files: &[(&str, &str)]) -> Vec<Resource> {
    testing::found(&NGINX, files).1.resources
}

fn shown(node: &Node, path: &str) -> Option<String> {
    let found = path.split('/').try_fold(node, |node, step| match step.parse::<usize>() {
        Ok(index) => node.items().get(index),
        Err(_) => node.get(step),
    })?;
    Some(match found.as_bool() {
        Some(value) => value.to_string(),
        None if found.items().is_empty() => found.as_str()?.to_owned(),
        None => found.items().iter().filter_map(Node::as_str).collect::<Vec<_>>().join(" "),
    })
}

#[test]
fn inner_blocks_inherit_what_they_do_not_set() {
    let text = "http {\n server_tokens off;\n ssl_protocols TLSv1.3;\n add_header A b always;\n add_header C d;\n server {\n  listen 443 ssl http2;\n  listen [::]:80;\n  server_name x.org;\n  ssl_protocols TLSv1 TLSv1.2;\n  ssl_ciphers HIGH:!aNULL;\n  location / { server_tokens on; }\n }\n}\n";
    let resources = read(&[("nginx.conf", text)]);
    let [_, _, server, location] = &resources[..] else { panic!() };
    assert_eq!(&*server.address, "nginx.conf#http[0].server[0](x.org)");
    assert_eq!(&*location.address, "nginx.conf#http[0].server[0](x.org).location[0](/)");
    for (body, path, want) in [
        (&server.body, "effective/server_tokens", "off"),
        (&server.body, "effective/ssl_protocols", "TLSv1 TLSv1.2"),
        (&server.body, "effective/headers/0/name", "A"),
        (&server.body, "effective/headers/0/always", "true"),
        (&server.body, "effective/headers/1/value", "d"),
        (&server.body, "effective/cipher_list", "HIGH !aNULL"),
        (&server.body, "listens/0/port", "443"),
        (&server.body, "listens/0/ssl", "true"),
        (&server.body, "listens/1/address", "[::]"),
        (&location.body, "effective/server_tokens", "on"),
        (&location.body, "effective/ssl_protocols", "TLSv1 TLSv1.2"),
    ] {
        assert_eq!(shown(body, path).as_deref(), Some(want), "{path}");
    }
    let inherited = server.body.get("effective").unwrap().get("server_tokens").unwrap();
    assert_eq!((inherited.span, inherited.steps().len()), (server.header, 1));
    assert!(server.body.get("effective").unwrap().as_map().unwrap().rest.is_none());
}

#[test]
fn a_part_of_directives_alone_is_followed() {
    let main = ("etc/nginx.conf", "http { include conf.d/tls.conf; server { listen 443 ssl; } }");
    let part = ("etc/conf.d/tls.conf", "# ours\nssl_protocols TLSv1 TLSv1.2;\nadd_header X-A b;\n");
    let resources = read(&[main, part]);
    assert!(resources.iter().all(|resource| !resource.address.contains("tls.conf")), "it holds nothing by itself");
    let server = resources.iter().find(|resource| &*resource.kind == "nginx/server").unwrap();
    let effective = server.body.get("effective").unwrap();
    assert_eq!(effective.get("ssl_protocols").map(|protocols| protocols.items().len()), Some(2));
    assert!(effective.as_map().unwrap().rest.is_none());
}

#[test]
fn included_files_are_followed_when_they_are_there() {
    let main = ("etc/nginx.conf", "http { server_tokens off; include /etc/nginx/conf.d/*.conf; }");
    let site = ("etc/conf.d/a.conf", "server { listen 80; include snippets/tls.conf; }");
    let resources = read(&[main, site]);
    let server = resources.iter().find(|resource| &*resource.kind == "nginx/server").unwrap();
    let effective = server.body.get("effective").unwrap();
    assert_eq!(effective.get("server_tokens").and_then(Node::as_str), Some("off"));
    assert!(effective.as_map().unwrap().rest.is_some(), "the snippet is not in the repository");
    let alone = read(&[("nginx/site.conf", "server { listen 80; }")]);
    assert!(alone[0].body.get("effective").unwrap().as_map().unwrap().rest.is_some());
}

#[test]
fn what_certbot_writes_is_known() {
    let text = "http { server { listen 443 ssl; include /etc/letsencrypt/options-ssl-nginx.conf; } }";
    let resources = read(&[("nginx.conf", text)]);
    let server = resources.iter().find(|resource| &*resource.kind == "nginx/server").unwrap();
    assert_eq!(shown(&server.body, "tls_versions").as_deref(), Some("TLSv1.2 TLSv1.3"));
    assert!(server.body.get("effective").unwrap().as_map().unwrap().rest.is_none(), "nothing else is set there");
    let own = ("nginx/letsencrypt/options-ssl-nginx.conf", "ssl_protocols TLSv1.1;\nserver { listen 80; }\n");
    let beside = text.replace("/etc/letsencrypt", "letsencrypt");
    let resources = read(&[("nginx/nginx.conf", &beside), own]);
    let server = resources
        .iter()
        .find(|resource| &*resource.kind == "nginx/server" && resource.address.starts_with("nginx/nginx.conf"))
        .unwrap();
    assert_eq!(shown(&server.body, "tls_versions").as_deref(), Some("TLSv1.1"), "the file in the repository counts");
}

#[test]
fn only_what_may_speak_tls_has_versions_of_it() {
    for (server, want) in [
        ("listen 443 ssl; ssl_protocols TLSv1.3;", Some("TLSv1.3")),
        ("listen 80; ssl_protocols TLSv1;", None),
        ("listen 80; include snippets/more.conf;", None),
        ("listen 443; include snippets/more.conf;", Some("?")),
        ("listen 8080 ssl; include snippets/more.conf;", Some("?")),
        ("include snippets/more.conf;", Some("?")),
        ("listen 8080; ssl on; ssl_protocols TLSv1.2;", Some("TLSv1.2")),
        ("server_name x.org; ssl_protocols TLSv1.2;", None),
        ("listen 443 ssl;", None),
    ] {
        let resources = read(&[("nginx.conf", &format!("http {{ server {{ {server} }} }}"))]);
        let versions = resources[2].body.get("tls_versions");
        let shown = versions.map(|node| match node.as_unresolved() {
            Some(_) => "?".to_owned(),
            None => shown(&resources[2].body, "tls_versions").unwrap(),
        });
        assert_eq!(shown.as_deref(), want, "{server}");
    }
}
