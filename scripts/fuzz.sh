#!/usr/bin/env bash
# Has Jazzer look for bytes that make a decoder do what it must not: throw anything but its own errors, never end, take
# memory without bound, or find something else the second time.
#
# Usage: fuzz.sh [TARGET...] [--seconds N]
#
#   TARGET       batch, log or metadata (default: all, one after the other)
#   --seconds N  how long each (default 60)
#
# What was found interesting is kept in target/fuzz/TARGET and goes on from there; a finding is written to a file named
# crash-..., and `fuzz.sh TARGET` with that file in the folder shows it again. Ends with 1 on a finding. Every build runs
# the same targets on mutations of good bytes (FuzzTargetsTest). Needs a build, Maven, and once Maven Central.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seconds=60 targets=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage_of "$0"; exit 0 ;;
    --seconds) seconds=${2:?--seconds needs a number}; shift 2 ;;
    batch | log | metadata) targets+=("$1"); shift ;;
    *) die "$1 is no target; they are batch, log and metadata" ;;
  esac
done
[ ${#targets[@]} -gt 0 ] || targets=(batch log metadata)
require_java
require_build
tests=$FLOTILLA_ROOT/chaos-tests/target/test-classes
[ -d "$tests/io/flotilla/fuzz" ] || die "no $tests; run mvn package -DskipTests first"

work=$FLOTILLA_ROOT/target/fuzz
version=$(sed -n 's:.*<jazzer.version>\(.*\)</jazzer.version>.*:\1:p' "$FLOTILLA_ROOT/pom.xml")
for artifact in jazzer jazzer-api; do
  [ -f "$work/lib/$artifact-$version.jar" ] || mvn -q -f "$FLOTILLA_ROOT/pom.xml" -N \
    dependency:copy -Dartifact="com.code-intelligence:$artifact:$version" -DoutputDirectory="$work/lib"
done

for target in "${targets[@]}"; do
  mkdir -p "$work/$target"
  (
    cd "$work/$target"
    FLOTILLA_LOG_LEVEL=OFF "$(java_command)" -Xmx1200m \
      -cp "$tests:$FLOTILLA_LIB/*:$FLOTILLA_ROOT/chaos-tests/target/flotilla/lib/*:$work/lib/*" \
      com.code_intelligence.jazzer.Jazzer --target_class="io.flotilla.fuzz.${target^}Fuzz" \
      --instrumentation_includes='io.flotilla.**' -max_total_time="$seconds" -print_final_stats=1 .
  )
done
