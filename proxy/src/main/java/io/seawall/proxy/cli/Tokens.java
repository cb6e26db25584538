package io.seawall.proxy.cli;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Makes secrets.
final class Tokens {
    private Tokens() {}

    /// 256 random bits, hexadecimal.
    static String random() {
        return random(32);
    }

    static String random(int bytes) {
        byte[] token = new byte[bytes];
        new SecureRandom().nextBytes(token);
        return HexFormat.of().formatHex(token);
    }
}
