#!/usr/bin/env bash
# Proves that ./dev needs nothing but a bare Debian 12: makes one with debootstrap, copies the committed
# tree into it, and runs there `./dev demo` and `./dev test`, or the ./dev arguments given.
#
#   tests/clean_machine.sh            needs root and debootstrap; some GB and an hour
#   tests/clean_machine.sh deps       only: are all packages found?
#
# The folder is $CORDBOARD_CHROOT (default: a new one under /var/tmp, removed at the end).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/bare_debian.sh
source "$root/tests/bare_debian.sh"
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

copy_tree() {
  rm -rf "$chroot_dir/src"
  git -C "$root" clone --quiet --no-hardlinks . "$chroot_dir/src"
}

run_there() {
  chroot "$chroot_dir" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin CI=true \
    ${CORDBOARD_JOBS:+CORDBOARD_JOBS="$CORDBOARD_JOBS"} "$@"
}

trap cleanup EXIT
bare_debian "$chroot_dir"
copy_tree
for mount in "${mounts[@]}"; do
  mountpoint -q "$chroot_dir/$mount" || mount --bind "/$mount" "$chroot_dir/$mount"
done
if (($#)); then
  run_there /src/dev "$@"
else
  run_there /src/dev demo --seconds 60
  run_there /src/dev test
fi
