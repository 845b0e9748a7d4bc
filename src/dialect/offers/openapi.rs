//! What rules can ask of OpenAPI.

use crate::schema::{Offer, Written, view};

/// The type of the servers of a document or an operation.
const SERVERS: &str = "[(url:s scheme:s plain:b reach:s)";

/// The type of the schemes that requirements name.
const SCHEMES: &str = "[(name:s declared:b method:s unknown_scopes:[s meaningless_scopes:[s)";

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["document"],
        written: Written::Anything,
        views: &[
            view(
                "servers_effective",
                SERVERS,
                "where it is served, with variables filled in; `reach` is `machine`, `cluster` or `network`",
                "[{ \"url\": \"https://api.example.com\", \"scheme\": \"https\", \"plain\": false, \"reach\": \"network\" }]",
            ),
            view(
                "schemes_used",
                SCHEMES,
                "the security schemes that it names for all operations",
                "[{ \"name\": \"token\", \"declared\": true }]",
            ),
            view("asks_who_calls", "b", "whether it, or some operation, asks who calls", "true"),
            view("has_operations", "b", "whether it describes operations", "true"),
        ],
    },
    Offer {
        kinds: &["operation"],
        written: Written::Anything,
        views: &[
            view("id", "s", "its method and its path", "GET /pets"),
            view("path", "s", "its path", "/pets"),
            view("method", "s", "its method", "GET"),
            view("protected", "b", "whether who calls is asked for something", "true"),
            view(
                "schemes_used",
                SCHEMES,
                "the security schemes that it names itself, with scopes that these do not declare or cannot have",
                "[{ \"name\": \"token\", \"declared\": true, \"method\": \"bearer\" }]",
            ),
            view("others_protected", "b", "whether the document, or some operation of it, asks who calls", "true"),
            view(
                "servers_own",
                SERVERS,
                "where it is served otherwise than the document: its own servers, or those of its path",
                "[{ \"url\": \"https://api.example.com\", \"plain\": false }]",
            ),
        ],
    },
    Offer {
        kinds: &["security-scheme"],
        written: Written::Anything,
        views: &[
            view("name_of_scheme", "s", "its name", "token"),
            view(
                "method",
                "s",
                "how it tells who calls: `basic`, `bearer`, `digest`, `key-in-header`, `key-in-query`, `key-in-cookie`, `oauth2`, \
                 `openidconnect`, `mutualtls`",
                "bearer",
            ),
            view(
                "flows_offered",
                "[s",
                "the flows of OAuth 2, by their names in OpenAPI 3",
                "[ \"authorizationCode\" ]",
            ),
        ],
    },
];
