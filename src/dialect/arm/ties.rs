//! What templates are evaluated together with: parameter files, modules, and what else they name.

use super::{bicep, is_bicep, parameter};
use crate::dialect::ties::{self, Tie, Ties, directory};
use crate::source::Workspace;
use crate::syntax::bicep::quoted;

/// The ties of the dialect. A template is evaluated with the parameter file beside it; one in Bicep names its modules, and
/// is named by its parameter files.
pub const TIES: Ties = Ties { unit, names: is_bicep, named, ..ties::NONE };

fn unit(path: &str, workspace: &Workspace) -> Vec<Tie> {
    let beside = parameter::beside_each_other(path).map(Tie::File);
    // What a parameter file gives values to is judged anew when one of them changes.
    let file = workspace.find(path).filter(|_| bicep::is_parameters(path));
    let source = file.and_then(|file| workspace.glance(file).ok());
    beside.chain(source.into_iter().flat_map(|source| named(path, source.text()))).collect()
}

/// The files that a text may name: every text in quotes that has an ending.
fn named(path: &str, text: &str) -> Vec<Tie> {
    let may_be_path = |text: &String| text.contains('.') && !text.contains([':', '\n', '@']);
    quoted(text).iter().filter(|text| may_be_path(text)).filter_map(|text| ties::file(directory(path), text)).collect()
}
