#!/bin/sh
# Fetches servers beside Debian's own MariaDB for the tests that depend on the server: MySQL, which Debian carries in its
# unstable suite only, and the MariaDB of the next release. They are unpacked, not installed, each with the libraries
# that it was built with: into test/mysql/servers/mysql and test/mysql/servers/mariadb. The versions are the suites'
# own. Elsewhere than on Debian and Ubuntu on x86-64 there is nothing to fetch.
set -eu
cd "$(dirname "$0")/../test/mysql"
[ "$(uname -sm)" = "Linux x86_64" ] && command -v apt-get >/dev/null 2>&1 || exit 0
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keys" ] || exit 0

# The mirror of this machine, if its own packages are Debian's.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -nE 's#^(URIs:|deb( \[[^]]*\])?) *(https?://[^ ]*/debian)/?( .*)?$#\3#p' | head -n 1)
[ -n "$mirror" ] || mirror=http://deb.debian.org/debian

# wrap puts in the place of each program one that starts it with the loader and the libraries beside it.
wrap() {
    for program in usr/bin/* usr/sbin/*; do
        case $(head -c 4 "$program" 2>/dev/null | tr -d '\177') in ELF) ;; *) continue ;; esac
        mv "$program" "$program.elf"
        cat >"$program" <<'W'
#!/bin/sh
usr=$(cd "$(dirname "$0")/.." && pwd)
lib=$usr/lib/x86_64-linux-gnu
exec "$lib/ld-linux-x86-64.so.2" --library-path "$lib:$usr/lib/mysql/private" --argv0 "$0" "$0.elf" "$@"
W
        chmod +x "$program"
    done
}

# fetch NAME SUITE PACKAGES FILES-OF: the packages with all that they need, and files of one more without.
fetch() {
    name=$1 suite=$2 packages=$3 more=$4
    [ ! -e "servers/$name/.fetched" ] || return 0 # written last: an interrupted fetch is made again
    echo "fetching the $name of Debian's $suite …" >&2
    rm -rf "servers/$name"
    mkdir -p "servers/$name"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    : >"$work/status" # nothing counts as installed
    echo "deb [signed-by=$keys] $mirror $suite main" >"$work/sources.list"
    cat >"$work/apt.conf" <<A
Dir::Etc::SourceList "$work/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$work/lists";
Dir::State::Status "$work/status";
Dir::Cache "$work/cache";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
A
    # shellcheck disable=SC2086 — a list of package names
    if ! (APT_CONFIG="$work/apt.conf" && export APT_CONFIG && cd "$work/cache/archives" && apt-get update -qq &&
        apt-get install -y -qq --download-only $packages && { [ -z "$more" ] || apt-get download -qq "$more"; }) >"$work/log" 2>&1; then
        cat "$work/log" >&2
        echo "fetching $packages from Debian's $suite failed; apt-get's own words are above" >&2
        exit 1
    fi
    for deb in "$work"/cache/archives/*.deb; do
        case $deb in *perl*) ;; *) dpkg-deb -x "$deb" "servers/$name" ;; esac
    done
    rm -rf "servers/$name"/usr/share/doc "servers/$name"/usr/share/man
    (cd "servers/$name" && wrap)
    touch "servers/$name/.fetched"
    rm -rf "$work"
    trap - EXIT
}

fetch mysql sid "mysql-server-core mysql-client-core" ""
fetch mariadb trixie "mariadb-server-core mariadb-client-core" mariadb-server
