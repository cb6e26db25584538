package io.seawall.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Http2FramesTest {
    private final List<String> seen = new ArrayList<>();
    private int most = Integer.MAX_VALUE;
    private final Http2Frames.Listener listener = new Http2Frames.Listener() {
        @Override
        public boolean begins(int type, int flags, int stream, int length) {
            seen.add("type " + type + " flags " + flags + " stream " + stream + " length " + length);
            return seen.size() < most;
        }

        @Override
        public boolean complete(int type, long payload) {
            seen.add("end " + type + " " + Long.toHexString(payload));
            return seen.size() < most;
        }
    };

    private static ByteBuf bytes(int... bytes) {
        ByteBuf buffer = Unpooled.buffer();
        for (int b : bytes) {
            buffer.writeByte(b);
        }
        return buffer;
    }

    private static final int[] TWO = {0, 0, 4, 3, 0, 0, 0, 0, 5, 0, 0, 0, 8, 0, 0, 0, 4, 1, 0x80, 0, 0, 0};
    private static final List<String> TWO_SEEN = List.of("type 3 flags 0 stream 5 length 4", "end 3 8",
            "type 4 flags 1 stream 0 length 0", "end 4 0");

    @Test
    void tellsEachFrameAndItsEnd() {
        Http2Frames frames = new Http2Frames(0);

        assertEquals(TWO.length, frames.follow(bytes(TWO), listener));
        assertEquals(TWO_SEEN, seen);
        assertEquals(-1, frames.unfinished());
    }

    @Test
    void tellsTheSameByteByByte() {
        Http2Frames frames = new Http2Frames(0);
        for (int b : TWO) {
            frames.follow(bytes(b), listener);
        }
        assertEquals(TWO_SEEN, seen);
    }

    @Test
    void leavesTheBytesUnread() {
        ByteBuf data = bytes(TWO);
        new Http2Frames(0).follow(data, listener);

        assertEquals(TWO.length, data.readableBytes());
    }

    @Test
    void stepsOverThePreface() {
        Http2Frames frames = new Http2Frames(3);
        frames.follow(bytes(1, 2), listener);
        assertEquals(Http2Frames.SETTINGS, frames.unfinished());
        frames.follow(bytes(3), listener);
        assertEquals(-1, frames.unfinished());
        frames.follow(bytes(TWO), listener);

        assertEquals(TWO_SEEN, seen);
    }

    @Test
    void knowsWhatIsUnderWay() {
        Http2Frames frames = new Http2Frames(0);
        frames.follow(bytes(0, 0), listener);
        assertEquals(Http2Frames.SETTINGS, frames.unfinished());
        frames.follow(bytes(2, 1, 0, 0, 0, 0, 1, 0xff), listener);
        assertEquals(Http2Frames.HEADERS, frames.unfinished());
        frames.follow(bytes(0xff), listener);
        assertEquals(-1, frames.unfinished());
    }

    @Test
    void reachesTheLargestLengthAndStream() {
        new Http2Frames(0).follow(bytes(0xff, 0xff, 0xff, 0, 0, 0xff, 0xff, 0xff, 0xff), listener);

        assertEquals(List.of("type 0 flags 0 stream 2147483647 length 16777215"), seen);
    }

    @Test
    void keepsTheFirstEightBytesOfAPayload() {
        new Http2Frames(0).follow(bytes(0, 0, 10, 7, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), listener);

        assertEquals("end 7 102030405060708", seen.getLast());
    }

    @Test
    void stopsWhereItIsTold() {
        most = 1;
        assertEquals(9, new Http2Frames(0).follow(bytes(TWO), listener));
        assertEquals(1, seen.size());
    }

    @Test
    void goesOnBehindAFrameWhereItStopped() {
        Http2Frames frames = new Http2Frames(0);
        ByteBuf data = bytes(TWO);
        most = 2;
        int end = frames.follow(data, listener);
        assertEquals(13, end);

        most = Integer.MAX_VALUE;
        assertEquals(TWO.length, frames.follow(data.readerIndex(end), listener));
        assertEquals(TWO_SEEN, seen);
    }
}
