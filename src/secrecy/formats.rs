//! The formats of tokens that can be told by their looks.
//!
//! To add one: a line in [`FORMATS`]. All literals together are at most 64, each of three bytes or more: beyond that the
//! search for them leaves its fast path, which a test holds. A literal brings the search to a place; the pattern is then
//! held against the text from there (or from a few bytes before), and decides.

/// A kind of secret.
pub(super) struct Format {
    /// Its name in reports.
    pub name: &'static str,
    /// What every one contains; the text is searched for these.
    pub literals: &'static [&'static str],
    /// How many bytes before the literal the token begins.
    pub lead: usize,
    /// The token from its beginning; the first group is the secret where it is only part of it.
    pub pattern: &'static str,
    /// Whether the token stands on its own: no letter, digit or underscore before it.
    pub alone: bool,
    /// How much a secret can be trusted to be one.
    pub check: Check,
    /// Least entropy of the secret, in bits per character.
    pub entropy: f64,
}

/// How a secret proves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// Only by its looks.
    Looks,
    /// The last six characters are the checksum of the thirty before; one that does not match is no token.
    Checksum,
    /// The same, but it is not certain that every token has it.
    PerhapsChecksum,
    /// A JSON web token: its header has to be one.
    WebToken,
    /// An identifier of an AWS key, which is a secret together with the key beside it.
    AwsPair,
    /// A password in a URL: the host has to be one that others reach.
    Url,
}

