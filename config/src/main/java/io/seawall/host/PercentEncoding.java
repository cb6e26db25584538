package io.seawall.host;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Percent-encoding (RFC 3986, 2.1), read once: what is no escape stays as it is.
public final class PercentEncoding {
    private PercentEncoding() {}

    /// The byte that an escape at the index stands for, 0 to 255; -1 where there is none.
    public static int escapedAt(byte[] text, int index) {
        if (text[index] != '%' || index + 2 >= text.length) {
            return -1;
        }
        int high = Character.digit(text[index + 1], 16);
        int low = Character.digit(text[index + 2], 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    public static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new String(bytes, 0, decodeInPlace(bytes), StandardCharsets.UTF_8);
    }

    public static byte[] decode(byte[] text) {
        byte[] decoded = text.clone();
        return Arrays.copyOf(decoded, decodeInPlace(decoded));
    }

    /// What is decoded is never longer.
    ///
    /// @return its length
    private static int decodeInPlace(byte[] text) {
        int length = 0;
        for (int i = 0; i < text.length; i++) {
            int escaped = escapedAt(text, i);
            text[length++] = escaped < 0 ? text[i] : (byte) escaped;
            i += escaped < 0 ? 0 : 2;
        }
        return length;
    }
}
