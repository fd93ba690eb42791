#!/usr/bin/env bash
# documented.sh DOCUMENT: runs the commands of a document (documented.py) in a bare Debian 12, as root, with the Debian
# package beside them and systemctl.sh in systemd's place. `./dev package` comes first. Needs root, debootstrap and a
# minute; not part of ./dev test. Ends with 77 where it cannot be tried.
set -euo pipefail

document=$(realpath "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/bare_debian.sh
source "$here/tests/bare_debian.sh"
need_debootstrap
package=$(debian_package "$here")
machine=$(mktemp -d /var/tmp/cordboard-documented.XXXXXX)
chmod 0755 "$machine"
trap 'rm -rf --one-file-system "$machine" "$machine.log"' EXIT
quietly() { "$@" >>"$machine.log" 2>&1 || { tail -n 30 "$machine.log"; exit 1; }; }

quietly bare_debian "$machine"
install "$here/tests/deploy/systemctl.sh" "$machine/usr/bin/systemctl"
cat >"$machine/etc/apt/apt.conf.d/99test" <<'TEXT'
APT::Sandbox::User "root";
APT::Get::Assume-Yes "true";
APT::Install-Recommends "false";
TEXT
quietly inside "$machine" apt-get -qq update
cp "$package" "$machine/root/"

# What the reader of the document has already.
mkdir -p "$machine/run/systemd/system" # maintainer scripts look for it
case ${document##*/} in
  OPERATIONS.md)
    cat >"$machine/root/before.sh" <<'TEXT'
apt-get -qq install ./cordboard_*_amd64.deb
[[ $(systemctl is-active cordboard-router) == active ]] # the package has started it
cordboard-sim live --target 127.0.0.1:7070 --agents 20 --rate 50 --duration 2s --handle-time 200ms
mv cordboard_*_amd64.deb cordboard_OLD_amd64.deb
dpkg-deb -R cordboard_OLD_amd64.deb new
sed -i 's/^Version: .*/&+later/' new/DEBIAN/control
dpkg-deb -Znone -b new cordboard_NEW_amd64.deb
TEXT
    ;;
esac

# shellcheck disable=SC2016 # the inner shell's
"$here/tests/deploy/documented.py" "$document" \
  bash -c 'source "$0"; inside "$@"' "$here/tests/bare_debian.sh" "$machine" \
  bash -ec 'cd /root; touch before.sh; bash -e before.sh; exec bash'
