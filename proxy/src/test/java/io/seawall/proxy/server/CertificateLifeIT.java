package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.proxy.server.ScriptedUpstream.Connection;
import io.seawall.proxy.server.WireReader.Message;
import io.seawall.proxy.tls.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Certificates that change while Seawall runs, whose files a local CA of the test makes.
@Timeout(90)
final class CertificateLifeIT {
    private static final int RELOADS = 20;
    private static final int BLOCK = 1 << 18;
    private static final SequencedSet<String> NAMES = names("first.example", "localhost", "127.0.0.1");
    private static final SequencedSet<String> OTHERS = names("second.example", "localhost", "127.0.0.1");

    @TempDir
    private Path state = Path.of("");

    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .answering(request -> ScriptedUpstream.ok(request.target()));

    CertificateLifeIT() throws IOException {}

    @AfterEach
    void stop() {
        upstream.close();
    }

    private static SequencedSet<String> names(String... names) {
        return new LinkedHashSet<>(List.of(names));
    }

    private LocalCa authority() throws UnusableCertificateException {
        return LocalCa.open(state, names("first.example", "second.example", "localhost", "127.0.0.1"),
                Clock.systemUTC());
    }

    /// Serves the files that the authority writes, as it would those of another source.
    private RunningServer startWithFiles() throws UnusableCertificateException {
        authority().renew(NAMES);
        return RunningServer.start(state, upstream.port(), "SEAWALL_TLS=files",
                "SEAWALL_TLS_CERT=" + state.resolve("server.pem"), "SEAWALL_TLS_KEY=" + state.resolve("server.key"));
    }

    /// The fingerprint that a new connection gets.
    private static String served(RunningServer server) {
        return KeyMaterial.fingerprint(server.served());
    }

    /// What is found counts when it was there twice.
    private static void settle(RunningServer server) {
        server.server().checkCertificates();
        server.server().checkCertificates();
    }

