package io.seawall.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 client over TLS that sends exactly the given frames, however odd. Its heads are literals without Huffman
/// codes; it grants no window and acknowledges nothing by itself.
final class Http2Client implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    private final Socket plain;
    private final SSLSocket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final String host;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true, 1 << 20);
    private final Deque<Frame> setAside = new ArrayDeque<>();
    private int nextStream = 1;
    private @Nullable ByteArrayOutputStream together;

    /// @param headers of a HEADERS frame, else empty
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(int type, int flags, int stream, byte[] payload, List<String> headers) {

        boolean isEnd() {
            return (flags & END_STREAM) != 0 && (type == DATA || type == HEADERS);
        }

        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }

        /// Of a RST_STREAM or GOAWAY.
        Http2Error error() {
            long code = ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0) & 0xffff_ffffL;
            return java.util.Objects.requireNonNull(Http2Error.valueOf(code));
        }

        List<String> all(String name) {
            return headers.stream().filter(f -> f.startsWith(name + ": ")).map(f -> f.substring(name.length() + 2))
                    .toList();
        }

        String one(String name) {
            List<String> values = all(name);
            if (values.size() != 1) {
                throw new AssertionError(name + ": " + values + " (expected: exactly one) in " + headers);
            }
            return values.getFirst();
        }

        int status() {
            return Integer.parseInt(one(":status"));
        }

        @Override
        public String toString() {
            return "frame " + type + " flags " + flags + " stream " + stream + " " + headers + " " + payload.length;
        }
    }

    /// An answer with its whole body.
    record Answer(Frame head, String body, Frame last) {
        int status() {
            return head.status();
        }
    }

    /// Connects, and exchanges prefaces and settings.
    static Http2Client connect(RunningServer server) throws IOException {
        return connect(server, server.end());
    }

    static Http2Client connect(RunningServer server, InetSocketAddress end) throws IOException {
        Http2Client client = new Http2Client(server, end);
        client.preface();
        client.frame(SETTINGS, 0, 0);
        client.await(frame -> frame.type() == SETTINGS && (frame.flags() & ACK) == 0);
        client.frame(SETTINGS, ACK, 0);
        client.await(frame -> frame.type() == SETTINGS && (frame.flags() & ACK) != 0);
        return client;
    }

    /// Only connects: not a byte of HTTP/2 is sent.
    Http2Client(RunningServer server) throws IOException {
        this(server, server.end());
    }

    private Http2Client(RunningServer server, InetSocketAddress end) throws IOException {
        this(server, connected(end));
    }

    /// Without TLS as yet.
    static Socket connected(InetSocketAddress end) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        socket.connect(end, 10_000);
        return socket;
    }

    /// Over a connection on which nothing was said.
    Http2Client(RunningServer server, Socket plain) throws IOException {
        host = server.host();
        this.plain = plain;
        socket = (SSLSocket) server.trust().getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[]{"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    String protocol() {
        return socket.getApplicationProtocol();
    }

    void preface() throws IOException {
        send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    void send(byte[] bytes) throws IOException {
        ByteArrayOutputStream collecting = together;
        if (collecting == null) {
            out.write(bytes);
            out.flush();
        } else {
            collecting.writeBytes(bytes);
        }
    }

    /// Something that is sent.
    @FunctionalInterface
    interface Sending {
        void send() throws IOException;
    }

    /// Sends all of it in one write.
    void together(Sending sending) throws IOException {
        ByteArrayOutputStream collecting = new ByteArrayOutputStream();
        together = collecting;
        sending.send();
        together = null;
        send(collecting.toByteArray());
    }

    static byte[] frameBytes(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length).put((byte) (payload.length >> 16))
                .putShort((short) payload.length).put((byte) type).put((byte) flags).putInt(stream).put(payload)
                .array();
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    void frame(int type, int flags, int stream, byte... payload) throws IOException {
        send(frameBytes(type, flags, stream, payload));
    }

    /// A request's fields: the pseudo-headers, then these, `name: value`; a name that is there already is replaced.
    List<String> fields(String method, String path, String... more) {
        List<String> fields = new ArrayList<>(
                List.of(":method: " + method, ":scheme: https", ":path: " + path, ":authority: " + host));
        fields.addAll(Arrays.asList(more));
        return fields;
    }

    static byte[] block(List<String> fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (String field : fields) {
            int colon = field.indexOf(": ", 1);
            block.write(0); // literal without indexing, new name (RFC 7541, 6.2.2)
            string(block, field.substring(0, colon));
            string(block, field.substring(colon + 2));
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int length = bytes.length;
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            int rest = length - 127;
            while (rest >= 128) {
                block.write(rest % 128 + 128);
                rest /= 128;
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    /// Sends a head on a new stream, which it returns.
    int head(boolean end, List<String> fields) throws IOException {
        int stream = nextStream();
        frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
        return stream;
    }

    int nextStream() {
        nextStream += 2;
        return nextStream - 2;
    }

    int get(String path, String... more) throws IOException {
        return head(true, fields("GET", path, more));
    }

    void data(int stream, boolean end, byte... bytes) throws IOException {
        frame(DATA, end ? END_STREAM : 0, stream, bytes);
    }

    void data(int stream, boolean end, String text) throws IOException {
        data(stream, end, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// The handshake of a WebSocket (RFC 8441).
    int connectWebSocket(String path, String... more) throws IOException {
        List<String> fields = fields("CONNECT", path, more);
        fields.addAll(1, List.of(":protocol: websocket"));
        fields.add("sec-websocket-version: 13");
        return head(false, fields);
    }

    /// The next frame of the wire; null at its end.
    @Nullable
    Frame next() throws IOException {
        byte[] header = new byte[9];
        try {
            in.readFully(header);
        } catch (EOFException e) {
            return null;
        }
        ByteBuffer fields = ByteBuffer.wrap(header);
        int length = (fields.get() & 0xff) << 16 | fields.getShort() & 0xffff;
        int type = fields.get();
        int flags = fields.get();
        int stream = fields.getInt();
        byte[] payload = in.readNBytes(length);
        return new Frame(type, flags, stream, payload, type == HEADERS ? decode(stream, payload) : List.of());
    }

    private List<String> decode(int stream, byte[] block) {
        ByteBuf buffer = Unpooled.wrappedBuffer(block);
        try {
            Http2Headers headers = decoder.decodeHeaders(stream, buffer);
            List<String> fields = new ArrayList<>();
            headers.forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
            return fields;
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
    }

    /// The first frame that is wanted; the others are set aside for later questions.
    Frame await(Predicate<Frame> wanted) throws IOException {
        for (Frame frame : setAside) {
            if (wanted.test(frame)) {
                setAside.remove(frame);
                return frame;
            }
        }
        List<Frame> seen = new ArrayList<>();
        while (true) {
            Frame frame = next();
            if (frame == null) {
                throw new AssertionError("the connection has ended after " + seen);
            }
            if (wanted.test(frame)) {
                return frame;
            }
            seen.add(frame);
            setAside.add(frame);
        }
    }

    Frame awaitHead(int stream) throws IOException {
        return await(frame -> frame.stream() == stream && (frame.type() == HEADERS || frame.type() == RST_STREAM));
    }

    Frame awaitData(int stream) throws IOException {
        return await(frame -> frame.stream() == stream && (frame.type() == DATA || frame.type() == RST_STREAM));
    }

    Frame awaitReset(int stream) throws IOException {
        return await(frame -> frame.stream() == stream && frame.type() == RST_STREAM);
    }

    Frame awaitGoAway() throws IOException {
        return await(frame -> frame.type() == GOAWAY);
    }

    /// The answer on the stream, whole.
    Answer answer(int stream) throws IOException {
        Frame head = awaitHead(stream);
        if (head.type() == RST_STREAM) {
            throw new AssertionError("reset: " + head.error());
        }
        StringBuilder body = new StringBuilder();
        Frame last = head;
        while (!last.isEnd() && last.type() != RST_STREAM) {
            last = await(frame -> frame.stream() == stream
                    && (frame.type() == DATA || frame.type() == HEADERS || frame.type() == RST_STREAM));
            if (last.type() == DATA) {
                body.append(last.text());
            }
        }
        return new Answer(head, body.toString(), last);
    }

    /// Waits for the end of the connection.
    void awaitEnd() throws IOException {
        while (next() != null) {
            // what still comes does not matter
        }
    }

    @Override
    public void close() {
        try {
            plain.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
