//! Ids of other frameworks that are related to a control: a pair says "related", never "equal".

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::ControlId;

/// The data file, with the source of each list.
pub const CROSSWALK: &str = include_str!("../../data/crosswalk.toml");

/// Related ids. An empty list means that no public source was found, not that nothing is related.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Related {
    /// Outcomes of the NIST Cybersecurity Framework 2.0.
    pub nist_csf_2_0: Vec<Arc<str>>,
    /// Controls of NIST SP 800-53 revision 5.
    pub nist_sp_800_53_r5: Vec<Arc<str>>,
    /// Articles and paragraphs of the GDPR.
    pub gdpr: Vec<Arc<str>>,
}

static READ: LazyLock<BTreeMap<ControlId, Related>> = LazyLock::new(|| read(CROSSWALK));

static NOTHING: Related = Related { nist_csf_2_0: Vec::new(), nist_sp_800_53_r5: Vec::new(), gdpr: Vec::new() };

/// What is related to a control. Read on first use.
pub fn related(id: ControlId) -> &'static Related {
    READ.get(&id).unwrap_or(&NOTHING)
}

impl Related {
    /// The frameworks by name, each with its ids.
    pub fn frameworks(&self) -> [(&'static str, &[Arc<str>]); 3] {
        [("NIST CSF 2.0", &self.nist_csf_2_0), ("NIST SP 800-53 r5", &self.nist_sp_800_53_r5), ("GDPR", &self.gdpr)]
    }
}

fn read(text: &str) -> BTreeMap<ControlId, Related> {
    let Ok(table) = text.parse::<toml::Table>() else { return BTreeMap::new() };
    let entries = table.get("control").and_then(toml::Value::as_array);
    let read = entries.into_iter().flatten().filter_map(|entry| {
        let texts = |key: &str| -> Vec<Arc<str>> {
            let items = entry.get(key).and_then(toml::Value::as_array);
            items.into_iter().flatten().filter_map(toml::Value::as_str).map(Arc::from).collect()
        };
        let related = Related {
            nist_csf_2_0: texts("nist_csf_2_0"),
            nist_sp_800_53_r5: texts("nist_sp_800_53_r5"),
            gdpr: texts("gdpr"),
        };
        Some((entry.get("id")?.as_str()?.parse().ok()?, related))
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_has_an_entry_and_cryptography_its_ids() {
        assert_eq!(READ.len(), 93);
        let cryptography = related("8.24".parse().unwrap());
        let has = |ids: &[Arc<str>], id: &str| ids.iter().any(|known| &**known == id);
        assert!(has(&cryptography.nist_sp_800_53_r5, "SC-12"), "{cryptography:?}");
        assert!(has(&related("5.1".parse().unwrap()).nist_csf_2_0, "GV.PO-01"));
    }
}
