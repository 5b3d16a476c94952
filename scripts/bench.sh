#!/usr/bin/env bash
# Measures Flotilla and Apache Kafka in turn on this host, with the same ready-made records, and compares them.
#
# Usage: bench.sh list
#        bench.sh NAME... [--rounds N] [--base-port PORT]
#        bench.sh failover [NAME...] [--rounds N] [--system flotilla|kafka] [--base-port PORT]
#
#   list              what can be measured; the name "groups" stands for group-join and group-replace
#   failover          what befalls a cluster under load, with the goals (default: every NAME, 20 rounds each, Flotilla)
#   --rounds N        rounds of each system, which alternate (default 5); the medians are compared
#   --base-port PORT  first of 200 ports that the nodes take (default 29000)
#
# Prints a line for every round and, for every NAME,
#   result NAME flotilla=MEDIAN kafka=MEDIAN ratio=R unit=U
# where a ratio above 1 means that Flotilla is better. Kafka's jars come from Maven's repository, into bench/target/kafka.
# Measure on a machine that does nothing else; each round has a fresh cluster, and its data in bench/target/work.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case "${1:-}" in
  '' | -h | --help) usage_of "$0"; exit 0 ;;
esac
# Options of the caller would reach one of the two only.
unset FLOTILLA_HEAP FLOTILLA_OPTS
ensure_tools
require_build
target=$FLOTILLA_ROOT/bench/target
[ -d "$target/flotilla/lib" ] || die "the bench is not built ($target/flotilla/lib is missing); run: mvn -q package -DskipTests"

bench() { "$(java_command)" -Xmx256m -cp "$target/flotilla/lib/*:$FLOTILLA_LIB/*" io.flotilla.bench.Main "$@"; }

if [ "$1" = list ]; then
  bench list
  exit 0
fi
with_kafka=true
if [ "$1" = failover ] && [[ " $* " != *[\ =]kafka\ * ]]; then with_kafka=false; fi
if $with_kafka && ! [ -f "$target/kafka/complete" ]; then
  say "fetching Kafka's jars into $target/kafka"
  mvn -B -ntp -q -Dstyle.color=never -f "$FLOTILLA_ROOT/bench/kafka/pom.xml" dependency:copy-dependencies -DoutputDirectory="$target/kafka/lib"
  cp "$FLOTILLA_ROOT/bench/kafka/log4j2.properties" "$target/kafka/"
  touch "$target/kafka/complete"
fi
[ "$1" = failover ] || set -- run "$@"
bench "$@" --scripts "$FLOTILLA_SCRIPTS" --flotilla-lib "$FLOTILLA_LIB" --bench-lib "$target/flotilla/lib" \
  --kafka "$target/kafka" --work "$target/work"
