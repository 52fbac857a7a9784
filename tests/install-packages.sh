#!/bin/bash
# Installs what tests/packages.txt lists and this machine lacks. Quiet and quick when nothing is missing.
#   install-packages.sh         what building and testing need: all but the part `containers`
#   install-packages.sh PART    only that part of the list
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
mapfile -t wanted < <(awk -v part="${1:-}" '
  !/^#/ && NF && (part == "" ? $2 != "containers" : $2 == part) { print $1 }' "$here/packages.txt")

if ! command -v dpkg-query >/dev/null; then
  echo "This is not Debian: the packages in tests/packages.txt, or what they are called here, must be there." >&2
  exit 0
fi
missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing ${missing[*]}" >&2
if [ "$(id -u)" -ne 0 ]; then
  echo "not root; please run: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
  tail -n 30 "$log" >&2
  exit 1
fi
