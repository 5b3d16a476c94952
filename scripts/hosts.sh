# Where the nodes of a cluster are, and how to reach them: this host, or several over ssh. Sourced after lib.sh.
# shellcheck shell=bash disable=SC2034  # the scripts that source this file read its variables

# shellcheck source=scripts/node.sh
. "$FLOTILLA_SCRIPTS/node.sh"

hosts=(here) remote=false dry_run=false cluster_dir='' cluster_options=() ssh_options=(-o BatchMode=yes -o ConnectTimeout=10)
declare -A unreachable=()

# cluster_option OPTION VALUE: the options that start, stop and status share.
cluster_option() {
  cluster_options+=("$1" "$2")
  case "$1" in
    --hosts)
      remote=true
      IFS=, read -ra hosts <<<"$2"
      ;;
    --dir) cluster_dir=$2 ;;
    --user) ssh_options+=(-o "User=$2") ;;
    --identity)
      [ -r "$2" ] || die "--identity $2: there is no such file, or it cannot be read"
      ssh_options+=(-i "$2" -o IdentitiesOnly=yes)
      ;;
    --ssh-option) ssh_options+=(-o "$2") ;;
    *) die "unknown option '$1'; see --help" ;;
  esac
}

# open_hosts: once, after the options are read. Makes a work folder, and one connection for each host to share.
open_hosts() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/flotilla.XXXXXX")
  trap close_hosts EXIT
  if ! $remote; then
    [ ${#ssh_options[@]} = 4 ] || die "--user, --identity and --ssh-option go with --hosts"
    FLOTILLA_CLUSTER=$(realpath -m "${cluster_dir:-$FLOTILLA_CLUSTER}")
    cluster_dir=$FLOTILLA_CLUSTER
    return 0
  fi
  command -v ssh >/dev/null || die "there is no ssh on this host; install one (Debian: apt-get install openssh-client)"
  cluster_dir=${cluster_dir:-flotilla}
  check_hosts
  ssh_options+=(-o ControlMaster=auto -o "ControlPath=$work/ssh-%C" -o ControlPersist=60)
}

check_hosts() {
  local host address seen=,
  [ ${#hosts[@]} -gt 0 ] || die "--hosts: names no host"
  for host in "${hosts[@]}"; do
    address=$(address_of "$host")
    [[ $host =~ ^([A-Za-z0-9._-]+@)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] ||
      die "--hosts: '$host' is not HOST or USER@HOST (a name or an IPv4 address; give an IPv6 address a name)"
    [[ $seen != *",$address,"* ]] || die "--hosts: $address is there twice"
    seen+=$address,
    [[ ! $address =~ ^0(\.0\.0\.0)?$ ]] || die "--hosts: others cannot connect to $address; name the host"
    if [ ${#hosts[@]} -gt 1 ] && [[ $address =~ ^(localhost|127\..*)$ ]]; then
      die "--hosts: $address means another host on each host; use a name that all of them know"
    fi
  done
}

close_hosts() {
  local socket
  for socket in "$work"/ssh-*; do
    if [ -S "$socket" ]; then ssh -o "ControlPath=$socket" -O exit flotilla 2>/dev/null || true; fi
  done
  rm -rf "$work"
}

# address_of HOST: as its nodes are known to others.
address_of() { if $remote; then printf '%s' "${1#*@}"; else printf '127.0.0.1'; fi; }
# at HOST: how a line about the host begins.
at() { if $remote; then printf '%s: ' "$1"; fi; }

quoted() { printf "'%s'" "${1//\'/\'\\\'\'}"; }

# on_host HOST COMMAND ARGUMENT...: node_command COMMAND in the cluster's folder on that host.
on_host() {
  local host=$1 command=$2 word line=''
  shift 2
  if $dry_run; then
    dry_line "$host" "node.sh $command $cluster_dir" "$@"
    return 0
  fi
  if ! $remote; then
    (node_command "$command" "$cluster_dir" "$@")
    return
  fi
  for word in FLOTILLA_HEAP FLOTILLA_OPTS; do
    [ -z "${!word:-}" ] || line+="$word=$(quoted "${!word}") "
  done
  line+='bash -s --'
  for word in "$command" "$cluster_dir" "$@"; do line+=" $(quoted "$word")"; done
  if [ "${line%% *}" != bash ]; then line="env $line"; fi
  # shellcheck disable=SC2029  # every word of the line is quoted for the other side
  node_program | ssh "${ssh_options[@]}" "$host" "$line"
}

node_program() {
  printf 'set -euo pipefail\n'
  cat "$FLOTILLA_SCRIPTS/lib.sh" "$FLOTILLA_SCRIPTS/node.sh"
  # shellcheck disable=SC2016  # for the bash that reads it
  printf 'node_command "$@"\n'
}

# dry_line HOST COMMAND ARGUMENT...: what would be run; the text of a file that would be written comes below.
dry_line() {
  local host=$1 line=$2 word text=''
  shift 2
  for word in "$@"; do
    if [[ $word == *$'\n'* ]]; then text=$'\n'$word line+=' PROPERTIES'; else line+=" $word"; fi
  done
  [[ $line == *" write "* ]] || text=''
  printf '%s$ %s\n' "$host" "${line}${text//$'\n'/$'\n'    }"
}

# each_host FUNCTION HOST...: FUNCTION HOST for all of them at once, output to $work/FUNCTION.HOST. Fails when one fails,
# after saying where and why; the hosts where it failed are the keys of failed.
each_host() {
  local function=$1 host pids=() index=0
  shift
  declare -gA failed=()
  if $dry_run; then
    for host in "$@"; do "$function" "$host"; done
    return 0
  fi
  for host in "$@"; do
    "$function" "$host" >"$work/$function.$host" 2>"$work/$function.$host.errors" </dev/null &
    pids+=($!)
  done
  for host in "$@"; do
    wait "${pids[index]}" || failed[$host]=$?
    index=$((index + 1))
    sed "s/^/$(at "$host")/" "$work/$function.$host.errors" >&2
  done
  [ ${#failed[@]} = 0 ]
}

inspect() { on_host "$1" inspect; }

# inspect_hosts: asks every host what is there. The reachable ones are in reachable, the others keys of unreachable.
# Sets by node id: node_at, node_state, node_pid_at, node_cluster, node_roles_at, node_client, node_internal, node_used,
# node_voters, node_home; by host: java_at, dir_at, packages_at.
inspect_hosts() {
  local host kind rest
  declare -gA node_at=() node_state=() node_pid_at=() node_cluster=() node_roles_at=() node_client=() node_internal=() \
    node_used=() node_voters=() node_home=() java_at=() dir_at=() packages_at=()
  reachable=()
  each_host inspect "${hosts[@]}" || true
  if $dry_run; then
    reachable=("${hosts[@]}")
    return 0
  fi
  for host in "${hosts[@]}"; do
    if [ -n "${failed[$host]:-}" ]; then
      unreachable[$host]=yes
      if grep -q 'Host key verification failed' "$work/inspect.$host.errors"; then
        say "$host: accept its key first (ssh $host), or add: --ssh-option StrictHostKeyChecking=accept-new" >&2
      elif grep -q 'Permission denied (' "$work/inspect.$host.errors"; then
        say "$host: it must let your key in (ssh-copy-id $host); see --user and --identity" >&2
      fi
      continue
    fi
    reachable+=("$host")
    while read -r kind rest; do "found_$kind" "$host" "$rest"; done <"$work/inspect.$host"
  done
}

found_host() { read -r "java_at[$1]" "dir_at[$1]" <<<"$2"; }
found_package() { packages_at[$1]+=" $2 "; }
found_node() {
  local id=${2%% *}
  if [ -n "${node_at[$id]:-}" ]; then
    die "node $id is on ${node_at[$id]} and on $1 as well: ${node_home[$id]} and ${2##* };" \
      "they belong to different clusters, or one was moved; move the stale one away, or choose another --dir"
  fi
  node_at[$id]=$1
  # shellcheck disable=SC2229  # the names are elements of arrays
  read -r id "node_state[$id]" "node_pid_at[$id]" "node_cluster[$id]" "node_roles_at[$id]" "node_client[$id]" \
    "node_internal[$id]" "node_used[$id]" "node_voters[$id]" "node_home[$id]" <<<"$2"
}

# found_ids: the nodes that there are, in order.
found_ids() { for_each_line "${!node_at[@]}" | sort -n; }
for_each_line() { if [ $# -gt 0 ]; then printf '%s\n' "$@"; fi; }

# found_on HOST: its nodes, in order.
found_on() {
  local id
  for id in $(found_ids); do if [ "${node_at[$id]}" = "$1" ]; then echo "$id"; fi; done
}

# found_endpoints: client endpoints of the brokers that there are, joined by commas.
found_endpoints() {
  local id
  for id in $(found_ids); do if [ "${node_client[$id]}" != - ]; then echo "${node_client[$id]}"; fi; done | paste -sd, -
}

# again: the options with which another script finds the same cluster.
again() {
  local word
  for word in ${cluster_options[@]+"${cluster_options[@]}"}; do
    if [[ $word == *[!A-Za-z0-9@=_.,:/-]* ]]; then word=$(quoted "$word"); fi
    printf ' %s' "$word"
  done
}
