#!/bin/sh
# What the shared log of several nodes would cost in PostgreSQL 15 (docs/decisions/one-log-of-facts.md): groups of ENTRIES entries of BYTES bytes,
# appended by 1, 4 and 16 writers to one log, by 4 and 16 to a log each (own), and to a log each without NOTIFY (mute), without a standby and with a synchronous one so many milliseconds away.
# Every writer waits for its group to be on disk, there as well. Needs Debian's postgresql; everything lives in a folder of its own on free ports.
#
#     sudo Load/Postgres/measure.sh            SECONDS_EACH=5 ENTRIES=10 BYTES=300
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=/usr/lib/postgresql/15/bin
seconds=${SECONDS_EACH:-5} entries=${ENTRIES:-10} bytes=${BYTES:-300}
work=$(mktemp -d)
chown postgres "$work"
primary=25432 standby=25433 far=25434 proxy=
as() { su postgres -s /bin/sh -c "$1"; }
finish() {
    [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || true
    for data in "$work/standby" "$work/primary"; do
        [ ! -f "$data/postmaster.pid" ] || as "$bin/pg_ctl -D $data -m immediate stop" >/dev/null 2>&1 || true
    done
    rm -rf "$work"
}
trap finish EXIT INT TERM

as "$bin/initdb -D $work/primary -A trust -N >/dev/null"
cat >>"$work/primary/postgresql.conf" <<CONF
port = $primary
listen_addresses = '127.0.0.1'
unix_socket_directories = '$work'
synchronous_commit = on
max_wal_size = 4GB
CONF
as "$bin/pg_ctl -D $work/primary -w -l $work/primary.log start >/dev/null"
sql() { as "$bin/psql -qAt -h 127.0.0.1 -p $primary postgres -c \"$1\""; }
as "$bin/psql -q -h 127.0.0.1 -p $primary postgres -f $here/append.sql"
[ "$(sql 'SHOW synchronous_commit')/$(sql 'SHOW fsync')" = on/on ]

body="array_fill(decode(repeat('ab', $bytes), 'hex'), ARRAY[$entries])"
echo "SELECT append(0, 1, true, $body);" >"$work/one.sql"
echo "SELECT append(:client_id, 1, true, $body);" >"$work/own.sql"
echo "SELECT append(:client_id, 1, false, $body);" >"$work/mute.sql"
chmod 644 "$work"/*.sql

# writers, log, standby
run() {
    as "$bin/pgbench -n -h 127.0.0.1 -p $primary -c $1 -j 1 -T $seconds -f $work/$2.sql -l --log-prefix=$work/times postgres" >"$work/bench.log" 2>&1
    groups=$(awk '/^tps/ { printf "%.0f", $3 }' "$work/bench.log")
    sort -n -k3 "$work"/times.* | awk -v writers="$1" -v place="$2" -v standby="$3" -v groups="$groups" -v entries="$entries" '
        { took[NR] = $3 }
        END { printf "%-10s %8s %5s %10s %12s %8.2f %8.2f\n", standby, writers, place, groups, groups * entries,
              took[int(NR * 0.5) + 1] / 1000, took[int(NR * 0.99) + 1] / 1000 }'
    rm -f "$work"/times.*
    [ "$(sql 'SELECT bool_and(entries = last) FROM (SELECT count(*) AS entries, max(place) AS last FROM entry GROUP BY log) AS logs')" = t ] || {
        echo "places have a gap" >&2
        exit 1
    }
    sql 'TRUNCATE entry'
}
rows() {
    for writers in 1 4 16; do run "$writers" one "$1"; done
    for writers in 4 16; do
        run "$writers" own "$1"
        run "$writers" mute "$1"
    done
}

printf '%-10s %8s %5s %10s %12s %8s %8s\n' standby writers log groups/s entries/s p50/ms p99/ms
rows none
as "$bin/pg_basebackup -h 127.0.0.1 -p $primary -D $work/standby -c fast"
as "touch $work/standby/standby.signal"
for away in 0 2 10; do
    python3 "$here/delay.py" "$far" "$primary" "$away" &
    proxy=$!
    cat >>"$work/standby/postgresql.conf" <<CONF
port = $standby
primary_conninfo = 'host=127.0.0.1 port=$far user=postgres application_name=far'
CONF
    sleep 1
    as "$bin/pg_ctl -D $work/standby -w -l $work/standby.log start >/dev/null"
    sql "ALTER SYSTEM SET synchronous_standby_names = 'far'"
    sql 'SELECT pg_reload_conf()' >/dev/null
    for _ in $(seq 50); do
        [ "$(sql "SELECT sync_state FROM pg_stat_replication WHERE application_name = 'far'")" = sync ] && break
        sleep 0.2
    done
    [ "$(sql "SELECT sync_state FROM pg_stat_replication WHERE application_name = 'far'")" = sync ]
    rows "$away ms"
    sql "ALTER SYSTEM RESET synchronous_standby_names"
    sql 'SELECT pg_reload_conf()' >/dev/null
    as "$bin/pg_ctl -D $work/standby -m fast -w stop >/dev/null"
    kill "$proxy"
    wait "$proxy" 2>/dev/null || true
    proxy=
done
