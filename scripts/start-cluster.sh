#!/usr/bin/env bash
# Starts a Flotilla cluster on this host: three combined nodes (broker and controller) by default.
#
# Usage: start-cluster.sh [--nodes N] [--dir DIR] [--base-port PORT] [--clean] [--timeout SECONDS]
#
#   --nodes N          number of nodes, 1 to 5 (default 3)
#   --dir DIR          where nodes keep configuration, data and logs (default run/cluster)
#   --base-port PORT   client port of node 1 (default 9092); node n adds 10(n-1); internal, Raft and HTTP ports follow
#   --clean            delete the data of an earlier cluster in DIR first; it must be stopped
#   --timeout SECONDS  how long to wait until the cluster is ready (default 60)
#
# Run again, it starts the nodes that are down and leaves the others alone. A new cluster ends with a proof that it takes
# writes: a record to a topic made for it and deleted again. Both times count from the start of this script.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
started=$(now_ms)

nodes='' base_port='' clean=false timeout=60
while [ $# -gt 0 ]; do
  case "$1" in
    --nodes) nodes=${2:?--nodes needs a number}; shift 2 ;;
    --dir) FLOTILLA_CLUSTER=$(realpath -m "${2:?--dir needs a folder}"); shift 2 ;;
    --base-port) base_port=${2:?--base-port needs a port}; shift 2 ;;
    --clean) clean=true; shift ;;
    --timeout) timeout=${2:?--timeout needs seconds}; shift 2 ;;
    -h | --help) usage_of "$0"; exit 0 ;;
    *) die "unknown option '$1'; see --help" ;;
  esac
done
[[ ${nodes:-3} =~ ^[1-5]$ ]] || die "--nodes $nodes: must be 1 to 5"
if ! [[ ${base_port:-9092} =~ ^[0-9]{4,5}$ ]] || [ "${base_port:-9092}" -lt 1024 ] || [ "${base_port:-9092}" -gt 65400 ]; then
  die "--base-port $base_port: must be 1024 to 65400"
fi
[[ $timeout =~ ^[0-9]+$ ]] || die "--timeout $timeout: must be a number of seconds"
require_java
require_build

existing=$(node_ids | wc -l)
running=0
for id in $(node_ids); do if node_running "$id"; then running=$((running + 1)); fi; done

if $clean && [ "$existing" -gt 0 ]; then
  [ "$running" = 0 ] || die "$running nodes of $FLOTILLA_CLUSTER are running; stop them first: scripts/stop-cluster.sh"
  rm -rf "$FLOTILLA_CLUSTER"
  existing=0
fi
if [ "$existing" -gt 0 ]; then
  [ -f "$FLOTILLA_CLUSTER/base-port" ] || die "$FLOTILLA_CLUSTER holds an unfinished cluster; remove it with --clean"
  [ -z "$nodes" ] || [ "$nodes" = "$existing" ] ||
    die "$FLOTILLA_CLUSTER holds the data of a cluster of $existing nodes, not $nodes;" \
      "start that one without --nodes, delete it with --clean, or choose another --dir"
  known_port=$(cat "$FLOTILLA_CLUSTER/base-port")
  [ -z "$base_port" ] || [ "$base_port" = "$known_port" ] ||
    die "the cluster in $FLOTILLA_CLUSTER uses base port $known_port, not $base_port; leave --base-port out or use --clean"
  nodes=$existing base_port=$known_port
  if [ "$running" = "$existing" ]; then
    say "all $existing nodes of $FLOTILLA_CLUSTER are running already: $(cluster_endpoints)"
    exit 0
  fi
fi
nodes=${nodes:-3} base_port=${base_port:-9092}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

check_ports() {
  local id=$1 first port
  first=$(client_port "$id" "$base_port")
  for port in $(seq "$first" $((first + 2))); do
    if port_taken "$port"; then
      die "port $port, which node $id needs, is taken; stop what uses it (ss -ltnp 'sport = :$port') or choose another --base-port"
    fi
  done
}

# list FORMAT: one word a node, joined by commas; %n node, %c client, %i internal, %r Raft port
list() {
  local id c out=
  for id in $(seq "$nodes"); do
    c=$(client_port "$id" "$base_port")
    out+="${out:+,}$(printf '%s' "$1" | sed "s/%n/$id/g; s/%c/$c/g; s/%i/$((c + 1))/g; s/%r/$((c + 2))/g")"
  done
  printf '%s' "$out"
}

write_node() {
  local id=$1 dir c
  dir=$(node_dir "$id")
  c=$(client_port "$id" "$base_port")
  mkdir -p "$dir/data"
  cat >"$dir/server.properties.new" <<PROPERTIES
# Written once by start-cluster.sh; edit freely. 'flotilla config keys' lists what can be set.
process.roles=broker,controller
node.id=$id
cluster.id=$cluster_id
listeners=CLIENT://127.0.0.1:$c,INTERNAL://127.0.0.1:$((c + 1))
controller.quorum.voters=$(list '%n@127.0.0.1:%r')
controller.quorum.bootstrap.servers=$(list '127.0.0.1:%i')
log.dirs=$dir/data
PROPERTIES
  mv "$dir/server.properties.new" "$dir/server.properties"
}

for id in $(seq "$nodes"); do node_running "$id" || check_ports "$id"; done
if [ "$existing" = 0 ]; then
  mkdir -p "$FLOTILLA_CLUSTER"
  cluster_id=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  for id in $(seq "$nodes"); do write_node "$id"; done
  list '127.0.0.1:%c' >"$FLOTILLA_CLUSTER/endpoints"
  echo "$base_port" >"$FLOTILLA_CLUSTER/base-port"
fi

endpoints=$(cluster_endpoints)
first_write=()
[ "$existing" != 0 ] || first_write=(--first-write)
for id in $(seq "$nodes"); do
  node_running "$id" && continue
  dir=$(node_dir "$id")
  nohup "$FLOTILLA_SCRIPTS/flotilla" server "$dir/server.properties" >>"$dir/server.log" 2>&1 </dev/null &
  echo $! >"$dir/pid"
done
"$FLOTILLA_SCRIPTS/flotilla" cluster ready --bootstrap-server "$endpoints" --brokers "$nodes" \
  ${first_write[@]+"${first_write[@]}"} --started-at-ms "$started" --timeout-ms $((timeout * 1000)) &
waiter=$!

died() {
  local id
  for id in $(seq "$nodes"); do
    if ! [ -d "/proc/$(node_pid "$id")" ]; then
      say "node $id stopped; the end of $(node_dir "$id")/server.log:"
      tail -n 15 "$(node_dir "$id")/server.log"
      return 0
    fi
  done
  return 1
}

# Returns when the first of them ends: the waiter, or a node, which then failed.
wait -n || true
if died; then
  kill "$waiter" 2>/dev/null || true
  die "the cluster did not start"
fi
wait "$waiter" || die "the cluster was not ready within $timeout s; look into $FLOTILLA_CLUSTER/node-*/server.log"
disown -a

say "cluster of $nodes is up"
say "  endpoints  $endpoints"
say "  folder     $FLOTILLA_CLUSTER (configuration, data and logs, a folder a node)"
say "Try next:"
say "  scripts/flotilla topics --bootstrap-server ${endpoints%%,*} --create --topic greetings --partitions 3"
say "  echo hello | scripts/flotilla console-producer --bootstrap-server ${endpoints%%,*} --topic greetings"
say "  scripts/flotilla console-consumer --bootstrap-server ${endpoints%%,*} --topic greetings --from-beginning --max-messages 1"
say "  scripts/cluster-status.sh        scripts/stop-cluster.sh"
