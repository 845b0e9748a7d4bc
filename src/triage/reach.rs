//! By which paths people name a finding: globs of waivers, and of rules that are disabled for a part of a repository.

use globset::GlobMatcher;

use super::Finding;
use crate::dialect::deployment_paths;
use crate::source::Workspace;

/// Whether a glob reaches a finding: by the file of its place or of its resource, or by what deploys the resource. A glob
/// for all that is in a folder (`envs/prod/**`) reaches what the folder deploys, wherever it is written.
pub fn is_reached(finding: &Finding, globs: &[GlobMatcher], workspace: &Workspace) -> bool {
    let on = |path: &str| globs.iter().any(|glob| glob.is_match(path));
    let deployed_by = |path: &str| on(path) || on(&format!("{path}/."));
    on(workspace.path(finding.span.file))
        || on(workspace.path(finding.resource.span.file))
        || deployment_paths(&finding.resource.deployment).any(|path| !path.is_empty() && deployed_by(path))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finding, workspace};
    use super::*;
    use crate::evaluate::Outcome;

    #[test]
    fn a_glob_reaches_a_finding_by_its_file_and_by_what_deploys_it() {
        for (deployment, glob, reached) in [
            ("envs/prod", "envs/prod/**", true),
            ("envs/prod", "envs/prod", true),
            ("envs/prod", "envs/*", true),
            ("envs/prod", "envs/dev/**", false),
            ("envs/prod", "envs/prod/*.tf", false),
            ("envs/prod", "*.tf", true),
            ("envs/prod", "b.tf", false),
            ("charts/web + values/prod.yaml", "values/prod.yaml", true),
            ("charts/web + values/prod.yaml", "charts/web/**", true),
            ("charts/web + values/prod.yaml", "values/dev.yaml", false),
            (".", "envs/**", false),
            ("", "envs/**", false),
        ] {
            let mut found = finding("storage", "a.tf", "x.y", Outcome::Fail);
            std::sync::Arc::make_mut(&mut found.resource).deployment = deployment.into();
            let glob = globset::GlobBuilder::new(glob).literal_separator(true).build().unwrap().compile_matcher();
            assert_eq!(
                is_reached(&found, std::slice::from_ref(&glob), &workspace()),
                reached,
                "{deployment} by {}",
                glob.glob()
            );
        }
    }
}
