//! Databases, what fills and queries them, and what watches over systems.

use super::{Format, format, uuid};

/// The formats.
pub(super) const FORMATS: &[Format] = &[
    // docs.databricks.com
    format("databricks-token", &["dapi"], r"^dapi([0-9a-f]{32})"),
    format("databricks-oauth-secret", &["dose"], r"^dose([0-9a-f]{32})"),
    // supabase.com/docs/guides/api/api-keys
    format("supabase-access-token", &["sbp_"], r"^sbp_([0-9a-f]{40})"),
    format("supabase-secret-key", &["sb_secret_"], r"^sb_secret_([A-Za-z0-9_-]{31})"),
    // planetscale.com/docs, neon.com/docs, xata.io/docs
    format("planetscale-token", &["pscale_tkn_"], r"^pscale_tkn_([A-Za-z0-9_.=-]{32,64})"),
    format("planetscale-password", &["pscale_pw_"], r"^pscale_pw_([A-Za-z0-9_.=-]{32,64})"),
    format("planetscale-oauth-token", &["pscale_oauth_"], r"^pscale_oauth_([A-Za-z0-9_.=-]{32,64})"),
    format("neon-key", &["napi_"], r"^napi_([a-z0-9]{64})"),
    format("xata-key", &["xau_"], r"^xau_([A-Za-z0-9]{32,60})"),
    // www.cockroachlabs.com/docs, www.mongodb.com/docs/atlas, www.elastic.co/docs, docs.confluent.io, aiven.io/docs
    format("cockroach-key", &["CCDB1_"], r"^CCDB1_([A-Za-z0-9]{22}_[A-Za-z0-9]{40})"),
    format("mongodb-atlas-secret", &["mdb_sa_sk_"], r"^mdb_sa_sk_([A-Za-z0-9_-]{40})"),
    format("elastic-cloud-key", &["essu_"], r"^essu_([A-Za-z0-9+/_-]{60,200}={0,2})"),
    format("confluent-secret", &["cflt"], r"^cflt([A-Za-z0-9+/]{60})"),
    format("aiven-password", &["AVNS_"], r"^AVNS_([A-Za-z0-9_-]{19})"),
    // docs.pinecone.io, www.tinybird.co/docs, posthog.com/docs
    format("pinecone-key", &["pcsk_"], r"^pcsk_([A-Za-z0-9]{5,8}_[A-Za-z0-9]{50,64})"),
    format("tinybird-token", &["p.eyJ"], r"^p\.(eyJ[A-Za-z0-9_-]{40,400}\.[A-Za-z0-9_-]{20,80})"),
    format("posthog-personal-key", &["phx_"], r"^phx_([A-Za-z0-9]{43,48})"),
    format("posthog-secure-key", &["phs_"], r"^phs_([A-Za-z0-9]{43,48})"),
    // docs.getdbt.com, docs.lightdash.com, segment.com/docs, docs.apify.com, appwrite.io/docs
    format("dbt-token", &["dbtc_", "dbtu_"], r"^dbt[cu]_([A-Za-z0-9_-]{36,100})"),
    format("lightdash-token", &["ldpat_"], r"^ldpat_([0-9a-f]{32})"),
    format("segment-token", &["sgp_"], r"^sgp_([A-Za-z0-9]{64})"),
    format("apify-token", &["apify_api_"], r"^apify_api_([A-Za-z0-9]{36})"),
    format("appwrite-key", &["standard_"], r"^standard_([0-9a-f]{256})"),
    // www.contentful.com/developers/docs, airtable and notion: developers.notion.com
    format("contentful-token", &["CFPAT-"], r"^CFPAT-([A-Za-z0-9_-]{43})"),
    format("notion-token", &["ntn_"], r"^ntn_([A-Za-z0-9]{46})"),
    format("notion-secret", &["secret_"], r"^secret_([A-Za-z0-9]{43})"),
    // docs.newrelic.com: "New Relic API keys"
    format("new-relic-key", &["NRAK-"], r"^NRAK-([A-Z0-9]{27})"),
    Format {
        lead: 36,
        ..format("new-relic-licence-key", &["NRAL"], r"^((?:[0-9a-f]{6}|[a-z]{2}[0-9]{2}xx)[0-9a-f]{30})NRAL")
    },
    format("new-relic-insert-key", &["NRII-"], r"^NRII-([A-Za-z0-9_-]{32})"),
    format("new-relic-query-key", &["NRIQ-"], r"^NRIQ-([A-Za-z0-9_-]{32})"),
    // grafana.com/docs, docs.dynatrace.com: "Token format", docs.honeycomb.io, axiom.co/docs, rootly.com, pydantic.dev/logfire
    format("grafana-token", &["glsa_"], r"^glsa_([A-Za-z0-9]{32}_[A-Fa-f0-9]{8})"),
    format("grafana-cloud-token", &["glc_eyJ"], r"^glc_(eyJ[A-Za-z0-9+/=]{40,400})"),
    format("dynatrace-token", &["dt0c01."], r"^dt0c01\.([A-Z0-9]{24}\.[A-Z0-9]{64})"),
    format("dynatrace-platform-token", &["dt0s16."], r"^dt0s16\.([A-Z0-9]{8,24}\.[A-Z0-9]{64})"),
    format("dynatrace-oauth-secret", &["dt0s0"], r"^dt0s0[1-9]\.([A-Z0-9]{8,24}\.[A-Z0-9]{64})"),
    format("honeycomb-ingest-key", &["hcaik_", "hcxik_"], r"^hc[ax]ik_([a-z0-9]{58})"),
    format("axiom-token", &["xaat-"], concat!("^xaat-(", uuid!(), ")")),
    format("axiom-personal-token", &["xapt-"], concat!("^xapt-(", uuid!(), ")")),
    format("rootly-key", &["rootly_"], r"^rootly_([0-9a-f]{64})"),
    format("logfire-token", &["pylf_v1_"], r"^pylf_v1_[a-z]{2}_([A-Za-z0-9]{43})"),
];
