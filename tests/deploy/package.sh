#!/usr/bin/env bash
# package.sh BUILD_FOLDER SIM: makes the Debian package, and looks at what is in it: complete, and the router runs from
# it. tests/deploy/clean_install.sh installs it.
set -euo pipefail

build=$1 sim=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/http_get.sh
source "$here/tests/http_get.sh"
# shellcheck source=tests/deploy/start_router.sh
source "$here/tests/deploy/start_router.sh"
work=$(mktemp -d)
pid=
trap '[[ -z $pid ]] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
wrong=0
# holds WHAT COMMAND...
holds() {
  local what=$1
  shift
  if "$@" >"$work/said" 2>&1; then return; fi
  echo "not so: $what"
  cat "$work/said"
  wrong=$((wrong + 1))
}

cpack --config "$build/CPackConfig.cmake" -B "$work" -D CPACK_DEBIAN_COMPRESSION_TYPE=gzip >"$work/log" || {
  cat "$work/log"
  exit 1
}
package=$(echo "$work"/cordboard_*_amd64.deb)
files=$work/files
dpkg-deb -x "$package" "$files"
dpkg-deb -e "$package" "$work/control"
dpkg-deb -c "$package" >"$work/list"

holds "every file is root's" test -z "$(awk '$2 != "root/root"' "$work/list")"
holds "nobody but root writes to a file" test -z "$(grep -E '^[-d](....w|.......w)' "$work/list")"
holds "files of /etc are conffiles" \
  diff <(cd "$files" && find etc -type f -printf '/%p\n' | sort) "$work/control/conffiles"
for program in "$files"/usr/bin/*; do
  name=$(basename "$program")
  holds "$name has a manual page" compgen -G "$files/usr/share/man/man*/$name.*.gz"
  holds "$name finds its libraries" test -z "$(ldd "$program" | grep 'not found')"
done
# That these are all is seen where nothing else is installed: tests/deploy/clean_install.sh.
holds "libraries are in Depends" grep -q '^Depends:.*libgrpc++.*libsqlite3' "$work/control/control"
unit=$files/usr/lib/systemd/system/cordboard-router.service
of_unit() { sed -n "s/$1/\\1/p" "$unit"; }
holds "the unit's program is there" test -x "$files$(of_unit '^ExecStart=\([^ ]*\).*')"
holds "the unit's configuration is there" test -s "$files$(of_unit '^ExecStart=.*--config \([^ ]*\).*')"
holds "the unit's account is made" grep -q "^u $(of_unit '^User=\(.*\)') " "$files"/usr/lib/sysusers.d/*.conf
holds "the bill of materials is there" grep -q '"purl"' "$files/usr/share/doc/cordboard/cordboard.cdx.json"
for folder in alertmanager grafana/dashboards kubernetes nginx prometheus/rules proto/cordboard/v1; do
  holds "/usr/share/cordboard/$folder is there" test -d "$files/usr/share/cordboard/$folder"
done
holds "what npm puts into the page is in the copyright" node -e '
  const {readFileSync} = require("fs");
  const [lock, copyright] = process.argv.slice(1).map((file) => readFileSync(file, "utf8"));
  const named = new Set(copyright.match(/^Comment: .*$/gm).flatMap((line) => line.slice(9).split(", ")));
  const bundled = Object.entries(JSON.parse(lock).packages).filter(([path, of]) => path && !of.dev);
  const names = bundled.map(([path]) => path.replace(/.*node_modules\//, ""));
  const missing = names.filter((name) => !named.has(name));
  if (missing.length) throw new Error("not in deploy/debian/copyright: " + missing);
' "$here/dashboard/package-lock.json" "$files/usr/share/doc/cordboard/copyright"

config=$files/etc/cordboard/router.yaml
router=$files/usr/bin/cordboard-router
checked=$("$router" --check --config "$config" 2>&1) || true
holds "the configuration is valid, without a warning: $checked" test "$checked" = "configuration is valid"
holds "the page is where the configuration says" grep -q "dashboard: /usr/share/cordboard/page$" "$config"

start_router "$work" "$router" --config "$config" --data-dir "$work/data" --dashboard "$files/usr/share/cordboard/page"
for path in /healthz /readyz / ; do holds "$path answers" answers "$(address http)" "$path"; done
"$sim" live --target "$(address grpc)" --agents 5 --rate 20 --duration 1s \
  --handle-time 100ms | tail -n 1
echo "$(wc -l <"$work/list") entries in ${package##*/}, $wrong wrong"
((wrong == 0))
