package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameBoundaryTest {

    record Frame(int length, boolean masked) {
        byte[] bytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int mask = masked ? 0x80 : 0;
            out.write(0x82);
            if (length < 126) {
                out.write(mask | length);
            } else if (length < 65_536) {
                out.write(mask | 126);
                out.write(length >> 8);
                out.write(length);
            } else {
                out.write(mask | 127);
                for (int shift = 56; shift >= 0; shift -= 8) {
                    out.write((int) ((long) length >> shift));
                }
            }
            out.writeBytes(new byte[(masked ? 4 : 0) + length]);
            return out.toByteArray();
        }
    }

    static Stream<Frame> frames() {
        return Stream.of(0, 1, 125, 126, 127, 65_535, 65_536, 70_000)
                .flatMap(length -> Stream.of(new Frame(length, false), new Frame(length, true)));
    }

    private static int follow(FrameBoundary boundary, byte[] bytes, int from, int to, boolean stop) {
        ByteBuf data = Unpooled.wrappedBuffer(bytes, from, to - from);
        try {
            int followed = boundary.follow(data, stop);
            assertEquals(to - from, data.readableBytes(), "the bytes stay unread");
            return followed;
        } finally {
            data.release();
        }
    }

    @ParameterizedTest
    @MethodSource("frames")
    void knowsTheEndOfAFrameThatComesInTwoPieces(Frame frame) {
        byte[] bytes = frame.bytes();
        // every byte of the header, and some of a long payload
        for (int cut = 1; cut < bytes.length; cut += cut < 200 || cut > bytes.length - 20 ? 1 : 997) {
            FrameBoundary boundary = new FrameBoundary();
            assertTrue(boundary.atBoundary());
            follow(boundary, bytes, 0, cut, false);
            assertFalse(boundary.atBoundary(), "cut at " + cut);
            follow(boundary, bytes, cut, bytes.length, false);
            assertTrue(boundary.atBoundary(), "cut at " + cut);
        }
    }

    @Test
    void knowsEachEndByteByByte() {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        List<Integer> ends = new ArrayList<>();
        for (Frame frame : List.of(new Frame(0, false), new Frame(5, true), new Frame(126, false), new Frame(0, true),
                new Frame(65_536, true), new Frame(125, false))) {
            stream.writeBytes(frame.bytes());
            ends.add(stream.size());
        }
        byte[] bytes = stream.toByteArray();
        FrameBoundary boundary = new FrameBoundary();
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            assertEquals(1, follow(boundary, bytes, i, i + 1, false));
            if (boundary.atBoundary()) {
                found.add(i + 1);
            }
        }
        assertEquals(ends, found);
    }

    @ParameterizedTest
    @MethodSource("frames")
    void stopsBehindTheFrameThatIsUnderWay(Frame frame) {
        byte[] one = frame.bytes();
        byte[] bytes = java.util.Arrays.copyOf(one, one.length + 50);
        bytes[one.length] = (byte) 0x82;
        for (int cut : new int[]{1, one.length / 2 + 1, one.length - 1}) {
            FrameBoundary boundary = new FrameBoundary();
            follow(boundary, bytes, 0, cut, false);
            assertEquals(one.length - cut, follow(boundary, bytes, cut, bytes.length, true));
            assertTrue(boundary.atBoundary());
        }
    }

    @Test
    void findsNoBoundaryAnyMoreBehindALengthThatIsNone() {
        byte[] bytes = new byte[200];
        bytes[1] = 127;
        bytes[2] = (byte) 0x80;
        FrameBoundary boundary = new FrameBoundary();
        for (int i = 0; i < bytes.length; i++) {
            follow(boundary, bytes, i, i + 1, false);
            assertFalse(boundary.atBoundary());
        }
    }

    @Test
    void followsNothingWhereItShallStopAndStandsAtABoundary() {
        byte[] bytes = new Frame(5, false).bytes();
        assertEquals(0, follow(new FrameBoundary(), bytes, 0, bytes.length, true));
    }
}
