"""What the tests of the Kubernetes manifests and of the systemd unit share: Seawall as a user without privileges, in a
folder of its own, in front of a gateway that is a stand-in."""

import http.server
import os
import shutil
import threading

from lab import ROOT, Trouble, tool


class Gateway:
    """Answers every request with 200, on 127.0.0.1."""

    def __init__(self):
        class Exchange(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exchange)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


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
        raise Trouble(f"{lib} is missing (./seawall version builds it)")
    os.chmod(lab.folder, 0o711)
    home = lab.place("opt")
    os.chmod(home, 0o755)
    shutil.copy(ROOT / "seawall", home)
    (home / "docker").mkdir()
    shutil.copy(ROOT / "docker" / "jvm.options", home / "docker")
    shutil.copytree(lib, home / "docker" / "target" / "seawall" / "lib")
    return home / "seawall"
