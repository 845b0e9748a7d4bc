//! What a change breaks elsewhere: every way in which files hang together, seen by `--staged`, `--changed`, `--base` and by
//! naming the file, on repositories made with the `git` program.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state their expectations bluntly"
)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A file, and what is in it; nothing where it is removed.
type File = (&'static str, Option<&'static str>);

const CALLER: &str = "on: issues\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    with: {t: x}\n";

/// A change of one file that breaks something in another.
struct Row {
    name: &'static str,
    before: &'static [File],
    change: &'static [File],
    rule: &'static str,
    /// The file in which it fails.
    fails: &'static str,
    /// The file that holds the place to look at; nothing where nothing of the trail is left.
    cause: Option<&'static str>,
}

struct Scene(tempfile::TempDir);

impl Scene {
    fn new() -> Scene {
        let scene = Scene(tempfile::tempdir().unwrap());
        scene.git(&["init", "-q", "-b", "main", "."]);
        scene
    }

    fn with(files: &[File]) -> Scene {
        let scene = Scene::new();
        scene.commit(files);
        scene
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        for (name, value) in [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_AUTHOR_NAME", "a"), ("GIT_COMMITTER_NAME", "a")]
        {
            command.env(name, value);
        }
        command.env("GIT_AUTHOR_EMAIL", "a@example.org").env("GIT_COMMITTER_EMAIL", "a@example.org");
        command.env_remove("GIT_INDEX_FILE").env_remove("GIT_DIR").stdin(Stdio::null());
        command.current_dir(self.0.path()).args(arguments).output().unwrap()
    }

    fn git(&self, arguments: &[&str]) {
        let output = self.run("git", arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn write(&self, files: &[File]) {
        for (path, text) in files {
            let path = self.0.path().join(path);
            match text {
                Some(text) => {
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(&path, text).unwrap();
                }
                None => std::fs::remove_file(&path).unwrap(),
            }
        }
    }

    fn commit(&self, files: &[File]) {
        self.write(files);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
    }

    fn check(&self, arguments: &[&str]) -> (i32, String) {
        let first = ["check", "--today", "2026-01-15", "--fail-at", "info"];
        let output = self.run(env!("CARGO_BIN_EXE_annexa"), &[&first, arguments].concat());
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap_or(-1), String::from_utf8(text).unwrap())
    }

    /// The exit status, and file and cause of each failing finding.
    fn failing(&self, rule: &str, arguments: &[&str]) -> (i32, Vec<(String, String)>) {
        let (status, text) =
            self.check(&[&["--format", "json", "--outcomes", "fail", "--rule", rule], arguments].concat());
        let report: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let of = |node: &Value| node["file"].as_str().unwrap_or("").to_owned();
        let found = report["findings"].as_array().unwrap().iter().map(|finding| (of(finding), of(&finding["cause"])));
        (status, found.collect())
    }
}

fn root(path: &Path) -> String {
    path.display().to_string()
}

const DATABASE: &str = "resource \"aws_db_instance\" \"main\" {\n  storage_encrypted = var.enc\n}\n";
const SAFE: &str = "variable \"enc\" {\n  default = true\n}\n";
const UNSAFE: &str = "variable \"enc\" {\n  default = false\n}\n";
const RDS: &str = "rds-storage-unencrypted";
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: r.example.org/a:1\n      securityContext:\n        privileged: {{ .Values.p }}\n";
const PLAIN_POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: r.example.org/a:1\n      securityContext:\n        privileged: false\n";
const PRIVILEGED_POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: r.example.org/a:1\n      securityContext:\n        privileged: true\n";
const PATCH: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      securityContext:\n        privileged: true\n";
const HARMLESS_PATCH: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      securityContext:\n        privileged: false\n";
const CHART: &str = "apiVersion: v2\nname: a\nversion: 0.1.0\n";
const PRIVILEGED: &str = "container-privileged";
const ANSIBLE_TASK: &str = "- ansible.builtin.file:\n    path: /srv/x\n    mode: \"{{ upload_mode }}\"\n";
const BICEP: &str = "param https bool = true
resource s 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 's'
  properties: {
    supportsHttpsTrafficOnly: https
  }
}
";
const ARM: &str = "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\",\n\"parameters\": {\"https\": {\"type\": \"bool\"}},\n\"resources\": [{\"type\": \"Microsoft.Storage/storageAccounts\", \"apiVersion\": \"2023-01-01\", \"name\": \"a\",\n\"properties\": {\"supportsHttpsTrafficOnly\": \"[parameters('https')]\"}}]}\n";
const NESTED: &str = "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Enc:\n    Type: String\n    Default: 'true'\nResources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: !Ref Enc\n";
const NESTED_UNSAFE: &str = "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Enc:\n    Type: String\n    Default: 'false'\nResources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: !Ref Enc\n";
const OUTPUT_TRUE: &str = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\nOutputs:\n  Enc:\n    Value: 'true'\n";
const OUTPUT_FALSE: &str = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\nOutputs:\n  Enc:\n    Value: 'false'\n";
const PARENT: &str = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./nested/out.yaml\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: !GetAtt Child.Outputs.Enc\n";
const POLICY: &str = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::b/x\"}]}\n";
const OPEN_POLICY: &str =
    "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}\n";
const IAM: &str = "iam-policy-allows-everything";

const ROWS: &[Row] = &[
    Row {
        name: "terraform: a default",
        before: &[("main.tf", Some(DATABASE)), ("variables.tf", Some(SAFE))],
        change: &[("variables.tf", Some(UNSAFE))],
        rule: RDS,
        fails: "main.tf",
        cause: Some("variables.tf"),
    },
    Row {
        name: "terraform: a local",
        before: &[
            ("main.tf", Some("resource \"aws_db_instance\" \"main\" {\n  storage_encrypted = local.enc\n}\n")),
            ("locals.tf", Some("locals {\n  enc = true\n}\n")),
        ],
        change: &[("locals.tf", Some("locals {\n  enc = false\n}\n"))],
        rule: RDS,
        fails: "main.tf",
        cause: Some("locals.tf"),
    },
    Row {
        name: "terraform: a variables file",
        before: &[("main.tf", Some(DATABASE)), ("v.tf", Some(SAFE)), ("terraform.tfvars", Some("enc = true\n"))],
        change: &[("terraform.tfvars", Some("enc = false\n"))],
        rule: RDS,
        fails: "main.tf",
        cause: Some("terraform.tfvars"),
    },
    Row {
        name: "terraform: a variables file goes",
        before: &[("main.tf", Some(DATABASE)), ("v.tf", Some(UNSAFE)), ("x.auto.tfvars", Some("enc = true\n"))],
        change: &[("x.auto.tfvars", None)],
        rule: RDS,
        fails: "main.tf",
        cause: None,
    },
    Row {
        name: "terraform: what a caller passes",
        before: &[
            ("modules/db/main.tf", Some(DATABASE)),
            ("modules/db/v.tf", Some("variable \"enc\" {}\n")),
            ("envs/prod/main.tf", Some("module \"db\" {\n  source = \"../../modules/db\"\n  enc    = true\n}\n")),
        ],
        change: &[(
            "envs/prod/main.tf",
            Some("module \"db\" {\n  source = \"../../modules/db\"\n  enc    = false\n}\n"),
        )],
        rule: RDS,
        fails: "modules/db/main.tf",
        cause: Some("envs/prod/main.tf"),
    },
    Row {
        name: "terraform: an output of a module that a module calls",
        before: &[
            (
                "main.tf",
                Some(
                    "module \"m\" {\n  source = \"./a\"\n}\nresource \"aws_db_instance\" \"main\" {\n  storage_encrypted = module.m.enc\n}\n",
                ),
            ),
            (
                "a/main.tf",
                Some("module \"b\" {\n  source = \"../b\"\n}\noutput \"enc\" {\n  value = module.b.enc\n}\n"),
            ),
            ("b/outputs.tf", Some("output \"enc\" {\n  value = true\n}\n")),
        ],
        change: &[("b/outputs.tf", Some("output \"enc\" {\n  value = false\n}\n"))],
        rule: RDS,
        fails: "main.tf",
        cause: Some("b/outputs.tf"),
    },
    Row {
        name: "terraform: a file that is read",
        before: &[
            (
                "iam/main.tf",
                Some("resource \"aws_iam_policy\" \"p\" {\n  policy = file(\"${path.module}/p/a.json\")\n}\n"),
            ),
            ("iam/p/a.json", Some(POLICY)),
        ],
        change: &[("iam/p/a.json", Some(OPEN_POLICY))],
        rule: IAM,
        fails: "iam/main.tf",
        cause: Some("iam/p/a.json"),
    },
    Row {
        name: "terraform: a file of many that are read",
        before: &[
            (
                "iam/main.tf",
                Some(
                    "resource \"aws_iam_policy\" \"p\" {\n  for_each = toset([\"a\", \"b\"])\n  policy   = file(\"${path.module}/p/${each.key}.json\")\n}\n",
                ),
            ),
            ("iam/p/a.json", Some(POLICY)),
            ("iam/p/b.json", Some(POLICY)),
        ],
        change: &[("iam/p/b.json", Some(OPEN_POLICY))],
        rule: IAM,
        fails: "iam/main.tf",
        cause: Some("iam/p/b.json"),
    },
    Row {
        name: "terraform: a template",
        before: &[
            (
                "main.tf",
                Some(
                    "resource \"aws_iam_policy\" \"p\" {\n  policy = templatefile(\"p.json.tftpl\", { action = \"s3:GetObject\" })\n}\n",
                ),
            ),
            (
                "p.json.tftpl",
                Some("{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"${action}\", \"Resource\": \"*\"}]}\n"),
            ),
        ],
        change: &[(
            "p.json.tftpl",
            Some("{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}\n"),
        )],
        rule: IAM,
        fails: "main.tf",
        cause: Some("p.json.tftpl"),
    },
    Row {
        name: "settings: a file of variables is named",
        before: &[
            ("main.tf", Some(DATABASE)),
            ("v.tf", Some(SAFE)),
            ("prod.tfvars", Some("enc = false\n")),
            ("annexa.toml", Some("")),
        ],
        change: &[("annexa.toml", Some("[terraform]\nvar-files = [\"prod.tfvars\"]\n"))],
        rule: RDS,
        fails: "main.tf",
        cause: None,
    },
    Row {
        name: "settings: a named file of variables",
        before: &[
            ("main.tf", Some(DATABASE)),
            ("v.tf", Some(SAFE)),
            ("vars/prod.tfvars", Some("enc = true\n")),
            ("annexa.toml", Some("[terraform]\nvar-files = [\"vars/prod.tfvars\"]\n")),
        ],
        change: &[("vars/prod.tfvars", Some("enc = false\n"))],
        rule: RDS,
        fails: "main.tf",
        cause: Some("vars/prod.tfvars"),
    },
    Row {
        name: "settings: a deployment",
        before: &[
            ("infra/main.tf", Some(DATABASE)),
            ("infra/v.tf", Some(SAFE)),
            ("infra/env/dev.tfvars", Some("enc = true\n")),
            ("infra/env/prod.tfvars", Some("enc = true\n")),
            ("annexa.toml", Some("[terraform]\ndeployments = [\"infra/env/*.tfvars\"]\n")),
        ],
        change: &[("infra/env/prod.tfvars", Some("enc = false\n"))],
        rule: RDS,
        fails: "infra/main.tf",
        cause: Some("infra/env/prod.tfvars"),
    },
    Row {
        name: "terragrunt: an input",
        before: &[
            ("modules/db/main.tf", Some(DATABASE)),
            ("modules/db/v.tf", Some(SAFE)),
            (
                "live/prod/terragrunt.hcl",
                Some("terraform {\n  source = \"../../modules/db\"\n}\ninputs = {\n  enc = true\n}\n"),
            ),
        ],
        change: &[(
            "live/prod/terragrunt.hcl",
            Some("terraform {\n  source = \"../../modules/db\"\n}\ninputs = {\n  enc = false\n}\n"),
        )],
        rule: RDS,
        fails: "modules/db/main.tf",
        cause: Some("live/prod/terragrunt.hcl"),
    },
    Row {
        name: "terragrunt: what units include",
        before: &[
            ("modules/db/main.tf", Some(DATABASE)),
            ("modules/db/v.tf", Some(SAFE)),
            ("live/common.hcl", Some("inputs = {\n  enc = true\n}\n")),
            (
                "live/prod/terragrunt.hcl",
                Some(
                    "include \"common\" {\n  path = find_in_parent_folders(\"common.hcl\")\n}\nterraform {\n  source = \"${get_repo_root()}/modules/db\"\n}\n",
                ),
            ),
        ],
        change: &[("live/common.hcl", Some("inputs = {\n  enc = false\n}\n"))],
        rule: RDS,
        fails: "modules/db/main.tf",
        cause: Some("live/common.hcl"),
    },
    Row {
        name: "helm: a value",
        before: &[
            ("c/Chart.yaml", Some(CHART)),
            ("c/values.yaml", Some("p: false\n")),
            ("c/templates/pod.yaml", Some(POD)),
        ],
        change: &[("c/values.yaml", Some("p: true\n"))],
        rule: PRIVILEGED,
        fails: "c/templates/pod.yaml",
        cause: Some("c/values.yaml"),
    },
    Row {
        name: "helm: a release",
        before: &[
            ("c/Chart.yaml", Some(CHART)),
            ("c/values.yaml", Some("p: false\n")),
            ("c/templates/pod.yaml", Some(POD)),
            (
                "apps/a.yaml",
                Some(
                    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source:\n    path: c\n    helm:\n      valuesObject: {p: false}\n",
                ),
            ),
        ],
        change: &[(
            "apps/a.yaml",
            Some(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source:\n    path: c\n    helm:\n      valuesObject: {p: true}\n",
            ),
        )],
        rule: PRIVILEGED,
        fails: "c/templates/pod.yaml",
        cause: Some("apps/a.yaml"),
    },
    Row {
        name: "helm: values that the settings name",
        before: &[
            ("c/Chart.yaml", Some(CHART)),
            ("c/values.yaml", Some("p: false\n")),
            ("c/templates/pod.yaml", Some(POD)),
            ("envs/prod.yaml", Some("p: true\n")),
            ("annexa.toml", Some("")),
        ],
        change: &[("annexa.toml", Some("[helm]\nvalues = [\"envs/prod.yaml\"]\n"))],
        rule: PRIVILEGED,
        fails: "c/templates/pod.yaml",
        cause: None,
    },
    Row {
        name: "helm: a helper",
        before: &[
            ("c/Chart.yaml", Some(CHART)),
            ("c/templates/_helpers.tpl", Some("{{- define \"p\" -}}\nfalse\n{{- end -}}\n")),
            (
                "c/templates/pod.yaml",
                Some(
                    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: r.example.org/a:1\n      securityContext:\n        privileged: {{ include \"p\" . }}\n",
                ),
            ),
        ],
        change: &[("c/templates/_helpers.tpl", Some("{{- define \"p\" -}}\ntrue\n{{- end -}}\n"))],
        rule: PRIVILEGED,
        fails: "c/templates/pod.yaml",
        cause: Some("c/templates/_helpers.tpl"),
    },
    Row {
        name: "helm: values of the parent of a subchart",
        before: &[
            (
                "c/Chart.yaml",
                Some("apiVersion: v2\nname: c\nversion: 0.1.0\ndependencies:\n  - name: sub\n    version: 0.1.0\n"),
            ),
            ("c/values.yaml", Some("sub:\n  p: false\n")),
            ("c/charts/sub/Chart.yaml", Some("apiVersion: v2\nname: sub\nversion: 0.1.0\n")),
            ("c/charts/sub/values.yaml", Some("p: false\n")),
            ("c/charts/sub/templates/pod.yaml", Some(POD)),
        ],
        change: &[("c/values.yaml", Some("sub:\n  p: true\n"))],
        rule: PRIVILEGED,
        fails: "c/charts/sub/templates/pod.yaml",
        cause: Some("c/values.yaml"),
    },
    Row {
        name: "helm: a library beside the chart",
        before: &[
            ("lib/Chart.yaml", Some("apiVersion: v2\nname: lib\ntype: library\nversion: 0.1.0\n")),
            ("lib/templates/_p.tpl", Some("{{- define \"lib.p\" -}}\nfalse\n{{- end -}}\n")),
            (
                "c/Chart.yaml",
                Some(
                    "apiVersion: v2\nname: c\nversion: 0.1.0\ndependencies:\n  - name: lib\n    version: 0.1.0\n    repository: file://../lib\n",
                ),
            ),
            (
                "c/templates/pod.yaml",
                Some(
                    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: r.example.org/a:1\n      securityContext:\n        privileged: {{ include \"lib.p\" . }}\n",
                ),
            ),
        ],
        change: &[("lib/templates/_p.tpl", Some("{{- define \"lib.p\" -}}\ntrue\n{{- end -}}\n"))],
        rule: PRIVILEGED,
        fails: "c/templates/pod.yaml",
        cause: Some("lib/templates/_p.tpl"),
    },
    Row {
        name: "kustomize: a patch",
        before: &[
            ("base/kustomization.yaml", Some("resources: [pod.yaml]\n")),
            ("base/pod.yaml", Some(PLAIN_POD)),
            ("prod/kustomization.yaml", Some("resources: [../base]\npatches:\n  - path: patch.yaml\n")),
            ("prod/patch.yaml", Some(HARMLESS_PATCH)),
        ],
        change: &[("prod/patch.yaml", Some(PATCH))],
        rule: PRIVILEGED,
        fails: "base/pod.yaml",
        cause: Some("prod/patch.yaml"),
    },
    Row {
        name: "kustomize: a patch goes",
        before: &[
            ("base/kustomization.yaml", Some("resources: [pod.yaml]\n")),
            ("base/pod.yaml", Some(PRIVILEGED_POD)),
            ("prod/kustomization.yaml", Some("resources: [../base]\npatches:\n  - path: patch.yaml\n")),
            ("prod/patch.yaml", Some(HARMLESS_PATCH)),
        ],
        change: &[("prod/patch.yaml", None)],
        rule: PRIVILEGED,
        fails: "base/pod.yaml",
        cause: None,
    },
    Row {
        name: "kustomize: a component",
        before: &[
            ("base/kustomization.yaml", Some("resources: [pod.yaml]\n")),
            ("base/pod.yaml", Some(PLAIN_POD)),
            ("debug/kustomization.yaml", Some("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n")),
            ("debug/patch.yaml", Some(PATCH)),
            ("prod/kustomization.yaml", Some("resources: [../base]\ncomponents: [../debug]\n")),
        ],
        change: &[(
            "debug/kustomization.yaml",
            Some("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n  - path: patch.yaml\n"),
        )],
        rule: PRIVILEGED,
        fails: "base/pod.yaml",
        cause: None,
    },
    Row {
        name: "compose: an override",
        before: &[
            ("compose.yaml", Some("services:\n  web:\n    image: r.example.org/a:1\n")),
            ("compose.override.yaml", Some("services:\n  web:\n    read_only: true\n")),
        ],
        change: &[("compose.override.yaml", Some("services:\n  web:\n    privileged: true\n"))],
        rule: "compose-service-privileged",
        fails: "compose.yaml",
        cause: Some("compose.override.yaml"),
    },
    Row {
        name: "compose: what is extended, of a service that is extended",
        before: &[
            (
                "compose.yaml",
                Some(
                    "services:\n  web:\n    image: r.example.org/a:1\n    extends:\n      file: common/a.yml\n      service: base\n",
                ),
            ),
            ("common/a.yml", Some("services:\n  base:\n    extends:\n      file: b.yml\n      service: base\n")),
            ("common/b.yml", Some("services:\n  base:\n    privileged: false\n")),
        ],
        change: &[("common/b.yml", Some("services:\n  base:\n    privileged: true\n"))],
        rule: "compose-service-privileged",
        fails: "compose.yaml",
        cause: Some("common/b.yml"),
    },
    Row {
        name: "compose: .env",
        before: &[
            ("compose.yaml", Some("services:\n  web:\n    image: r.example.org/a:${TAG}\n")),
            (".env", Some("TAG=1.2\n")),
        ],
        change: &[(".env", Some("TAG=latest\n"))],
        rule: "compose-image-tag-moving",
        fails: "compose.yaml",
        cause: Some(".env"),
    },
    Row {
        name: "azure pipelines: a parameter through a template of a template",
        before: &[
            ("azure-pipelines.yml", Some("stages:\n- template: ci/stage.yml\n  parameters: {flag: --fail}\n")),
            (
                "ci/stage.yml",
                Some(
                    "parameters: {flag: ''}\nstages:\n- stage: a\n  jobs:\n  - template: ${{ variables.folder }}/job.yml\n  - template: jobs/job.yml\n    parameters: {flag: \"${{ parameters.flag }}\"}\n",
                ),
            ),
            (
                "ci/jobs/job.yml",
                Some(
                    "parameters: {flag: ''}\njobs:\n- job: a\n  steps:\n  - bash: curl ${{ parameters.flag }} https://example.org\n",
                ),
            ),
        ],
        change: &[(
            "azure-pipelines.yml",
            Some("stages:\n- template: ci/stage.yml\n  parameters: {flag: --insecure}\n"),
        )],
        rule: "command-skips-certificate-check",
        fails: "ci/jobs/job.yml",
        cause: Some("azure-pipelines.yml"),
    },
    Row {
        name: "gitlab: an include of an include",
        before: &[
            (".gitlab-ci.yml", Some("include:\n  - local: /ci/a.yml\nbuild:\n  extends: .base\n  script: [make]\n")),
            ("ci/a.yml", Some("include:\n  - local: /ci/b.yml\n")),
            ("ci/b.yml", Some(".base:\n  variables:\n    GIT_DEPTH: \"1\"\n")),
        ],
        change: &[("ci/b.yml", Some(".base:\n  variables:\n    GIT_SSL_NO_VERIFY: \"true\"\n"))],
        rule: "gitlab-tls-check-off",
        fails: "ci/b.yml",
        cause: None,
    },
    Row {
        name: "cloudformation: an output of a nested stack",
        before: &[("stack.yaml", Some(PARENT)), ("nested/out.yaml", Some(OUTPUT_TRUE))],
        change: &[("nested/out.yaml", Some(OUTPUT_FALSE))],
        rule: RDS,
        fails: "stack.yaml",
        cause: Some("nested/out.yaml"),
    },
    Row {
        name: "cloudformation: what a stack passes to a nested one",
        before: &[
            (
                "stack.yaml",
                Some(
                    "Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: nested/db.yaml\n      Parameters:\n        Enc: 'true'\n",
                ),
            ),
            ("nested/db.yaml", Some(NESTED_UNSAFE)),
        ],
        change: &[(
            "stack.yaml",
            Some(
                "Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: nested/db.yaml\n      Parameters:\n        Enc: 'false'\n",
            ),
        )],
        rule: RDS,
        fails: "nested/db.yaml",
        cause: Some("stack.yaml"),
    },
    Row {
        name: "cloudformation: a stack that nested another one goes",
        before: &[
            (
                "stack.yaml",
                Some(
                    "Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: nested/db.yaml\n      Parameters:\n        Enc: 'true'\n",
                ),
            ),
            ("nested/db.yaml", Some(NESTED_UNSAFE)),
        ],
        change: &[("stack.yaml", None)],
        rule: RDS,
        fails: "nested/db.yaml",
        cause: None,
    },
    Row {
        name: "cloudformation: a file of parameters",
        before: &[
            ("db.yaml", Some(NESTED)),
            ("p/prod.json", Some("[{\"ParameterKey\": \"Enc\", \"ParameterValue\": \"true\"}]\n")),
            ("annexa.toml", Some("[cloudformation]\nparameters = [\"p/prod.json\"]\n")),
        ],
        change: &[("p/prod.json", Some("[{\"ParameterKey\": \"Enc\", \"ParameterValue\": \"false\"}]\n"))],
        rule: RDS,
        fails: "db.yaml",
        cause: Some("p/prod.json"),
    },
    Row {
        name: "arm: a file of parameters",
        before: &[
            ("s.json", Some(ARM)),
            ("s.parameters.json", Some("{\"parameters\": {\"https\": {\"value\": true}}}\n")),
        ],
        change: &[("s.parameters.json", Some("{\"parameters\": {\"https\": {\"value\": false}}}\n"))],
        rule: "storage-account-plain-http",
        fails: "s.json",
        cause: Some("s.parameters.json"),
    },
    Row {
        name: "bicep: what a caller passes",
        before: &[
            ("modules/s.bicep", Some(BICEP)),
            ("main.bicep", Some("module s 'modules/s.bicep' = {\n  name: 's'\n  params: { https: true }\n}\n")),
        ],
        change: &[("main.bicep", Some("module s 'modules/s.bicep' = {\n  name: 's'\n  params: { https: false }\n}\n"))],
        rule: "storage-account-plain-http",
        fails: "modules/s.bicep",
        cause: Some("main.bicep"),
    },
    Row {
        name: "bicep: what a file of parameters gives a module",
        before: &[
            ("modules/s.bicep", Some(BICEP)),
            (
                "main.bicep",
                Some("param on bool\nmodule s 'modules/s.bicep' = {\n  name: 's'\n  params: { https: on }\n}\n"),
            ),
            ("envs/prod.bicepparam", Some("using '../main.bicep'\nparam on = true\n")),
        ],
        change: &[("envs/prod.bicepparam", Some("using '../main.bicep'\nparam on = false\n"))],
        rule: "storage-account-plain-http",
        fails: "modules/s.bicep",
        cause: Some("envs/prod.bicepparam"),
    },
    Row {
        name: "bicep: the base of a file of parameters",
        before: &[
            ("s.bicep", Some(BICEP)),
            ("base.bicepparam", Some("using none\nparam https = true\n")),
            ("prod.bicepparam", Some("using 's.bicep'\nextends 'base.bicepparam'\n")),
        ],
        change: &[("base.bicepparam", Some("using none\nparam https = false\n"))],
        rule: "storage-account-plain-http",
        fails: "s.bicep",
        cause: Some("base.bicepparam"),
    },
    Row {
        name: "bicep: a parameter file in JSON",
        before: &[
            ("s.bicep", Some(BICEP)),
            ("s.parameters.json", Some("{\"parameters\": {\"https\": {\"value\": true}}}\n")),
        ],
        change: &[("s.parameters.json", Some("{\"parameters\": {\"https\": {\"value\": false}}}\n"))],
        rule: "storage-account-plain-http",
        fails: "s.bicep",
        cause: Some("s.parameters.json"),
    },
    Row {
        name: "bicep: what is imported and loaded",
        before: &[
            (
                "s.bicep",
                Some(
                    "import { https } from 'shared.bicep'\nresource s 'Microsoft.Storage/storageAccounts@2023-01-01' = {\n  name: 's'\n  properties: {\n    supportsHttpsTrafficOnly: https\n  }\n}\n",
                ),
            ),
            ("shared.bicep", Some("@export()\nvar https = loadJsonContent('./d/s.json').https\n")),
            ("d/s.json", Some("{\"https\": true}\n")),
        ],
        change: &[("d/s.json", Some("{\"https\": false}\n"))],
        rule: "storage-account-plain-http",
        fails: "s.bicep",
        cause: Some("d/s.json"),
    },
    Row {
        name: "ansible: a default of a role",
        before: &[
            ("roles/web/tasks/main.yml", Some(ANSIBLE_TASK)),
            ("roles/web/defaults/main.yml", Some("upload_mode: \"0755\"\n")),
        ],
        change: &[("roles/web/defaults/main.yml", Some("upload_mode: \"0777\"\n"))],
        rule: "ansible-file-world-writable",
        fails: "roles/web/tasks/main.yml",
        cause: Some("roles/web/defaults/main.yml"),
    },
    Row {
        name: "ansible: a variable of all hosts",
        before: &[
            ("roles/web/tasks/main.yml", Some(ANSIBLE_TASK)),
            ("group_vars/all.yml", Some("upload_mode: \"0755\"\n")),
        ],
        change: &[("group_vars/all.yml", Some("upload_mode: \"0777\"\n"))],
        rule: "ansible-file-world-writable",
        fails: "roles/web/tasks/main.yml",
        cause: Some("group_vars/all.yml"),
    },
    Row {
        name: "kubernetes: a policy that others rely on goes",
        before: &[
            ("ns.yaml", Some("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")),
            (
                "policy.yaml",
                Some(
                    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec: {podSelector: {}}\n",
                ),
            ),
        ],
        change: &[("policy.yaml", None)],
        rule: "namespace-without-network-policy",
        fails: "ns.yaml",
        cause: None,
    },
    Row {
        name: "sshd: a fragment goes",
        before: &[
            ("etc/ssh/sshd_config", Some("Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\n")),
            ("etc/ssh/sshd_config.d/10.conf", Some("PermitRootLogin no\n")),
            ("etc/ssh/sshd_config.d/20.conf", Some("X11Forwarding no\n")),
        ],
        change: &[("etc/ssh/sshd_config.d/10.conf", None)],
        rule: "sshd-root-login",
        fails: "etc/ssh/sshd_config",
        cause: None,
    },
    Row {
        name: "systemd: a drop-in goes",
        before: &[
            ("a.service", Some("[Service]\nExecStart=/a\nUser=a\n")),
            ("a.service.d/10.conf", Some("[Service]\nNoNewPrivileges=yes\n")),
        ],
        change: &[("a.service.d/10.conf", None)],
        rule: "systemd-service-may-gain-privileges",
        fails: "a.service",
        cause: None,
    },
    Row {
        name: "helm: a value for a chart that stands beside",
        before: &[
            (
                "app/Chart.yaml",
                Some(
                    "apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n  - name: a\n    version: 0.1.0\n    repository: file://../lib\n",
                ),
            ),
            ("app/values.yaml", Some("a:\n  p: false\n")),
            ("lib/Chart.yaml", Some(CHART)),
            ("lib/values.yaml", Some("p: false\n")),
            ("lib/templates/pod.yaml", Some(POD)),
        ],
        change: &[("app/values.yaml", Some("a:\n  p: true\n"))],
        rule: PRIVILEGED,
        fails: "lib/templates/pod.yaml",
        cause: Some("app/values.yaml"),
    },
    Row {
        name: "gitlab: a pipeline that a job starts",
        before: &[
            (".gitlab-ci.yml", Some("start:\n  trigger:\n    include:\n      - local: ci/child.yml\n")),
            ("ci/child.yml", Some("job:\n  script:\n    - curl https://example.com/a\n")),
        ],
        change: &[("ci/child.yml", Some("job:\n  script:\n    - curl -k https://example.com/a\n"))],
        rule: "command-skips-certificate-check",
        fails: "ci/child.yml",
        cause: None,
    },
    Row {
        name: "dockerfile: of any name, named by a project",
        before: &[
            ("compose.yaml", Some("services:\n  a:\n    build:\n      dockerfile: image.build\n")),
            ("image.build", Some("FROM debian:12\nRUN curl https://example.com/a\n")),
        ],
        change: &[("image.build", Some("FROM debian:12\nRUN curl -k https://example.com/a\n"))],
        rule: "command-skips-certificate-check",
        fails: "image.build",
        cause: None,
    },
    Row {
        name: "nginx: a part of directives alone",
        before: &[
            ("web/nginx.conf", Some("http { include parts/tls.conf; server { listen 443 ssl; } }\n")),
            ("web/parts/tls.conf", Some("ssl_protocols TLSv1.2 TLSv1.3;\n")),
        ],
        change: &[("web/parts/tls.conf", Some("ssl_protocols TLSv1 TLSv1.2;\n"))],
        rule: "endpoint-old-tls",
        fails: "web/nginx.conf",
        cause: Some("web/parts/tls.conf"),
    },
    Row {
        name: "dockerfile: a workflow comes to build it",
        before: &[
            ("image.build", Some("FROM debian:12\nRUN curl -k https://example.com/a\n")),
            (".github/workflows/a.yml", Some("on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n")),
        ],
        change: &[(
            ".github/workflows/a.yml",
            Some("on: push\njobs: {a: {runs-on: x, steps: [{run: 'docker build -f image.build .'}]}}\n"),
        )],
        rule: "command-skips-certificate-check",
        fails: "image.build",
        cause: None,
    },
    Row {
        name: "github actions: what a caller hands in",
        before: &[
            (".github/workflows/a.yml", Some(CALLER)),
            (
                ".github/workflows/b.yml",
                Some(
                    "on: {workflow_call: {inputs: {t: {type: string}}}}\njobs:\n  b:\n    runs-on: x\n    steps: [{run: 'echo ${{ inputs.t }}'}]\n",
                ),
            ),
        ],
        change: &[(
            ".github/workflows/a.yml",
            Some(
                "on: issues\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    with: {t: '${{ github.event.issue.title }}'}\n",
            ),
        )],
        rule: "template-injection",
        fails: ".github/workflows/b.yml",
        cause: Some(".github/workflows/a.yml"),
    },
    Row {
        name: "github actions: what an action returns",
        before: &[
            (
                ".github/workflows/a.yml",
                Some(
                    "on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {id: s, uses: ./tools}\n      - run: echo ${{ steps.s.outputs.o }}\n",
                ),
            ),
            ("tools/action.yml", Some("outputs: {o: {value: x}}\nruns: {using: composite, steps: []}\n")),
        ],
        change: &[(
            "tools/action.yml",
            Some("outputs: {o: {value: '${{ github.event.issue.title }}'}}\nruns: {using: composite, steps: []}\n"),
        )],
        rule: "template-injection",
        fails: ".github/workflows/a.yml",
        cause: Some("tools/action.yml"),
    },
];

/// What is wrong with a row, by every way to ask.
fn faults(row: &Row) -> Vec<String> {
    let scene = Scene::with(row.before);
    let mut faults = Vec::new();
    let mut expect = |how: &str, (status, found): (i32, Vec<(String, String)>)| {
        let cause = row.cause.unwrap_or("");
        let right = found.iter().any(|(file, named)| file == row.fails && named == cause);
        if status != 1 || !right {
            faults.push(format!("{}: {how}: exit {status}, {found:?}", row.name));
        }
    };
    scene.write(row.change);
    expect("--changed", scene.failing(row.rule, &["--changed"]));
    // Settings are taken from the base: what they say counts from the next change on.
    if !row.change.iter().any(|(path, _)| *path == "annexa.toml") {
        expect("--base HEAD", scene.failing(row.rule, &["--base", "HEAD"]));
        if row.cause.is_some() && row.change.iter().all(|(_, text)| text.is_some()) {
            let named: Vec<&str> = row.change.iter().map(|(path, _)| *path).collect();
            expect("--base HEAD, by its name", scene.failing(row.rule, &[&["--base", "HEAD"], &named[..]].concat()));
        }
    }
    scene.git(&["add", "-A"]);
    expect("--staged", scene.failing(row.rule, &["--staged"]));
    let named: Vec<&str> = row.change.iter().filter(|(_, text)| text.is_some()).map(|(path, _)| *path).collect();
    if row.cause.is_some() {
        expect("by its name", scene.failing(row.rule, &named));
    }
    // What is there once is no news with the next change of the same files.
    scene.git(&["commit", "-q", "-m", "x"]);
    for path in named {
        let path = scene.0.path().join(path);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}\n")).unwrap();
    }
    scene.write(&[("notes.md", Some("# Notes\n"))]);
    for how in [&["--changed"][..], &["--base", "HEAD"]] {
        let (status, found) = scene.failing(row.rule, how);
        if (status, found.len()) != (0, 0) {
            faults.push(format!("{}: {how:?} again: exit {status}, {found:?}", row.name));
        }
    }
    scene.git(&["add", "-A"]);
    let (status, found) = scene.failing(row.rule, &["--staged"]);
    if (status, found.len()) != (0, 0) {
        faults.push(format!("{}: --staged again: exit {status}, {found:?}", row.name));
    }
    faults
}

#[test]
fn what_a_change_breaks_elsewhere_is_reported_and_nothing_old() {
    let faults: Vec<String> = ROWS.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_elsewhere_changes_what_is_named_through_it() {
    let scene = Scene::with(&[
        ("one/main.tf", Some(DATABASE)),
        ("one/variables.tf", Some(SAFE)),
        ("two/main.tf", Some(DATABASE)),
        ("two/variables.tf", Some(UNSAFE)),
        ("app/main.tf", Some("module \"m\" {\n  source = \"./m\"\n}\n")),
    ]);
    let link = scene.0.path().join("app/m");
    std::os::unix::fs::symlink("../one", &link).unwrap();
    scene.git(&["add", "-A"]);
    scene.git(&["commit", "-q", "-m", "x"]);
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("../two", &link).unwrap();
    let run = scene.failing(RDS, &["--changed"]);
    assert!(run.1.iter().any(|(file, _)| file == "two/main.tf"), "--changed: {run:?}");
    scene.git(&["add", "-A"]);
    let run = scene.failing(RDS, &["--staged"]);
    assert!(run.1.iter().any(|(file, _)| file == "two/main.tf"), "--staged: {run:?}");
}

#[test]
fn what_is_staged_is_judged_by_the_settings_that_are_staged() {
    let scene = Scene::with(&[("main.tf", Some(DATABASE)), ("variables.tf", Some(SAFE)), ("annexa.toml", Some(""))]);
    scene.write(&[("variables.tf", Some(UNSAFE))]);
    scene.git(&["add", "-A"]);
    scene.write(&[("annexa.toml", Some("exclude = [\"**\"]\n"))]);
    assert_eq!(scene.failing(RDS, &["--staged"]).0, 1);
    scene.git(&["rm", "-q", "--cached", "annexa.toml"]);
    let (status, text) = scene.check(&["--staged", "--format", "concise", "--rule", RDS]);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("annexa.toml: notice[settings::not-staged]"), "{text}");
}

#[test]
fn a_commit_of_what_annexa_knows_nothing_of_passes() {
    let scene = Scene::new();
    scene.write(&[("main.py", Some("print(1)\n")), ("web/style.css", Some("a { color: red }\n"))]);
    for arguments in [&["main.py"][..], &["main.py", "web/style.css"]] {
        let (status, text) = scene.check(&[&["--format", "concise"], arguments].concat());
        assert_eq!(status, 0, "{text}");
        assert!(text.contains("nothing to check in main.py"), "{text}");
    }
    scene.git(&["add", "-A"]);
    assert_eq!(scene.check(&["--staged"]).0, 0);
    assert_eq!(scene.check(&["mian.py"]).0, 2, "a path that does not exist is a mistake");
    assert_eq!(scene.check(&["main.py", "mian.py"]).0, 2);
    assert_eq!(scene.check(&["web"]).0, 2, "a folder without anything to check is one too");
}

#[test]
fn where_there_is_no_file_there_is_nothing_to_scan() {
    let empty = tempfile::tempdir().unwrap();
    let scene = Scene::with(&[("main.tf", Some(DATABASE)), ("v.tf", Some(UNSAFE))]);
    std::fs::create_dir(scene.0.path().join("empty")).unwrap();
    for arguments in [vec!["empty".to_owned()], vec![root(empty.path())], vec!["--exclude".to_owned(), "**".to_owned()]]
    {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (status, text) = scene.check(&arguments);
        assert_eq!(status, 2, "{arguments:?}: {text}");
    }
    scene.write(&[("annexa.toml", Some("exclude = [\"**\"]\n"))]);
    assert_eq!(scene.check(&[]).0, 2);
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let scene = Scene::new();
    scene.write(&[("main.tf", Some(DATABASE)), ("v.tf", Some(UNSAFE))]);
    scene.git(&["add", "-A"]);
    for how in ["--staged", "--changed"] {
        let (status, found) = scene.failing(RDS, &[how]);
        assert_eq!((status, found.len()), (1, 1), "{how}: {found:?}");
    }
}

#[test]
fn formats_point_at_the_change_and_name_what_fails() {
    let scene = Scene::with(&[("main.tf", Some(DATABASE)), ("variables.tf", Some(SAFE))]);
    scene.write(&[("variables.tf", Some(UNSAFE))]);
    for (format, primary, other) in [
        ("concise", "variables.tf:2:13: high[rds-storage-unencrypted]", "main.tf:2:3"),
        ("github", "::error file=variables.tf,line=2", "main.tf:2:3"),
        ("gitlab", "\"path\": \"variables.tf\"", "main.tf:2:3"),
        ("junit", "file=\"variables.tf\"", "main.tf:2:3"),
        ("markdown", "<code>variables.tf:", "<code>main.tf:"),
        ("sarif", "\"uri\": \"variables.tf\"", "\"uri\": \"main.tf\""),
    ] {
        let (_, text) = scene.check(&["--changed", "--rule", RDS, "--format", format]);
        let (first, second) = (text.find(primary), text.find(other));
        assert!(first.is_some() && second.is_some(), "{format}: {text}");
    }
}
