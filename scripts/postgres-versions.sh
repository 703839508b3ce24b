#!/bin/sh
# Fetches servers of every major version of PostgreSQL that Sallyport speaks to, for the tests that depend on the
# version: into test/postgres/node_modules, pinned in test/postgres. They are built for Linux on x86-64; elsewhere there
# is nothing to fetch.
set -eu
cd "$(dirname "$0")/../test/postgres"
[ "$(uname -sm)" = "Linux x86_64" ] || exit 0

fetched=node_modules/.fetched # written last: an interrupted fetch is made again
cmp -s package-lock.json "$fetched" && exit 0

echo "fetching PostgreSQL 13 to 18 …" >&2
npm ci --no-audit --no-fund --prefer-offline --ignore-scripts --loglevel=error >&2
# An archive of the registry holds no symbolic links: the libraries' other names are in a list beside them.
for dir in node_modules/postgres-*; do
    (cd "$dir" && node scripts/hydrate-symlinks.js)
done
cp package-lock.json "$fetched"
