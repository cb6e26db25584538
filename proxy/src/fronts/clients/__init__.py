"""The clients: each does what people's do, and tells what came back, a line of JSON for each scenario."""

import os
import pathlib
import subprocess
import sys

from lab import ROOT, Trouble, compiled, tool

HERE = pathlib.Path(__file__).resolve().parent


def commands(lab):
    """Each client's name and how it is started; what has to be compiled or installed is."""
    tool("curl", "curl")
    node, packages = node_and_packages()
    return {"curl": [sys.executable, str(HERE / "curl.py")],
            "Python": ["/usr/bin/python3", "-B", str(HERE / "python.py")],
            "Node": ["env", f"PACKAGES={packages}", "sh", "-c", NODE, str(node), str(HERE / "node.mjs")],
            "JDK": java(lab),
            "Chromium": ["env", f"PACKAGES={packages}", f"CHROMIUM={os.environ.get('CHROMIUM', '/usr/bin/chromium')}",
                         str(node), str(HERE / "chromium.mjs")],
            "Go": [str(compiled(lab, HERE / "client.go"))]}


# Node reads the CA from this variable alone, and each front has its own
NODE = 'NODE_EXTRA_CA_CERTS=$(sed -n \'s/.*"ca": "\\([^"]*\\)".*/\\1/p\' "$2") exec "$0" "$1" "$2"'


def node_and_packages():
    """What the end-to-end suite installs: Node, and OpenClaw with its packages."""
    script = ('say() { echo "fronts: $*" >&2; }; refuse() { say "$*"; exit 1; }; . "$0"; check_tools; install_packages; '
              'printf "%s\\n" "$NODE" "$CACHE/package.json"')
    ran = subprocess.run(["bash", "-c", script, str(ROOT / "proxy/src/e2e/install.sh")], text=True, stdout=subprocess.PIPE)
    if ran.returncode:
        raise Trouble("Node and its packages cannot be installed, see above")
    return ran.stdout.split()


def java(lab):
    home = subprocess.run(["sh", "-c", 'eval "$(sed -n \'/^is_25/,/^}/p;/^find_java/,/^}/p\' "$0")"; find_java',
                           str(ROOT / "seawall")], text=True, capture_output=True).stdout.strip()
    classes = lab.place("java")
    jars = ":".join(str(jar) for jar in (ROOT / "docker/target/seawall/lib").glob("jackson-*.jar"))
    made = subprocess.run([f"{home}/bin/javac", "-d", classes, "-cp", jars, HERE / "Client.java"], text=True,
                          capture_output=True)
    if made.returncode:
        raise Trouble(f"Client.java does not compile:\n{made.stderr}")
    return [f"{home}/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{jars}:{classes}", "Client"]
