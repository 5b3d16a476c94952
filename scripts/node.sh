# What one host does for its nodes; sourced, never run. hosts.sh calls it here for a local cluster, and sends it, behind
# lib.sh, to the bash of each host of a cluster on several. Nothing of it stays there.
# shellcheck shell=bash

# node_command COMMAND DIR [ARGUMENT...]: DIR is the cluster's folder on this host; a relative one begins at the home. Run
# it in a shell of its own.
node_command() {
  local command=$1
  # Whoever asked knows which host this is, and says so.
  # shellcheck disable=SC2034  # die reads it
  speaker=''
  FLOTILLA_CLUSTER=$(realpath -m "$2")
  shift 2
  "host_$command" "$@"
}

# host_inspect: what there is, a line each:
#   host JAVA DIR                                        JAVA is - or its major version
#   package NAME
#   node ID STATE PID CLUSTER ROLES CLIENT INTERNAL USED VOTERS DIR    STATE is running or down, USED is yes or no
host_inspect() {
  local id state pid used java package
  java=$(java_major)
  printf 'host %s %s\n' "${java:--}" "$FLOTILLA_CLUSTER"
  for package in "$FLOTILLA_CLUSTER"/flotilla-*/; do
    if [ -d "$package" ]; then printf 'package %s\n' "$(basename "$package")"; fi
  done
  for id in $(node_ids); do
    state=down pid=- used=no
    if node_running "$id"; then state=running pid=$(node_pid "$id"); fi
    [ -z "$(ls -A "$(node_dir "$id")/data" 2>/dev/null)" ] || used=yes
    printf 'node %s %s %s %s %s %s %s %s %s %s\n' "$id" "$state" "$pid" \
      "$(or_dash "$(node_property "$id" cluster.id)")" "$(roles_of "$id")" \
      "$(or_dash "$(node_endpoint "$id" CLIENT)")" "$(or_dash "$(node_endpoint "$id" INTERNAL)")" \
      "$used" "$(or_dash "$(node_property "$id" controller.quorum.voters | tr -d ' ')")" "$(node_dir "$id")"
  done
}

# roles_of ID: as its file has them, in the order of the alphabet; a file that names none means both.
roles_of() {
  local roles
  roles=$(node_property "$1" process.roles | tr -d ' ' | tr ',' '\n' | sort | paste -sd, -)
  printf '%s' "${roles:-broker,controller}"
}

or_dash() { printf '%s' "${1:--}"; }

# host_check ID PROPERTIES: says what stands against starting the node with these properties; changes nothing.
host_check() {
  local id=$1 properties=$2 problems
  problems=$(writable_folder; changed_properties "$id" "$properties"; taken_ports "$id" "$properties")
  [ -z "$problems" ] || die "$problems"
}

writable_folder() {
  local folder=$FLOTILLA_CLUSTER
  while ! [ -e "$folder" ]; do folder=$(dirname "$folder"); done
  [ -d "$folder" ] && [ -w "$folder" ] ||
    printf '%s cannot be written by %s; choose another --dir, or another user\n' "$folder" "$(id -un)"
}

changed_properties() {
  local id=$1 line key now file
  file=$(node_dir "$id")/server.properties
  [ -f "$file" ] || return 0
  while IFS= read -r line; do
    key=${line%%=*}
    now=$(node_property "$id" "$key")
    [ "$now" = "${line#*=}" ] ||
      printf '%s is\n    %s=%s\n  in %s; this command would have it\n    %s\n' "$key" "$key" "$now" "$file" "$line"
  done <<<"$2"
}

taken_ports() {
  local id=$1 port
  if node_running "$id"; then return 0; fi
  for port in $(ports_of "$id" "$2"); do
    if listened_on "$port"; then
      printf 'port %s, which node %s needs, is taken; stop what uses it (ss -ltnp %s) or choose another --base-port\n' \
        "$port" "$id" "'sport = :$port'"
    fi
  done
}

