package io.seawall.host;

/// How a number of bytes is written for people.
public final class ByteSize {
    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;

    private ByteSize() {}

    /// In MiB or KiB where it is a whole number of them.
    public static String text(long bytes) {
        if (bytes > 0 && bytes % MIB == 0) {
            return bytes / MIB + " MiB";
        }
        return bytes > 0 && bytes % KIB == 0 ? bytes / KIB + " KiB" : Long.toString(bytes);
    }
}
