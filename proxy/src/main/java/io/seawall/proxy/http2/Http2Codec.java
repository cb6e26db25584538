package io.seawall.proxy.http2;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.seawall.config.Config;
import io.seawall.proxy.limit.HeapCost;
import io.seawall.proxy.limit.HeapLedger;

/// The library's HTTP/2 codec with every limit set in code, so that no system property weakens one.
public final class Http2Codec {
    // acknowledgements that a client does not take
    private static final int QUEUED_CONTROL_FRAMES = 1_000;
    // the codec counts the HEADERS frame too, and does not report a flood: Http2Budget's limit comes first
    private static final int FRAGMENTS = Http2Budget.CONTINUATIONS + 2;
    private static final int PSEUDO_HEADERS = 5;
    /// What the codec passes on, so that a head that is too long is refused with a page, in the log and in the metrics: beyond
    /// this the codec answers by itself, without a word, and beyond a quarter more it ends the connection.
    private static final int LONGEST = 64 * 1024;
    /// A proxy passes on what its clients send, and has limits of its own, of which Envoy's is the widest.
    private static final int LONGEST_OF_A_PROXY = 128 * 1024;
    /// Requests at once of a client that no layer has let in. A browser's first one is alone.
    static final int FEW = 16;

    private Http2Codec() {}

    /// The codec of a connection, whose client may ask for [#FEW] things at once until a layer has let it in.
    ///
    /// @param streams how many from then on
    public static Http2FrameCodec create(Channel connection, int streams, Config.Http limits) {
        HeapLedger ledger = HeapLedger.of(connection);
        ledger.charge(HeapCost.HTTP2);
        int few = ledger.isOpen() ? streams : Math.min(FEW, streams);
        Http2FrameCodec codec = create(few,
                Math.max(ledger.isShared() ? LONGEST_OF_A_PROXY : LONGEST, listSize(limits)));
        codec.connection().remote().maxActiveStreams(few); // from the first byte on, not from the client's acknowledgement
        if (few < streams) {
            ledger.whenGranted(() -> allow(connection, codec, streams));
        }
        return codec;
    }

    private static void allow(Channel connection, Http2FrameCodec codec, int streams) {
        ChannelHandlerContext ctx = connection.pipeline().context(codec);
        if (ctx != null) {
            codec.connection().remote().maxActiveStreams(streams);
            codec.encoder().writeSettings(ctx, new Http2Settings().maxConcurrentStreams(streams), ctx.newPromise());
            ctx.flush();
        }
    }

    public static Http2FrameCodec create(int streams, Config.Http limits) {
        return create(streams, listSize(limits));
    }

    /// Our own limits come first: this one counts 32 bytes beyond each field (RFC 9113, 6.5.2).
    private static long listSize(Config.Http limits) {
        return limits.headBytes() + 32L * (limits.fields() + PSEUDO_HEADERS);
    }

    private static Http2FrameCodec create(int streams, long listSize) {
        Http2Settings settings = Http2Settings.defaultSettings().maxConcurrentStreams(streams)
                .maxHeaderListSize(listSize)
                .connectProtocolEnabled(true);
        return new Builder().strictAndFair().initialSettings(settings)
                .headerSensitivityDetector(Http2ResponseHead::isSensitive)
                .validateHeaders(true)
                .validateRequiredPseudoHeaders(false).encoderIgnoreMaxHeaderListSize(true)
                .encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES)
                // Http2GuardHandler counts these, by time
                .encoderEnforceMaxRstFramesPerWindow(0, 0).decoderEnforceMaxRstFramesPerWindow(0, 0)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(0)
                .decoderEnforceMaxSmallContinuationFrames(FRAGMENTS)
                // who closes here has waited enough already
                .gracefulShutdownTimeoutMillis(0).build();
    }

    /// Streams get equal parts of the connection: the priorities of RFC 7540 are deprecated (RFC 9113, 5.3.2), and a tree
    /// of them is work that clients order and we do.
    private static final class Builder extends Http2FrameCodecBuilder {
        Builder strictAndFair() {
            Http2Connected connection = new Http2Connected();
            connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection,
                    new UniformStreamByteDistributor(connection)));
            connection(connection);
            frameLogger(new Http2Arrivals(connection));
            return this;
        }
    }

    /// The streams of a connection with this codec.
    public static Http2Streams streams(Http2FrameCodec codec) {
        return new Http2Streams(codec.connection());
    }
}
