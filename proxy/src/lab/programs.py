"""Programs that have to be found, built or installed before a suite can begin."""

import fcntl
import os
import pathlib
import shutil
import subprocess
import time

from .processes import LabError, tool

ROOT = pathlib.Path(__file__).resolve().parents[3]


def build():
    """Has the launcher build what is missing, once, so that no start has to wait for it."""
    built = subprocess.run([ROOT / "seawall", "version"], stdout=subprocess.DEVNULL, cwd=ROOT)
    if built.returncode:
        raise LabError("seawall cannot be built, see above")


def jdk():
    """The folder of a JDK 25 or newer, as lab/java.sh finds it."""
    found = subprocess.run(["bash", "-c", '. "$0"; find_jdk', ROOT / "proxy/src/lab/java.sh"], text=True, capture_output=True)
    if found.returncode:
        raise LabError(found.stderr.strip())
    return pathlib.Path(found.stdout.strip())


def compiled(lab, source, *others):
    """A Go program that needs nothing of the system it runs on; its packages are Debian's."""
    go = shutil.which("go") or next((str(path) for path in sorted(pathlib.Path("/usr/lib").glob("go-*/bin/go"))), None)
    if not go:
        raise LabError("Go is missing (Debian: apt-get install golang-go)")
    folder = lab.place("go")
    program = folder / source.stem
    sources = [shutil.copy(file, folder) for file in (source, *others)]  # it wants all of them in one folder
    built = subprocess.run([go, "build", "-o", program, *sources], text=True, capture_output=True, cwd=folder,
                           env={**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
                                "GOCACHE": str(folder / "cache"), "GOFLAGS": "", "CGO_ENABLED": "0"})
    if built.returncode:
        raise LabError(f"{source.name} cannot be built:\n{built.stderr}")
    return program


def cache(name):
    """A folder that outlives the run: seawall-NAME in $XDG_CACHE_HOME or ~/.cache."""
    folder = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / f"seawall-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def npm_packages(name, packages, *options, finish=lambda folder: None):
    """These npm packages in a cache of that name, installed once for each set of versions. The marker is written last,
    after `finish`: an interrupted installation starts afresh. Two suites at once install once."""
    folder = cache(name)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, wanted = folder / "installed", "\n".join(packages)
        if stamp.exists() and stamp.read_text() == wanted:
            return folder
        stamp.unlink(missing_ok=True)
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        (folder / "package.json").write_text('{"private": true}\n')
        for pause in (3, 6, None):  # the registry may be busy
            ran = subprocess.run([tool("npm", "npm"), "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund",
                                  "--ignore-scripts", "--engine-strict=false", *options, *packages], cwd=folder, text=True,
                                 stdin=subprocess.DEVNULL, capture_output=True)
            if not ran.returncode:
                break
            if pause is None:
                raise LabError(f"npm could not install {' '.join(packages)}:\n{ran.stderr[-2000:]}")
            time.sleep(pause)
        finish(folder)
        stamp.write_text(wanted)
    return folder


def end_to_end_packages():
    """OpenClaw, its Node.js and the browser's driver, as the end-to-end suite installs them: the folder that node_modules
    is in, node, and Chromium."""
    script = ('set -u; say() { echo "$*" >&2; }; refuse() { say "$*"; exit 1; }; . "$0"; check_tools; check_browser; install_packages; '
              'printf "%s\\n" "$CACHE" "$NODE" "$CHROMIUM"')
    ran = subprocess.run(["bash", "-c", script, ROOT / "proxy/src/e2e/install.sh"], text=True, stdout=subprocess.PIPE)
    if ran.returncode:
        raise LabError("Node.js and OpenClaw cannot be installed, see above")
    return [pathlib.Path(line) for line in ran.stdout.splitlines()]
