package io.seawall.proxy.cloudflare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.seawall.config.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCacheTest {
    @TempDir
    private Path folder = Path.of("");
    private final AtomicInteger reads = new AtomicInteger();
    private long now = -5;

    private KeyCache cache() {
        return new KeyCache(new KeySource(new Config.Access.Keys.Pinned(folder.resolve("keys.json"))), task -> {
            reads.incrementAndGet();
            task.run();
        }, () -> now);
    }

    private void publish(String text) throws IOException {
        Files.writeString(folder.resolve("keys.json"), text);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void readsAnewEachHour() throws IOException {
        publish(new Issuer("k1").jwks());
        KeyCache cache = cache();
        cache.refresh();
        publish(new Issuer("k2").jwks());
        pass(Duration.ofMinutes(59));
        cache.refresh();
        assertEquals(1, reads.get());
        pass(Duration.ofMinutes(1));
        cache.refresh();
        assertTrue(cache.find("k2").isPresent());
        assertTrue(cache.find("k1").isEmpty(), "a key that was withdrawn is gone");
    }

    @Test
    void readsForAnUnknownNameAtMostOnceAMinute() throws IOException {
        publish(new Issuer("k1").jwks());
        KeyCache cache = cache();
        cache.refresh();
        publish(new Issuer("k2").jwks());
        for (int i = 0; i < 100; i++) {
            assertTrue(cache.find("k2").isEmpty());
        }
        assertEquals(1, reads.get());
        pass(Duration.ofMinutes(1));
        cache.find("k2");
        assertEquals(2, reads.get());
        assertTrue(cache.find("k2").isPresent());
        assertEquals(2, reads.get());
    }

    @Test
    void keepsTheLastOnesWhenReadingFails() throws IOException {
        publish(new Issuer("k1").jwks());
        KeyCache cache = cache();
        cache.refresh();
        for (String trouble : new String[]{"", "{\"keys\":[]}", "<html>"}) {
            publish(trouble);
            pass(Duration.ofHours(2));
            cache.refresh();
            assertTrue(cache.isFilled());
            assertTrue(cache.find("k1").isPresent());
        }
        Files.delete(folder.resolve("keys.json"));
        pass(Duration.ofHours(2));
        cache.refresh();
        assertTrue(cache.find("k1").isPresent());
    }

    @Test
    void hasNoneUntilTheFirstReadingWorked() throws IOException {
        KeyCache cache = cache();
        cache.refresh();
        assertFalse(cache.isFilled());
        assertEquals(0, cache.size());
        publish(new Issuer("k1").jwks());
        assertFalse(cache.isFilled(), "it does not try again at once");
        pass(Duration.ofMinutes(1));
        assertTrue(cache.isFilled());
        assertEquals(1, cache.size());
    }

    @Test
    void saysWhyAPinnedFileCannotBeUsed() throws IOException {
        Path file = folder.resolve("keys.json");
        assertEquals(Optional.of(file + " cannot be read"), KeySource.objection(new Config.Access.Keys.Pinned(file)));
        publish("{}");
        assertEquals(Optional.of(file + " is no key set: no JSON object with keys (RFC 7517)"),
                KeySource.objection(new Config.Access.Keys.Pinned(file)));
        publish(new Issuer("k1").jwks());
        assertEquals(Optional.empty(), KeySource.objection(new Config.Access.Keys.Pinned(file)));
    }

    /// What the answer of an address comes to.
    private static String fetched(int status, byte[] body, String location) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            if (!location.isEmpty()) {
                exchange.getResponseHeaders().set("Location", location);
            }
            exchange.sendResponseHeaders(status, 0);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        try (KeySource source = new KeySource(new Config.Access.Keys.Fetched(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/certs")))) {
            return new String(source.read().join(), StandardCharsets.UTF_8);
        } catch (CompletionException e) {
            return "failed";
        } finally {
            server.stop(0);
        }
    }

    @Test
    void fetchesWhatIsSmallAndThere() throws IOException {
        assertEquals("{}", fetched(200, new byte[]{'{', '}'}, ""));
        assertEquals("failed", fetched(404, new byte[]{'{', '}'}, ""));
        assertEquals("failed", fetched(302, new byte[0], "/elsewhere"), "no redirect is followed");
        assertEquals(SigningKeys.LARGEST, fetched(200, new byte[SigningKeys.LARGEST], "").length());
        assertEquals("failed", fetched(200, new byte[SigningKeys.LARGEST + 1], ""));
    }
}
