#!/usr/bin/env bash
# kubernetes.sh BUILD_FOLDER ROUTER: tests the manifests (kubernetes/manifests.mjs), beside the build, so that the
# source tree stays clean.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1/kubernetes"
cp "$here"/kubernetes/* "$1/kubernetes"
cd "$1/kubernetes"
npm ci --prefer-offline --no-audit --no-fund --loglevel=error
exec node manifests.mjs "$here/../.." "$2"
