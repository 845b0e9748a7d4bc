#!/usr/bin/env bash
# Writes the ledgers of one share of the repositories of a fleet: the runs of a matrix, of `parallel` or of an indexed job each
# take every SHARDS-th line of FLEET, from line SHARD (from 0) on.
#
# FLEET has a repository a line: its name, and the address that git clones, apart by a blank. Empty lines and those that begin
# with # do not count. The ledger of NAME goes to OUT/NAME.json. A repository that cannot be cloned, or that annexa cannot write
# a ledger of, is told, the others go on, and the status at the end is 1.
#
# git gets the token of FLEET_TOKEN_FILE, where that is set, over its own helper: it stands in no address and on no command line.
set -euo pipefail
: "${FLEET:?is the list of repositories}" "${SHARD:?is the number of this share}" "${SHARDS:?is the number of shares}" "${OUT:?}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export GIT_TERMINAL_PROMPT=0 GIT_LFS_SKIP_SMUDGE=1

helper='!f() { test "$1" = get && echo username=annexa && echo "password=$(cat "$FLEET_TOKEN_FILE")"; }; f'
options=()
if [ -n "${FLEET_TOKEN_FILE:-}" ]; then options=(-c credential.helper= -c "credential.helper=$helper"); fi

number=0
failed=0
while read -r name address _; do
  case "$name" in '' | '#'*) continue ;; esac
  share=$((number % SHARDS))
  number=$((number + 1))
  if [ "$share" -ne "$SHARD" ]; then continue; fi
  case "/$name/" in
    *//* | */../* | */./*) echo "annexa: $name is no name of a repository" >&2; failed=1; continue ;;
  esac
  if ! git "${options[@]+"${options[@]}"}" clone --quiet --depth 1 --no-recurse-submodules -- "$address" "$work/clone"; then
    echo "annexa: $name cannot be cloned" >&2
    failed=1
    continue
  fi
  status=0
  annexa gap --repository "$name" --format "json=$OUT/$name.json" "$work/clone" || status=$?
  # 2 says that a file could not be read: the ledger tells which, and counts as incomplete.
  if [ "$status" -ne 0 ] && [ "$status" -ne 2 ] || [ ! -s "$OUT/$name.json" ]; then
    echo "annexa: $name has no ledger" >&2
    failed=1
  fi
  rm -rf "$work/clone"
done < "$FLEET"
exit "$failed"
