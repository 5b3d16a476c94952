# Which nodes a cluster has, where each is, and what its server.properties says. Sourced after hosts.sh.
# shellcheck shell=bash disable=SC2034,SC2154  # hosts.sh and start-cluster.sh set what this file reads, and read what it sets

# plan_nodes NODES CONTROLLERS BROKERS BASE_PORT: nodes that are both, or controllers first and then brokers. They go to
# the hosts in turn; the k-th on a host listens on BASE_PORT + 10(k-1) and on the two ports behind it.
# Sets by node id: plan_host, plan_roles, plan_port; and plan_ids, plan_voters, plan_controllers.
plan_nodes() {
  local id host count=$1
  declare -gA plan_host=() plan_roles=() plan_port=()
  declare -A on=()
  plan_ids=()
  [ "$count" -gt 0 ] || count=$(($2 + $3))
  for ((id = 1; id <= count; id++)); do
    host=${hosts[(id - 1) % ${#hosts[@]}]}
    plan_ids+=("$id")
    plan_host[$id]=$host
    plan_port[$id]=$(($4 + 10 * ${on[$host]:-0}))
    on[$host]=$((${on[$host]:-0} + 1))
    if [ "$1" -gt 0 ]; then
      plan_roles[$id]=broker,controller
    elif [ "$id" -le "$2" ]; then
      plan_roles[$id]=controller
    else
      plan_roles[$id]=broker
    fi
  done
  plan_voters=$(each_endpoint controller raft id)
  plan_controllers=$(each_endpoint controller internal)
}

# planned_on HOST: its nodes, in order.
planned_on() {
  local id
  for id in "${plan_ids[@]}"; do if [ "${plan_host[$id]}" = "$1" ]; then echo "$id"; fi; done
}

has_role() { [[ ${plan_roles[$1]} == *"$2"* ]]; }

# port_of ID client|internal|raft
port_of() {
  case "$2" in
    client) echo "${plan_port[$1]}" ;;
    internal) echo $((plan_port[$1] + 1)) ;;
    raft) echo $((plan_port[$1] + 2)) ;;
  esac
}

# endpoint_of ID client|internal|raft
endpoint_of() { printf '%s:%s' "$(address_of "${plan_host[$1]}")" "$(port_of "$1" "$2")"; }

# each_endpoint ROLE KIND [PREFIX]: of all nodes of the role, joined by commas; with PREFIX id, as ID@HOST:PORT.
each_endpoint() {
  local id
  for id in "${plan_ids[@]}"; do
    if has_role "$id" "$1"; then printf '%s%s\n' "${3:+$id@}" "$(endpoint_of "$id" "$2")"; fi
  done | paste -sd, -
}

# listeners_of ID ADDRESS: what the node's roles listen on.
listeners_of() {
  if has_role "$1" broker; then printf 'CLIENT://%s:%s,' "$2" "$(port_of "$1" client)"; fi
  printf 'INTERNAL://%s:%s' "$2" "$(port_of "$1" internal)"
}

# planned_properties ID CLUSTER_ID: the node's server.properties but for log.dirs, which the host knows. On hosts of their
# own nodes listen on all addresses, since a host may know its own name as a loopback address (Debian's 127.0.1.1).
planned_properties() {
  local address
  address=$(address_of "${plan_host[$1]}")
  echo "process.roles=${plan_roles[$1]}"
  echo "node.id=$1"
  echo "cluster.id=$2"
  if $remote; then
    echo "listeners=$(listeners_of "$1" 0.0.0.0)"
    echo "advertised.listeners=$(listeners_of "$1" "$address")"
  else
    echo "listeners=$(listeners_of "$1" "$address")"
  fi
  if has_role "$1" controller; then echo "controller.quorum.voters=$plan_voters"; fi
  echo "controller.quorum.bootstrap.servers=$plan_controllers"
}

# shape_text NODES CONTROLLERS BROKERS
shape_text() { if [ "$1" -gt 0 ]; then echo "$1 combined nodes"; else echo "$2 controllers and $3 brokers"; fi; }

