package io.seawall.proxy.credential;

import io.seawall.config.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Computes password hashes with BouncyCastle: slow by design, so never on an event loop.
public final class HashCheck {
    // OWASP's choice for argon2id
    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;

    private HashCheck() {}

    /// A new argon2id hash in PHC form.
    public static String argon2id(byte[] password) {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        byte[] hash = argon2id(password, salt, MEMORY_KIB, PASSES, 1, 32);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=1$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash);
    }

    /// Whether the password is the one that was hashed.
    public static boolean matches(PasswordHash hash, byte[] password) {
        return switch (hash.kind()) {
            // bcrypt knows no NUL and no more than 72 bytes; what is cut off was never part of the hash
            case BCRYPT -> OpenBSDBCrypt.checkPassword(hash.encoded(),
                    new String(password, StandardCharsets.UTF_8).toCharArray());
            case ARGON2ID -> {
                String[] parts = hash.encoded().split("\\$");
                int[] cost = java.util.Arrays.stream(parts[3].split(","))
                        .mapToInt(p -> Integer.parseInt(p.substring(2))).toArray();
                byte[] salt = Base64.getDecoder().decode(parts[4]);
                byte[] expected = Base64.getDecoder().decode(parts[5]);
                yield MessageDigest.isEqual(expected,
                        argon2id(password, salt, cost[0], cost[1], cost[2], expected.length));
            }
        };
    }

    /// The same for a text, in UTF-8.
    public static boolean matches(PasswordHash hash, String password) {
        return matches(hash, password.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] argon2id(byte[] password, byte[] salt, int memoryKib, int passes, int lanes, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib).withIterations(passes).withParallelism(lanes).withSalt(salt).build());
        byte[] hash = new byte[length];
        generator.generateBytes(password, hash);
        return hash;
    }
}
