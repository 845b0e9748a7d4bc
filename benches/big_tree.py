"""A tree of 100,500 files made of public repositories, and what a run over it takes beside `rg -c .`.

    python3 benches/big_tree.py --make DIR REPOSITORY...     writes DIR/infra and DIR/all
    python3 benches/big_tree.py --measure BINARY DIR         times and memory, as rows of a table

REPOSITORY is a clone (or a bare mirror, of which HEAD is taken). What a technology of infrastructure is written in goes below
`infra`: Terraform, YAML, JSON, Dockerfiles, INI, TOML, nginx and the like, each repository in a folder of its own, and again
under another name where all of them have fewer than 12,900 such files. `all` holds the same files (by hard links) and
filler up to 100,500: source code and texts of the repositories, copied again under other names where they run out. Nothing
of it is committed anywhere. No packages; Python 3.11, Linux, git; `rg` for the comparison.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

INFRASTRUCTURE, ALL = 12_900, 100_500
ENDS = (".tf", ".tfvars", ".tf.json", ".hcl", ".yaml", ".yml", ".bicep", ".bicepparam", ".service", ".conf", ".j2", ".tpl", ".toml", ".ini",
        ".json", ".env", ".mobileconfig", ".cfg")
NAMES = ("Dockerfile", "Containerfile", "Jenkinsfile", "CODEOWNERS")


def is_infrastructure(path):
    name = os.path.basename(path)
    return name.endswith(ENDS) or name.startswith(NAMES)


def lacking(repository):
    """The files of HEAD that a mirror does not hold, as patterns that leave them out."""
    listed = subprocess.run(["git", "-C", repository, "ls-tree", "-r", "-z", "HEAD"], capture_output=True, check=True).stdout
    files = [line.split(b"\t", 1) for line in listed.split(b"\0") if line]
    objects = b"\n".join(about.split()[2] for about, _ in files)
    told = subprocess.run(["git", "-C", repository, "cat-file", "--batch-check"], input=objects, capture_output=True, check=True).stdout
    return [b":(exclude,literal,top)" + path for (_, path), said in zip(files, told.splitlines()) if said.endswith(b"missing")]


def exported(repository, folder):
    """The files of HEAD, as plain files and without links; those that a mirror lacks are left out."""
    os.makedirs(folder, exist_ok=True)
    wanted = [b":/", *lacking(repository)]
    archive = subprocess.Popen(["git", "-C", repository, "archive", "--format=tar", "HEAD", "--", *wanted], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", folder], stdin=archive.stdout, check=False, stderr=subprocess.DEVNULL)
    if archive.wait() != 0:
        print(f"{repository}: left out, `git archive` failed", file=sys.stderr)
        return
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(parent, name)
            if not os.path.islink(path) and os.path.getsize(path) <= 4 << 20:
                yield os.path.relpath(path, folder)


def put(source, target):
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def filled(files, most, target):
    """Puts files below a folder until there are so many; those of a further turn in another folder."""
    count, turn = 0, 0
    while count < most and files:
        for source, relative in files:
            if count == most:
                break
            put(source, os.path.join(target, f"turn{turn}" if turn else "", relative))
            count += 1
        turn += 1
    return count


def make(folder, repositories):
    infra, filler = [], []
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(folder)) or ".") as parent:
        for at, repository in enumerate(repositories):
            name = f"{at:02}-{os.path.basename(repository.rstrip('/').removesuffix('/repo'))}"
            for path in exported(repository, os.path.join(parent, name)):
                (infra if is_infrastructure(path) else filler).append((os.path.join(parent, name, path), os.path.join(name, path)))
        made = filled(infra, INFRASTRUCTURE, os.path.join(folder, "infra"))
        filled(infra, INFRASTRUCTURE, os.path.join(folder, "all", "infra"))
        more = filled(filler, ALL - made, os.path.join(folder, "all", "filler"))
    print(f"{made} files of infrastructure ({len(infra)} different), {more} others ({len(filler)} different)")


def run(command, folder):
    begin = time.monotonic()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(binary, folder):
    binary = os.path.abspath(binary)
    print("| tree | command | time | of it computing | memory |\n| --- | --- | ---: | ---: | ---: |")
    for tree in ("infra", "all"):
        where = os.path.join(folder, tree)
        commands = [["rg", "-c", "."]] if shutil.which("rg") else []
        commands += [[binary, "check", ".", "--format", "concise", "--threads", threads] for threads in ("1", "2")]
        for command in commands:
            run(command, where)
            took, cpu, memory = min(run(command, where) for _ in range(3))
            said = " ".join([os.path.basename(command[0]), *command[1:]])
            print(f"| `{tree}` | `{said}` | {took:.2f} s | {cpu:.2f} s | {memory:.0f} MB |", flush=True)


def main():
    arguments = sys.argv[1:]
    match arguments:
        case ["--make", folder, *repositories] if repositories:
            make(folder, repositories)
        case ["--measure", binary, folder]:
            measure(binary, folder)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
