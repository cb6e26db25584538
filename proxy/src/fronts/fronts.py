"""Who stands in front of Seawall, or nobody: how each is configured and started."""

import os
import ssl

import recipes
from lab import Front as Listener
from lab import Trouble, tool, until
from world import CLIENT, NAME, SITE

FRONTS = []


class Front:
    """One way to Seawall. `title` is its row of the table; `tls` says whether Seawall speaks TLS itself."""
    program = package = None
    recipe = None  # the README's, by its name
    keys = {}  # Seawall's, where they are not the README's
    paths = {"/etc/ssl/claw.pem": "claw.pem", "/etc/ssl/claw.key": "claw.key", "/etc/ssl/ca.pem": "ca.pem"}
    tls_paths = ("/etc/ssl/ca.pem",)
    websocket_over_h2 = False
    direct = False  # the client's TLS ends at Seawall

    def __init__(self, lab, shop, tls):
        self.lab, self.shop, self.tls = lab, shop, tls
        self.folder = lab.place(type(self).__name__.lower())
        self.log = self.folder / "log"

    def seawall_keys(self):
        keys = recipes.keys(recipes.recipes()["Seawall"]) if not self.keys else self.keys
        return {**keys, **({} if self.tls else {"SEAWALL_TLS": "off"})}

    def text(self):
        """The recipe for this mode, with our files."""
        recipe = recipes.for_mode(recipes.recipes()[self.recipe], self.tls)
        return recipes.with_paths(recipe, {theirs: self.folder / ours for theirs, ours in self.paths.items()
                                           if self.tls or theirs not in self.tls_paths})

    def start(self, seawall):
        """Starts it, and waits until it listens; the recipe's files are in its folder."""
        for name in ("claw.pem", "claw.key", "both.pem", "public.pem"):
            os.link(self.shop / name, self.folder / name)
        if self.tls:
            (self.folder / "ca.pem").write_bytes((seawall.folder / "state" / "ca.pem").read_bytes())
        self.process = self.lab.start(self.command(), self.log, self.folder, self.environment())
        if not until(self.listens, 20) or self.process.poll() is not None:
            raise Trouble(f"{type(self).__name__} does not listen:\n{self.written()[-2000:]}")

    def environment(self):
        return {"HOME": str(self.folder)}

    def listens(self):
        try:
            listener = Listener(443, self.ca(), NAME, SITE)
            return self.process.poll() is not None or listener.ask("GET", "/healthz").status > 0
        except (OSError, ssl.SSLError):
            return False

    def ca(self):
        """The CA that clients trust."""
        return self.shop / "public.pem"

    def written(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""


def front(title, tls):
    def add(kind):
        FRONTS.append((f"{title}{'' if tls else ', Seawall without TLS'}", kind, tls))
        return kind
    return add


def both(title):
    return lambda kind: front(title, True)(front(title, False)(kind))


class Nginx(Front):
    program, package = "nginx", "nginx-light"

    def command(self):
        (self.folder / "site.conf").write_text(self.text())
        # what Debian's nginx.conf has around a site, but in one folder and not in the background
        (self.folder / "nginx.conf").write_text(f"""
daemon off;
pid nginx.pid;
worker_processes 1;
{"user root;" if os.geteuid() == 0 else ""}
events {{ }}
http {{
    access_log /dev/stdout;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include site.conf;
}}
""")
        return [tool("nginx", "nginx-light"), "-p", f"{self.folder}/", "-e", "stderr", "-c", "nginx.conf"]


@both("nginx")
class NginxRecipe(Nginx):
    recipe = "nginx"
