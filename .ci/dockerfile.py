"""Rules for a Dockerfile, those that matter for an image that the internet reaches."""

import json
import re

SECRET = re.compile(r"(?i)(PASSWORD|TOKEN|SECRET|_KEY)\w*=[^\s$]")


def instructions(text):
    """The line where each begins, its keyword and the rest, with continued lines joined and comments left out."""
    found, begun = [], None
    for number, line in enumerate(text.splitlines(), 1):
        if not begun and (not line.strip() or line.lstrip().startswith("#")):
            continue
        if begun and line.lstrip().startswith("#"):
            continue
        begun = (begun[0], begun[1] + " " + line.strip()) if begun else (number, line.strip())
        if begun[1].endswith("\\"):
            begun = (begun[0], begun[1][:-1].rstrip())
            continue
        keyword, _, rest = begun[1].partition(" ")
        found.append((begun[0], keyword.upper(), rest.strip()))
        begun = None
    return found


def objections(text):
    """What is wrong, a line each."""
    found = []
    arguments, stages, last = {}, set(), {}

    def wrong(number, what):
        found.append(f"docker/Dockerfile:{number}: {what}")

    for number, keyword, rest in instructions(text):
        if keyword == "FROM":
            last = {}
            image, *names = [word for word in rest.split() if not word.startswith("--")]
            image = re.sub(r"\$\{?(\w+)\}?", lambda use: arguments.get(use[1], ""), image)
            if image not in stages | {"scratch"} and not re.search(r"@sha256:[0-9a-f]{64}$|:[^:/@]*\d[^:/@]*$", image):
                wrong(number, f"{image or rest} has no version (expected: a tag with a number in it, or a digest)")
            stages.update(names[1:])
        last[keyword] = (number, rest)
        if keyword == "ARG" and not stages:
            key, _, value = rest.partition("=")
            arguments[key] = value
        if keyword == "ADD":
            wrong(number, "ADD unpacks and downloads (expected: COPY)")
        if keyword in ("ENV", "ARG") and SECRET.search(rest):
            wrong(number, f"a secret stays in the image: {rest.partition('=')[0]} (expected: RUN --mount=type=secret)")
        if keyword in ("CMD", "ENTRYPOINT") and not is_list(rest):
            wrong(number, f"{keyword} by a shell, which gets the signals (expected: a JSON list)")
        if keyword == "WORKDIR" and not rest.startswith(("/", "$")):
            wrong(number, f"WORKDIR {rest} depends on what stands above (expected: an absolute path)")
        if keyword == "RUN":
            for what in wrong_runs(rest):
                wrong(number, what)
    number, user = last.get("USER", (1, ""))
    if not re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", user):
        wrong(number, f"the image runs as {user or 'root'} (expected: USER with a number, which Kubernetes can verify)")
    if "HEALTHCHECK" not in last:
        wrong(1, "the image has no HEALTHCHECK")
    return found


def wrong_runs(command):
    if re.search(r"\bsudo\b", command):
        yield "sudo (expected: USER)"
    if re.search(r"\b(curl|wget)\b[^|;&]*\|\s*(ba)?sh\b", command):
        yield "what is downloaded is executed unread"
    if re.search(r"\bapt(-get)?\b.*\b(dist-)?upgrade\b", command):
        yield "an upgrade makes another image each day (expected: a newer base)"
    if re.search(r"\bapt(-get)? +(-\S+ +)*install\b", command):
        if "--no-install-recommends" not in command:
            yield "apt-get install without --no-install-recommends"
        if not re.search(r"rm -rf? /var/lib/apt/lists", command):
            yield "apt's lists stay in the layer (expected: rm -rf /var/lib/apt/lists/* in the same RUN)"


def is_list(text):
    try:
        return isinstance(json.loads(text), list)
    except ValueError:
        return False
