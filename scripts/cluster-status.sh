#!/usr/bin/env bash
# Shows a cluster: processes, brokers, quorum, and partitions that lack replicas.
#
# Usage: cluster-status.sh [--dir DIR] [--hosts HOST,... [--user USER] [--identity FILE] [--ssh-option OPTION]...]
#
#   --dir DIR         the cluster's folder (default run/cluster; with --hosts, flotilla in the user's home)
#   --hosts HOST,...  as for start-cluster.sh, like the options behind it
#
# Exits with 0 when every node runs and every partition has all its replicas in sync, with 1 otherwise.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=scripts/hosts.sh
. "$FLOTILLA_SCRIPTS/hosts.sh"

while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage_of "$0"; exit 0 ;;
    *) cluster_option "$1" "${2:?$1 needs a value}"; shift 2 ;;
  esac
done
open_hosts
inspect_hosts

healthy=true running=0
for host in "${!unreachable[@]}"; do
  say "$host  not reachable"
  healthy=false
done
for id in $(found_ids); do
  host=${node_at[$id]}
  if [ "${node_state[$id]}" = running ]; then state="running  pid ${node_pid_at[$id]}" running=$((running + 1)); else
    state=down healthy=false
  fi
  say "$(if $remote; then echo "$host  "; fi)node $id  $state  ${node_roles_at[$id]}  ${node_home[$id]}"
done
[ ${#node_at[@]} -gt 0 ] ||
  die "there is no cluster in $cluster_dir$(if $remote; then echo " on ${hosts[*]}"; fi); scripts/start-cluster.sh starts one"
[ "$running" -gt 0 ] || exit 1

flotilla=$FLOTILLA_SCRIPTS/flotilla endpoints=$(found_endpoints)
[ -n "$endpoints" ] || die "these hosts run no broker; name those that do, too, to see more"
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
