#!/bin/sh
# Runs every fuzz target of the repository for a while each: fuzz.sh [TIME]. A target is found by its name, so a new one
# is run without being listed anywhere.
set -eu
cd "$(dirname "$0")/.."
time=${1:-5s}

targets=$(grep -rEHo '^func Fuzz[A-Za-z0-9_]+\(' --include='*_test.go' . | sort)
[ -n "$targets" ] || { echo "no fuzz target found" >&2; exit 1; }
echo "$targets" | while IFS=: read -r file func; do
    name=${func#func }
    name=${name%(}
    echo "== ${file%/*} $name $time"
    # Not every package of a target's module can be fuzzed at once: go test takes one target a run.
    (cd "${file%/*}" && go test -run '^$' -fuzz "^$name\$" -fuzztime "$time" .)
done
