#!/usr/bin/env bash
# Stops the nodes that start-cluster.sh started on this host: each hands its leaderships over first.
#
# Usage: stop-cluster.sh [--dir DIR] [--node N] [--timeout SECONDS] [--kill]
#
#   --dir DIR          the cluster's folder (default run/cluster)
#   --node N           stop this node only
#   --timeout SECONDS  how long a node may take before it is killed (default 30)
#   --kill             kill -9 at once: what a power cut would do to the process
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

only='' timeout=30 kill=false
while [ $# -gt 0 ]; do
  case "$1" in
    --dir) FLOTILLA_CLUSTER=$(realpath -m "${2:?--dir needs a folder}"); shift 2 ;;
    --node) only=${2:?--node needs a number}; shift 2 ;;
    --timeout) timeout=${2:?--timeout needs seconds}; shift 2 ;;
    --kill) kill=true; shift ;;
    -h | --help) usage_of "$0"; exit 0 ;;
    *) die "unknown option '$1'; see --help" ;;
  esac
done
[ -z "$only" ] || [ -d "$(node_dir "$only")" ] || die "there is no node $only in $FLOTILLA_CLUSTER"

stopping=()
for id in ${only:-$(node_ids)}; do
  node_running "$id" || continue
  if $kill; then kill -9 "$(node_pid "$id")"; else kill "$(node_pid "$id")"; fi
  stopping+=("$id")
done
[ ${#stopping[@]} -gt 0 ] || { say "no node of $FLOTILLA_CLUSTER is running"; exit 0; }

started=$(now_ms)
for id in "${stopping[@]}"; do
  while node_running "$id"; do
    if [ $(($(now_ms) - started)) -gt $((timeout * 1000)) ]; then
      say "node $id did not stop within $timeout s; killing it"
      kill -9 "$(node_pid "$id")" 2>/dev/null || true
    fi
    sleep 0.1
  done
  rm -f "$(node_dir "$id")/pid"
done
say "stopped ${#stopping[@]} of $(node_ids | wc -l) nodes in $(seconds_since "$started") s"