const fn format(name: &'static str, literals: &'static [&'static str], pattern: &'static str) -> Format {
    Format { name, literals, lead: 0, pattern, alone: true, check: Check::Looks, entropy: 3.0 }
}

/// Every format.
pub(super) const FORMATS: &[Format] = &[
    Format {
        check: Check::Checksum,
        ..format("github-token", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"^gh[pousr]_([A-Za-z0-9]{36})")
    },
    format("github-fine-grained-token", &["github_pat_"], r"^github_pat_([A-Za-z0-9]{22}_[A-Za-z0-9]{59})"),
    format(
        "gitlab-token",
        &["glpat-", "gldt-", "glrt-", "glptt-"],
        r"^gl(?:pat|dt|rt|ptt)-(?:[0-9a-f]{1,5}_)?([A-Za-z0-9_-]{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?)",
    ),
    format("slack-token", &["xox"], r"^xox[aprsbe][-.](?:[0-9]{1,13}-|xox[bp]-)[A-Za-z0-9-]{20,250}"),
    format("slack-app-token", &["xapp-"], r"^xapp-[0-9]-[A-Z0-9]{8,}-[0-9]{8,}-[a-f0-9]{64}"),
    Format {
        alone: false,
        ..format(
            "slack-webhook",
            &["hooks.slack.com/"],
            r"^hooks\.slack\.com/(?:services|workflows)/(T[A-Z0-9]{8,12}/[AB][A-Z0-9]{8,12}/[A-Za-z0-9]{20,})",
        )
    },
    format("stripe-key", &["sk_live_", "rk_live_"], r"^[sr]k_live_([A-Za-z0-9]{24,247})"),
    format("google-api-key", &["AIza"], r"^AIza([A-Za-z0-9_-]{35})"),
    format("google-oauth-secret", &["GOCSPX-"], r"^GOCSPX-([A-Za-z0-9_-]{28})"),
    Format { check: Check::PerhapsChecksum, ..format("npm-token", &["npm_"], r"^npm_([A-Za-z0-9]{36})") },
    format("pypi-token", &["pypi-AgE"], r"^pypi-(AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZ)[A-Za-z0-9_-]{50,})"),
    Format {
        check: Check::WebToken,
        ..format("json-web-token", &["eyJ"], r"^(eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{20,})")
    },
    Format {
        alone: false,
        entropy: 4.5,
        ..format(
            "azure-storage-key",
            &["AccountKey=", "SharedAccessKey="],
            r"^(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==)",
        )
    },
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
    format("sendgrid-key", &["SG."], r"^SG\.([A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})"),
    format("digitalocean-token", &["dop_v1_"], r"^dop_v1_([a-f0-9]{64})"),
    format("vault-token", &["hvs.", "hvb."], r"^hv[sb]\.([A-Za-z0-9_-]{24,300})"),
    Format {
        lead: 14,
        ..format("terraform-cloud-token", &[".atlasv1."], r"^([A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70})")
    },
    format("anthropic-key", &["sk-ant-"], r"^sk-ant-(?:api|admin|sid|oat)[0-9]{2}-([A-Za-z0-9_-]{80,120})"),
    format(
        "openai-key",
        &["sk-proj-", "sk-svcacct-", "sk-admin-"],
        r"^sk-(?:proj|svcacct|admin)-([A-Za-z0-9_-]{40,200})",
    ),
    Format { lead: 23, ..format("openai-key", &["T3BlbkFJ"], r"^sk-([A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})") },
    format("hugging-face-token", &["hf_"], r"^hf_([A-Za-z]{34})"),
    format("databricks-token", &["dapi"], r"^dapi([0-9a-f]{32})"),
    format("shopify-token", &["shpat_", "shpss_", "shpca_"], r"^shp(?:at|ss|ca)_([A-Fa-f0-9]{32})"),
    Format {
        alone: false,
        ..format("discord-webhook", &["/api/webhooks/"], r"^/api/webhooks/([0-9]{17,20}/[A-Za-z0-9_-]{60,})")
    },
    format("new-relic-key", &["NRAK-"], r"^NRAK-([A-Z0-9]{27})"),
    format("grafana-token", &["glsa_"], r"^glsa_([A-Za-z0-9]{32}_[A-Fa-f0-9]{8})"),
    format("grafana-cloud-token", &["glc_eyJ"], r"^glc_(eyJ[A-Za-z0-9+/=]{40,400})"),
    format("docker-hub-token", &["dckr_pat_", "dckr_oat_"], r"^dckr_[po]at_([A-Za-z0-9_-]{27,32})"),
    format("atlassian-token", &["ATATT3xFfGF0"], r"^ATATT3xFfGF0([A-Za-z0-9_=-]{100,250})"),
    format("linear-key", &["lin_api_"], r"^lin_api_([A-Za-z0-9]{40})"),
    format("postman-key", &["PMAK-"], r"^PMAK-([a-f0-9]{24}-[a-f0-9]{34})"),
    format("pulumi-token", &["pul-"], r"^pul-([a-f0-9]{40})"),
    format("rubygems-key", &["rubygems_"], r"^rubygems_([a-f0-9]{48})"),
    format("age-secret-key", &["AGE-SECRET-KEY-1"], r"^AGE-SECRET-KEY-1([0-9A-Z]{58})"),
    format(
        "doppler-token",
        &["dp.pt.", "dp.st.", "dp.ct."],
        r"^dp\.(?:pt|ct|st)\.((?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44})",
    ),
    format("sentry-token", &["sntrys_eyJ", "sntryu_"], r"^sntry(?:s_(eyJ[A-Za-z0-9+/=_-]{60,400})|u_([a-f0-9]{64}))"),
    format("tailscale-key", &["tskey-"], r"^tskey-[a-z]{3,10}-([A-Za-z0-9]{8,20}-[A-Za-z0-9]{20,40})"),
    format("square-token", &["sq0atp-", "sq0csp-"], r"^sq0(?:atp-([A-Za-z0-9_-]{22})|csp-([A-Za-z0-9_-]{43}))"),
    format("figma-token", &["figd_"], r"^figd_([A-Za-z0-9_-]{40,60})"),
    Format {
        alone: false,
        check: Check::Url,
        entropy: 2.5,
        ..format(
            "password-in-url",
            &["://"],
            r#"^://[A-Za-z0-9._%+-]{1,64}:([^\x00-\x20\x7f:/@"'`<>{}$()\[\],;*|\\]{6,100})@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"#,
        )
    },
];
