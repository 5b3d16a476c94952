#!/usr/bin/env bash
# What a Flotilla container runs.
#
# Usage: entrypoint.sh server            a node, configured by the environment
#        entrypoint.sh healthy           whether the node in this container listens
#        entrypoint.sh COMMAND [OPTION]  the flotilla command, for example topics, server FILE
#
# Every variable FLOTILLA_SOME_KEY becomes the key some.key of server.properties; a key that does not exist stops the node
# and names the nearest one. Left out, they mean:
#   FLOTILLA_NODE_ID                              1
#   FLOTILLA_LISTENERS                            CLIENT://0.0.0.0:9092,INTERNAL://0.0.0.0:9093
#   FLOTILLA_ADVERTISED_LISTENERS                 the ports of the listeners at the container's host name
#   FLOTILLA_LOG_DIRS                             /var/lib/flotilla/data
#   FLOTILLA_CONTROLLER_QUORUM_VOTERS             this node alone; else set these three on every node alike:
#   FLOTILLA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS  this node alone
#   FLOTILLA_CLUSTER_ID                           single-node
# No keys: FLOTILLA_HEAP (default 1g), FLOTILLA_OPTS (JVM options), FLOTILLA_LIB, FLOTILLA_LOG_LEVEL.
set -euo pipefail

flotilla=/opt/flotilla/scripts/flotilla
properties=${FLOTILLA_PROPERTIES:-/etc/flotilla/server.properties}

# port_of NAME LISTENERS: the port of a listener in NAME://host:port,...
port_of() { sed -n "s|.*$1://[^,]*:\([0-9][0-9]*\).*|\1|p" <<<"$2"; }

if [ "${1:-}" = healthy ]; then
  listeners=$(sed -n 's/^listeners=//p' "$properties")
  exec 3<>"/dev/tcp/127.0.0.1/$(port_of INTERNAL "$listeners")"
  exit 0
fi
# A container that is started again may have another address.
export FLOTILLA_OPTS="-Dsun.net.inetaddr.ttl=5 ${FLOTILLA_OPTS:-}"
if [ "${1:-}" != server ] || [ $# -gt 1 ]; then
  exec "$flotilla" "$@"
fi

id=${FLOTILLA_NODE_ID:-1}
listeners=${FLOTILLA_LISTENERS:-CLIENT://0.0.0.0:9092,INTERNAL://0.0.0.0:9093}
if [ -n "${FLOTILLA_CONTROLLER_QUORUM_VOTERS:-}" ] && [ -z "${FLOTILLA_CLUSTER_ID:-}" ]; then
  echo "FLOTILLA_CLUSTER_ID is not set: with several nodes it must be, to the same text on each" >&2
  exit 2
fi
advertised=
for name in CLIENT INTERNAL; do
  port=$(port_of "$name" "$listeners")
  [ -z "$port" ] || advertised+="${advertised:+,}$name://$(hostname):$port"
done
: "${FLOTILLA_NODE_ID:=$id}" "${FLOTILLA_LISTENERS:=$listeners}" "${FLOTILLA_ADVERTISED_LISTENERS:=$advertised}"
: "${FLOTILLA_LOG_DIRS:=/var/lib/flotilla/data}" "${FLOTILLA_CLUSTER_ID:=single-node}"
: "${FLOTILLA_CONTROLLER_QUORUM_VOTERS:=$id@127.0.0.1:9094}"
: "${FLOTILLA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS:=127.0.0.1:$(port_of INTERNAL "$listeners")}"

# A volume may come with a folder of its own, such as lost+found; a log directory holds nothing foreign.
IFS=, read -ra folders <<<"$FLOTILLA_LOG_DIRS"
mkdir -p "${folders[@]}"
{
  echo "# Written by entrypoint.sh from the environment, at each start."
  for variable in "${!FLOTILLA_@}"; do
    case $variable in
      FLOTILLA_HEAP | FLOTILLA_OPTS | FLOTILLA_LIB | FLOTILLA_LOG_LEVEL | FLOTILLA_PROPERTIES) continue ;;
      # Kubernetes sets these in every container when there is a service named flotilla.
      FLOTILLA_SERVICE_* | FLOTILLA_PORT | FLOTILLA_PORT_*) continue ;;
    esac
    value=${!variable}
    case $value in *$'\n'*) echo "$variable holds a line break" >&2; exit 2 ;; esac
    key=${variable#FLOTILLA_}
    key=${key,,}
    echo "${key//_/.}=${value//\\/\\\\}"
  done
} >"$properties"
exec "$flotilla" server "$properties"
