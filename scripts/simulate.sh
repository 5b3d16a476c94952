#!/usr/bin/env bash
# Runs a cluster of real parts in simulated time, one seed after another: each seed draws the cluster, its load and what
# breaks, and after every event the rules of replication are checked. Then all is healed, and must converge.
#
# Usage: simulate.sh [--seeds N] [--from S] [--minutes M] [--threads T] [--alone] [--mutant NAME]
#        simulate.sh --seeds 1 --from S --trace [--mutant NAME]
#
#   --seeds N    how many seeds must be telling (default 240), after those that once failed; at most twice as many are run
#   --from S     the first seed (default 1)
#   --minutes M  begin no further seed after so long
#   --threads T  seeds at a time (default: one for each core)
#   --alone      leave out the seeds that once failed
#   --trace      print what happens in seed S, event by event
#   --mutant N   with a known bug in the place of the code that it breaks, see mutants.sh; its seeds are not kept
#
# Prints, for the seeds together, how much happened (least, median, most), simulated hours and events per second; for each
# seed that fails, what did not hold and how to see it again. Failing seeds are kept in target/simulation/corpus.txt.
# Environment: FLOTILLA_SIM_PATCH, a folder of classes to put in the place of the build's; JAVA_HOME.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mutant='' arguments=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage_of "$0"; exit 0 ;;
    --mutant) mutant=${2:?--mutant needs a name; they are in chaos-tests/src/main/mutants}; shift 2 ;;
    *) arguments+=("$1"); shift ;;
  esac
done
require_java
require_build
corpus=$FLOTILLA_ROOT/target/simulation/corpus.txt
if [ -n "$mutant" ]; then
  FLOTILLA_SIM_PATCH=$FLOTILLA_ROOT/target/mutants/$mutant corpus=$FLOTILLA_ROOT/target/mutants/$mutant/corpus.txt
  rm -rf "$FLOTILLA_SIM_PATCH"
  "$FLOTILLA_SCRIPTS/mutants.sh" --classes "$FLOTILLA_SIM_PATCH" "$mutant"
fi
classpath="$FLOTILLA_LIB/*:$FLOTILLA_ROOT/chaos-tests/target/flotilla/lib/*"
[ -z "${FLOTILLA_SIM_PATCH:-}" ] || classpath="$FLOTILLA_SIM_PATCH:$classpath"
# A seed needs little memory, and its garbage is young: one collector thread beside each worker would only be in its way.
# What nodes log is no news here: what counts is checked.
exec env FLOTILLA_LOG_LEVEL="${FLOTILLA_LOG_LEVEL:-OFF}" \
  "$(java_command)" -Xmx1200m -XX:+UseParallelGC -XX:ParallelGCThreads=1 -cp "$classpath" \
  io.flotilla.chaos.Main simulate --corpus "$corpus" "${arguments[@]}"
