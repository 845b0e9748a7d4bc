//! Payment, messages, shops, identities and other services.

use super::{Format, format, uuid};

/// The formats.
pub(super) const FORMATS: &[Format] = &[
    // docs.slack.dev/authentication/tokens
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
    // docs.discord.com
    Format {
        alone: false,
        ..format("discord-webhook", &["/api/webhooks/"], r"^/api/webhooks/([0-9]{17,20}/[A-Za-z0-9_-]{60,})")
    },
    // core.telegram.org/bots/features
    Format { lead: 8, ..format("telegram-bot-token", &[":AA"], r"^[0-9]{8}:(AA[A-Za-z0-9_-]{33})") },
    Format { lead: 9, ..format("telegram-bot-token", &[":AA"], r"^[0-9]{9}:(AA[A-Za-z0-9_-]{33})") },
    Format { lead: 10, ..format("telegram-bot-token", &[":AA"], r"^[0-9]{10}:(AA[A-Za-z0-9_-]{33})") },
    // docs.stripe.com/keys, .../webhooks
    format("stripe-key", &["sk_live_", "rk_live_"], r"^[sr]k_live_([A-Za-z0-9]{24,247})"),
    format("stripe-webhook-secret", &["whsec_"], r"^whsec_([A-Za-z0-9+/]{32,64}={0,2})"),
    // developer.paddle.com, docs.polar.sh, developer.squareup.com, docs.mollie.com, docs.lob.com
    format("paddle-key", &["pdl_live_apikey_"], r"^pdl_live_apikey_([a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3})"),
    format("polar-token", &["polar_oat_"], r"^polar_oat_([A-Za-z0-9]{43})"),
    format("square-token", &["sq0atp-", "sq0csp-"], r"^sq0(?:atp-([A-Za-z0-9_-]{22})|csp-([A-Za-z0-9_-]{43}))"),
    format("mollie-key", &["live_"], r"^live_([A-Za-z0-9]{30})"),
    format("lob-key", &["live_"], r"^live_([0-9a-f]{35})"),
    // plaid.com/docs, developer.paypal.com/braintree, developer.flutterwave.com, docs.xendit.co, docs.mercury.com
    format("plaid-token", &["access-production-"], concat!("^access-production-(", uuid!(), ")")),
    format(
        "braintree-token",
        &["access_token$production$"],
        r"^access_token\$production\$([a-z0-9]{16}\$[0-9a-f]{32})",
    ),
    format("flutterwave-key", &["FLWSECK-"], r"^FLWSECK-([A-Za-z0-9]{32}(?:-[a-z0-9]{5,12}vt)?)-X"),
    format("xendit-key", &["xnd_production_"], r"^xnd_production_([A-Za-z0-9]{40,80})"),
    format("mercury-token", &["mercury_production_"], r"^mercury_production_([A-Za-z0-9_]{30,120})_yrucrem"),
    // docs.goshippo.com, docs.easypost.com, duffel.com/docs, documentation.onfido.com, docs.withpersona.com
    format("shippo-token", &["shippo_live_"], r"^shippo_live_([0-9a-f]{40})"),
    format("easypost-key", &["EZAK"], r"^EZAK([A-Za-z0-9]{54})"),
    format("duffel-token", &["duffel_live_"], r"^duffel_live_([A-Za-z0-9_-]{43})"),
    format("onfido-token", &["api_live"], r"^api_live(?:_[a-z]{2})?\.([A-Za-z0-9_-]{11}\.[A-Za-z0-9_-]{32})"),
    format("persona-key", &["persona_production_"], r"^persona_production_([A-Za-z0-9-]{30,60})"),
    // shopify.dev: "Access tokens"
    format("shopify-token", &["shpat_", "shpss_", "shpca_"], r"^shp(?:at|ss|ca)_([A-Fa-f0-9]{32})"),
    format("shopify-private-app-password", &["shppa_"], r"^shppa_([A-Fa-f0-9]{32})"),
    // www.twilio.com/docs/sendgrid, documentation.mailgun.com, mailchimp.com/developer, developers.brevo.com, mailersend
    format("sendgrid-key", &["SG."], r"^SG\.([A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})"),
    Format { entropy: 3.2, ..format("mailgun-key", &["key-"], r"^key-([a-z0-9]{32})") },
    Format {
        lead: 32,
        ..format(
            "mailchimp-key",
            &["-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9"],
            r"^([0-9a-f]{32})-us[0-9]{1,2}",
        )
    },
    format("brevo-key", &["xkeysib-"], r"^xkeysib-([0-9a-f]{64}-[A-Za-z0-9]{16})"),
    format("brevo-smtp-key", &["xsmtpsib-"], r"^xsmtpsib-([0-9a-f]{64}-[A-Za-z0-9]{16})"),
    format("mailersend-token", &["mlsn."], r"^mlsn\.([0-9a-f]{64})"),
    format("smtp2go-key", &["api-"], r"^api-([0-9A-F]{32})"),
    format("resend-key", &["re_"], r"^re_([A-Za-z0-9]{8}_[A-Za-z0-9]{24})"),
    // developers.klaviyo.com, developer.clickup.com, documentation.onesignal.com, developers.hubspot.com, www.typeform.com/developers
    format("klaviyo-key", &["pk_"], r"^pk_([0-9a-f]{34})"),
    format("clickup-token", &["pk_"], r"^pk_[0-9]{5,12}_([A-Z0-9]{32})"),
    format("onesignal-app-key", &["os_v2_app_"], r"^os_v2_app_([a-z2-7]{103})"),
    format("onesignal-organisation-key", &["os_v2_org_"], r"^os_v2_org_([a-z2-7]{103})"),
    format("hubspot-token", &["pat-"], concat!("^pat-(?:na|eu|ap)[0-9]-(", uuid!(), ")")),
    format("typeform-token", &["tfp_"], r"^tfp_([A-Za-z0-9_]{40,70})"),
    // linear.app/developers, developers.figma.com, docs.mapbox.com, docs.foursquare.com, developers.deepl.com, cloudinary.com
    format("linear-key", &["lin_api_"], r"^lin_api_([A-Za-z0-9]{40})"),
    format("linear-oauth-token", &["lin_oauth_"], r"^lin_oauth_([0-9a-f]{64})"),
    format("figma-token", &["figd_"], r"^figd_([A-Za-z0-9_-]{40,60})"),
    format("mapbox-token", &["sk.eyJ"], r"^sk\.(eyJ[A-Za-z0-9_-]{40,200}\.[A-Za-z0-9_-]{22})"),
    format("foursquare-key", &["fsq3"], r"^fsq3([A-Za-z0-9+/]{43}=)"),
    Format {
        lead: 35,
        ..format(
            "deepl-key",
            &[
                "0:fx", "1:fx", "2:fx", "3:fx", "4:fx", "5:fx", "6:fx", "7:fx", "8:fx", "9:fx", "a:fx", "b:fx", "c:fx",
                "d:fx", "e:fx", "f:fx",
            ],
            concat!("^(", uuid!(), "):fx"),
        )
    },
    format("cloudinary-url", &["cloudinary://"], r"^cloudinary://[0-9]{15}:([A-Za-z0-9_-]{27})@[a-z0-9-]+"),
    // learn.microsoft.com/linkedin, developer.riotgames.com, zuplo.com/docs, www.unkey.com/docs, www.pubnub.com/docs
    format("linkedin-secret", &["WPL_AP1."], r"^WPL_AP1\.([A-Za-z0-9]{16}\.[A-Za-z0-9+/]{4,8}={0,2})"),
    format("riot-key", &["RGAPI-"], concat!("^RGAPI-(", uuid!(), ")")),
    format("zuplo-key", &["zpka_"], r"^zpka_([0-9a-f]{32}_[0-9a-f]{8})"),
    format("unkey-key", &["unkey_"], r"^unkey_([A-Za-z0-9]{20,40})"),
    format("pubnub-secret-key", &["sec-c-"], r"^sec-c-([A-Za-z0-9]{48})"),
    // liveblocks.io/docs, stytch.com/docs, docs.statsig.com, www.ory.com/docs
    format("liveblocks-key", &["sk_prod_"], r"^sk_prod_([A-Za-z0-9_-]{48,80})"),
    format("stytch-secret", &["secret-live-"], r"^secret-live-([A-Za-z0-9_-]{35,40}=?)"),
    format("statsig-key", &["secret-"], r"^secret-([A-Za-z0-9]{40,50})"),
    format("ory-key", &["ory_pat_", "ory_apikey_"], r"^ory_(?:pat|apikey)_([A-Za-z0-9]{32})"),
    // www.1password.dev: service accounts; support.1password.com: secret key; docs.doppler.com: "Token formats"
    format("1password-service-token", &["ops_eyJ"], r"^ops_(eyJ[A-Za-z0-9_-]{250,2000}={0,2})"),
    format(
        "1password-secret-key",
        &["A3-"],
        r"^A3-([A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3})",
    ),
    format(
        "doppler-token",
        &["dp.pt.", "dp.st.", "dp.ct."],
        r"^dp\.(?:pt|ct|st)\.((?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44})",
    ),
    format("doppler-service-account-token", &["dp.sa."], r"^dp\.sa\.([A-Za-z0-9]{40,44})"),
    format("doppler-scim-token", &["dp.scim."], r"^dp\.scim\.([A-Za-z0-9]{40,44})"),
    format("doppler-audit-token", &["dp.audit."], r"^dp\.audit\.([A-Za-z0-9]{40,44})"),
];