# Takes over the shape of the cluster that is there; options that ask for another are refused, but for more brokers.
take_over_shape() {
  local id port voters=0 first='' last=0 combined=0 known_controllers=0 known_brokers=0 known_port=''
  for id in $(found_ids); do
    first=${first:-$id} last=$id
    if [ "${node_roles_at[$id]}" = broker,controller ]; then combined=1; fi
    if [ "${node_voters[$id]}" != - ]; then voters=$(tr ',' '\n' <<<"${node_voters[$id]}" | wc -l); fi
    [[ ${node_internal[$id]} =~ :([0-9]+)$ ]] ||
      die "$(at "${node_at[$id]}")${node_home[$id]}/server.properties names no INTERNAL listener; mend it" \
        "(scripts/flotilla config check FILE)"
    port=$((BASH_REMATCH[1] - 1))
    if [ -z "$known_port" ] || [ "$port" -lt "$known_port" ]; then known_port=$port; fi
  done
  if [ "$combined" = 1 ]; then
    combined=$voters
  else
    known_controllers=$((voters > 0 ? voters : first - 1))
    known_brokers=$((last > known_controllers ? last - known_controllers : 0))
    if [ "$known_brokers" = 0 ]; then known_brokers=${brokers:-1}; fi
  fi
  if [ -n "$nodes" ] && [ "$nodes" != "$combined" ] ||
    [ -n "$controllers" ] && { [ "$controllers" != "$known_controllers" ] || [ "$brokers" -lt "$known_brokers" ]; }; then
    die "$cluster_dir holds the data of a cluster of $(shape_text "$combined" "$known_controllers" "$known_brokers")," \
      "not $(shape_text "${nodes:-0}" "${controllers:-0}" "${brokers:-0}"); start that one without --nodes, --controllers" \
      "and --brokers, $(if $remote; then echo 'or'; else echo 'delete it with --clean, or'; fi) choose another --dir"
  fi
  [ -z "$base_port" ] || [ "$base_port" = "$known_port" ] ||
    die "the cluster in $cluster_dir uses base port $known_port, not $base_port; leave --base-port out," \
      "or choose another --dir"
  nodes=$combined controllers=$known_controllers base_port=$known_port
  brokers=$((${brokers:-0} > known_brokers ? brokers : known_brokers))
}

# What stands against the plan in what there is: another cluster's nodes, nodes elsewhere, nodes that got lost.
match_plan() {
  local id other='' known=no
  for id in $(found_ids); do
    if [ -n "$other" ] && [ "${node_cluster[$id]}" != "${node_cluster[$other]}" ]; then
      die "node $other ($(at "${node_at[$other]}")${node_home[$other]}) belongs to cluster ${node_cluster[$other]}, but" \
        "node $id ($(at "${node_at[$id]}")${node_home[$id]}) to ${node_cluster[$id]};" \
        "move the stale one away, or choose another --dir"
    fi
    other=$id
    if [ "${node_voters[$id]}" != - ] && [ "${node_voters[$id]}" != "$plan_voters" ]; then
      die "the cluster in $cluster_dir has the voters ${node_voters[$id]}, and this command would have $plan_voters;" \
        "name the same hosts in the same order as the first time, with the same options"
    fi
    [ -n "${plan_host[$id]:-}" ] ||
      die "$(at "${node_at[$id]}")${node_home[$id]} is not one of the nodes that this command asks for;" \
        "move it away, or choose another --dir"
    [ "${node_at[$id]}" = "${plan_host[$id]}" ] ||
      die "node $id is on ${node_at[$id]}, and this command puts it on ${plan_host[$id]};" \
        "name the hosts in the same order as the first time"
    if [ "${node_used[$id]}" = yes ]; then known=yes; fi
  done
  for id in "${plan_ids[@]}"; do
    if [ -n "${node_at[$id]:-}" ] || [ -n "${unreachable[${plan_host[$id]}]:-}" ]; then continue; fi
    if [ $known = yes ] && has_role "$id" controller; then
      die "$(at "${plan_host[$id]}")the folder of node $id is gone, and a controller without its data would forget" \
        "what it voted for; is a disk not mounted? put ${dir_at[${plan_host[$id]}]}/node-$id back"
    fi
  done
  cluster_id=${other:+${node_cluster[$other]}}
}
