"""Whether two builds say the same, byte for byte, of the same files.

    python3 benches/same_report.py --record BINARY OUT [--threads N,N] [--cases DIR] [--only WHAT,WHAT] REPOSITORY...    what a build says, below OUT
    python3 benches/same_report.py --compare BINARY OUT [--threads N,N] [--cases DIR] [--only WHAT,WHAT] REPOSITORY...   holds another one against it

Of each REPOSITORY (a clone with at least one commit before HEAD and a clean tree) all is judged as JSON with all outcomes, the
gap analysis, the evidence bundle, a history of three revisions, the last commit against the one before it, and a staged line in one file of each
ending that is common there; `--only` names some of these (`check-2`, `gap`). Of each case below `--cases` (a folder with `case.toml`, and perhaps `make.py`) its own command. Where two
outputs differ, both are left below OUT to be compared. No packages; Python 3.11, Linux, git.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import tomllib

TODAY = "2026-11-29"
EDITED = (".tf", ".yaml", ".yml", ".json", ".bicep", "Dockerfile")


def output(binary, arguments, folder):
    """The exit status, what is printed, and the files of a folder `OUT` that was asked for."""
    with tempfile.TemporaryDirectory() as parent:
        made = os.path.join(parent, "made")
        day = ["--today", TODAY] if arguments[0] in ("check", "gap", "evidence") and "--today" not in arguments else []
        command = [binary, *(made if part == "OUT" else part for part in arguments), *day]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        said = f"exit {done.returncode}\n".encode() + done.stdout + b"\n-- errors\n" + done.stderr
        said = said.replace(made.encode(), b"OUT")
        for path in sorted(pathlib.Path(made).rglob("*")) if os.path.isdir(made) else []:
            if path.is_file():
                said += f"\n-- {path.relative_to(made)}\n".encode() + path.read_bytes()
        return said


def git(folder, *arguments):
    return subprocess.run(["git", "-C", folder, *arguments], capture_output=True, check=True, text=True).stdout


def staged(folder):
    """One file of each ending, with a line more."""
    files = git(folder, "ls-files").splitlines()
    for end in EDITED:
        path = next((path for path in files if path.endswith(end) and os.path.isfile(os.path.join(folder, path))), None)
        if path:
            with open(os.path.join(folder, path), "ab") as file:
                file.write(b"\n")
            git(folder, "add", path)


def of_repository(folder, threads):
    whole = ["check", ".", "--format", "json", "--outcomes", "fail,open,pass"]
    for count in threads:
        yield f"check-{count}", [*whole, "--threads", count]
    yield "gap", ["gap", ".", "--format", "json"]
    yield "evidence", ["evidence", ".", "--out", "OUT"]
    yield "history", ["history", ".", "--every", "commit", "--limit", "3", "--format", "json"]
    yield "base", [*whole, "--base", "HEAD~1"]
    yield "staged", ["check", "--staged", "--format", "json", "--outcomes", "fail,open,pass"]


def runs(binary, threads, cases, only, repositories):
    """What is said, by name."""
    for folder in repositories:
        name = os.path.basename(os.path.abspath(folder))
        for what, arguments in of_repository(folder, threads):
            if only and what not in only:
                continue
            if what == "staged":
                staged(folder)
            yield f"{name}-{what}", output(binary, arguments, folder)
        git(folder, "reset", "--hard", "--quiet")
    for case in sorted(pathlib.Path(cases).rglob("case.toml")) if cases else []:
        told = tomllib.loads(case.read_text())
        if told.get("story") or "max-seconds" in told or "max-mb" in told:
            continue
        with tempfile.TemporaryDirectory() as parent:
            folder = os.path.join(parent, "case")
            shutil.copytree(case.parent, folder, symlinks=True)
            if os.path.exists(os.path.join(folder, "make.py")):
                subprocess.run([sys.executable, "make.py"], cwd=folder, check=True, capture_output=True)
            for own in ("case.toml", "make.py"):
                pathlib.Path(folder, own).unlink(missing_ok=True)
            arguments = told.get("run", ["check", "."])
            if arguments[0] == "check":
                arguments = [*arguments, "--format", "json", "--outcomes", "fail,open,pass"]
            said = output(binary, arguments, folder).replace(parent.encode(), b"")
            yield "-".join(case.parent.parts[-2:]), said


def main():
    arguments = sys.argv[1:]
    options = {"--threads": "1,2,7", "--cases": None, "--only": None}
    for name in options:
        if name in arguments:
            at = arguments.index(name)
            options[name] = arguments[at + 1]
            del arguments[at : at + 2]
    if len(arguments) < 3 or arguments[0] not in ("--record", "--compare"):
        sys.exit(__doc__)
    mode, binary, out, *repositories = arguments
    os.makedirs(out, exist_ok=True)
    differ = count = 0
    only = options["--only"] and options["--only"].split(",")
    for name, said in runs(os.path.abspath(binary), options["--threads"].split(","), options["--cases"], only, repositories):
        kept = os.path.join(out, name)
        count += 1
        if mode == "--record":
            pathlib.Path(kept).write_bytes(said)
        elif not os.path.exists(kept) or pathlib.Path(kept).read_bytes() != said:
            differ += 1
            pathlib.Path(kept + ".other").write_bytes(said)
            print(f"{name}: differs, see {kept} and {kept}.other", flush=True)
        print(f"{name} {hashlib.sha256(said).hexdigest()[:16]}", flush=True)
    print(f"{count - differ}/{count} the same")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
