package io.seawall.proxy.diagnose.doctor.probe;

import io.seawall.proxy.diagnose.doctor.probe.Conversation.NotHttpException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// A message of a WebSocket that fits into one frame (RFC 6455, section 5), or its end.
///
/// @param code why it was closed; 0 for a message
public record WebSocketFrame(int code, String text) {
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int NO_CODE = 1005;

    /// The next text or close frame; others are passed over.
    static WebSocketFrame read(InputStream in) throws IOException {
        while (true) {
            int opcode = octet(in) & 15;
            int length = octet(in) & 127;
            if (length == 126) {
                length = octet(in) << 8 | octet(in);
            } else if (length == 127) {
                throw new NotHttpException(); // nothing that we ask has so long an answer
            }
            byte[] payload = in.readNBytes(length);
            if (opcode == TEXT) {
                return new WebSocketFrame(0, new String(payload, StandardCharsets.UTF_8));
            } else if (opcode == CLOSE) {
                return payload.length < 2
                        ? new WebSocketFrame(NO_CODE, "")
                        : new WebSocketFrame((payload[0] & 255) << 8 | payload[1] & 255,
                                new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
            }
        }
    }

    private static int octet(InputStream in) throws IOException {
        int octet = in.read();
        if (octet < 0) {
            throw new EOFException("ended between frames");
        }
        return octet;
    }

    static byte[] text(String message) {
        return wire(TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    /// The end, as it should be.
    static byte[] close() {
        return wire(CLOSE, new byte[]{1000 >> 8, (byte) 1000});
    }

    /// A client masks every frame; with zeros, which is allowed and changes nothing.
    private static byte[] wire(int opcode, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(128 | opcode);
        if (payload.length < 126) {
            frame.write(128 | payload.length);
        } else {
            frame.write(128 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }
}
