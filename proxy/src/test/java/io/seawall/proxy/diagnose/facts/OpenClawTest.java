package io.seawall.proxy.diagnose.facts;

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
}
