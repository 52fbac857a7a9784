#!/bin/bash
# Builds the container image with buildah, as root and without a registry, and looks at it.
# Ends with `N passed, N failed`; where containers cannot be built, says why and exits with 77.
# Keeps the base, localhost/haetae-base:bookworm, for the next time.
set -uo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root" || exit 1
. tests/checks.sh
work=$(mktemp -d)
container=
trap '[ -n "$container" ] && buildah rm "$container" >/dev/null; rm -rf "$work"' EXIT

base=localhost/haetae-base:bookworm
image=localhost/haetae:test
limit=20000000     # bytes

skip() { echo "skipped: $*"; exit 77; }

# can_build: whether this machine lets an image of one file be made. Inside a chroot or a container it may not.
can_build() {
  container=$(buildah from scratch) && buildah add --quiet "$container" LICENSE / &&
    buildah commit --quiet --rm "$container" localhost/haetae-probe && container= && buildah rmi localhost/haetae-probe
}

[ "$(id -u)" -eq 0 ] || skip "the image's files are looked at as root, and this is not root"
for tool in buildah debootstrap; do
  command -v $tool >/dev/null || tests/install-packages.sh containers || skip "$tool is missing and cannot be installed"
done
can_build >"$work/log" 2>&1 || skip "buildah cannot make a container here: $(tail -n 1 "$work/log")"

# A Debian 12 from packages, once.
make_base() {
  buildah inspect --type image $base >/dev/null 2>&1 && return
  debootstrap --variant=minbase bookworm "$work/base" &&
    container=$(buildah from scratch) &&
    buildah add --quiet "$container" "$work/base" / &&
    buildah commit --quiet "$container" $base
}
build() {
  buildah bud --layers --pull-never --network=host --isolation=chroot --build-arg BASE=$base \
    --build-arg JOBS="$(tests/jobs.sh)" -t $image . >"$work/log" 2>&1 ||
    { grep -m 5 -B 2 -A 5 'error:' "$work/log"; tail -n 12 "$work/log"; return 1; }
}
config() { buildah inspect --type image --format "{{$1}}" $image; }

echo "== build"
check "a Debian 12 from packages" make_base
check "the image" build
[ "$failed" -eq 0 ] || { summary; exit 1; }
buildah push --quiet $image "oci-archive:$work/image.tar" >/dev/null
compressed=$(stat -c %s "$work/image.tar")
container=$(buildah from --pull-never $image)
mounted=$(buildah mount "$container")
size=$(du -sb "$mounted" | cut -f1)
echo "image size: $size bytes unpacked, $compressed as an archive"

echo "== look"
check "is smaller than $limit bytes" test "$size" -lt $limit
check "runs as nobody in particular" is "$(config .OCIv1.Config.User)" 65532:65532
check "starts the operator" is "$(config .OCIv1.Config.Entrypoint) $(config .OCIv1.Config.Cmd)" "[/haetae] [operator]"
check "holds no shell" is "$(find "$mounted" -name '*sh' -type f -perm /111)" ""
check "holds nothing that anybody may change" is "$(find "$mounted" -type f -perm /022)" ""
check "holds the licence" test -s "$mounted/LICENSE"
check "runs" says "haetae" chroot --userspec=65532:65532 "$mounted" /haetae --help
check "says what is wrong without a cluster" no chroot --userspec=65532:65532 "$mounted" /haetae operator --listen=127.0.0.1:0 --kubeconfig=/none

summary
