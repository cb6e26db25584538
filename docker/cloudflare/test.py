"""Puts a client that treats its origin as Cloudflare's tunnel does in front of a running Seawall, by our config.yml.

  docker/cloudflare/test

Prints "ok …" or "FAIL …" for each check; exit 1 when one failed, 2 when the test could not be made. Needs python3, Go
1.18 or newer, and what ./seawall needs (JDK 25 or newer, Maven). It talks to nothing but this machine.
"""

import json
import pathlib
import re
import subprocess
import sys

from lab import PASSWORD, Checks, JsonGateway, LabError, Seawall, basic, build, compiled, free_port, judged, options

HERE = pathlib.Path(__file__).resolve().parent
LOGIN = "Authorization: " + basic("admin", PASSWORD)
VISITOR = "203.0.113.7"
checks = Checks()
check = checks.equal


class Tunnel:
    def __init__(self, lab, program, seawall, **changes):
        self.program = program
        self.file = lab.place("tunnel") / "config.yml"
        text = (HERE / "config.yml").read_text()
        text = text.replace("https://127.0.0.1:8080", f"https://127.0.0.1:{seawall.port}")
        text = text.replace("/etc/cloudflared/seawall-ca.pem", str(seawall.ca))
        for key, value in changes.items():
            text = re.sub(rf"(?m)^ +{key}:.*\n", "", text)
            if value is not None:
                text = text.replace("originRequest:\n", f"originRequest:\n  {key}: {value}\n")
        self.file.write_text(text)

    def ask(self, *options):
        ran = subprocess.run([self.program, "-config", self.file, *options], text=True, capture_output=True, timeout=120)
        if ran.returncode:
            raise LabError(f"the tunnel failed:\n{ran.stderr}")
        return [json.loads(line) for line in ran.stdout.splitlines()]


def seen(answer):
    """What the gateway got, names in lower case; nothing where it did not answer."""
    return json.loads(answer["body"])["fields"] if answer.get("body", "").startswith("{") else []


def values(answer, name):
    return [value for key, value in seen(answer) if key == name]


def examine(lab):
    build()
    program = compiled(lab, HERE / "tunnel.go", HERE / "origin.go")
    gateway = JsonGateway()
    seawall = Seawall(lab, gateway.port, SEAWALL_HOSTS="claw.example.com,other.example.com",
                      SEAWALL_TRUSTED_PROXIES="127.0.0.1", SEAWALL_CLIENT_IP_HEADER="CF-Connecting-IP")
    seawall.started()
    check("config.yml leaves the verification on", None,
          re.search(r"(?m)^[^#]*(noTLSVerify|service: *http:)", (HERE / "config.yml").read_text()))
    tunnel = Tunnel(lab, program, seawall)

    first = tunnel.ask("-header", LOGIN)[0]
    check("a request arrives", (200, "HTTP/1.1"), (first["status"], first.get("proto")))
    check("without ALPN, as the connector asks by default", "", first["alpn"])
    check("the gateway sees the visitor's address, once", [VISITOR], values(first, "x-forwarded-for"))
    check("the gateway sees the public name", ["claw.example.com"], values(first, "host"))
    check("the gateway sees no header of Cloudflare's", [],
          [name for name, _ in seen(first) if name.startswith(("cf-", "x-real-ip", "true-client-ip"))])
    check("without the password nothing arrives", 401, tunnel.ask()[0]["status"])
    spoofed = tunnel.ask("-header", LOGIN, "-header", "X-Forwarded-For: 192.0.2.66", "-header", "Forwarded: for=192.0.2.66",
                         "-header", "True-Client-IP: 192.0.2.66")[0]
    check("what a visitor says of himself is not believed", [VISITOR], values(spoofed, "x-forwarded-for"))

    many = tunnel.ask("-header", LOGIN, "-n", "100", "-gap", "7s")
    check("a hundred requests, a pause of 7 s before the last", [200] * 100, [answer["status"] for answer in many])
    check("over one connection", [False] + [True] * 99, [answer["reused"] for answer in many])

    echoed = tunnel.ask("-header", LOGIN, "-frame", "otters", "-frame", "hold hands")[0]
    check("a WebSocket", (101, ["otters", "hold hands"]), (echoed["status"], echoed.get("echoed")))
    check("a WebSocket without the password", 401, tunnel.ask("-frame", "otters")[0]["status"])

    h2 = Tunnel(lab, program, seawall, http2Origin="true").ask("-header", LOGIN, "-n", "3")
    spoken = {(answer["alpn"], answer.get("proto")) for answer in h2}
    check("http2Origin: one protocol, the one that was agreed on", True,
          spoken in ({("h2", "HTTP/2.0")}, {("http/1.1", "HTTP/1.1")}))
    print(f"   http2Origin spoke {sorted(spoken)}")
    check("http2Origin: requests arrive, with the visitor's address", [(200, [VISITOR])] * 3,
          [(answer["status"], values(answer, "x-forwarded-for")) for answer in h2])

    matching = Tunnel(lab, program, seawall, matchSNItoHost="true")
    check("matchSNItoHost: the name of the visitor's request is in the certificate", 200,
          matching.ask("-header", LOGIN, "-host", "other.example.com")[0]["status"])
    check("a Host that is not the connection's name", 200,
          tunnel.ask("-header", LOGIN, "-host", "other.example.com")[0]["status"])
    check("a Host that is not ours", 421, tunnel.ask("-header", LOGIN, "-host", "evil.example.com")[0]["status"])

    other = Seawall(lab, free_port())
    other.started()
    wrong = Tunnel(lab, program, seawall, caPool=other.ca).ask("-header", LOGIN)[0]
    check("the wrong caPool: refused before a byte of the request", (0, True),
          (wrong["status"], "unknown authority" in wrong.get("failure", "")))
    check("no caPool: refused", 0, Tunnel(lab, program, seawall, caPool=None).ask("-header", LOGIN)[0]["status"])
    misnamed = Tunnel(lab, program, seawall, originServerName="elsewhere.example.com").ask("-header", LOGIN)[0]
    check("the wrong originServerName: refused", (0, True), (misnamed["status"], "not elsewhere" in misnamed["failure"]))
    other.stop()
    seawall.stop()

    distrusting = Seawall(lab, gateway.port, SEAWALL_HOSTS="claw.example.com", SEAWALL_TRUSTED_PROXIES="192.0.2.99",
                          SEAWALL_CLIENT_IP_HEADER="CF-Connecting-IP")
    distrusting.started()
    other = Tunnel(lab, program, distrusting).ask("-header", LOGIN)[0]
    # 192.0.2.1 stands for loopback, which the gateway must not take for a local user
    check("from a peer that is not the tunnel the same headers name nobody", (200, ["192.0.2.1"]),
          (other["status"], values(other, "x-forwarded-for")))
    distrusting.stop()


if __name__ == "__main__":
    options(__doc__).parse_args()
    sys.exit(judged(checks, examine))
