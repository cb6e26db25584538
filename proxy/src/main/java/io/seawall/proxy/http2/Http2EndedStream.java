package io.seawall.proxy.http2;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// A stream that Seawall has reset: closed, and nothing about it changes.
@SuppressWarnings("TypeParameterUnusedInFormals") // the interface's
record Http2EndedStream(int id) implements Http2Stream {

    @Override
    public State state() {
        return State.CLOSED;
    }

    @Override
    public boolean isResetSent() {
        return true;
    }

    @Override
    public Http2Stream open(boolean halfClosed) {
        return this;
    }

    @Override
    public Http2Stream close() {
        return this;
    }

    @Override
    public Http2Stream closeLocalSide() {
        return this;
    }

    @Override
    public Http2Stream closeRemoteSide() {
        return this;
    }

    @Override
    public Http2Stream resetSent() {
        return this;
    }

    @Override
    public <V> @Nullable V setProperty(Http2Connection.PropertyKey key, V value) {
        return null;
    }

    @Override
    public <V> @Nullable V getProperty(Http2Connection.PropertyKey key) {
        return null;
    }

    @Override
    public <V> @Nullable V removeProperty(Http2Connection.PropertyKey key) {
        return null;
    }

    @Override
    public Http2Stream headersSent(boolean informational) {
        return this;
    }

    @Override
    public boolean isHeadersSent() {
        return false;
    }

    @Override
    public boolean isTrailersSent() {
        return false;
    }

    @Override
    public Http2Stream headersReceived(boolean informational) {
        return this;
    }

    @Override
    public boolean isHeadersReceived() {
        return false;
    }

    @Override
    public boolean isTrailersReceived() {
        return false;
    }

    @Override
    public Http2Stream pushPromiseSent() {
        return this;
    }

    @Override
    public boolean isPushPromiseSent() {
        return false;
    }
}
