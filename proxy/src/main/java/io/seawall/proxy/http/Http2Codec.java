package io.seawall.proxy.http;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.seawall.config.Config;

/// The library's HTTP/2 codec with every limit set in code, so that no system property weakens one.
public final class Http2Codec {
    // acknowledgements that a client does not take
    private static final int QUEUED_CONTROL_FRAMES = 1_000;
    private static final int RESETS = 200;
    private static final int RESET_SECONDS = 30;
    // the codec counts the HEADERS frame too, and says nothing of what it found: Http2Budget's limit comes first
    private static final int FRAGMENTS = Http2Budget.CONTINUATIONS + 2;
    private static final int PSEUDO_HEADERS = 5;

    private Http2Codec() {}

    public static Http2FrameCodec create(int streams, Config.Http limits) {
        Http2Settings settings = Http2Settings.defaultSettings().maxConcurrentStreams(streams)
                // our own limits come first: this one counts 32 bytes beyond each field (RFC 9113, 6.5.2)
                .maxHeaderListSize(limits.headBytes() + 32L * (limits.fields() + PSEUDO_HEADERS))
                .connectProtocolEnabled(true);
        return new Builder().strictAndFair().initialSettings(settings).headerSensitivityDetector(Http2ResponseHead::isSensitive)
                .validateHeaders(true)
                .validateRequiredPseudoHeaders(false).encoderIgnoreMaxHeaderListSize(true)
                .encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES)
                .encoderEnforceMaxRstFramesPerWindow(RESETS, RESET_SECONDS)
                .decoderEnforceMaxRstFramesPerWindow(RESETS, RESET_SECONDS)
                // Http2Budget counts them, by time
                .decoderEnforceMaxConsecutiveEmptyDataFrames(0)
                .decoderEnforceMaxSmallContinuationFrames(FRAGMENTS)
                // who closes here has waited enough already
                .gracefulShutdownTimeoutMillis(0).build();
    }

    /// Streams get equal parts of the connection: the priorities of RFC 7540 are deprecated (RFC 9113, 5.3.2), and a tree
    /// of them is work that clients order and we do.
    private static final class Builder extends Http2FrameCodecBuilder {
        Builder strictAndFair() {
            DefaultHttp2Connection connection = new DefaultHttp2Connection(true);
            connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection,
                    new UniformStreamByteDistributor(connection)));
            connection(connection);
            frameLogger(new Http2Lengths());
            return this;
        }
    }

    /// The streams of a connection with this codec.
    public static Http2Streams streams(Http2FrameCodec codec) {
        return new Http2Streams(codec.connection());
    }
}
