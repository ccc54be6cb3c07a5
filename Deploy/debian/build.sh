#!/usr/bin/env bash
# build.sh BINARY MANUAL_FOLDER VERSION PACKAGE.deb: the Debian package of a binary that was built.
set -euo pipefail
binary=$1 manual=$2 version=$3 package=$4
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
chmod 0755 "$root"
trap 'rm -rf "$root"' EXIT

install -D -m 0755 "$binary" "$root/usr/bin/dialout"
install -D -m 0644 "$here/dialout.service" "$root/lib/systemd/system/dialout.service"
install -D -m 0644 "$here/dialout.json" "$root/etc/dialout/dialout.json"
install -D -m 0644 "$here/../../docs/handbook.md" "$root/usr/share/doc/dialout/handbook.md"
install -D -m 0644 "$here/../../LICENSE" "$root/usr/share/doc/dialout/copyright"
install -D -m 0644 -t "$root/usr/share/doc/dialout/prometheus" "$here"/../prometheus/alerts.yml
install -D -m 0644 -t "$root/usr/share/doc/dialout/grafana" "$here"/../grafana/dialout.json
for page in "$manual"/*.1; do
    install -D -m 0644 "$page" "$root/usr/share/man/man1/$(basename "$page")"
    gzip -9n "$root/usr/share/man/man1/$(basename "$page")"
done
for shell in bash:bash-completion/completions/dialout zsh:zsh/vendor-completions/_dialout fish:fish/vendor_completions.d/dialout.fish; do
    mkdir -p "$(dirname "$root/usr/share/${shell#*:}")"
    "$binary" --generate-completion-script "${shell%%:*}" > "$root/usr/share/${shell#*:}"
done

mkdir -p "$root/DEBIAN"
echo /etc/dialout/dialout.json > "$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 0755 "$here/$script" "$root/DEBIAN/$script"; done
cat > "$root/DEBIAN/control" <<CONTROL
Package: dialout
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: The dialout developers <dialout@localhost>
Section: comm
Priority: optional
Depends: libc6, libstdc++6, ca-certificates, libuv1, libpcre2-8-0, libsqlite3-0, libphonenumber8, libcurl4, libedit2, libc-ares2, libssl3, passwd
Installed-Size: $(du -ks "$root" | cut -f1)
Description: dials phones for meetings through the operators that their policies name
 Decides by the organizer's licences and audio conferencing routing policies which telephone operator carries a call, dials it over SIP,
 and keeps and tells what became of it.
CONTROL
# A library that the binary is linked with and the package does not ask for is seen here, and not by who installs it.
depends=$(sed -n 's/^Depends: //p' "$root/DEBIAN/control")
for library in $(readelf -d "$binary" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'); do
    owner=$(dpkg -S "*/$library" 2>/dev/null | cut -d: -f1 | sort -u | head -n 1) || true
    case ", $depends, libgcc-s1, , " in *", $owner, "*) ;; *) echo "$owner ($library) is missing in Depends" >&2 && exit 1 ;; esac
done
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
