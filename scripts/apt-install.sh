#!/bin/sh
# Installs Debian packages as root, quietly, and asks for the package lists only because something is missing.
#   apt-install.sh PACKAGE…
set -eu

# Debian's postgresql package makes a cluster and starts it. Nothing here wants one: tests and the demo start their own.
conf=/etc/postgresql-common/createcluster.conf
if ! grep -Eqs '^[[:space:]]*create_main_cluster[[:space:]]*=[[:space:]]*false' "$conf"; then
    mkdir -p "${conf%/*}"
    printf '%s\n' "# added by Sallyport's scripts/apt-install.sh: no cluster on installing PostgreSQL" \
        'create_main_cluster = false' >>"$conf"
fi

export DEBIAN_FRONTEND=noninteractive
echo "installing $* …" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A configuration file that is there already (the one above) is kept.
if apt-get update -qq >"$log" 2>&1 &&
    apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "$@" >>"$log" 2>&1; then
    exit 0
fi
cat "$log" >&2
echo "installing $* failed; apt-get's own words are above" >&2
exit 1
