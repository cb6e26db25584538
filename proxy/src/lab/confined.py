"""Seawall as a user without privileges, in a folder of its own, as an image or a service manager starts it."""

import os
import shutil

from .processes import LabError, tool
from .programs import ROOT


class User:
    """A user and his group without any privilege; the one who runs the test where that is not root."""

    def __init__(self, number):
        self.number = number if os.geteuid() == 0 else os.geteuid()
        self.group = number if os.geteuid() == 0 else os.getegid()
        self.prefix = [tool("setpriv", "util-linux"), "--no-new-privs"]
        if os.geteuid() == 0:
            self.prefix += [f"--reuid={number}", f"--regid={number}", f"--groups={number}", "--inh-caps=-all",
                            "--bounding-set=-all"]

    def own(self, path, mode):
        os.chmod(path, mode)
        if os.geteuid() == 0:
            os.chown(path, self.number, self.group)


def installed(lab):
    """The launcher and what it starts, where everybody may read it, as in an image or below /opt."""
    lib = ROOT / "docker" / "target" / "seawall" / "lib"
    if not lib.is_dir():
        raise LabError(f"{lib} is missing (./seawall version builds it)")
    os.chmod(lab.folder, 0o711)
    home = lab.place("opt")
    os.chmod(home, 0o755)
    shutil.copy(ROOT / "seawall", home)
    (home / "docker").mkdir()
    shutil.copy(ROOT / "docker" / "jvm.options", home / "docker")
    shutil.copytree(lib, home / "docker" / "target" / "seawall" / "lib")
    return home / "seawall"
