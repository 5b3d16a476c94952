#!/usr/bin/env bash
# Builds the container image of Flotilla, without any registry of images.
#
# Usage: build-image.sh [--tag IMAGE] [--base IMAGE] [--base-only] [--fresh-base]
#
#   --tag IMAGE    what to call it (default flotilla:latest)
#   --base IMAGE   build on this image, which holds bash, useradd and Java 17 or later, instead of making a base
#   --base-only    make the base and stop
#   --fresh-base   make the base anew although there is one
#
# The base is a minimal Debian with a Java runtime, made by debootstrap from the mirror that apt uses on this machine; it
# takes a minute or two and root, and is kept by the engine as flotilla-base:RELEASE.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tag=flotilla:latest base='' base_only=false fresh_base=false
while [ $# -gt 0 ]; do
  case "$1" in
    --tag) tag=${2:?--tag needs a name}; shift 2 ;;
    --base) base=${2:?--base needs an image}; shift 2 ;;
    --base-only) base_only=true; shift ;;
    --fresh-base) fresh_base=true; shift ;;
    -h | --help) usage_of "$0"; exit 0 ;;
    *) die "unknown option '$1'; see --help" ;;
  esac
done

folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT

has_image() { docker image inspect "$1" >/dev/null 2>&1; }
megabytes() { docker image inspect --format '{{.Size}}' "$1" | awk '{ printf "%.0f MB", $1 / 1e6 }'; }

# Where apt finds the main archive of this machine's own Debian release.
debian_mirror() {
  # shellcheck disable=SC2016  # apt-get fills these in
  apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk -v release="$1" '$2 == release && $3 == "main" { print $1; exit }'
}

# make_base IMAGE RELEASE
make_base() {
  local root=$folder/root started mirror
  local otherwise="or name an image with Java 17: build-image.sh --base IMAGE"
  [ -n "$2" ] || die "this is no Debian, so no base can be made; name one: build-image.sh --base IMAGE"
  [ "$(id -u)" = 0 ] || die "making a base takes root; run as root $otherwise"
  ensure_debian_packages debootstrap debian-archive-keyring
  mirror=$(debian_mirror "$2")
  [ -n "$mirror" ] || die "apt has no source for Debian $2; add one $otherwise"
  started=$(now_ms)
  say "base: Debian $2 with a Java runtime, by debootstrap"
  if ! DPKG_FORCE=unsafe-io debootstrap --variant=minbase --include=default-jre-headless "$2" "$root" "$mirror" >"$folder/log" 2>&1; then
    tail -n 20 "$folder/log" >&2
    die "debootstrap failed; mend its complaint $otherwise"
  fi
  # What no node reads; the licences stay.
  find "$root"/usr/share/doc -type f -not -name copyright -delete
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/man/* "$root"/usr/share/locale/* \
    "$root"/var/log/*
  say "base: Debian $(du -sm --exclude="$root/usr/lib/jvm" "$root" | cut -f1) MB, Java runtime $(du -sm "$root/usr/lib/jvm" | cut -f1) MB"
  tar -C "$root" --one-file-system -c . | docker import --change 'ENV LANG=C.UTF-8' - "$1" >/dev/null
  say "base: $1 made in $(seconds_since "$started") s"
}

ensure_engine
if [ -z "$base" ]; then
  # Two that want the same base at once make it once.
  exec 9>"${TMPDIR:-/tmp}/flotilla-base.lock"
  flock 9
  release=$(. /etc/os-release && [ "${ID:-}" = debian ] && printf '%s' "${VERSION_CODENAME:-}") || release=''
  base=flotilla-base:${release:-none}
  if $fresh_base || ! has_image "$base"; then make_base "$base" "$release"; fi
  exec 9>&-
else
  docker run --rm --network none --entrypoint java "$base" -version >/dev/null 2>&1 ||
    die "--base $base: cannot run java in it; take an image with Java 17 or later"
fi
$base_only && exit 0

require_build
started=$(now_ms)
mkdir -p "$folder/context/libraries" "$folder/context/jars" "$folder/context/scripts"
for jar in "$FLOTILLA_LIB"/*.jar; do
  case $(basename "$jar") in
    flotilla-*) cp -L "$jar" "$folder/context/jars" ;;
    *) cp -Lp "$jar" "$folder/context/libraries" ;;
  esac
done
cp "$FLOTILLA_SCRIPTS/flotilla" "$FLOTILLA_SCRIPTS/lib.sh" "$FLOTILLA_ROOT/docker/entrypoint.sh" "$folder/context/scripts"
cp "$FLOTILLA_ROOT/docker/Dockerfile" "$folder/context"
chmod -R a+rX "$folder/context"
before=$(docker image inspect --format '{{.Id}}' "$tag" 2>/dev/null || true)
# Without the buildx plugin only the classic builder is there.
if docker buildx version >/dev/null 2>&1; then builder=1; else builder=0; fi
if ! DOCKER_BUILDKIT=$builder docker build --network none --build-arg "BASE=$base" --tag "$tag" "$folder/context" \
  >"$folder/log" 2>&1; then
  tail -n 20 "$folder/log" >&2
  die "docker build failed"
fi
if [ -n "$before" ] && [ "$before" != "$(docker image inspect --format '{{.Id}}' "$tag")" ]; then
  # Refused when it has another name or is in use, and that is right.
  docker rmi "$before" >/dev/null 2>&1 || true
fi
say "image: $tag, $(megabytes "$tag") on a base of $(megabytes "$base"), in $(seconds_since "$started") s"
