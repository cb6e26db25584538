package io.seawall.proxy.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Authentication.Basic;
import io.seawall.config.Authentication.Basic.Credential;
import io.seawall.config.PasswordHash;
import io.seawall.config.Secret;
import io.seawall.proxy.credential.Decision.Counting;
import io.seawall.proxy.credential.PasswordVerifier.Result;
import io.seawall.proxy.credential.PasswordVerifier.Verdict;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
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

    private static final InetAddress CLIENT = InetAddress.getLoopbackAddress();

    private static BasicCredentials offer(String user, String password) {
        return new BasicCredentials(user, password.getBytes(StandardCharsets.UTF_8));
    }

    private static CompletableFuture<Verdict> verify(PasswordVerifier verifier, BasicCredentials offered) {
        return verifier.verify(offered, PendingGuess.UNLIMITED, CLIENT);
    }

    static List<Credential> credentials() {
        return List.of(PLAIN, HASHED);
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void tellsRightFromWrong(Credential credential) {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("ädmin", credential))) {
            assertEquals(Result.RIGHT, verify(verifier, offer("ädmin", PASSWORD)).join().result());
            assertEquals(Result.WRONG_PASSWORD, verify(verifier, offer("ädmin", PASSWORD + "x")).join().result());
            assertEquals(Result.WRONG_PASSWORD, verify(verifier, offer("ädmin", "")).join().result());
            assertEquals(Result.UNKNOWN_USER, verify(verifier, offer("admin", PASSWORD)).join().result());
            assertEquals(Result.UNKNOWN_USER, verify(verifier, offer("", "")).join().result());
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
                assertEquals(Result.RIGHT, verify(verifier, offer("admin", PASSWORD)).join().result());
                assertEquals(Result.RIGHT_BEFORE,
                        verify(verifier, offer("admin", "nine loud walruses")).join().result());
                assertEquals(Result.WRONG_PASSWORD,
                        verify(verifier, offer("admin", "five old narwhals")).join().result());
                assertEquals(Result.UNKNOWN_USER, verify(verifier, offer("root", PASSWORD)).join().result());
                assertEquals(Result.UNKNOWN_USER,
                        verify(verifier, offer("root", "nine loud walruses")).join().result());
            }
        }
    }

    @Test
    void comparesAPlainPasswordAtOnce() {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", PLAIN))) {
            assertTrue(verify(verifier, offer("admin", "wrong")).isDone());
        }
    }

    /// An answer at once would tell that there is no such user.
    @ParameterizedTest
    @CsvSource({"admin, wrong", "nobody, wrong", "nobody, seven calm otters"})
    void computesTheHashForAnUnknownUserToo(String user, String password) {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED))) {
            CompletableFuture<Verdict> answer = verify(verifier, offer(user, password));
            assertFalse(answer.isDone());
            answer.join();
            assertFalse(verify(verifier, offer(user, password)).isDone(), "not remembered");
        }
    }

    @Test
    void remembersWhatWasRightAndNothingElse() {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED))) {
            assertFalse(verify(verifier, offer("admin", PASSWORD)).isDone());
            assertEquals(Result.RIGHT, verify(verifier, offer("admin", PASSWORD)).join().result());
            assertTrue(verify(verifier, offer("admin", PASSWORD)).isDone());
            assertFalse(verify(verifier, offer("nobody", PASSWORD)).isDone());
            assertFalse(verify(verifier, offer("admin", PASSWORD + " ")).isDone());
            assertFalse(verify(verifier, offer("admin" + PASSWORD.charAt(0), PASSWORD.substring(1))).isDone());
        }
    }

    @Test
    void isBusyWhenTooManyWait() {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED))) {
            List<CompletableFuture<Verdict>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(verify(verifier, offer("admin", "wrong " + i)));
            }
            CompletableFuture<Verdict> last = answers.getLast();
            assertTrue(last.isDone());
            assertEquals(Result.BUSY, last.join().result());
            assertFalse(answers.get(60).isDone(), "64 may wait");
        }
    }

    @Test
    void isBusyAfterItWasClosed() {
        PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED));
        verifier.close();
        assertEquals(Result.BUSY, verify(verifier, offer("admin", PASSWORD)).join().result());
    }

    /// Counts what becomes of places.
    private static final class Counter implements PendingGuess.Places {
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicInteger wrong = new AtomicInteger();
        private final AtomicInteger freed = new AtomicInteger();
        private volatile long known;

        @Override
        public Optional<PendingGuess> take(Layer layer, InetAddress client, long fingerprint) {
            taken.incrementAndGet();
            return Optional.of(new PendingGuess(() -> {
                known = fingerprint;
                return wrong.incrementAndGet() == 2 ? Counting.LOCKED_OUT : Counting.COUNTED;
            }, freed::incrementAndGet));
        }

        @Override
        public boolean knows(Layer layer, InetAddress client, long fingerprint) {
            return fingerprint == known;
        }
    }

    @Test
    void settlesAPlaceForEachHashThatItComputes() {
        Counter places = new Counter();
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED))) {
            Verdict wrong = verifier.verify(offer("admin", "wrong"), places, CLIENT).join();
            assertEquals(new Verdict(Result.WRONG_PASSWORD, Counting.COUNTED, places.known), wrong);
            Verdict unknown = verifier.verify(offer("nobody", PASSWORD), places, CLIENT).join();
            assertEquals(new Verdict(Result.UNKNOWN_USER, Counting.LOCKED_OUT, places.known), unknown);
            assertNotEquals(wrong.fingerprint(), unknown.fingerprint());
            assertEquals(new Verdict(Result.RIGHT, Counting.NOT_YET, 0),
                    verifier.verify(offer("admin", PASSWORD), places, CLIENT).join());
            verifier.verify(offer("admin", PASSWORD), places, CLIENT).join();
        }
        assertEquals("3 2 1", places.taken + " " + places.wrong + " " + places.freed);
    }

    @Test
    void computesNothingForOneThatWasWrongLately() {
        Counter places = new Counter();
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED))) {
            verifier.verify(offer("admin", "wrong"), places, CLIENT).join();
            CompletableFuture<Verdict> again = verifier.verify(offer("admin", "wrong"), places, CLIENT);
            assertTrue(again.isDone());
            assertEquals(Result.REPEATED, again.join().result());
            assertFalse(verifier.verify(offer("wrong", "admin"), places, CLIENT).isDone(), "another");
        }
    }

    /// Or a password would go on being wrong after it was made the right one.
    @Test
    void comparesItAnewAfterAReload() {
        Counter places = new Counter();
        try (PasswordVerifier before = new PasswordVerifier(new Basic("admin", HASHED));
                PasswordVerifier after = new PasswordVerifier(new Basic("admin", new Credential.Hashed(
                        new PasswordHash(OpenBSDBCrypt.generate("2b", "wrong until now".toCharArray(), new byte[16],
                                10)))))) {
            before.verify(offer("admin", "wrong until now"), places, CLIENT).join();
            assertEquals(Result.REPEATED,
                    before.verify(offer("admin", "wrong until now"), places, CLIENT).join().result());
            assertEquals(Result.RIGHT,
                    after.verify(offer("admin", "wrong until now"), places, CLIENT).join().result());
        }
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void givesEachWrongOneAFingerprintOfItsOwn(Credential credential) {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", credential))) {
            Set<Long> seen = new HashSet<>();
            for (BasicCredentials offered : List.of(offer("admin", "a"), offer("admin", "b"), offer("root", "a"),
                    offer("admina", ""), offer("", "admina"))) {
                long fingerprint = verify(verifier, offered).join().fingerprint();
                assertTrue(seen.add(fingerprint));
                assertEquals(fingerprint, verify(verifier, offered).join().fingerprint());
            }
        }
    }

    @Test
    void computesNothingWithoutAPlace() {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED))) {
            assertEquals(Result.BUSY,
                    verifier.verify(offer("admin", PASSWORD), (_, _, _) -> Optional.empty(), CLIENT).join().result());
            assertFalse(verify(verifier, offer("admin", PASSWORD)).isDone(), "not remembered");
        }
    }

    @Test
    void givesThePlaceOfARejectedComputationBack() {
        Counter places = new Counter();
        PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED));
        verifier.close();
        assertEquals(Result.BUSY, verifier.verify(offer("admin", PASSWORD), places, CLIENT).join().result());
        assertEquals("1 0 1", places.taken + " " + places.wrong + " " + places.freed);
    }

    @Test
    void computesOnceForAllThatOfferTheSameAtTheSameTime() {
        Counter places = new Counter();
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED))) {
            List<CompletableFuture<Verdict>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(verifier.verify(offer("admin", PASSWORD), places, CLIENT));
            }
            answers.forEach(answer -> assertEquals(Result.RIGHT, answer.join().result()));
        }
        assertEquals("1 0 1", places.taken + " " + places.wrong + " " + places.freed);
    }

    @Test
    void isBusyWhenTooManyWaitForTheSame() {
        try (PasswordVerifier verifier = new PasswordVerifier(new Basic("admin", HASHED))) {
            CompletableFuture<Verdict> first = verify(verifier, offer("admin", "wrong"));
            for (int i = 0; i < 300; i++) {
                verify(verifier, offer("admin", "wrong"));
            }
            CompletableFuture<Verdict> last = verify(verifier, offer("admin", "wrong"));
            assertTrue(last.isDone() && last.join().result() == Result.BUSY || first.isDone());
            first.join();
            assertEquals(Result.RIGHT, verify(verifier, offer("admin", PASSWORD)).join().result());
        }
    }
}
