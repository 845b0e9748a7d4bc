//! Values that stand in a repository beside what a run is given: files that a deployment may name, and what scripts and
//! pipelines hand over on their command lines.

use std::collections::BTreeSet;

use crate::dialect::terraform::declarations::is_configuration;
use crate::dialect::terraform::inputs;
use crate::dialect::{Inputs, deployment_paths, file_name, has_extension, is_sample, ties};
use crate::source::{Source, Workspace};

/// The languages whose values are looked for: dialects of what is gone, and `helm` for what charts deploy.
pub(super) type Languages<'l> = BTreeSet<&'l str>;

/// Values that a run may be given as well.
pub(super) struct Aside {
    /// When they are given, for a reader: "`prod.tfvars` is given".
    pub(super) what: String,
    /// The file of values, where it is one.
    pub(super) file: Option<String>,
    pub(super) inputs: Inputs,
}

impl Aside {
    /// Whether it may be meant for what a deployment deploys: a file of values that lies in another root or chart is not.
    pub(super) fn is_for(&self, deployment: &str, workspace: &Workspace) -> bool {
        let Some(file) = &self.file else { return true };
        let is_of_terraform = has_extension(file, &[".tfvars", ".tfvars.json"]);
        let makes_one = |path: &str| {
            if is_of_terraform { is_configuration(path) } else { file_name(path) == "Chart.yaml" }
        };
        let is_one = |folder: &&str| workspace.in_directory(folder).any(|other| makes_one(workspace.path(other)));
        let around = ties::ancestors(file).find(is_one);
        around.is_none_or(|folder| {
            deployment_paths(deployment).any(|path| path == folder || path == "." && folder.is_empty())
        })
    }
}

/// All of them: what the change itself brings comes first.
pub(super) fn all(
    wanted: &Languages<'_>,
    workspace: &Workspace,
    came: &[(String, Source)],
    inputs: &Inputs,
) -> Vec<Aside> {
    let changed: BTreeSet<&str> = came.iter().map(|(path, _)| path.as_str()).collect();
    let named = came.iter().flat_map(|(_, source)| Handed::of(source.text()).files).collect::<BTreeSet<String>>();
    let of = |path: &str| {
        let is_named = named.iter().any(|name| path == name || path.ends_with(&format!("/{name}")));
        given(wanted, path, workspace, (changed.contains(path), is_named), inputs)
    };
    let files = workspace.ids().map(|file| workspace.path(file)).filter(|path| !is_sample(path));
    let (mut first, rest): (Vec<_>, Vec<_>) =
        files.filter_map(|path| Some((path, of(path)?))).partition(|(path, _)| changed.contains(path));
    first.extend(rest);
    let files = first.into_iter().map(|(path, inputs)| Aside {
        what: format!("`{path}` is given"),
        file: Some(path.to_owned()),
        inputs,
    });
    let lines = came.iter().filter_map(|(path, source)| {
        let handed = Handed::of(source.text());
        let set = if wanted.contains("helm") { handed.set } else { Vec::new() };
        let variables = if wanted.contains("terraform") { handed.variables } else { Vec::new() };
        if set.is_empty() && variables.is_empty() {
            return None;
        }
        let mut inputs = inputs.clone();
        inputs.set.extend(set);
        inputs.variables.extend(variables);
        Some(Aside { what: format!("values are given as in `{path}`"), file: None, inputs })
    });
    lines.chain(files).collect()
}

/// The inputs with one more file, where it may be one of values.
fn given(
    wanted: &Languages<'_>,
    path: &str,
    workspace: &Workspace,
    (is_changed, is_named): (bool, bool),
    inputs: &Inputs,
) -> Option<Inputs> {
    let more = |list: &[String]| list.iter().cloned().chain([path.to_owned()]).collect();
    let name = file_name(path).to_ascii_lowercase();
    let is_new = |list: &[String]| !list.iter().any(|known| known == path);
    let is_data = has_extension(path, &[".yaml", ".yml", ".json"]);
    if wanted.contains("terraform")
        && has_extension(path, &[".tfvars", ".tfvars.json"])
        && is_new(&inputs.variable_files)
    {
        return (!is_taken(path, workspace))
            .then(|| Inputs { variable_files: more(&inputs.variable_files), ..inputs.clone() });
    }
    let is_environment = has_extension(&name, &[".env"]) || name.starts_with(".env.");
    let is_model = [".example", ".sample", ".template", ".dist"].iter().any(|ending| name.ends_with(ending));
    if wanted.contains("compose") && is_environment && !is_model && name != ".env" {
        return Some(Inputs { environments: vec![path.to_owned()], ..inputs.clone() });
    }
    let is_own = name == "values.yaml" && workspace.find(&beside(path, "Chart.yaml")).is_some();
    let is_test = path.contains("/ci/") || path.starts_with("ci/");
    if wanted.contains("helm")
        && is_data
        && !is_own
        && !is_test
        && (name.contains("values") || is_named)
        && is_new(&inputs.values_files)
    {
        return Some(Inputs { values_files: more(&inputs.values_files), ..inputs.clone() });
    }
    let is_parameters = name.contains("param") || is_changed && name.contains("config");
    if wanted.contains("cloudformation") && is_data && is_parameters && is_new(&inputs.parameter_files) {
        return Some(Inputs { parameter_files: more(&inputs.parameter_files), ..inputs.clone() });
    }
    None
}

