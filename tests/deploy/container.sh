#!/usr/bin/env bash
# container.sh [ROUTER SIM]: what deploy/container/Containerfile promises, without a container engine: a bare Debian 12 made by
# debootstrap gets the packages that its last stage installs and the router, and runs it as its user on a read-only
# root, where cordboard-sim plays against it. Needs root, debootstrap and some minutes; not part of ./dev test.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
router=${1:-$here/build/release/bin/cordboard-router} sim=${2:-$here/build/release/bin/cordboard-sim}
recipe=$here/deploy/container/Containerfile
image=$(mktemp -d /var/tmp/cordboard-container.XXXXXX)
chmod 0755 "$image"
pid=

cleanup() {
  if [[ -n $pid ]]; then kill "$pid" 2>/dev/null || true; fi
  rm -rf --one-file-system "$image" "$image.ready" "$image.log"
}
trap cleanup EXIT

# The last stage of the recipe, with its continued lines joined.
# shellcheck disable=SC2016 # sed's last line
stage=$(sed -n '/^FROM/h; /^FROM/!H; ${x; p}' "$recipe" | sed -e ':a' -e '/\\$/N; s/\\\n//; ta')
read -ra packages < <(sed -nE 's/.*--no-install-recommends ([^&]*)&&.*/\1/p' <<<"$stage")
user=$(sed -nE 's/^USER ([0-9]+):.*/\1/p' <<<"$stage")
((${#packages[@]} > 0)) && [[ -n $user && $user != 0 ]]
echo "packages: ${packages[*]}; user: $user"

# shellcheck disable=SC2016 # $(SITE) is apt's
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
debootstrap --variant=minbase --include="$(IFS=,; echo "${packages[*]}")" bookworm "$image" "$mirror" >"$image.log" 2>&1 ||
  { tail -n 20 "$image.log"; exit 1; }
install "$router" "$image/usr/bin/cordboard-router"
install -D -m 0644 "$here/deploy/examples/minimal.yaml" "$image/etc/cordboard/router.yaml"
install -d -o "$user" -g "$user" -m 0700 "$image/var/lib/cordboard"

# In a mount namespace of its own: the root read-only, the data directory not, no capability left.
mkfifo "$image.ready"
# shellcheck disable=SC2016 # $0 and $1 are the inner shell's
unshare --mount --pid --fork --kill-child bash -euc '
  mount --bind "$0" "$0"
  mount -t proc proc "$0/proc"
  mount --bind "$0/var/lib/cordboard" "$0/var/lib/cordboard"
  mount -o remount,ro,bind "$0"
  if touch "$0/tmp/x" 2>/dev/null; then echo "the root can be written to" >&2; exit 1; fi
  exec chroot "$0" setpriv --reuid "$1" --regid "$1" --clear-groups --no-new-privs --bounding-set=-all \
    --inh-caps=-all /usr/bin/cordboard-router --config /etc/cordboard/router.yaml --data-dir /var/lib/cordboard \
    --grpc-listen 127.0.0.1:0 --http-listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0
' "$image" "$user" >"$image.ready" 2>"$image.log" &
pid=$!
read -r line <"$image.ready" || {
  cat "$image.log"
  exit 1
}
echo "$line, as user $user on a read-only root"
target=$(sed -n 's/^ready grpc=\([^ ]*\).*/\1/p' <<<"$line")
"$sim" live --target "$target" --agents 20 --rate 50 --duration 3s --handle-time 200ms | tail -n 1
