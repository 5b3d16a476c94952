#!/usr/bin/env bash
# Shows the cluster on this host: processes, brokers, quorum, and partitions that lack replicas.
#
# Usage: cluster-status.sh [--dir DIR]
#
# Exits with 0 when every node runs and every partition has all its replicas in sync, with 1 otherwise.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

while [ $# -gt 0 ]; do
  case "$1" in
    --dir) FLOTILLA_CLUSTER=$(realpath -m "${2:?--dir needs a folder}"); shift 2 ;;
    -h | --help) usage_of "$0"; exit 0 ;;
    *) die "unknown option '$1'; see --help" ;;
  esac
done
[ -n "$(node_ids)" ] || die "there is no cluster in $FLOTILLA_CLUSTER; scripts/start-cluster.sh starts one"

healthy=true running=0
for id in $(node_ids); do
  if node_running "$id"; then
    say "node $id  running  pid $(node_pid "$id")  $(node_dir "$id")"
    running=$((running + 1))
  else
    say "node $id  down     $(node_dir "$id")"
    healthy=false
  fi
done
[ "$running" -gt 0 ] || exit 1

flotilla=$FLOTILLA_SCRIPTS/flotilla endpoints=$(cluster_endpoints)
say ""
"$flotilla" cluster describe --bootstrap-server "$endpoints" || exit 1
say ""
"$flotilla" metadata-quorum describe --status --bootstrap-server "$endpoints" || healthy=false
under=$("$flotilla" topics --bootstrap-server "$endpoints" --describe --under-replicated-partitions)
if [ -n "$under" ]; then
  say ""
  say "under-replicated partitions:"
  say "$under"
  healthy=false
fi
$healthy
