package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http2IdleTest {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int IDLE = (int) TestConfig.HTTP.idle().toSeconds();
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int ACK = 1;
    private static final int END = 5; // of the stream, and of its head

    private final Http2Memory connection = new Http2Memory();
    // of the last one that came
    private final byte[] ping = new byte[8];

    Http2IdleTest() {
        connection.sends(PREFACE, frame(SETTINGS, 0, 0, new byte[0]));
        connection.receives();
    }

    @AfterEach
    void ends() {
        connection.isOver();
        connection.receives();
    }

    @Test
    void isNotIdleWhereRequestsComeAndGoBetweenTwoLooks() {
        for (int i = 0; i < IDLE + 10; i++) {
            connection.sends(request(2 * i + 1));
            connection.waits(1);
        }

        assertEquals(IDLE + 10, connection.seen().size());
        assertTrue(connection.isConnected());
        assertFalse(sendsGoAway());
    }

    @Test
    void sendsGoAwayFirstAndClosesWhenTheClientHasReadIt() {
        connection.sends(request(1));
        connection.receives();
        List<String> received = List.of();
        int waited = 0;
        while (received.isEmpty() && waited < 2 * IDLE) {
            connection.waits(1);
            received = received();
            waited++;
        }

        assertTrue(waited >= IDLE && waited <= IDLE + 3, "goaway after " + waited + " s");
        assertEquals(List.of("goaway after 2147483647", "ping"), received);
        assertTrue(connection.isConnected());

        connection.sends(frame(PING, ACK, 0, ping));
        assertEquals(List.of("goaway after 1"), received());
        assertFalse(connection.isConnected());
    }

    @Test
    void answersWhatCrossesTheGoAway() {
        connection.sends(request(1));
        connection.receives();
        connection.drains();
        assertEquals(List.of("goaway after 2147483647", "ping"), received());

        connection.sends(request(3), frame(PING, ACK, 0, ping));

        assertEquals(2, connection.seen().size());
        assertTrue(received().contains("goaway after 3"));
        assertFalse(connection.isConnected());
    }

    @Test
    void doesNotWaitForAClientThatDoesNotAnswerTheGoAway() {
        connection.sends(request(1));
        connection.receives();
        connection.drains();
        connection.waits(3);

        assertTrue(received().contains("goaway after 1"));
        connection.waits(2);
        assertFalse(connection.isConnected());
    }

    @Test
    void takesNoOtherPingForAnAnswerToTheGoAway() {
        connection.sends(request(1));
        connection.receives();
        connection.drains();
        received();

        connection.sends(frame(PING, ACK, 0, new byte[8]));

        assertEquals(List.of(), received());
        assertTrue(connection.isConnected());
    }

    @Test
    void saysWhatIsAnsweredAlsoWhereItIsClosedAtOnce() {
        connection.sends(request(1));
        connection.receives();
        connection.drains();
        received();

        connection.closes();

        assertEquals(List.of("goaway after 1"), received());
    }

    private boolean sendsGoAway() {
        return received().stream().anyMatch(frame -> frame.startsWith("goaway"));
    }

    /// GOAWAYs and pings.
    private List<String> received() {
        ByteBuf bytes = Unpooled.wrappedBuffer(connection.receives());
        List<String> found = new ArrayList<>();
        while (bytes.readableBytes() >= 9) {
            int length = bytes.readUnsignedMedium();
            int type = bytes.readByte();
            bytes.skipBytes(5);
            ByteBuf payload = bytes.readSlice(length);
            if (type == GOAWAY) {
                found.add("goaway after " + payload.readInt());
            } else if (type == PING) {
                payload.readBytes(ping);
                found.add("ping");
            }
        }
        return found;
    }

    // of https://localhost/, by RFC 7541, appendix A: its entries 2, 7, 4, and 1 with a value
    private static byte[] request(int stream) {
        byte[] authority = "localhost".getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(new byte[]{(byte) 0x82, (byte) 0x87, (byte) 0x84, 0x41, (byte) authority.length});
        block.writeBytes(authority);
        return frame(HEADERS, END, stream, block.toByteArray());
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[]{0, (byte) (payload.length >> 8), (byte) payload.length, (byte) type, (byte) flags, 0,
            (byte) (stream >> 16), (byte) (stream >> 8), (byte) stream});
        out.writeBytes(payload);
        return out.toByteArray();
    }
}
