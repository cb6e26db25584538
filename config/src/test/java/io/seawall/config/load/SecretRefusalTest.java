package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Passwords and tokens that are refused, and the words for it.
class SecretRefusalTest extends RefusalRows {
    private static final String STRONGER_PASSWORD = " (expected: at least 12 characters, no placeholder). Fix: set AUTH_PASSWORD to the output of: ./seawall gen-token";
    private static final String HASH_FIX = " (expected: a bcrypt or argon2id hash). Fix: set AUTH_PASSWORD_HASH to the output of: ./seawall hash-password (in single quotes)";

    @ParameterizedTest(name = "{0}")
    @MethodSource({"passwords", "hashes", "missingTokens", "previousSecrets"})
    void refusesWithTheseWords(Row row) {
        refuses(row);
    }

    static Stream<Row> passwords() {
        return Stream.of(
                row("no password", "AUTH_PASSWORD=").because(
                        "AUTH_PASSWORD: not set (expected: a password of at least 12 characters, or AUTH_PASSWORD_HASH). Fix: run ./seawall init, or set AUTH_PASSWORD to the output of: ./seawall gen-token"),
                row("a blank password", "AUTH_PASSWORD=            ").because(
                        "AUTH_PASSWORD: not set (expected: a password of at least 12 characters, or AUTH_PASSWORD_HASH). Fix: run ./seawall init, or set AUTH_PASSWORD to the output of: ./seawall gen-token"),
                row("a password of 11 characters", "AUTH_PASSWORD=Tr7kQ2mW9xZ")
                        .because("AUTH_PASSWORD: too short, 11 characters" + STRONGER_PASSWORD),
                row("a password of 11 characters that are 22 UTF-16 units", "AUTH_PASSWORD=🦦🦈🐙🐚🦀🐠🐡🦑🐳🐬🦭")
                        .because("AUTH_PASSWORD: too short, 11 characters" + STRONGER_PASSWORD),
                row("a password with a tab", "AUTH_PASSWORD=seven calm\totters")
                        .because("AUTH_PASSWORD: contains a control character" + STRONGER_PASSWORD),
                row("a password of four characters, repeated", "AUTH_PASSWORD=abcdabcdabcdabcd")
                        .because("AUTH_PASSWORD: repeats the same few characters" + STRONGER_PASSWORD),
                row("the user name as password", "AUTH_USERNAME=Administrator", "AUTH_PASSWORD=administratoR")
                        .because("AUTH_PASSWORD: is the user name" + STRONGER_PASSWORD),
                row("a user name with a colon", "AUTH_USERNAME=ad:min").because(
                        "AUTH_USERNAME: contains a colon or a control character (expected: a name that Basic authentication can carry). Fix: choose another name"),
                row("a user name with a control character", "AUTH_USERNAME=ad\u0000min").because(
                        "AUTH_USERNAME: contains a colon or a control character (expected: a name that Basic authentication can carry). Fix: choose another name"));
    }

    static Stream<Row> hashes() {
        return Stream.of(
                row("a password and a hash", "AUTH_PASSWORD_HASH=" + Given.BCRYPT).because(
                        "AUTH_PASSWORD_HASH: set together with AUTH_PASSWORD (expected: one of the two). Fix: unset AUTH_PASSWORD and keep the hash"),
                row("a bcrypt hash of cost 9", "AUTH_PASSWORD=",
                        "AUTH_PASSWORD_HASH=" + Given.BCRYPT.replace("$12$", "$09$"))
                        .because("AUTH_PASSWORD_HASH: bcrypt with cost 9, outside 10 to 15" + HASH_FIX),
                row("a cheap argon2id hash", "AUTH_PASSWORD=",
                        "AUTH_PASSWORD_HASH=" + Given.ARGON2ID.replace("t=2", "t=1")).because(
                                "AUTH_PASSWORD_HASH: argon2id with m=19456,t=1,p=1, outside m=7168 to 262144 KiB, t=1 to 10, p=1 to 4, m*t of at least 35840"
                                        + HASH_FIX),
                row("no hash at all", "AUTH_PASSWORD=", "AUTH_PASSWORD_HASH=seven calm otters").because(
                        "AUTH_PASSWORD_HASH: neither $2b$… (bcrypt) nor $argon2id$v=19$…" + HASH_FIX));
    }

