//! Where code is kept, built, tested and published.

use super::{Check, Format, format, uuid};

/// The formats.
pub(super) const FORMATS: &[Format] = &[
    // docs.github.com: "GitHub's token formats"
    Format {
        check: Check::Checksum,
        ..format("github-token", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"^gh[pousr]_([A-Za-z0-9]{36})")
    },
    format("github-fine-grained-token", &["github_pat_"], r"^github_pat_([A-Za-z0-9]{22}_[A-Za-z0-9]{59})"),
    // docs.gitlab.com/security/tokens: "Token prefixes"
    format(
        "gitlab-token",
        &["glpat-", "gldt-", "glrt-", "glptt-"],
        r"^gl(?:pat|dt|rt|ptt)-(?:[0-9a-f]{1,5}_)?([A-Za-z0-9_-]{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?)",
    ),
    format("gitlab-oauth-secret", &["gloas-"], r"^gloas-([A-Za-z0-9_-]{64})"),
    format("gitlab-job-token", &["glcbt-"], r"^glcbt-((?:[0-9a-zA-Z]{1,5}_)?[A-Za-z0-9_-]{20,300})"),
    format("gitlab-feed-token", &["glft-"], r"^glft-([A-Za-z0-9_-]{20,100})"),
    format("gitlab-incoming-mail-token", &["glimt-"], r"^glimt-([A-Za-z0-9_-]{20,100})"),
    format("gitlab-agent-token", &["glagent-"], r"^glagent-([A-Za-z0-9_-]{50,100})"),
    format("gitlab-workspace-token", &["glwt-"], r"^glwt-([A-Za-z0-9_-]{20,100})"),
    format("gitlab-scim-token", &["glsoat-"], r"^glsoat-([A-Za-z0-9_-]{20,100})"),
    format("gitlab-feature-flag-token", &["glffct-"], r"^glffct-([A-Za-z0-9_-]{20,100})"),
    format(
        "gitlab-runner-registration-token",
        &["glrtr-", "GR1348941"],
        r"^(?:glrtr-|GR1348941)([A-Za-z0-9_-]{20,100})",
    ),
    // support.atlassian.com: access tokens and app passwords of Bitbucket, API tokens; developer.atlassian.com: Trello
    format("atlassian-token", &["ATATT3xFfGF0"], r"^ATATT3xFfGF0([A-Za-z0-9_=-]{100,250})"),
    format("bitbucket-access-token", &["ATCTT3xFfGN0"], r"^ATCTT3xFfGN0([A-Za-z0-9_=-]{100,250})"),
    format("bitbucket-app-password", &["ATBB"], r"^ATBB([A-Za-z0-9]{32})"),
    format("trello-token", &["ATTA"], r"^ATTA([0-9a-f]{64}[0-9A-F]{8})"),
    // sourcegraph.com/docs: "Security event and token formats"
    format("sourcegraph-token", &["sgp_"], r"^sgp_(?:(?:[0-9a-fA-F]{16}|local)_)?([0-9a-fA-F]{40})"),
    format("sourcegraph-licence-token", &["slk_"], r"^slk_([0-9a-f]{64})"),
    // circleci.com/changelog: "New format for API access tokens"
    format("circleci-personal-token", &["CCIPAT_"], r"^CCIPAT_([A-Za-z0-9]{22}_[0-9a-f]{40})"),
    format("circleci-project-token", &["CCIPRJ_"], r"^CCIPRJ_([A-Za-z0-9]{22}_[0-9a-f]{40})"),
    // buildkite.com/docs/platform/security/tokens
    format("buildkite-api-token", &["bkua_"], r"^bkua_([A-Za-z0-9]{40,100})"),
    format("buildkite-session-token", &["bkaa_"], r"^bkaa_([A-Za-z0-9]{40,100})"),
    format("buildkite-job-token", &["bkaj_"], r"^bkaj_([A-Za-z0-9._-]{40,1000})"),
    format("buildkite-agent-token", &["bkct_"], r"^bkct_([A-Za-z0-9]{40,100})"),
    // docs.sonarsource.com: "Managing your tokens"
    format("sonar-user-token", &["squ_"], r"^squ_([0-9a-f]{40})"),
    format("sonar-project-token", &["sqp_"], r"^sqp_([0-9a-f]{40})"),
    format("sonar-global-token", &["sqa_"], r"^sqa_([0-9a-f]{40})"),
    // docs.snyk.io: "Authentication for API"
    format(
        "snyk-personal-token",
        &["snyk_uat."],
        r"^snyk_uat\.([0-9a-f]{8}\.[A-Za-z0-9_-]{20,1000}\.[A-Za-z0-9_-]{20,1000})",
    ),
    format(
        "snyk-service-token",
        &["snyk_sat."],
        r"^snyk_sat\.([0-9a-f]{8}\.[A-Za-z0-9_-]{20,1000}\.[A-Za-z0-9_-]{20,1000})",
    ),
    format("socket-token", &["sktsec_"], r"^sktsec_([A-Za-z0-9_-]{40,80}_api)"),
    // help.aikido.dev
    format("aikido-token", &["AIK_CI_", "AIK_PAT_"], r"^AIK_(?:CI|PAT)_([A-Za-z0-9]{40,100})"),
    // developer.harness.io: "Manage API keys"
    format("harness-personal-token", &["pat."], r"^pat\.([A-Za-z0-9_-]{22}\.[0-9a-f]{24}\.[A-Za-z0-9]{20})"),
    format("harness-service-token", &["sat."], r"^sat\.([A-Za-z0-9_-]{22}\.[0-9a-f]{24}\.[A-Za-z0-9]{20})"),
    // octopus.com/docs: "How to create an API key"
    Format { entropy: 3.8, ..format("octopus-key", &["API-"], r"^API-([A-Z0-9]{25,36})") },
    // www.infracost.io/docs
    format("infracost-key", &["ico-"], r"^ico-([A-Za-z0-9]{32})"),
    // www.gitpod.io/docs
    format("gitpod-token", &["gitpod_pat_"], r"^gitpod_pat_([A-Za-z0-9._-]{30,200})"),
    // developer.hashicorp.com: HCP Terraform, Vault, Boundary
    Format {
        lead: 14,
        ..format("terraform-cloud-token", &[".atlasv1."], r"^([A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70})")
    },
    format("vault-token", &["hvs.", "hvb."], r"^hv[sb]\.([A-Za-z0-9_-]{24,300})"),
    format("vault-recovery-token", &["hvr."], r"^hvr\.([A-Za-z0-9_-]{24,300})"),
    Format { lead: 13, ..format("boundary-token", &["_s1"], r"^at_([A-Za-z0-9]{10}_s1[A-Za-z0-9]{50,500})") },
    // www.pulumi.com/docs
    format("pulumi-token", &["pul-"], r"^pul-([a-f0-9]{40})"),
    // docs.npmjs.com, docs.pypi.org, guides.rubygems.org, learn.microsoft.com/nuget, github.com/clojars/clojars-web/wiki
    Format { check: Check::PerhapsChecksum, ..format("npm-token", &["npm_"], r"^npm_([A-Za-z0-9]{36})") },
    format("pypi-token", &["pypi-AgE"], r"^pypi-(AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZ)[A-Za-z0-9_-]{50,})"),
    format("rubygems-key", &["rubygems_"], r"^rubygems_([a-f0-9]{48})"),
    format("nuget-key", &["oy2"], r"^oy2([a-z2-7]{43})"),
    format("clojars-token", &["CLOJARS_"], r"^CLOJARS_([0-9a-f]{60})"),
    // github.com/eclipse/openvsx
    format("open-vsx-token", &["ovsxat_"], concat!("^ovsxat_(", uuid!(), ")")),
    // docs.deno.com/deploy
    format("deno-deploy-token", &["ddp_", "ddo_"], r"^dd[po]_([A-Za-z0-9]{36})"),
    // jfrog.com/help: API keys, reference tokens
    format("jfrog-key", &["AKCp"], r"^AKCp([A-Za-z0-9]{69})"),
    format("jfrog-reference-token", &["cmVmdGtuO"], r"^cmVmdGtuO([A-Za-z0-9]{55})"),
    // docs.docker.com/security/access-tokens
    format("docker-hub-token", &["dckr_pat_", "dckr_oat_"], r"^dckr_[po]at_([A-Za-z0-9_-]{27,32})"),
    // docs.prefect.io
    format("prefect-user-key", &["pnu_"], r"^pnu_([A-Za-z0-9]{36})"),
    format("prefect-service-key", &["pnb_"], r"^pnb_([A-Za-z0-9]{36})"),
    // www.inngest.com/docs, trigger.dev/docs
    format("inngest-signing-key", &["signkey-prod-"], r"^signkey-prod-([0-9a-f]{64})"),
    format("trigger-dev-key", &["tr_prod_"], r"^tr_prod_([A-Za-z0-9]{20,60})"),
    format("trigger-dev-token", &["tr_pat_"], r"^tr_pat_([A-Za-z0-9]{40})"),
    // learning.postman.com
    format("postman-key", &["PMAK-"], r"^PMAK-([a-f0-9]{24}-[a-f0-9]{34})"),
    format("postman-collection-key", &["PMAT-"], r"^PMAT-([0-9A-Z]{26})"),
    // docs.readme.com, gitbook.com/docs
    format("readme-key", &["rdme_"], r"^rdme_([a-z0-9]{60,80})"),
    format("gitbook-token", &["gb_api_"], r"^gb_api_([A-Za-z0-9]{40})"),
    // docs.sentry.io, docs.launchdarkly.com
    format("sentry-token", &["sntrys_eyJ", "sntryu_"], r"^sntry(?:s_(eyJ[A-Za-z0-9+/=_-]{60,400})|u_([a-f0-9]{64}))"),
    format("launchdarkly-sdk-key", &["sdk-"], concat!("^sdk-(", uuid!(), ")")),
    format("launchdarkly-api-token", &["api-"], concat!("^api-(", uuid!(), ")")),
];
