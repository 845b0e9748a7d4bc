//! What `annexa rules` and `annexa controls` take.

use std::path::PathBuf;

use clap::Subcommand;

/// `annexa rules …`
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List the rules.
    List {
        /// Only rules that bear on this control.
        #[arg(long, value_name = "CONTROL")]
        control: Option<String>,
        /// Folder with further rules; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show one rule: why it matters, what to change, what it looks at.
    Show {
        /// The rule's id, or a peer's id for the same check.
        rule: String,
        /// Folder with further rules; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Read rule files and report every fault in them.
    Check {
        /// Rule files and folders [default: those that `rules` of annexa.toml names].
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// A further file or folder, as `annexa check` takes it; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
    },
    /// List what other tools check: the rule that says it and how the two relate, or why there is none.
    Parity {
        /// Whose checks: checkov, trivy, tfsec, kics, zizmor, hadolint, kube-linter, guard [default: how many of each].
        #[arg(value_name = "PEER")]
        peer: Option<String>,
        /// Folder with further rules; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write a new rule and its fixtures, ready to be filled in.
    New {
        /// The rule's id: what is wrong, in lower-case words joined by hyphens.
        id: String,
        /// The kind of resource that it judges, such as `terraform/aws_db_instance`.
        #[arg(long, value_name = "KIND")]
        kind: String,
        /// What it asks for, such as `storage_encrypted`; may be given several times [default: the kind's first switch].
        #[arg(long, value_name = "PATH")]
        path: Vec<String>,
        /// Folder of the rules.
        #[arg(long, value_name = "DIR", default_value = "rules")]
        rules: PathBuf,
        /// Folder of the fixtures [default: `fixtures` beside the rules].
        #[arg(long, value_name = "DIR")]
        fixtures: Option<PathBuf>,
    },
    /// Write a page for each rule, pack and control, with an index that searches them: static HTML that loads nothing.
    Pages {
        /// The folder to write to.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Folder with further rules; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
        /// Folder with the fixtures of these, for the examples [default: `fixtures` beside the rules].
        #[arg(long, value_name = "DIR")]
        fixtures: Option<PathBuf>,
    },
    /// Print the JSON schema of rule files.
    Schema,
    /// Prove rules by their fixtures; built-in ones are taken from the folder in place of those in the program.
    Test {
        /// Folders with the rules [default: those that `rules` of annexa.toml names].
        #[arg(value_name = "DIR")]
        paths: Vec<PathBuf>,
        /// A further folder, as `annexa check` takes it; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
        /// Folder with the fixtures [default: `fixtures` beside the rules].
        #[arg(long, value_name = "DIR")]
        fixtures: Option<PathBuf>,
    },
}

/// `annexa controls …`
#[derive(Debug, Subcommand)]
pub enum ControlsCommand {
    /// List the 93 controls, or the requirements of another framework with the controls that are related to them.
    List {
        /// The framework; `annexa controls frameworks` lists the names.
        #[arg(long, value_name = "NAME")]
        framework: Option<String>,
        /// Only these requirements, and those below them: `32` has `32(1)(a)`, and `PR.DS` has `PR.DS-01`.
        #[arg(value_name = "REQUIREMENT", requires = "framework")]
        requirements: Vec<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the other frameworks that controls are related to: versions, sources and terms.
    Frameworks {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show one control, and the rules that bear on it.
    Show {
        /// The control's id, such as 8.24.
        control: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}
