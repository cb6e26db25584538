"""Attacks a running Seawall over TLS, as those do who want it gone, while its owner keeps asking.

  proxy/src/attacks/run               all attacks, a table
  proxy/src/attacks/run --quick       the shorter ones
  proxy/src/attacks/run --only WORD   those with WORD in their name
  proxy/src/attacks/run --json        for programs
  proxy/src/attacks/run --key SEAWALL_X=Y   another setting; with weak ones it must fail

Exit 0 when every attack was withstood, 1 otherwise, 2 when that could not be found out. Everything listens on 127.0.0.1.
Needs python3, slowhttptest, and what ./seawall needs (JDK 25 or newer, Maven).
"""

import json
import resource
import sys

from attacks import ATTACKS
from bench import Bench

from lab import Lab, LabError, build, given_up, options, tool

FILES = 4096  # for the attackers' sockets


def main():
    parser = options(__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--key", action="append", default=[], metavar="KEY=VALUE")
    chosen = parser.parse_args()
    keys = dict(key.split("=", 1) for key in chosen.key)
    attacks = [a for a in ATTACKS if chosen.only in a.title and (a.quick or not chosen.quick)]
    reports = []
    try:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES if most < 0 else min(FILES, most), most))
        tool("slowhttptest", "slowhttptest")
        build()
        with Lab() as lab:
            for attack in attacks:
                reports.append(carried_out(lab, attack, keys))
                if not chosen.json:
                    print(plain(reports[-1]), flush=True)
    except LabError as trouble:
        return given_up(trouble)
    if chosen.json:
        print(json.dumps([vars(report) for report in reports], indent=2))
    failed = sum(bool(report.failures) for report in reports)
    print(f"{len(reports)} attacks: {len(reports) - failed} withstood, {failed} not", file=sys.stderr)
    return 1 if failed or not reports else 0


def carried_out(lab, attack, keys):
    bench = Bench(lab, attack.title, {**attack.keys, **keys})
    try:
        return bench.run(attack)
    finally:
        bench.close()


def plain(report):
    def mebibytes(pair):
        return f"{pair[0] / 2**20:.0f} -> {pair[1] / 2**20:.0f} MiB"

    def counts(found):
        return ", ".join(f"{name} {count}" for name, count in sorted(found.items())) or "none"
    lines = [f"{'FAILED  ' if report.failures else 'stood   '}{report.attack} ({report.seconds:.0f} s)"]
    lines += [f"  {name:18} {c['answered']} of {c['asked']} answered 200, worst {c['worst'] * 1000:.0f} ms"
              for name, c in report.clients.items()]
    lines += [(f"  attackers          {report.opened} connected, {report.turned_away} turned away; "
              f"at most {report.most_open} open, {report.open_at_end} at the end; "
              f"ended in {report.ended_within:.1f} s of {report.allowed} s"),
              f"  memory             RSS {mebibytes(report.rss)}, direct {mebibytes(report.direct)}",
              f"  connections ended  {counts(report.refused)}",
              f"  requests rejected  {counts(report.rejected)}"]
    lines += [f"  NOT AS IT MUST BE  {failure}" for failure in report.failures]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
