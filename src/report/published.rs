//! Where the pages of the rules can be read.

use std::sync::Arc;

use super::pages;
use crate::rule::Rule;

/// Where the project publishes the pages of its own rules.
const HOME: &str = env!("CARGO_PKG_HOMEPAGE");

/// Where the pages of the rules are published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// What an organisation publishes, rules of its own included; none where it says nothing.
    own: Option<Arc<str>>,
}

impl Published {
    /// At an address that the settings name; where they name none, where the project publishes them.
    pub fn at(own: Option<&Arc<str>>) -> Published {
        Published { own: own.cloned() }
    }

    /// The page of a rule. A rule of one's own has none that the project knows of.
    pub fn page(&self, rule: &Rule) -> Option<String> {
        self.page_of(&rule.id, rule.is_built_in())
    }

    /// The page of the rule of an id, which came with the program or did not.
    pub fn page_of(&self, id: &str, is_built_in: bool) -> Option<String> {
        let base = self.own.as_deref().or_else(|| is_built_in.then_some(HOME))?;
        Some(format!("{}/{}", base.trim_end_matches('/'), pages::path_of(id)))
    }
}
