#!/usr/bin/env bash
# sbom.sh ROUTER CONFIG: every library that a running router has mapped is in the bill of materials.
set -euo pipefail

router=$1 config=$2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/deploy/start_router.sh
source "$root/tests/deploy/start_router.sh"
work=$(mktemp -d)
pid=
trap '[[ -z $pid ]] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT

"$root/deploy/sbom.py" "$router" >"$work/bill"
start_router "$work" "$router" --config "$config" --data-dir "$work/data"

# dpkg is asked once, since it reads the lists of all packages; it knows the path of before or after /lib became a link.
mapfile -t libraries < <(sed -nE 's|^.* (/.*\.so[.0-9]*)$|\1|p' "/proc/$pid/maps" | sort -u)
dpkg -S "${libraries[@]}" "${libraries[@]#/usr}" >"$work/owners" 2>/dev/null || true
missing=0
for library in "${libraries[@]}"; do
  package=$(awk -F ': ' -v path="${library#/usr}" '
    { file = $2; sub(/^\/usr/, "", file) }
    file == path { sub(/[:,].*/, "", $1); print $1; exit }' "$work/owners")
  if ! grep -q "\"name\": \"$package\"" "$work/bill"; then
    echo "not in the bill of materials: $library of package '$package'"
    missing=$((missing + 1))
  fi
done
echo "${#libraries[@]} libraries mapped, $missing of them not in the bill; $(grep -c '"purl"' "$work/bill") packages in it"
((${#libraries[@]} > 0 && missing == 0))
