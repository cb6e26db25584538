"""The clients: each does what people's do, and tells what came back, a line of JSON for each scenario."""

import pathlib
import subprocess
import sys

from lab import ROOT, LabError, compiled, end_to_end_packages, jdk, tool

HERE = pathlib.Path(__file__).resolve().parent


def commands(lab):
    """Each client's name and how it is started; what has to be compiled or installed is."""
    tool("curl", "curl")
    packages, node, chromium = end_to_end_packages()
    return {"curl": [sys.executable, str(HERE / "curl.py")],
            "Python": [sys.executable, str(HERE / "python.py")],
            "Node": ["env", f"PACKAGES={packages / 'package.json'}", "sh", "-c", NODE, str(node), str(HERE / "node.mjs")],
            "JDK": java(lab),
            "Chromium": ["env", f"PACKAGES={packages / 'package.json'}", f"CHROMIUM={chromium}",
                         str(node), str(HERE / "chromium.mjs")],
            "Go": [str(compiled(lab, HERE / "client.go"))]}


# Node reads the CA from this variable alone, and each front has its own
NODE = 'NODE_EXTRA_CA_CERTS=$(sed -n \'s/.*"ca": "\\([^"]*\\)".*/\\1/p\' "$2") exec "$0" "$1" "$2"'


def java(lab):
    home = jdk()
    classes = lab.place("java")
    jars = ":".join(str(jar) for jar in (ROOT / "docker/target/seawall/lib").glob("jackson-*.jar"))
    made = subprocess.run([f"{home}/bin/javac", "-d", classes, "-cp", jars, HERE / "Client.java"], text=True,
                          capture_output=True)
    if made.returncode:
        raise LabError(f"Client.java does not compile:\n{made.stderr}")
    return [f"{home}/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{jars}:{classes}", "Client"]
