# Shared by the scripts of this folder; sourced, never run. hosts.sh sends it to other hosts, where it has no file.
# shellcheck shell=bash

FLOTILLA_SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]:-.}")" && pwd)
FLOTILLA_ROOT=$(dirname "$FLOTILLA_SCRIPTS")
# A package has its jars beside its scripts; in a source tree the build puts them into the distribution.
if [ -z "${FLOTILLA_LIB:-}" ]; then
  FLOTILLA_LIB=$FLOTILLA_ROOT/lib
  [ -d "$FLOTILLA_LIB" ] || FLOTILLA_LIB=$FLOTILLA_ROOT/cli/target/flotilla/lib
fi
# shellcheck disable=SC2034  # read by the scripts that source this file
FLOTILLA_CLUSTER=${FLOTILLA_CLUSTER:-$FLOTILLA_ROOT/run/cluster}

say() { printf '%s\n' "$*"; }
speaker="$(basename "$0"): "
die() {
  printf '%s%s\n' "$speaker" "$*" >&2
  exit 1
}

# usage_of FILE: the comment block at the head of a script is its --help.
usage_of() { awk 'NR == 1 { next } /^#/ { sub(/^# ?/, ""); print; next } { exit }' "$1"; }

now_ms() { date +%s%3N; }
# seconds_since START: since a value of now_ms, with one decimal
seconds_since() { awk -v a="$1" -v b="$(now_ms)" 'BEGIN { printf "%.1f", (b - a) / 1000 }'; }

java_command() {
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
    printf '%s' "$JAVA_HOME/bin/java"
  else
    command -v java || true
  fi
}

# java_major [JAVA]: its version, read from the file beside it, because starting a JVM only to ask costs every start.
java_major() {
  local java=${1:-} home version
  [ -n "$java" ] || java=$(java_command)
  [ -n "$java" ] || return 0
  java=$(readlink -f "$java")
  home=${java%/bin/java}
  if [ -r "$home/release" ]; then version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release"); fi
  [ -n "${version:-}" ] || version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
  printf '%s' "$version"
}

# jdk_home: the home of a JDK 17 or later: JAVA_HOME's, else that of java or javac on the path; nothing when there is none.
# A JRE has java, too, but cannot build.
jdk_home() {
  local java home major
  for java in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)" "$(command -v javac || true)"; do
    [ -n "$java" ] || continue
    home=$(dirname "$(dirname "$(readlink -f "$java")")")
    [ -x "$home/bin/javac" ] || continue
    major=$(java_major "$home/bin/java")
    if [ "${major:-0}" -ge 17 ]; then
      printf '%s' "$home"
      return
    fi
  done
}

require_java() {
  local major
  major=$(java_major)
  [ -n "$major" ] || die "no Java found; install a JDK 17 or later (Debian: apt-get install default-jdk-headless) or set JAVA_HOME"
  [ "$major" -ge 17 ] || die "Java $major found at $(java_command); Flotilla needs 17 or later; set JAVA_HOME"
}

require_build() {
  [ -d "$FLOTILLA_LIB" ] || die "Flotilla is not built ($FLOTILLA_LIB is missing); run: mvn -q package -DskipTests"
}

# ensure_debian_packages PACKAGE...: installs what is missing, as root on Debian; else says what is.
ensure_debian_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "please install: ${missing[*]}"
  [ "$(id -u)" = 0 ] || die "please install as root: apt-get install ${missing[*]}"
  say "installing ${missing[*]}"
  apt-get -o DPkg::Lock::Timeout=300 update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq "${missing[@]}" >/dev/null
}

