#!/usr/bin/env bash
# Starts a Flotilla cluster: three combined nodes (broker and controller) on this host by default, or on several hosts over
# ssh. Run again, it starts the nodes that are down and leaves the others alone. A new cluster ends with a proof that it takes
# writes: a record to a topic made for it and deleted again. Times count from the start of this script.
#
# Usage: start-cluster.sh [--nodes N | --controllers N --brokers N] [--base-port PORT] [--timeout SECONDS] [--dry-run]
#                         [--dir DIR] [--clean]
#        start-cluster.sh --hosts HOST,HOST,... [the options above but --clean] [--install-java]
#                         [--user USER] [--identity FILE] [--ssh-option OPTION]...
#
#   --nodes N            number of combined nodes, 1 to 5 (default 3, or one for each host)
#   --controllers N      split roles: nodes 1 to N are controllers alone (1 to 5; 3 or 5 by custom) ...
#   --brokers N          ... and N nodes behind them are brokers alone
#   --base-port PORT     client port of the first node of a host (default 9092); the next one adds 10; internal and Raft
#                        ports follow
#   --timeout SECONDS    how long to wait until the cluster is ready (default 60)
#   --dry-run            print what would be run and written, and do nothing
#   --dir DIR            where nodes keep configuration, data and logs (default run/cluster); with --hosts a folder of each
#                        host (default flotilla in the user's home), where the package is put, too
#   --clean              delete the data of an earlier cluster in DIR first; it must be stopped. Only on this host
#   --hosts HOST,...     HOST or USER@HOST, as all hosts and all clients know it; nodes go to them in turn
#   --install-java       install a Java runtime where there is none (Debian, with root as the user)
#   --user, --identity   as ssh -l and ssh -i
#   --ssh-option OPTION  as ssh -o, for example StrictHostKeyChecking=accept-new
#
# A host needs sshd, bash and Java 17 or later; no password is asked for. All hosts must reach one another on the ports.
# FLOTILLA_HEAP and FLOTILLA_OPTS (JVM options) are passed on to the nodes.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
started=$(now_ms)
# shellcheck source=scripts/hosts.sh
. "$FLOTILLA_SCRIPTS/hosts.sh"
# shellcheck source=scripts/plan.sh
. "$FLOTILLA_SCRIPTS/plan.sh"
# shellcheck source=scripts/package.sh
. "$FLOTILLA_SCRIPTS/package.sh"

nodes='' controllers='' brokers='' base_port='' clean=false timeout=60 install_java=false
while [ $# -gt 0 ]; do
  case "$1" in
    --nodes) nodes=${2:?--nodes needs a number}; shift 2 ;;
    --controllers) controllers=${2:?--controllers needs a number}; shift 2 ;;
    --brokers) brokers=${2:?--brokers needs a number}; shift 2 ;;
    --base-port) base_port=${2:?--base-port needs a port}; shift 2 ;;
    --timeout) timeout=${2:?--timeout needs seconds}; shift 2 ;;
    --clean) clean=true; shift ;;
    --dry-run) dry_run=true; shift ;;
    --install-java) install_java=true; shift ;;
    -h | --help) usage_of "$0"; exit 0 ;;
    *) cluster_option "$1" "${2:?$1 needs a value}"; shift 2 ;;
  esac
done
[[ ${nodes:-3} =~ ^[1-5]$ ]] || die "--nodes $nodes: must be 1 to 5; more brokers: --controllers 3 --brokers $nodes"
[ -z "$controllers$brokers" ] || [ -z "$nodes" ] || die "--nodes are both; leave it out with --controllers and --brokers"
[ "${controllers:+given}" = "${brokers:+given}" ] || die "--controllers and --brokers go together"
[[ ${controllers:-3} =~ ^[1-5]$ ]] || die "--controllers $controllers: must be 1 to 5; 3 or 5 by custom"
[[ ${brokers:-1} =~ ^[1-9][0-9]?$ ]] || die "--brokers $brokers: must be 1 to 99"
if ! [[ ${base_port:-9092} =~ ^[0-9]{4,5}$ ]] || [ "${base_port:-9092}" -lt 1024 ] || [ "${base_port:-9092}" -gt 64000 ]; then
  die "--base-port $base_port: must be 1024 to 64000"
