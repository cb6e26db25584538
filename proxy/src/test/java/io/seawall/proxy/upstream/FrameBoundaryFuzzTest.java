package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class FrameBoundaryFuzzTest {
    private static final int MOST = 64 * 1024;

    /// However the bytes are cut, frames end where a reader of the whole sees their ends.
    @FuzzTest
    void findsTheSameEndsHoweverTheBytesAreCut(byte[] stream) {
        if (stream.length > MOST) {
            return;
        }
        List<Integer> ends = ends(stream);
        Random random = new Random(Arrays.hashCode(stream));
        FrameBoundary cut = new FrameBoundary();
        FrameBoundary stopping = new FrameBoundary();
        List<Integer> found = new ArrayList<>();
        for (int at = 0; at < stream.length;) {
            int to = Math.min(stream.length, at + 1 + random.nextInt(16));
            assertEquals(to - at, follow(cut, stream, at, to, false));
            assertEquals(ends.contains(to), cut.atBoundary(), () -> "at " + to);
            while (at < to) {
                // one byte across the boundary where it stands, then on to the next one
                int first = stopping.atBoundary() ? follow(stopping, stream, at, at + 1, false) : 0;
                at += first + follow(stopping, stream, at + first, to, true);
                if (stopping.atBoundary()) {
                    found.add(at);
                }
            }
        }
        assertEquals(ends, found);
        assertTrue(stream.length > 0 || cut.atBoundary());
    }

    /// Written from RFC 6455, 5.2, frame by frame.
    private static List<Integer> ends(byte[] stream) {
        List<Integer> ends = new ArrayList<>();
        int at = 0;
        while (stream.length - at >= 2) {
            boolean masked = stream[at + 1] < 0;
            int code = stream[at + 1] & 127;
            int size = code == 126 ? 2 : code == 127 ? 8 : 0;
            if (stream.length - at < 2 + size) {
                break;
            }
            long length = size == 0 ? code : 0;
            for (int i = 0; i < size; i++) {
                length = length * 256 + (stream[at + 2 + i] & 255);
            }
            if (length < 0 || length > stream.length) {
                break;
            }
            int end = at + 2 + size + (masked ? 4 : 0) + (int) length;
            if (end > stream.length) {
                break;
            }
            at = end;
            ends.add(at);
        }
        return ends;
    }

    private static int follow(FrameBoundary boundary, byte[] bytes, int from, int to, boolean stop) {
        ByteBuf data = Unpooled.wrappedBuffer(bytes, from, to - from);
        int followed = boundary.follow(data, stop);
        assertEquals(to - from, data.readableBytes(), "the bytes stay unread");
        return followed;
    }
}
