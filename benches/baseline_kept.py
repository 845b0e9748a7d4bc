#!/usr/bin/env python3
"""What of a baseline comes back: it is taken so many first parents back, and held against HEAD.

    baseline_kept.py BINARY REPOSITORY [COMMITS]

Back is a finding that HEAD reports although the older commit had it: same rule, resource, outcome and message, no more of
them than before, in the same file or in one that it was renamed to.
"""

import collections
import json
import subprocess
import sys
import tempfile


def main(binary, repository, count=100):
    with tempfile.TemporaryDirectory(prefix="baseline-") as base:
        clone = base + "/clone"
        subprocess.run(["git", "clone", "-q", "--shared", repository, clone], check=True)

        def git(*arguments):
            ran = subprocess.run(["git", *arguments], cwd=clone, capture_output=True, text=True, check=True)
            return ran.stdout.strip()

        def annexa(*arguments):
            ran = subprocess.run([binary, *arguments, "--today", today], cwd=clone, capture_output=True, text=True)
            return ran.stdout

        def findings(*arguments):
            found = json.loads(annexa("check", ".", "--format", "json", *arguments))["findings"]
            return [one for one in found if not one["suppressed"]]

        head, today = git("rev-parse", "HEAD"), git("log", "-1", "--format=%cs")
        old = git("rev-list", "--first-parent", "-n", str(count + 1), head).splitlines()[-1]
        moved = (line.split("\t") for line in git("diff", "-M", "--diff-filter=R", "--name-status", old, head).splitlines())
        renamed = {new: was for _, was, new in moved}

        def key(one, then):
            file = one["file"] if then else renamed.get(one["file"], one["file"])
            address = one["resource"]["address"]
            address = address if then else address.replace(one["file"], file)
            return one["rule"], file, address, one["outcome"], one["message"]

        git("checkout", "-q", "-f", "--detach", old)
        was = collections.Counter(key(one, True) for one in findings())
        annexa("baseline", "--out", base + "/baseline.json")
        git("checkout", "-q", "-f", "--detach", head)
        now = collections.Counter(key(one, False) for one in findings())
        left = collections.Counter(key(one, False) for one in findings("--baseline", base + "/baseline.json"))
        there = sum((was & now).values())
        back = sum(max(0, min(was[k], now[k]) - (now[k] - left[k])) for k in left)
        print(f"{repository}: {sum(was.values())} accepted, {there} of them still there, {back} come back")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
