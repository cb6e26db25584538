package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.Rule;

/// Finds the end of a head in bytes that arrive in pieces, looking at each byte once. Line ends and sizes are judged
/// here, so that a head that cannot become valid is refused before it is complete.
public final class HeadScanner {
    private static final byte ALERT = 21;
    private static final byte HANDSHAKE = 22;
    private static final byte MAJOR = 3;

    private final int longestLine;
    private final int mostBytes;
    private int scanned;
    private int lineStart;
    private boolean first = true;

    /// @param longestLine of the request line, without its end
    /// @param mostBytes of the whole head
    public HeadScanner(int longestLine, int mostBytes) {
        this.longestLine = longestLine;
        this.mostBytes = mostBytes;
    }

    /// The head's length with its empty line, or -1 while it is incomplete.
    public int scan(ByteBuf in) throws HygieneException {
        int start = in.readerIndex();
        int readable = in.readableBytes();
        if (first && readable > 1 && isTls(in.getByte(start), in.getByte(start + 1))) {
            throw new HygieneException(Rule.TLS_ON_PLAIN_PORT);
        }
        while (scanned < readable) {
            int lf = in.indexOf(start + scanned, start + readable, (byte) '\n');
            if (lf < 0) {
                scanned = readable;
                break;
            }
            int at = lf - start;
            if (at == 0 || in.getByte(lf - 1) != '\r') {
                throw new HygieneException(Rule.BARE_LF);
            }
            int length = at + 1 - lineStart;
            if (first && length > longestLine + 2) {
                throw new HygieneException(Rule.LINE_TOO_LONG);
            }
            scanned = at + 1;
            lineStart = scanned;
            if (length == 2) {
                return checked(scanned);
            }
            first = false;
        }
        // the last byte may be the CR
        if (first && scanned - lineStart > longestLine + 1) {
            throw new HygieneException(Rule.LINE_TOO_LONG);
        }
        checked(scanned);
        return -1;
    }

    /// A ClientHello holds no line end for long, or none at all, so a client would be waited for in vain; a TLS server
    /// answers a plain request with an alert.
    private static boolean isTls(byte type, byte major) {
        return (type == HANDSHAKE || type == ALERT) && major == MAJOR;
    }

    void reset() {
        scanned = 0;
        lineStart = 0;
        first = true;
    }

    private int checked(int size) throws HygieneException {
        if (size > mostBytes) {
            throw new HygieneException(Rule.HEAD_TOO_LARGE);
        }
        return size;
    }
}
