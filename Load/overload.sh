#!/bin/sh
# What `make load` runs last: the release service with 20 % of a core by a quota of its control group, offered two and five times its peak.
# Needs a processor controller of cgroups (version 2 or 1) that may be written; says so and does nothing where there is none.
# The service has processor 0 and the generator the others, which are kept busy all the time: processors that share a core are slower by a quarter
# while both work, and the generator works the more the more it offers (docs/decisions/overload.md).
# Settings by environment: BIN, SECONDS_EACH, QUOTA_PERCENT, HTTP, SIP, CALLEE, CONNECTIONS, DATA_PARENT, FROM, TIMES.
set -eu
cd "$(dirname "$0")/.."
SECONDS_EACH=${SECONDS_EACH:-10} QUOTA_PERCENT=${QUOTA_PERCENT:-20} CONNECTIONS=${CONNECTIONS:-512}
FROM=${FROM:-40} TIMES=${TIMES:-2 5}
HTTP=${HTTP:-127.0.0.1:18080} SIP=${SIP:-127.0.0.1:15060} CALLEE=${CALLEE:-127.0.0.1:15070}
BIN=${BIN:-$(swift build -c release --show-bin-path)}
period=100000
quota=$((QUOTA_PERCENT * period / 100))
if grep -qs '\bcpu\b' /sys/fs/cgroup/cgroup.controllers; then
    group=/sys/fs/cgroup/dialout-load-$$
    mkdir "$group" 2>/dev/null && echo "$quota $period" 2>/dev/null >"$group/cpu.max" || { rmdir "$group" 2>/dev/null || true; group=; }
elif [ -d /sys/fs/cgroup/cpu ]; then
    group=/sys/fs/cgroup/cpu/dialout-load-$$
    mkdir "$group" 2>/dev/null && echo "$period" >"$group/cpu.cfs_period_us" && echo "$quota" >"$group/cpu.cfs_quota_us" || group=
else
    group=
fi
if [ -z "$group" ]; then
    echo "overload: no control group with a processor quota can be made here; not measured"
    exit 0
fi
export DIALOUT_BOOTSTRAP_TOKEN=load-0123456789abcdef
data=$(mktemp -d "${DATA_PARENT:-${TMPDIR:-/tmp}}/dialout-overload-XXXXXX")
service= fillers= others=0
[ "$(nproc)" -gt 1 ] && others=1-$(($(nproc) - 1))
stop() {
    [ -z "$fillers" ] || kill $fillers 2>/dev/null || true
    if [ -n "$service" ]; then
        kill -KILL "$service" 2>/dev/null || true
        wait "$service" 2>/dev/null || true
    fi
    rm -rf "$data" "$data.key"
    rmdir "$group" 2>/dev/null || true
}
trap stop EXIT
trap 'exit 130' INT TERM

if [ "$others" != 0 ]; then
    for processor in $(seq 1 $(($(nproc) - 1))); do
        taskset -c "$processor" nice -n 19 timeout 1200 sh -c 'while :; do :; done' &
        fillers="$fillers $!"
    done
fi
taskset -c 0 "$BIN/dialout" serve --data "$data" --http "$HTTP" --sip "$SIP" 2>"$data/log" &
service=$!
echo "$service" >"$group/cgroup.procs"
taskset -c "$others" "$BIN/load-generator" overload --server "$HTTP" --token "$DIALOUT_BOOTSTRAP_TOKEN" --callee "$CALLEE" --pid "$service" \
    --connections "$CONNECTIONS" --seconds "$SECONDS_EACH" --warm-up 3 --from "$FROM" --times $TIMES
