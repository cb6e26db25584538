package io.seawall.proxy.server;

import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/// A TLS connection to Seawall that sends exactly the given bytes, however odd.
final class RawClient implements AutoCloseable {
    final WireReader in;
    private final String host;
    private final Socket plain;
    private final SSLSocket socket;
    private final OutputStream out;

    /// @param receiveBuffer bytes that the kernel may hold for us; 0 for its own choice
    RawClient(RunningServer server, int receiveBuffer) {
        this(server, server.end(), receiveBuffer);
    }

    RawClient(RunningServer server, InetSocketAddress end, int receiveBuffer) {
        host = server.host();
        try {
            plain = new Socket();
            if (receiveBuffer > 0) {
                plain.setReceiveBufferSize(receiveBuffer);
            }
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(20_000);
            plain.connect(end, 10_000);
            socket = (SSLSocket) server.trust().getSocketFactory().createSocket(plain, "127.0.0.1", end.getPort(),
                    true);
            socket.startHandshake();
            in = new WireReader(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Sends text, a byte a char.
    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /// Sends a head with `Host` and these fields.
    RawClient head(String start, String... fields) throws IOException {
        StringBuilder text = new StringBuilder(start).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return send(text.append("\r\n").toString());
    }

    /// Sends a WebSocket handshake with these further fields.
    RawClient upgrade(String path, String... fields) throws IOException {
        String[] all = new String[fields.length + 4];
        System.arraycopy(fields, 0, all, 4, fields.length);
        all[0] = "Connection: Upgrade";
        all[1] = "Upgrade: websocket";
        all[2] = "Sec-WebSocket-Version: 13";
        all[3] = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        return head("GET " + path, all);
    }

    RawClient chunk(String data) throws IOException {
        return send(Integer.toHexString(data.length()) + "\r\n" + data + "\r\n");
    }

    Message answer() throws IOException {
        return in.answer();
    }

    /// Sends bytes past TLS, as they are.
    RawClient sendInClear(byte[] bytes) throws IOException {
        plain.getOutputStream().write(bytes);
        return this;
    }

    /// Ends the connection with a reset, as a phone that loses its network does at last.
    void reset() throws IOException {
        plain.setSoLinger(true, 0);
        plain.close();
    }

    /// Ends the connection without a word of TLS.
    void leave() {
        close();
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
