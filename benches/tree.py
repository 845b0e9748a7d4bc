"""Makes a repository of 10,000 files with one commit: python3 benches/tree.py DIR [terraform|manifests|mixed]"""
import pathlib, subprocess, sys
root, kind = pathlib.Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "mixed"
def write(path, text):
    path = root / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
def module(n):
    for m in range(10):
        write(f"infra/{n // 50}/{n}/r{m}.tf", f'resource "aws_db_instance" "d{m}" {{\n  storage_encrypted = var.enc{m}\n  tags = {{ name = "d{m}" }}\n}}\n'
              f'variable "enc{m}" {{\n  default = true\n}}\n' + "# filler\n" * 20)
def manifest(n):
    write(f"k8s/{n // 100}/d{n}.yaml", f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d{n}\n  namespace: n{n // 100}\nspec:\n  replicas: 2\n  selector:\n    matchLabels: {{app: d{n}}}\n  template:\n    metadata:\n      labels: {{app: d{n}}}\n    spec:\n      containers:\n        - name: a\n          image: r.example.org/a:1\n          securityContext:\n            privileged: false\n")
def code(n):
    write(f"src/{n // 100}/m{n}.py", f"def f{n}():\n    return {n}\n" * 20)
def chart(n):
    write(f"charts/c{n}/Chart.yaml", f"apiVersion: v2\nname: c{n}\nversion: 0.1.0\n")
    write(f"charts/c{n}/values.yaml", "p: false\n")
    for m in range(8):
        write(f"charts/c{n}/templates/t{m}.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      securityContext:\n        privileged: {{ .Values.p }}\n")
if kind == "terraform":
    for n in range(1000): module(n)
elif kind == "manifests":
    for n in range(10000): manifest(n)
else:
    for n in range(250): module(n)
    for n in range(2500): manifest(n)
    for n in range(4000): code(n)
    for n in range(100): chart(n)
git = lambda *a: subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *a], cwd=root, check=True, stdout=subprocess.DEVNULL)
git("init", "-q", "."); git("add", "-A"); git("commit", "-qm", "x")
