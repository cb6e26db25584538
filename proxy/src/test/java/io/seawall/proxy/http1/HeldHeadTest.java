package io.seawall.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeldHeadTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final HeldHead head = new HeldHead();

    @AfterEach
    void isOver() {
        head.drop();
        channel.finishAndReleaseAll();
    }

    private ByteBuf bytes(String text) {
        return ByteBufUtil.writeAscii(channel.alloc(), text);
    }

    /// What was written, a text for each buffer.
    private List<String> written() {
        channel.flush();
        List<String> texts = new ArrayList<>();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            texts.add(out.toString(StandardCharsets.US_ASCII));
            out.release();
        }
        return texts;
    }

    @Test
    void goesOutWithASmallPieceInOneBuffer() {
        head.hold(bytes("head "));

        channel.write(head.with(bytes("body"), channel));
        channel.write(head.with(bytes("more"), channel));

        assertEquals(List.of("head body", "more"), written());
    }

    @Test
    void goesOutBeforeALargePiece() {
        String large = "x".repeat(Wire.COPIED + 1);
        head.hold(bytes("head"));

        channel.write(head.with(bytes(large), channel));

        assertEquals(List.of("head", large), written());
    }

    @Test
    void goesOutAloneWhenItIsSent() {
        head.hold(bytes("head"));

        head.send(channel);
        head.send(channel);

        assertEquals(List.of("head"), written());
    }

    @Test
    void isForgottenWithWhomItWasFor() {
        ByteBuf bytes = bytes("head");
        head.hold(bytes);

        head.drop();
        head.send(channel);

        assertEquals(0, bytes.refCnt());
        assertNull(channel.readOutbound());
    }
}
