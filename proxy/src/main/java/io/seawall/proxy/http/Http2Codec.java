package io.seawall.proxy.http;

import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.seawall.config.Config;

/// The library's HTTP/2 codec with every limit set in code, so that no system property weakens one.
public final class Http2Codec {
    // acknowledgements that a client does not take
    private static final int QUEUED_CONTROL_FRAMES = 1_000;
    private static final int RESETS = 200;
    private static final int RESET_SECONDS = 30;
    private static final int EMPTY_DATA_FRAMES = 2;
    // the codec counts the HEADERS frame too, and says nothing of what it found: Http2Budget's limit comes first
    private static final int FRAGMENTS = Http2Budget.CONTINUATIONS + 2;
    private static final int PSEUDO_HEADERS = 5;

    private Http2Codec() {}

    public static Http2FrameCodec create(int streams, Config.Http limits) {
        Http2Settings settings = Http2Settings.defaultSettings().maxConcurrentStreams(streams)
                // our own limits come first: this one counts 32 bytes beyond each field (RFC 9113, 6.5.2)
                .maxHeaderListSize(limits.headBytes() + 32L * (limits.fields() + PSEUDO_HEADERS))
                .connectProtocolEnabled(true);
        return Http2FrameCodecBuilder.forServer().initialSettings(settings).validateHeaders(true)
                .validateRequiredPseudoHeaders(false).encoderIgnoreMaxHeaderListSize(true)
                .encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES)
                .encoderEnforceMaxRstFramesPerWindow(RESETS, RESET_SECONDS)
                .decoderEnforceMaxRstFramesPerWindow(RESETS, RESET_SECONDS)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_DATA_FRAMES)
                .decoderEnforceMaxSmallContinuationFrames(FRAGMENTS)
                // who closes here has waited enough already
                .gracefulShutdownTimeoutMillis(0).build();
    }

    /// The streams of a connection with this codec.
    public static Http2Streams streams(Http2FrameCodec codec) {
        return new Http2Streams(codec.connection());
    }
}
