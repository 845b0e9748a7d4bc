//! A token of each format, drawn when the test runs, so that nobody who searches this file finds one; and near misses.

#![expect(clippy::string_slice, reason = "the texts are ASCII")]

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::{checks, tokens};
use super::every;

/// How the tokens of each format look, as their providers show them: `{a36}` stands for 36 letters and digits. What the
/// other letters draw is in [`alphabet`]; `{U}` is a UUID, `{C}` thirty letters and digits with their checksum.
const SAMPLES: &[(&str, &str)] = &[
    ("github-token", "ghp_{C}"),
    ("github-fine-grained-token", "github_pat_{a22}_{a59}"),
    ("gitlab-token", "glpat-{w20}"),
    ("gitlab-token", "glpat-{w27}.01.{s9}"),
    ("gitlab-oauth-secret", "gloas-{h64}"),
    ("gitlab-job-token", "glcbt-64_{w20}"),
    ("gitlab-feed-token", "glft-{w20}"),
    ("gitlab-incoming-mail-token", "glimt-{s25}"),
    ("gitlab-agent-token", "glagent-{w50}"),
    ("gitlab-workspace-token", "glwt-{w20}"),
    ("gitlab-scim-token", "glsoat-{w20}"),
    ("gitlab-feature-flag-token", "glffct-{w20}"),
    ("gitlab-runner-registration-token", "glrtr-{w20}"),
    ("gitlab-runner-registration-token", "GR1348941{w20}"),
    ("atlassian-token", "ATATT3xFfGF0{w171}={u8}"),
    ("bitbucket-access-token", "ATCTT3xFfGN0{w160}={u8}"),
    ("bitbucket-app-password", "ATBB{a32}"),
    ("trello-token", "ATTA{h64}{H8}"),
    ("sourcegraph-token", "sgp_{h16}_{h40}"),
    ("sourcegraph-token", "sgp_local_{h40}"),
    ("sourcegraph-licence-token", "slk_{h64}"),
    ("circleci-personal-token", "CCIPAT_{a22}_{h40}"),
    ("circleci-project-token", "CCIPRJ_{a22}_{h40}"),
    ("buildkite-api-token", "bkua_{h40}"),
    ("buildkite-session-token", "bkaa_{a60}"),
    ("buildkite-job-token", "bkaj_{a60}"),
    ("buildkite-agent-token", "bkct_{a60}"),
    ("sonar-user-token", "squ_{h40}"),
    ("sonar-project-token", "sqp_{h40}"),
    ("sonar-global-token", "sqa_{h40}"),
    ("snyk-personal-token", "snyk_uat.{h8}.{w90}.{w60}"),
    ("snyk-service-token", "snyk_sat.{h8}.{w90}.{w60}"),
    ("socket-token", "sktsec_{w44}_api"),
    ("aikido-token", "AIK_CI_{a64}"),
    ("harness-personal-token", "pat.{w22}.{h24}.{a20}"),
    ("harness-service-token", "sat.{w22}.{h24}.{a20}"),
    ("octopus-key", "API-{u32}"),
    ("infracost-key", "ico-{a32}"),
    ("gitpod-token", "gitpod_pat_{w44}"),
    ("terraform-cloud-token", "{a14}.atlasv1.{a67}"),
    ("vault-token", "hvs.{w90}"),
    ("vault-recovery-token", "hvr.{w90}"),
    ("boundary-token", "at_{a10}_s1{a200}"),
    ("pulumi-token", "pul-{h40}"),
    ("npm-token", "npm_{C}"),
    ("pypi-token", "pypi-AgEIcHlwaS5vcmc{w150}"),
    ("rubygems-key", "rubygems_{h48}"),
    ("nuget-key", "oy2{t43}"),
    ("clojars-token", "CLOJARS_{h60}"),
    ("open-vsx-token", "ovsxat_{U}"),
    ("deno-deploy-token", "ddp_{a36}"),
    ("jfrog-key", "AKCp{a69}"),
    ("jfrog-reference-token", "cmVmdGtuO{a55}"),
    ("docker-hub-token", "dckr_pat_{w27}"),
    ("prefect-user-key", "pnu_{a36}"),
    ("prefect-service-key", "pnb_{a36}"),
    ("inngest-signing-key", "signkey-prod-{h64}"),
    ("trigger-dev-key", "tr_prod_{a24}"),
    ("trigger-dev-token", "tr_pat_{s40}"),
    ("postman-key", "PMAK-{h24}-{h34}"),
    ("postman-collection-key", "PMAT-{u26}"),
    ("readme-key", "rdme_{s70}"),
    ("gitbook-token", "gb_api_{a40}"),
    ("sentry-token", "sntrys_eyJ{b120}_{b43}"),
    ("sentry-token", "sntryu_{h64}"),
    ("launchdarkly-sdk-key", "sdk-{U}"),
    ("launchdarkly-api-token", "api-{U}"),
    ("aws-bedrock-key", "ABSKQmVkcm9ja0FQSUtleS{b110}"),
    ("aws-bedrock-session-key", "bedrock-api-key-{b400}"),
    ("amazon-client-secret", "amzn1.oa2-cs.v1.{h64}"),
    ("amazon-refresh-token", "Atzr|{w340}"),
    ("google-api-key", "AIza{w35}"),
    ("google-oauth-secret", "GOCSPX-{w28}"),
    ("google-refresh-token", "1//0{w99}"),
    ("digitalocean-token", "dop_v1_{h64}"),
    ("digitalocean-oauth-token", "doo_v1_{h64}"),
    ("digitalocean-refresh-token", "dor_v1_{h64}"),
    ("cloudflare-global-key", "cfk_{a40}{h8}"),
    ("cloudflare-user-token", "cfut_{a40}{h8}"),
    ("cloudflare-account-token", "cfat_{a40}{h8}"),
    ("cloudflare-origin-key", "v1.0-{h24}-{h146}"),
    ("fly-token", "fo1_{w43}"),
    ("fly-macaroon", "fm2_{b400}="),
    ("heroku-key", "HRKU-AA{w58}"),
    ("vercel-personal-token", "vcp_{a56}"),
    ("vercel-integration-token", "vci_{a56}"),
    ("vercel-app-token", "vca_{a56}"),
    ("vercel-key", "vck_{a56}"),
    ("netlify-token", "nfp_{a36}"),
    ("render-key", "rnd_{a28}"),
    ("upcloud-token", "ucat_01{v24}"),
    ("tigris-secret", "tsec_{w64}"),
    ("openshift-token", "sha256~{w43}"),
    ("rancher-token", "token-{s5}:{s54}"),
    ("kong-personal-token", "kpat_{a50}"),
    ("kong-system-token", "spat_{a50}"),
    ("tailscale-key", "tskey-auth-{a12}CNTRL-{a32}"),
    ("netbird-token", "nbp_{C}"),
    ("azure-storage-key", "AccountKey={b86}=="),
    ("azure-storage-account-key", "{b76}+ASt{b5}g=="),
    ("azure-cosmos-key", "{b76}ACDb{b5}A=="),
    ("azure-batch-key", "{b76}+ABa{b5}Q=="),
    ("azure-machine-learning-key", "{b76}+AMC{b5}w=="),
    ("azure-api-management-key", "{b76}APIM{b5}A=="),
    ("azure-relay-key", "{b33}+ARmB{b5}="),
    ("azure-event-hub-key", "{b33}+AEhC{b5}="),
    ("azure-service-bus-key", "{b33}+ASbD{b5}="),
    ("azure-iot-key", "{b33}AIoTE{b5}="),
    ("azure-redis-key", "{b33}AzCaF{b5}="),
    ("azure-event-grid-key", "{b33}AZEGB{b5}="),
    ("azure-function-key", "{w44}AzFu{w5}A=="),
    ("azure-search-key", "{a42}AzSeC{a5}"),
    ("azure-container-registry-key", "{b42}+ACRB{b5}"),
    ("azure-client-secret", "{a3}8Q~{w34}"),
    ("azure-shared-access-signature", "se=2099-01-01T00:00:00Z&sr=c&sp=rwl&sig={a43}%3D"),
    ("azure-shared-access-signature", "se=2031-01-01T00%3A00%3A00Z&amp;sp=r&amp;sig={a43}="),
    ("azure-devops-token", "{a52}JQQJ99BKAC{a14}AZDO{a4}"),
    ("azure-app-configuration-key", "{a52}JQQJ99BKAC{a14}AZAC{a4}"),
    ("azure-event-grid-key", "{a52}JQQJ99BKAC{a14}AZEG{a4}"),
    ("azure-maps-key", "{a52}JQQJ99BKAC{a14}AZMP{a4}"),
    ("azure-communication-key", "{a52}JQQJ99BKAC{a14}AZCS{a4}"),
    ("azure-fluid-relay-key", "{a52}JQQJ99BKAC{a14}AZFR{a4}"),
    ("azure-mixed-reality-key", "{a52}JQQJ99BKAC{a14}AZMR{a4}"),
    ("azure-ai-key", "{a52}JQQJ99BKAC{a14}ACOG{a4}"),
    ("azure-key", "{a52}JQQJ99BKAC{a14}Zq7k{a4}"),
    ("teams-webhook", "https://acme.webhook.office.com/webhookb2/{U}@{U}/IncomingWebhook/{h32}/{U}"),
    ("databricks-token", "dapi{h32}"),
    ("databricks-oauth-secret", "dose{h32}"),
    ("supabase-access-token", "sbp_{h40}"),
    ("supabase-secret-key", "sb_secret_{w22}_{w8}"),
    ("planetscale-token", "pscale_tkn_{w43}"),
    ("planetscale-password", "pscale_pw_{w43}"),
    ("planetscale-oauth-token", "pscale_oauth_{w43}"),
    ("neon-key", "napi_{s64}"),
    ("xata-key", "xau_{a36}"),
    ("cockroach-key", "CCDB1_{a22}_{a40}"),
    ("mongodb-atlas-secret", "mdb_sa_sk_{w40}"),
    ("elastic-cloud-key", "essu_{b84}=="),
    ("confluent-secret", "cflt{b60}"),
    ("aiven-password", "AVNS_{w19}"),
    ("pinecone-key", "pcsk_{a6}_{a62}"),
    ("tinybird-token", "p.eyJ{w90}.{w43}"),
    ("posthog-personal-key", "phx_{a43}"),
    ("posthog-secure-key", "phs_{a43}"),
    ("dbt-token", "dbtc_{w36}"),
    ("lightdash-token", "ldpat_{h32}"),
    ("segment-token", "sgp_{a64}"),
    ("apify-token", "apify_api_{a36}"),
    ("appwrite-key", "standard_{h256}"),
    ("contentful-token", "CFPAT-{w43}"),
    ("notion-token", "ntn_{d11}{a35}"),
    ("notion-secret", "secret_{a43}"),
    ("new-relic-key", "NRAK-{u27}"),
    ("new-relic-licence-key", "{h36}NRAL"),
    ("new-relic-licence-key", "eu01xx{h30}NRAL"),
    ("new-relic-insert-key", "NRII-{w32}"),
    ("new-relic-query-key", "NRIQ-{w32}"),
    ("grafana-token", "glsa_{a32}_{h8}"),
    ("grafana-cloud-token", "glc_eyJ{b120}"),
    ("dynatrace-token", "dt0c01.{u24}.{u64}"),
    ("dynatrace-platform-token", "dt0s16.{u8}.{u64}"),
    ("dynatrace-oauth-secret", "dt0s02.{u8}.{u64}"),
    ("honeycomb-ingest-key", "hcaik_{s58}"),
    ("axiom-token", "xaat-{U}"),
    ("axiom-personal-token", "xapt-{U}"),
    ("rootly-key", "rootly_{h64}"),
    ("logfire-token", "pylf_v1_eu_{a43}"),
    ("anthropic-key", "sk-ant-api03-{w93}AA"),
    ("openai-key", "sk-proj-{w74}T3BlbkFJ{w74}"),
    ("openai-key", "sk-{a20}T3BlbkFJ{a20}"),
    ("hugging-face-token", "hf_{l34}"),
    ("hugging-face-organisation-token", "api_org_{l34}"),
    ("openrouter-key", "sk-or-v1-{h64}"),
    ("groq-key", "gsk_{a52}"),
    ("xai-key", "xai-{a80}"),
    ("perplexity-key", "pplx-{a48}"),
    ("replicate-token", "r8_{a37}"),
    ("cerebras-key", "csk-{s48}"),
    ("nvidia-key", "nvapi-{w64}"),
    ("together-key", "tgp_v1_{w43}"),
    ("runpod-key", "rpa_{a46}"),
    ("anyscale-token", "esecret_{s26}"),
    ("jina-key", "jina_{h32}{w28}"),
    ("tavily-key", "tvly-{a32}"),
    ("firecrawl-key", "fc-{h32}"),
    ("llama-cloud-key", "llx-{a48}"),
    ("langsmith-personal-key", "lsv2_pt_{h32}_{h10}"),
    ("langsmith-service-key", "lsv2_sk_{h32}_{h10}"),
    ("langfuse-key", "sk-lf-{U}"),
    ("helicone-key", "sk-helicone-{s7}-{s7}-{s7}-{s7}"),
    ("e2b-key", "e2b_{h40}"),
    ("browserbase-key", "bb_live_{w27}"),
    ("daytona-key", "dtn_{h64}"),
    ("kaggle-token", "KGAT_{h32}"),
    ("slack-token", "xoxb-{d12}-{d12}-{a24}"),
    ("slack-app-token", "xapp-1-A{u10}-{d13}-{h64}"),
    ("slack-webhook", "https://hooks.slack.com/services/T{u10}/B{u10}/{a24}"),
    ("discord-webhook", "https://discord.com/api/webhooks/{d18}/{w68}"),
    ("telegram-bot-token", "{d8}:AA{w33}"),
    ("telegram-bot-token", "{d9}:AA{w33}"),
    ("telegram-bot-token", "{d10}:AA{w33}"),
    ("stripe-key", "rk_live_{a99}"),
    ("stripe-webhook-secret", "whsec_{a32}"),
    ("paddle-key", "pdl_live_apikey_01{s24}_{a22}_{a3}"),
    ("polar-token", "polar_oat_{a43}"),
    ("square-token", "sq0csp-{w43}"),
    ("mollie-key", "live_{a30}"),
    ("lob-key", "live_{h35}"),
    ("plaid-token", "access-production-{U}"),
    ("braintree-token", "access_token$production${s16}${h32}"),
    ("flutterwave-key", "FLWSECK-{h32}-X"),
    ("xendit-key", "xnd_production_{a64}"),
    ("mercury-token", "mercury_production_wma_{a44}_yrucrem"),
    ("shippo-token", "shippo_live_{h40}"),
    ("easypost-key", "EZAK{a54}"),
    ("duffel-token", "duffel_live_{w43}"),
    ("onfido-token", "api_live_us.{w11}.{w32}"),
    ("persona-key", "persona_production_{U}"),
    ("shopify-token", "shpat_{h32}"),
    ("shopify-private-app-password", "shppa_{h32}"),
    ("sendgrid-key", "SG.{w22}.{w43}"),
    ("mailgun-key", "key-{h32}"),
    ("mailchimp-key", "{h32}-us21"),
    ("brevo-key", "xkeysib-{h64}-{a16}"),
    ("brevo-smtp-key", "xsmtpsib-{h64}-{a16}"),
    ("mailersend-token", "mlsn.{h64}"),
    ("smtp2go-key", "api-{H32}"),
    ("resend-key", "re_{a8}_{a24}"),
    ("klaviyo-key", "pk_{h34}"),
    ("clickup-token", "pk_{d8}_{u32}"),
    ("onesignal-app-key", "os_v2_app_{t103}"),
    ("onesignal-organisation-key", "os_v2_org_{t103}"),
    ("hubspot-token", "pat-na1-{U}"),
    ("typeform-token", "tfp_{a44}_{a14}"),
    ("linear-key", "lin_api_{a40}"),
    ("linear-oauth-token", "lin_oauth_{h64}"),
    ("figma-token", "figd_{w40}"),
    ("mapbox-token", "sk.eyJ{w60}.{w22}"),
    ("foursquare-key", "fsq3{b43}="),
    ("deepl-key", "{U}:fx"),
    ("cloudinary-url", "cloudinary://{d15}:{w27}@acme"),
    ("linkedin-secret", "WPL_AP1.{a16}.{b6}=="),
    ("riot-key", "RGAPI-{U}"),
    ("zuplo-key", "zpka_{h32}_{h8}"),
    ("unkey-key", "unkey_{a22}"),
    ("pubnub-secret-key", "sec-c-{a48}"),
    ("liveblocks-key", "sk_prod_{w64}"),
    ("stytch-secret", "secret-live-{w36}"),
    ("statsig-key", "secret-{a43}"),
    ("ory-key", "ory_pat_{a32}"),
    ("1password-service-token", "ops_eyJ{w700}"),
    ("1password-secret-key", "A3-{u6}-{u6}-{u5}-{u5}-{u5}-{u5}"),
    ("doppler-token", "dp.st.prd.{a43}"),
    ("doppler-service-account-token", "dp.sa.{a43}"),
    ("doppler-scim-token", "dp.scim.{a43}"),
    ("doppler-audit-token", "dp.audit.{a43}"),
    ("age-secret-key", "AGE-SECRET-KEY-1{u58}"),
];

