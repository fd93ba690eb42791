#!/usr/bin/env bash
# systemctl [OPTION...] VERB [UNIT]: stands in for systemd's in a bare Debian where systemd does not run, for the
# router's service: User, Group, StateDirectory and ExecStart are those of its unit. Like systemd's with
# Type=notify, `start` returns when the router serves. The rest of the unit, what it takes away, is not here:
# tests/deploy/systemd.sh looks at that.
set -euo pipefail

verb="" unit="" signal=TERM
for word in "$@"; do
  case $word in
    --signal=*) signal=${word#*=} ;;
    -*) ;;
    *) if [[ -z $verb ]]; then verb=$word; else unit=${word%.service}; fi ;;
  esac
done

if [[ $verb != daemon-reload && $unit != cordboard-router ]]; then
  echo "systemctl.sh: not known here: $*" >&2
  exit 1
fi
file=/usr/lib/systemd/system/$unit.service
wanted=/etc/systemd/system/multi-user.target.wants/$unit.service
log=/var/log/$unit.log
of_unit() { sed -n "s/^$1=//p" "$file"; }
pid() { cat "/run/$unit.pid" 2>/dev/null; }
is_active() { [[ -n $(pid) ]] && kill -0 "$(pid)" 2>/dev/null; }

until_gone() { tail --pid="$(pid)" -s 0.1 -f /dev/null; }

start() {
  local user group command
  if is_active; then return; fi
  user=$(of_unit User) group=$(of_unit Group)
  install -d -o "$user" -g "$group" -m "$(of_unit StateDirectoryMode)" "/var/lib/$(of_unit StateDirectory)"
  read -ra command <<<"$(of_unit ExecStart)"
  : >"$log"
  setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs "${command[@]}" >>"$log" 2>&1 </dev/null &
  echo $! >"/run/$unit.pid"
  grep -q '^ready ' < <(tail -n +1 -F --pid=$! "$log" 2>/dev/null) || {
    cat "$log" >&2
    exit 1
  }
}

stop() {
  if ! is_active; then return; fi
  kill -TERM "$(pid)"
  until_gone
}

case $verb in
  start) start ;;
  stop) stop ;;
  restart)
    stop
    start
    ;;
  kill)
    kill "-$signal" "$(pid)"
    if [[ $signal == KILL ]]; then until_gone; fi
    ;;
  is-active) if is_active; then echo active; else echo inactive; exit 3; fi ;;
  is-enabled)
    if [[ -L $wanted ]]; then echo enabled; else echo disabled; exit 1; fi
    ;;
  freeze)
    # Every thread has stopped when this returns, as systemd promises.
    kill -STOP "$(pid)"
    while grep -qv ') T ' /proc/"$(pid)"/task/*/stat; do :; done
    ;;
  thaw) kill -CONT "$(pid)" ;;
  preset)
    mkdir -p "${wanted%/*}"
    ln -sf "$file" "$wanted"
    ;;
  daemon-reload) ;;
  *)
    echo "systemctl.sh: not known here: $*" >&2
    exit 1
    ;;
esac
