"""What stands in front of the gateway: the popular image's nginx, and Seawall, both given the same environment."""

import os
import subprocess

from lab import GATEWAY_TOKEN, HOOKS_TOKEN, PASSWORD, USER, Front, LabError, Seawall, free_port, tool, until


def environment(**changes):
    """The keys that both understand; None takes one away."""
    return {"AUTH_USERNAME": USER, "AUTH_PASSWORD": PASSWORD, "OPENCLAW_GATEWAY_TOKEN": GATEWAY_TOKEN,
            "HOOKS_ENABLED": "true", "HOOKS_TOKEN": HOOKS_TOKEN, **changes}


class SeawallContender:
    name = "Seawall"

    def __init__(self, workshop, gateway_port):
        self.lab, self.gateway_port = workshop, gateway_port

    def start(self, **changes):
        """The front once it is ready; None when it refused to start."""
        self.seawall = Seawall(self.lab, self.gateway_port, **environment(**changes))
        front = self.seawall.listening()
        if front and not until(lambda: front.ask("GET", "/readyz").status == 200, 20):
            raise LabError(f"Seawall does not find the gateway within 20 s:\n{self.written()}")
        return front

    def stop(self):
        self.seawall.stop()

    def exit_code(self):
        return self.seawall.process.poll()

    def written(self):
        return self.seawall.written()


class NginxContender:
    """nginx as the container image coollabsio/openclaw configures it. The facts are from scripts/entrypoint.sh of its
    repository, commit f8cdb11 of 2026-05-03; that file writes the configuration anew at each start."""
    name = "nginx"

    def __init__(self, workshop, gateway_port):
        self.lab, self.gateway_port = workshop, gateway_port

    def start(self, **changes):
        self.folder = self.lab.place("nginx")
        port = free_port()
        (self.folder / "starting.html").write_text("OpenClaw is starting up\n")
        (self.folder / "nginx.conf").write_text(self.configuration(port, environment(**changes)))
        self.process = self.lab.start(
            [tool("nginx", "nginx-light"), "-p", f"{self.folder}/", "-e", "stderr", "-c", "nginx.conf"],
            self.folder / "nginx.log", self.folder)
        front = Front(port)

        def answers():
            try:
                return self.process.poll() is not None or front.ask("GET", "/starting.html").status > 0
            except OSError:
                return False
        if not until(answers, 20):
            raise LabError(f"nginx does not answer within 20 s:\n{self.written()}")
        return None if self.process.poll() is not None else front

    def stop(self):
        self.lab.stop(self.process)

    def exit_code(self):
        return self.process.poll()

    def written(self):
        return (self.folder / "nginx.log").read_text(errors="replace")

    def configuration(self, port, keys):
        token = keys["OPENCLAW_GATEWAY_TOKEN"]
        gateway = f"http://127.0.0.1:{self.gateway_port}"
        return f"""
# Not the image's but the workshop's: one folder for everything, nothing in the background, root only if we are root.
daemon off;
worker_processes 1;
pid nginx.pid;
{"user root;" if os.geteuid() == 0 else ""}
events {{ }}
http {{
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;

    # Debian's nginx.conf, around the image's part: the combined format, which holds the request line with its query.
    access_log /dev/stdout;

    # A WebSocket's Upgrade passes; everything else closes the connection to the gateway.
    map $http_upgrade $connection_header {{ default upgrade; '' close; }}

    # Each request to the gateway carries the gateway token in its URL, unless the client sent a token of its own.
    map $arg_token $sent_token {{ default 1; '' 0; }}
    map "$sent_token:$args" $query {{
        "~^1:"   $args;
        "~^0:.+" "$args&token={token}";
        default  "token={token}";
    }}

    server {{
        # Plain HTTP, and whatever name is asked for.
        listen 127.0.0.1:{port} default_server;
        server_name _;

        # Health is the gateway's front page, without a password; and a dead gateway is well, too.
        location = /healthz {{
            access_log off;
            proxy_pass {gateway}/;
            proxy_set_header Host $host;
            error_page 502 503 504 = @starting;
        }}
        location @starting {{
            default_type application/json;
            return 200 '{{"ok":true,"gateway":"starting"}}';
        }}
{self.hooks(gateway) if keys.get("HOOKS_ENABLED") in ("true", "1") else ""}
        # Everything else: one password, or none at all, for the pages, the API and the WebSocket alike. A variable in
        # proxy_pass makes nginx send the path decoded, line ends included. The client's Authorization is replaced by
        # the gateway token, so that whoever knows the password has that, too.
        location / {{
{self.password(keys)}
            proxy_pass {gateway}$uri?$query;
            proxy_set_header Authorization "Bearer {token}";
            proxy_set_header Host $host;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; # appends to what the client sent
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_header;
            proxy_read_timeout 86400s;
            proxy_send_timeout 86400s;
            error_page 502 503 504 /starting.html;
        }}
        location = /starting.html {{ internal; root .; }}
        # Its /browser/ is left out: it needs a second container.
    }}
}}
"""

    def hooks(self, gateway):
        # The backslashes are the image's: its script escapes these variables once more than the others, and nginx sends
        # the backslash. HOOKS_PATH has its default.
        return rf"""
        # A prefix, not a folder: /hooks, /hooksX, /hooks\..\anything. No password; the gateway is to look at the token.
        location /hooks {{
            proxy_pass {gateway};
            proxy_set_header Authorization \$http_authorization;
            proxy_set_header Host \$host;
            proxy_set_header X-Real-IP \$remote_addr;
            proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto \$scheme;
            proxy_http_version 1.1;
            proxy_read_timeout 86400s;
            proxy_send_timeout 86400s;
            error_page 502 503 504 /starting.html;
        }}
"""

    def password(self, keys):
        """Its script asks for a password only if there is one; it does not look at what it is."""
        password = keys.get("AUTH_PASSWORD")
        if not password:
            return "            # AUTH_PASSWORD is empty: no auth_basic"
        hashed = subprocess.run([tool("openssl", "openssl"), "passwd", "-apr1", "-stdin"], input=password, text=True,
                                capture_output=True, check=True).stdout.strip()  # what htpasswd -b writes
        (self.folder / "htpasswd").write_text(f"{keys['AUTH_USERNAME']}:{hashed}\n")
        return '            auth_basic "Openclaw";\n            auth_basic_user_file htpasswd;'
