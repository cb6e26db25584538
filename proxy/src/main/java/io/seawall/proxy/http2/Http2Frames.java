package io.seawall.proxy.http2;

import io.netty.buffer.ByteBuf;

/// Follows the frames of one direction of an HTTP/2 connection (RFC 9113, 4.1) without touching them: what they are, and
/// where they end.
public final class Http2Frames {
    static final int DATA = 0;
    public static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    private static final int HEADER = 9;
    // what a RST_STREAM or GOAWAY begins with
    private static final int KEPT = 8;

    /// Gets each frame: at its header, and when it is complete.
    interface Listener {
        /// @return false to follow no further
        boolean begins(int type, int flags, int stream, int length);

        /// @param payload its first bytes, at most 8, as one number
        /// @return false to follow no further for now
        boolean complete(int type, long payload);
    }

    private int skip;
    private int headerBytes;
    private int length;
    private int type;
    private int flags;
    private int stream;
    private int left;
    private long payload;
    private int kept;

    /// @param preface bytes in front of the first frame
    Http2Frames(int preface) {
        skip = preface;
    }

    /// The type of the frame that is under way, its header or its payload; -1 where one has just ended. A header that is
    /// not complete counts as SETTINGS, which may not be waited for either.
    int unfinished() {
        return headerBytes == HEADER ? type : headerBytes > 0 || skip > 0 ? SETTINGS : -1;
    }

    /// Follows the readable bytes, which stay unread.
    ///
    /// @return the index behind those that were followed: the last one's unless the listener wanted no more
    int follow(ByteBuf data, Listener listener) {
        int at = data.readerIndex();
        int end = data.writerIndex();
        while (at < end) {
            if (skip > 0) {
                int step = Math.min(skip, end - at);
                skip -= step;
                at += step;
            } else if (headerBytes < HEADER) {
                header(data.getUnsignedByte(at++));
                if (headerBytes == HEADER) {
                    left = length;
                    if (!listener.begins(type, flags, stream & 0x7fff_ffff, length)) {
                        return at;
                    }
                    if (isOver(listener)) {
                        return at;
                    }
                }
            } else {
                at += payload(data, at, end);
                if (isOver(listener)) {
                    return at;
                }
            }
        }
        return at;
    }

    private void header(int b) {
        switch (headerBytes) {
            case 0 -> length = b;
            case 1, 2 -> length = length << 8 | b;
            case 3 -> type = b;
            case 4 -> flags = b;
            default -> stream = stream << 8 | b;
        }
        headerBytes++;
    }

    private int payload(ByteBuf data, int at, int end) {
        int step = Math.min(left, end - at);
        for (int i = at; i < at + step && kept < KEPT; i++) {
            payload = payload << 8 | data.getUnsignedByte(i);
            kept++;
        }
        left -= step;
        return step;
    }

    /// Whether the frame is complete and its listener wants no more.
    private boolean isOver(Listener listener) {
        if (left > 0) {
            return false;
        }
        int ended = type;
        long first = payload;
        headerBytes = 0;
        kept = 0;
        payload = 0;
        return !listener.complete(ended, first);
    }
}
