package io.seawall.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The gateway's end of a connection that the relay opens in memory, on the event loop of the client's channel. What
/// Seawall writes is read by [NettyReading], and every request that is whole gets the answer.
public final class MemoryGateway extends EmbeddedChannel {
    static final String NO_CONTENT = "HTTP/1.1 204 No Content\r\nX-From-Gateway: yes\r\n\r\n";

    /// The relay makes them by reflection, so that this is the way to get hold of them.
    private static final ThreadLocal<List<MemoryGateway>> MADE = ThreadLocal.withInitial(ArrayList::new);

    private final NettyReading reading = new NettyReading();
    private int answered;
    private boolean broken;

    public MemoryGateway() {
        super(false, false);
        MADE.get().add(this);
    }

    /// Those that were opened on this thread since the last call.
    public static List<MemoryGateway> take() {
        List<MemoryGateway> made = List.copyOf(MADE.get());
        MADE.remove();
        return made;
    }

    NettyReading reading() {
        return reading;
    }

    /// Reads what was written and answers it; whether there was anything.
    boolean serve(String answer) {
        boolean any = false;
        for (ByteBuf out = readOutbound(); out != null; out = readOutbound()) {
            reading.add(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
            any = true;
        }
        while (isOpen() && answered < reading.complete()) {
            answered++;
            any = true;
            writeInbound(Unpooled.copiedBuffer(answer, StandardCharsets.ISO_8859_1));
        }
        return any;
    }

    /// From here on it takes no bytes, as one that has closed its socket.
    void takesNoMore() {
        broken = true;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        if (broken) {
            throw new IOException("Broken pipe");
        }
        super.doWrite(in);
    }

    @Override
    protected void doShutdownOutput() {
        // as a socket does: what it receives can still be read
    }

    void end() {
        reading.close();
        finishAndReleaseAll();
    }
}