# ensure_tools: a JDK 17 or later and Maven.
ensure_tools() {
  local wanted=()
  if [ -n "${JAVA_HOME:-}" ] && [ ! -x "$JAVA_HOME/bin/javac" ]; then
    die "JAVA_HOME=$JAVA_HOME has no bin/javac: the build needs a JDK, not a JRE; unset JAVA_HOME or name a JDK 17 or later"
  fi
  [ -n "$(jdk_home)" ] || wanted+=(default-jdk-headless)
  command -v mvn >/dev/null || wanted+=(maven)
  [ ${#wanted[@]} -eq 0 ] || ensure_debian_packages "${wanted[@]}"
  # Where java on the path is a JRE's or an old one's, Maven and the nodes run on the JDK all the same.
  JAVA_HOME=$(jdk_home)
  [ -n "$JAVA_HOME" ] || die "no JDK 17 or later found (javac is missing); install one or set JAVA_HOME"
  export JAVA_HOME
  require_java
}

# class_archive: the archive of parsed and verified classes beside the build (see archive-classes.sh), where it is whole.
# A JVM crashes on one that was cut off.
class_archive() {
  local archive=${FLOTILLA_LIB%/lib}/classes.jsa
  [ -r "$archive" ] && [ -r "$archive.size" ] || return 0
  [ "$(stat -c %s "$archive")" != "$(<"$archive.size")" ] || printf '%s' "$archive"
}

# The nodes of a cluster on this host: a folder node-N each in FLOTILLA_CLUSTER, with server.properties, data, log and pid.
node_dir() { printf '%s/node-%s' "$FLOTILLA_CLUSTER" "$1"; }
node_ids() {
  local dir
  for dir in "$FLOTILLA_CLUSTER"/node-*/; do
    [ -f "$dir/server.properties" ] && basename "$dir" | sed 's/node-//'
  done | sort -n
  return 0
}
node_pid() { cat "$(node_dir "$1")/pid" 2>/dev/null || true; }

# node_running N: the pid file names a live process that really is that node.
node_running() {
  local pid
  pid=$(node_pid "$1")
  [ -n "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$(node_dir "$1")/server.properties"
} 2>/dev/null

# node_property N KEY: as server.properties has it; empty when it does not.
node_property() {
  sed -n "s/^[[:space:]]*${2//./\\.}[[:space:]]*=[[:space:]]*//p" "$(node_dir "$1")/server.properties" | tail -n 1
}

# node_endpoint N LISTENER: where others reach the node, HOST:PORT; empty when it has no such listener.
node_endpoint() {
  local listeners
  listeners=$(node_property "$1" advertised.listeners)
  [ -n "$listeners" ] || listeners=$(node_property "$1" listeners)
  tr ',' '\n' <<<"$listeners" | sed -n "s#^[[:space:]]*$2://##p"
}

# cluster_endpoints: the client endpoints of the cluster on this host, joined by commas.
cluster_endpoints() {
  local id
  for id in $(node_ids); do node_endpoint "$id" CLIENT; done | paste -sd, -
}

engine_answers() { docker info >/dev/null 2>&1; }

# ensure_engine: a container engine that answers; installs and starts Docker where it may (Debian, as root), or says what is
# missing.
ensure_engine() {
  local log=/var/log/flotilla-dockerd.log started
  engine_answers && return 0
  if ! command -v dockerd >/dev/null; then
    (ensure_debian_packages docker.io) || die "no container engine: install and start Docker (Debian: apt-get install docker.io)"
  fi
  engine_answers && return 0
  [ "$(id -u)" = 0 ] || die "no container engine answers; start it (systemctl start docker), or join the group docker"
  say "starting the container engine"
  if [ -d /run/systemd/system ]; then
    systemctl start docker || die "the container engine does not start; see: journalctl -u docker"
  else
    # Without an init system nobody has mounted these yet, and the engine does not.
    if ! grep -q ' cgroup2\? ' /proc/mounts && command -v cgroupfs-mount >/dev/null; then cgroupfs-mount; fi
    nohup dockerd >"$log" 2>&1 </dev/null &
    disown
  fi
  started=$(now_ms)
  until engine_answers; do
    if [ $(($(now_ms) - started)) -gt 60000 ]; then
      tail -n 15 "$log" >&2 || true
      die "the container engine does not answer; its output is in $log"
    fi
    sleep 0.2
  done
}