    static Stream<Row> missingTokens() {
        return Stream.of(
                row("no gateway token", "OPENCLAW_GATEWAY_TOKEN=").because(
                        "OPENCLAW_GATEWAY_TOKEN: not set (expected: a token of at least 128 bits). Fix: set OPENCLAW_GATEWAY_TOKEN to the output of: ./seawall gen-token"),
                row("webhooks without a token", "HOOKS_ENABLED=true").because(
                        "HOOKS_TOKEN: not set (expected: a token of at least 128 bits). Fix: set HOOKS_TOKEN to the output of: ./seawall gen-token"));
    }

    static Stream<Row> previousSecrets() {
        String differ = " (expected: a secret of its own). Fix: unset ";
        return Stream.of(
                row("the password as the one before it", "AUTH_PASSWORD_PREVIOUS=" + Given.PASSWORD)
                        .because("AUTH_PASSWORD_PREVIOUS: the same secret as AUTH_PASSWORD" + differ
                                + "AUTH_PASSWORD_PREVIOUS"),
                row("another layer's token as the one before", "OPENCLAW_GATEWAY_TOKEN_PREVIOUS=" + Given.HOOKS_TOKEN,
                        "HOOKS_ENABLED=true", "HOOKS_TOKEN=" + Given.HOOKS_TOKEN)
                        .because(
                                "HOOKS_TOKEN: the same secret as OPENCLAW_GATEWAY_TOKEN_PREVIOUS (expected: a secret of its own). Fix: set HOOKS_TOKEN to the output of: ./seawall gen-token"),
                row("the hash as the one before it", "AUTH_PASSWORD=", "AUTH_PASSWORD_HASH=" + Given.BCRYPT,
                        "AUTH_PASSWORD_HASH_PREVIOUS=" + Given.BCRYPT).because(
                                "AUTH_PASSWORD_HASH_PREVIOUS: the same secret as AUTH_PASSWORD_HASH" + differ
                                        + "AUTH_PASSWORD_HASH_PREVIOUS"),
                row("a weak password before", "AUTH_PASSWORD_PREVIOUS=Tr7kQ2mW9xZ").because(
                        "AUTH_PASSWORD_PREVIOUS: too short, 11 characters (expected: at least 12 characters, no placeholder). Fix: unset AUTH_PASSWORD_PREVIOUS"),
                row("a weak token before", "OPENCLAW_GATEWAY_TOKEN_PREVIOUS=f0e8b21d7c6a94358d1f4b7e02c95a6").because(
                        "OPENCLAW_GATEWAY_TOKEN_PREVIOUS: too weak, about 124 bits (expected: a random token of at least 128 bits). Fix: unset OPENCLAW_GATEWAY_TOKEN_PREVIOUS"),
                row("a password and a hash before", "AUTH_PASSWORD_PREVIOUS=nine loud walruses",
                        "AUTH_PASSWORD_HASH_PREVIOUS=" + Given.BCRYPT).because(
                                "AUTH_PASSWORD_HASH_PREVIOUS: set together with AUTH_PASSWORD_PREVIOUS (expected: one of the two). Fix: unset AUTH_PASSWORD_PREVIOUS and keep the hash"),
                row("an admin token before none", "SEAWALL_ADMIN_TOKEN_PREVIOUS=" + Given.ADMIN_TOKEN).because(
                        "SEAWALL_ADMIN_TOKEN_PREVIOUS: set without SEAWALL_ADMIN_TOKEN (expected: the token that replaces it). Fix: set SEAWALL_ADMIN_TOKEN to the output of: ./seawall gen-token"),
                row("a password before, and none now", "AUTH_PASSWORD=", "AUTH_PASSWORD_PREVIOUS=nine loud walruses")
                        .because(
                                "AUTH_PASSWORD: not set (expected: a password of at least 12 characters, or AUTH_PASSWORD_HASH). Fix: run ./seawall init, or set AUTH_PASSWORD to the output of: ./seawall gen-token"));
    }

