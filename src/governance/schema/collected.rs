//! The register of evidence that other tools collected.

use super::{Schema, Shape, may, must};

/// The formats in which results of other tools are read.
pub const FORMATS: &[&str] = &["sarif", "oscal", "ocsf", "hdf", "fleet", "csv"];

/// Files with results of other tools.
pub const EVIDENCE: Schema = Schema {
    file: "evidence",
    record: "evidence",
    doc: "Results of other tools: in which files they are, who collects them, how long they may be relied on, and which \
          controls they are about.",
    controls: &[],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("files", Shape::Files, "the files with results; a glob stands for all that match"),
        must("format", Shape::Word(FORMATS), "the format of the files"),
        must("owner", Shape::Role, "who collects them"),
        may("tool", Shape::Text, "the tool that they are of, where the files do not say"),
        may("version", Shape::Text, "its version, where the files do not say"),
        may("collected_on", Shape::PastDay, "when they were collected, where the files do not say"),
        may("valid_for", Shape::Span, "how long after that passes may be relied on; 90 days unless said"),
        may(
            "rules",
            Shape::Bearings,
            "the controls that rules of the tool are about, by their id or a glob of it; this comes before all that is known otherwise",
        ),
    ],
};
