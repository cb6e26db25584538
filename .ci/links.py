"""Links of Markdown documents to files, and to headings, of the same tree."""

import re
import urllib.parse

LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)|(?:src|href|srcset)=\"([^\"]+)\"")
FENCE = re.compile(r"(?ms)^ *(```|~~~).*?^ *\1 *$")


def broken(root, documents):
    """A line for each link that leads nowhere."""
    found = []
    for document in documents:
        text = prose(document.read_text())
        for number, line in enumerate(text.splitlines(), 1):
            for target in (one or other for one, other in LINK.findall(re.sub(r"`[^`]*`", "", line))):
                if why := leads_nowhere(root, document, target):
                    found.append(f"{document.relative_to(root)}:{number}: {target}: {why}")
    return found


def prose(text):
    """The text without its code, line for line."""
    return FENCE.sub(lambda block: "\n" * block[0].count("\n"), text)


def leads_nowhere(root, document, target):
    if re.match(r"[a-z][a-z0-9+.-]*:|//", target):
        return ""
    path, _, fragment = urllib.parse.unquote(target).partition("#")
    file = (document.parent / path).resolve() if path else document
    if not file.is_relative_to(root):
        return "outside of the tree"
    if not file.exists():
        return "there is no such file"
    if file.is_dir():
        file = file / "README.md"
    if fragment and (not file.is_file() or file.suffix == ".md" and fragment not in anchors(file.read_text())):
        return "there is no such heading"
    return ""


def anchors(text):
    """The fragments of all headings, as GitHub makes them, and of HTML anchors."""
    found, counts = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text)), {}
    for heading in re.findall(r"(?m)^#{1,6} +(.*?)(?: +#+)? *$", prose(text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        seen = counts.get(anchor, 0)
        counts[anchor] = seen + 1
        found.add(f"{anchor}-{seen}" if seen else anchor)
    return found
