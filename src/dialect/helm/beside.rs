//! Values files that stand beside a chart and that nothing hands to it.

use super::chart::Chart;
use super::{CODE, in_directory};
use crate::dialect::has_extension;
use crate::document::{Problem, named};
use crate::source::Workspace;

/// What is told of a chart that is judged with its defaults, though the repository has further values for it.
pub(super) fn told(chart: &Chart, workspace: &Workspace) -> Option<Problem> {
    let directory = in_directory(&chart.directory, "");
    let paths = workspace.under(&workspace.real(&chart.directory)).map(|file| workspace.path(file));
    let mut further: Vec<&str> =
        paths.filter_map(|path| path.strip_prefix(&*directory)).filter(|path| is_further(path)).collect();
    further.sort_unstable();
    let message = format!("the chart is judged with its default values, and not with {}", named(&further));
    let problem = Problem::notice(CODE, in_directory(&chart.directory, "Chart.yaml"), Some(chart.header()), message);
    let help = "judge what they deploy with `--values FILE`, or with `values` under [helm] in annexa.toml";
    (!further.is_empty()).then(|| problem.help(help))
}

/// Whether a file of a chart has values of one of its deployments: `values-prod.yaml`, `values.prod.yaml`, `values/prod.yaml`.
fn is_further(path: &str) -> bool {
    let begins = ["values-", "values.", "values_", "values/"].iter().any(|start| path.starts_with(start));
    let folders = path.matches('/').count();
    let is_own = matches!(path, "values.yaml" | "values.yml" | "values.schema.yaml");
    begins && !is_own && has_extension(path, &[".yaml", ".yml"]) && folders == usize::from(path.starts_with("values/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_deployments_are_known_by_their_names() {
        for (path, want) in [
            ("values-prod.yaml", true),
            ("values.prod.yml", true),
            ("values/prod.yaml", true),
            ("values.yaml", false),
            ("values.schema.json", false),
            ("values-prod/a.yaml", false),
            ("templates/values-a.yaml", false),
            ("ci/test-values.yaml", false),
        ] {
            assert_eq!(is_further(path), want, "{path}");
        }
    }
}
