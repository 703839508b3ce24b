#!/bin/sh
# Sees to it that a PostgreSQL server's programs (initdb, postgres) are on this machine: on PATH or where Debian puts
# them. Installs Debian's package when run as root; otherwise says what to install.
set -eu

found() {
    command -v initdb >/dev/null 2>&1 && command -v postgres >/dev/null 2>&1 && return 0
    for dir in /usr/lib/postgresql/*/bin; do
        [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && return 0
    done
    return 1
}

found && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    cat >&2 <<'EOF'
PostgreSQL's server programs (initdb, postgres) were not found on PATH or under /usr/lib/postgresql.
Install them, and run this again:
    Debian, Ubuntu   sudo apt-get install postgresql
    Fedora, RHEL     sudo dnf install postgresql-server postgresql-contrib
    macOS            brew install postgresql@17, and put its bin folder on PATH
No server needs to be running: a throwaway one is started on a free port.
EOF
    exit 1
fi
exec "$(dirname "$0")/apt-install.sh" postgresql
