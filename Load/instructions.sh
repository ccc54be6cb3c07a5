#!/bin/sh
# Instructions that a dial-out costs the service, by callgrind: what 400 more of them add, so that start and stop do not count. Held within 5 %
# of the number in thresholds.json, where a better one is to be written down as well. Time plays no part in it, nor does what else runs here.
# Settings by environment: BIN, RATE, HTTP, SIP, CALLEE.
set -eu
cd "$(dirname "$0")/.."
RATE=${RATE:-20} HTTP=${HTTP:-127.0.0.1:18080} SIP=${SIP:-127.0.0.1:15060} CALLEE=${CALLEE:-127.0.0.1:15070}
BIN=${BIN:-$(swift build -c release --show-bin-path)}
export DIALOUT_BOOTSTRAP_TOKEN=load-0123456789abcdef
folder=$(mktemp -d "${TMPDIR:-/tmp}/dialout-instructions-XXXXXX")
service=
stop() {
    if [ -n "$service" ]; then
        kill -KILL "$service" 2>/dev/null || true
        wait "$service" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM
# Valgrind does not read what the compiler writes for debuggers.
strip -o "$folder/dialout" "$BIN/dialout"

# Prints how many dial-outs there were in so many seconds, and the instructions of the whole run.
measure() {
    data=$folder/$1
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$folder/dialout" serve --data "$data" --http "$HTTP" --sip "$SIP" \
        --drain-seconds 10 2>"$folder/log" &
    service=$!
    tries=0
    until curl -sf -o /dev/null "http://$HTTP/readyz"; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] && kill -0 "$service" || { cat "$folder/log" >&2; exit 1; }
        sleep 0.5
    done
    "$BIN/load-generator" run --server "$HTTP" --token "$DIALOUT_BOOTSTRAP_TOKEN" --callee "$CALLEE" --rate "$RATE" --seconds "$1" \
        --warm-up 0 --hold 0.2 >"$folder/report"
    dialled=$(curl -s -H "Authorization: Bearer $DIALOUT_BOOTSTRAP_TOKEN" "http://$HTTP/metrics" | sed -n 's/^dialout_accepted_total //p')
    kill -TERM "$service"
    wait "$service" || { cat "$folder/log"; exit 1; }
    service=
    echo "$dialled $(sed -n 's/.*Collected : //p' "$folder/log")"
}

few=$(measure 10) many=$(measure 30)
set -- $few $many
each=$((($4 - $2) / ($3 - $1)))
allowed=$(sed -n 's/.*"instructionsPerDialOut": *\([0-9]*\).*/\1/p' Load/thresholds.json)
echo "$each instructions a dial-out ($1 and $3 of them: $2 and $4); $allowed in thresholds.json"
if [ $((each * 100)) -gt $((allowed * 105)) ]; then
    echo "BROKEN: more than 5 % above"
    exit 1
fi
if [ $((each * 100)) -lt $((allowed * 95)) ]; then
    echo "BROKEN: more than 5 % below; write the new number down"
    exit 1
fi
