package io.seawall.proxy.server;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The JDK's WebSocket client, and what it receives: `text …`, `binary <bytes>`, `pong …`, `close <code> <reason>`,
/// `error`.
final class Conversation implements WebSocket.Listener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private final WebSocket socket;
    private volatile byte[] lastBinary = new byte[0];

    /// @param fields names and values in turn
    Conversation(RunningServer server, String path, String... fields) {
        WebSocket.Builder builder = server.http().newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10));
        for (int i = 0; i < fields.length; i += 2) {
            builder.header(fields[i], fields[i + 1]);
        }
        socket = builder.buildAsync(URI.create("wss://" + server.host() + path), this).join();
    }

    WebSocket socket() {
        return socket;
    }

    void text(String message) {
        socket.sendText(message, true).join();
    }

    void binary(byte[] message) {
        socket.sendBinary(ByteBuffer.wrap(message), true).join();
    }

    byte[] lastBinary() {
        return lastBinary;
    }

    /// The next thing that it receives.
    String next() {
        try {
            String next = heard.poll(20, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing heard");
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            heard.add("text " + text);
            text.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        binary.writeBytes(bytes);
        if (last) {
            lastBinary = binary.toByteArray();
            heard.add("binary " + lastBinary.length);
            binary.reset();
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
        heard.add("pong " + java.nio.charset.StandardCharsets.US_ASCII.decode(message));
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        heard.add("close " + statusCode + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        heard.add("error");
    }
}
