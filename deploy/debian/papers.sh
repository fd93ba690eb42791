#!/usr/bin/env bash
# papers.sh FILES VERSION MAINTAINER: what Debian wants beside the programs, made from the files of the package:
# copyright, changelog, the manual pages that the build does not make, and the bill of materials.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
files=$1 version=$2 maintainer=$3
doc=$files/usr/share/doc/cordboard

install -m 0644 "$here/copyright" "$doc/copyright"
"$here/../sbom.py" "$files"/usr/bin/* >"$doc/cordboard.cdx.json"

gzip -9n >"$doc/changelog.gz" <<TEXT
cordboard ($version) stable; urgency=medium

  * CHANGELOG.md beside this file tells what changed.

 -- $maintainer  $(date -R -d "@${SOURCE_DATE_EPOCH:-$(stat -c %Y "$here/../../CHANGELOG.md")}")
TEXT

# manual PROGRAM SECTION WHAT
manual() {
  local page=$files/usr/share/man/man$2/$1.$2
  mkdir -p "${page%/*}"
  PATH=$files/usr/bin:$PATH help2man --no-info --version-string "$version" --section "$2" --name "$3" "$1" >"$page"
}
manual cordboard-router 8 "routes contacts to agents"
manual cordboard-sim 1 "simulates cordboard-router, and plays its clients"
find "$files/usr/share/man" -type f ! -name '*.gz' -exec gzip -9n {} +

# Whoever builds may have another umask.
find "$files" -type d -exec chmod 0755 {} + -o -type f ! -path '*/bin/*' -exec chmod 0644 {} +
