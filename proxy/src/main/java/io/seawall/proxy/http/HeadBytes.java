package io.seawall.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;

/// Puts the head of a message together, and copies it into a buffer once. Used on one thread, for one head at a time.
public final class HeadBytes {
    private static final int KEPT = 16 * 1024;
    private static final FastThreadLocal<HeadBytes> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected HeadBytes initialValue() {
            return new HeadBytes();
        }
    };

    private byte[] bytes = new byte[2048];
    private int length;

    /// An empty one, which is the thread's only one.
    public static HeadBytes begin() {
        HeadBytes head = OF_THREAD.get();
        head.length = 0;
        return head;
    }

    /// ISO 8859-1, as the bytes came. What is beyond it becomes a question mark, never another character.
    public HeadBytes text(String text) {
        int count = text.length();
        if (length + count > bytes.length) {
            grow(length + count);
        }
        byte[] to = bytes;
        int at = length;
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            to[at + i] = (byte) (c > 0xff ? '?' : c);
        }
        length = at + count;
        return this;
    }

    /// As they are.
    HeadBytes bytes(byte[] from, int begin, int end) {
        int count = end - begin;
        if (length + count > bytes.length) {
            grow(length + count);
        }
        System.arraycopy(from, begin, bytes, length, count);
        length += count;
        return this;
    }

    public HeadBytes field(String name, String value) {
        return text(name).text(": ").text(value).endLine();
    }

    public HeadBytes fields(Headers headers) {
        for (int i = 0; i < headers.size(); i++) {
            headers.write(i, this);
        }
        return this;
    }

    public HeadBytes endLine() {
        return text("\r\n");
    }

    /// @param more how much space the buffer should have behind it
    public ByteBuf buffer(ByteBufAllocator allocator, int more) {
        ByteBuf out = allocator.buffer(length + more).writeBytes(bytes, 0, length);
        if (bytes.length > KEPT) {
            bytes = new byte[KEPT];
        }
        return out;
    }

    private void grow(int least) {
        bytes = Arrays.copyOf(bytes, Math.max(least, 2 * bytes.length));
    }
}
