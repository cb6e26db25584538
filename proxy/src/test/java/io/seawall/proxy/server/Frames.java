package io.seawall.proxy.server;

import io.seawall.proxy.server.ScriptedUpstream.Connection;
import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/// WebSocket handshakes and frames (RFC 6455) for both ends that the tests play.
final class Frames {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

    private Frames() {}

    /// @param payload unmasked
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(boolean last, int opcode, byte[] payload) {

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return ByteBuffer.wrap(payload).getShort() & 0xffff;
        }
    }

    /// As a server sends it.
    static byte[] unmasked(int opcode, byte[] payload) {
        return frame(true, opcode, payload, false);
    }

    static byte[] unmasked(int opcode, String text) {
        return unmasked(opcode, text.getBytes(StandardCharsets.UTF_8));
    }

    /// As a client sends it.
    static byte[] masked(int opcode, byte[] payload) {
        return frame(true, opcode, payload, true);
    }

    static byte[] masked(int opcode, String text) {
        return masked(opcode, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] closing(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array();
    }

    private static byte[] frame(boolean last, int opcode, byte[] payload, boolean mask) {
        ByteBuffer out = ByteBuffer.allocate(payload.length + 14);
        out.put((byte) ((last ? 0x80 : 0) | opcode));
        int maskBit = mask ? 0x80 : 0;
        if (payload.length < 126) {
            out.put((byte) (maskBit | payload.length));
        } else if (payload.length < 1 << 16) {
            out.put((byte) (maskBit | 126)).putShort((short) payload.length);
        } else {
            out.put((byte) (maskBit | 127)).putLong(payload.length);
        }
        if (mask) {
            out.put(MASK);
        }
        for (int i = 0; i < payload.length; i++) {
            out.put((byte) (mask ? payload[i] ^ MASK[i % 4] : payload[i]));
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    static Frame read(WireReader in) throws IOException {
        byte[] start = in.exactly(2);
        int length = start[1] & 0x7f;
        if (length == 126) {
            length = ByteBuffer.wrap(in.exactly(2)).getShort() & 0xffff;
        } else if (length == 127) {
            length = Math.toIntExact(ByteBuffer.wrap(in.exactly(8)).getLong());
        }
        byte[] mask = (start[1] & 0x80) != 0 ? in.exactly(4) : new byte[4];
        byte[] payload = in.exactly(length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return new Frame(start[0] < 0, start[0] & 0x0f, payload);
    }

    /// The 101 that a handshake asks for.
    static String switching(Message handshake) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + accept(handshake.one("Sec-WebSocket-Key")) + "\r\n\r\n";
    }

    static String accept(String key) {
        try {
            byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// A server that sends every frame back, answers pings, and closes as it is asked to.
    static void echo(Connection connection) throws IOException {
        connection.send(switching(connection.request()));
        while (!connection.atEnd()) {
            Frame frame = read(connection.in);
            switch (frame.opcode()) {
                case PING -> connection.send(unmasked(PONG, frame.payload()));
                case CLOSE -> {
                    connection.send(unmasked(CLOSE, frame.payload()));
                    return;
                }
                default -> connection.send(frame(frame.last(), frame.opcode(), frame.payload(), false));
            }
        }
    }
}
