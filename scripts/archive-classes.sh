#!/usr/bin/env bash
# Makes the class archive beside the build: what the JVM would parse and verify anew at every start of a node or a tool.
#
# Usage: archive-classes.sh
#
# The build calls it (mvn package); again after moving the build or for another JVM. Starts take the archive where it fits
# and go without where it does not, about twice as slow. It rehearses a small cluster on loopback for some seconds.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case "${1:-}" in
  '') ;;
  -h | --help) usage_of "$0"; exit 0 ;;
  *) die "unknown option '$1'; see --help" ;;
esac
require_java
require_build

archive=${FLOTILLA_LIB%/lib}/classes.jsa
work=$(mktemp -d "$archive.XXXXXX")
trap 'rm -rf "$work"' EXIT
rm -f "$archive" "$archive.size"
if ! FLOTILLA_OPTS="-XX:ArchiveClassesAtExit=$work/classes.jsa" \
  timeout 300 "$FLOTILLA_SCRIPTS/flotilla" rehearse "$work" >"$work/log" 2>&1 || ! [ -s "$work/classes.jsa" ]; then
  grep -v 'warning..cds' "$work/log" | tail -n 20
  die "no class archive; nodes and tools start without"
fi
mv "$work/classes.jsa" "$archive"
stat -c %s "$archive" >"$archive.size"
