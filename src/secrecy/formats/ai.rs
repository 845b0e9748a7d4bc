//! Models, and what is built around them.

use super::{Format, format, uuid};

/// The formats.
pub(super) const FORMATS: &[Format] = &[
    // platform.claude.com/docs, platform.openai.com/docs
    format("anthropic-key", &["sk-ant-"], r"^sk-ant-(?:api|admin|sid|oat)[0-9]{2}-([A-Za-z0-9_-]{80,120})"),
    format(
        "openai-key",
        &["sk-proj-", "sk-svcacct-", "sk-admin-"],
        r"^sk-(?:proj|svcacct|admin)-([A-Za-z0-9_-]{40,200})",
    ),
    Format { lead: 23, ..format("openai-key", &["T3BlbkFJ"], r"^sk-([A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})") },
    // huggingface.co/docs/hub/security-tokens
    format("hugging-face-token", &["hf_"], r"^hf_([A-Za-z]{34})"),
    format("hugging-face-organisation-token", &["api_org_"], r"^api_org_([A-Za-z]{34})"),
    // openrouter.ai/docs, console.groq.com/docs, docs.x.ai, docs.perplexity.ai, replicate.com/docs, docs.cerebras.ai
    format("openrouter-key", &["sk-or-v1-"], r"^sk-or-v1-([0-9a-f]{64})"),
    format("groq-key", &["gsk_"], r"^gsk_([A-Za-z0-9]{52})"),
    format("xai-key", &["xai-"], r"^xai-([A-Za-z0-9]{80})"),
    format("perplexity-key", &["pplx-"], r"^pplx-([A-Za-z0-9]{48})"),
    format("replicate-token", &["r8_"], r"^r8_([A-Za-z0-9]{37})"),
    format("cerebras-key", &["csk-"], r"^csk-([a-z0-9]{48})"),
    // docs.nvidia.com/ngc, docs.together.ai, docs.runpod.io, docs.anyscale.com
    format("nvidia-key", &["nvapi-"], r"^nvapi-([A-Za-z0-9_-]{60,70})"),
    format("together-key", &["tgp_v1_"], r"^tgp_v1_([A-Za-z0-9_-]{43})"),
    format("runpod-key", &["rpa_"], r"^rpa_([A-Za-z0-9]{40,60})"),
    format("anyscale-token", &["esecret_"], r"^esecret_([A-Za-z0-9]{26,60})"),
    // jina.ai, docs.tavily.com, docs.firecrawl.dev, docs.cloud.llamaindex.ai
    format("jina-key", &["jina_"], r"^jina_([0-9a-f]{32}[A-Za-z0-9_-]{28})"),
    format("tavily-key", &["tvly-"], r"^tvly-(?:dev-|prod-)?([A-Za-z0-9]{32})"),
    format("firecrawl-key", &["fc-"], r"^fc-([0-9a-f]{32})"),
    format("llama-cloud-key", &["llx-"], r"^llx-([A-Za-z0-9]{48})"),
    // docs.langchain.com/langsmith, langfuse.com/docs, docs.helicone.ai
    format("langsmith-personal-key", &["lsv2_pt_"], r"^lsv2_pt_([0-9a-f]{32}_[0-9a-f]{10})"),
    format("langsmith-service-key", &["lsv2_sk_"], r"^lsv2_sk_([0-9a-f]{32}_[0-9a-f]{10})"),
    format("langfuse-key", &["sk-lf-"], concat!("^sk-lf-(", uuid!(), ")")),
    format("helicone-key", &["sk-helicone-"], r"^sk-helicone-([a-z0-9]{7}(?:-[a-z0-9]{7}){3})"),
    // e2b.dev/docs, docs.browserbase.com, www.daytona.io/docs, www.kaggle.com/docs/api
    format("e2b-key", &["e2b_"], r"^e2b_([0-9a-f]{40})"),
    format("browserbase-key", &["bb_live_"], r"^bb_live_([A-Za-z0-9_-]{24,60})"),
    format("daytona-key", &["dtn_"], r"^dtn_([0-9a-f]{64})"),
    format("kaggle-token", &["KGAT_"], r"^KGAT_([0-9a-f]{32})"),
];
