"""The samples as a table, and as a plot."""

import math
import statistics
from html import escape

from contenders import PEERS, Seawall

COLOURS = {"nginx": "#6b7280", "HAProxy": "#9ca3af", "nginx it replaces": "#d1a054", "nginx, bcrypt": "#c4c8cf",
           "Seawall": "#2563eb"}


class Results:
    """Samples by row, contender and round."""

    def __init__(self, rows, contenders, samples):
        self.rows, self.contenders, self.samples = rows, contenders, samples

    def series(self, row, name, figure):
        return [sample.get(figure.key) for sample in self.samples.get(row.id, {}).get(name, [])]

    def median(self, row, name, figure):
        values = [value for value in self.series(row, name, figure) if value is not None]
        return statistics.median(values) if values else None

    def saturated(self, row, name):
        """Whether the clients had no more to give, in the middle round."""
        busy = [sample["clients busy"] for sample in self.samples[row.id].get(name, []) if "clients busy" in sample]
        return bool(busy) and statistics.median(busy) > 0.9

    def ratio(self, row, name, figure):
        """How many times as much as the better of nginx and HAProxy: the median of what it was in each round, with the
        least and the most. Less is better, of a throughput too, which counts upside down."""
        ratios = []
        for number, value in enumerate(self.series(row, name, figure)):
            peers = [series[number] for series in (self.series(row, peer, figure) for peer in PEERS)
                     if number < len(series) and series[number] is not None]
            if value and peers and min(peers) > 0:
                ratios.append(value / min(peers) if figure.less else max(peers) / value)
        return (statistics.median(ratios), min(ratios), max(ratios)) if ratios else None


def markdown(results, about):
    names = results.contenders
    lines = [f"| | unit | {' | '.join(names)} | {Seawall.name} ÷ best of {' and '.join(PEERS)} |",
             f"|---|---|{'---:|' * (len(names) + 1)}"]
    for row in results.rows:
        for figure in row.figures:
            cells = [cell(results.median(row, name, figure), figure, figure.key == "rate" and results.saturated(row, name))
                     for name in names]
            ratio = results.ratio(row, Seawall.name, figure)
            told = "" if not ratio else f"**{ratio[0]:.2f}**" + (
                f" ({ratio[1]:.2f}–{ratio[2]:.2f})" if about["rounds"] > 1 else "")
            if any(cells):
                lines.append(f"| {row.id} {row.title}: {figure.name} | {figure.unit} | {' | '.join(cells)} | {told} |")
    return "\n".join([
        *lines, "",
        ("Less is better; of a throughput, more, and its ratio is turned around, so that there, too, less is better. "
        "CPU is that of one operation; ≥: the clients were the bottleneck. An empty cell: not measured, or not offered. "
        "Medians of the rounds; in brackets the least and the largest ratio of a round."), "",
        f"{about['date']} · {about['machine']}, {about['cores']} cores · Linux {about['kernel']} · "
        + " · ".join(about["versions"].values()) + f" · {about['rounds']} rounds of {about['seconds']} s, warm-up in "
        f"pieces of {about['warmup']} s · {about['sockets']} idle WebSockets · transfers of {about['transfer'] / 1e9:g} GB"
        + ("" if about["other programs"] is None else
           f" · other programs took up to {about['other programs']:.0%} of the machine"), ""])


def cell(value, figure, at_least):
    return "" if value is None else f"{'≥ ' if at_least else ''}{value:,.{figure.digits}f}"


def plot(results, about):
    """Horizontal bars from 1, what the better of nginx and HAProxy takes: to the left less, to the right more."""
    bars = []
    for row in results.rows:
        for figure in (f for f in row.figures if f.name.startswith("CPU")):
            found = [(name, ratio[0]) for name in results.contenders if (ratio := results.ratio(row, name, figure))]
            if found:
                bars.append((f"{row.id} {row.title}", figure.name if figure.name != "CPU" else "", found))
    if not bars:
        return None
    most = max(ratio for *_, found in bars for _, ratio in found)
    least = min(ratio for *_, found in bars for _, ratio in found)
    low, high = min(-1, math.floor(math.log2(least))), min(6, max(1, math.ceil(math.log2(most))))
    left, width, bar = 390, 460, 13

    def across(ratio):
        return left + width * (min(max(math.log2(ratio), low), high) - low) / (high - low)
    out, y = [], 66
    for title, which, found in bars:
        out.append(text(left - 14, y + 11, title, "end"))
        if which:
            out.append(text(left - 14, y + 25, which, "end", "#6b7280"))
        for name, ratio in found:
            start, end = sorted((across(1), across(ratio)))
            out.append(f'<rect x="{start:.1f}" y="{y}" width="{max(1.5, end - start):.1f}" height="{bar - 2}" '
                       f'fill="{COLOURS[name]}"><title>{escape(name)} {ratio:.2f}</title></rect>')
            out.append(text(end + 5 if ratio >= 1 else start - 5, y + 10, f"{ratio:.{2 if ratio < 100 else 0}f}",
                            "start" if ratio >= 1 else "end", "#374151", 11))
            y += bar
        y += 14
    axis = [f'<line x1="{across(2 ** power):.1f}" y1="56" x2="{across(2 ** power):.1f}" y2="{y}" '
            f'stroke="{"#111827" if power == 0 else "#e5e7eb"}"/>'
            + text(across(2 ** power), y + 16, f"{2.0 ** power:g}×", "middle", "#6b7280") for power in range(low, high + 1)]
    legend, x = [], 14
    for name in results.contenders:
        legend.append(f'<rect x="{x}" y="34" width="11" height="11" fill="{COLOURS[name]}"/>' + text(x + 17, 44, name))
        x += 34 + 7 * len(name)
    return "\n".join([
        (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 50} {y + 46}" '
        'font-family="system-ui, sans-serif" font-size="12">'),
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        text(14, 20, f"CPU time of an operation, as a multiple of the better of {' and '.join(PEERS)}", size=14),
        *legend, *axis, *out,
        text(14, y + 38, f"{about['date']}, {about['machine']}, {about['cores']} cores. Further left is better.", fill="#6b7280"),
        "</svg>", ""])


def text(x, y, content, anchor="start", fill="#111827", size=12):
    return (f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" fill="{fill}" font-size="{size}">{escape(content)}</text>')
