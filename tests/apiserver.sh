#!/bin/bash
# Runs the doctest suites that can also ask a real API server (tests/fakes/each_server.hpp) against one of a small fleet
# of its own: what the fake claims must be true. tests/apiserver.sh [BUILD_DIR], default build/asan.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root"
build=${1:-build/asan}
work=$(mktemp -d)
trap 'tests/cluster/fleet down --dir "$work/fleet" >/dev/null; rm -rf "$work"' EXIT

tests/cluster/fleet up --dir "$work/fleet" --centers east --nodes 1 --rooms 1
HAETAE_TEST_KUBECONFIG=$work/fleet/east.kubeconfig ctest --test-dir "$build" -R '^runtime$' -V --timeout 600
