package io.seawall.proxy.diagnose.audit;

/// A careful estimate of how hard a password is to guess, from what it is made of. It errs on the low side: repeated or
/// consecutive characters count for almost nothing.
final class PasswordEntropy {
    private PasswordEntropy() {}

    static long bits(String password) {
        int[] points = password.codePoints().toArray();
        double bitsEach = Math.log(alphabet(password)) / Math.log(2);
        // words are easier than their letters: five of them at 11 bits each are about 26 letters
        if (password.matches("[\\p{L}]+(?:[ ._-][\\p{L}]+){2,}")) {
            bitsEach = 2.2;
        }
        double bits = 0;
        for (int i = 0; i < points.length; i++) {
            boolean predictable = i > 0 && Math.abs(points[i] - points[i - 1]) <= 1;
            bits += predictable ? 0.5 : bitsEach;
        }
        long distinct = password.codePoints().distinct().count();
        return Math.round(Math.min(bits, distinct * 2 * bitsEach));
    }

    private static int alphabet(String password) {
        int size = 0;
        size += password.chars().anyMatch(c -> c >= 'a' && c <= 'z') ? 26 : 0;
        size += password.chars().anyMatch(c -> c >= 'A' && c <= 'Z') ? 26 : 0;
        size += password.chars().anyMatch(c -> c >= '0' && c <= '9') ? 10 : 0;
        size += password.chars().anyMatch(c -> c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c)) ? 20 : 0;
        size += password.chars().anyMatch(c -> c >= 0x7f) ? 50 : 0;
        return Math.max(size, 2);
    }
}