/// Whether Terraform takes a file of variables of itself.
fn is_taken(path: &str, workspace: &Workspace) -> bool {
    let directory = ties::directory(path);
    let is_automatic = workspace.find(path).is_some_and(|file| inputs::takes(workspace, directory, file));
    let mut beside = workspace.in_directory(directory);
    is_automatic && beside.any(|file| is_configuration(workspace.path(file)))
}

fn beside(path: &str, name: &str) -> String {
    match ties::directory(path) {
        "" => name.to_owned(),
        directory => format!("{directory}/{name}"),
    }
}

/// What a text hands over on command lines and in variables of the environment.
#[derive(Debug, Default, PartialEq, Eq)]
struct Handed {
    /// `--set` of Helm.
    set: Vec<(String, String)>,
    /// `-var` of Terraform, and `TF_VAR_` of its environment.
    variables: Vec<(String, String)>,
    /// Files of values.
    files: Vec<String>,
}

impl Handed {
    fn of(text: &str) -> Handed {
        let mut handed = Handed::default();
        let is_edge = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '[' | ']');
        let words = text.split(is_edge).map(|word| word.trim_matches([',', ';', '\\']));
        let mut words = words.filter(|word| !word.is_empty()).peekable();
        let mut named: Option<&str> = None;
        while let Some(word) = words.next() {
            // `name: a.b` with `value: c` after it, as releases are told values.
            if matches!(word, "name:" | "name") {
                named = words.by_ref().find(|word| *word != "=");
                continue;
            }
            if let Some(name) = named.take().filter(|_| matches!(word, "value:" | "value")) {
                let value = words.by_ref().find(|word| *word != "=");
                handed.set.extend(value.map(|value| (name.to_owned(), value.to_owned())));
                continue;
            }
            let (flag, own) = word.split_once('=').map_or((word, None), |(flag, value)| (flag, Some(value)));
            let mut value = |own: Option<&str>| {
                own.filter(|own| !own.is_empty()).or_else(|| words.peek().copied()).map(str::to_owned)
            };
            let value = match flag.trim_start_matches('-') {
                "set" | "set-string" | "set-json" | "var" | "var-file" | "f" | "values" if flag.starts_with('-') => {
                    value(own)
                }
                variable if variable.starts_with("TF_VAR_") && (own.is_some() || flag.ends_with(':')) => value(own),
                _ => continue,
            };
            let Some(value) = value else { continue };
            match flag.trim_start_matches('-') {
                "var" => handed.variables.extend(pair(&value)),
                "var-file" | "f" | "values" => handed.files.push(value.trim_start_matches("./").to_owned()),
                variable if variable.starts_with("TF_VAR_") => {
                    let name = variable.trim_start_matches("TF_VAR_").trim_end_matches(':');
                    handed.variables.push((name.to_owned(), value));
                }
                _ => handed.set.extend(value.split(',').filter_map(pair)),
            }
        }
        handed
    }
}

fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    (!name.is_empty()).then(|| (name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_on_command_lines() {
        let pairs = |list: &[(String, String)]| -> String {
            list.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        };
        for (text, set, variables, files) in [
            ("helm install c . --set p=true,q.r=1", "p=true q.r=1", "", ""),
            ("helm install c . --set-string=p=true -f ./prod.yaml", "p=true", "", "prod.yaml"),
            ("args: [\"--set\", \"p=true\"]", "p=true", "", ""),
            ("set:\n  - name: p.q\n    value: true", "p.q=true", "", ""),
            ("set {\n  name  = \"p.q\"\n  value = \"true\"\n}", "p.q=true", "", ""),
            ("terraform apply -var=e=false -var-file=prod.tfvars", "", "e=false", "prod.tfvars"),
            ("terraform apply -var 'e=false'", "", "e=false", ""),
            ("env:\n  TF_VAR_e: \"false\"", "", "e=false", ""),
            ("TF_VAR_e=false terraform apply", "", "e=false", ""),
            ("set -e\nvar x = 1\nrm -f", "", "", ""),
        ] {
            let handed = Handed::of(text);
            assert_eq!((&*pairs(&handed.set), &*pairs(&handed.variables)), (set, variables), "{text}");
            assert_eq!(handed.files.join(" "), files, "{text}");
        }
    }
}
