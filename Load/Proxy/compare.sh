#!/bin/sh
# Processor time of a call at the same rate: the service (HTTP, decision, durable record, events, SIP) beside Kamailio as a stateful proxy with
# dialogs (SIP alone), the same six messages, interleaved ROUNDS times on this machine; medians are what counts. Syncs are counted and timed in the
# same run (Load/Sync); SYNC_DELAYS makes them late by so many microseconds. Needs kamailio and sipp.
# Settings by environment: RATE, SECONDS_EACH, ROUNDS, SYNC_DELAYS, BIN.
set -eu
cd "$(dirname "$0")/../.."
RATE=${RATE:-1000} SECONDS_EACH=${SECONDS_EACH:-10} ROUNDS=${ROUNDS:-3} SYNC_DELAYS=${SYNC_DELAYS:-"0 1000 5000"}
HTTP=127.0.0.1:18180 SIP=127.0.0.1:15160 CALLEE=127.0.0.1:15170
PROXY=127.0.0.1:15260 CALLED=15270 CALLER=15280
if [ -z "${BIN:-}" ]; then
    swift build -c release --product dialout
    swift build -c release --product load-generator
    BIN=$(swift build -c release --show-bin-path)
fi
export DIALOUT_BOOTSTRAP_TOKEN=load-0123456789abcdef
folder=$(mktemp -d "${DATA_PARENT:-${TMPDIR:-/tmp}}/dialout-compare-XXXXXX")
here=$PWD
started=
stop() {
    for pid in $started; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in $started; do wait "$pid" 2>/dev/null || true; done
    started=
}
trap 'stop; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
cc -O2 -shared -fPIC -o "$folder/sync.so" Load/Sync/sync.c -ldl -lpthread
modules=$(dirname "$(find /usr/lib -path '*kamailio/modules/tm.so' | head -1)")

# Hundredths of a second that a process and its children have used.
used() {
    for pid in "$1" $(pgrep -P "$1" || true); do cat "/proc/$pid/stat"; done | awk '{ sub(/.*\) /, ""); sum += $12 + $13 } END { print sum }'
}
each() { awk -v ticks="$1" -v calls="$2" -v hertz="$(getconf CLK_TCK)" 'BEGIN { printf "%.0f", ticks / hertz / calls * 1000000 }'; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

proxy_step() {
    calls=$((RATE * SECONDS_EACH))
    sed -e "s/LISTEN/udp:$PROXY/; s/CALLEE/\"sip:127.0.0.1:$CALLED\"/" Load/Proxy/kamailio.cfg >"$folder/kamailio.cfg"
    (cd "$folder" && exec kamailio -f kamailio.cfg -L "$modules" -DD -E -m 256 -M 16 -Y "$folder" -w "$folder" >kamailio.log 2>&1) &
    proxy=$!
    (cd "$folder" && exec sipp -sf "$here/Load/Proxy/callee.xml" -i 127.0.0.1 -p $CALLED -d 1000 -nostdin >callee.log 2>&1) &
    callee=$!
    started="$proxy $callee"
    sleep 1
    before=$(used $proxy)
    (cd "$folder" && sipp -sf "$here/Load/Proxy/caller.xml" -i 127.0.0.1 -p $CALLER -r "$RATE" -m "$calls" -l 20000 -nostdin "$PROXY" \
        -trace_stat -stf caller.csv -fd 1 >caller.log 2>&1) || true
    sleep 1
    spent=$(($(used $proxy) - before))
    complete=$(awk -F ';' 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "SuccessfulCall(C)") n = i } END { print $n }' "$folder/caller.csv")
    repeated=$(awk -F ';' 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "Retransmissions(C)") n = i } END { print $n }' "$folder/caller.csv")
    stop
    proxy_us=$(each "$spent" "$complete")
    echo "$proxy_us" >>"$folder/proxy"
    echo "kamailio  $RATE/s: $proxy_us us a call; $complete of $calls complete, $repeated repeated"
}

service_step() {
    rm -rf "$folder/data"
    LD_PRELOAD=$folder/sync.so SYNC_REPORT=$folder/syncs SYNC_DELAY=$1 "$BIN/dialout" serve --data "$folder/data" --http $HTTP --sip $SIP \
        --drain-seconds 5 2>"$folder/log" &
    service=$!
    started=$service
    "$BIN/load-generator" run --server $HTTP --token "$DIALOUT_BOOTSTRAP_TOKEN" --callee $CALLEE --pid "$service" --rate "$RATE" \
        --seconds "$SECONDS_EACH" --json >"$folder/step.json"
    stop
    python3 - "$folder" "$1" "$RATE" <<'PY'
import json, sys
folder, delay, rate = sys.argv[1:]
text = open(f"{folder}/step.json").read()
step = json.loads(text[text.index("{"):])
count, p50, p99 = map(int, open(f"{folder}/syncs").read().split())
calls = step["complete"]
with open(f"{folder}/service-{delay}", "a") as file: print(round(step["processor"]), file=file)
a, i = step["accepted"], step["invited"]
print(f"dialout   {rate}/s, syncs late by {delay} us: {step['processor']:.0f} us a call; "
      f"{calls} complete, {step['lost']} lost, goodput {step['goodput']:.0f}; 202 p50/p99 {a['p50'] / 1000:.1f}/{a['p99'] / 1000:.1f} ms, "
      f"INVITE {i['p50'] / 1000:.1f}/{i['p99'] / 1000:.1f} ms; {count / calls:.2f} syncs a call, p50/p99 {p50}/{p99} us")
PY
}

for round in $(seq "$ROUNDS"); do
    proxy_step
    for delay in $SYNC_DELAYS; do service_step "$delay"; done
done
ours=$(median <"$folder/service-${SYNC_DELAYS%% *}") theirs=$(median <"$folder/proxy")
awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "medians: dialout %d us, kamailio %d us a call: %.2f times\n", a, b, a / b }'
