//! An endpoint: what is served or called over a network, and how the connection is protected.

use super::{OWNER, Register};
use crate::schema::view;

/// The register of endpoints.
pub const ENDPOINT: Register = Register {
    name: "endpoint",
    doc: "what is served or called over a network, and how the connection is protected",
    fields: &[
        view(
            "what",
            "s",
            "what it is of: `web`, `load-balancer`, `cdn`, `api`, `search`, `cache`, `queue`, `database`, `storage`, `charts` \
             (a repository of charts or manifests), `upstream`, `metrics`, `hook`, `source`, `provider` (what a provider of Terraform \
             talks to), `state` (where Terraform keeps its own), `platform` (on which machines are made), `policy` (for others to use), `mail`, `network` (a tunnel)",
            "load-balancer",
        ),
        view("direction", "s", "`served`, or `called`", "served"),
        view("address", "s", "where it is, when it is called", "https://charts.example.com"),
        view("plain", "b", "whether it can be used without TLS", "false"),
        view("certificate_checked", "b", "whether who calls it checks its certificate", "true"),
        view(
            "tls_minimum",
            "s",
            "the lowest version of TLS: `1.0` to `1.3`, `ssl`, or `none` where any will do",
            "1.2",
        ),
        view("unchecked", "b", "whether nobody asks whose the certificate is, when it is called", "false"),
        view(
            "reach",
            "s",
            "how far a connection to it goes: `machine`, `cluster` (a network of containers), `network`",
            "network",
        ),
        view("test", "b", "whether the file is for tests or for who develops", "false"),
        view(
            "system",
            "s",
            "whose it is: `aws`, `azure`, `google`, `kubernetes`, `nginx`, or the program that serves (`apache`)",
            "aws",
        ),
        OWNER,
    ],
    find: Some(super::connection::find),
};

/// The lowest version that a name of a version, or of a policy of a provider, lets in; none where the name is not known.
pub fn tls_version(written: &str) -> Option<&'static str> {
    let lower = written.trim().to_ascii_lowercase();
    if matches!(&*lower, "none" | "disabled" | "tlsenforcementdisabled") {
        return Some("none");
    }
    if lower.starts_with("ssl") {
        return Some("ssl");
    }
    if let Some(policy) = lower.strip_prefix("securitypolicy_tls") {
        return gateway_version(policy);
    }
    let policy = lower.strip_prefix("elbsecuritypolicy-");
    let mut name = policy.or_else(|| lower.strip_prefix("policy-min-")).unwrap_or(&lower);
    for start in ["tls13-", "tlsv", "tls-", "tls_", "tls", "fs-"] {
        name = name.strip_prefix(start).unwrap_or(name);
    }
    let mut bytes = name.bytes();
    let (major, separator) = (bytes.next(), bytes.next());
    if major != Some(b'1') || separator.is_some_and(|byte| byte.is_ascii_digit()) {
        // Policies of load balancers that are named by a year alone let all versions in.
        return policy.filter(|_| major == Some(b'2')).map(|_| "1.0");
    }
    let (minor, after) = (bytes.next(), bytes.next());
    if after.is_some_and(|byte| byte.is_ascii_digit()) {
        // The minor version is not said: `TLSv1_2016`.
        return minor.filter(u8::is_ascii_digit).map(|_| "1.0");
    }
    match minor {
        None | Some(b'0') => Some("1.0"),
        Some(b'1') => Some("1.1"),
        Some(b'2') => Some("1.2"),
        Some(b'3') => Some("1.3"),
        Some(_) => None,
    }
}

/// The lowest version of a policy of API Gateway, of which the generation is the lowest version unless another one follows:
/// `TLS12_2018_EDGE`, `TLS13_2025_EDGE`, `TLS13_1_2_2021_06`.
fn gateway_version(policy: &str) -> Option<&'static str> {
    let mut parts = policy.split('_');
    let generation = parts.next()?;
    let (major, minor) = match (parts.next(), parts.next()) {
        (Some("1"), Some(minor)) => ("1", minor),
        _ => generation.split_at_checked(1)?,
    };
    TLS_VERSIONS.iter().copied().find(|version| version.split_once('.') == Some((major, minor)))
}

/// The versions from the weakest to the strongest.
pub const TLS_VERSIONS: &[&str] = &["none", "ssl", "1.0", "1.1", "1.2", "1.3"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_off_any_name() {
        for (written, version) in [
            ("1.0", Some("1.0")),
            ("TLS1_0", Some("1.0")),
            ("TLS_1_2", Some("1.2")),
            ("TLSv1", Some("1.0")),
            ("TLSv1.0", Some("1.0")),
            ("TLSv1_2016", Some("1.0")),
            ("TLSv1.1_2016", Some("1.1")),
            ("TLSv1.2_2021", Some("1.2")),
            ("SSLv3", Some("ssl")),
            ("Disabled", Some("none")),
            ("TLSEnforcementDisabled", Some("none")),
            ("ELBSecurityPolicy-2016-08", Some("1.0")),
            ("ELBSecurityPolicy-FS-2018-06", Some("1.0")),
            ("ELBSecurityPolicy-FS-1-1-2019-08", Some("1.1")),
            ("ELBSecurityPolicy-FS-1-2-Res-2020-10", Some("1.2")),
            ("ELBSecurityPolicy-TLS-1-1-2017-01", Some("1.1")),
            ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", Some("1.2")),
            ("ELBSecurityPolicy-TLS13-1-0-2021-06", Some("1.0")),
            ("ELBSecurityPolicy-TLS13-1-2-2021-06", Some("1.2")),
            ("ELBSecurityPolicy-TLS13-1-3-2021-06", Some("1.3")),
            ("Policy-Min-TLS-1-0-2019-07", Some("1.0")),
            ("Policy-Min-TLS-1-2-PFS-2023-10", Some("1.2")),
            ("SecurityPolicy_TLS13_1_3_2025_09", Some("1.3")),
            ("SecurityPolicy_TLS13_1_3_FIPS_2025_09", Some("1.3")),
            ("SecurityPolicy_TLS13_1_2_2021_06", Some("1.2")),
            ("SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09", Some("1.2")),
            ("SecurityPolicy_TLS13_2025_EDGE", Some("1.3")),
            ("SecurityPolicy_TLS12_PFS_2025_EDGE", Some("1.2")),
            ("SecurityPolicy_TLS12_2018_EDGE", Some("1.2")),
            ("SecurityPolicy_TLS99_2030", None),
            ("SecurityPolicy_TLSé", None),
            ("TLSv1.2_2025", Some("1.2")),
            ("TLSv1.3_2025", Some("1.3")),
            ("", None),
            ("our-own-policy", None),
            ("2.0", None),
            ("12", None),
            ("1.x", None),
            ("TLSv1.é", None),
        ] {
            assert_eq!(tls_version(written), version, "{written}");
        }
    }
}
