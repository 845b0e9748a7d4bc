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
    ("date", time),
    ("dateInZone", time),
    ("date_in_zone", time),
    ("htmlDate", time),
    ("htmlDateInZone", time),
    ("dateModify", time),
    ("date_modify", time),
    ("mustDateModify", time),
    ("toDate", time),
    ("mustToDate", time),
    ("ago", time),
    ("unixEpoch", |engine, _| Ok(unknown_text(engine, "1136214245", TIME))),
    ("duration", |_, arguments| Ok(Val::str(last(arguments)?.printed()))),
    ("durationRound", |_, arguments| Ok(Val::str(last(arguments)?.printed()))),
    ("genPrivateKey", |engine, _| Ok(unknown_text(engine, "private key", CERTIFICATE))),
    ("genCA", certificate),
    ("genCAWithKey", certificate),
    ("genSelfSignedCert", certificate),
    ("genSelfSignedCertWithKey", certificate),
    ("genSignedCert", certificate),
    ("genSignedCertWithKey", certificate),
    ("buildCustomCert", certificate),
    ("derivePassword", secret),
    ("bcrypt", secret),
    ("htpasswd", secret),
    ("encryptAES", secret),
    ("decryptAES", secret),
    ("getHostByName", |engine, _| Ok(unknown_text(engine, "0.0.0.0", "it is looked up when the chart is installed"))),
];

fn random(engine: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    Ok(unknown_text(engine, &"x".repeat(size(arguments, 0)?.min(4096)), RANDOM))
}

fn time(engine: &mut Engine<'_>, _: &[Val]) -> Result<Val, Fault> {
    Ok(unknown_text(engine, "2006-01-02", TIME))
}

fn secret(engine: &mut Engine<'_>, _: &[Val]) -> Result<Val, Fault> {
    Ok(unknown_text(engine, "secret", SECRET))
}

fn certificate(engine: &mut Engine<'_>, _: &[Val]) -> Result<Val, Fault> {
    let part = |name: &str| (name.into(), unknown_text(engine, "certificate", CERTIFICATE));
    Ok(Val::map([part("Cert"), part("Key")].into()))
}
