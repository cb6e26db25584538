import unittest

from dockerfile import objections

GOOD = """# comment
ARG BASE=debian:bookworm-20260101
FROM ${BASE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc \\
    # why
    && rm -rf /var/lib/apt/lists/*
FROM scratch
COPY --from=build /a /a
USER 1000:1000
HEALTHCHECK CMD ["a", "health"]
ENTRYPOINT ["a"]
"""


class DockerfileTest(unittest.TestCase):
    def refuses(self, what, old, new):
        self.assertIn(old, GOOD)
        found = objections(GOOD.replace(old, new))
        self.assertEqual(1, len(found), found)
        self.assertIn(what, found[0])

    def test_has_nothing_against_a_good_one(self):
        self.assertEqual([], objections(GOOD))

    def test_takes_a_digest_and_an_earlier_stage(self):
        self.assertEqual([], objections(GOOD.replace("debian:bookworm-20260101", "debian@sha256:" + "0a" * 32)))
        self.assertEqual([], objections(GOOD.replace("FROM scratch", "FROM build")))

    def test_refuses_a_base_without_a_version(self):
        for base in ("debian", "debian:latest", "registry:5000/debian"):
            self.refuses("no version", "debian:bookworm-20260101", base)

    def test_refuses_root(self):
        self.refuses("runs as root", "USER 1000:1000\n", "")
        self.refuses("runs as seawall", "USER 1000:1000", "USER seawall")
        self.refuses("runs as 0", "USER 1000:1000", "USER 0")

    def test_counts_only_the_user_of_the_last_stage(self):
        self.refuses("runs as root", "COPY --from=build /a /a\nUSER 1000:1000", "COPY --from=build /a /a")
        self.assertEqual(1, len(objections(GOOD.replace("USER 1000:1000\n", "").replace("FROM scratch", "USER 1\nFROM scratch"))))

    def test_refuses_add(self):
        self.refuses("ADD", "COPY --from=build /a /a", "ADD https://example.org/a /a")

    def test_refuses_apt_that_leaves_its_lists_and_recommended_packages(self):
        self.refuses("lists", " \\\n    # why\n    && rm -rf /var/lib/apt/lists/*", "")
        self.refuses("recommends", " --no-install-recommends", "")
        self.refuses("upgrade", "apt-get update", "apt-get update && apt-get upgrade -y")

    def test_refuses_sudo_and_what_is_piped_into_a_shell(self):
        self.refuses("sudo", "apt-get update", "sudo apt-get update")
        self.refuses("unread", "apt-get update", "curl https://example.org | sh; apt-get update")

    def test_refuses_a_secret_and_commands_by_a_shell(self):
        self.refuses("secret", "USER 1000", "ENV AUTH_PASSWORD=otters\nUSER 1000")
        self.refuses("JSON list", 'ENTRYPOINT ["a"]', "ENTRYPOINT a")

    def test_refuses_an_image_without_a_health_check(self):
        self.refuses("HEALTHCHECK", 'HEALTHCHECK CMD ["a", "health"]\n', "")


if __name__ == "__main__":
    unittest.main()