/// Formats that more than characters decide: the tests of `tokens` have theirs.
const ELSEWHERE: &[&str] = &["aws-access-key", "aws-secret-access-key", "json-web-token", "password-in-url"];

/// What a letter of a sample draws from.
fn alphabet(letter: char) -> String {
    let ranges: &[(char, char)] = match letter {
        'a' => &[('A', 'Z'), ('a', 'z'), ('0', '9')],
        'b' => &[('A', 'Z'), ('a', 'z'), ('0', '9'), ('+', '+'), ('/', '/')],
        'd' => &[('0', '9')],
        'h' => &[('0', '9'), ('a', 'f')],
        'H' => &[('0', '9'), ('A', 'F')],
        'l' => &[('A', 'Z'), ('a', 'z')],
        's' => &[('a', 'z'), ('0', '9')],
        't' => &[('a', 'z'), ('2', '7')],
        'u' => &[('A', 'Z'), ('0', '9')],
        'v' => &[('0', '9'), ('A', 'H'), ('J', 'K'), ('M', 'N'), ('P', 'T'), ('V', 'Z')],
        'w' => &[('A', 'Z'), ('a', 'z'), ('0', '9'), ('_', '_'), ('-', '-')],
        _ => panic!("{letter} draws nothing"),
    };
    ranges.iter().flat_map(|(from, to)| *from..=*to).collect()
}

