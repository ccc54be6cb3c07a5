#!/bin/sh
# What `make load` runs: the release service on loopback over a fresh data folder, loaded in steps, its counts held against thresholds.json.
# Settings by environment: RATES, SECONDS_EACH, HOLD, HTTP, SIP, CALLEE, DATA_PARENT (where the data folder is made), BIN.
set -eu
cd "$(dirname "$0")/.."
RATES=${RATES:-"100 300 600"} SECONDS_EACH=${SECONDS_EACH:-10} HOLD=${HOLD:-1}
HTTP=${HTTP:-127.0.0.1:18080} SIP=${SIP:-127.0.0.1:15060} CALLEE=${CALLEE:-127.0.0.1:15070}
if [ -z "${BIN:-}" ]; then
    swift build -c release --product dialout
    swift build -c release --product load-generator
    BIN=$(swift build -c release --show-bin-path)
fi
export DIALOUT_BOOTSTRAP_TOKEN=load-0123456789abcdef
data=$(mktemp -d "${DATA_PARENT:-${TMPDIR:-/tmp}}/dialout-load-XXXXXX")
service=
stop() {
    if [ -n "$service" ]; then
        kill -TERM "$service" 2>/dev/null || true
        wait "$service" 2>/dev/null || true
    fi
    rm -rf "$data"
}
trap stop EXIT
trap 'exit 130' INT TERM

"$BIN/load-generator" reference
"$BIN/load-generator" cold-start "$BIN/dialout" --times 5
"$BIN/dialout" serve --data "$data" --http "$HTTP" --sip "$SIP" --drain-seconds 5 2>"$data/log" &
service=$!
"$BIN/load-generator" run --server "$HTTP" --token "$DIALOUT_BOOTSTRAP_TOKEN" --callee "$CALLEE" --pid "$service" \
    --rate $RATES --seconds "$SECONDS_EACH" --hold "$HOLD" --thresholds Load/thresholds.json
