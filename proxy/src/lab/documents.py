"""What the documents promise, as far as a suite compares it with what it sees."""

from .processes import LabError
from .programs import ROOT

FOLDERS = ("", "config", "certs", "proxy", "docker")


def marked(begin):
    """The one Markdown file with this marker: the text may move from one document to another."""
    files = {file for folder in FOLDERS for file in (ROOT / folder).glob("**/*.md" if folder else "*.md")
             if "target" not in file.parts and begin in file.read_text()}
    if len(files) != 1:
        names = ", ".join(sorted(str(file.relative_to(ROOT)) for file in files)) or "none"
        raise LabError(f"documents with the line {begin!r}: {names} (expected: one)")
    return files.pop()


def between(begin, end):
    """The text between two markers, in whichever document they are."""
    return marked(begin).read_text().partition(begin)[2].partition(end)[0].strip()
