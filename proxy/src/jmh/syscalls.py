"""Counts the system calls that Seawall's event loops make for a request: a running Seawall with TLS, one client that asks
again and again on one connection, a gateway that always says the same, and strace. Compares them with the record:

  syscalls.py check|record FILE

What hangs on the scheduler is left out (futex), and so is the thread that writes the log."""

import pathlib
import re
import signal
import sys

from lab import GATEWAY_TOKEN, Gateway, Lab, LabError, Seawall, build, given_up, options, read, tool, until

WARM_UP, REQUESTS = 300, 2000
LEFT_OUT = {"futex", "sched_yield", "restart_syscall"}
TOLERANCE = 0.05  # timers tick meanwhile
HEAD = f"Host: 127.0.0.1\r\nAuthorization: Bearer {GATEWAY_TOKEN}\r\n"
REQUESTED = {
    "get": f"GET /v1/models HTTP/1.1\r\n{HEAD}\r\n".encode(),
    "post": f"POST /v1/responses HTTP/1.1\r\n{HEAD}Content-Length: 200\r\n\r\n{'x' * 200}".encode(),
}


def main():
    parser = options(__doc__)
    parser.add_argument("order", choices=["check", "record"])
    parser.add_argument("file", type=pathlib.Path)
    chosen = parser.parse_args()
    try:
        tool("strace", "strace")
        build()
        with Lab() as lab:
            return told(chosen.order, chosen.file, counted(lab))
    except LabError as trouble:
        return given_up(trouble)


def told(order, file, seen):
    """Records what was seen, or compares it with the record. The exit code."""
    if order == "record":
        lines = [f"{name:25} {number:6.2f}\n" for name, number in sorted(seen.items())]
        file.write_text("# System calls of the event loops for one request on a kept connection, and its answer. Written by\n"
                        "# proxy/src/jmh/run --record, compared by --check.\n" + "".join(lines))
        print(f"syscalls: {len(seen)} recorded")
        return 0
    recorded = dict(line.split() for line in file.read_text().splitlines() if not line.startswith("#"))
    recorded = {name: float(number) for name, number in recorded.items()}
    more = less = 0
    for kind in REQUESTED:
        names = sorted(name for name in recorded.keys() | seen.keys() if name.startswith(kind + "."))
        before, now = (sum(numbers.get(name, 0) for name in names) for numbers in (recorded, seen))
        more += now > before + TOLERANCE
        less += now < before - TOLERANCE
        # one in place of another is told, but it costs no more
        print("".join(f"{name}: {seen.get(name, 0):.2f} per request (recorded: {recorded.get(name, 0):.2f}, "
                      f"tolerance {TOLERANCE})\n" for name in names
                      if abs(seen.get(name, 0) - recorded.get(name, 0)) > TOLERANCE), end="")
        print(f"syscalls: {kind}: {now:.2f} in all (recorded: {before:.2f})")
    print(f"syscalls: {len(REQUESTED)} kinds of requests compared, {more} too high, {less} lower than recorded"
          + (" (where it is meant: proxy/src/jmh/run --record)" if more or less else ""))
    return 1 if more else 0


def counted(lab):
    seawall = Seawall(lab, Gateway(body=b"y" * 500).port)
    front = seawall.started()
    seen = {}
    for kind, request in REQUESTED.items():
        request = request.replace(b"Host: 127.0.0.1", f"Host: {front.host}".encode())
        with front.connect() as client:
            ask(client, request, WARM_UP)
            calls = traced(lab, seawall.process.pid, lambda: ask(client, request, REQUESTS))
        seen |= {f"{kind}.{name}": round(count / REQUESTS, 2) for name, count in calls.items()
                 if name not in LEFT_OUT and count / REQUESTS >= TOLERANCE}
    return seen


def ask(client, request, times):
    for _ in range(times):
        client.sendall(request)
        answer = read(client)
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise LabError(f"not relayed: {answer[:300]}")


def traced(lab, process, work):
    """How often each system call was made by the event loops meanwhile."""
    out = lab.place("strace") / "out"
    loops = [task.name for task in pathlib.Path(f"/proc/{process}/task").iterdir()
             if (task / "comm").read_text().startswith("multiThreadIoEv")]
    if not loops:
        raise LabError("Seawall has no event loops of the expected name")
    strace = lab.start(["strace", "-c", "-o", out, *(word for loop in loops for word in ("-p", loop))],
                       out.with_name("log"), out.parent)
    attached = until(lambda: strace.poll() is not None or all(
        "TracerPid:\t0\n" not in pathlib.Path(f"/proc/{process}/task/{loop}/status").read_text() for loop in loops), 10)
    if not attached or strace.poll() is not None:
        raise LabError(f"strace cannot look at Seawall:\n{out.with_name('log').read_text()}")
    work()
    strace.send_signal(signal.SIGINT)
    strace.wait(10)
    lab.running.remove(strace)
    rows = (line.split() for line in out.read_text().splitlines())
    return {row[-1]: int(row[3]) for row in rows
            if len(row) >= 5 and re.match(r"[0-9.]+$", row[0]) and row[-1] != "total"}


if __name__ == "__main__":
    sys.exit(main())
