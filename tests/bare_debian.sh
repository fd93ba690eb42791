# shellcheck shell=bash
# For scripts that try something in a bare Debian 12, made by debootstrap. Source it.

# Ends the script with 77 where none can be made.
need_debootstrap() {
  if ((EUID != 0)) || ! command -v debootstrap >/dev/null; then
    echo "NOT TESTED: needs root and debootstrap"
    exit 77
  fi
}

# debian_package PROJECT: the one that `./dev package` has made.
debian_package() {
  local packages=("$1"/build/release/cordboard_*_amd64.deb)
  if [[ ! -f ${packages[0]} ]]; then
    echo "no package: run ./dev package" >&2
    exit 1
  fi
  echo "${packages[0]}"
}

# bare_debian FOLDER [PACKAGE...]: makes one, unless the folder has one. Package mirrors, apt settings and extra
# certificates are those of this machine.
bare_debian() {
  local folder=$1 mirror include file
  shift
  # shellcheck disable=SC2016 # $(SITE) is apt's
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
  include=$(IFS=,; echo "$*")
  [[ -x $folder/usr/bin/apt-get ]] ||
    debootstrap --variant=minbase ${include:+--include="$include"} bookworm "$folder" "$mirror" || return
  for file in sources.list sources.list.d/debian.sources apt.conf.d; do
    if [[ -e /etc/apt/$file ]]; then cp -aT "/etc/apt/$file" "$folder/etc/apt/$file" || return; fi
  done
  cp -L /etc/resolv.conf /etc/hosts "$folder/etc/" || return
  if [[ -d /usr/local/share/ca-certificates ]]; then
    mkdir -p "$folder/usr/local/share/ca-certificates"
    cp -a /usr/local/share/ca-certificates/. "$folder/usr/local/share/ca-certificates/"
  fi
}

# inside FOLDER COMMAND...: runs it there, with processes and mounts of its own that end with it. With
# read_only=FOLDER, only that folder can be written to.
inside() {
  # shellcheck disable=SC2016 # the inner shell's
  unshare --mount --pid --fork --kill-child bash -euc '
    root=$0
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount -t devpts devpts "$root/dev/pts"
    if [[ -n ${read_only:-} ]]; then
      mount --bind "$root$read_only" "$root$read_only"
      mount -o remount,ro,bind "$root"
      if touch "$root/tmp/x" 2>/dev/null; then echo "the root can be written to" >&2; exit 1; fi
    fi
    exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"
  ' "$@"
}

# serve FOLDER COMMAND...: starts a router there and waits until it serves; $ready is what it said, $router_pid the
# process (end it in a trap), grpc_address and http_address find its listeners.
serve() {
  local folder=$1 pipe child
  pipe=$(mktemp -u)
  mkfifo "$pipe"
  inside "$@" >"$pipe" 2>"$folder.log" &
  started=$! router_pid=$!
  read -r ready <"$pipe" || {
    rm -f "$pipe"
    cat "$folder.log"
    exit 1
  }
  rm -f "$pipe"
  while child=$(<"/proc/$router_pid/task/$router_pid/children") && [[ -n $child ]]; do router_pid=${child%% *}; done
}
grpc_address() { sed -n 's/.* grpc=\([^ ]*\).*/\1/p' <<<"$ready"; }
http_address() { sed -n 's/.* http=\([^ ]*\).*/\1/p' <<<"$ready"; }

# stop_serving: as systemd and container engines do; the router has to drain and end with 0.
stop_serving() {
  kill -TERM "$router_pid"
  wait "$started"
  router_pid=
}
