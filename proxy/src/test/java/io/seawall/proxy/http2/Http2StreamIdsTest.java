package io.seawall.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.Test;

class Http2StreamIdsTest {
    private final Http2StreamIds ids = new Http2StreamIds();

    @Test
    void takesNewStreamsInOrder() {
        assertNull(ids.head(1, true));
        assertNull(ids.head(3, false));
        assertNull(ids.head(9, true));
    }

    @Test
    void refusesAStreamThatEnded() {
        ids.head(1, true);
        assertEquals(Http2Error.STREAM_CLOSED, ids.head(1, true));
    }

    @Test
    void refusesAStreamThatEndedWithItsBodyOrReset() {
        ids.head(1, false);
        ids.ended(1);
        assertEquals(Http2Error.STREAM_CLOSED, ids.head(1, true));
    }

    @Test
    void takesTrailersOnce() {
        ids.head(1, false);
        assertNull(ids.head(1, true));
        assertEquals(Http2Error.STREAM_CLOSED, ids.head(1, true));
    }

    @Test
    void refusesAStreamThatWasPassedOver() {
        ids.head(5, true);
        assertEquals(Http2Error.PROTOCOL_ERROR, ids.head(3, true));
    }

    @Test
    void takesTrailersOfAStreamThatWasResetMeanwhile() {
        ids.head(1, false);
        ids.reset(1);
        assertNull(ids.head(1, true));
    }

    /// Else a client that has its uploads refused makes Seawall forget another's, and the trailers of that one are an error.
    @Test
    void doesNotForgetAStreamForThoseThatWereReset() {
        ids.head(1, false);
        for (int stream = 3; stream < 2_000; stream += 2) {
            ids.head(stream, false);
            ids.reset(stream);
        }
        assertNull(ids.head(1, true));
    }

    @Test
    void remembersABoundedNumber() {
        for (int stream = 1; stream < 2_000; stream += 2) {
            assertNull(ids.head(stream, false));
        }
        assertNull(ids.head(1_999, true));
        assertEquals(Http2Error.PROTOCOL_ERROR, ids.head(1, true));
    }
}
