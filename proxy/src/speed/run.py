"""Compares the speed of Seawall with that of nginx and HAProxy doing the same job, side by side on this machine.

  proxy/src/speed/run                     everything, about 20 minutes
  proxy/src/speed/run --quick             the same with shorter samples, about 4 minutes: an impression
  proxy/src/speed/run --rows S2,S5        some rows
  proxy/src/speed/run --seawall 'java @/opt/seawall/options run'   another Seawall, without relative paths
  proxy/src/speed/run --out FOLDER        where table.md, samples.json and cpu.svg are written; default: proxy/target/speed

Exit 0 when everything was measured, 1 when some of it, 2 when nothing. Everything listens on 127.0.0.1. Needs nginx,
haproxy, wrk, h2load, openssl, htpasswd, gcc with OpenSSL's headers, and what ./seawall needs (JDK 25 or newer, Maven).
"""

import json
import math
import pathlib
import platform
import re
import shlex
import subprocess
import sys
import time

import report
from bench import Bench, need_tools, processor, tell
from contenders import ALL, Seawall
from rows import ROWS, Load, fresh

from lab import ROOT, Lab, LabError, build, given_up, options, tool

PACKAGES = {"nginx": "nginx-light", "haproxy": "haproxy", "wrk": "wrk", "h2load": "nghttp2-client", "openssl": "openssl",
            "htpasswd": "apache2-utils", "gcc": "gcc libc6-dev"}
WARM_UPS = 10  # at most, of a row


def main():
    parser = options(__doc__)
    parser.add_argument("--rows", metavar="S1,S2", help="default: all")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, help="of a sample")
    parser.add_argument("--warmup", type=int, metavar="SECONDS", help="of one of its pieces; 0: none")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seawall", metavar="COMMAND")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "proxy" / "target" / "speed", metavar="FOLDER")
    chosen = parser.parse_args()
    chosen.rounds = chosen.rounds or (1 if chosen.quick else 5)
    chosen.seconds = chosen.seconds or (1 if chosen.quick else 3)
    chosen.warmup = (2 if chosen.quick else 5) if chosen.warmup is None else chosen.warmup
    wanted = chosen.rows.split(",") if chosen.rows else [row.id for row in ROWS]
    rows = [row for row in ROWS if row.id in wanted]
    try:
        if unknown := set(wanted) - {row.id for row in ROWS}:
            raise LabError(f"rows: {', '.join(sorted(unknown))} (expected: of {', '.join(row.id for row in ROWS)})")
        need_tools(PACKAGES)
        if not chosen.seawall:
            build()
        with Lab() as lab:
            bench = Bench(lab, chosen)
            samples = {}
            if any(not row.run for row in rows):
                measure_starts(lab, bench, chosen, rows, samples)
            if any(row.run for row in rows):
                measure_rounds(lab, bench, chosen, [row for row in rows if row.run], samples)
            write(chosen, bench, rows, samples)
            return 1 if any("trouble" in sample for row in samples.values() for s in row.values() for sample in s) else 0
    except LabError as trouble:
        return given_up(trouble)


def in_turn(contenders, number):
    """Each round begins with another one."""
    first = number % len(contenders)
    return contenders[first:] + contenders[:first]


def attempted(function, *arguments):
    """A sample, or what kept it from being one: that costs its cell, not what was measured for twenty minutes."""
    try:
        return function(*arguments)
    except LabError as trouble:
        tell(str(trouble))
        return {"trouble": str(trouble)}


def measure_starts(lab, bench, chosen, rows, samples):
    """Alone, each after the other: what others share with it would not count as its own."""
    ids = {row.id for row in rows if not row.run}
    rounds = min(chosen.rounds, 3)  # half a minute each, and they differ little
    for number in range(rounds):
        for kind in in_turn([kind for kind in ALL if not kind.only], number):
            found = attempted(fresh, kind(lab, bench), bench, chosen.seconds, ids)
            for row in ids:
                sample = found if "trouble" in found else found[row]
                samples.setdefault(row, {}).setdefault(kind.name, []).append(sample)
        tell(f"starts, round {number + 1} of {rounds}")


def measure_rounds(lab, bench, chosen, rows, samples):
    contenders = [kind(lab, bench) for kind in ALL if not kind.only or kind.only & {row.id for row in rows}]
    for contender in contenders:
        contender.start()
        objections = list(contender.objections())
        if objections:
            raise LabError(f"{contender.name} does not do the job (expected: {'; '.join(objections)})")
    tell("all of them serve, and refuse, as they have to")
    seawall = next(contender for contender in contenders if contender.name == Seawall.name)
    for row in rows if chosen.warmup else []:
        warm_up(row, Load(bench, seawall, chosen.warmup))
    for number in range(chosen.rounds):
        for row in rows:
            bench.place(contenders, row.on_one_core)
            for contender in in_turn([c for c in contenders if not c.only or row.id in c.only], number):
                sample = attempted(row.run, Load(bench, contender, chosen.seconds))
                samples.setdefault(row.id, {}).setdefault(contender.name, []).append(sample)
            tell(f"{row.id}, round {number + 1} of {chosen.rounds}")
    for contender in contenders:
        contender.stop()


def warm_up(row, load):
    """Until Seawall's compiler has little left to gain: a machine that is busy otherwise needs more of it. On all cores."""
    least, idle, piece = math.inf, 0, 0
    while piece < WARM_UPS and idle < 2:
        piece += 1
        cost = attempted(row.run, load).get(row.figures[0].key, math.inf)
        idle = idle + 1 if cost > 0.95 * least else 0
        least = min(least, cost)
    tell(f"{row.id}: Seawall is warmed up after {piece} times {load.seconds} s")


def write(chosen, bench, rows, samples):
    present = {name for row in samples.values() for name in row}
    results = report.Results(rows, [kind.name for kind in ALL if kind.name in present], samples)
    about = {"date": time.strftime("%Y-%m-%d"), "machine": processor(), "cores": bench.cores, "kernel": platform.release(),
             "versions": versions(bench), "rounds": chosen.rounds, "seconds": chosen.seconds, "warmup": chosen.warmup,
             "sockets": bench.sockets, "transfer": bench.transfer, "seawall": chosen.seawall or "./seawall run",
             "other programs": max((sample["other programs"] for row in samples.values() for series in row.values()
                               for sample in series if "other programs" in sample), default=None)}
    table, plot = report.markdown(results, about), report.plot(results, about)
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "table.md").write_text(table)
    (chosen.out / "samples.json").write_text(json.dumps({"about": about, "samples": samples}, indent=1, ensure_ascii=False))
    if plot:
        (chosen.out / "cpu.svg").write_text(plot)
    print(table, end="")
    tell(f"written to {chosen.out}")


def versions(bench):
    def first_line(*command):
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.stdout.strip().partition("\n")[0]
    command = [*shlex.split(bench.seawall)[:-1], "version"] if bench.seawall else [str(ROOT / "seawall"), "version"]
    found = {"seawall": first_line(*command), "nginx": first_line(tool("nginx", "nginx-light"), "-v"),
             "haproxy": first_line(tool("haproxy", "haproxy"), "-v"), "openssl": first_line("openssl", "version"),
             "wrk": first_line("wrk", "-v"), "h2load": first_line("h2load", "--version")}
    return {name: re.sub(r"^nginx version: |( - |,? )(https?:|\[epoll\]|Copyright|\(Library).*", "", line)
            for name, line in found.items()}


if __name__ == "__main__":
    sys.exit(main())
