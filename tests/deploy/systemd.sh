#!/usr/bin/env bash
# systemd.sh UNIT ROUTER SIM CONFIG: the unit's exposure by systemd's own measure is at most 1.5, and the
# router under load makes no system call that the unit forbids.
set -euo pipefail

unit=$1 router=$2 sim=$3 config=$4
# shellcheck source=tests/deploy/start_router.sh
source "$(dirname "${BASH_SOURCE[0]}")/start_router.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

grep -qx Type=notify "$unit" # tests/deploy/systemctl.sh counts on it
systemd-analyze security --offline=true --threshold=15 --no-pager "$unit" >"$work/security" || {
  cat "$work/security"
  exit 1
}
tail -n 1 "$work/security"

# members SET: the system calls of a set of systemd, with those of the sets in it.
members() {
  local member
  while read -r member; do
    if [[ $member == @* ]]; then members "$member"; else echo "$member"; fi
  done < <(systemd-analyze syscall-filter "$1" | sed -n '2,$p' | grep -vE '^ *(#|$)')
}

# filtered MARK: the calls of the unit's lines SystemCallFilter=MARK...
filtered() {
  local sets set
  sets=$(sed -n "s/^SystemCallFilter=$1\(@.*\)/\1/p" "$unit")
  for set in $sets; do members "$set"; done | sort -u
}

comm -23 <(filtered "") <(filtered "~") >"$work/allowed"

start_router "$work" strace -f -qq -e signal=none -o "$work/trace" "$router" --config "$config" --data-dir "$work/data"
"$sim" live --target "$(address grpc)" --agents 20 --rate 50 --duration 2s --handle-time 200ms --json >"$work/live"
kill -TERM "$(<"/proc/$pid/task/$pid/children")" # the router; strace ends with it
wait "$pid"

# "PID call(arguments) = result"; the start of the program itself is systemd's, and SQLite sets owners of files
# only when it runs as root.
sed -nE 's/^[0-9]+ +([a-z_0-9]+)\(.*/\1/p' "$work/trace" | grep -vxE 'execve|fchown' | sort -u >"$work/made"
comm -23 "$work/made" "$work/allowed" >"$work/forbidden"
echo "$(wc -l <"$work/made") different system calls made, $(wc -l <"$work/forbidden") of them forbidden by the unit"
if [[ -s $work/forbidden ]]; then
  cat "$work/forbidden"
  exit 1
fi
