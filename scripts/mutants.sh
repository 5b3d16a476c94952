#!/usr/bin/env bash
# Runs known bugs of replication under the simulator: each must be caught, or the simulator proves nothing.
#
# Usage: mutants.sh [NAME...] [--seeds N] [--from S] [--threads T] [--minutes M [--least L]]
#
#   NAME...      mutants to run (default: all of chaos-tests/src/main/mutants)
#   --seeds N    a mutant that N seeds do not catch has escaped (default 240)
#   --from S     first seed (default 1)
#   --threads T  mutants at a time (default: one for each processor)
#   --minutes M  begin nothing after so long: some may stay undecided, but --least (15) must have been caught
#
# Prints for each mutant the rule that it breaks, the predicate that caught it, and after how many seeds. Exits with 1
# when one escaped, or too few were caught in time. One of them with its trace: simulate.sh --mutant NAME --seeds 1 --trace
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case "${1:-}" in
  -h | --help) usage_of "$0"; exit 0 ;;
esac
require_build
JAVA_HOME=$(jdk_home)
[ -n "$JAVA_HOME" ] || die "mutants are compiled, which takes a JDK 17 or later; no javac found"
export JAVA_HOME
exec env FLOTILLA_LOG_LEVEL="${FLOTILLA_LOG_LEVEL:-OFF}" \
  "$(java_command)" -Xmx1500m -XX:ReservedCodeCacheSize=768m -XX:+UseParallelGC -XX:ParallelGCThreads=1 \
  -cp "$FLOTILLA_LIB/*:$FLOTILLA_ROOT/chaos-tests/target/flotilla/lib/*" \
  io.flotilla.chaos.Main mutants --sources "$FLOTILLA_ROOT" "$@"