fi
[[ $timeout =~ ^[0-9]+$ ]] || die "--timeout $timeout: must be a number of seconds"
require_java
require_build
open_hosts
if $remote && $clean; then
  die "--clean works on this host only; on the others, stop the cluster and delete the node folders yourself"
fi
if $remote && [ -z "$nodes$controllers" ] && [ ${#hosts[@]} -gt 5 ]; then
  die "--hosts names ${#hosts[@]} hosts, and at most 5 nodes can be controllers; add: --controllers 3 --brokers ${#hosts[@]}"
fi

if $dry_run && $remote; then
  say "HOST$ node.sh ARGUMENTS stands for: ssh ${ssh_options[*]} HOST bash -s -- ARGUMENTS, which reads scripts/lib.sh"
  say "and scripts/node.sh. Nothing was asked of the hosts: what is there already will be left out."
fi
inspect_hosts
if $clean && [ ${#node_at[@]} -gt 0 ]; then
  for id in $(found_ids); do
    [ "${node_state[$id]}" = down ] || die "node $id of $cluster_dir is running; stop it first: scripts/stop-cluster.sh$(again)"
  done
  for id in $(found_ids); do
    if $dry_run; then say "rm -rf ${node_home[$id]}"; else rm -rf --one-file-system -- "${node_home[$id]:?}"; fi
  done
  # What is not a node's is not the cluster's.
  if ! $dry_run; then rmdir --ignore-fail-on-non-empty -- "$cluster_dir"; fi
  inspect_hosts
fi
if [ ${#node_at[@]} -gt 0 ]; then
  take_over_shape
elif [ ${#unreachable[@]} -gt 0 ]; then
  die "nothing was started: the first time, every host must be reachable"
elif [ -z "$nodes$controllers" ]; then
  nodes=$(if $remote; then echo ${#hosts[@]}; else echo 3; fi)
fi
plan_nodes "${nodes:-0}" "${controllers:-0}" "${brokers:-0}" "${base_port:-9092}"
match_plan
if $dry_run; then cluster_id='(made by the first start)'; fi
cluster_id=${cluster_id:-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')}

# The nodes to start, and the hosts where there are any.
down=() down_hosts=() endpoints='' serving=0
for host in "${reachable[@]}"; do
  before=${#down[@]}
  for id in $(planned_on "$host"); do
    [ "${node_state[$id]:-down}" = running ] || down+=("$id")
    if has_role "$id" broker; then
      endpoints+=${endpoints:+,}$(endpoint_of "$id" client)
      serving=$((serving + 1))
    fi
  done
  [ "$before" = ${#down[@]} ] || down_hosts+=("$host")
done
down_on() { local id; for id in "${down[@]}"; do if [ "${plan_host[$id]}" = "$1" ]; then echo "$id"; fi; done; }

check() {
  local id sound=true
  for id in $(planned_on "$1"); do
    on_host "$1" check "$id" "$(planned_properties "$id" "$cluster_id")" || sound=false
  done
  $sound
}

java() {
  local major=${java_at[$1]:--}
  if ! $dry_run && [ "$major" != - ] && [ "$major" -ge 17 ]; then return 0; fi
  if $install_java; then
    on_host "$1" install_java
  elif ! $dry_run; then
    [ "$major" = - ] && major='no Java' || major="only Java $major"
    die "there is $major; install 17 or later (Debian: apt-get install default-jre-headless), or add --install-java"
  fi
}

install() {
  if [[ ${packages_at[$1]:-} != *" $package_name "* ]]; then copy_package "$1"; fi
}

start() {
  local id launcher=$FLOTILLA_SCRIPTS/flotilla
  if $remote; then launcher=$package_name/scripts/flotilla; fi
  for id in $(down_on "$1"); do on_host "$1" start "$id" "$launcher" || return; done
}

write() {
  local id
  for id in $(down_on "$1"); do
    on_host "$1" write "$id" "$(planned_properties "$id" "$cluster_id")" || return
  done
}

alive() {
  # shellcheck disable=SC2046  # a list of numbers
  on_host "$1" alive $(down_on "$1")
}

# watch WAITER: ends the waiter when a node that was started ends; a host that does not answer proves nothing.
watch() {
  local host
  while sleep 0.5; do
    each_host alive ${down_hosts[@]+"${down_hosts[@]}"} && continue
    for host in "${!failed[@]}"; do
      if [ "${failed[$host]}" = 1 ]; then kill "$1" && exit; fi
    done
  done
}

wait_ready() {
  local command waiter watcher status=0
  command=("$FLOTILLA_SCRIPTS/flotilla" cluster ready --bootstrap-server "$endpoints" --brokers "$serving"
    --started-at-ms "$started" --timeout-ms "${timeout}000")
  [ ${#node_at[@]} -gt 0 ] || command+=(--first-write)
  if $dry_run; then
    say "here$ ${command[*]}"
    return 0
  fi
  "${command[@]}" &
  waiter=$!
  watch "$waiter" &
  watcher=$!
  wait "$waiter" || status=$?
  kill "$watcher" 2>/dev/null || true
  case $status in
    0) ;;
    143) die "the cluster did not start; nodes that did run on: scripts/stop-cluster.sh$(again)" ;;
    *) die "the cluster was not ready within $timeout s; its nodes run on, and their logs tell more:" \
      "$(if $remote; then echo "$cluster_dir/node-N/server.log on each host"; else echo "$cluster_dir/node-*/server.log"; fi)" ;;
  esac
}

each_host check "${reachable[@]}" || die "nothing was started"
if [ ${#down[@]} -gt 0 ]; then
  if $remote; then
    each_host java "${down_hosts[@]}" || die "nothing was started"
    name_package
    if $dry_run; then package_sha256=SHA256; else make_package; fi
    each_host install "${down_hosts[@]}" || die "nothing was started"
  fi
  each_host write "${down_hosts[@]}" || die "nothing was started"
  each_host start "${down_hosts[@]}" || die "not every node was started; mend what is said above and run this again"
fi
wait_ready
if $dry_run; then exit 0; fi

if [ ${#down[@]} = 0 ]; then
  say "all nodes of $(shape_text "${nodes:-0}" "${controllers:-0}" "${brokers:-0}") $(if [ ${#unreachable[@]} -gt 0 ]; then echo "on reachable hosts "; fi)are running already"
else
  say "cluster of $(shape_text "${nodes:-0}" "${controllers:-0}" "${brokers:-0}") ready after $(seconds_since "$started") s"
fi
say "  endpoints  $endpoints"
for host in "${reachable[@]}"; do
  ids=$(planned_on "$host" | paste -sd' ')
  if $remote && [ -n "$ids" ]; then say "  $host  node $ids  ${dir_at[$host]} (package, configuration, data and logs)"; fi
done
if ! $remote; then say "  folder     $cluster_dir (configuration, data and logs, a folder a node)"; fi
if [ ${#unreachable[@]} -gt 0 ]; then
  die "not reachable, and left alone: ${!unreachable[*]}; run this again when they are back"
fi
say "Try next:"
say "  scripts/flotilla topics --bootstrap-server ${endpoints%%,*} --create --topic greetings --partitions 3"
say "  echo hello | scripts/flotilla console-producer --bootstrap-server ${endpoints%%,*} --topic greetings"
say "  scripts/flotilla console-consumer --bootstrap-server ${endpoints%%,*} --topic greetings --from-beginning --max-messages 1"
say "  scripts/cluster-status.sh$(again)        scripts/stop-cluster.sh$(again)"
