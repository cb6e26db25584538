"""Runs the same attacks against the popular image's nginx and against Seawall, and prints what each let through.

  proxy/src/compare/run               the table
  proxy/src/compare/run --markdown    the table for the documents
  proxy/src/compare/run --json        the same for programs
  proxy/src/compare/run --check       fails where the table in the documents differs from what was observed now
  proxy/src/compare/run --against nginx   puts nginx into Seawall's place, too: the rows must turn red

Exit 0 when nothing passed Seawall, 1 otherwise, 2 when the comparison could not be made. Everything listens on
127.0.0.1. Needs python3, nginx, openssl, and what ./seawall needs (JDK 25 or newer, Maven).
"""

import difflib
import json
import sys
import textwrap

import attacks
from contenders import NginxContender, SeawallContender

from lab import Lab, LabError, RecordingGateway, between, build, free_port, given_up, options, tool

BEGIN, END = "<!-- comparison: proxy/src/compare/run --check compares it with what it observes -->", "<!-- /comparison -->"


def main():
    parser = options(__doc__)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--against", choices=["seawall", "nginx"], default="seawall")
    chosen = parser.parse_args()
    second = SeawallContender if chosen.against == "seawall" else NginxContender
    try:
        tool("nginx", "nginx-light")
        tool("openssl", "openssl")
        if second is SeawallContender:
            build()
        columns = [face(contender) for contender in (NginxContender, second)]
    except LabError as trouble:
        return given_up(trouble)
    rows = [(title, *outcomes) for (title, _), *outcomes in zip(attacks.ROWS, *columns, strict=True)]
    if chosen.json:
        print(json.dumps([{"attack": title, "nginx": vars(nginx), "seawall": vars(seawall)}
                          for title, nginx, seawall in rows], indent=2, ensure_ascii=False))
    elif chosen.markdown:
        print(markdown(rows))
    else:
        print(plain(rows, second.name))
    sys.stdout.flush()
    passed = sum(seawall.through for _, _, seawall in rows)
    stood = sum(not nginx.through for _, nginx, _ in rows)
    print(f"{len(rows)} attacks: {len(rows) - stood} passed nginx, {passed} passed {second.name}", file=sys.stderr)
    return 1 if passed or chosen.check and not agrees(markdown(rows)) else 0


def face(kind):
    """The outcome of every attack against one contender."""
    with Lab() as lab:
        gateway = RecordingGateway(free_port())
        gateway.live()
        bench = attacks.Bench(kind(lab, gateway.port), gateway)
        for what, held in attacks.controls(bench):
            if not held:
                raise LabError(f"{kind.name} is no fair contender (expected: {what})")
        return [function(bench) for _, function in attacks.ROWS]


def verdict(outcome):
    return "through" if outcome.through else "stood"


def markdown(rows):
    def cell(outcome):
        return (f"**{verdict(outcome)}**: " if outcome.through else "stood: ") + outcome.text
    return "\n".join(["| attack | nginx | Seawall |", "|---|---|---|",
                      *(f"| {title} | {cell(nginx)} | {cell(seawall)} |" for title, nginx, seawall in rows)])


def plain(rows, second):
    lines = []
    for title, *outcomes in rows:
        lines.append(title.replace("`", ""))
        for name, outcome in zip(("nginx", second), outcomes, strict=True):
            start = f"  {name:8} {verdict(outcome).upper() if outcome.through else verdict(outcome):8} "
            lines.append(textwrap.fill(outcome.text.replace("`", ""), 118, initial_indent=start,
                                       subsequent_indent=" " * len(start), break_on_hyphens=False))
    return "\n".join(lines)


def agrees(table):
    written = between(BEGIN, END)
    if written == table:
        return True
    print("compare: the table in the documents differs from what was observed (proxy/src/compare/run --markdown prints it):",
          *difflib.unified_diff(written.splitlines(), table.splitlines(), "written", "observed", lineterm="", n=0),
          sep="\n", file=sys.stderr)
    return False


if __name__ == "__main__":
    sys.exit(main())
