package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config.Basic;
import io.seawall.config.Config.Basic.Credential;
import io.seawall.config.PasswordHash;
import io.seawall.config.Secret;
import io.seawall.proxy.auth.PasswordVerifier.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PasswordVerifierTest {
    private static final String PASSWORD = "seven calm otters";
    private static final Credential PLAIN = new Credential.Plain(new Secret(PASSWORD));
    private static final Credential HASHED = new Credential.Hashed(
            new PasswordHash("$2b$10$abcdefghijklmnopqrstuuMFbd3U3cSewFBMpFoetaCf4rS2cIXVO"));

    private static BasicCredentials offer(String user, String password) {
        return new BasicCredentials(user, password.getBytes(StandardCharsets.UTF_8));
    }

    static List<Credential> credentials() {
        return List.of(PLAIN, HASHED);
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void tellsRightFromWrong(Credential credential) {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("ädmin", credential))) {
            assertEquals(Result.RIGHT, verifier.verify(offer("ädmin", PASSWORD)).join());
            assertEquals(Result.WRONG_PASSWORD, verifier.verify(offer("ädmin", PASSWORD + "x")).join());
            assertEquals(Result.WRONG_PASSWORD, verifier.verify(offer("ädmin", "")).join());
            assertEquals(Result.UNKNOWN_USER, verifier.verify(offer("admin", PASSWORD)).join());
            assertEquals(Result.UNKNOWN_USER, verifier.verify(offer("", "")).join());
        }
    }

    static List<Arguments> overlaps() {
        return credentials().stream().flatMap(now -> Stream
                .of(new Credential.Plain(new Secret("nine loud walruses")),
                        new Credential.Hashed(new PasswordHash(OpenBSDBCrypt.generate("2b",
                                "nine loud walruses".toCharArray(), new byte[16], 10))))
                .map(before -> Arguments.of(now, before))).toList();
    }

    @ParameterizedTest
    @MethodSource("overlaps")
    void tellsThePasswordBeforeFromThePresentOneAndBothFromOthers(Credential now, Credential before) {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", now, Optional.of(before)))) {
            for (int i = 0; i < 2; i++) { // the second time from memory
                assertEquals(Result.RIGHT, verifier.verify(offer("admin", PASSWORD)).join());
                assertEquals(Result.RIGHT_BEFORE, verifier.verify(offer("admin", "nine loud walruses")).join());
                assertEquals(Result.WRONG_PASSWORD, verifier.verify(offer("admin", "five old narwhals")).join());
                assertEquals(Result.UNKNOWN_USER, verifier.verify(offer("root", PASSWORD)).join());
                assertEquals(Result.UNKNOWN_USER, verifier.verify(offer("root", "nine loud walruses")).join());
            }
        }
    }

    @Test
    void comparesAPlainPasswordAtOnce() {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", PLAIN))) {
            assertTrue(verifier.verify(offer("admin", "wrong")).isDone());
        }
    }

    /// An answer at once would tell that there is no such user.
    @ParameterizedTest
    @CsvSource({"admin, wrong", "nobody, wrong", "nobody, seven calm otters"})
    void computesTheHashForAnUnknownUserToo(String user, String password) {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED))) {
            CompletableFuture<Result> answer = verifier.verify(offer(user, password));
            assertFalse(answer.isDone());
            answer.join();
            assertFalse(verifier.verify(offer(user, password)).isDone(), "not remembered");
        }
    }

    @Test
    void remembersWhatWasRightAndNothingElse() {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED))) {
            assertFalse(verifier.verify(offer("admin", PASSWORD)).isDone());
            assertEquals(Result.RIGHT, verifier.verify(offer("admin", PASSWORD)).join());
            assertTrue(verifier.verify(offer("admin", PASSWORD)).isDone());
            assertFalse(verifier.verify(offer("nobody", PASSWORD)).isDone());
            assertFalse(verifier.verify(offer("admin", PASSWORD + " ")).isDone());
            assertFalse(verifier.verify(offer("admin" + PASSWORD.charAt(0), PASSWORD.substring(1))).isDone());
        }
    }

    @Test
    void isBusyWhenTooManyWait() {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED))) {
            List<CompletableFuture<Result>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(verifier.verify(offer("admin", "wrong " + i)));
            }
            CompletableFuture<Result> last = answers.getLast();
            assertTrue(last.isDone());
            assertEquals(Result.BUSY, last.join());
            assertFalse(answers.get(60).isDone(), "64 may wait");
        }
    }

    @Test
    void isBusyAfterItWasClosed() {
        PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED));
        verifier.close();
        assertEquals(Result.BUSY, verifier.verify(offer("admin", PASSWORD)).join());
    }
}
