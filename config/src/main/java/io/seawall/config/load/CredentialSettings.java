package io.seawall.config.load;

import io.seawall.config.Authentication.Basic;
import io.seawall.config.Authentication.Basic.Credential;
import io.seawall.config.Key;
import io.seawall.config.PasswordHash;
import io.seawall.config.Secret;
import io.seawall.config.Strength;
import io.seawall.config.Token;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Reads the credentials of the layers, and those before them that still count: strong, and each of them another.
///
/// @param hashes whether a hash is the hash of a text
record CredentialSettings(Settings settings, Values values, BiPredicate<PasswordHash, String> hashes) {
    private static final List<Key> PLAIN = List.of(Key.AUTH_PASSWORD, Key.AUTH_PASSWORD_PREVIOUS, Key.GATEWAY_TOKEN,
            Key.GATEWAY_TOKEN_PREVIOUS, Key.HOOKS_TOKEN, Key.HOOKS_TOKEN_PREVIOUS, Key.ADMIN_TOKEN,
            Key.ADMIN_TOKEN_PREVIOUS);
    private static final List<Key> HASHES = List.of(Key.AUTH_PASSWORD_HASH, Key.AUTH_PASSWORD_HASH_PREVIOUS);

    Optional<Basic> basic() {
        String username = settings.text(Key.AUTH_USERNAME).orElseThrow();
        if (username.contains(":") || username.chars().anyMatch(Character::isISOControl)) {
            values.problem(Key.AUTH_USERNAME, "contains a colon or a control character",
                    "a name that Basic authentication can carry", "choose another name");
        }
        Optional<Credential> previous = credential(Key.AUTH_PASSWORD_PREVIOUS, Key.AUTH_PASSWORD_HASH_PREVIOUS,
                username);
        List<Key> keys = List.of(Key.AUTH_PASSWORD, Key.AUTH_PASSWORD_HASH);
        if (keys.stream().allMatch(key -> settings.given(key).isEmpty())) {
            if (keys.stream().noneMatch(settings::isAttempted)) {
                values.problem(Key.AUTH_PASSWORD, "not set",
                        "a password of at least 12 characters, or AUTH_PASSWORD_HASH",
                        "run ./seawall init, or set AUTH_PASSWORD to the output of: ./seawall gen-token");
            }
            return Optional.empty();
        }
        return credential(Key.AUTH_PASSWORD, Key.AUTH_PASSWORD_HASH, username)
                .map(credential -> new Basic(username, credential, previous));
    }

    private Optional<Credential> credential(Key plain, Key hashed, String username) {
        Optional<String> password = settings.given(plain);
        Optional<String> hash = settings.given(hashed);
        if (password.isPresent() && hash.isPresent()) {
            values.problem(hashed, "set together with " + plain, "one of the two",
                    "unset " + plain + " and keep the hash");
            return Optional.empty();
        }
        if (hash.isPresent()) {
            try {
                return Optional.of(new Credential.Hashed(new PasswordHash(hash.get())));
            } catch (IllegalArgumentException e) {
                values.problem(hashed, String.valueOf(e.getMessage()), "a bcrypt or argon2id hash",
                        "set " + hashed + " to the output of: ./seawall hash-password (in single quotes)");
                return Optional.empty();
            }
        }
        password.flatMap(text -> Strength.ofPassword(text, username)).ifPresent(weakness -> values.problem(plain,
                weakness, "at least 12 characters, no placeholder", newSecret(plain)));
        return password.map(text -> new Credential.Plain(new Secret(text)));
    }

    /// The token, and the one before it while both count. Empty where it is not set.
    Optional<Token> token(Key key, boolean required) {
        Key previous = key.previous().orElseThrow();
        Optional<Secret> current = secret(key);
        Optional<Secret> before = secret(previous);
        if (current.isEmpty() && !settings.isAttempted(key)) {
            if (required) {
                values.problem(key, "not set", "a token of at least 128 bits", newSecret(key));
            } else if (before.isPresent()) {
                values.problem(previous, "set without " + key, "the token that replaces it", newSecret(key));
            }
        }
        return current.map(secret -> new Token(secret, before));
    }

    private Optional<Secret> secret(Key key) {
        Optional<String> value = settings.given(key);
        value.flatMap(Strength::ofToken).ifPresent(weakness -> values.problem(key, weakness,
                "a random token of at least 128 bits", newSecret(key)));
        return value.map(Secret::new);
    }

    /// No two layers may share a secret: one that leaks would open the other. And a secret that was replaced is not the
    /// one that it was replaced by.
    void allDiffer() {
        Map<Key, Secret> secrets = new LinkedHashMap<>();
        for (Key key : PLAIN) {
            settings.given(key).map(Secret::new).ifPresent(secret -> {
                secrets.forEach((other, theirs) -> {
                    if (secret.sameAs(theirs)) {
                        same(key, other);
                    }
                });
                secrets.put(key, secret);
            });
        }
        if (settings.given(HASHES.getFirst()).isPresent()
                && settings.given(HASHES.getFirst()).equals(settings.given(HASHES.getLast()))) {
            same(HASHES.getLast(), HASHES.getFirst());
        }
        for (Key hashed : HASHES) {
            settings.given(hashed).flatMap(CredentialSettings::hash).ifPresent(hash -> {
                for (Key key : PLAIN) {
                    if (settings.given(key).filter(text -> hashes.test(hash, text)).isPresent()) {
                        same(key, hashed);
                    }
                }
            });
        }
    }

    /// Empty for what is none, which was said already.
    private static Optional<PasswordHash> hash(String text) {
        try {
            return Optional.of(new PasswordHash(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void same(Key key, Key other) {
        values.problem(key, "the same secret as " + other, "a secret of its own", newSecret(key));
    }

    private static String newSecret(Key key) {
        return Key.isPrevious(key) ? "unset " + key : "set " + key + " to the output of: ./seawall gen-token";
    }
}