    private static final List<String> TOKENS = List.of("OPENCLAW_GATEWAY_TOKEN", "HOOKS_TOKEN", "SEAWALL_ADMIN_TOKEN");

    static Stream<List<String>> weakTokens() {
        List<List<String>> rows = new ArrayList<>();
        for (String key : TOKENS) {
            rows.add(List.of(key, "f0e8b21d7c6a94358d1f4b7e02c95a6", "too weak, about 124 bits"));
            rows.add(List.of(key, "F0E8B21D7C6A94358D1F4B7E02C95A6", "too weak, about 124 bits"));
            rows.add(List.of(key, "83910275649183720564738291056", "too weak, about 96 bits"));
            rows.add(List.of(key, "83910275649183720564738291056473829105", "too weak, about 126 bits"));
            rows.add(List.of(key, "mzxw6ytboi4dqnjzgu-3tqmr7", "too weak, about 125 bits"));
            rows.add(List.of(key, "MZXW6YTBOI4DQNJZGU-3TQMR7", "too weak, about 125 bits"));
            rows.add(List.of(key, "k2v9QzR4mT7xW1bN6cY3h", "too weak, about 126 bits"));
            rows.add(List.of(key, "k2v9QzR4mT7x W1bN6cY3hJ", "contains a character that no header can carry"));
            rows.add(List.of(key, "k2v9QzR4mT7xéW1bN6cY3hJ", "contains a character that no header can carry"));
            rows.add(List.of(key, "k2v9QzR4mT7x\nW1bN6cY3hJ", "contains a character that no header can carry"));
            rows.add(List.of(key, "k2v9QzR4mT7xW1bN6cY3hJ\u007f", "contains a character that no header can carry"));
            rows.add(List.of(key, "aB3dE6-aB3dE6-aB3dE6-aB3dE6", "repeats the same few characters"));
            rows.add(List.of(key, "your-k2v9QzR4mT7xW1bN6cY3hJ", "looks like a placeholder"));
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("weakTokens")
    void refusesAWeakToken(List<String> row) {
        String key = row.get(0);
        assertEquals(
                List.of(key + ": " + row.get(2)
                        + " (expected: a random token of at least 128 bits). Fix: set " + key
                        + " to the output of: ./seawall gen-token"),
                Given.problems("HOOKS_ENABLED=true", "HOOKS_TOKEN=" + Given.HOOKS_TOKEN, key + "=" + row.get(1)));
    }

    static final List<String> PLACEHOLDERS = List.of("changeme", "CHANGE-ME", "change_me", "Password", "placeholder",
            "replace", "example", "your-", "your_", "strong-pass", "secret-token", "undefined", "xxxx", "12345678",
            "<token>", "<your gateway token>", "${TOKEN}");

    @ParameterizedTest
    @FieldSource("PLACEHOLDERS")
    void refusesWhatPeopleCopyFromDocuments(String placeholder) {
        assertEquals(List.of("AUTH_PASSWORD: looks like a placeholder" + STRONGER_PASSWORD),
                Given.problems("AUTH_PASSWORD=Zk9 " + placeholder + " Qw3rT7yU1o"));
    }

    @ParameterizedTest
    @CsvSource({"AUTH_PASSWORD, OPENCLAW_GATEWAY_TOKEN", "AUTH_PASSWORD, HOOKS_TOKEN",
        "AUTH_PASSWORD, SEAWALL_ADMIN_TOKEN", "OPENCLAW_GATEWAY_TOKEN, HOOKS_TOKEN",
        "OPENCLAW_GATEWAY_TOKEN, SEAWALL_ADMIN_TOKEN", "HOOKS_TOKEN, SEAWALL_ADMIN_TOKEN"})
    void refusesOneSecretForTwoLayers(String first, String second) {
        assertEquals(
                List.of(second + ": the same secret as " + first + " (expected: a secret of its own). Fix: set "
                        + second + " to the output of: ./seawall gen-token"),
                Given.problems(first + "=" + Given.ADMIN_TOKEN, second + "=" + Given.ADMIN_TOKEN));
    }
}