/// Draws characters, always the same.
struct Drawn(u64);

impl Drawn {
    fn characters(&mut self, letter: char, length: usize) -> String {
        let alphabet: Vec<char> = alphabet(letter).chars().collect();
        let mut text = String::new();
        for at in 0..length {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let drawn = alphabet[(self.0 >> 33) as usize % alphabet.len()];
            // Neither end is a sign: what stands around a token would otherwise be read into it, or out of it.
            let inner = at > 0 && at + 1 < length;
            text.push(if inner || drawn.is_ascii_alphanumeric() { drawn } else { 'q' });
        }
        text
    }

    /// The text of a sample; `how` draws what stands in braces.
    fn sample(&mut self, sample: &str, how: &mut dyn FnMut(&mut Drawn, char, usize) -> String) -> String {
        let mut parts = sample.split('{');
        let mut text = parts.next().unwrap_or("").to_owned();
        for part in parts {
            let (drawn, plain) = part.split_once('}').unwrap();
            let letter = drawn.chars().next().unwrap();
            match letter {
                'U' => {
                    let groups = [8, 4, 4, 4, 12].map(|length| how(self, 'h', length));
                    text.push_str(&groups.join("-"));
                }
                'C' => {
                    let random = how(self, 'a', 30);
                    text.push_str(&random);
                    text.push_str(&checks::base62(crc32fast::hash(random.as_bytes())));
                }
                _ => text.push_str(&how(self, letter, drawn[1..].parse().unwrap())),
            }
            text.push_str(plain);
        }
        text
    }
}

