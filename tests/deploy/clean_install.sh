#!/usr/bin/env bash
# clean_install.sh: the Debian package's life in a bare Debian 12 without systemd: installed by apt, the router
# started as the unit would, asked for its health, and routing; upgraded, rolled back, removed, purged. `./dev package`
# comes first. Needs root, debootstrap and a minute; not part of ./dev test. Ends with 77 where it cannot be tried.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/bare_debian.sh
source "$here/tests/bare_debian.sh"
# shellcheck source=tests/http_get.sh
source "$here/tests/http_get.sh"
need_debootstrap
package=$(debian_package "$here")
machine=$(mktemp -d /var/tmp/cordboard-install.XXXXXX)
chmod 0755 "$machine"
router_pid=
cleanup() {
  if [[ -n $router_pid ]]; then kill -KILL "$router_pid" 2>/dev/null || true; fi
  rm -rf --one-file-system "$machine" "$machine.log" "$machine.new"
}
trap cleanup EXIT

step() { printf '== %s\n' "$*"; }
quietly() { "$@" >>"$machine.log" 2>&1 || { tail -n 30 "$machine.log"; exit 1; }; }
apt() { inside "$machine" apt-get -qq -o APT::Sandbox::User=root --yes --no-install-recommends "$@"; }
fail() {
  echo "$*"
  exit 1
}

step "a bare Debian 12"
quietly bare_debian "$machine"
quietly inside "$machine" apt-get -qq -o APT::Sandbox::User=root update

step "apt install ./${package##*/}"
cp "$package" "$machine/root/cordboard.deb"
quietly apt install /root/cordboard.deb
unit=$machine/usr/lib/systemd/system/cordboard-router.service
of_unit() { sed -n "s/^$1=//p" "$unit"; }
[[ $(inside "$machine" id -gn "$(of_unit User)") == "$(of_unit Group)" ]] || fail "the unit's account is not there"
[[ $(inside "$machine" stat -c '%a %U %G' /etc/cordboard) == "750 root cordboard" ]] ||
  fail "/etc/cordboard is not for the account alone"
[[ -L $machine/etc/systemd/system/multi-user.target.wants/cordboard-router.service ]] ||
  fail "the service is not enabled"

# What the unit's lines StateDirectory=, User=, UMask= and ExecStart= mean.
read -ra command <<<"$(of_unit ExecStart)"
loopback=(--grpc-listen 127.0.0.1:0 --http-listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0)
account=(setpriv --reuid "$(of_unit User)" --regid "$(of_unit Group)" --clear-groups --no-new-privs)
state=/var/lib/$(of_unit StateDirectory)
start() {
  inside "$machine" install -d -o "$(of_unit User)" -g "$(of_unit Group)" \
    -m "$(of_unit StateDirectoryMode)" "$state"
  serve "$machine" "${account[@]}" "${command[@]}" "${loopback[@]}"
  answers "$(http_address)" /healthz
  answers "$(http_address)" /readyz
  answers "$(http_address)" /
}
route() {
  inside "$machine" cordboard-sim live --target "$(grpc_address)" --agents 20 --rate 50 --duration 2s \
    --handle-time 200ms | tail -n 1
}

step "started by hand, as the unit would"
inside "$machine" "${account[@]}" "${command[0]}" --check --config /etc/cordboard/router.yaml
start
echo "$ready"
route
stop_serving

step "upgraded to a later version, and back, with an edited configuration"
echo "  - name: second" >"$machine.new"
sed -i "/- name: main/r $machine.new" "$machine/etc/cordboard/router.yaml"
edited=$(sha256sum <"$machine/etc/cordboard/router.yaml")
quietly inside "$machine" sh -ec '
  dpkg-deb -R /root/cordboard.deb /root/later
  sed -i "s/^Version: .*/&+later/" /root/later/DEBIAN/control
  dpkg-deb -Znone -b /root/later /root/later.deb'
verify() { inside "$machine" "${account[@]}" cordboard-router --verify --data-dir "$state"; }
for next in later cordboard; do
  before=$(verify)
  quietly apt install --allow-downgrades "/root/$next.deb"
  echo "now $(inside "$machine" dpkg-query -W cordboard)"
  [[ $(sha256sum <"$machine/etc/cordboard/router.yaml") == "$edited" ]] || fail "the configuration was changed"
  [[ $(verify) == "$before" ]] || fail "the data were changed"
  start
  route
  stop_serving
done

step "removed: programs go, configuration and data stay"
quietly apt remove cordboard
[[ ! -e $machine/usr/bin/cordboard-router && ! -e $machine/usr/share/cordboard ]] ||
  fail "programs or files are left"
[[ -s $machine/etc/cordboard/router.yaml && -e $machine$state/default ]] ||
  fail "configuration or data are gone"

step "purged: the data stay, and it says where"
inside "$machine" apt-get -qq --yes purge cordboard | tee "$machine.new" | grep "^cordboard:"
grep -q "$state" "$machine.new" || fail "it does not say where the data are"
[[ ! -e $machine/etc/cordboard && -e $machine$state/default ]] ||
  fail "configuration is left, or data are gone"

if command -v lintian >/dev/null; then
  step "lintian"
  lintian --allow-root --fail-on error,warning "$package"
else
  echo "lintian is not installed: the package was not checked by it"
fi
echo "the package was installed, routed, was upgraded, removed and purged"
