package io.seawall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    private static final String BCRYPT_REST = "R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
    private static final String ARGON2ID_REST = "$c2VhbGlvbnNhbHRzZWE1MQ$Q5oYv0n3kT7mH2bXw9ZrLs4eGdUfJ1cPiA6yNqV8xKE";

    @ParameterizedTest
    @CsvSource({"$2a$10$, bcrypt cost 10", "$2b$12$, bcrypt cost 12", "$2y$15$, bcrypt cost 15"})
    void takesBcrypt(String start, String printed) {
        PasswordHash hash = new PasswordHash(start + BCRYPT_REST);
        assertEquals(PasswordHash.Kind.BCRYPT, hash.kind());
        assertEquals(start + BCRYPT_REST, hash.encoded());
        assertEquals(printed, hash.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"m=19456,t=2,p=1", "m=7168,t=5,p=1", "m=35840,t=1,p=4", "m=262144,t=10,p=1"})
    void takesArgon2id(String cost) {
        PasswordHash hash = new PasswordHash("$argon2id$v=19$" + cost + ARGON2ID_REST);
        assertEquals(PasswordHash.Kind.ARGON2ID, hash.kind());
        assertEquals("argon2id " + cost, hash.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"04", "09", "16", "31"})
    void refusesBcryptThatIsTooCheapOrTooDear(String cost) {
        assertEquals("bcrypt with cost " + Integer.parseInt(cost) + ", outside 10 to 15",
                refused("$2b$" + cost + "$" + BCRYPT_REST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"m=7167,t=10,p=1", "m=7168,t=4,p=1", "m=35839,t=1,p=1", "m=262145,t=1,p=1",
        "m=262144,t=11,p=1", "m=262144,t=0,p=1", "m=19456,t=2,p=0", "m=19456,t=2,p=5", "m=9999999,t=999,p=99"})
    void refusesArgon2idThatIsTooCheapOrTooDear(String cost) {
        assertEquals("argon2id with " + cost
                + ", outside m=7168 to 262144 KiB, t=1 to 10, p=1 to 4, m*t of at least 35840",
                refused("$argon2id$v=19$" + cost + ARGON2ID_REST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "seven calm otters", "$2b$12$", "$2b$12$short", "$2x$12$" + BCRYPT_53,
        "$2$12$" + BCRYPT_53,
        "$2b$12$" + BCRYPT_53 + "x", "2b$12$" + BCRYPT_53, "12" + BCRYPT_53, "$2b$1$" + BCRYPT_53,
        "$argon2i$v=19$m=19456,t=2,p=1" + ARGON_REST, "$argon2d$v=19$m=19456,t=2,p=1" + ARGON_REST,
        "$argon2id$v=16$m=19456,t=2,p=1" + ARGON_REST, "$argon2id$m=19456,t=2,p=1" + ARGON_REST,
        "$argon2id$v=19$t=2,m=19456,p=1" + ARGON_REST, "$argon2id$v=19$m=19456,t=2,p=1$c2VhbGlvbnNh",
        "$argon2id$v=19$m=19456,t=2,p=1$c2VhbGlvbnNh$short",
        "$argon2id$v=19$m=19456,t=2,p=1$c2VhbGlvbnNhb$Q5oYv0n3kT7mH2bXw9ZrLs",
        "$argon2id$v=19$m=19456,t=2,p=1$c2VhbGlvbnNh$Q5oYv0n3kT7mH2bXw9ZrLs4eG",
        "$argon2id$v=19$m=19456,t=2,p=1$c2VhbGlvbnNh$Q5oYv0n3kT7mH2bXw9ZrLs==",
        "$6$rounds=5000$saltsalt$abcdefghijklmnop", "{SHA}abcdefghijklmnop"})
    void refusesAnythingElse(String encoded) {
        assertEquals("neither $2b$… (bcrypt) nor $argon2id$v=19$…", refused(encoded));
    }

    // an annotation takes constants only
    private static final String BCRYPT_53 = "R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
    private static final String ARGON_REST = "$c2VhbGlvbnNhbHRzZWE1MQ$Q5oYv0n3kT7mH2bXw9ZrLs4eGdUfJ1cPiA6yNqV8xKE";

    private static String refused(String encoded) {
        return String
                .valueOf(assertThrows(IllegalArgumentException.class, () -> new PasswordHash(encoded)).getMessage());
    }
}
