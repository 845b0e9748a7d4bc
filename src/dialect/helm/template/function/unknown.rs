//! What is made up when a chart is installed. The text that stands in for it says that nobody knows it.

use super::{Table, last, size, unknown_text};
use crate::dialect::helm::template::exec::{Engine, Fault};
use crate::dialect::helm::template::value::Val;

const RANDOM: &str = "it is made up at random when the chart is installed";
const TIME: &str = "it is the time at which the chart is installed";
const CERTIFICATE: &str = "it is a certificate or key that is made when the chart is installed";
const SECRET: &str = "it is derived from a password when the chart is installed";

pub const TABLE: Table = &[
    ("randAlphaNum", random),
    ("randAlpha", random),
    ("randAscii", random),
    ("randBytes", random),
    ("randNumeric", |engine, arguments| Ok(unknown_text(engine, &"0".repeat(size(arguments, 0)?.min(4096)), RANDOM))),
    ("randInt", |engine, _| Ok(unknown_text(engine, "0", RANDOM))),
    ("shuffle", |engine, arguments| Ok(unknown_text(engine, last(arguments)?.printed().as_str(), RANDOM))),
    ("uuidv4", |engine, _| Ok(unknown_text(engine, "00000000-0000-4000-8000-000000000000", RANDOM))),
    ("now", |engine, _| Ok(unknown_text(engine, "2006-01-02 15:04:05", TIME))),
    ("date", |engine, _| Ok(time(engine))),
    ("dateInZone", |engine, _| Ok(time(engine))),
    ("date_in_zone", |engine, _| Ok(time(engine))),
    ("htmlDate", |engine, _| Ok(time(engine))),
    ("htmlDateInZone", |engine, _| Ok(time(engine))),
    ("dateModify", |engine, _| Ok(time(engine))),
    ("date_modify", |engine, _| Ok(time(engine))),
    ("mustDateModify", |engine, _| Ok(time(engine))),
    ("toDate", |engine, _| Ok(time(engine))),
    ("mustToDate", |engine, _| Ok(time(engine))),
    ("ago", |engine, _| Ok(time(engine))),
    ("unixEpoch", |engine, _| Ok(unknown_text(engine, "1136214245", TIME))),
    ("duration", |_, arguments| Ok(Val::str(last(arguments)?.printed()))),
    ("durationRound", |_, arguments| Ok(Val::str(last(arguments)?.printed()))),
    ("genPrivateKey", |engine, _| Ok(unknown_text(engine, "private key", CERTIFICATE))),
    ("genCA", |engine, _| Ok(certificate(engine))),
    ("genCAWithKey", |engine, _| Ok(certificate(engine))),
    ("genSelfSignedCert", |engine, _| Ok(certificate(engine))),
    ("genSelfSignedCertWithKey", |engine, _| Ok(certificate(engine))),
    ("genSignedCert", |engine, _| Ok(certificate(engine))),
    ("genSignedCertWithKey", |engine, _| Ok(certificate(engine))),
    ("buildCustomCert", |engine, _| Ok(certificate(engine))),
    ("derivePassword", |engine, _| Ok(secret(engine))),
    ("bcrypt", |engine, _| Ok(secret(engine))),
    ("htpasswd", |engine, _| Ok(secret(engine))),
    ("encryptAES", |engine, _| Ok(secret(engine))),
    ("decryptAES", |engine, _| Ok(secret(engine))),
    ("getHostByName", |engine, _| Ok(unknown_text(engine, "0.0.0.0", "it is looked up when the chart is installed"))),
];

fn random(engine: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    Ok(unknown_text(engine, &"x".repeat(size(arguments, 0)?.min(4096)), RANDOM))
}

fn time(engine: &Engine<'_>) -> Val {
    unknown_text(engine, "2006-01-02", TIME)
}

fn secret(engine: &Engine<'_>) -> Val {
    unknown_text(engine, "secret", SECRET)
}

fn certificate(engine: &Engine<'_>) -> Val {
    let part = |name: &str| (name.into(), unknown_text(engine, "certificate", CERTIFICATE));
    Val::map([part("Cert"), part("Key")].into())
}
