"""Who stands in front of Seawall, or nobody: how each is configured and started."""

import os
import ssl

import recipes
from world import CLIENT, CLIENT_V6, CONTAINER, NAME, SITE, SITE_V6

from lab import ROOT, LabError, tool, until
from lab import Front as Listener

FRONTS = []


class Front:
    """One way to Seawall. `title` is its row of the table; `tls` says whether Seawall speaks TLS itself."""
    program = package = None
    recipe = None  # the README's, by its name
    keys = {}  # Seawall's, where they are not the README's
    paths = {"/etc/ssl/claw.pem": "claw.pem", "/etc/ssl/claw.key": "claw.key", "/etc/ssl/ca.pem": "ca.pem"}
    tls_paths = ("/etc/ssl/ca.pem",)
    websocket_over_h2 = False
    site, client = SITE, CLIENT
    offers = False  # whether clients ask Seawall itself, in plain HTTP, and offer other protocols
    locks = False  # whether guesses from one network are tried, too
    browsed = True  # by Chromium, too, which takes long
    is_nobody = False
    # what a front answers that reaches nobody; 200 on a connection that Seawall had not ended yet
    while_draining = (200, 502, 503, 504)

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
            raise LabError(f"{type(self).__name__} does not listen:\n{self.written()[-2000:]}")

    @property
    def plain(self):
        return "http://127.0.0.1:8080" if self.offers and not self.tls else None

    def environment(self):
        return {"HOME": str(self.folder)}

    def listens(self):
        try:
            listener = Listener(443, self.ca(), NAME, self.site)
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
    return lambda kind: front(title, False)(front(title, True)(kind))


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
    locks = offers = True


@both("nginx, by IPv6")
class NginxV6(NginxRecipe):
    """Clients come by IPv6, and nginx by ::1."""
    site, client = SITE_V6, CLIENT_V6
    browsed = offers = False

    def seawall_keys(self):
        return {**super().seawall_keys(), "SEAWALL_TRUSTED_PROXIES": "::1", "SEAWALL_BIND": "::1"}

    def text(self):
        return super().text().replace("127.0.0.1", "[::1]").replace("listen 443", "listen [::]:443")


class Found(Nginx):
    """nginx as people have it who did not read our README: what stands in `location /` is `lines`."""
    lines = ""
    around = ""
    browsed = False

    def text(self):
        scheme = "https" if self.tls else "http"
        return f"""{self.around}
server {{
    listen 443 ssl http2;
    server_name {NAME};
    ssl_certificate claw.pem;
    ssl_certificate_key claw.key;
    location / {{
        {self.lines.format(seawall=f"{scheme}://127.0.0.1:8080", scheme=scheme)}
    }}
}}
"""


FORWARDED = """
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
"""


@both("nginx, `Connection \"upgrade\"` for every request")
class NginxUpgradesAlways(Found):
    """The snippet of most instructions; CapRover's template, too."""
    lines = FORWARDED + """
        proxy_pass {seawall};
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_set_header X-Real-IP $remote_addr;
        proxy_cache_bypass $http_upgrade;
"""


class NginxMaps(Found):
    """As nginx.org has WebSockets."""
    around = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }"
    lines = """
        proxy_pass {seawall};
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
"""


@both("nginx, as nginx.org has WebSockets")
class NginxCloses(NginxMaps):
    lines = NginxMaps.lines + FORWARDED


@front("nginx behind another proxy, each appends `X-Forwarded-Proto` and `-For`", False)
class Appended(NginxMaps):
    """What arrives at the second of two: the first one's client came by https, and the first one by http from 127.0.0.1."""
    lines = NginxMaps.lines + """
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For "$remote_addr, 127.0.0.1";
        proxy_set_header X-Forwarded-Proto "https, http";
"""


@both("nginx, as Nginx Proxy Manager writes it")
class NginxProxyManager(Found):
    lines = FORWARDED + """
        add_header X-Served-By $host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $http_connection;
        proxy_http_version 1.1;
        proxy_set_header X-Forwarded-Scheme $scheme;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_pass {seawall}$request_uri;
"""


@both("nginx, as SWAG has it")
class Swag(NginxMaps):
    lines = NginxMaps.lines + FORWARDED + """
        proxy_headers_hash_max_size 1024; proxy_headers_hash_bucket_size 128;
        proxy_buffers 32 4k;
        proxy_redirect http:// $scheme://;
        proxy_set_header Early-Data $ssl_early_data;
        proxy_set_header Proxy "";
        proxy_set_header X-Forwarded-Host $host:$server_port;
        proxy_set_header X-Forwarded-Method $request_method;
        proxy_set_header X-Forwarded-Server $host;
        proxy_set_header X-Forwarded-Ssl on;
        proxy_set_header X-Forwarded-Uri $request_uri;
        proxy_set_header X-Original-Method $request_method;
        proxy_set_header X-Original-URL $scheme://$http_host$request_uri;
        proxy_set_header X-Real-IP $remote_addr;
"""


