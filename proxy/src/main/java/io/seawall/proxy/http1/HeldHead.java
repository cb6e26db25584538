package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/// A message's head that waits for the first piece of its body: a small one goes out behind it in the same buffer, one
/// write for both. Holds the head while it waits; a flush sends it first.
public final class HeldHead {
    private static final FastThreadLocal<byte[]> SMALL = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[Wire.COPIED];
        }
    };

    private @Nullable ByteBuf head;

    /// Takes over the head. There is no other, or it was sent.
    public void hold(ByteBuf bytes) {
        drop();
        head = bytes;
    }

    /// Writes it, if it still waits.
    public void send(ChannelOutboundInvoker to) {
        ByteBuf waiting = head;
        if (waiting != null) {
            head = null;
            to.write(waiting);
        }
    }

    /// What is to be written for a piece of the body: with the head, or only the piece, the head having been written.
    /// Takes over the piece.
    public ByteBuf with(ByteBuf piece, ChannelOutboundInvoker to) {
        ByteBuf waiting = head;
        if (waiting == null) {
            return piece;
        }
        if (piece.readableBytes() > Wire.COPIED) {
            send(to);
            return piece;
        }
        head = null;
        // by way of the heap: from buffer to buffer Netty makes objects
        byte[] bytes = SMALL.get();
        int length = piece.readableBytes();
        piece.readBytes(bytes, 0, length).release();
        return waiting.writeBytes(bytes, 0, length);
    }

    /// Drops it: the client has gone.
    public void drop() {
        if (head != null) {
            head.release();
            head = null;
        }
    }
}
