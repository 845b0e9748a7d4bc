//! Microsoft's clouds, whose keys carry a signature of the service; formats and checksums are those of Microsoft's own
//! library (`microsoft/security-utilities`), the rest of learn.microsoft.com.

use super::{Check, Format, format, uuid};

/// A key of 32 bytes: the signature stands 33 characters from its beginning.
macro_rules! short {
    ($name:literal, $signature:literal, $escaped:literal) => {
        Format {
            lead: 33,
            ..format($name, &[$signature], concat!("^([A-Za-z0-9+/]{33}", $escaped, "[A-P][A-Za-z0-9+/]{5}=)"))
        }
    };
}

/// A key of 64 bytes: the signature stands 76 characters from its beginning.
macro_rules! long {
    ($name:literal, $signature:literal, $escaped:literal) => {
        Format {
            lead: 76,
            ..format($name, &[$signature], concat!("^([A-Za-z0-9+/]{76}", $escaped, "[A-Za-z0-9+/]{5}[AQgw]==)"))
        }
    };
}

/// A key that says by whom and when it was issued; the signature of the service stands after that.
macro_rules! annotated {
    ($name:literal, $service:literal) => {
        Format {
            lead: 52,
            check: Check::PerhapsMarvin,
            ..format(
                $name,
                &["JQQJ99"],
                concat!(
                    "^([A-Za-z0-9]{52}JQQJ99[A-Za-z0-9][A-L][A-Za-z0-9]{16}",
                    $service,
                    "[A-Za-z0-9]{4})(?:[A-Za-z0-9]{2}==)?"
                ),
            )
        }
    };
}

/// The formats.
pub(super) const FORMATS: &[Format] = &[
    Format {
        alone: false,
        entropy: 4.5,
        ..format(
            "azure-storage-key",
            &["AccountKey=", "SharedAccessKey="],
            r"^(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==)",
        )
    },
    long!("azure-storage-account-key", "+ASt", r"\+ASt"),
    long!("azure-cosmos-key", "ACDb", "ACDb"),
    long!("azure-batch-key", "+ABa", r"\+ABa"),
    long!("azure-machine-learning-key", "+AMC", r"\+AMC"),
    long!("azure-api-management-key", "APIM", "APIM"),
    short!("azure-relay-key", "+ARm", r"\+ARm"),
    short!("azure-event-hub-key", "+AEh", r"\+AEh"),
    short!("azure-service-bus-key", "+ASb", r"\+ASb"),
    short!("azure-iot-key", "AIoT", "AIoT"),
    short!("azure-redis-key", "AzCa", "AzCa"),
    short!("azure-event-grid-key", "AZEG", "AZEG"),
    Format { lead: 44, ..format("azure-function-key", &["AzFu"], r"^([A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==)") },
    Format { lead: 42, ..format("azure-search-key", &["AzSe"], r"^([A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5})") },
    Format {
        lead: 42,
        ..format("azure-container-registry-key", &["+ACR"], r"^([A-Za-z0-9+/]{42}\+ACR[A-D][A-Za-z0-9+/]{5})")
    },
    Format {
        lead: 3,
        ..format("azure-client-secret", &["8Q~", "7Q~"], r"^([A-Za-z0-9~._-]{3}[78]Q~[A-Za-z0-9~._-]{31,34})")
    },
    // A signature that opens a store until a day; one that ended years ago opens nothing.
    format(
        "azure-shared-access-signature",
        &["se=20"],
        concat!(
            r"^se=20(?:2[6-9]|[3-9][0-9])-[A-Za-z0-9%:.,_/+&;=\\-]{5,400}?",
            r"(?:&|&amp;|\\u0026)sig=((?:[A-Za-z0-9+/]|%2[BbFf]){43}(?:=|%3[Dd]))"
        ),
    ),
    annotated!("azure-devops-token", "AZDO"),
    annotated!("azure-app-configuration-key", "AZAC"),
    annotated!("azure-event-grid-key", "AZEG"),
    annotated!("azure-maps-key", "AZMP"),
    annotated!("azure-communication-key", "AZCS"),
    annotated!("azure-fluid-relay-key", "AZFR"),
    annotated!("azure-mixed-reality-key", "AZMR"),
    annotated!("azure-ai-key", "ACOG"),
    annotated!("azure-key", "[A-Za-z][A-Za-z0-9]{3}"),
    Format {
        alone: false,
        ..format(
            "teams-webhook",
            &["webhook.office.com/"],
            concat!(
                r"^webhook\.office\.com/webhookb2/(",
                uuid!(),
                "@",
                uuid!(),
                "/IncomingWebhook/[0-9a-f]{32}/",
                uuid!(),
                ")"
            ),
        )
    },
];
