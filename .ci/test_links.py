import pathlib
import tempfile
import unittest

from links import anchors, broken


class LinksTest(unittest.TestCase):
    def broken(self, text):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            (root / "docs").mkdir()
            (root / "docs/README.md").write_text("# What `it` is, and isn't\n## Twice\n## Twice\n```\n# no heading\n```\n")
            (root / "README.md").write_text(text)
            return broken(root, [root / "README.md"])

    def test_finds_files_folders_and_headings(self):
        self.assertEqual([], self.broken("# Here\n[a](docs/README.md) [b](docs) [c](docs#twice-1) [d](#here) [e](https://x.y/z)\n"
                                         "[f](docs/README.md#what-it-is-and-isnt) ![g](docs/README.md)\n"))

    def test_tells_which_link_leads_nowhere_and_in_which_line(self):
        self.assertEqual(["README.md:2: gone.md: there is no such file"], self.broken("\n[a](gone.md)\n"))
        self.assertEqual(["README.md:1: docs#no-heading: there is no such heading"], self.broken("[a](docs#no-heading)\n"))
        self.assertEqual(["README.md:1: #x: there is no such heading"], self.broken("[a](#x)\n"))
        self.assertEqual(["README.md:1: ../x: outside of the tree"], self.broken("[a](../x)\n"))
        self.assertEqual(["README.md:1: a.svg: there is no such file"], self.broken('<img src="a.svg">\n'))

    def test_takes_no_code_for_a_link(self):
        self.assertEqual([], self.broken("```\n[a](gone.md)\n```\n`[a](gone.md)`\n"))

    def test_makes_the_anchors_of_github(self):
        self.assertEqual({"the-cli-apps-and-nodes", "tls-12", "a-link"},
                         anchors("# The CLI, apps and nodes\n## TLS 1.2\n### [A link](x.md)\n"))


if __name__ == "__main__":
    unittest.main()