# ports_of ID PROPERTIES: of its listeners, and of its own voter.
ports_of() {
  sed -n 's/^listeners=//p' <<<"$2" | tr ',' '\n' | sed 's/.*://'
  sed -n 's/^controller\.quorum\.voters=//p' <<<"$2" | tr ',' '\n' | sed -n "s/^$1@.*://p"
}

# listened_on PORT: somebody on this host listens there, on any address; 0A is the kernel's LISTEN.
listened_on() {
  { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true; } |
    awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }'
}

host_install_java() {
  local major
  ensure_debian_packages default-jre-headless >&2
  major=$(java_major)
  [ "${major:-0}" -ge 17 ] || die "Debian's default-jre-headless is Java ${major:-none}; Flotilla needs 17 or later"
}

# host_unpack NAME SHA256: NAME.tar was copied into the folder and becomes its folder NAME.
host_unpack() {
  local name=$1 sha256=$2
  cd "$FLOTILLA_CLUSTER" || exit
  if ! sha256sum --check --status <<<"$sha256  $name.tar"; then
    rm -f "$name.tar"
    die "$FLOTILLA_CLUSTER/$name.tar was damaged on its way; is the disk full (df $FLOTILLA_CLUSTER)? try again"
  fi
  rm -rf ".$name.new"
  mkdir ".$name.new"
  tar -xf "$name.tar" -C ".$name.new"
  mv ".$name.new" "$name"
  rm -f "$name.tar"
}

# host_write ID PROPERTIES: a node that has its configuration keeps it.
host_write() {
  local home
  home=$(node_dir "$1")
  if [ -f "$home/server.properties" ]; then return 0; fi
  mkdir -p "$home/data" || return
  {
    echo "# Written once by start-cluster.sh; edit freely. 'flotilla config keys' lists what can be set."
    printf '%s\n' "$2"
    printf 'log.dirs=%s\n' "$home/data"
  } >"$home/server.properties.new" &&
    mv "$home/server.properties.new" "$home/server.properties"
}

# host_start ID LAUNCHER: LAUNCHER is the flotilla command; a relative one begins at the folder.
host_start() {
  local home launcher=$2
  if node_running "$1"; then return 0; fi
  home=$(node_dir "$1")
  [[ $launcher == /* ]] || launcher=$FLOTILLA_CLUSTER/$launcher
  setsid nohup "$launcher" server "$home/server.properties" >>"$home/server.log" 2>&1 </dev/null &
  echo $! >"$home/pid"
}

# host_alive ID...: fails with the end of the log of a node that has ended.
host_alive() {
  local id pid ended=''
  for id in "$@"; do
    pid=$(node_pid "$id")
    # Until the launcher has become Java, the process does not look like the node yet.
    if [ -d "/proc/${pid:-none}" ]; then continue; fi
    ended+="node $id ended; the end of $(node_dir "$id")/server.log:"$'\n'"$(tail -n 15 "$(node_dir "$id")/server.log")"$'\n'
  done
  [ -z "$ended" ] || die "$ended"
}

# host_stop KILL SECONDS ID...: KILL is true or false; a node that takes longer is killed. Names those that it stopped.
host_stop() {
  local kill=$1 seconds=$2 id stopping=() deadline
  shift 2
  for id in "$@"; do
    node_running "$id" || continue
    if $kill; then kill -9 "$(node_pid "$id")"; else kill "$(node_pid "$id")"; fi
    stopping+=("$id")
  done
  deadline=$(($(now_ms) + seconds * 1000))
  for id in ${stopping[@]+"${stopping[@]}"}; do
    while node_running "$id"; do
      if [ "$(now_ms)" -gt "$deadline" ]; then
        printf 'node %s did not stop within %s s and was killed\n' "$id" "$seconds" >&2
        kill -9 "$(node_pid "$id")" 2>/dev/null || true
      fi
      sleep 0.1
    done
    rm -f "$(node_dir "$id")/pid"
    printf '%s\n' "$id"
  done
}
