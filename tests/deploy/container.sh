#!/usr/bin/env bash
# container.sh: what deploy/container/Containerfile promises, without a container engine: the last stage is carried
# out in a bare Debian 12, and its entry point runs as its user on a read-only root, where cordboard-sim plays against
# it. `./dev package` comes first. Needs root, debootstrap and a minute; not part of ./dev test. Ends with 77 where it
# cannot be tried.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/bare_debian.sh
source "$here/tests/bare_debian.sh"
# shellcheck source=tests/http_get.sh
source "$here/tests/http_get.sh"
need_debootstrap
image=$(mktemp -d /var/tmp/cordboard-container.XXXXXX)
chmod 0755 "$image"
router_pid=
cleanup() {
  if [[ -n $router_pid ]]; then kill -KILL "$router_pid" 2>/dev/null || true; fi
  rm -rf --one-file-system "$image" "$image.log"
}
trap cleanup EXIT

quietly() { "$@" >>"$image.log" 2>&1 || { tail -n 20 "$image.log"; exit 1; }; }

# The last stage of the recipe, an instruction a line.
# shellcheck disable=SC2016 # sed's last line
stage=$(sed -n '/^FROM/h; /^FROM/!H; ${x; p}' "$here/deploy/container/Containerfile" |
  sed -e ':a' -e '/\\$/{N; s/\\\n//; ta' -e '}')
user="" entry=()
while read -r instruction words; do
  case $instruction in
    FROM) quietly bare_debian "$image" ;;
    COPY)
      read -r from source target <<<"$words"
      [[ $from == --from=build && $source == /src/* ]]
      # shellcheck disable=SC2086 # the recipe's wildcard
      cp "$here"/${source#/src/} "$image$target"
      ;;
    RUN) quietly inside "$image" sh -ec "$words" ;;
    USER) user=${words%%:*} ;;
    ENTRYPOINT) read -ra entry < <(tr -d '[],"' <<<"$words") ;;
    WORKDIR | VOLUME | EXPOSE | STOPSIGNAL | "") ;;
    *)
      echo "not known here: $instruction"
      exit 1
      ;;
  esac
done <<<"$stage"
((${#entry[@]} > 0)) && [[ -n $user && $user != 0 ]]

read_only=/var/lib/cordboard serve "$image" \
  setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "${entry[@]}" \
  --grpc-listen 127.0.0.1:0 --http-listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0
echo "$ready, as user $user on a read-only root"
for path in /healthz /readyz /; do answers "$(http_address)" "$path"; done
inside "$image" cordboard-sim live --target "$(grpc_address)" --agents 20 --rate 50 --duration 3s \
  --handle-time 200ms | tail -n 1
stop_serving
