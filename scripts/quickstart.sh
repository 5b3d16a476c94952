#!/usr/bin/env bash
# From a fresh clone to a cluster that carries a real text through the death of a node.
#
# Usage: quickstart.sh [FILE] [--kill leader|controller|both|none] [--nodes N] [--dir DIR] [--base-port PORT]
#
#   FILE               a text; by default the largest one found in the usual places, up to a million lines
#   --kill WHAT        which node to kill -9 midway: the partition's leader (default), the active controller, the node
#                      that is both, or none
#   --nodes N          nodes to start when no cluster runs yet (default 3)
#   --dir DIR          the cluster's folder (default run/cluster)
#   --base-port PORT   client port of node 1 when no cluster runs yet (default 9092)
#
# Installs what is missing (Debian, as root) or says what is, builds, starts the cluster, sends every line into a replicated
# topic, kills the node, reads everything back with a fresh consumer and compares. Fails when anything is lost, repeated or
# out of order, when the leader epoch did not rise, or when less than 20 % was acknowledged after the kill.
# The cluster stays up.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

file='' kill=leader start_options=()
while [ $# -gt 0 ]; do
  case "$1" in
    --kill) kill=${2:?--kill needs leader, controller, both or none}; shift 2 ;;
    --nodes) start_options+=(--nodes "${2:?--nodes needs a number}"); shift 2 ;;
    --dir) FLOTILLA_CLUSTER=$(realpath -m "${2:?--dir needs a folder}"); shift 2 ;;
    --base-port) start_options+=(--base-port "${2:?--base-port needs a port}"); shift 2 ;;
    -h | --help) usage_of "$0"; exit 0 ;;
    -*) die "unknown option '$1'; see --help" ;;
    *) [ -z "$file" ] || die "one FILE only, not '$file' and '$1'"; file=$1; shift ;;
  esac
done
case $kill in leader | controller | both | none) ;; *) die "--kill $kill: must be leader, controller, both or none" ;; esac
[ -z "$file" ] || [ -r "$file" ] || die "cannot read '$file'"

# A real text of up to a million lines: the package index where apt keeps one, else the largest text in the usual places.
# awk reads to the end where head would leave the writer with a broken pipe.
find_text() {
  local index text=$FLOTILLA_ROOT/run/quickstart.txt
  index=$({ find /var/lib/apt/lists -name '*_Packages*' -type f -printf '%s %p\n' 2>/dev/null || true; } | largest)
  if [ -n "$index" ] && [ -x /usr/lib/apt/apt-helper ]; then
    mkdir -p "$FLOTILLA_ROOT/run"
    if /usr/lib/apt/apt-helper cat-file "$index" 2>/dev/null | awk 'NR <= 1000000' >"$text" && [ -s "$text" ]; then
      printf '%s' "$text"
      return
    fi
  fi
  { find /var/lib/dpkg/status /usr/share/dict /var/log /usr/include /usr/share/doc -type f -readable \
    \( -name status -o -name words -o -name '*.log' -o -name '*.h' -o -name '*.txt' \) -printf '%s %p\n' 2>/dev/null || true; } |
    largest
}

# largest: of lines "SIZE PATH" the path of the largest file; nothing of none.
largest() { sort -rn | awk 'NR == 1 { sub(/^[0-9]+ /, ""); print }'; }

ensure_tools
started=$(now_ms)
if [ ! -d "$FLOTILLA_LIB" ] || [ -n "$(find "$FLOTILLA_ROOT" -newer "$FLOTILLA_LIB" \( -name '*.java' -o -name '*.proto' \
  -o -name pom.xml \) -not -path '*/target/*' -print -quit)" ]; then
  say "building (the first time fetches what the build needs, which takes a few minutes)"
  mkdir -p "$FLOTILLA_ROOT/run"
  if ! (cd "$FLOTILLA_ROOT" && mvn -B -q package -DskipTests >run/build.log 2>&1); then
    tail -n 30 "$FLOTILLA_ROOT/run/build.log"
    die "the build failed; the whole output is in run/build.log"
  fi
  touch "$FLOTILLA_LIB"
  say "built in $(seconds_since "$started") s"
fi

"$FLOTILLA_SCRIPTS/start-cluster.sh" --dir "$FLOTILLA_CLUSTER" ${start_options[@]+"${start_options[@]}"} | sed '/^Try next/,$d'
endpoints=$(cluster_endpoints)

if [ -z "$file" ]; then
  file=$(find_text)
  [ -n "$file" ] || die "found no text on this machine; name one: quickstart.sh FILE"
fi

status=0
"$FLOTILLA_SCRIPTS/flotilla" chaos carry-file --bootstrap-server "$endpoints" --file "$file" --kill "$kill" \
  --cluster-dir "$FLOTILLA_CLUSTER" || status=$?

if [ "$kill" != none ]; then
  say ""
  say "starting the killed node again"
  "$FLOTILLA_SCRIPTS/start-cluster.sh" --dir "$FLOTILLA_CLUSTER" | sed '/^Try next/,$d'
  "$FLOTILLA_SCRIPTS/flotilla" cluster ready --bootstrap-server "$endpoints" --brokers "$(node_ids | wc -l)" \
    --full-isr --timeout-ms 60000 || status=1
fi
[ $status = 0 ] || die "quickstart FAILED; the servers' logs are $FLOTILLA_CLUSTER/node-*/server.log"

say ""
say "The cluster is up. Try next:"
say "  scripts/cluster-status.sh"
say "  scripts/flotilla topics --bootstrap-server ${endpoints%%,*} --describe"
say "  scripts/flotilla console-consumer --bootstrap-server ${endpoints%%,*} --topic TOPIC --from-beginning --max-messages 5"
say "  scripts/quickstart.sh $file --kill both"
say "  scripts/stop-cluster.sh"
