#!/bin/sh
# Sees to it, where it can, that a MariaDB server's programs are on this machine: installs Debian's package when run as
# root, and otherwise says what to install. The demonstration goes without it.
set -eu

found() { PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null 2>&1; }

found mariadbd && found mariadb-install-db && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    cat >&2 <<'M'
MariaDB's server programs (mariadbd, mariadb-install-db) were not found: PostgreSQL alone is shown. To see both:
    Debian, Ubuntu   sudo apt-get install mariadb-server-core mariadb-client-core
    Fedora, RHEL     sudo dnf install mariadb-server
    macOS            brew install mariadb
M
    exit 0
fi
"$(dirname "$0")/apt-install.sh" mariadb-server-core mariadb-client-core ||
    echo "MariaDB could not be installed: PostgreSQL alone is shown" >&2
