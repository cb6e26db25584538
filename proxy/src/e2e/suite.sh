# shellcheck shell=bash
# Sourced first by every command of this folder: who they are, what they start with, and how they end.
#
# A command calls `begin`, reports its checks by `report "ok NAME"` or `report "FAIL NAME: expected … got …"`, starts what
# it needs by the functions of processes.sh, and simply exits: `finish` stops everything and prints the last line.
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
SUITE=${0##*/}
[ "$SUITE" != run ] || SUITE=e2e

say() { echo "$SUITE: $*" >&2; }
refuse() { say "$*"; exit 1; }

# The caller's own configuration must not reach the Seawall and the gateway of a run. This comes before anything of ours
# that has such a name.
for name in "${!SEAWALL_@}" "${!OPENCLAW_GATEWAY@}" "${!AUTH_@}" "${!HOOKS_@}" "${!COOLIFY_@}"; do
  case $name in SEAWALL_E2E_*) export -n "${name?}" ;; SEAWALL_JAVA_HOME) ;; *) unset "$name" ;; esac
done
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1

. "$HERE/install.sh"
. "$HERE/processes.sh"

# begin: installs what is needed, and makes the temporary folder and the secrets of this run.
begin() {
  check_tools
  install_packages
  export RUN RESULTS OPENCLAW CHROMIUM ROOT SEAWALL USERNAME PASSWORD GATEWAY_TOKEN HOOKS_TOKEN
  RUN=$(mktemp -d "${TMPDIR:-/tmp}/seawall-$SUITE.XXXXXX") || refuse "no temporary folder could be made."
  RESULTS=$RUN/results SEAWALL=$ROOT/seawall
  : >"$RESULTS"
  USERNAME="admin"
  PASSWORD=$(openssl rand -base64 18)
  GATEWAY_TOKEN=$(openssl rand -hex 32)
  HOOKS_TOKEN=$(openssl rand -hex 16)
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

report() { echo "$*"; echo "$*" >>"$RESULTS"; }
give_up() { report "FAIL $*"; exit 1; }

finish() {
  local code=$? failed log
  trap '' INT TERM
  stop_everything
  failed=$(grep -c '^FAIL ' "$RESULTS")
  [ "$failed" = 0 ] || [ "$code" != 0 ] || code=1
  if [ "$code" != 0 ]; then
    for log in "$RUN"/*.log; do
      [ ! -s "$log" ] || { echo "--- the last lines of ${log##*/}"; tail -n 30 "$log"; } >&2
    done
  fi
  [ -z "${SEAWALL_E2E_OUT:-}" ] || { mkdir -p "$SEAWALL_E2E_OUT" && cp -- "$RUN"/*.log "$RUN"/*.png "$SEAWALL_E2E_OUT"; } 2>/dev/null
  echo "$(grep -c '^ok ' "$RESULTS") passed, $failed failed"
  if [ "${KEEP:-}" = 1 ]; then say "kept $RUN"; else rm -rf "$RUN"; fi
  exit "$code"
}

# fetch_jar GROUP:NAME:VERSION: by Maven into the cache, once. Several judges come inside of Maven plugins.
fetch_jar() {
  local jar
  jar=$CACHE/$(cut -d: -f2,3 --output-delimiter=- <<<"$1").jar
  [ -s "$jar" ] || mvn -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy -Dartifact="$1" \
    -DoutputDirectory="$CACHE" >"$CACHE/mvn.log" 2>&1 ||
    { tail -n 5 "$CACHE/mvn.log" >&2; say "Maven could not fetch $1."; return 1; }
  echo "$jar"
}

# checks NAME [ARGUMENT]: the checks of NAME.mjs; a script that breaks off is a failure, whatever it printed before.
checks() {
  begin_checks "$@"
  CHECK_PID=$!
  end_checks "$1" "$CHECK_PID"
  CHECK_PID=
}
begin_checks() {
  (
    [ ! -f "$RUN/state/ca.pem" ] || export NODE_EXTRA_CA_CERTS=$RUN/state/ca.pem
    exec timeout -k 5 "${LIMIT:-300}" "$NODE" "$HERE/$1.mjs" "${@:2}"
  ) &
}
end_checks() { wait "$2" || report "FAIL $1: expected checks that come to their end got exit $?"; }