    @Test
    void loseNoByteOfWhatIsOpenWhenTheyAreReplaced() throws Exception {
        byte[] body = new byte[RELOADS * BLOCK];
        new Random(7).nextBytes(body);
        Semaphore events = new Semaphore(0);
        Semaphore blocks = new Semaphore(0);
        upstream.script(connection -> {
            Message head = connection.in.head();
            if (head.target().equals("/")) {
                connection.in.pushBack(head);
                Frames.echo(connection);
            } else if (head.target().equals("/v1/events")) {
                stream(connection, events);
            } else {
                download(connection, blocks, body);
            }
        });
        try (RunningServer server = startWithFiles();
                RawClient listener = server.raw();
                RawClient loader = server.raw()) {
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Integer> talk = background(() -> talk(server, over));
            listener.head("GET /v1/events", "Authorization: " + BEARER);
            Message stream = listener.in.head();
            assertEquals(200, stream.status());
            loader.head("GET /v1/files", "Authorization: " + BEARER);
            Message download = loader.in.head();
            CompletableFuture<byte[]> loaded = background(() -> loader.in.exactly(body.length));
            assertEquals(Integer.toString(body.length), download.one("Content-Length"));

            for (int i = 0; i < RELOADS; i++) {
                blocks.release();
                KeyMaterial next = authority().renew(NAMES);
                settle(server);
                assertEquals(next.fingerprint(), served(server));
                events.release();
                assertEquals("data: " + i + "\n\n", listener.in.chunk());
            }
            assertArrayEquals(body, loaded.get());
            over.set(true);
            assertTrue(talk.get() > RELOADS, "messages went back and forth all the time: " + talk.get());
            assertEquals(RELOADS, server.metric("seawall_certificate_reloads_total{outcome=\"ok\"}"));
            assertEquals(0, server.metric("seawall_certificate_reloads_total{outcome=\"refused\"}"));
            assertEquals(1, upstream.traffic().stream().filter(c -> c.in.seen().contains("GET / ")).count());
        }
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> CompletableFuture<T> background(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(work.run());
            } catch (Exception | AssertionError e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /// One WebSocket, one message after the other.
    private static int talk(RunningServer server, AtomicBoolean over) {
        Conversation conversation = new Conversation(server, "/", "Authorization", BASIC);
        int messages = 0;
        while (!over.get()) {
            conversation.text("message " + messages);
            assertEquals("text message " + messages, conversation.next());
            messages++;
        }
        conversation.socket().abort();
        return messages;
    }

    private static void stream(Connection connection, Semaphore events) throws IOException {
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < RELOADS; i++) {
            events.acquireUninterruptibly();
            connection.chunk("data: " + i + "\n\n");
        }
        connection.atEnd();
    }

    private static void download(Connection connection, Semaphore blocks, byte[] body) throws IOException {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
        for (int i = 0; i < RELOADS; i++) {
            blocks.acquireUninterruptibly();
            connection.send(Arrays.copyOfRange(body, i * BLOCK, (i + 1) * BLOCK));
        }
        connection.atEnd();
    }

    @Test
    void areTakenWithoutAnybodyAsking() throws Exception {
        try (RunningServer server = startWithFiles()) {
            String before = served(server);
            double expiry = server.metric("seawall_certificate_expiry_timestamp_seconds");
            KeyMaterial next = LocalCa.open(state, NAMES, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-10)))
                    .renew(NAMES);
            eventually("the new certificate", () -> server.log().contains("SHA-256 " + next.fingerprint()));
            assertEquals(next.fingerprint(), served(server));
            assertNotEquals(before, next.fingerprint());
            assertNotEquals(expiry, server.metric("seawall_certificate_expiry_timestamp_seconds"));
            assertEquals((double) next.notAfter().getEpochSecond(),
                    server.metric("seawall_certificate_expiry_timestamp_seconds"));
        }
    }

    @Test
    void areKeptWhenTheNewOneIsBad() throws Exception {
        try (RunningServer server = startWithFiles()) {
            eventually("ready", () -> server.admin("/readyz").statusCode() == 200);
            String before = served(server);
            String key = Files.readString(state.resolve("server.key"));
            Files.writeString(state.resolve("server.key"), "-----BEGIN PRIVATE KEY-----\nMIG");
            server.server().checkCertificates();
            for (int look = 0; look < 5; look++) {
                server.server().checkCertificates();
            }
            assertEquals(before, served(server));
            String detail = server.admin("/readyz").body();
            assertTrue(
                    detail.contains("\ncertificate refused: SEAWALL_TLS_KEY: " + state.resolve("server.key") + " is"),
                    detail);
            assertEquals(200, server.admin("/readyz").statusCode(), "it serves");
            assertEquals(1, server.metric("seawall_certificate_reloads_total{outcome=\"refused\"}"));

            Files.writeString(state.resolve("server.key"), key);
            settle(server);
            assertEquals("gateway up\n", server.admin("/readyz").body());
            eventually("the end of it in the log", () -> server.log().contains("the certificate trouble is over"));
            assertEquals(1, server.log().lines().filter(
                    line -> line.contains("\"ERROR\"") && line.contains("certificate refused, the one that expires "))
                    .count());
        }
    }

    @Test
    void areNotReadyWhenTheyHaveExpired() throws Exception {
        Instant end = Instant.now().plusSeconds(15);
        Clock then = Clock.fixed(end.minus(Duration.ofDays(90)), ZoneOffset.UTC);
        LocalCa.open(state, NAMES, then).renew(NAMES);
        try (RunningServer server = RunningServer.start(state, upstream.port(), "SEAWALL_TLS=files",
                "SEAWALL_TLS_CERT=" + state.resolve("server.pem"), "SEAWALL_TLS_KEY=" + state.resolve("server.key"))) {
            eventually("ready", () -> server.admin("/readyz").statusCode() == 200);
            eventually("expired", () -> server.admin("/readyz").statusCode() == 503);
            String detail = server.admin("/readyz").body();
            assertTrue(detail.startsWith("gateway up\ncertificate expired "), detail);
        }
    }

    @Test
    void bringTheirNamesAlong() throws Exception {
        try (RunningServer server = startWithFiles()) {
            assertEquals(401, ask(server, "first.example"));
            assertEquals(421, ask(server, "second.example"));
            authority().renew(OTHERS);
            settle(server);
            assertEquals(401, ask(server, "second.example"));
            assertEquals(421, ask(server, "first.example"));
        }
    }

    private static int ask(RunningServer server, String host) throws IOException {
        try (RawClient client = server.raw()) {
            client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            return client.answer().status();
        }
    }

    @Test
    void ofTheLocalCaAreTakenFromAnotherProcess() throws Exception {
        try (RunningServer server = RunningServer.start(state, upstream.port())) {
            KeyMaterial renewed = LocalCa
                    .open(state, Certificates.names(TestConfig.of("SEAWALL_HOSTS=")), Clock.systemUTC())
                    .renew(Certificates.names(TestConfig.of("SEAWALL_HOSTS=")));
            server.server().checkCertificates();
            assertEquals(renewed.fingerprint(), served(server));
            assertEquals(0,
                    server.metric("seawall_certificate_renewals_total{outcome=\"ok\",source=\"self-signed\"}"));
            assertTrue(server.admin("/metrics").body()
                    .contains("seawall_certificate_renewals_total{outcome=\"storage\",source=\"self-signed\"} 0"));
            eventually("it in the log", () -> server.log().contains("SHA-256 " + renewed.fingerprint()));
        }
    }
}
