#!/usr/bin/env bash
# backup.sh ROUTER SIM CONFIG: a backup as docs/OPERATIONS.md makes it, under load: the router is frozen for the
# length of a copy, the clients lose nothing, each copy is whole, and a router goes on from the last one.
set -euo pipefail

router=$1 sim=$2 config=$3
# shellcheck source=tests/deploy/start_router.sh
source "$(dirname "${BASH_SOURCE[0]}")/start_router.sh"
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT

# serve DATA
serve() {
  start_router "$work" "$router" --config "$config" --data-dir "$1"
  pids+=("$pid")
}
play() { "$sim" live --target "$(address grpc)" --agents 20 --rate 200 --handle-time 100ms --duration "$1"; }
# As `systemctl freeze`: every thread of the router has stopped when this returns, its last write included.
freeze() {
  kill -STOP "$pid"
  while grep -qv ') T ' /proc/"$pid"/task/*/stat; do :; done
}
records_in() {
  "$router" --verify --data-dir "$1" >"$work/verified" || {
    cat "$work/verified" >&2
    return 1
  }
  sed -n 's/.*log: records 1 to \([0-9]*\),.*/\1/p' "$work/verified"
}

serve "$work/data"
play 1s >"$work/first"
play 2s >"$work/meanwhile" &
playing=$!
pids+=("$playing")
# So many copies, each with more in it than the one before, and no more: on a busy machine the router is frozen most
# of the time, and copies for as long as the load lasts would make it last.
wanted=10 copies=0 newest=0
while ((copies < wanted)) && kill -0 "$playing" 2>/dev/null; do
  rm -rf "$work/copy"
  freeze
  cp -a "$work/data" "$work/copy"
  kill -CONT "$pid"
  records=$(records_in "$work/copy")
  ((records >= newest))
  if ((records > newest)); then copies=$((copies + 1)); fi
  newest=$records
done
wait "$playing" || {
  cat "$work/meanwhile"
  exit 1
}
kill -TERM "$pid"
wait "$pid"
echo "$copies copies under load, all whole; the last one has $newest of $(records_in "$work/data") records"
((copies == wanted))

serve "$work/copy"
play 1s | tail -n 1
