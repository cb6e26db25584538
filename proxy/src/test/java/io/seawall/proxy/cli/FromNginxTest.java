package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Key;
import io.seawall.host.Printable;
import io.seawall.proxy.server.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FromNginxTest {
    private static final String NEXT = """

            OpenClaw has to know Seawall, in openclaw.json: gateway.bind: "loopback", and
            gateway.trustedProxies: ["127.0.0.1"]. Then: seawall check
            """;

    @TempDir
    private Path folder = Path.of("");

    private World given(String... lines) {
        return new World(folder, TestConfig.environment(lines));
    }

    @Test
    void saysOfEachVariableWhatBecomesOfIt() throws IOException {
        Path file = Files.writeString(folder.resolve("old.env"), """
                PATH=/usr/bin
                PORT=8080
                AUTH_USERNAME=
                AUTH_PASSWORD=hunter2
                OPENCLAW_GATEWAY_TOKEN=8d1f4b7e02c95a63f0e8b21d7c6a9435
                OPENCLAW_STATE_DIR=/data/.openclaw
                OPENCLAW_CONFIG_JSON={"agents":{}}
                ANTHROPIC_API_KEY=sk-ant-1
                COOLIFY_URL=https://claw.example.com
                """);
        World world = new World(folder, Map.of("AUTH_PASSWORD", TestConfig.PASSWORD));

        assertEquals(2, world.run("check", "--from-nginx", file.getFileName().toString()));
        assertEquals(
                """
                        kept, under the same name
                          AUTH_PASSWORD             REFUSED as it is, see below; for people, and
                                                    required: asked for once, then there is a session
                          OPENCLAW_GATEWAY_TOKEN    for API clients; no longer given to everybody who
                                                    has the password, so each browser is asked for it,
                                                    and approved, once
                          PORT                      https now; plain http only with SEAWALL_TLS=off,
                                                    behind SEAWALL_TRUSTED_PROXIES

                        not read by Seawall: do this instead
                          COOLIFY_URL               the host in it in SEAWALL_HOSTS
                          OPENCLAW_CONFIG_JSON      its script wrote this into openclaw.json, where it
                                                    still is if you keep the volume; from now on edit it
                                                    there

                        OpenClaw's: leave it with OpenClaw, Seawall needs none of it
                          ANTHROPIC_API_KEY OPENCLAW_STATE_DIR
                        """
                        + NEXT,
                world.out());
        assertEquals("""
                seawall: refused, 1 problem

                  AUTH_PASSWORD: too short, 7 characters
                    expected: at least 12 characters, no placeholder
                    fix:      set AUTH_PASSWORD to the output of: ./seawall gen-token
                """, world.err());
    }

    @Test
    void readsTheUsualEnvironmentWhereNoFileIsNamed() {
        World world = given("SEAWALL_HOSTS=");

        assertEquals(0, world.run("check", "--from-nginx"));
        assertTrue(world.out().startsWith("kept, under the same name\n  AUTH_PASSWORD "), world.out());
        assertTrue(world.out().endsWith(NEXT), world.out());
        assertEquals("", world.err());
    }

    /// What that image accepted, or did without.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"AUTH_PASSWORD=|AUTH_PASSWORD|2",
        "HOOKS_TOKEN=|HOOKS_TOKEN|2", "HOOKS_TOKEN=my-hook-secret|HOOKS_TOKEN|2",
        "OPENCLAW_GATEWAY_TOKEN=my-token|OPENCLAW_GATEWAY_TOKEN|2",
        "HOOKS_TOKEN=8d1f4b7e02c95a63f0e8b21d7c6a9435|HOOKS_TOKEN|2",
        "OPENCLAW_GATEWAY_BIND=lan|OPENCLAW_GATEWAY_BIND|3",
        "OPENCLAW_ALLOWED_ORIGINS=[\"https://claw.example.com\"]|OPENCLAW_ALLOWED_ORIGINS|2",
        "PORT=18789|PORT|2", "HOOKS_PATH=/|HOOKS_PATH|2"})
    void namesWhatIsRefusedNow(String line, String key, int code) {
        World world = given(line);

        assertEquals(code, world.run("check", "--from-nginx"));
        assertTrue(world.err().startsWith("seawall: refused, 1 problem\n\n  " + key + ": "), world.err());
    }

    @Test
    void repeatsNoValue() {
        World world = given("AUTH_PASSWORD=hunter2", "TELEGRAM_BOT_TOKEN=hunter3",
                "OPENCLAW__channels__x__token=hunter4",
                "OPENCLAW_CONFIG_JSON=hunter5", "OPENAI_API_KEY=hunter6");
        world.run("check", "--from-nginx");

        assertFalse((world.out() + world.err()).contains("hunter"));
        for (String name : List.of("AUTH_PASSWORD", "TELEGRAM_BOT_TOKEN", "OPENCLAW__channels__x__token",
                "OPENAI_API_KEY")) {
            assertTrue(world.out().contains(name), name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SLACK_WEBHOOK_PATH=/slack/events|SEAWALL_PUBLIC_PATHS",
        "BROWSER_CDP_URL=http://browser:9223|/browser/",
        "OPENCLAW__hooks__enabled=true|HOOKS_ENABLED", "OPENCLAW_DOCKER_INIT_SCRIPT=/x.sh|gone with it",
        "OPENCLAW_CUSTOM_CONFIG=/x.json|openclaw.json"})
    void saysWhatToDoInstead(String given) {
        World world = given(given.replaceFirst("\\|.*", ""));
        world.run("check", "--from-nginx");

        String name = given.replaceFirst("=.*", "");
        String line = world.out().replaceAll("\\n {3,}", " ").lines().filter(l -> l.startsWith("  " + name + " "))
                .findFirst().orElseThrow();
        assertTrue(line.contains(given.replaceFirst(".*\\|", "")), line);
    }

    @Test
    void fitsIntoEightyColumns() {
        World world = given("PORT=8443", "OPENCLAW_ALLOWED_ORIGINS=https://claw.example.com", "COOLIFY_URL=x",
                "SLACK_WEBHOOK_PATH=/x", "BROWSER_CDP_URL=x", "OPENCLAW_CUSTOM_CONFIG=x", "OPENCLAW_PRIMARY_MODEL=x",
                "TELEGRAM_BOT_TOKEN=x", "DISCORD_BOT_TOKEN=x", "SLACK_BOT_TOKEN=x", "OPENAI_API_KEY=x");
        world.run("check", "--from-nginx");
        assertEquals(List.of(), world.out().lines().filter(line -> line.length() > Columns.WIDTH).toList());
    }

    /// A key that Seawall reads and that image did not has nothing to be said about.
    @Test
    void promisesToKeepOnlyWhatSeawallReads() {
        World world = given("PORT=8443", "AUTH_USERNAME=me", "OPENCLAW_GATEWAY_PORT=18789",
                "OPENCLAW_GATEWAY_BIND=loopback",
                "OPENCLAW_ALLOWED_ORIGINS=https://claw.example.com", "COOLIFY_FQDN=claw.example.com",
                "HOOKS_PATH=/hooks");
        assertEquals(0, world.run("check", "--from-nginx"));

        List<String> kept = world.out().lines().skip(1).takeWhile(line -> !line.isEmpty())
                .filter(line -> !line.startsWith("   ")).map(line -> line.strip().split(" ")[0])
                .toList();
        assertEquals(11, kept.size(), kept.toString());
        List<String> keys = java.util.Arrays.stream(Key.values()).map(Key::variable).toList();
        assertTrue(keys.containsAll(kept), kept.toString());
        assertFalse(world.out().contains("SEAWALL_HOSTS "));
    }

    @Test
    void saysWhereThereIsNothing() {
        World world = new World(folder, Map.of("PATH", "/usr/bin"));

        assertEquals(2, world.run("check", "--from-nginx"));
        assertTrue(world.out().startsWith("nothing is set here that the nginx image reads\n"), world.out());
    }

    @Test
    void refusesAFileThatIsNoEnvironment() throws IOException {
        Files.writeString(folder.resolve("nginx.conf"), "server {\n}\n");
        for (String file : List.of("nginx.conf", "absent", "\0")) {
            World world = given();
            assertEquals(2, world.run("check", "--from-nginx", file));
            assertTrue(
                    world.err().startsWith(
                            "seawall check: " + Printable.line(file) + " cannot be read as NAME=value lines"),
                    world.err());
        }
    }

    @Test
    void refusesAnotherOption() {
        World world = given();

        assertEquals(2, world.run("check", "--from-apache"));
        assertEquals("seawall check: unknown option --from-apache (see: seawall check --help)\n", world.err());
    }
}