@both("Caddy")
class Caddy(Front):
    program = package = "caddy"
    recipe = "Caddy"
    paths = {"/etc/ssl/ca.pem": "ca.pem"}

    def command(self):
        # its certificate comes from a CA of its own, as there is no Let's Encrypt here
        options = "{\n    admin off\n    local_certs\n    skip_install_trust\n    storage file_system {\n        root storage\n    }\n}\n"
        (self.folder / "Caddyfile").write_text(options + self.text())
        return [tool("caddy", "caddy"), "run", "--config", "Caddyfile", "--adapter", "caddyfile"]

    def ca(self):
        return self.folder / "storage/pki/authorities/local/root.crt"


@both("HAProxy")
class HAProxy(Front):
    # 0: where the server ended the connection that a request was just sent on, HAProxy closes the client's without a
    # response, so that the client repeats it (abort_keep_alive in its http_ana.c)
    while_draining = (0, 200, 502, 503, 504)
    program = package = "haproxy"
    recipe = "HAProxy"
    paths = {"/etc/ssl/claw.pem": "both.pem", "/etc/ssl/ca.pem": "ca.pem"}

    @property
    def websocket_over_h2(self):
        return not self.tls

    def command(self):
        (self.folder / "haproxy.cfg").write_text(self.text())
        return [tool("haproxy", "haproxy"), "-db", "-f", "haproxy.cfg"]


class TcpRecipe(HAProxy):
    recipe = "HAProxy, TCP"
    paths = {}
    while_draining = (0, 200)  # the connection is Seawall's

    def seawall_keys(self):
        return {**super().seawall_keys(), "SEAWALL_CLIENT_IP_HEADER": "PROXY",
                **({} if self.tls else {"SEAWALL_ALLOWED_ORIGINS": f"https://{NAME}"})}

    def text(self):
        """Without TLS at Seawall, HAProxy ends it and passes on what is inside."""
        text = super().text()
        return text if self.tls else text.replace("bind :443", "bind :443 ssl crt both.pem alpn http/1.1")

    def ca(self):
        return self.folder / ("ca.pem" if self.tls else "public.pem")


@both("HAProxy, TCP with PROXY v2")
class ProxyV2(TcpRecipe):
    @property
    def websocket_over_h2(self):
        return self.tls


@both("HAProxy, TCP with PROXY v1")
class ProxyV1(ProxyV2):
    browsed = False

    def text(self):
        return super().text().replace("send-proxy-v2", "send-proxy")


@front("HAProxy, TCP with PROXY v2, by IPv6", True)
class ProxyV6(ProxyV2):
    site, client = SITE_V6, CLIENT_V6
    browsed = False
    locks = True

    def text(self):
        return super().text().replace("bind :443", "bind :::443")


@both("Traefik (imitated)")
class Traefik(Front):
    program, package = "go", "golang-go"
    recipe = "Traefik"
    paths = {"/etc/ssl/ca.pem": "ca.pem"}

    def command(self):
        (self.folder / "dynamic.yml").write_text(self.text())
        return [self.shop / "traefik", "dynamic.yml"]


@front("Coolify's Traefik (imitated)", False)
class Coolify(Traefik):
    def seawall_keys(self):
        return {**recipes.keys(recipes.recipes()["Coolify"]), "COOLIFY_FQDN": NAME, "SEAWALL_BIND": "0.0.0.0"}

    def text(self):
        return super().text().replace("127.0.0.1", CONTAINER)


@front("Cloudflare Tunnel (imitated)", True)
class Cloudflared(Front):
    program, package = "go", "golang-go"

    def seawall_keys(self):
        return {**super().seawall_keys(), "SEAWALL_CLIENT_IP_HEADER": "CF-Connecting-IP"}

    def command(self):
        config = (ROOT / "docker/cloudflare/config.yml").read_text()
        (self.folder / "config.yml").write_text(recipes.with_paths(config, {
            "/etc/cloudflared/seawall-ca.pem": self.folder / "ca.pem"}))
        return [self.shop / "cloudflared", "config.yml"]


@front("Cloudflare Tunnel with `http2Origin` (imitated)", True)
class CloudflaredH2(Cloudflared):
    browsed = False

    def command(self):
        command = super().command()
        config = self.folder / "config.yml"
        config.write_text(config.read_text().replace("originRequest:\n", "originRequest:\n  http2Origin: true\n"))
        return command


@front("nobody", True)
class Nobody(Front):
    is_nobody = True
    locks = True
    while_draining = (0, 200)

    def seawall_keys(self):
        return {"SEAWALL_HOSTS": NAME, "PORT": 443, "SEAWALL_BIND": SITE}

    def start(self, seawall):
        self.seawall = seawall

    def ca(self):
        return self.seawall.folder / "state" / "ca.pem"

    websocket_over_h2 = True
