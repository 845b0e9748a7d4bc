//! What rules can ask of manifests of packages.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["manifest"],
    written: Written::Nothing,
    views: &[
        view("path", "s", "the file", "web/package.json"),
        view("ecosystem", "s", "the package manager, as Dependabot calls it", "npm"),
        view("name", "s", "what the package is called", "shop"),
        view("version", "s", "its version", "1.4.0"),
        view("licence", "a", "its licence", "Apache-2.0"),
        view(
            "dependencies",
            "[(name:s requirement:s group:s source:s)",
            "what it asks for: the name (`group:artifact` of Maven), which versions will do, what it is for (`runtime`, `development`, \
             or as the manifest calls it), and where it comes from if not from the registry",
            "[{ \"name\": \"left-pad\", \"requirement\": \"^1.3.0\", \"group\": \"runtime\" }]",
        ),
        view("written", "a", "the file as it is written, where it is JSON, TOML or XML", "{ \"name\": \"shop\" }"),
    ],
}];
