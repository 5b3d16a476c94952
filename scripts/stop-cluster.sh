#!/usr/bin/env bash
# Stops the nodes of a cluster: brokers first, then controllers; each hands over what it leads before it ends.
#
# Usage: stop-cluster.sh [--dir DIR] [--node N] [--timeout SECONDS] [--kill] [--dry-run]
#                        [--hosts HOST,... [--user USER] [--identity FILE] [--ssh-option OPTION]...]
#
#   --dir DIR          the cluster's folder (default run/cluster; with --hosts, flotilla in the user's home)
#   --node N           stop this node only; one after another, with start-cluster.sh in between, is a rolling restart
#   --timeout SECONDS  how long a node may take before it is killed (default 30)
#   --kill             kill -9 at once: what a power cut would do to the process
#   --dry-run          print what would be run, and do nothing
#   --hosts HOST,...   as for start-cluster.sh, like the options behind it; one host alone will do
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=scripts/hosts.sh
. "$FLOTILLA_SCRIPTS/hosts.sh"

only='' timeout=30 kill=false
while [ $# -gt 0 ]; do
  case "$1" in
    --node) only=${2:?--node needs a number}; shift 2 ;;
    --timeout) timeout=${2:?--timeout needs seconds}; shift 2 ;;
    --kill) kill=true; shift ;;
    --dry-run) dry_run=true; shift ;;
    -h | --help) usage_of "$0"; exit 0 ;;
    *) cluster_option "$1" "${2:?$1 needs a value}"; shift 2 ;;
  esac
done
[[ $timeout =~ ^[0-9]+$ ]] || die "--timeout $timeout: must be a number of seconds"
open_hosts
inspect_hosts

# stop: the nodes of the host that are in leaving.
stop() {
  local id here=()
  for id in $(found_on "$1"); do if [[ " $leaving " == *" $id "* ]]; then here+=("$id"); fi; done
  [ ${#here[@]} = 0 ] || on_host "$1" stop "$kill" "$timeout" "${here[@]}"
}

# running ROLES: the nodes with exactly these roles that run and are meant.
running() {
  local id
  for id in $(found_ids); do
    if [ "${node_state[$id]}" = running ] && [ "${node_roles_at[$id]}" = "$1" ]; then
      if [ -z "$only" ] || [ "$only" = "$id" ]; then echo "$id"; fi
    fi
  done | paste -sd' ' -
}

if $dry_run; then
  for host in "${hosts[@]}"; do on_host "$host" stop "$kill" "$timeout" "${only:-(every node that runs there)}"; done
  exit 0
fi
if [ -n "$only" ] && [ -z "${node_at[$only]:-}" ]; then
  die "there is no node $only in $cluster_dir$(if $remote; then echo " on ${reachable[*]}"; fi)"
fi

started=$(now_ms) stopped=0 held=true
# A broker that leaves needs a controller to hand its leaderships over.
for leaving in "$(running broker)" "$(running broker,controller)" "$(running controller)"; do
  [ -n "$leaving" ] || continue
  each_host stop "${reachable[@]}" || held=false
  for host in "${reachable[@]}"; do stopped=$((stopped + $(wc -l <"$work/stop.$host"))); done
done
if [ "$stopped" = 0 ]; then
  say "no node of $cluster_dir is running"
else
  say "stopped $stopped of ${#node_at[@]} nodes in $(seconds_since "$started") s"
fi
[ ${#unreachable[@]} = 0 ] || die "not reachable, and left alone: ${!unreachable[*]}"
$held
