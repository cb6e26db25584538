# shellcheck shell=bash
# Sourced by the shell suites and run by lab's Python: where a JDK 25 or newer is, and the tests' classes. (The launcher
# ./seawall has its own way to a Java: it is deployed without this file, and a JRE is enough for it.)
find_jdk() {
  local candidate
  for candidate in "${SEAWALL_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.jdks/* \
    "$HOME"/.sdkman/candidates/java/*; do
    [ -x "$candidate/bin/javac" ] && "$candidate/bin/java" -version 2>&1 | grep -qE 'version "(2[5-9]|[3-9][0-9])' &&
      { echo "$candidate"; return; }
  done
  echo "no JDK 25 or newer found (looked at SEAWALL_JAVA_HOME, JAVA_HOME, /usr/lib/jvm, /opt, ~/.jdks, ~/.sdkman)" >&2
  return 1
}

# compile_tests NAME LOG [MAVEN OPTION...]: the classes of all modules and of their tests; what they need is then in
# target/NAME.classpath of each module.
compile_tests() {
  local name=$1 log=$2
  shift 2
  mkdir -p "$(dirname "$log")"
  (cd "$ROOT" && mvn -q -B -ntp "$@" -pl config,certs,proxy test-compile dependency:build-classpath \
    -Dspotless.check.skip=true -Dmdep.includeScope=test -Dmdep.outputFile="target/$name.classpath") >"$log" 2>&1 ||
    { tail -n 30 "$log" >&2; echo "the tests do not compile, see $log" >&2; return 1; }
}
