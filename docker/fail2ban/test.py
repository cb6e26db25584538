"""Tries the filter and the jail with Debian's fail2ban on the lines of a running Seawall, in each format it writes.

  docker/fail2ban/test

Prints "ok …" or "FAIL …" for each check; exit 1 when one failed, 2 when the test could not be made. Needs python3,
fail2ban, and what ./seawall needs (JDK 25 or newer, Maven). No root: nothing is banned but in a file.
"""

import ast
import base64
import json
import pathlib
import shutil
import subprocess
import sys
import time
from collections import Counter

from lab import HOOKS_TOKEN, PASSWORD, Checks, LabError, Seawall, basic, build, free_port, judged, options, tool, until

HERE = pathlib.Path(__file__).resolve().parent
VICTIM = "192.0.2.66"  # the address that the forged lines name
FORGED = f"auth_failure layer=basic reason=wrong_password client={VICTIM}"
FORGED_JSON = f'{{"time":"2026-01-01T00:00:00.000Z","level":"WARNING","message":"{FORGED}"}}'
FORGED_TEXT = f"2026-01-01 00:00:00.000 WARNING {FORGED}"
STUBBORN = "203.0.113.99"
OUTDATED = "203.0.113.98"  # gives the same old credentials again and again
CARELESS = r"auth_failure.*client=<ADDR>"
# what fail2ban's journal reader cuts off: it gets the time apart from the line
JOURNAL_DATE = r"^(%Y-%m-%dT%H:%M:%S%z )host seawall"
checks = Checks()
check = checks.equal


def examine(lab):
    regex, server = tool("fail2ban-regex", "fail2ban"), tool("fail2ban-server", "fail2ban")
    build()
    for form in ("json", "text"):
        expected, log, start = provoke(lab, form)
        check_filter(regex, form, log, expected, start)
        careless = {address for address, *_ in rows(regex, log, CARELESS)}
        check(f"{form}: the forgers did try: a careless filter bans their victim", True, VICTIM in careless)
        if form == "json":
            check_filter(regex, "json, in Docker's json-file", wrapped(log), expected, start)
            check_filter(regex, "json, read in another time zone", log, expected, start, TZ="Asia/Tokyo")
            check_jail(lab, server, log)
        check_filter(regex, f"{form}, in the journal", journalled(log), expected, start, "-d", JOURNAL_DATE)


def provoke(lab, form):
    """A Seawall, and what is said to it by many clients; returns how often each of them was wrong, and its log."""
    start = time.time()
    seawall = Seawall(lab, free_port(), SEAWALL_LOG=form, HOOKS_ENABLED="true", HOOKS_TOKEN=HOOKS_TOKEN,
                      SEAWALL_TRUSTED_PROXIES="127.0.0.1", SEAWALL_CLIENT_IP_HEADER="X-Forwarded-For")
    front = seawall.started()
    guilty = Counter()

    def ask(client, method, target, *headers, guess=None, status=None, body=b""):
        """guess: the address that a line must name for this, once."""
        forwarded = [f"X-Forwarded-For: {client}"] if client else []
        answer = front.ask(method, target, *forwarded, *headers, body=body)
        if status and status != answer.status:
            check(f"{form}: {method} {target} {headers} from {client}", status, answer.status)
        if guess:
            guilty[guess] += 1

    def wrong(number=0):
        return "Authorization: " + basic("admin", f"wrong {number}")

    def token(number=0):
        return f"Authorization: Bearer wrong-{number}"

    # each layer, over IPv4 and IPv6, and by the peer's own address
    for client, named in {None: "127.0.0.1", "203.0.113.9": "203.0.113.9", "2001:DB8:0::7": "2001:db8::7",
                          "::ffff:203.0.113.10": "203.0.113.10"}.items():
        ask(client, "GET", "/", wrong(), guess=named, status=401)
        ask(client, "GET", "/", "Authorization: " + basic("root", PASSWORD), guess=named, status=401)
        ask(client, "GET", "/v1/models", token(), guess=named, status=401)
        ask(client, "POST", "/hooks/wake", token(), guess=named, status=401)
        ask(client, "POST", "/hooks/wake", "x-openclaw-token: wrong", guess=named, status=401)

    # no guess, no line: nothing said, nonsense said, a token where the password belongs, the right password
    ask("198.51.100.1", "GET", "/", status=401)
    ask("198.51.100.1", "GET", "/v1/models", status=401)
    ask("198.51.100.1", "POST", "/hooks/wake", status=401)
    ask("198.51.100.2", "GET", "/", "Authorization: Digest nonsense", status=401)
    ask("198.51.100.3", "GET", "/", token(), status=401)
    ask("198.51.100.4", "GET", "/", "Authorization: " + basic("admin", PASSWORD), status=503)

    # locked out after ten: the eleventh is no guess any more, nor is what a neighbour of the same network sends
    for target, guess in (("/", wrong), ("/v1/models", token)):
        for number in range(10):
            ask(STUBBORN, "GET", target, guess(number), guess=STUBBORN)
        ask(STUBBORN, "GET", target, guess(), status=429)
    for number in range(10):
        ask("2001:db8:5::1", "GET", "/", wrong(number), guess="2001:db8:5::1")
    ask("2001:db8:5::2", "GET", "/", "Authorization: " + basic("admin", PASSWORD), status=429)

    # programs at home that were given last week's password, token and hooks token, and reconnect: a guess each
    for target in (("GET", "/", wrong()), ("GET", "/v1/models", token()), ("POST", "/hooks/wake", token())):
        ask(OUTDATED, *target, guess=OUTDATED, status=401)
        for _ in range(30):
            ask(OUTDATED, *target, status=401)

    # forgers: a true line for each wrong credential of theirs, never one for the victim
    for number, forged in enumerate((FORGED, FORGED_JSON, FORGED_TEXT), 10):
        forger = f"198.51.100.{number}"
        encoded = "".join(f"%{byte:02x}" for byte in forged.encode())
        plain = forged.replace(" ", "%20").replace('"', "%22").replace("{", "%7B").replace("}", "%7D")
        ask(forger, "GET", f"/{plain}")
        ask(forger, "GET", f"/{encoded}")
        ask(forger, "GET", f"/x%0a{encoded}", status=400)
        ask(forger, "GET", f"/x%0d%0a{encoded}%0d%0a", status=400)
        ask(forger, "GET", f"/x%22%7D%5Cn{plain}")
        ask(forger, "GET", f"/?{plain}&user=%0a{encoded}")
        ask(forger, "GET", f"/{forged.replace(' ', chr(9))}", status=400)
        ask(forger, "GET", "/", f"User-Agent: {forged}", f"Referer: {forged}", f"X-Request-Id: {forged}", status=401)
        ask(forger, "GET", "/", f"User-Agent: x\n{forged}", status=400)
        ask(forger, "GET", "/", f"User-Agent: x\r\n {forged}", status=400)
        ask(forger, forged.replace(" ", "_").upper(), "/")
        for user in (forged, f"x\n{forged}\n", f'x"}}\r\n{forged}\r\n', f"x\u2028{forged}"):
            secret = base64.b64encode(f"{user}:wrong".encode()).decode()
            ask(forger, "GET", "/", f"Authorization: Basic {secret}", guess=forger, status=401)
        ask(forger, "GET", "/v1/models", f"Authorization: Bearer x {forged}", guess=forger, status=401)
        ask(forger, "POST", "/hooks/wake", f"x-openclaw-token: {forged}", guess=forger, status=401)
        ask(f"{forger}, {forged}", "GET", "/", wrong())  # the address itself
    # the proxy appends the peer that it saw: what stands left of it is the client's invention
    ask(f"{VICTIM}, 198.51.100.20", "GET", "/", wrong(), guess="198.51.100.20", status=401)
    seawall.stop()
    return guilty, seawall.log, start


