package io.seawall.proxy.http;

/// The characters of a token: a method, a header's name, an option (RFC 9110, 5.6.2).
public final class TokenCharacters {
    private static final boolean[] TOKEN = new boolean[256];

    static {
        for (int c = 'a'; c <= 'z'; c++) {
            TOKEN[c] = true;
            TOKEN[c - 'a' + 'A'] = true;
        }
        for (int c = '0'; c <= '9'; c++) {
            TOKEN[c] = true;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private TokenCharacters() {}

    public static boolean contains(int c) {
        return TOKEN[c & 0xff];
    }
}
