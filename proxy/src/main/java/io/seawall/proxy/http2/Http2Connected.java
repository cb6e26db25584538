package io.seawall.proxy.http2;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// The codec's connection, which also remembers the streams that Seawall refused or reset. Until the client has read that,
/// it goes on sending on them, and Seawall must ignore it (RFC 9113, 5.1). The library forgets such a stream at once: it
/// answers each late frame with another reset, and a frame on a stream that it refused ends the connection.
final class Http2Connected extends DefaultHttp2Connection {
    private final Http2Resets resets = new Http2Resets();
    /// The newest stream that a head named, in a frame that the codec has seen to, or that Seawall refused.
    private int newest;
    /// As [#newest], the frame included that the codec is about to see.
    private int arriving;
    /// The stream of such a frame, when the frame comes too late.
    private int late;

    Http2Connected() {
        super(true);
    }

    /// A head, or trailers, are about to reach the codec.
    void headCame(int stream) {
        dataCame(stream);
        arriving = Math.max(arriving, stream);
    }

    /// A DATA frame is about to reach the codec.
    void dataCame(int stream) {
        otherCame();
        late = resets.isLate(stream) ? stream : 0;
    }

    /// The client ends a stream: it knows that nothing may follow, whether or not Seawall ends the stream as well.
    void resetCame(int stream) {
        otherCame();
        resets.expectNone(stream);
    }

    /// A frame that may follow a head on its stream is about to reach the codec.
    void otherCame() {
        newest = arriving;
    }

    /// Seawall ends a stream. Its head is not known where it was too long to be seen here.
    void reset(int stream) {
        resets.add(stream);
        if (remote().isValidStreamId(stream)) {
            arriving = Math.max(arriving, stream);
        }
    }

    @Override
    public boolean streamMayHaveExisted(int stream) {
        return super.streamMayHaveExisted(stream) || remote().isValidStreamId(stream) && stream <= newest;
    }

    /// What the codec gets for a late frame makes it ignore that frame, once, and give its bytes of the window back.
    @Override
    public @Nullable Http2Stream stream(int id) {
        Http2Stream stream = super.stream(id);
        boolean isLate = id == late;
        if (isLate) {
            late = 0; // also where the reset still waits to be written: the codec ignores the frame by itself
        }
        return stream == null && isLate ? new Http2EndedStream(id) : stream;
    }
}
