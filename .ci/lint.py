"""Looks at what no compiler sees: Python by ruff, shell by shellcheck, JavaScript by node, docker/Dockerfile by rules of
our own; and runs the unit tests of the tools. Half a minute.

  .ci/lint

Prints "ok …" or "FAIL …" for each, with what was found, and "N passed, N failed"; exit 1 when one failed, 2 when something
is missing. Needs git, node, npm and shellcheck; ruff comes from npm, its WebAssembly build, into seawall-lint in
$XDG_CACHE_HOME or ~/.cache. What ruff and shellcheck look for is in .ruff.toml and .shellcheckrc, for your editor, too.
"""

import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tomllib

import dockerfile

from lab import ROOT, Checks, judged, npm_packages, options, tool

HERE = pathlib.Path(__file__).resolve().parent
RUFF = "@astral-sh/ruff-wasm-nodejs@0.17.4"
EMBEDDED = re.compile(r"\bpython3? +(-c|- )|\bnode\b.? +-e\b", re.IGNORECASE)
checks = Checks()


def examine(lab):
    node = tool("node", "nodejs")
    files = tracked()
    first = {file: file.open(errors="replace").readline() for file in files}
    python = [file for file in files if file.suffix == ".py"]
    shell = [file for file in files if file.suffix in (".sh", ".bash") or re.match(r"#!.*\b(ba)?sh\b", first[file])]
    scripts = [file for file in files if file.suffix == ".mjs"]
    found("ruff", python, said(node, HERE / "ruff.mjs", npm_packages("lint", [RUFF]), ruff_options(), *python))
    found("shellcheck", shell, said(tool("shellcheck", "shellcheck"), "-f", "gcc", "-S", "style", *shell))
    with concurrent.futures.ThreadPoolExecutor(4) as several:
        found("node --check", scripts, [line for lines in several.map(lambda file: said(node, "--check", file), scripts)
                                        for line in lines])
    found("Python and JavaScript are in files of their own", files,
          [f"{name(file)}: {first[file].strip()}" for file in files if re.match(r"#!.*python", first[file])] +
          [f"{name(file)}:{number}: {line.strip()}" for file in shell
           for number, line in enumerate(file.read_text().splitlines(), 1) if EMBEDDED.search(line)])
    found("each suite has a command", suites := sorted(folders()),
          [f"{name(folder)}: no executable {command}" for folder, command in suites if not executable(folder / command)])
    found("docker/Dockerfile", [ROOT / "docker/Dockerfile"], dockerfile.objections((ROOT / "docker/Dockerfile").read_text()))
    for folder in (HERE, ROOT / "proxy/src/lab"):
        found(f"unit tests of {name(folder)}", sorted(folder.glob("test_*.py")),
              said(sys.executable, "-m", "unittest", "discover", "-q", "-s", folder, only_failed=True))


def tracked():
    """The files of the tree, those that are new and not ignored with them."""
    listed = subprocess.run([tool("git", "git"), "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, text=True,
                            capture_output=True, check=True).stdout
    return [path for file in sorted(set(listed.split("\0"))) if file and (path := ROOT / file).is_file()]


def folders():
    """Each suite's folder, and the name of its command."""
    for test in ROOT.glob("docker/*/test.py"):
        yield test.parent, "test"
    for folder in ROOT.glob("proxy/src/*/"):
        if folder.name not in ("main", "test", "lab"):
            yield folder, "run"


def executable(file):
    return file.is_file() and file.stat().st_mode & 0o111


def ruff_options():
    return json.dumps(tomllib.loads((ROOT / ".ruff.toml").read_text()))


def said(*command, only_failed=False):
    """The lines that it printed; all of them are objections, unless only those of one that failed are."""
    ran = subprocess.run(list(map(str, command)), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = ran.stdout.replace(f"{ROOT}/", "").splitlines()
    if ran.returncode and not lines:
        return [f"{command[0]} ended with {ran.returncode}"]
    return lines if ran.returncode or not only_failed else []


def found(what, files, objections):
    checks.that(f"{what}: {len(files)}", files and not objections, "\n  ".join(["", *objections]) or "nothing to look at")


def name(file):
    return str(file.relative_to(ROOT))


if __name__ == "__main__":
    options(__doc__).parse_args()
    sys.exit(judged(checks, examine))
