#!/bin/bash
# How many compilers to run at once: one a core, as far as memory goes. A compiler takes up to 1.5 GB here.
set -euo pipefail

cores=$(nproc)
memory=$(awk '/MemAvailable/ { print int($2 / 1500000) }' /proc/meminfo)
[ "$memory" -lt 1 ] && memory=1
echo $((cores < memory ? cores : memory))