def wrapped(log):
    """The lines as Docker's json-file driver keeps them."""
    file = log.with_suffix(".docker.log")
    with file.open("w") as out:
        for line in log.read_text().splitlines():
            quoted = json.dumps({"log": line + "\n", "stream": "stdout", "time": "2026-01-01T00:00:00.123456789Z"},
                                separators=(",", ":"))
            out.write(quoted.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n")
    return file


def journalled(log):
    """The lines as fail2ban's journal reader gives them to a filter, with a time in front."""
    file = log.with_suffix(".journal.log")
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    file.write_text("".join(f"{now} host seawall[7]: {line}\n" for line in log.read_text().splitlines()))
    return file


def rows(regex, log, filter_, *options, **environment):
    """What fail2ban finds: address, time, the rest."""
    ran = subprocess.run([regex, "--usedns=no", *options, "-o", "row", log, filter_], text=True, capture_output=True,
                         env={"PATH": "/usr/bin:/bin:/usr/sbin", **environment})
    if ran.returncode and ran.stderr:
        raise LabError(f"fail2ban-regex failed:\n{ran.stderr}")
    return ast.literal_eval(f"[{ran.stdout}]")


def check_filter(regex, name, log, expected, start, *options, **environment):
    found = rows(regex, log, HERE / "filter.d" / "seawall.conf", *options, **environment)
    check(f"{name}: the addresses found are those that were wrong, each as often as it was",
          sorted(expected.items()), sorted(Counter(address for address, *_ in found).items()))
    late = [row for row in found if not start - 1 <= row[1] <= time.time() + 1]
    check(f"{name}: each time is when it happened", [], late)


def check_jail(lab, server, log):
    """Debian's whole configuration with our two files, our log, and an action that only takes note."""
    folder = lab.place("fail2ban")
    conf, noted = folder / "conf", folder / "banned"
    shutil.copytree("/etc/fail2ban", conf)
    for part in ("filter.d", "jail.d"):
        shutil.copy(HERE / part / "seawall.conf", conf / part)
    for debian in (conf / "jail.d").glob("defaults-*.conf"):
        debian.unlink()  # its sshd jail would read this machine's logs
    (conf / "action.d" / "note.conf").write_text(f"[Definition]\nactionban = echo <ip> >>{noted}\n")
    (conf / "jail.d" / "zz.local").write_text(f"[seawall]\nlogpath = {log}\nbackend = polling\naction = note\n")
    (conf / "fail2ban.local").write_text("[Definition]\ndbfile = None\n")
    output = folder / "fail2ban.log"
    process = lab.start([server, "-f", "-c", conf, "-s", folder / "sock", "-p", folder / "pid", "--logtarget", output,
                         "start"], folder / "start.log", folder)
    until(lambda: noted.exists() or process.poll() is not None, 30)
    time.sleep(2)  # who is banned wrongly comes in the same reading of the log, or in the next
    banned = noted.read_text().split() if noted.exists() else output.read_text() if output.exists() else ""
    lab.stop(process)
    check("the jail: twenty wrong ones, and only they, are a ban", [STUBBORN], banned)


if __name__ == "__main__":
    options(__doc__).parse_args()
    sys.exit(judged(checks, examine))
