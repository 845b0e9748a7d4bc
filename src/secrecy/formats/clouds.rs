//! Clouds, hosts and what runs on them.

use super::{Check, Format, format};

/// The formats.
pub(super) const FORMATS: &[Format] = &[
    // docs.aws.amazon.com: IAM identifiers, API keys of Bedrock; developer.amazon.com: Login with Amazon
    Format { check: Check::AwsPair, ..format("aws-access-key", &["AKIA"], r"^(AKIA[A-Z2-7]{16})") },
    Format {
        alone: false,
        entropy: 4.0,
        ..format(
            "aws-secret-access-key",
            &["secret_access_key", "SECRET_ACCESS_KEY", "ecretAccessKey"],
            r#"^[A-Za-z0-9_]{14,40}["'`]?\]?[ \t\r\n]*(?:=>|:=|[:=])[ \t\r\n]*["'`]?([A-Za-z0-9/+]{40})"#,
        )
    },
    format("aws-bedrock-key", &["ABSKQmVkcm9ja0FQSUtleS"], r"^ABSKQmVkcm9ja0FQSUtleS([A-Za-z0-9+/]{80,300}={0,2})"),
    format("aws-bedrock-session-key", &["bedrock-api-key-"], r"^bedrock-api-key-([A-Za-z0-9+/_-]{100,2000}={0,2})"),
    format("amazon-client-secret", &["amzn1.oa2-cs.v1."], r"^amzn1\.oa2-cs\.v1\.([0-9a-f]{64})"),
    format("amazon-refresh-token", &["Atzr|"], r"^Atzr\|([A-Za-z0-9_-]{100,1500})"),
    // cloud.google.com/docs/authentication, developers.google.com/identity/protocols/oauth2
    format("google-api-key", &["AIza"], r"^AIza([A-Za-z0-9_-]{35})"),
    format("google-oauth-secret", &["GOCSPX-"], r"^GOCSPX-([A-Za-z0-9_-]{28})"),
    format("google-refresh-token", &["1//0"], r"^1//0([A-Za-z0-9_-]{60,250})"),
    // docs.digitalocean.com/reference/api/create-personal-access-token, .../oauth
    format("digitalocean-token", &["dop_v1_"], r"^dop_v1_([a-f0-9]{64})"),
    format("digitalocean-oauth-token", &["doo_v1_"], r"^doo_v1_([a-f0-9]{64})"),
    format("digitalocean-refresh-token", &["dor_v1_"], r"^dor_v1_([a-f0-9]{64})"),
    // developers.cloudflare.com/fundamentals/api/get-started/token-formats, .../ca-keys
    format("cloudflare-global-key", &["cfk_"], r"^cfk_([A-Za-z0-9_-]{44,60})"),
    format("cloudflare-user-token", &["cfut_"], r"^cfut_([A-Za-z0-9_-]{44,60})"),
    format("cloudflare-account-token", &["cfat_"], r"^cfat_([A-Za-z0-9_-]{44,60})"),
    format("cloudflare-origin-key", &["v1.0-"], r"^v1\.0-([0-9a-f]{24}-[0-9a-f]{146})"),
    // fly.io/docs/security/tokens
    format("fly-token", &["fo1_"], r"^fo1_([A-Za-z0-9_-]{43})"),
    format("fly-macaroon", &["fm1r_", "fm1a_", "fm2_"], r"^fm(?:1[ar]|2)_([A-Za-z0-9+/]{100,1900}={0,2})"),
    // devcenter.heroku.com
    format("heroku-key", &["HRKU-"], concat!("^HRKU-(AA[A-Za-z0-9_-]{58}|", super::uuid!(), ")")),
    // vercel.com/changelog/new-token-formats-and-secret-scanning
    format("vercel-personal-token", &["vcp_"], r"^vcp_([A-Za-z0-9]{24,100})"),
    format("vercel-integration-token", &["vci_"], r"^vci_([A-Za-z0-9]{24,100})"),
    format("vercel-app-token", &["vca_", "vcr_"], r"^vc[ar]_([A-Za-z0-9]{24,100})"),
    format("vercel-key", &["vck_"], r"^vck_([A-Za-z0-9]{24,100})"),
    // docs.netlify.com, api-docs.render.com, upcloud.com/docs
    format("netlify-token", &["nfp_", "nfc_"], r"^nf[pc]_([A-Za-z0-9]{36})"),
    Format { entropy: 3.8, ..format("render-key", &["rnd_"], r"^rnd_([A-Za-z0-9]{28,40})") },
    format("upcloud-token", &["ucat_"], r"^ucat_([0-9A-HJKMNP-TV-Z]{26})"),
    // www.tigrisdata.com/docs
    format("tigris-secret", &["tsec_"], r"^tsec_([A-Za-z0-9+_-]{50,100})"),
    // docs.redhat.com: OpenShift; ranchermanager.docs.rancher.com; developer.konghq.com
    format("openshift-token", &["sha256~"], r"^sha256~([A-Za-z0-9_-]{43})"),
    format("rancher-token", &["token-"], r"^token-([a-z0-9]{5}:[a-z0-9]{54})"),
    format("kong-personal-token", &["kpat_"], r"^kpat_([A-Za-z0-9]{50})"),
    format("kong-system-token", &["spat_"], r"^spat_([A-Za-z0-9]{50})"),
    // tailscale.com/kb, github.com/netbirdio/netbird
    format("tailscale-key", &["tskey-"], r"^tskey-[a-z]{3,10}-([A-Za-z0-9]{8,20}-[A-Za-z0-9]{20,40})"),
    Format { check: Check::PerhapsChecksum, ..format("netbird-token", &["nbp_"], r"^nbp_([A-Za-z0-9]{36})") },
];
