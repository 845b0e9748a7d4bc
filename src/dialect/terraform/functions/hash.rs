//! Digests of texts and of files.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::value::{Type, Value};
use crate::hex;

const STR: Param = Param::one("str", Accepts::String);
const PATH: Param = Param::one("path", Accepts::String);

/// The digest of a text, and the one of a file.
macro_rules! digest {
    ($name:literal, $of:expr) => {
        Function {
            name: $name,
            params: &[STR],
            gives: Accepts::String,
            call: |call| {
                let digest: fn(&[u8]) -> String = $of;
                Ok(Value::string(digest(call.str(0).as_bytes())))
            },
        }
    };
    (file $name:literal, $of:expr) => {
        Function { name: $name, params: &[PATH], gives: Accepts::String, call: |call| of_file(call, $of) }
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    digest!("base64sha256", |bytes| STANDARD.encode(Sha256::digest(bytes))),
    digest!("base64sha512", |bytes| STANDARD.encode(Sha512::digest(bytes))),
    digest!(file "filebase64", |bytes| STANDARD.encode(bytes)),
    digest!(file "filebase64sha256", |bytes| STANDARD.encode(Sha256::digest(bytes))),
    digest!(file "filebase64sha512", |bytes| STANDARD.encode(Sha512::digest(bytes))),
    digest!(file "filemd5", |bytes| hex::encode(&Md5::digest(bytes))),
    digest!(file "filesha1", |bytes| hex::encode(&Sha1::digest(bytes))),
    digest!(file "filesha256", |bytes| hex::encode(&Sha256::digest(bytes))),
    digest!(file "filesha512", |bytes| hex::encode(&Sha512::digest(bytes))),
    digest!("md5", |bytes| hex::encode(&Md5::digest(bytes))),
    digest!("sha1", |bytes| hex::encode(&Sha1::digest(bytes))),
    digest!("sha256", |bytes| hex::encode(&Sha256::digest(bytes))),
    digest!("sha512", |bytes| hex::encode(&Sha512::digest(bytes))),
    Function {
        name: "uuidv5",
        params: &[Param::one("namespace", Accepts::String), Param::one("name", Accepts::String)],
        gives: Accepts::String,
        call: uuidv5,
    },
];

/// Only text can be read here; what decoding may have changed is not known.
fn of_file(call: &Call<'_>, digest: fn(&[u8]) -> String) -> Result<Value, Refusal> {
    let read = call.host.read(call.str(0))?;
    Ok(match read.as_str() {
        Some(text) => Value::string(digest(text.as_bytes())),
        None => Value::unknown_from(Type::String, [&read]),
    })
}

fn uuidv5(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let namespace = match call.str(0) {
        "dns" => "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "url" => "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
        "oid" => "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
        "x500" => "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
        other => other,
    };
    let Some(mut bytes) = uuid_bytes(namespace) else {
        return Err(Refusal::new(format!("`{namespace}` is not the name of a namespace and not a UUID")));
    };
    bytes.extend_from_slice(call.str(1).as_bytes());
    let mut text = String::new();
    for (at, byte) in Sha1::digest(&bytes).iter().take(16).enumerate() {
        let byte = match at {
            6 => byte & 0x0f | 0x50,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        let dash = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
        let _ = write!(text, "{dash}{byte:02x}");
    }
    Ok(Value::string(text))
}

fn uuid_bytes(text: &str) -> Option<Vec<u8>> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    if lengths != [8, 4, 4, 4, 12] || !text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()) {
        return None;
    }
    let digits = u128::from_str_radix(&groups.concat(), 16).ok()?;
    Some(digits.to_be_bytes().to_vec())
}
