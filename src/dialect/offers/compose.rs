//! What rules can ask of Docker Compose.

use crate::schema::{Offer, View, Written, view};

/// What a service can hold.
const SERVICE: &str = include_str!("../../../data/schemas/compose-service.txt");

/// What a project holds beside its services.
const PROJECT: &str = include_str!("../../../data/schemas/compose-project.txt");

/// What all that is listed of a project says of it.
const DEVELOPMENT: View = view(
    "development",
    "b",
    "whether the project is surely one that somebody develops or tests with: by its path, the comment that its file begins with, a variable such as `NODE_ENV`, the name of a database, an emulator, the stage that is built, mounted sources, a server for who develops, or stores without the program whose sources lie beside them",
    "true",
);

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["service", "service-part"],
        written: Written::Keys(SERVICE),
        views: &[
            view(
                "environment_map",
                "{s",
                "its environment as a map, however it is written",
                "{ \"LOG_LEVEL\": \"info\" }",
            ),
            view(
                "build_images",
                "[s",
                "the images among the further contexts that its build is given",
                "[ \"registry.example.com/tools:2.1\" ]",
            ),
            view("build_file", "s", "the Dockerfile that its image is built of, from the root on", "app/Dockerfile"),
            view(
                "mounts",
                "[(source:s target:s type:s read_only:b)",
                "its volumes, each in the long form",
                "[{ \"source\": \"/var/run/docker.sock\", \"target\": \"/var/run/docker.sock\", \"type\": \"bind\" }]",
            ),
            view(
                "ports_published",
                "[(host_ip:s published:s target:a protocol:s)",
                "its ports, each in the long form",
                "[{ \"published\": \"5432\", \"target\": \"5432\" }]",
            ),
            DEVELOPMENT,
        ],
    },
    Offer { kinds: &["project"], written: Written::Keys(PROJECT), views: &[DEVELOPMENT] },
];
