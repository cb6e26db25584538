package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seawall.proxy.server.TestConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorCommandTest {
    @TempDir
    private Path folder = Path.of("");

    /// Where neither a gateway nor a Seawall runs.
    private World nobody() throws IOException {
        return new World(folder, TestConfig.environment("PORT=" + free(), "SEAWALL_BIND=127.0.0.1",
                "SEAWALL_UPSTREAM=127.0.0.1:" + free(), "SEAWALL_STATE_DIR=" + folder, "SEAWALL_ALLOW_ROOT=true"));
    }

    private static int free() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return probe.getLocalPort();
        }
    }

    @Test
    void saysForPeopleWhatIsWrongAndWhatToDo() throws IOException {
        World world = nobody();

        assertEquals(1, world.run("doctor"));
        String[] lines = world.out().split("\n");
        assertTrue(lines[0].matches("fail    gateway\\.reachable  Nothing listens on 127\\.0\\.0\\.1:\\d+\\."),
                lines[0]);
        assertTrue(lines[1].startsWith("        fix: start OpenClaw (openclaw gateway run)"), lines[1]);
        assertEquals("skipped gateway.attribution, gateway.token, gateway.origins, gateway.clock"
                + "  Not asked: gateway.reachable comes first.", lines[2]);
        assertEquals("2 fail, 9 skipped", lines[lines.length - 1]);
        assertEquals("", world.err());
        hidesSecrets(world);
    }

    @Test
    void saysTheSameForScripts() throws IOException {
        World world = nobody();

        assertEquals(1, world.run("doctor", "--json"));
        JsonNode report = new ObjectMapper().readTree(world.out());
        assertEquals("gateway.reachable", report.at("/findings/0/id").asText());
        assertEquals("fail", report.at("/findings/0/status").asText());
        assertTrue(report.at("/findings/0/found").asText().startsWith("Nothing listens"));
        assertTrue(report.at("/findings/0/fix").asText().startsWith("start OpenClaw"));
        assertEquals(2, report.at("/summary/fail").asInt());
        assertEquals(9, report.at("/summary/skipped").asInt());
        assertEquals(0, report.at("/summary/pass").asInt(-1));
        hidesSecrets(world);
    }

    private static void hidesSecrets(World world) {
        for (String secret : new String[]{TestConfig.PASSWORD, TestConfig.GATEWAY_TOKEN, TestConfig.HOOKS_TOKEN}) {
            assertFalse((world.out() + world.err()).contains(secret));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://claw.example.com", "claw.example.com", "https://", "https://claw.example.com/chat",
        "https://claw.example.com?x", "ftp://claw.example.com", "https://claw.example.com:99999"})
    void refusesWhatIsNoPublicAddress(String url) {
        World world = new World(folder, Map.of());

        assertEquals(2, world.run("doctor", "--url", url));
        assertEquals("seawall doctor: --url: " + url
                + " (expected: https://NAME or https://NAME:PORT) (see: seawall doctor --help)\n", world.err());
    }

    @Test
    void repeatsNoPasswordOfAnAddress() {
        World world = new World(folder, Map.of());

        assertEquals(2, world.run("doctor", "--url", "https://admin:otters@claw.example.com"));
        assertEquals("seawall doctor: --url: https://…@claw.example.com (expected: https://NAME or https://NAME:PORT)"
                + " (see: seawall doctor --help)\n",
                world.err());
    }

    @Test
    void refusesAnAddressThatIsMissing() {
        World world = new World(folder, Map.of());

        assertEquals(2, world.run("doctor", "--json", "--url"));
        assertEquals("seawall doctor: --url: without a value (expected: https://NAME or https://NAME:PORT)"
                + " (see: seawall doctor --help)\n",
                world.err());
    }

    @Test
    void saysEveryProblemOfAConfigurationThatIsRefused() {
        World world = new World(folder, Map.of());

        assertEquals(2, world.run("doctor"));
        assertTrue(world.err().startsWith("seawall: refused, 2 problems\n"), world.err());
    }
}
