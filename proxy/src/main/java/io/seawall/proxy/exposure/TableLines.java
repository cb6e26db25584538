package io.seawall.proxy.exposure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// The lines of the kernel's socket table with listeners, and of the ends at `port` of connections from `ours`; and
/// perhaps a few others. The other tens of thousands of a busy host are not even made into texts: a start waits for
/// this, and so does each new connection to the gateway.
///
/// @param port where the connections lead
/// @param ours the ports that they come from
record TableLines(int port, Set<Integer> ours) {
    private static final int BUFFER = 16 * 1024;

    List<String> of(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        byte[] buffer = new byte[BUFFER];
        int filled = 0;
        int begin = 0;
        int at = 0;
        boolean listening = false;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer, filled, buffer.length - filled)) {
            filled += count;
            for (; at < filled; at++) {
                if (buffer[at] == '\n') {
                    if (listening || isAskedFor(buffer, begin, at)) {
                        lines.add(new String(buffer, begin, at - begin, StandardCharsets.US_ASCII));
                    }
                    listening = false;
                    begin = at + 1;
                } else if (buffer[at] == ' ' && at - begin >= 3 && buffer[at - 1] == 'A' && buffer[at - 2] == '0'
                        && buffer[at - 3] == ' ') {
                    listening = true;
                }
            }
            filled -= begin;
            at -= begin;
            System.arraycopy(buffer, begin, buffer, 0, filled);
            begin = 0;
            if (filled == buffer.length) {
                buffer = Arrays.copyOf(buffer, 2 * filled);
            }
        }
        if (listening || isAskedFor(buffer, 0, filled)) {
            lines.add(new String(buffer, 0, filled, StandardCharsets.US_ASCII));
        }
        return lines;
    }

    /// `  11: 0100007F:B925 0100007F:A9F8 01 ...`: the second and the third number behind a colon are the ports.
    private boolean isAskedFor(byte[] line, int begin, int end) {
        if (ours.isEmpty()) {
            return false;
        }
        int number = colon(line, begin, end);
        int local = colon(line, number + 1, end);
        return hex(line, local + 1, end) == port && ours.contains(hex(line, colon(line, local + 1, end) + 1, end));
    }

    private static int colon(byte[] line, int begin, int end) {
        int at = begin;
        while (at < end && line[at] != ':') {
            at++;
        }
        return at;
    }

    /// Four digits, or -1.
    private static int hex(byte[] line, int begin, int end) {
        if (begin + 4 > end) {
            return -1;
        }
        int value = 0;
        for (int at = begin; at < begin + 4; at++) {
            int digit = Character.digit(line[at], 16);
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }
}
