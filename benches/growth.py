"""How computing time grows with the input: n and 4n of each construct of each language.

    python3 benches/growth.py BINARY [WORD...]         only the constructs whose names hold one of the words
    python3 benches/growth.py BINARY -n 4000 [WORD...] another n

Four times the input should take four times the time beyond that of a run over one. Time is what the process computed, so
a busy machine does little harm; what seems to grow is measured a second time. `tests/scaling.rs` counts memory and steps, which are exact; what goes
through a list for each item of a list shows only here. No packages; Python 3.11, Linux.
"""

import os
import resource
import subprocess
import sys
import tempfile

# A run that computes for longer is stopped.
MOST_SECONDS = 30

POD = "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}, labels: {{app: a{n}}}}}\nspec: {{containers: [{{name: a, image: x}}]}}\n"
SERVICE = "---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{n}}}\nspec: {{selector: {{app: a{n}}}}}\n"
ARM = '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [\n'

# name, file, before, one, between, after, files beside
CONSTRUCTS = [
    ("terraform: resources", "main.tf", "", 'resource "aws_s3_bucket" "b{n}" {{\n  bucket = "b{n}"\n}}\n'),
    ("terraform: locals", "main.tf", "locals {\n  a0 = 1\n}\n", "locals {{\n  a{m} = local.a{n}\n}}\n"),
    ("terraform: locals of one block", "main.tf", "locals {\n", "  a{n} = \"x{n}\"\n", "", "}\n"),
    ("terraform: variables", "main.tf", "", 'variable "x{n}" {{\n  default = "a"\n}}\nresource "aws_s3_bucket" "b{n}" {{\n  bucket = var.x{n}\n}}\n'),
    ("terraform: tfvars", "terraform.tfvars", "", 'x{n} = "v{n}"\n', "", "", {"main.tf": 'variable "x0" {}\nresource "aws_s3_bucket" "b" {\n  bucket = var.x0\n}\n'}),
    ("terraform: outputs", "main.tf", "", 'output "o{n}" {{\n  value = "{n}"\n}}\n'),
    ("terraform: modules", "main.tf", "", 'module "m{n}" {{\n  source = "./m"\n  x = "{n}"\n}}\n', "", "", {"m/main.tf": 'variable "x" {}\nresource "aws_s3_bucket" "b" {\n  bucket = var.x\n}\n'}),
    ("terraform: rules of a group", "main.tf", 'resource "aws_security_group" "g" {\n  name = "g"\n}\n', 'resource "aws_security_group_rule" "r{n}" {{\n  security_group_id = aws_security_group.g.id\n  type = "ingress"\n  from_port = {n}\n  to_port = {n}\n  protocol = "tcp"\n  cidr_blocks = ["10.0.0.0/8"]\n}}\n'),
    ("terraform: blocks of a group", "main.tf", 'resource "aws_security_group" "g" {\n', '  ingress {{\n    from_port = {n}\n    to_port = {n}\n    protocol = "tcp"\n    cidr_blocks = ["10.0.0.0/8"]\n  }}\n', "", "}\n"),
    ("terraform: open blocks of a group", "main.tf", 'resource "aws_security_group" "g" {\n', '  ingress {{\n    from_port = {n}\n    to_port = {n}\n    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }}\n', "", "}\n"),
    ("terraform: companions by reference", "main.tf", "", 'resource "aws_s3_bucket" "b{n}" {{\n  bucket = "b{n}"\n}}\nresource "aws_s3_bucket_versioning" "v{n}" {{\n  bucket = aws_s3_bucket.b{n}.id\n}}\n'),
    ("terraform: companions of one name", "main.tf", "", 'resource "aws_s3_bucket" "b{n}" {{\n  bucket = "b"\n}}\nresource "aws_s3_bucket_versioning" "v{n}" {{\n  bucket = "b"\n}}\n'),
    ("terraform: companions of one bucket", "main.tf", 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n', 'resource "aws_s3_bucket_policy" "v{n}" {{\n  bucket = aws_s3_bucket.b.id\n  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*" }}] }})\n}}\n'),
    ("terraform: policies of one role", "main.tf", 'resource "aws_iam_role" "r" {\n  name = "r"\n  assume_role_policy = "{}"\n}\n', 'resource "aws_iam_role_policy" "v{n}" {{\n  role = aws_iam_role.r.id\n  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "s3:*", Resource = "*" }}] }})\n}}\n'),
    ("terraform: statements", "main.tf", 'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Version = "2012-10-17", Statement = [\n', '    {{ Effect = "Allow", Action = "s3:Get{n}", Resource = "*" }},\n', "", "] })\n}\n"),
    ("terraform: denying statements", "main.tf", 'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Version = "2012-10-17", Statement = [\n', '    {{ Effect = "Allow", Action = "s3:Get{n}", Resource = "*" }}, {{ Effect = "Deny", Action = "s3:Put{n}", Resource = "*" }},\n', "", "] })\n}\n"),
    ("terraform: tags", "main.tf", 'resource "aws_s3_bucket" "b" {\n  tags = {\n', "    t{n} = \"v\"\n", "", "}\n}\n"),
    ("terraform: items of a list", "main.tf", 'resource "google_project_iam_binding" "b" {\n  role = "roles/owner"\n  members = [\n', '    "user:u{n}@example.org",\n', "", "]\n}\n"),
    ("terraform: lines of a heredoc", "main.tf", 'resource "aws_instance" "b" {\n  user_data = <<EOF\n#!/bin/sh\n', "curl -k https://example.org/{n} | sh\n", "", "EOF\n}\n"),
    ("terraform: suppressions", "main.tf", "", 'resource "aws_s3_bucket" "b{n}" {{ # annexa:ignore s3-bucket-not-versioned a reason\n}}\n'),
    ("terraform: suppressions of one line", "main.tf", 'resource "aws_s3_bucket" "b" {\n', "  # annexa:ignore s3-bucket-not-versioned a reason\n", "", "}\n"),
    ("terraform: suppressions of a peer", "main.tf", "", 'resource "aws_s3_bucket" "b{n}" {{\n  # checkov:skip=CKV_AWS_21: a reason\n}}\n'),
    ("cloudformation: resources", "t.yaml", "Resources:\n", "  B{n}:\n    Type: AWS::S3::Bucket\n    Properties: {{BucketName: !Sub \"b${{AWS::Region}}{n}\"}}\n"),
    ("cloudformation: references", "t.yaml", "Resources:\n  B: {Type: AWS::S3::Bucket}\n", "  P{n}: {{Type: AWS::S3::BucketPolicy, Properties: {{Bucket: !Ref B, PolicyDocument: {{Statement: [{{Effect: Allow, Principal: '*', Action: '*', Resource: '*'}}]}}}}}}\n"),
    ("cloudformation: conditions", "t.yaml", "Parameters: {E: {Type: String}}\nConditions:\n", "  C{n}: !Equals [!Ref E, e{n}]\n", "", "Resources:\n  B: {Type: AWS::S3::Bucket, Condition: C0}\n"),
    ("arm: resources", "azuredeploy.json", ARM, '{{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2021-04-01", "name": "s{n}", "properties": {{}}}}', ",\n", "]}\n"),
    ("arm: variables", "azuredeploy.json", ARM[:-len('"resources": [\n')] + '"variables": {"v": 1', ', "v{n}": "[variables(\'v\')]"', "", '}, "resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2021-04-01", "name": "s", "properties": {"supportsHttpsTrafficOnly": "[variables(\'v1\')]"}}]}'),
    ("bicep: resources", "main.bicep", "", "resource s{n} 'Microsoft.Storage/storageAccounts@2021-04-01' = {{\n  name: 's{n}'\n}}\n"),
    ("bicep: parameters", "main.bicep", "", "param p{n} string = 'a'\nresource s{n} 'Microsoft.Storage/storageAccounts@2021-04-01' = {{\n  name: p{n}\n}}\n"),
    ("kubernetes: pods", "all.yaml", "", POD),
    ("kubernetes: pods and services", "all.yaml", "", POD + SERVICE),
    ("kubernetes: pods of one service", "all.yaml", SERVICE.format(n=0), POD.replace("app: a{n}", "app: a0")),
    ("kubernetes: policies for all pods", "all.yaml", "", POD + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: n{n}}}\nspec: {{podSelector: {{}}}}\n"),
    ("kubernetes: containers", "p.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n", "  - {{name: c{n}, image: x}}\n"),
    ("kubernetes: roles and bindings", "all.yaml", "", "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: r{n}}}\nrules: [{{apiGroups: ['*'], resources: ['*'], verbs: ['*']}}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: b{n}}}\nroleRef: {{kind: ClusterRole, name: r{n}, apiGroup: rbac.authorization.k8s.io}}\nsubjects: [{{kind: User, name: u{n}, apiGroup: rbac.authorization.k8s.io}}]\n"),
    ("kubernetes: files", "p{n}.yaml", "", POD),
    ("compose: services", "compose.yaml", "services:\n", "  s{n}: {{image: \"x:{n}\", ports: [\"{n}:80\"]}}\n"),
    ("compose: services that extend", "compose.yaml", "services:\n  s0: {image: x}\n", "  s{m}: {{extends: {{service: s0}}}}\n"),
    ("gitlab: jobs that extend", ".gitlab-ci.yml", ".base: {script: [x], image: \"a:latest\"}\n", "j{n}: {{extends: .base}}\n"),
    ("gitlab: variables", ".gitlab-ci.yml", "j: {script: [\"echo $V1\"]}\nvariables:\n", "  V{n}: \"$V{m}\"\n"),
    ("gitlab: lines of a script", ".gitlab-ci.yml", "j:\n  script:\n", "  - echo {n} $CI_COMMIT_REF_NAME\n"),
    ("gitlab: needs", ".gitlab-ci.yml", "j0: {script: [x]}\n", "j{m}: {{script: [x], needs: [j{n}]}}\n"),
    ("github: jobs", ".github/workflows/a.yml", "on: issues\npermissions: {}\njobs:\n", "  j{n}:\n    runs-on: ubuntu-24.04\n    steps:\n    - run: echo ${{{{ github.event.issue.title }}}}\n"),
    ("github: jobs that need", ".github/workflows/a.yml", "on: issues\npermissions: {}\njobs:\n  j0: {runs-on: ubuntu-24.04, steps: [{run: a}]}\n", "  j{m}:\n    needs: j{n}\n    runs-on: ubuntu-24.04\n    steps:\n    - run: echo ${{{{ needs.j{n}.outputs.a }}}}\n"),
    ("github: steps", ".github/workflows/a.yml", "on: issues\njobs:\n  j:\n    runs-on: ubuntu-24.04\n    steps:\n", "    - run: echo ${{{{ github.event.issue.title }}}}\n"),
    ("github: steps with outputs", ".github/workflows/a.yml", "on: issues\njobs:\n  j:\n    runs-on: ubuntu-24.04\n    steps:\n", "    - id: s{n}\n      run: echo \"a=${{{{ github.event.issue.title }}}}\" >> $GITHUB_OUTPUT\n    - run: echo ${{{{ steps.s{n}.outputs.a }}}}\n"),
    ("github: variables", ".github/workflows/a.yml", "on: issues\njobs:\n  j:\n    runs-on: ubuntu-24.04\n    steps: [{run: a}]\n    env:\n", "      V{n}: ${{{{ github.event.issue.title }}}}\n"),
    ("github: lines of a script", ".github/workflows/a.yml", "on: issues\njobs:\n  j:\n    runs-on: ubuntu-24.04\n    steps:\n    - run: |\n", "        echo ${{{{ github.event.issue.title }}}} {n}\n"),
    ("github: workflows", ".github/workflows/w{n}.yml", "", "on: push\njobs:\n  j:\n    uses: ./.github/workflows/w{m}.yml\n"),
    ("azure: steps", "azure-pipelines.yml", "steps:\n", "- script: echo {n} $(Build.SourceBranchName)\n"),
    ("azure: jobs", "azure-pipelines.yml", "jobs:\n", "- job: j{n}\n  steps: [{{script: a}}]\n"),
    ("azure: variables", "azure-pipelines.yml", "steps: [{script: a}]\nvariables:\n", "  v{n}: $(v{m})\n"),
    ("circleci: jobs", ".circleci/config.yml", "version: 2.1\ncommands:\n  c: {steps: [{run: make}]}\njobs:\n", "  j{n}: {{docker: [{{image: \"x:latest\"}}], steps: [c, {{run: echo {n}}}]}}\n"),
    ("circleci: commands", ".circleci/config.yml", "version: 2.1\njobs: {j: {docker: [{image: a}], steps: [c1]}}\ncommands:\n", "  c{n}: {{steps: [{{run: make}}]}}\n"),
    ("circleci: workflows", ".circleci/config.yml", "version: 2.1\njobs: {j: {docker: [{image: a}], steps: [{run: a}]}}\nworkflows:\n", "  w{n}: {{jobs: [j]}}\n"),
    ("bitbucket: steps", "bitbucket-pipelines.yml", "pipelines:\n  default:\n", "  - step: {{image: \"x:latest\", script: [echo {n}]}}\n"),
    ("bitbucket: branches", "bitbucket-pipelines.yml", "pipelines:\n  branches:\n", "    b{n}: [{{step: {{image: \"x:latest\", script: [echo $BITBUCKET_BRANCH]}}}}]\n"),
    ("jenkins: stages", "Jenkinsfile", "", "stage('s{n}') {{ sh \"echo ${{params.A}} {n}\" }}\n"),
    ("jenkins: names", "Jenkinsfile", "node { sh \"${a1}\" }\n", "def a{n} = \"${{a{m}}}-{n}\"\n"),
    ("openapi: paths", "api.yaml", "openapi: 3.1.0\nsecurity: [{a: [b]}]\npaths:\n", "  /p{n}: {{get: {{security: [{{a: [b]}}]}}}}\n"),
    ("openapi: references", "api.yaml", "openapi: 3.1.0\ncomponents: {schemas: {S: {type: string}}}\npaths:\n", "  /p{n}: {{get: {{parameters: [{{name: a, in: query, schema: {{$ref: '#/components/schemas/S'}}}}]}}}}\n"),
    ("openapi: schemas", "api.yaml", "openapi: 3.1.0\npaths: {/a: {get: {}}}\ncomponents:\n  schemas:\n", "    S{n}: {{$ref: '#/components/schemas/S{m}'}}\n"),
    ("packer: sources", "a.pkr.hcl", "variable \"a\" {\n  default = \"x\"\n}\n", "source \"null\" \"s{n}\" {{\n  a = var.a\n}}\n"),
    ("serverless: functions", "serverless.yml", "service: a\nprovider: {name: aws, runtime: nodejs12.x}\nfunctions:\n", "  f{n}: {{handler: a, environment: {{A: \"${{self:service}}-{n}\"}}}}\n"),
    ("serverless: values", "serverless.yml", "service: a\nprovider: {name: aws, runtime: nodejs12.x}\nfunctions: {f: {handler: a}}\ncustom:\n", "  a{n}: ${{self:custom.a{m}}}\n"),
    ("argo: templates", "w.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec:\n  templates:\n", "  - {{name: t{n}, script: {{image: x, command: [sh], source: \"echo {{{{{{{{item}}}}}}}} {n}\"}}}}\n"),
    ("argo: steps", "w.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec:\n  entrypoint: m\n  templates:\n  - {name: t, script: {image: x, command: [sh], source: a}}\n  - name: m\n    steps:\n", "    - [{{name: s{n}, template: t}}]\n"),
    ("systemd: directives", "a.service", "[Service]\n", "Environment=A{n}=b\n"),
    ("systemd: commands", "a.service", "[Service]\n", "ExecStartPre=/bin/a{n}\n"),
    ("dockerfile: lines", "Dockerfile", "FROM debian:12\n", "RUN echo {n}\n"),
    ("dockerfile: arguments", "Dockerfile", "FROM debian:12\n", "ARG A{m}=$A{n}\nENV E{n}=$A{n}\n"),
    ("dockerfile: stages", "Dockerfile", "FROM debian:12 AS s0\n", "FROM s{n} AS s{m}\n"),
    ("dockerfile: commands of a line", "Dockerfile", "FROM debian:12\nRUN true", " \\\n && curl -k https://example.org/{n}"),
    ("ansible: tasks", "playbook.yml", "- hosts: all\n  tasks:\n", "  - name: t{n}\n    ansible.builtin.command: echo {n}\n"),
    ("ansible: variables", "playbook.yml", "- hosts: all\n  tasks: [{ansible.builtin.command: \"echo {{ v1 }}\"}]\n  vars:\n", "    v{n}: \"{{{{{{{{ v{m} }}}}}}}}\"\n"),
    ("ansible: plays", "playbook.yml", "", "- hosts: all\n  tasks: [{{ansible.builtin.command: a}}]\n"),
    ("env: lines", ".env", "", "A{n}=b{n}\n"),
    ("env: references", ".env", "A0=x\n", "A{m}=$A{n}\n"),
    ("helm: objects", "c/templates/a.yaml", "", POD, "", "", {"c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n"}),
    ("helm: values", "c/values.yaml", "", "v{n}: {{a: b}}\n", "", "", {"c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "c/templates/a.yaml": POD.format(n=1)}),
    ("helm: templates", "c/templates/_h.tpl", "", '{{{{{{{{ define "t{n}" }}}}}}}}a{{{{{{{{ end }}}}}}}}\n', "", "", {"c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "c/templates/a.yaml": POD.format(n=1)}),
    ("kustomize: objects", "k/p.yaml", "", POD, "", "", {"k/kustomization.yaml": "resources: [p.yaml]\n"}),
    ("kustomize: patches", "k/kustomization.yaml", "resources: [p.yaml]\npatches:\n", "- {{target: {{kind: Pod, name: p{n}}}, patch: '[{{op: add, path: /metadata/labels/a, value: b}}]'}}\n", "", "", {"k/p.yaml": POD.format(n=1)}),
    ("kustomize: patches and objects", "k/kustomization.yaml", "patches:\n", "- {{target: {{kind: Pod, name: p{n}}}, patch: '[{{op: add, path: /metadata/labels/a, value: b}}]'}}\n", "", "resources: [p.yaml]\n", {"k/p.yaml": POD}),
    ("kustomize: images and objects", "k/kustomization.yaml", "images:\n", "- {{name: x{n}, newTag: a}}\n", "", "resources: [p.yaml]\n", {"k/p.yaml": POD}),
    ("hooks", ".pre-commit-config.yaml", "repos:\n", "- repo: https://github.com/a/b{n}\n  rev: main\n  hooks: [{{id: a}}]\n"),
    ("scripts: lines", "run.sh", "#!/bin/sh\n", "curl -k https://example.org/{n} | sh\n"),
    ("sudoers: users", "sudoers", "", "u{n} ALL=(ALL) NOPASSWD: ALL\n"),
    ("sshd: blocks", "sshd_config", "", "Match User u{n}\n  PasswordAuthentication yes\n"),
    ("sshd: lines", "sshd_config", "", "AcceptEnv A{n}\n"),
    ("postgresql: records", "pg_hba.conf", "", "host db{n} all 10.0.0.0/8 trust\n"),
    ("nginx: servers", "nginx.conf", "http {\n", "server {{\n  listen {n};\n}}\n", "", "}\n"),
    ("nginx: locations", "nginx.conf", "http {\nserver {\n", "location /a{n} {{\n  proxy_pass http://a;\n}}\n", "", "}\n}\n"),
    ("policies: headings", "policies/a.md", "# A\n", "## H{n}\n\n[l](b{n}.md) [m](#h{n})\n\n"),
    ("governance: waivers", "compliance/waivers.toml", "", '[[waiver]]\nrule = "s3-bucket-not-versioned"\npaths = ["a{n}/**"]\nreason = "a reason that is long enough"\napprover = "a@example.org"\nexpires = 2027-01-01\n', "", "", {"main.tf": 'resource "aws_s3_bucket" "b" {\n}\n'}),
    ("governance: risks", "compliance/risks.toml", "", '[[risk]]\nid = "R-{n}"\ntitle = "a"\nowner = "a@example.org"\n', "", "", {"main.tf": 'resource "aws_s3_bucket" "b" {\n}\n'}),
    ("json: items", "a.json", '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": [0', ', {{"Key": "k{n}", "Value": "v"}}', "", "]}}}}"),
    ("toml: tables", "pyproject.toml", '[project]\nname = "a"\ndependencies = ["a"]\n', "[tool.t{n}]\na = 1\n"),
    ("packages: dependencies", "package.json", '{"name": "a", "dependencies": {"a": "1"', ', "d{n}": "^1.0.0"', "", "}}\n"),
]


def written(folder, construct, count):
    _, path, before, one = construct[:4]
    between, after, beside = (list(construct[4:]) + ["", "", {}][len(construct) - 4:])[:3]
    parts = [(at, one.format(n=at, m=at + 1)) for at in range(count)]
    files = {path: before + between.join(text for _, text in parts) + after}
    if "{n}" in path:
        files = {path.format(n=at): before + text + after for at, text in parts}
    for path, text in (files | beside).items():
        if path != construct[1] and "{n}" in text:
            text = "".join(text.format(n=at) for at in range(count))
        os.makedirs(os.path.dirname(os.path.join(folder, path)) or ".", exist_ok=True)
        open(os.path.join(folder, path), "w").write(text)


def computed(binary, construct, count):
    with tempfile.TemporaryDirectory() as folder:
        written(folder, construct, count)
        child = subprocess.Popen([binary, "check", ".", "--format", "concise", "--threads", "1"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS)))
        _, status, usage = os.wait4(child.pid, 0)
    # A run that is stopped by its limit of time ends by a signal.
    return usage.ru_utime + usage.ru_stime if os.waitstatus_to_exitcode(status) in (0, 1, 2) else None


def grown(binary, construct, of, base):
    one, four = computed(binary, construct, of), computed(binary, construct, 4 * of)
    return None if None in (one, four) else (one, four, (four - base) / max(one - base, 0.02))


def main():
    arguments = sys.argv[2:]
    count = 5_000
    if arguments[:1] == ["-n"]:
        count, arguments = int(arguments[1]), arguments[2:]
    binary = os.path.abspath(sys.argv[1])
    base = computed(binary, CONSTRUCTS[0], 1)
    for construct in CONSTRUCTS:
        if arguments and not any(word in construct[0] for word in arguments):
            continue
        of = count // 20 if "{n}" in construct[1] else count
        found = grown(binary, construct, of, base)
        if found and found[2] > 5.5 and found[1] > 0.3:
            found = min(found, grown(binary, construct, of, base), key=lambda found: found[2])
        if found is None:
            print(f"{construct[0]:38} stopped  GROWS", flush=True)
            continue
        one, four, growth = found
        print(f"{construct[0]:38} {of:6} {one:7.2f} s {four:7.2f} s  x {growth:4.1f}{'  GROWS' if growth > 5.5 and four > 0.3 else ''}", flush=True)


if __name__ == "__main__":
    main()
