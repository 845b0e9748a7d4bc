//! YAML, JSON, base64 and digests.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use sha2::{Digest, Sha256, Sha512};

use super::{Table, arg, last, text};
use crate::dialect::helm::template::exec::Fault;
use crate::dialect::helm::template::text::Str;
use crate::dialect::helm::template::value::{Kind, Val};
use crate::dialect::helm::template::yaml;
use crate::hex;

pub const TABLE: Table = &[
    ("toYaml", |_, arguments| Ok(Val::str(yaml::to_yaml(last(arguments)?)?))),
    ("toYamlPretty", |_, arguments| Ok(Val::str(yaml::to_yaml(last(arguments)?)?))),
    ("mustToYaml", |_, arguments| Ok(Val::str(yaml::to_yaml(last(arguments)?)?))),
    ("toJson", |_, arguments| Ok(Val::str(yaml::to_json(last(arguments)?, false)?))),
    ("mustToJson", |_, arguments| Ok(Val::str(yaml::to_json(last(arguments)?, false)?))),
    ("toRawJson", |_, arguments| Ok(Val::str(yaml::to_json(last(arguments)?, false)?))),
    ("mustToRawJson", |_, arguments| Ok(Val::str(yaml::to_json(last(arguments)?, false)?))),
    ("toPrettyJson", |_, arguments| Ok(Val::str(yaml::to_json(last(arguments)?, true)?))),
    ("mustToPrettyJson", |_, arguments| Ok(Val::str(yaml::to_json(last(arguments)?, true)?))),
    ("fromYaml", |_, arguments| read(arguments, false)),
    ("fromYamlArray", |_, arguments| read(arguments, true)),
    ("fromJson", |_, arguments| read(arguments, false)),
    ("mustFromJson", |_, arguments| read(arguments, false)),
    ("fromJsonArray", |_, arguments| read(arguments, true)),
    ("b64enc", |_, arguments| Ok(base64(last(arguments)?))),
    ("b64dec", |_, arguments| {
        let value = text(arguments, 0)?;
        let bytes = STANDARD.decode(value.as_str()).or_else(|_| URL_SAFE.decode(value.as_str()));
        let decoded = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        Ok(Val::str(Str::at(decoded, value.place())))
    }),
    ("sha256sum", |_, arguments| digest(arguments, |bytes| hex::encode(&Sha256::digest(bytes)))),
    ("sha512sum", |_, arguments| digest(arguments, |bytes| hex::encode(&Sha512::digest(bytes)))),
    ("sha1sum", |_, arguments| digest(arguments, |bytes| hex::encode(&sha1::Sha1::digest(bytes)))),
    ("adler32sum", |_, arguments| digest(arguments, |bytes| adler32(bytes).to_string())),
    ("urlquery", |_, arguments| {
        let value = text(arguments, 0)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        let encode = |byte| match byte {
            b' ' => "+".to_owned(),
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        let written: String = value.as_str().bytes().map(encode).collect();
        Ok(Val::str(Str::at(written, value.place())))
    }),
    ("urlParse", |_, arguments| Ok(url_parse(&text(arguments, 0)?))),
    ("urlJoin", |_, arguments| {
        let value = arg(arguments, 0)?;
        let field = |name: &str| value.get(name).map(|part| part.printed().as_str().to_owned()).unwrap_or_default();
        let written = format!("{}://{}{}", field("scheme"), field("host"), field("path"));
        let query = field("query");
        Ok(Val::text(if query.is_empty() { written } else { format!("{written}?{query}") }))
    }),
];

/// A value in base64.
pub fn base64(value: &Val) -> Val {
    let value = value.printed();
    Val::str(Str::at(STANDARD.encode(value.as_str()), value.place()))
}

/// As Helm does it, a text that cannot be read is a map with an `Error`.
fn read(arguments: &[Val], list: bool) -> Result<Val, Fault> {
    let value = text(arguments, 0)?;
    Ok(match yaml::from_yaml(&value) {
        Ok(read) if list && matches!(read.kind, Kind::Nil) => Val::list(Vec::new()),
        Ok(read) if matches!(read.kind, Kind::Nil) => Val::map(std::collections::BTreeMap::new()),
        Ok(read) => read,
        Err(error) if list => Val::list(vec![Val::text(error)]),
        Err(error) => Val::map([("Error".into(), Val::text(error))].into()),
    })
}

/// The checksum of zlib.
fn adler32(bytes: &[u8]) -> u32 {
    const BASE: u32 = 65_521;
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % BASE;
        (low, (high + low) % BASE)
    });
    high << 16 | low
}

fn digest(arguments: &[Val], of: fn(&[u8]) -> String) -> Result<Val, Fault> {
    let value = text(arguments, 0)?;
    Ok(Val::str(Str::at(of(value.as_str().as_bytes()), value.place())))
}

fn url_parse(value: &Str) -> Val {
    let written = value.as_str();
    let (written, fragment) = written.split_once('#').unwrap_or((written, ""));
    let (written, query) = written.split_once('?').unwrap_or((written, ""));
    let (scheme, rest) = written.split_once("://").unwrap_or(("", written));
    let (authority, path) = match rest.find('/') {
        _ if scheme.is_empty() => ("", rest),
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let fields = [
        ("scheme", scheme),
        ("host", host),
        ("hostname", name),
        ("path", path),
        ("query", query),
        ("fragment", fragment),
        ("userinfo", user),
        ("opaque", ""),
    ];
    Val::map(fields.map(|(name, part)| (name.into(), Val::str(Str::at(part, value.place())))).into())
}
