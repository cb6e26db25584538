package io.seawall.proxy.http2;

/// The streams of a connection that were reset last, and how many frames came on each of them since.
final class Http2Resets {
    /// More than a client can have open.
    private static final int REMEMBERED = 128;
    /// On one stream: what a window holds, in small pieces. A client that sends more has had time to read the reset.
    static final int MOST_LATE = 256;

    private int[] streams = {};
    private int[] frames = {};
    private int next;

    void add(int stream) {
        if (streams.length == 0) {
            streams = new int[REMEMBERED];
            frames = new int[REMEMBERED];
        }
        if (indexOf(stream) < 0) {
            streams[next] = stream;
            frames[next] = 0;
            next = (next + 1) % REMEMBERED;
        }
    }

    /// From now on no frame on the stream is late.
    void expectNone(int stream) {
        add(stream);
        frames[indexOf(stream)] = MOST_LATE;
    }

    /// A frame came. Whether it was sent before its client can have read that the stream is reset.
    boolean isLate(int stream) {
        int index = indexOf(stream);
        return index >= 0 && ++frames[index] <= MOST_LATE;
    }

    private int indexOf(int stream) {
        for (int i = 0; i < streams.length; i++) {
            if (streams[i] == stream) {
                return i;
            }
        }
        return -1;
    }
}
