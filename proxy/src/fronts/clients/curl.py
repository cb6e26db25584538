"""curl, as scripts use it. Its version here knows no WebSocket: it makes the handshake and shows what arrives."""

import json
import pathlib
import re
import subprocess
import sys
import time

plan = json.loads(pathlib.Path(sys.argv[1]).read_text())
ORIGIN = f"https://{plan['host']}"


def curl(path, *options, origin=ORIGIN):
    command = ["curl", "-sS", "-i", "-N", "--max-time", "15", "--cacert", plan["ca"], *options, origin + path]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ask(path, *options, origin=ORIGIN):
    ran = curl(path, *options, origin=origin)
    out, err = ran.communicate()
    return answer(out, err)


def answer(out, err=b""):
    head, _, body = out.partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/([0-9.]+) (\d+)", head)
    if not status:
        return {"status": 0, "trouble": err.decode(errors="replace").strip()}
    found = {"status": int(status[2]), "http": status[1].decode(), "head": head.decode("latin-1")}
    try:
        found["seen"] = json.loads(body)
    except ValueError:
        found["text"] = body[:500].decode(errors="replace")
    return found


def tell(scenario, **result):
    print(json.dumps({"scenario": scenario, **result}), flush=True)


def without_head(found):
    return {key: value for key, value in found.items() if key != "head"}


if plan["drain"]:
    basic = ("-H", f"Authorization: {plan['basic']}")
    before = ask("/", *basic)["status"]
    slow = ask(f"/v1/slow/{plan['id']}", "-H", f"Authorization: {plan['token']}")
    following = ask("/", *basic)["status"]
    for _ in range(60):
        if (back := ask("/", *basic)["status"]) == 200:
            break
        time.sleep(0.2)
    print(json.dumps({"before": before, "slow": slow["status"], "whole": slow.get("seen", {}).get("ok", False),
                      "next": following, "back": back}))
    sys.exit()

page = ask("/", "-H", f"Authorization: {plan['basic']}")
cookie = re.search(r"(?im)^set-cookie: ([^;\r]+)", page.get("head", ""))
again = ask("/", "-H", f"Cookie: {cookie[1]}", "-H", "Authorization: Bearer of-a-device") if cookie else {"status": 0}
tell("page", **without_head(page), session=again["status"])

tell("api", **without_head(ask("/v1/chat/completions", "-H", f"Authorization: {plan['token']}", "--json", '{"model":"x"}')))

stream = curl(f"/v1/stream/{plan['id']}", "-H", f"Authorization: {plan['token']}")
events = []
for line in stream.stdout:
    if line.startswith(b"data: "):
        events.append(line[6:].strip().decode())
        if len(events) < 3:
            ask(f"/v1/next/{plan['id']}", "-H", f"Authorization: {plan['token']}")
stream.wait()
tell("stream", events=events, trouble=stream.stderr.read().decode())

socket = curl("/?bye=1000", "--http1.1", "-H", f"Authorization: {plan['basic']}", "-H", f"Origin: {ORIGIN}",
              "-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13",
              "-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
out, err = b"", b""
while piece := socket.stdout.read1(65536):
    out += piece
    if out.endswith(b"\x88\x02\x03\xe8"):  # the gateway's close frame: curl will not answer it
        break
socket.kill()
status = re.match(rb"HTTP/1.1 (\d+)", out)
greeting = re.search(rb'\{"event": "connect.challenge".*\}', out)
tell("websocket", listens=True, status=int(status[1]) if status else 0, seen=json.loads(greeting[0]) if greeting else None,
     closed=1000 if out.endswith(b"\x88\x02\x03\xe8") else 0, **({} if greeting else {"text": out[-300:].decode("latin-1")}))

if plan["plain"]:
    apache = ("-H", "Connection: Upgrade", "-H", "Upgrade: TLS/1.2")  # what Apache HttpClient 5 sends
    for name, offer in (("curl --http2", ("--http2",)), ("as Apache HttpClient", apache)):
        tell("offer", client=name, **without_head(ask("/v1/models", "-H", f"Authorization: {plan['token']}", *offer,
                                                      origin=plan["plain"])))
tell("hook", **without_head(ask("/hooks/agent", "-H", f"Authorization: {plan['hooksToken']}", "--json", '{"message":"x"}')))
tell("health", healthz=ask("/healthz")["status"], readyz=ask("/readyz")["status"])
