package io.seawall.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

class OpenClawTest {
    @TempDir
    private Path root = Path.of("");

    private OpenClaw read(String json, String... included) throws IOException {
        Path folder = Files.createDirectories(root.resolve("state"));
        Files.writeString(folder.resolve("openclaw.json"), json);
        for (int i = 0; i < included.length; i += 2) {
            Files.writeString(folder.resolve(included[i]), included[i + 1]);
        }
        return OpenClaw.find(Map.of("OPENCLAW_STATE_DIR", "/state", "BIND", "loopback"), root);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ gateway: { bind: 'lan' } }", "{\"gateway\":{\"bind\":\"lan\",},}",
        "// a\n{ /* b */ 'gateway': { bind: \"lan\", port: +18789, x: .5, y: 1., } }",
        "{ gateway: { bind: 'l\\an' } }"})
    void readsJson5(String json) throws IOException {
        assertEquals("lan", read(json).text("gateway.bind"));
    }

    @Test
    void replacesReferences() throws IOException {
        OpenClaw openclaw = read("{ gateway: { bind: '${BIND}', auth: { token: '${MISSING}' } } }");
        assertEquals("loopback", openclaw.text("gateway.bind"));
        assertEquals("${MISSING}", openclaw.text("gateway.auth.token"));
    }

    @Test
    void takesIncludesUnderWhatTheFileSaysItself() throws IOException {
        OpenClaw openclaw = read(
                "{ $include: ['./a.json5', './b.json5'], gateway: { port: 1, auth: { $include: './auth.json5' } } }",
                "a.json5", "{ gateway: { bind: 'lan', port: 2 }, one: 1 }", "b.json5",
                "{ gateway: { bind: 'loopback' } }",
                "auth.json5", "{ mode: 'token' }");
        assertEquals("loopback", openclaw.text("gateway.bind"));
        assertEquals(1, openclaw.at("gateway.port").asInt());
        assertEquals(1, openclaw.at("one").asInt());
        assertEquals("token", openclaw.text("gateway.auth.mode"));
        assertEquals(4, openclaw.files().size());
    }

    @Test
    void survivesIncludesThatIncludeEachOther() throws IOException {
        OpenClaw openclaw = read("{ $include: './a.json5', x: 1 }", "a.json5", "{ $include: './openclaw.json', y: 2 }");
        assertEquals(2, openclaw.at("y").asInt());
    }

    @Test
    void namesWhatCannotBeRead() throws IOException {
        OpenClaw openclaw = read("{ $include: './gone.json5', gateway: {", "openclaw.json.bak", "{}");
        assertFalse(openclaw.isKnown());
        assertEquals(List.of(root.resolve("state/openclaw.json")), openclaw.unreadable());
        assertTrue(read("{ $include: './gone.json5' }").unreadable().contains(root.resolve("state/gone.json5")));
    }

    @ParameterizedTest
    @CsvSource({"HOME, /home/claw, home/claw/.openclaw", "OPENCLAW_STATE_DIR, /srv/state, srv/state",
        "X, y, home/node/.openclaw", "X, y, data/.openclaw"})
    void looksWhereItIs(String name, String value, String folder) throws IOException {
        Path state = Files.createDirectories(root.resolve(folder));
        Files.writeString(state.resolve("openclaw.json"), "{ found: 1 }");
        OpenClaw openclaw = OpenClaw.find(Map.of(name, value), root);
        assertEquals(state, openclaw.folder().orElseThrow());
        assertTrue(openclaw.isKnown());
    }

    @Test
    void takesTheFileThatIsNamed() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/claw.json"), "{ found: 1 }");
        assertEquals(1, OpenClaw.find(Map.of("OPENCLAW_CONFIG_PATH", "/etc/claw.json"), root).at("found").asInt());
    }

    @ParameterizedTest
    @CsvSource({"2026.3.1, 2026.3.2, -1", "2026.3.2, 2026.3.2, 0", "2026.10.1, 2026.9.6, 1", "v2026.1.29, 2026.1.29, 0",
        "2026.3.2-1, 2026.3.2, 0", "2025.12.31, 2026.1.20, -1", "x, 2026.1.20, -1"})
    void comparesVersions(String one, String other, int order) {
        assertEquals(order, Integer.signum(Advisories.compare(one, other)));
    }

    @Test
    void knowsAdvisoriesAndWhatIsFreeOfThem() {
        Advisories advisories = Advisories.ofTree();
        assertTrue(advisories.date().matches("20\\d\\d-\\d\\d-\\d\\d"), advisories.date());
        List<Advisories.Advisory> known = advisories.of("2026.4.1");
        assertEquals(List.of("GHSA-68x5-xx89-w9mm", "CVE-2026-53821", "CVE-2026-53832"),
                known.stream().map(Advisories.Advisory::id).toList());
        assertEquals("2026.5.18", advisories.fixed(known));
        assertEquals(List.of(), advisories.of("2026.9.6"));
    }

    @ParameterizedTest
    @CsvSource({"abcdefghijkl, 20", "aaaaaaaaaaaa, 20", "123456789012, 20"})
    void thinksLittleOfWhatIsInARow(String password, int atMost) {
        assertTrue(Guessing.bits(password) <= atMost, password + ": " + Guessing.bits(password));
    }

    @ParameterizedTest
    @CsvSource({"seven calm otters swim home, 50", "k7Qz9mXw2Lp4, 60", "0f3a9b7c5d1e8f2a4b6c, 60"})
    void thinksEnoughOfWhatIsRandom(String password, int atLeast) {
        assertTrue(Guessing.bits(password) >= atLeast, password + ": " + Guessing.bits(password));
    }
}
