# shellcheck shell=bash disable=SC2153
# Sourced by suite.sh: starts and stops the model provider, the gateway and Seawall. Each gets its own process group,
# so that stopping it stops its children and nothing else.
PROVIDER_PID='' GATEWAY_PID='' SEAWALL_PID='' CHECK_PID='' HOLD_PID='' SUITE_PID=''

free_ports() { "$NODE" "$HERE/free-ports.mjs" "$1"; }

start_provider() {
  setsid "$NODE" "$HERE/provider.mjs" "$PROVIDER_PORT" "$RUN/provider-events" >"$RUN/provider.log" 2>&1 &
  PROVIDER_PID=$!
  wait_for 20 "$PROVIDER_PID" "http://127.0.0.1:$PROVIDER_PORT/v1/models" || give_up "the model provider starts: $(tail -n 3 "$RUN/provider.log")"
}

configure_gateway() { "$NODE" "$HERE/gateway-config.mjs" "$RUN/openclaw" "$1"; }   # a running one takes it over

start_gateway() {   # start_gateway trusting|untrusting: with a home of its own
  configure_gateway "$1"
  setsid env HOME="$RUN/openclaw" OPENCLAW_STATE_DIR="$RUN/openclaw" OPENCLAW_CONFIG_PATH="$RUN/openclaw/openclaw.json" \
    OPENCLAW_GATEWAY_TOKEN="$GATEWAY_TOKEN" OPENCLAW_HOOKS_TOKEN="$HOOKS_TOKEN" OPENCLAW_DISABLE_BONJOUR=1 NO_COLOR=1 \
    PATH="${NODE%/*}:$PATH" "$NODE" "$OPENCLAW" gateway run --bind loopback --port "$GATEWAY_PORT" >>"$RUN/gateway.log" 2>&1 &
  GATEWAY_PID=$!
  wait_for 120 "$GATEWAY_PID" "http://127.0.0.1:$GATEWAY_PORT/readyz" ||
    give_up "the gateway starts: expected 200 on /readyz within 120 s"
}

start_seawall() {   # as a user would: the launcher and an environment, in a folder without .env
  local root=() frames=()
  [ "$(id -u)" = 0 ] && root=(SEAWALL_ALLOW_ROOT=true)
  [ -n "${SANDBOX_PORT:-}" ] && frames=(SEAWALL_SANDBOX_PORT="$SANDBOX_PORT" SEAWALL_PORTALS=preview.example.net
    SEAWALL_PORTALS_PORT="$PORTALS_PORT")
  mkdir -p "$RUN/empty"
  (
    cd "$RUN/empty" || exit
    exec env "${root[@]}" "${frames[@]}" PORT="$PUBLIC_PORT" SEAWALL_BIND=127.0.0.1 \
      AUTH_USERNAME="$USERNAME" AUTH_PASSWORD="$PASSWORD" OPENCLAW_GATEWAY_TOKEN="$GATEWAY_TOKEN" \
      HOOKS_ENABLED=true HOOKS_TOKEN="$HOOKS_TOKEN" SEAWALL_UPSTREAM="127.0.0.1:$GATEWAY_PORT" \
      SEAWALL_STATE_DIR="$RUN/state" SEAWALL_ADMIN="127.0.0.1:$ADMIN_PORT" \
      setsid "$ROOT/seawall" run >"$RUN/seawall.log" 2>&1
  ) &
  SEAWALL_PID=$!
  wait_for 300 "$SEAWALL_PID" "${SCHEME:-https}://127.0.0.1:$PUBLIC_PORT/healthz" --cacert "$RUN/state/ca.pem" ||
    give_up "Seawall starts: expected 200 on /healthz within 300 s"
}

wait_for() {   # wait_for SECONDS PID URL [CURL OPTION...]: true once URL answers 200, false when time is up or the process died
  local end=$((SECONDS + $1)) pid=$2
  shift 2
  while [ "$SECONDS" -lt "$end" ] && kill -0 "$pid" 2>/dev/null; do
    [ "$(curl -s -m 2 -o /dev/null -w '%{http_code}' "$@")" = 200 ] && return
    sleep 0.3
  done
  return 1
}

stop() {   # stop PID: asks, waits up to 10 s, then insists
  local i
  [ -n "$1" ] && kill -0 -- "-$1" 2>/dev/null || return 0
  kill -TERM -- "-$1" 2>/dev/null
  for ((i = 0; i < 100; i++)); do kill -0 -- "-$1" 2>/dev/null || return 0; sleep 0.1; done
  kill -KILL -- "-$1" 2>/dev/null
  return 0
}

shut_down() {   # the checks send SIGTERM; only a parent sees the exit code
  local code
  checks shutdown "$SEAWALL_PID"
  kill -0 "$SEAWALL_PID" 2>/dev/null && return
  wait "$SEAWALL_PID"; code=$?
  if [ "$code" = 0 ]; then report "ok shutdown: exit code 0"; else report "FAIL shutdown: expected exit code 0 got $code"; fi
}

stop_seawall() { stop "$SEAWALL_PID"; SEAWALL_PID=; }
stop_gateway() { stop "$GATEWAY_PID"; GATEWAY_PID=; }

stop_everything() {
  local pid
  for pid in "$SUITE_PID" "$CHECK_PID" "$HOLD_PID" "$SEAWALL_PID" "$GATEWAY_PID" "$PROVIDER_PID"; do stop "$pid"; done
}
