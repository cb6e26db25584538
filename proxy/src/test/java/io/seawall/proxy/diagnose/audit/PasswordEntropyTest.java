package io.seawall.proxy.diagnose.audit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordEntropyTest {
    @ParameterizedTest
    @CsvSource({"abcdefghijkl, 20", "aaaaaaaaaaaa, 20", "123456789012, 20"})
    void thinksLittleOfWhatIsInARow(String password, int atMost) {
        assertTrue(PasswordEntropy.bits(password) <= atMost, password + ": " + PasswordEntropy.bits(password));
    }

    @ParameterizedTest
    @CsvSource({"seven calm otters swim home, 50", "k7Qz9mXw2Lp4, 60", "0f3a9b7c5d1e8f2a4b6c, 60"})
    void thinksEnoughOfWhatIsRandom(String password, int atLeast) {
        assertTrue(PasswordEntropy.bits(password) >= atLeast, password + ": " + PasswordEntropy.bits(password));
    }
}
