"""What is compared: how each is configured and started, and that each does the same job before it is measured."""

import base64
import hashlib
import os
import shlex
import subprocess
import time

from lab import GATEWAY_TOKEN, PASSWORD, ROOT, USER, Front, LabError, basic, distrustful, free_port, tool
from lab.seawall import ALLOWED

OWNER = basic(USER, PASSWORD)
BEARER = f"Bearer {GATEWAY_TOKEN}"
BIGGEST = "1024MiB"  # Seawall's largest limit of a body; a transfer is a little less


class Contender:
    """Listens on `plain` and on `tls`. Subclasses say which processes that takes."""
    program = package = None
    api = BEARER  # what opens /v1/
    tokens = True  # whether the gateway token opens anything by itself
    uploads = True  # of any size
    only = None  # the rows that it takes part in, where not in all

    def __init__(self, lab, bench):
        self.lab, self.bench = lab, bench
        self.plain, self.tls = free_port(), free_port()
        self.folder = lab.place(self.name.replace(" ", "-"))
        self.processes = []

    def start(self, plaintext=True):
        """Milliseconds from the start to the first 200 over TLS; without plaintext, of what TLS alone takes."""
        commands = list(self.commands())
        begin = time.perf_counter()
        self.processes = [self.lab.start(command, self.folder / "log", self.folder, environment)
                          for command, environment in commands[:None if plaintext else 1]]
        first = self.await_owner(self.tls, begin)
        if plaintext:
            self.await_owner(self.plain, begin)
        return first * 1000

    def stop(self):
        for process in self.processes:
            self.lab.stop(process)
        self.processes = []

    def leaders(self, port):
        """The processes that serve this port; their groups hold all that they started."""
        return [process.pid for process in self.processes]

    def await_owner(self, port, begin):
        front = self.front(port)
        while True:
            try:
                if front.ask("GET", "/", f"Authorization: {OWNER}").status == 200:
                    return time.perf_counter() - begin
            except OSError:
                pass
            ended = [p.returncode for p in self.processes if p.poll() is not None]
            if ended or time.perf_counter() - begin > 60:
                raise LabError(f"{self.name} {f'ended with {ended[0]}' if ended else 'does not serve within 60 s'}:\n"
                              + (self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.001)

    def front(self, port):
        front = Front(port)
        if port == self.tls:
            front.tls = distrustful()  # its certificate is our own
        return front

    def objections(self):
        """What it would have to do and does not; nobody is measured who has any."""
        for port in (self.plain, self.tls):
            front = self.front(port)

            def ask(method, target, authorization=None, body=b""):
                headers = [f"Authorization: {authorization}"] if authorization else []
                return front.ask(method, target, *headers, body=body)

            through = ask("GET", "/head", OWNER)
            arrived = through.body.decode("latin-1").lower()
            for sentence, held in (
                    ("no credential: 401", ask("GET", "/").status == 401),
                    ("a wrong password: 401", ask("GET", "/", basic(USER, "no")).status == 401),
                    ("the right one: 200 from the upstream",
                     through.status == 200 and arrived.startswith("get /head")),
                    ("the password stays with the proxy", OWNER.partition(" ")[2].lower() not in arrived),
                    ("the upstream gets one X-Forwarded-For", arrived.count("\nx-forwarded-for: ") == 1),
                    ("/v1/ without a credential: 401", ask("POST", "/v1/x", body=b"{}").status == 401),
                    ("/v1/ with what opens it: 200", ask("POST", "/v1/x", self.api, b"{}").status == 200),
                    ("the gateway token opens no page", ask("GET", "/", BEARER).status == 401),
                    ("the password does not open /v1/",
                     not self.tokens or ask("POST", "/v1/x", OWNER, b"{}").status == 401)):
                if not held:
                    yield f"{sentence} ({'TLS' if port == self.tls else 'plaintext'})"


class Nginx(Contender):
    """Tuned: connections to the upstream are kept, nothing is buffered, as many workers as cores, a cheap hash."""
    name, program, package = "nginx", "nginx", "nginx-light"
    bcrypt = False

    def commands(self):
        (self.folder / "users").write_text(f"{USER}:{self.hashed()}\n")
        (self.folder / "nginx.conf").write_text(self.configuration())
        return [([tool("nginx", "nginx-light"), "-p", f"{self.folder}/", "-e", "stderr", "-c", "nginx.conf"], None)]

    def hashed(self):
        salt = os.urandom(8)
        return "{SSHA}" + base64.b64encode(hashlib.sha1(PASSWORD.encode() + salt).digest() + salt).decode()

    def configuration(self):
        return self.around(f"""
    keepalive_requests 1000000000;
    client_max_body_size 0;
    proxy_buffering off;
    proxy_request_buffering off;
    proxy_buffer_size 16k; proxy_buffers 8 16k;
    upstream gateway {{ server 127.0.0.1:{self.bench.upstream_port}; keepalive 256; keepalive_requests 1000000000; }}
    map $http_upgrade $connection_header {{ default upgrade; '' ''; }}
    map $http_authorization $token {{ default ''; "{BEARER}" 1; }}
""", f"""
        location /v1/ {{
            if ($token = '') {{ return 401; }}
            {self.passing("http://gateway")}
        }}
        location / {{
            auth_basic "gateway";
            auth_basic_user_file users;
            {self.passing("http://gateway")}
            proxy_set_header Authorization "{BEARER}";
        }}""")

    def passing(self, target):
        return f"""proxy_pass {target};
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_header;
            proxy_read_timeout 86400s;
            proxy_send_timeout 86400s;"""

    def around(self, http, server):
        """One folder for everything, nothing in the background, no access log, root only if we are root."""
        bench = self.bench
        return f"""
daemon off;
pid nginx.pid;
{"user root;" if os.geteuid() == 0 else ""}
worker_processes {bench.cores};
events {{ worker_connections {2 * bench.sockets}; }}
http {{
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    ssl_protocols TLSv1.3;
    map_hash_bucket_size 256;
{http}
    server {{
        listen 127.0.0.1:{self.plain} backlog=4096;
        listen 127.0.0.1:{self.tls} ssl http2 backlog=4096;
        ssl_certificate {bench.certificates}/ecdsa.pem; ssl_certificate_key {bench.certificates}/ecdsa.key;
        ssl_certificate {bench.certificates}/rsa.pem; ssl_certificate_key {bench.certificates}/rsa.key;
{server}
    }}
}}
"""


class NginxBcrypt(Nginx):
    """The same with a hash that is as slow as one of a password should be: 2^10 rounds of bcrypt."""
    name, only = "nginx, bcrypt", {"S9"}

    def hashed(self):
        return htpasswd("-B", "-C", "10")


class Replaced(Nginx):
    """As the container image that Seawall replaces configures it (proxy/src/compare has the facts): the hash of htpasswd's
    default, a new connection to the upstream for each request, nginx's own buffering and limits, and the gateway token
    for whoever has the password. TLS is added, because it has none; its access log is off, like everybody's."""
    name, api, tokens, uploads = "nginx it replaces", OWNER, False, False

    def hashed(self):
        return htpasswd()

    def configuration(self):
        return self.around("""
    map $http_upgrade $connection_header { default upgrade; '' close; }
""", f"""
        location / {{
            auth_basic "Openclaw";
            auth_basic_user_file users;
            {self.passing(f"http://127.0.0.1:{self.bench.upstream_port}$uri")}
            proxy_set_header Authorization "{BEARER}";
        }}""")


def htpasswd(*options):
    written = subprocess.run([tool("htpasswd", "apache2-utils"), "-bn", *options, USER, PASSWORD], text=True,
                             capture_output=True, check=True).stdout
    return written.strip().partition(":")[2]


class Haproxy(Contender):
    """As many threads as cores, connections to the upstream shared by all, the password in plain."""
    name, program, package = "HAProxy", "haproxy", "haproxy"

    def commands(self):
        bench = self.bench
        for kind in ("ecdsa", "rsa"):
            pair = [(bench.certificates / f"{kind}{end}").read_text() for end in (".pem", ".key")]
            (self.folder / f"{kind}.pem").write_text("".join(pair))
        (self.folder / "haproxy.cfg").write_text(f"""
global
    nbthread {bench.cores}
    maxconn {bench.sockets}
    ssl-default-bind-options ssl-min-ver TLSv1.3
defaults
    mode http
    timeout connect 5s
    timeout client 86400s
    timeout server 86400s
    timeout tunnel 86400s
    timeout http-request 30s
userlist people
    user {USER} insecure-password {PASSWORD}
frontend clients
    bind 127.0.0.1:{self.plain} backlog 4096
    bind 127.0.0.1:{self.tls} backlog 4096 ssl crt {self.folder}/ecdsa.pem crt {self.folder}/rsa.pem alpn h2,http/1.1
    acl api path_beg /v1/
    http-request deny deny_status 401 if api !{{ req.hdr(authorization) -m str "{BEARER}" }}
    http-request auth realm gateway if !api !{{ http_auth(people) }}
    http-request set-header Authorization "{BEARER}" if !api
    http-request set-header X-Real-IP %[src]
    http-request set-header X-Forwarded-Proto https if {{ ssl_fc }}
    http-request set-header X-Forwarded-Proto http if !{{ ssl_fc }}
    option forwardfor
    default_backend gateway
backend gateway
    http-reuse always
    server gateway 127.0.0.1:{bench.upstream_port}
""")
        return [([tool("haproxy", "haproxy"), "-db", "-q", "-f", "haproxy.cfg"], None)]


class Seawall(Contender):
    """`./seawall run`, or the command that was given instead: one process for plaintext, one for TLS."""
    name = "Seawall"

    def commands(self):
        bench = self.bench
        shared = {"AUTH_USERNAME": USER, "AUTH_PASSWORD": PASSWORD, "OPENCLAW_GATEWAY_TOKEN": GATEWAY_TOKEN,
                  "OPENCLAW_GATEWAY_PORT": bench.upstream_port, "SEAWALL_BIND": "127.0.0.1", "SEAWALL_ADMIN": "off",
                  "SEAWALL_LOG": "json", "SEAWALL_LOG_LEVEL": "warning", "SEAWALL_MAX_BODY_UI": BIGGEST,
                  "SEAWALL_DRAIN_TIMEOUT": 1,
                  # as many as the others have, from one address
                  "SEAWALL_MAX_CONNECTIONS": bench.sockets,
                  "SEAWALL_MAX_CONNECTIONS_PER_CLIENT": bench.sockets, **ALLOWED}
        pairs = {"CERT": "pem", "KEY": "key"}
        modes = {self.tls: {"SEAWALL_TLS": "files", **{
            f"SEAWALL_TLS_{key}": ",".join(f"{bench.certificates}/{kind}.{end}" for kind in ("ecdsa", "rsa"))
            for key, end in pairs.items()}}, self.plain: {"SEAWALL_TLS": "off"}}
        command = shlex.split(bench.seawall) if bench.seawall else [str(ROOT / "seawall"), "run"]
        for port, mode in modes.items():
            state = self.folder / str(port)
            state.mkdir(mode=0o700)
            yield command, {key: str(value) for key, value in {
                **shared, **mode, "PORT": port, "SEAWALL_STATE_DIR": state}.items()}

    def leaders(self, port):
        return [self.processes[0 if port == self.tls else 1].pid]


ALL = [Nginx, NginxBcrypt, Haproxy, Replaced, Seawall]
PEERS = (Nginx.name, Haproxy.name)  # the best of these is what Seawall is compared with
