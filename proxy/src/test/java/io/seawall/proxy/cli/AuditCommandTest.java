package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.seawall.config.load.DotEnv;
import io.seawall.proxy.server.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private World world(String... lines) {
        Map<String, String> environment = new LinkedHashMap<>(TestConfig.environment(
                "SEAWALL_STATE_DIR=" + folder.resolve("data"), "SEAWALL_ALLOW_ROOT=true",
                "SEAWALL_UPSTREAM=127.0.0.1:9", "OPENCLAW_STATE_DIR=" + folder.resolve("openclaw")));
        for (String line : lines) {
            int equals = line.indexOf('=');
            environment.put(line.substring(0, equals), line.substring(equals + 1));
        }
        environment.values().removeIf(String::isEmpty);
        return new World(folder, environment);
    }

    private void openclaw(String json) throws IOException {
        Path state = Files.createDirectories(folder.resolve("openclaw"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        Path file = state.resolve("openclaw.json");
        Files.writeString(file, json);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static JsonNode finding(World world, String id) throws IOException {
        for (JsonNode finding : JsonMapper.builder().build().readTree(world.out()).path("findings")) {
            if (finding.path("id").asText().equals(id)) {
                return finding;
            }
        }
        throw new AssertionError(id + " is missing: " + world.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--html|unknown option --html",
        "--only|--only: without a value (expected: ids, or groups of them, comma-separated)",
        "--only nets|no check is called nets (expected: a group or an id of seawall audit --json; groups: ",
        "--skip container.user|--skip: container.user (expected: ID=REASON)",
        "--skip container.user=|--skip: container.user= (expected: ID=REASON)",
        "--skip nobody=x|no check is called nobody (expected: an id of seawall audit --json; groups: binding ",
        "--json --markdown|--markdown: not with --json (expected: one of the two)",
        "--only=biding|no check is called biding; did you mean binding? (expected: a group or an id of ",
        "--skip=kyes.env-mode=x|no check is called kyes.env-mode; did you mean keys.env-mode? (expected: an id of ",
        "--only=nets|no check is called nets (expected: a group or an id of seawall audit --json; groups: ",
        "--skip=nobody=x|no check is called nobody (expected: an id of seawall audit --json; groups: binding ",
        "--yes|--yes: without --fix there is nothing to agree to"})
    void saysWhatIsWrongWithItsArguments(String arguments, String error) {
        List<String> words = new ArrayList<>(List.of(arguments.split(" ")));
        words.addFirst("audit");
        World world = world();
        assertEquals(2, world.run(words.toArray(String[]::new)));
        assertTrue(world.err().startsWith("seawall audit: " + error), world.err());
        assertTrue(world.err().endsWith("(see: seawall audit --help)\n"), world.err());
        assertTrue(world.err().length() < 250, world.err());
        assertEquals("", world.out());
    }

    @Test
    void findsWhatTheConfigurationIsRefusedFor() throws IOException {
        World world = world("AUTH_PASSWORD=changeme");
        assertEquals(1, world.run("audit", "--json", "--only", "layers"));
        JsonNode finding = finding(world, "layers.password");
        assertEquals("fail", finding.path("status").asText());
        assertEquals("critical", finding.path("severity").asText());
        assertEquals("AUTH_PASSWORD: too short, 8 characters", finding.path("found").asText());
    }

    @Test
    void readsAnOpenDotEnvAndSaysThatItIs() throws IOException {
        Path file = folder.resolve(".env");
        Files.writeString(file, "OPENCLAW_GATEWAY_TOKEN=abc\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        World world = world();
        world.run("audit", "--json");
        assertEquals("fail", finding(world, "keys.env-mode").path("status").asText());
        assertEquals(file + " has mode 644", finding(world, "keys.env-mode").path("found").asText());
    }

    @Test
    void exitsByWhetherAnythingIsWrong() throws IOException {
        openclaw("{ gateway: { bind: 'loopback' } }");
        assertEquals(0, world().run("audit", "--only", "binding.config"));
        openclaw("{ gateway: { } }");
        assertEquals(1, world().run("audit", "--only", "binding.config"));
        openclaw("{ gateway: { bind: 'lan' } }");
        assertEquals(1, world().run("audit", "--only", "binding.config"));
        assertEquals(0, world().run("audit", "--only", "binding.config", "--skip", "binding.config=a lab of mine"));
    }

    @Test
    void mendsWhatNeedsNoQuestion() throws Exception {
        openclaw("{ gateway: { bind: 'loopback' } }");
        Path json = folder.resolve("openclaw/openclaw.json");
        Files.setPosixFilePermissions(json, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(folder.resolve("openclaw"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = folder.resolve(".env");
        Files.writeString(file, "PORT=8443");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        World world = world("AUTH_PASSWORD=", "OPENCLAW_GATEWAY_TOKEN=", "HOOKS_TOKEN=");
        assertEquals(0, world.run("audit", "--fix", "--yes", "--only", "openclaw.file-modes,keys.env-mode"),
                world::out);
        assertEquals(List.of("will chmod 600 " + file, "will chmod 700 " + folder.resolve("openclaw"),
                "will chmod 600 " + json, "will add a new AUTH_PASSWORD to " + file,
                "will add a new OPENCLAW_GATEWAY_TOKEN to " + file, "will add a new HOOKS_TOKEN to " + file, "done"),
                world.out().lines().limit(7).toList());
        Map<String, String> written = DotEnv.read(file);
        assertEquals("8443", written.get("PORT"));
        assertEquals(64, written.getOrDefault("OPENCLAW_GATEWAY_TOKEN", "").length());
        assertFalse(world.out().contains(written.getOrDefault("AUTH_PASSWORD", "?")), "shown");
        assertEquals(4, written.size());

        World again = world("AUTH_PASSWORD=", "OPENCLAW_GATEWAY_TOKEN=", "HOOKS_TOKEN=");
        again.run("audit", "--fix", "--yes", "--only", "keys.env-mode");
        assertTrue(again.out().startsWith("nothing that can be fixed without asking what you meant\n"), again::out);
    }

    @Test
    void aCriticalFindingKeepsSeawallFromStartingUnlessItIsAccepted() throws IOException {
        openclaw("{ gateway: { auth: { mode: 'none' } } }");
        World world = world();
        assertEquals(2, world.run("check"));
        assertEquals("""
                seawall: refused, 1 problem

                  openclaw.auth: gateway.auth.mode is none
                    expected: OpenClaw asks for its own token
                    fix:      gateway.auth.mode: "token", or accept it: SEAWALL_ACCEPT_RISK=openclaw.auth
                """, world.err());
        assertEquals(0, world("SEAWALL_ACCEPT_RISK=openclaw.auth").run("check"));
        World misled = world("SEAWALL_ACCEPT_RISK=openclaw.sandbox");
        assertEquals(2, misled.run("check"));
        assertTrue(
                misled.err()
                        .contains("  SEAWALL_ACCEPT_RISK: openclaw.sandbox\n    expected: one of binding.listener, "),
                misled.err());
    }
}
