"""Inputs that are small to write and large to evaluate, or long in one place: what a run over each takes.

    python3 benches/bombs.py BINARY [NAME...]          time, memory and exit status of each, and whether the rest was judged
    python3 benches/bombs.py --make DIR [NAME...]      only writes the inputs

Each is a folder with one more file beside it (`rest.tf`, with one thing that is wrong): a finding about that file must be
in the report whatever the other files do. A run may take 10 seconds and 512 MB. No packages; Python 3.11, Linux.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

REST = 'resource "aws_db_instance" "rest" {\n  storage_encrypted   = false\n  publicly_accessible = true\n}\n'
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: \"r.example.org/x:latest\"}]}\n"
CFN = "AWSTemplateFormatVersion: 2010-09-09\n"
ARM = '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",'


def write(path, text):
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w").write(text)


def count_times_count():
    write("a/main.tf", 'module "r" {\n  source = "./m"\n  count  = 1000\n}\n')
    write("a/m/main.tf", 'resource "aws_db_instance" "x" {\n  count = 1000\n}\n')


def many_counts():
    for at in range(1000):
        write(f"r{at}/main.tf", 'resource "aws_db_instance" "x" {\n  count = 1000\n}\n')


def for_in_for():
    write("a/main.tf", "locals {\n  a = [for i in range(1000) : [for j in range(1000) : [for k in range(1000) : i * j * k]]]\n}\n"
          'resource "aws_s3_bucket" "b" {\n  tags = { x = jsonencode(local.a) }\n}\n')


def locals_that_double():
    lines = ['  a0 = ["x", "y"]'] + [f"  a{i + 1} = concat(local.a{i}, local.a{i})" for i in range(60)]
    write("a/main.tf", "locals {\n" + "\n".join(lines) + '\n}\nresource "aws_s3_bucket" "b" {\n  bucket = join("", local.a60)\n}\n')


def texts_that_double():
    lines = ['  a0 = "xxxxxxxxxxxxxxxx"'] + [f'  a{i + 1} = "${{local.a{i}}}${{local.a{i}}}"' for i in range(60)]
    write("a/main.tf", "locals {\n" + "\n".join(lines) + '\n}\nresource "aws_s3_bucket" "b" {\n  bucket = local.a60\n}\n')


def dynamic_in_dynamic():
    block = "content {\n a = 1\n }\n"
    for name in "zyx":
        block = f'dynamic "{name}" {{\n for_each = range(1000)\n content {{\n' + (block if name != "z" else "a = 1\n") + "}\n}\n"
    write("a/main.tf", 'resource "aws_security_group" "x" {\n' + block + "}\n")


def template_calls_itself():
    write("a/main.tf", 'resource "aws_s3_bucket" "b" {\n  bucket = templatefile("${path.module}/a.tftpl", { n = 1 })\n}\n')
    write("a/a.tftpl", '${templatefile("a.tftpl", { n = n })}${templatefile("a.tftpl", { n = n })}\n')


def long_variables():
    write("a/main.tf", 'variable "x0" {}\nresource "aws_s3_bucket" "b" {\n  bucket = var.x0\n}\n')
    write("a/terraform.tfvars", "".join(f'x{i} = "value {i}"\n' for i in range(200_000)))


def many_resources():
    write("a/main.tf", "".join(f'resource "aws_s3_bucket" "b{i}" {{\n  bucket = "b{i}"\n}}\n' for i in range(20_000)))


def sub_times_sub():
    write("t.yaml", CFN + 'Resources:\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub ["' + "${A}" * 100_000 + '", {A: "' + "a" * 100_000 + '"}]}}\n')


def long_sub():
    write("t.yaml", CFN + 'Parameters: {A: {Type: String}}\nResources:\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "' + "${A}xx" * 100_000 + '"}}\n')


def loop_in_loop():
    items = "[" + ", ".join(f"i{i}" for i in range(300)) + "]"
    body = '{"B${A}${B}${C}": {"Type": "AWS::S3::Bucket"}}'
    for name in "CBA":
        body = f'{{"Fn::ForEach::{name}": ["{name}", {json.dumps([f"i{i}" for i in range(300)])}, {body}]}}'
    write("t.json", '{"Resources": ' + body + "}")
    del items


def join_times_join():
    text = json.dumps(["", ["x" * 1000] * 1000])
    for _ in range(6):
        text = '["", [' + ", ".join([f'{{"Fn::Join": {text}}}'] * 2) + "]]"
    write("t.json", '{"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Join": ' + text + "}}}}}")


def nested_stacks():
    for i in range(8):
        inner = "".join(f"  N{j}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: t{i + 1}.yaml}}}}\n" for j in range(20))
        write(f"t{i}.yaml", CFN + "Resources:\n" + inner)
    write("t8.yaml", CFN + "Resources:\n  B: {Type: AWS::S3::Bucket}\n")


def arm_copies():
    inner = "[range(0, 60000)]"
    write("azuredeploy.json", ARM + '"variables": {' + ", ".join(f'"v{i}": "[concat(variables(\'v{i + 1}\'), variables(\'v{i + 1}\'))]"' for i in range(50)) +
          ', "v50": ' + json.dumps(inner) + '}, "resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2021-04-01", "name": "a", "tags": {"x": "[string(variables(\'v0\'))]"},'
          ' "copy": {"name": "c", "count": 800}, "properties": {}}]}')


def arm_nested():
    resources = '[{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2021-04-01", "name": "a", "properties": {}}]'
    for level in range(4):
        one = '{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "n%d", "properties": {"mode": "Incremental", "template": ' % level + ARM + '"resources": ' + resources + "}}}"
        resources = "[" + ", ".join([one] * 12) + "]"
    write("azuredeploy.json", ARM + '"resources": ' + resources + "}")


def bicep_loops():
    write("main.bicep", "var a = range(0, 60)\n" + "".join(f"var b{i} = [for x in {'a' if i == 0 else f'b{i - 1}'}: {{ k: {'a' if i == 0 else f'b{i - 1}'} }}]\n" for i in range(20)) +
          "resource s 'Microsoft.Storage/storageAccounts@2021-04-01' = [for x in b19: {\n  name: 'n'\n  tags: { x: string(b19) }\n}]\n")


def chart(files):
    write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n")
    for name, text in files.items():
        write(f"c/{name}", text)


def helm_repeat():
    chart({"templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n" + '  x: "{{ repeat 100000 (repeat 100000 "a") }}"\n'})


def helm_ranges():
    chart({"templates/a.yaml": "{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}\n---\n" + POD + "{{ end }}{{ end }}{{ end }}\n"})


def helm_objects():
    chart({"templates/a.yaml": "{{ range until 100000 }}\n---\n" + POD + "{{ end }}\n"})


def helm_include():
    chart({"templates/_h.tpl": '{{ define "a" }}{{ include "a" . }}{{ include "a" . }}{{ end }}', "templates/a.yaml": '{{ include "a" . }}\n'})


def helm_tpl():
    chart({"values.yaml": "x: '{{ tpl .Values.x . }}{{ tpl .Values.x . }}'\n", "templates/a.yaml": "{{ tpl .Values.x . }}\n"})


def laughs():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"] + [f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 10) + "]" for i in range(1, 12)]
    write("p.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {}\n" + "\n".join(lines) + "\n")


def compose_laughs():
    lines = ["x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]"] + [f"x-a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 10) + "]" for i in range(1, 12)]
    write("compose.yaml", "\n".join(lines) + "\nservices:\n  a: {image: x, command: *a11}\n")


def compose_variables():
    write("c/.env", "V0=" + "x" * 16 + "\n" + "".join(f"V{i}=${{V{i - 1}}}${{V{i - 1}}}\n" for i in range(1, 40)))
    write("c/compose.yaml", "services:\n" + "".join(f"  s{i}:\n    image: x:1\n    command: ${{V39}}\n" for i in range(100)))


def kustomize_copies():
    write("k/kustomization.yaml", "resources: [p.yaml]\npatches:\n- target: {kind: Pod}\n  patch: |\n" + "".join(f"    - {{op: copy, from: /spec, path: /spec/x{i}}}\n" for i in range(40)))
    write("k/p.yaml", POD)


def kustomize_replacements():
    rows = "".join(f"- source: {{kind: Pod, name: p, fieldPath: spec}}\n  targets: [{{select: {{kind: Pod}}, fieldPaths: [spec.x{i}], options: {{create: true}}}}]\n" for i in range(40))
    write("k/kustomization.yaml", "resources: [p.yaml]\nreplacements:\n" + rows)
    write("k/p.yaml", POD)


def kustomize_diamonds():
    for i in range(20):
        for side in "ab":
            write(f"k{i}{side}/kustomization.yaml", f"namePrefix: {side}-\nresources: [../k{i + 1}a, ../k{i + 1}b]\n")
    for side in "ab":
        write(f"k20{side}/kustomization.yaml", "resources: [p.yaml]\n")
        write(f"k20{side}/p.yaml", POD)
    write("top/kustomization.yaml", "resources: [../k0a, ../k0b]\n")


def gitlab_jobs():
    write(".gitlab-ci.yml", '.base: {script: [x], image: "r.example.org/a:latest"}\n' + "".join(f"j{i}: {{extends: .base}}\n" for i in range(50_000)))


def gitlab_chain():
    write(".gitlab-ci.yml", "".join(f".j{i}: {{extends: [" + ", ".join(f".j{k}" for k in range(max(0, i - 10), i)) + f"], script: [x{i}], variables: {{V{i}: x}}}}\n" for i in range(3000)))


def gitlab_matrix():
    rows = "\n".join(f"      - {{A{i}: [" + ", ".join(map(str, range(200))) + f"], B{i}: [" + ", ".join(map(str, range(200))) + "]}" for i in range(200))
    write(".gitlab-ci.yml", "j:\n  script: [echo $A0]\n  image: \"$A0:$B0\"\n  parallel:\n    matrix:\n" + rows + "\n")


def gitlab_includes():
    for i in range(150):
        write(f"ci/{i}.yml", "include:\n" + "".join(f"- local: /ci/{k}.yml\n" for k in range(150)) + f"j{i}: {{script: [x]}}\n")
    write(".gitlab-ci.yml", "include: [{local: /ci/0.yml}]\n")


def github_matrix():
    rows = "\n".join(f"        k{i}: [" + ", ".join(map(str, range(100))) + "]" for i in range(50))
    write(".github/workflows/a.yml", "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    strategy:\n      matrix:\n" + rows + "\n    steps:\n    - run: echo " + " ".join("${{ matrix.k%d }}" % i for i in range(50)) + "\n")


def github_calls():
    for i in range(1000):
        write(f".github/workflows/w{i}.yml", "on: {workflow_call: {inputs: {x: {type: string}}}}\njobs:\n" + "".join(
            f"  j{k}:\n    uses: ./.github/workflows/w{(i * 7 + k) % 1000}.yml\n    with: {{x: '${{{{ inputs.x }}}}'}}\n" for k in range(4)) +
            "  z:\n    runs-on: ubuntu-24.04\n    steps:\n    - run: echo ${{ inputs.x }}\n")


def github_steps():
    write(".github/workflows/a.yml", "on: issues\npermissions: {}\njobs:\n" + "".join(
        f"  j{i}:\n    runs-on: ubuntu-24.04\n    steps:\n    - run: echo ${{{{ github.event.issue.title }}}}\n" for i in range(30_000)))


def github_checks():
    for i in range(11):
        write(f".github/workflows/w{i}.yml", "on: [push, workflow_call]\njobs:\n" + "".join(
            f"  j{k}:\n" + (f"    uses: ./.github/workflows/w{i + 1}.yml\n" if i < 10 else "    runs-on: ubuntu-24.04\n    steps: [{run: a}]\n") for k in range(20)))
    write(".github/settings.yml", "branches:\n- name: main\n  protection: {required_status_checks: {contexts: [a, b]}}\n")


def ansible_chains():
    for name, sign in [("or", " or a"), ("and", " and a"), ("text", " ~ a"), ("filter", " | lower"), ("choice", " if a else a")]:
        write(f"{name}/site.yml", "- hosts: all\n  tasks:\n  - ansible.builtin.get_url: {url: \"{{ a" + sign * 100_000 + " }}\", dest: /a}\n")


def sql_dollars():
    write("a.sql", "GRANT a TO b;\n" + " ".join(f"$a{i}$" for i in range(100_000)))


def systemd_lines():
    write("a.service", "[Service]\n" + "".join(f"Environment=A{i}=b\n" for i in range(20_000)))


def env_lines():
    write(".env", "A0=x\n" + "".join(f"A{i + 1}=$A{i}$A{i}\n" for i in range(20_000)))


def suppressions():
    write("a/main.tf", "".join(f'resource "aws_s3_bucket" "b{i}" {{ # annexa:ignore s3-bucket-not-versioned a reason\n}}\n' for i in range(20_000)))


def deep_json():
    write("a.json", '{"Resources": ' + "[" * 100_000 + "]" * 100_000 + "}")


def long_line():
    write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: \"" + "a b=c " * (100 * (1 << 20) // 6) + "\"}\n")


def long_texts():
    write("a/main.tf", "".join(f'resource "aws_s3_bucket" "b{i}" {{\n  bucket = "{"a-" * 20_000}{i}"\n}}\n' for i in range(200)))


def members_times_resources():
    write("a/main.tf", "".join(f'resource "aws_s3_bucket" "b{i}" {{\n  bucket = "b"\n}}\nresource "aws_s3_bucket_versioning" "v{i}" {{\n  bucket = "b"\n'
                               '  versioning_configuration {\n    status = "Disabled"\n  }\n}\n' for i in range(4_000)))


def policy_statements():
    rows = ",\n".join('{ Effect = "Allow", Action = "s3:Get*", Resource = "*" }' for i in range(5_000))
    write("a/main.tf", 'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Version = "2012-10-17", Statement = [' + rows + "] })\n}\n")


def security_rules():
    rows = "".join(f'  ingress {{\n    from_port = {i}\n    to_port = {i}\n    protocol = "tcp"\n    cidr_blocks = ["10.0.{i % 200}.0/24"]\n  }}\n' for i in range(5_000))
    write("a/main.tf", 'resource "aws_security_group" "g" {\n' + rows + "}\n")


def docker_lines():
    write("Dockerfile", "FROM debian:12\n" + "".join(f"ARG A{i}=$A{i - 1}$A{i - 1}\nRUN echo $A{i} && curl -k https://example.org/{i}\n" for i in range(1, 10_000)))


def ansible_tasks():
    write("playbook.yml", "- hosts: all\n  vars: {" + ", ".join(f"v{i}: \"{{{{ v{i + 1} }}}}{{{{ v{i + 1} }}}}\"" for i in range(200)) + ", v200: x}\n  tasks:\n" +
          "".join(f"  - name: t{i}\n    ansible.builtin.shell: echo {{{{ v0 }}}}\n" for i in range(5_000)))


def pipelines_each():
    write("azure-pipelines.yml", "parameters:\n- name: l\n  type: object\n  default: [" + ", ".join(map(str, range(1000))) + "]\nsteps:\n" +
          "- ${{ each a in parameters.l }}:\n  - ${{ each b in parameters.l }}:\n    - ${{ each c in parameters.l }}:\n      - script: echo ${{ a }} ${{ b }} ${{ c }}\n")


def commands_calling_commands():
    text = "version: 2.1\ncommands:\n  c0: {parameters: {a: {type: string}}, steps: [{run: 'echo << parameters.a >>'}]}\n"
    for i in range(1, 60):
        call = f"c{i - 1}: {{a: '<< parameters.a >><< parameters.a >>'}}"
        text += f"  c{i}: {{parameters: {{a: {{type: string}}}}, steps: [{{{call}}}, {{{call}}}]}}\n"
    write(".circleci/config.yml", text + "jobs:\n" + "".join(f"  j{i}: {{docker: [{{image: a}}], steps: [{{c59: {{a: {'x' * 16}}}}}]}}\n" for i in range(20)))


def service_variables():
    rows = "".join(f"  a{i}: '${{self:custom.a{i + 1}}}${{self:custom.a{i + 1}}}'\n" for i in range(50))
    write("serverless.yml", "service: a\nprovider: {name: aws}\ncustom:\n" + rows + "  a50: " + "x" * 64 + "\n")


def manifests():
    write("all.yaml", "---\n".join(POD.replace("name: p", f"name: p{i}") for i in range(20_000)))


def rbac():
    rows = []
    for i in range(4_000):
        rows.append(f"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: r{i}}}\nrules: [{{apiGroups: ['*'], resources: ['*'], verbs: ['*']}}]\n")
        rows.append(f"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: b{i}}}\nroleRef: {{kind: ClusterRole, name: r{i}, apiGroup: rbac.authorization.k8s.io}}\n"
                    "subjects: [{kind: Group, name: 'system:authenticated', apiGroup: rbac.authorization.k8s.io}]\n")
    write("all.yaml", "---\n".join(rows))


BOMBS = {name: value for name, value in list(globals().items()) if callable(value) and name not in ("write", "chart") and value.__module__ == __name__}


def made(name, folder):
    os.makedirs(folder)
    here = os.getcwd()
    os.chdir(folder)
    BOMBS[name]()
    write("rest/rest.tf", REST)
    os.chdir(here)


def measured(binary, folder):
    begin = time.monotonic()
    child = subprocess.Popen([binary, "check", ".", "--format", "json"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30)))
    out = open(os.path.join(folder, ".out"), "w+b")
    shutil.copyfileobj(child.stdout, out)
    _, status, usage = os.wait4(child.pid, 0)
    took = time.monotonic() - begin
    out.seek(0)
    rest = out.read().count(b"rest/rest.tf")
    os.remove(out.name)
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, os.waitstatus_to_exitcode(status), rest > 0


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--make"]:
        for name in arguments[2:] or BOMBS:
            made(name, os.path.join(arguments[1], name))
        return
    binary, names = os.path.abspath(arguments[0]), arguments[1:] or BOMBS
    wrong = 0
    for name in names:
        with tempfile.TemporaryDirectory() as parent:
            folder = os.path.join(parent, "in")
            made(name, folder)
            took, cpu, memory, status, rest = measured(binary, folder)
            bad = cpu > 20 or memory > 512 or status not in (0, 1, 2) or not rest
            wrong += bad
            print(f"{name:26} {took:6.1f} s {cpu:6.1f} s cpu {memory:6} MB  exit {status}{'' if rest else '  REST LOST'}{'  WRONG' if bad else ''}", flush=True)
    print(f"{wrong} wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
