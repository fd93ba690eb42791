# shellcheck shell=bash
# Starting a router on ports that the system chooses. Source it.

# start_router WORK COMMAND...: adds the ports to COMMAND and waits until it serves. $ready is what it said then, $pid the
# process (end it in a trap); what it logs is in WORK/log.
start_router() {
  local work=$1
  shift
  rm -f "$work/ready"
  mkfifo "$work/ready"
  "$@" --grpc-listen 127.0.0.1:0 --http-listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 >"$work/ready" 2>"$work/log" &
  # shellcheck disable=SC2034 # the caller's
  pid=$!
  read -r ready <"$work/ready" || {
    cat "$work/log"
    exit 1
  }
}

# address LISTENER: grpc, http or metrics of what was started last.
address() { sed -n "s/.* $1=\([^ ]*\).*/\1/p" <<<"$ready"; }
