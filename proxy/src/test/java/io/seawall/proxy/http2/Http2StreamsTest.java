package io.seawall.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.limit.HeapBudget;
import io.seawall.proxy.limit.HeapCost;
import io.seawall.proxy.limit.HeapLedger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http2StreamsTest {
    private final EmbeddedChannel connection = new EmbeddedChannel();
    private final Http2Streams streams = new Http2Streams(new DefaultHttp2Connection(true));

    /// A stream of the connection.
    private static final class Stream extends EmbeddedChannel implements Http2StreamChannel {
        private final int id;

        Stream(EmbeddedChannel connection, int id) {
            super(connection, DefaultChannelId.newInstance(), true, false);
            this.id = id;
        }

        @Override
        public Http2FrameStream stream() {
            return new Http2FrameStream() {
                @Override
                public int id() {
                    return id;
                }

                @Override
                public Http2Stream.State state() {
                    return Http2Stream.State.OPEN;
                }
            };
        }
    }

    @AfterEach
    void isOver() {
        connection.finishAndReleaseAll();
    }

    private Stream begin(int id) {
        Stream stream = new Stream(connection, id);
        streams.opened(stream);
        Exchange.start(stream, null);
        return stream;
    }

    private int booked() {
        return HeapLedger.of(connection).booked();
    }

    /// Over a trusted proxy's connection, which carries the requests of many clients.
    @Test
    void bookTheFramesOfWhatNoLayerGrantedAndNoOthers() {
        assertTrue(HeapLedger.open(new HeapBudget(HeapBudget.PER_CONNECTION, Long.MAX_VALUE, excess -> {}), connection,
                true));
        HeapLedger ledger = HeapLedger.of(connection);
        Stream granted = begin(1);
        Stream other = begin(3);
        Exchange.of(granted).granted("api");
        int before = booked();

        for (int i = 0; i < Http2DataHandler.MOST; i++) {
            assertTrue(streams.hold(1, ledger));
        }
        assertEquals(before, booked());
        assertTrue(streams.hold(3, ledger));
        assertEquals(before + HeapCost.FRAME, booked());

        streams.took(granted);
        assertEquals(before + HeapCost.FRAME, booked());
        streams.took(other);
        assertEquals(before, booked());
        streams.ended(granted);
        assertEquals(before - HeapCost.STREAM, booked());
        granted.finishAndReleaseAll();
        other.finishAndReleaseAll();
    }
}
