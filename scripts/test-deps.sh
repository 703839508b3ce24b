#!/bin/sh
# Sees to it that what the tests start or compare with is on this machine. As root it installs what is missing with
# apt-get; otherwise it says what is missing, and fails.
set -eu
cd "$(dirname "$0")"

have() { PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null 2>&1; }
here() { for f in "$@"; do [ -e "$f" ] && return 0; done; return 1; }

missing=
need() { missing="$missing $1"; }

here /usr/lib/postgresql/*/bin/postgres || { have initdb && have postgres; } || need postgresql
have psql && have pg_dump || need postgresql-client
have pgbench || here /usr/lib/postgresql/*/bin/pgbench || need postgresql
have mariadbd && have mariadb-install-db || need mariadb-server
have mariadb || need mariadb-client
have pgbouncer || need pgbouncer   # compared with by make bench
have haproxy || need haproxy       # compared with by make bench
have sysbench || need sysbench     # measures MariaDB in make bench
have node || need nodejs           # runs the npm driver pg
have npm || need npm               # fetches it
here /usr/share/java/mariadb-java-client.jar || need libmariadb-java
perl -MDBD::mysql -e1 2>/dev/null || need libdbd-mysql-perl
perl -MDBD::MariaDB -e1 2>/dev/null || need libdbd-mariadb-perl
/usr/bin/python3 -c "import MySQLdb" 2>/dev/null || need python3-mysqldb
for module in psycopg2 psycopg sqlalchemy django pymysql; do
    /usr/bin/python3 -c "import $module" 2>/dev/null || need "python3-$module"
done
have javac || need default-jdk-headless # runs Java from its source
here /usr/share/java/postgresql.jar || need libpostgresql-jdbc-java
# systemd-analyze reads the unit file that is shipped; elsewhere than on Linux there is none.
[ "$(uname)" != Linux ] || have systemd-analyze || need systemd

if [ -n "$missing" ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        echo "the tests need what these Debian packages bring, and it was not found:$missing" >&2
        echo "install them (sudo apt-get install$missing), or run as root" >&2
        exit 1
    fi
    # shellcheck disable=SC2086 — a list of package names
    ./apt-install.sh $missing
fi
./mysql-versions.sh
exec ./postgres-versions.sh
