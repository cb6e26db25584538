package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.PASSWORD;
import static io.seawall.proxy.server.RunningServer.basic;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.credential.HashCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many guesses at once, and what a locked-out client gets.
@Timeout(60)
class GuessIT {
    private static final String WRONG = "authorization: " + basic("admin", "wrong");

    @TempDir
    Path state;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final List<AutoCloseable> open = new ArrayList<>();

    GuessIT() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("ok"));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
        upstream.close();
    }

    private RunningServer start(String... lines) {
        RunningServer server = RunningServer.start(state, upstream.port(), lines);
        open.add(server);
        return server;
    }

    private Http2Client connect(RunningServer server) throws IOException {
        Http2Client client = Http2Client.connect(server);
        open.add(client);
        return client;
    }

    /// @param kind `plain`, `bcrypt` or `argon2id`
    private RunningServer startWith(String kind) {
        return switch (kind) {
            case "plain" -> start();
            case "bcrypt" -> start("AUTH_PASSWORD=",
                    "AUTH_PASSWORD_HASH=" + OpenBSDBCrypt.generate("2b", PASSWORD.toCharArray(), new byte[16], 10));
            default -> start("AUTH_PASSWORD=",
                    "AUTH_PASSWORD_HASH=" + HashCheck.argon2id(PASSWORD.getBytes(StandardCharsets.UTF_8)));
        };
    }

    private static double wrong(RunningServer server) {
        return server.metric(
                "seawall_auth_attempts_total{layer=\"basic\",outcome=\"denied\",reason=\"wrong_password\"}");
    }

    private static double lockouts(RunningServer server) {
        return server.metric("seawall_lockouts_total{layer=\"basic\"}");
    }

    private static int guess(Http2Client client, String password) throws IOException {
        return client.get("/", "authorization: " + basic("admin", password));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "bcrypt", "argon2id"})
    void sixtyFourAtOnceAreNoMoreThanTenOneByOne(String kind) throws IOException {
        RunningServer server = startWith(kind);
        Http2Client client = connect(server);
        List<Integer> guesses = new ArrayList<>();
        client.together(() -> {
            for (int i = 0; i < 63; i++) {
                guesses.add(guess(client, "wrong " + i));
            }
            guesses.add(guess(client, PASSWORD));
        });

        int compared = 0;
        for (int guess : guesses) {
            Http2Client.Frame head = client.awaitHead(guess);
            // one that is ended without an answer was not compared either
            int status = head.type() == Http2Client.HEADERS ? head.status() : 429;
            assertTrue(status == 401 || status == 429 || status == 503, head.toString());
            compared += status == 401 ? 1 : 0;
        }

        assertEquals(10, compared);
        assertEquals(10, wrong(server));
        assertEquals(1, lockouts(server));
        assertEquals(429, server.get("/", "Authorization", BASIC).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "bcrypt", "argon2id"})
    void theSameSixtyFourTimesAtOnceIsOneGuess(String kind) throws IOException {
        RunningServer server = startWith(kind);
        List<Http2Client> clients = new ArrayList<>();
        List<List<Integer>> guesses = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Http2Client client = connect(server);
            List<Integer> streams = new ArrayList<>();
            client.together(() -> {
                for (int j = 0; j < 16; j++) { // as many as an unauthenticated client may have at once
                    streams.add(guess(client, "wrong"));
                }
            });
            clients.add(client);
            guesses.add(streams);
        }
        for (int i = 0; i < 4; i++) {
            for (int stream : guesses.get(i)) {
                assertEquals(401, clients.get(i).answer(stream).status());
            }
        }
        for (int i = 0; i < 64; i++) {
            assertEquals(401, server.get("/", "Authorization", basic("admin", "wrong")).statusCode());
        }

        assertEquals(1, wrong(server));
        assertEquals(127, server.metric(
                "seawall_auth_attempts_total{layer=\"basic\",outcome=\"denied\",reason=\"repeated\"}"));
        assertEquals(0, lockouts(server));
        assertEquals(200, server.get("/", "Authorization", BASIC).statusCode());
    }

    /// What was wrong before is compared with the new password.
    @ParameterizedTest
    @ValueSource(strings = {"plain", "bcrypt"})
    void whatWasWrongUntilAReloadIsRightAfterIt(String kind) {
        String next = "nine new narwhals";
        RunningServer server = startWith(kind);
        assertEquals(401, server.get("/", "Authorization", basic("admin", next)).statusCode());
        assertEquals(401, server.get("/", "Authorization", basic("admin", next)).statusCode());
        server.reload(kind.equals("plain")
                ? "AUTH_PASSWORD=" + next
                : "AUTH_PASSWORD_HASH=" + OpenBSDBCrypt.generate("2b", next.toCharArray(), new byte[16], 10));
        assertEquals(200, server.get("/", "Authorization", basic("admin", next)).statusCode());
        assertEquals(1, wrong(server));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bcrypt", "argon2id"})
    void theRightOneAmongThemIsLetInAndGivesItsPlaceBack(String kind) throws IOException {
        RunningServer server = startWith(kind);
        Http2Client client = connect(server);
        List<Integer> wrong = new ArrayList<>();
        List<Integer> right = new ArrayList<>();
        List<Integer> tooMany = new ArrayList<>();
        client.together(() -> {
            for (int i = 0; i < 9; i++) {
                wrong.add(guess(client, "wrong " + i));
            }
            right.add(guess(client, PASSWORD));
            right.add(guess(client, PASSWORD));
            tooMany.add(guess(client, "one too many"));
        });

        assertEquals(503, client.answer(tooMany.getFirst()).status());
        for (int guess : wrong) {
            assertEquals(401, client.answer(guess).status());
        }
        for (int guess : right) {
            assertEquals(200, client.answer(guess).status());
        }
        assertEquals(401, client.answer(guess(client, "the tenth wrong one")).status());
        assertEquals(1, lockouts(server));
    }

    @Test
    void whoeverLeavesBeforeTheAnswerHasGuessedAllTheSame() throws IOException {
        RunningServer server = startWith("bcrypt");
        try (Http2Client client = Http2Client.connect(server)) {
            client.together(() -> {
                for (int i = 0; i < 10; i++) {
                    guess(client, "wrong " + i);
                }
                client.frame(Http2Client.PING, 0, 0, new byte[8]);
            });
            client.await(frame -> frame.type() == Http2Client.PING); // so the guesses are there as well
        }
        eventually("a lockout", () -> lockouts(server) == 1);
        assertEquals(10, wrong(server));
        eventually("ten lines",
                () -> server.log().split("auth_failure layer=basic reason=wrong_password").length == 11);
        assertEquals(429, server.get("/", "Authorization", BASIC).statusCode());
    }

    private void lockOut(RunningServer server) {
        for (int i = 0; i < 10; i++) {
            server.get("/", "Authorization", basic("admin", "wrong " + i));
        }
    }

    /// Too slow is never wrong here: only an answer that comes too soon is.
    @Test
    void aLockedOutConnectionGetsTenAnswersASecondHoweverManyStreamsItHas() throws IOException {
        RunningServer server = start();
        lockOut(server);
        Http2Client client = connect(server);
        long before = System.nanoTime();
        List<Integer> streams = new ArrayList<>();
        client.together(() -> {
            for (int i = 0; i < 100; i++) {
                streams.add(client.get("/", WRONG));
            }
        });

        int answers = 0;
        for (int stream : streams) {
            if (client.awaitHead(stream).type() == Http2Client.HEADERS) {
                answers++;
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
                assertTrue(millis >= answers * 100L - 5, answers + " answers after " + millis + " ms");
            }
        }
        assertTrue(answers > 1 && answers <= 40, "20 wait at once, and a slow machine reads late: " + answers);
    }

    @Test
    void aSessionOnTheSameConnectionDoesNotWaitBehindThem() throws IOException {
        RunningServer server = start();
        String cookie = server.logIn();
        lockOut(server);
        Http2Client client = connect(server);
        int last = 0;
        for (int i = 0; i < 15; i++) {
            last = client.get("/", WRONG);
        }
        int owner = client.get("/", "cookie: " + cookie);
        int lastWaiting = last;

        assertEquals(owner, client.await(frame -> frame.type() == Http2Client.HEADERS
                && (frame.stream() == owner || frame.stream() == lastWaiting)).stream());
    }
}
