"""How a suite tells what it found: a line for each check, and a last one that counts them."""

import argparse
import pathlib
import subprocess
import sys
import threading

from .processes import Lab, LabError
from .programs import ROOT


class Checks:
    """The checks of one suite so far. Each prints "ok …" or "FAIL …"; threads may check at the same time."""

    def __init__(self):
        self.passed, self.failed = [], []
        self.printing = threading.Lock()

    def equal(self, what, expected, got):
        self.note(what, expected == got, f"expected {expected} got {got}")

    def that(self, what, held, detail=""):
        self.note(what, bool(held), detail)

    def note(self, what, held, detail):
        with self.printing:
            (self.passed if held else self.failed).append(what)
            print(f"ok {what}" if held else f"FAIL {what}: {detail}", flush=True)

    def closed(self):
        """Prints the last line. The exit code: 0 when all held, 1 when one did not, or when there was none."""
        print(f"{len(self.passed)} passed, {len(self.failed)} failed", flush=True)
        return 0 if self.passed and not self.failed else 1


def judged(checks, examine):
    """Has `examine` make the checks, in a Lab. The exit code: as of `closed`, and 2 when they could not be made."""
    try:
        with Lab() as lab:
            examine(lab)
    except LabError as trouble:
        return given_up(trouble)
    except subprocess.CalledProcessError as trouble:
        return given_up(f"{trouble}\n{trouble.stderr or ''}")
    except subprocess.TimeoutExpired as trouble:
        return given_up(trouble)
    return checks.closed()


def given_up(trouble):
    print(f"{program()}: {trouble}", file=sys.stderr)
    return 2


def options(description):
    """A parser for the command line, whose help is this text."""
    return argparse.ArgumentParser(prog=program(), description=description,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)


def program():
    """What people called, from the repository's root: proxy/src/attacks/run of .../proxy/src/attacks/run.py."""
    path = pathlib.Path(sys.argv[0]).resolve().with_suffix("")
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name)
