package io.seawall.proxy.upstream;

import io.netty.buffer.ByteBuf;

/// Follows the frames of one direction of a WebSocket (RFC 6455, 5.2) without touching them, to know where one ends:
/// only there may a proxy put in a close frame of its own.
final class FrameBoundary {
    private static final int OPCODE = 0x0f;
    private static final int CLOSE = 8;

    private int headerBytes;
    private int headerLength = 2;
    private int secondByte;
    private long extendedLength;
    private long payloadLeft;
    private boolean closing;
    private boolean closed;

    /// Whether the bytes seen so far end with a whole frame.
    boolean atBoundary() {
        return headerBytes == 0 && payloadLeft == 0;
    }

    /// Whether a close frame was among them, whole.
    boolean closed() {
        return closed || closing && atBoundary();
    }

    /// Follows the readable bytes, which stay unread. With `stopAtBoundary` it stops behind the first frame that ends.
    ///
    /// @return the number of bytes followed
    int follow(ByteBuf data, boolean stopAtBoundary) {
        int start = data.readerIndex();
        int end = data.writerIndex();
        int at = start;
        while (at < end) {
            if (stopAtBoundary && atBoundary()) {
                break;
            }
            if (payloadLeft > 0) {
                int step = (int) Math.min(payloadLeft, end - at);
                payloadLeft -= step;
                at += step;
            } else {
                header(data.getByte(at++) & 0xff);
            }
        }
        return at - start;
    }

    private void header(int b) {
        if (headerBytes == 0) {
            closed = closed();
            closing = (b & OPCODE) == CLOSE;
        }
        headerBytes++;
        if (headerBytes == 2) {
            secondByte = b;
            int length = b & 0x7f;
            headerLength = 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + ((b & 0x80) != 0 ? 4 : 0);
            extendedLength = length < 126 ? length : 0;
        } else if (headerBytes > 2 && headerBytes <= headerLength - ((secondByte & 0x80) != 0 ? 4 : 0)) {
            extendedLength = extendedLength << 8 | b;
        }
        if (headerBytes >= 2 && headerBytes == headerLength) {
            // RFC 6455, 5.2: the highest bit is 0. Where it is not, no end is to be trusted any more, so none is found
            payloadLeft = extendedLength < 0 ? Long.MAX_VALUE : extendedLength;
            headerBytes = 0;
            headerLength = 2;
        }
    }
}
