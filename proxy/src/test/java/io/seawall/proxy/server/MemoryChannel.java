package io.seawall.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.proxy.credential.Tarpit;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client's channel in memory: wire text in, wire text out. Everything that comes out is released here.
public final class MemoryChannel extends EmbeddedChannel {
    private final @Nullable InetSocketAddress peer;

    public MemoryChannel(String peer, ChannelHandler... handlers) {
        super(false, false);
        this.peer = new InetSocketAddress(InetAddress.ofLiteral(peer), 40_000);
        pipeline().addLast(handlers);
        try {
            register();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return peer;
    }

    /// The answer to a request whose lines end in LF here; the head's empty line is added.
    public String ask(String request) {
        return sendAndWait(request.stripTrailing().replace("\n", "\r\n") + "\r\n\r\n");
    }

    /// What comes out after the text went in as it is, or, if that is nothing, as late as for one who is locked out.
    String sendAndWait(String wire) {
        String answer = send(wire);
        if (!answer.isEmpty()) {
            return answer;
        }
        advanceTimeBy(Tarpit.MILLIS, TimeUnit.MILLISECONDS);
        runScheduledPendingTasks();
        return written();
    }

    /// What comes out after the text went in as it is.
    public String send(String wire) {
        writeInbound(Unpooled.copiedBuffer(wire, StandardCharsets.ISO_8859_1));
        runPendingTasks();
        return written();
    }

    /// What was written and not yet read.
    public String written() {
        StringBuilder text = new StringBuilder();
        for (Object message = readOutbound(); message != null; message = readOutbound()) {
            ByteBuf bytes = (ByteBuf) message;
            text.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
        }
        return text.toString();
    }

    /// Lets time pass, as it does: with a tick each second.
    void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            advanceTimeBy(1, TimeUnit.SECONDS);
            runScheduledPendingTasks();
        }
    }

    /// The messages that went through the whole pipeline and that no handler took.
    public List<Object> passed() {
        List<Object> messages = new ArrayList<>();
        for (Object message = readInbound(); message != null; message = readInbound()) {
            messages.add(message);
        }
        return messages;
    }

    @Override
    public String toString() {
        return "memory";
    }
}
