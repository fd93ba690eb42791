#!/usr/bin/env bash
# Proves that ./dev needs nothing but a bare Debian 12: makes one with debootstrap, copies the committed
# tree into it, and runs there `./dev demo` and `./dev test`, or the ./dev arguments given.
#
#   tests/clean_machine.sh            needs root and debootstrap; some GB and an hour
#   tests/clean_machine.sh deps       only: are all packages found?
#
# The folder is $CORDBOARD_CHROOT (default: a new one under /var/tmp, removed at the end). Package mirrors,
# apt settings and extra certificates are those of this machine.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
keep=${CORDBOARD_CHROOT:-}
chroot_dir=${keep:-$(mktemp -d /var/tmp/cordboard-chroot.XXXXXX)}
mounts=(proc sys dev)

cleanup() {
  local i
  for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do
    if mountpoint -q "$chroot_dir/${mounts[i]}"; then umount "$chroot_dir/${mounts[i]}"; fi
  done
  # Never descends into a mount that is still there.
  [[ -n $keep ]] || rm -rf --one-file-system "$chroot_dir"
}

mirror() {
  # shellcheck disable=SC2016 # $(SITE) is apt's
  apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1
}

make_machine() {
  [[ -x $chroot_dir/usr/bin/apt-get ]] || debootstrap --variant=minbase bookworm "$chroot_dir" "$(mirror)"
  local file
  for file in sources.list sources.list.d/debian.sources apt.conf.d; do
    if [[ -e /etc/apt/$file ]]; then cp -aT "/etc/apt/$file" "$chroot_dir/etc/apt/$file"; fi
  done
  cp -L /etc/resolv.conf /etc/hosts "$chroot_dir/etc/"
  if [[ -d /usr/local/share/ca-certificates ]]; then
    mkdir -p "$chroot_dir/usr/local/share/ca-certificates"
    cp -a /usr/local/share/ca-certificates/. "$chroot_dir/usr/local/share/ca-certificates/"
  fi
}

copy_tree() {
  rm -rf "$chroot_dir/src"
  git -C "$root" clone --quiet --no-hardlinks . "$chroot_dir/src"
}

inside() {
  chroot "$chroot_dir" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin CI=true \
    ${CORDBOARD_JOBS:+CORDBOARD_JOBS="$CORDBOARD_JOBS"} "$@"
}

trap cleanup EXIT
make_machine
copy_tree
for mount in "${mounts[@]}"; do
  mountpoint -q "$chroot_dir/$mount" || mount --bind "/$mount" "$chroot_dir/$mount"
done
if (($#)); then
  inside /src/dev "$@"
else
  inside /src/dev demo --seconds 60
  inside /src/dev test
fi
