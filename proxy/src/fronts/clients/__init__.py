"""The clients: each does what people's do, and tells what came back, a line of JSON for each scenario."""

import pathlib
import sys

from lab import tool

HERE = pathlib.Path(__file__).resolve().parent


def commands(lab):
    """Each client's name and how it is started; what has to be compiled is."""
    tool("curl", "curl")
    return {"curl": [sys.executable, str(HERE / "curl.py")]}