fn drawn(number: usize, sample: &str) -> String {
    Drawn(number as u64 + 5).sample(sample, &mut Drawn::characters)
}

fn names(text: &str) -> Vec<&'static str> {
    tokens::all(text, false).iter().map(|found| found.name).collect()
}

#[test]
fn every_format_tells_its_tokens() {
    let mut wrong = Vec::new();
    for (number, (name, sample)) in SAMPLES.iter().enumerate() {
        let token = drawn(number, sample);
        for text in [token.clone(), format!("KEY=\"{token}\"\n"), format!("a: {token} # b"), format!("['{token}']")] {
            if names(&text) != [*name] {
                wrong.push(format!("{name}: {sample} is {:?} in {text}", names(&text)));
            }
        }
        assert_eq!(tokens::all(&token, true).len(), 1, "{name}");
        let checked = sample.contains("{C}");
        assert_eq!(tokens::all(&token, false)[0].verified, checked, "{name} is proven by its checksum, or not");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn near_misses_are_no_tokens() {
    let mut wrong = Vec::new();
    for (number, (name, sample)) in SAMPLES.iter().enumerate() {
        let token = drawn(number, sample);
        let same = Drawn(7).sample(sample, &mut |_, letter, length| {
            let first = alphabet(letter).chars().next().unwrap();
            first.to_string().repeat(length)
        });
        let short = Drawn(number as u64 + 5).sample(sample, &mut |drawn, letter, length| {
            let all = drawn.characters(letter, length);
            all.chars().take(length / 6).collect()
        });
        let mut misses = vec![same, short];
        if every().filter(|format| format.name == *name).all(|format| format.alone) {
            misses.push(format!("my{token}"));
        }
        wrong.extend(misses.iter().filter(|miss| names(miss).contains(name)).map(|miss| format!("{name}: {miss}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_checksum_proves_a_key_of_azure() {
    // Made by the rules of `microsoft/security-utilities` for a key of zeros and ones: nobody issued it.
    let signed = format!("{}JQQJ99BKAC{}AZDO", "A1".repeat(26), "A".repeat(14));
    let sum = checks::marvin(&STANDARD.decode(&signed).unwrap(), u64::from_be_bytes(*b"Default0")).to_le_bytes();
    let checksum = STANDARD.encode(sum);
    assert!(checks::has_marvin_checksum(&[&signed, &checksum[..4]].concat()));
    assert!(!checks::has_marvin_checksum(&[&signed, "AAAA"].concat()));
}

#[test]
fn every_format_has_a_sample_and_every_name_a_format() {
    let formats: BTreeSet<&str> = every().map(|format| format.name).collect();
    let sampled: BTreeSet<&str> = SAMPLES.iter().map(|(name, _)| *name).chain(ELSEWHERE.iter().copied()).collect();
    assert_eq!(formats, sampled);
    assert!(formats.len() >= 150, "{}", formats.len());
}

#[test]
fn every_pattern_can_be_built_and_holds_its_literals() {
    for format in every() {
        assert!(regex::Regex::new(format.pattern).is_ok(), "{}", format.name);
        assert!(format.pattern.starts_with('^'), "{}", format.name);
        assert!(format.literals.iter().all(|literal| literal.len() >= 3), "{}", format.name);
    }
}
