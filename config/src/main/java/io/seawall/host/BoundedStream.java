package io.seawall.host;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/// Gives so many bytes of another stream; an exception comes in place of the first one beyond.
public final class BoundedStream extends FilterInputStream {
    private final Supplier<? extends IOException> beyond;
    private int left;

    public BoundedStream(InputStream in, int most, Supplier<? extends IOException> beyond) {
        super(in);
        left = most;
        this.beyond = beyond;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int count = in.read(to, offset, Math.min(length, left + 1));
        if (count > left) {
            throw beyond.get();
        }
        left -= Math.max(0, count);
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return count <= 0 ? 0 : Math.max(0, read(new byte[(int) Math.min(count, 8192)]));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
