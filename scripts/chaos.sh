#!/usr/bin/env bash
# Breaks a cluster of containers under load, and judges whether a record was lost, duplicated or reordered.
#
# Usage: chaos.sh list
#        chaos.sh run NAME... [--seed S] [--minutes M] [--acks all|1] [--keep]
#        chaos.sh check HISTORY
#        chaos.sh clean
#
#   list           the scenarios
#   run NAME...    build the image if need be, run scenarios one by one, and print for each: acknowledgements, records of
#                  unknown fate, the longest gap between acknowledgements, recovery, leader changes, verdict
#     --seed S     draws victims, pauses and load; by default another one each time
#     --minutes M  how long to break things (default 2)
#     --acks 1     let the senders wait for the leader only, to see what that loses and that the judge notices
#     --keep       keep the history of a good run, too
#   check HISTORY  judge a history again
#   clean          remove the containers that a killed run has left
#
# A bad run leaves its history and the nodes' logs in run/chaos/NAME-SEED. The format is JSON lines, an operation a line.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case "${1:-}" in
  -h | --help | '') usage_of "$0"; exit 0 ;;
  run)
    shift
    require_java
    require_build
    "$FLOTILLA_SCRIPTS/build-image.sh"
    exec "$FLOTILLA_SCRIPTS/flotilla" chaos run --dir "$FLOTILLA_ROOT/run/chaos" "$@"
    ;;
  list | check) exec "$FLOTILLA_SCRIPTS/flotilla" chaos "$@" ;;
  clean)
    ensure_engine
    mapfile -t left < <(docker ps --all --quiet --filter label=io.flotilla.chaos)
    [ ${#left[@]} -eq 0 ] || docker rm --force --volumes "${left[@]}" >/dev/null
    say "removed ${#left[@]} containers"
    docker network prune --force --filter label=org.testcontainers=true >/dev/null
    ;;
  *) die "unknown command '$1'; see --help" ;;
esac
