package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A Seawall of its own process, which gets SIGHUP, or finds that a file of its configuration has changed.
@Timeout(120)
final class SighupIT {
    private static final String NEW_TOKEN = "5e0a7c9342d81f6b90b3e6f4a1278dc5";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder = Path.of("");

    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .answering(request -> ScriptedUpstream.ok(request.target()));
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private @Nullable Process started;

    SighupIT() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        settings.putAll(RunningServer.environment(folder.resolve("state"), upstream.port(), "SEAWALL_TLS=off",
                "SEAWALL_LOG=json"));
        settings.remove("OPENCLAW_GATEWAY_TOKEN");
        settings.put("OPENCLAW_GATEWAY_TOKEN_FILE", "token");
        write("token", RunningServer.GATEWAY_TOKEN);
        configure();
        launch();
    }

    /// @param through what starts it
    private void launch(String... through) throws IOException {
        begin(through);
        await("listening", 1);
    }

    private void begin(String... through) throws IOException {
        List<String> command = new ArrayList<>(List.of(through));
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx128m",
                "-Xlog:class+load:file=" + folder.resolve("classes"), "-cp",
                System.getProperty("java.class.path"), "io.seawall.proxy.cli.Main", "run"));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(output().toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(SEAWALL_|AUTH_|OPENCLAW_|HOOKS_).*|PORT"));
        started = builder.start();
    }

    @Test
    void saysWhereNobodyCanTellIt() throws Exception {
        process().destroy();
        assertTrue(process().waitFor(20, TimeUnit.SECONDS));
        launch("sh", "-c", "trap '' HUP; exec \"$@\"", "sh"); // as nohup does
        await("SIGHUP is ignored here, as under nohup; changed files are taken over all the same", 1);
        hangUp();
        configure("SEAWALL_STRIP_HEADERS=x-other");
        assertEquals("file", await("configuration reloaded", 1).path("cause").asText());
    }

    @Test
    void survivesItWhileItStarts() throws Exception {
        process().destroy();
        assertTrue(process().waitFor(20, TimeUnit.SECONDS));
        Files.delete(folder.resolve("classes")); // of the one before
        begin();
        // the first thing that is done behind the rule
        eventually("a start", () -> loaded("io.seawall.proxy.server.Preload ") || !process().isAlive());
        for (int i = 0; i < 3; i++) {
            hangUp();
        }
        await("listening", 1);
        assertEquals("SIGHUP", await("configuration unchanged", 1).path("cause").asText());
    }

    private boolean loaded(String type) {
        try {
            return Files.readString(folder.resolve("classes")).contains(type);
        } catch (IOException e) {
            return false;
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        process().destroy();
        if (!process().waitFor(20, TimeUnit.SECONDS)) {
            process().destroyForcibly();
        }
        http.shutdownNow();
        upstream.close();
    }

    private Process process() {
        return Objects.requireNonNull(started);
    }

    private Path output() {
        return folder.resolve("output");
    }

    /// Replaced at once, as an editor does.
    private void write(String name, String text) throws IOException {
        Path next = Files.writeString(folder.resolve(name + ".new"), text);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
        Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private void configure(String... lines) throws IOException {
        for (String line : lines) {
            int equals = line.indexOf('=');
            settings.put(line.substring(0, equals), line.substring(equals + 1));
        }
        StringBuilder text = new StringBuilder();
        settings.forEach((name, value) -> text.append(name).append("='").append(value).append("'\n"));
        write(".env", text.toString());
    }

    private void hangUp() throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("kill", "-HUP", Long.toString(process().pid())).start().waitFor());
    }

    private List<JsonNode> lines(String message) {
        List<JsonNode> found = new ArrayList<>();
        try {
            String text = Files.readString(output());
            text.substring(0, text.lastIndexOf('\n') + 1).lines().filter(line -> line.startsWith("{"))
                    .forEach(line -> {
                        try {
                            JsonNode node = JSON.readTree(line);
                            if (node.path("message").asText().startsWith(message)) {
                                found.add(node);
                            }
                        } catch (JsonProcessingException e) {
                            throw new AssertionError(line, e);
                        }
                    });
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    /// The nth line with that message.
    private JsonNode await(String message, int count) {
        eventually(message, () -> lines(message).size() >= count || !process().isAlive());
        assertTrue(process().isAlive(), () -> "it has ended: " + read());
        return lines(message).get(count - 1);
    }

    private String read() {
        try {
            return Files.readString(output());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> get(String port, String path, String token) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .header("Authorization", "Bearer " + token).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private int models(String token) {
        return get(settings.getOrDefault("PORT", ""), "/v1/models", token).statusCode();
    }

    private String admin(String path) {
        String address = settings.getOrDefault("SEAWALL_ADMIN", "");
        return get(address.substring(address.indexOf(':') + 1), path, "none").body();
    }

    @Test
    void takesWhatHasChangedWhenItIsToldTo() throws Exception {
        configure("SEAWALL_PUBLIC_PATHS=/slack/events", "AUTH_PASSWORD=nine loud walruses");
        hangUp();
        JsonNode line = await("configuration reloaded", 1);
        assertEquals("SIGHUP", line.path("cause").asText());
        assertEquals("AUTH_PASSWORD, SEAWALL_PUBLIC_PATHS", line.path("changed").asText());
        assertFalse(read().contains("walruses"), read());
        hangUp();
        await("configuration unchanged", 1);
        assertTrue(admin("/metrics").contains("seawall_config_reloads_total{outcome=\"ok\"} 1.0"));
        assertTrue(admin("/metrics").contains("seawall_config_reloads_total{outcome=\"unchanged\"} 1.0"));
    }

    @Test
    void findsASecretThatWasReplacedInItsFile() throws Exception {
        write("token", NEW_TOKEN + "\n" + RunningServer.GATEWAY_TOKEN + "\n");
        JsonNode line = await("configuration reloaded", 1);
        assertEquals("file", line.path("cause").asText());
        assertEquals("OPENCLAW_GATEWAY_TOKEN, OPENCLAW_GATEWAY_TOKEN_PREVIOUS", line.path("changed").asText());
        assertEquals(200, models(NEW_TOKEN));
        assertEquals(200, models(RunningServer.GATEWAY_TOKEN));
        write("token", NEW_TOKEN + "\n");
        assertEquals("OPENCLAW_GATEWAY_TOKEN_PREVIOUS",
                await("configuration reloaded", 2).path("changed").asText());
        assertEquals(401, models(RunningServer.GATEWAY_TOKEN));
        assertEquals(200, models(NEW_TOKEN));
    }

    @Test
    void takesNothingFromAFileThatIsStillBeingWritten() throws Exception {
        // two looks and more; none of these is there for as long as it takes to be seen twice
        for (int i = 0; i < 60; i++) {
            write("token", "half-written " + i);
            Thread.sleep(200);
        }
        write("token", NEW_TOKEN);
        await("configuration reloaded", 1);
        assertEquals(List.of(), lines("configuration refused"));
        assertEquals(200, models(NEW_TOKEN));
    }

    @Test
    void writesLessOrMoreWhenTheLevelChanges() throws Exception {
        assertEquals(200, models(RunningServer.GATEWAY_TOKEN));
        await("request", 1);
        configure("SEAWALL_LOG_LEVEL=warning");
        hangUp();
        assertEquals("SEAWALL_LOG_LEVEL", await("configuration reloaded", 1).path("changed").asText());
        assertEquals(200, models(RunningServer.GATEWAY_TOKEN));
        assertEquals(401, models("wrong"));
        await("auth_failure layer=gateway reason=wrong_token", 1);
        configure("SEAWALL_LOG_LEVEL=info");
        hangUp();
        await("configuration reloaded", 2);
        assertEquals(200, models(RunningServer.GATEWAY_TOKEN));
        await("request", 2);
        assertEquals(2, lines("request").size(), "none of those in between");
    }

    @Test
    void keepsWhatItHasWhereTheNewOneWouldBeRefusedAtAStart() throws Exception {
        configure("SEAWALL_READ_TIMEOUT=never", "AUTH_PASSWORD=short");
        hangUp();
        String refusal = await("configuration refused", 1).path("message").asText();
        assertTrue(refusal.contains("SEAWALL_READ_TIMEOUT: never") && refusal.contains("AUTH_PASSWORD: too short"),
                refusal);
        assertEquals(200, models(RunningServer.GATEWAY_TOKEN));
        assertTrue(admin("/readyz").contains("configuration refused: "), admin("/readyz"));
        assertTrue(admin("/metrics").contains("seawall_config_reloads_total{outcome=\"refused\"} 1.0"));

        configure("SEAWALL_READ_TIMEOUT=86400", "AUTH_PASSWORD=" + RunningServer.PASSWORD);
        hangUp();
        await("configuration unchanged", 1);
        assertFalse(admin("/readyz").contains("configuration refused"));
    }

    @Test
    void refusesAsAWholeWhatOnlyAStartCanTakeOver() throws Exception {
        configure("SEAWALL_ADMIN=off", "SEAWALL_PUBLIC_PATHS=/slack/events");
        hangUp();
        String refusal = await("configuration refused", 1).path("message").asText();
        assertTrue(refusal.endsWith(
                "SEAWALL_ADMIN: changed while Seawall runs (expected: what it was at the start). Fix: restart Seawall"),
                refusal);
        assertEquals(401, get(settings.getOrDefault("PORT", ""), "/slack/events", "none").statusCode(),
                "the rest of it is not in force either");
    }
}
