"""A network of its own: names, addresses and ports as the recipes have them, and nothing else in it."""

import os
import pathlib
import shutil
import subprocess

from lab import LabError, tool

NAME = "claw.example.com"
SITE = "203.0.113.80"  # where NAME is: the proxy in front, or Seawall itself
CLIENT = "203.0.113.7"  # where who asks NAME comes from
SITE_V6, CLIENT_V6 = "2001:db8::80", "2001:db8::7"
# who guesses passwords, and then asks from the same network and from the next: an address of IPv4, a /64 of IPv6
GUESSER, SAME, OTHER = "203.0.113.9", "203.0.113.9", "203.0.113.10"
GUESSER_V6, SAME_V6, OTHER_V6 = "2001:db8:9::7", "2001:db8:9::8", "2001:db8:a::7"
CONTAINER = "10.0.1.4"  # Seawall's in Coolify's network
TRAEFIK = "10.0.1.3"  # Coolify's proxy there
SEAWALL = 8080
GATEWAY = 18789
ADMIN = 9464


def apart():
    """The command line that gives the command behind it network and mounts of its own."""
    return [tool("unshare", "util-linux"), *([] if os.geteuid() == 0 else ["--map-root-user"]), "--net", "--mount"]


def own(address):
    """At once, without looking whether somebody else has it."""
    return f"addr add {address} dev lo" + (" nodad" if ":" in address else "")


def furnish(folder, site=SITE):
    """Inside: addresses, the routes that make the client's the sender, and a hosts file."""
    commands = ["link set lo up"]
    for address, sender in ((SITE, CLIENT), (CONTAINER, TRAEFIK), (SITE_V6, CLIENT_V6)):
        commands += [own(sender), f"route replace local {address} dev lo table local src {sender}"]
    # not that of IPv6, which would come from itself (RFC 6724, 5, rule 1)
    commands += [own(address)
                 for address in (SITE, CONTAINER, GUESSER, OTHER, GUESSER_V6, SAME_V6, OTHER_V6)]
    for command in commands:
        subprocess.run([tool("ip", "iproute2"), *command.split()], check=True)
    hosts = pathlib.Path(folder) / "hosts"
    hosts.write_text(f"127.0.0.1 localhost\n{site} {NAME}\n")
    subprocess.run([tool("mount", "mount"), "--bind", hosts, "/etc/hosts"], check=True)


def certify(folder):
    """A public CA's stand-in, and its certificate for NAME, for who ends TLS in front: claw.pem, claw.key, public.pem."""
    def openssl(*arguments):
        made = subprocess.run([tool("openssl", "openssl"), *arguments], cwd=folder, text=True, capture_output=True)
        if made.returncode:
            raise LabError(f"openssl {arguments[0]} failed:\n{made.stderr}")

    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *curve, "-keyout", "public.key", "-out", "public.pem", "-days", "2", "-subj", "/CN=Public CA")
    openssl("req", *curve, "-keyout", "claw.key", "-out", "claw.csr", "-subj", f"/CN={NAME}")
    (folder / "san").write_text(f"subjectAltName=DNS:{NAME}\n")
    openssl("x509", "-req", "-in", "claw.csr", "-CA", "public.pem", "-CAkey", "public.key", "-CAcreateserial", "-days",
            "1", "-extfile", "san", "-out", "claw.pem")
    shutil.copy(folder / "claw.pem", folder / "both.pem")
    with open(folder / "both.pem", "a") as both:
        both.write((folder / "claw.key").read_text())
