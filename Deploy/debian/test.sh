#!/usr/bin/env bash
# test.sh OLD.deb NEW.deb: installs, starts, upgrades and purges the package in a Debian 12 of its own, as root.
set -euo pipefail
old=$1 new=$2
root=$(mktemp -d)
service=
cleanup() {
    if [ -n "$service" ]; then kill "$service" 2>/dev/null || true; fi
    rm -rf "$root"
}
trap cleanup EXIT
say() { echo "package: $*"; }
inside() { chroot "$root" "$@"; }

debootstrap --variant=minbase --include=ca-certificates,curl bookworm "$root" >/dev/null
# Another folder that the binary needs, for one that is linked with libraries of its own.
for folder in ${EXTRA:-}; do mkdir -p "$root$folder" && cp -a "$folder/." "$root$folder/"; done
cp "$old" "$root/old.deb" && cp "$new" "$root/new.deb"
inside env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends /old.deb >/dev/null
inside dialout --version
inside test -s /usr/share/man/man1/dialout.serve.1.gz -a -s /usr/share/bash-completion/completions/dialout
[ "$(inside stat -c '%a %U' /etc/dialout/store-key)" = "600 root" ]
[ "$(inside stat -c '%a %U' /var/lib/dialout)" = "700 dialoutd" ]
say installed

start() {
    inside install -m 0400 -o dialoutd /etc/dialout/store-key /run/store-key
    chroot --userspec=dialoutd:dialoutd "$root" dialout serve --config /etc/dialout/dialout.json --data /var/lib/dialout/data \
        --key-file /run/store-key --http 127.0.0.1:23080 --sip 127.0.0.1:23060 2>"$root/log" &
    service=$!
    for _ in $(seq 100); do
        if curl -fs http://127.0.0.1:23080/readyz >/dev/null; then return 0; fi
        sleep 0.1
    done
    cat "$root/log" && return 1
}
stop() {
    kill "$service" && wait "$service"
    service=
}
start
token=$(cat "$root/var/lib/dialout/data/bootstrap-token")
curl -fsS -X PUT -H "Authorization: Bearer $token" -d '{"displayName":"Contoso","country":"US"}' http://127.0.0.1:23080/v1/tenants/contoso >/dev/null
stop
say started and stopped

sed -i 's/}$/, "drainSeconds": 3}/' "$root/etc/dialout/dialout.json"
sum=$(sha256sum < "$root/etc/dialout/dialout.json") key=$(sha256sum < "$root/etc/dialout/store-key")
inside dpkg -i --force-confold /new.deb >/dev/null
[ "$(sha256sum < "$root/etc/dialout/dialout.json")" = "$sum" ] && [ "$(sha256sum < "$root/etc/dialout/store-key")" = "$key" ]
start
curl -fsS -H "Authorization: Bearer $token" http://127.0.0.1:23080/v1/tenants/contoso >/dev/null
stop
say upgraded, with its settings, its key and its records

inside dpkg --purge dialout >/dev/null
for path in usr/bin/dialout etc/dialout var/lib/dialout lib/systemd/system/dialout.service; do
    if [ -e "$root/$path" ]; then say "$path is left" && exit 1; fi
done
if inside getent passwd dialoutd; then say "the user is left" && exit 1; fi
say purged
