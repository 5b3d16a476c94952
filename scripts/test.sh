#!/usr/bin/env bash
# Checks everything there is to check about this tree: formatting, scripts, schema, every module's build, unit tests,
# multi-process tests, scenarios in containers, the simulator. Ends with one line of counts. Installs what is missing and
# starts a container engine (Debian, as root), or says what is missing.
#
# Usage: test.sh [--fast] [--no-containers] [--minutes M] [--seeds N] [--mutants] [--jdk DIR]
#
#   --fast           leave out the multi-process tests, the containers and the simulator
#   --no-containers  leave out what needs a container engine: the image and the chaos scenarios
#   --minutes M      how long each chaos scenario breaks things (default 0.5; CI takes 2)
#   --seeds N        seeds of the simulator that must be telling (default 20; CI takes 240)
#   --mutants        see that the simulator catches known bugs, for three and a half minutes
#   --jdk DIR        build and test on the JDK (17 or later) in DIR
#
# Exits with 0 when everything holds. Maven's whole output is in target/test.log.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

fast=false containers=true minutes=0.5 seeds=20 mutants=false
while [ $# -gt 0 ]; do
  case "$1" in
    --fast) fast=true containers=false; shift ;;
    --no-containers) containers=false; shift ;;
    --minutes) minutes=${2:?--minutes needs a number}; shift 2 ;;
    --seeds) seeds=${2:?--seeds needs a number}; shift 2 ;;
    --mutants) mutants=true; shift ;;
    --jdk)
      export JAVA_HOME=${2:?--jdk needs a folder}
      [ -x "$JAVA_HOME/bin/javac" ] || die "--jdk $JAVA_HOME: there is no JDK in it"
      shift 2
      ;;
    -h | --help) usage_of "$0"; exit 0 ;;
    *) die "unknown option '$1'; see --help" ;;
  esac
done

[[ $minutes =~ ^[0-9]+(\.[0-9]+)?$ ]] || die "--minutes $minutes: must be a number, 0.1 to 10"
[[ $seeds =~ ^[1-9][0-9]*$ ]] || die "--seeds $seeds: must be a number, 1 or more"

cd "$FLOTILLA_ROOT"
log=target/test.log

lint_scripts() {
  local scripts=(scripts/*.sh scripts/flotilla docker/*.sh .ci/run chaos-tests/src/test/resources/hosts/*.sh)
  if ! command -v shellcheck >/dev/null; then
    [ -z "${CI:-}" ] || die "the scripts cannot be checked: shellcheck is missing"
    say "scripts: NOT CHECKED, shellcheck is missing"
    return 0
  fi
  say "scripts"
  shellcheck --external-sources "${scripts[@]}"
}

# maven ARGUMENT...: runs Maven; the whole output goes to the log, modules, test classes and errors to the console.
maven() {
  mvn -B -ntp "$@" 2>&1 | tee -a "$log" | progress
}

# What a reader wants to see of Maven's output: modules, test classes, errors, and what a failed test had to say.
progress() {
  local line failing=false class='Tests run: ([0-9]+),.* Time elapsed: ([0-9.]+ s) -- in (.*)'
  local story='^(scenario|ready|kill|acks|gap|recovery|faults|leaders|anomaly|verdict|kept|base:|image:) ?'
  local module='^.INFO. Building (flotilla-[a-z-]+) .*(.[0-9]+/[0-9]+.)$'
  while IFS= read -r line; do
    if [[ $line =~ $module ]]; then
      say "${BASH_REMATCH[2]} ${BASH_REMATCH[1]}"
    elif [[ $line =~ $story ]]; then
      say "    $line"
    elif [[ $line == '[INFO]'* || $line == '[WARNING]'* ]]; then
      failing=false
      if [[ $line =~ $class ]]; then say "    ${BASH_REMATCH[3]}: ${BASH_REMATCH[1]} tests, ${BASH_REMATCH[2]}"; fi
    elif [[ $line == '[ERROR] Failures:'* || $line == '[ERROR] Errors:'* ]]; then
      failing=summarised
    elif [[ $line == '[ERROR]'* && $failing != summarised ]]; then
      failing=true
      say "$line"
      # What follows the first pointer to Maven's own help is only more of it.
      if [[ $line == *'[Help 1]'* ]]; then failing=summarised; fi
    elif [[ $failing == true && $line != $'\tat '* && -n $line ]]; then
      say "$line"
    fi
  done
}

# count ATTRIBUTE REPORT: a number in the head of a report of surefire.
count() {
  sed -n "/<testsuite /{s/.* $1=\"\([0-9]*\)\".*/\1/p;q}" "$2"
}

# Adds up the reports of all modules; fails when a test failed or when there was none.
summary() {
  local report tests=0 failures=0 errors=0 skipped=0
  for report in */target/surefire-reports/TEST-*.xml; do
    [ -f "$report" ] || continue
    tests=$((tests + $(count tests "$report")))
    failures=$((failures + $(count failures "$report")))
    errors=$((errors + $(count errors "$report")))
    skipped=$((skipped + $(count skipped "$report")))
  done
  say "Tests run: $tests, Failures: $failures, Errors: $errors, Skipped: $skipped"
  [ "$tests" -gt 0 ] && [ "$failures" = 0 ] && [ "$errors" = 0 ]
}

# Hosts with a real sshd, in network namespaces. Without them, or without root, the tests that need them say so.
ensure_host_tools() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    (ensure_debian_packages iproute2 openssh-server) || say "the tests with several hosts will be left out"
  fi
}

ensure_tools
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # All at once, and before anything that goes on in the background: apt works for one at a time.
  packages=(shellcheck)
  if $containers; then packages+=(debootstrap debian-archive-keyring); fi
  (ensure_debian_packages "${packages[@]}") || say "could not install ${packages[*]}"
fi
$fast || ensure_host_tools
mkdir -p "${log%/*}"
: >"$log"
rm -rf ./*/target/surefire-reports
say "JDK $(java_major): $(java_command)"
if $containers; then
  (ensure_engine) || die "the scenarios in containers need one; leave them out with --no-containers"
  command -v docker-compose >/dev/null || docker compose version >/dev/null 2>&1 || ensure_debian_packages docker-compose
  # Mostly downloads, so it goes on beside the build; the scenarios wait for it.
  scripts/build-image.sh --base-only >target/base-image.log 2>&1 &
fi
lint_scripts
say "format"
maven -q spotless:check || die "run: mvn spotless:apply"
say "build and test; Maven's whole output is in $log"
held=true skip_chaos=true
if $containers; then skip_chaos=false; fi
# The format was checked above; in its place in the build that would come after the slowest tests. Modules that do not
# need each other are built and tested at once; the processes and containers come after all of them, alone.
maven -T 2 -Dspotless.check.skip=true -DskipProcessTests="$fast" -DskipChaosTests="$skip_chaos" \
  -Dflotilla.chaos.minutes="$minutes" verify || held=false
if $held && ! $fast; then
  say "simulator"
  scripts/simulate.sh --seeds "$seeds" | tee -a "$log" || held=false
fi
if $held && $mutants; then
  # About as many as half of them are caught in this time; scripts/mutants.sh alone runs all of them to the end.
  say "known bugs under the simulator"
  scripts/mutants.sh --minutes 3.5 --least 15 | tee -a "$log" || held=false
fi
summary || held=false
$held || die "something does not hold; see $log"
