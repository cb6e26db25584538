package io.seawall.proxy.diagnose.doctor.probe;

import io.seawall.host.BoundedStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/// One connection on which exactly one thing is asked. It takes five seconds to connect and ten for everything after, also
/// where the other side sends a byte now and then; then it is closed. 64 KiB of heads and 1 MiB in all are read of it.
public final class Conversation implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LARGEST = 1 << 20;
    private static final int LARGEST_HEAD = 64 * 1024;

    private final Target target;
    private final Socket socket;
    private final Thread watch;
    private final InputStream in;
    private final OutputStream out;
    private int headLeft = LARGEST_HEAD;
    private volatile boolean late;

    private Conversation(Target target, Socket connected) throws IOException {
        this.target = target;
        watch = Thread.ofVirtual().start(() -> closeLate(connected));
        try {
            connected.setTcpNoDelay(true);
            socket = target.tls().isPresent()
                    ? target.tls().get().over(connected, target.address().getPort())
                    : connected;
            if (socket instanceof SSLSocket tls) {
                if (!target.announcement().isEmpty()) {
                    connected.getOutputStream().write(target.announcement().getBytes(StandardCharsets.US_ASCII));
                }
                tls.startHandshake();
            }
            in = new BufferedInputStream(
                    new BoundedStream(socket.getInputStream(), LARGEST + LARGEST_HEAD, TooMuchException::new));
            out = socket.getOutputStream();
        } catch (IOException e) {
            close(connected);
            throw inTime(e);
        }
    }

    public static Conversation open(Target target) throws IOException {
        if (target.address().isUnresolved()) {
            throw new UnknownHostException(target.address().getHostString());
        }
        Socket connected = new Socket();
        try {
            connected.connect(target.address(), CONNECT_MILLIS);
        } catch (IOException e) {
            connected.close();
            throw e;
        }
        return new Conversation(target, connected);
    }

    private void closeLate(Socket connected) {
        try {
            Thread.sleep(PATIENCE);
            late = true;
            connected.close();
        } catch (InterruptedException e) {
            // it came to its end in time
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Closing is how we end a wait, so what follows from it is silence.
    private IOException inTime(IOException e) {
        return late ? new SocketTimeoutException("no answer within " + PATIENCE.toSeconds() + " seconds") : e;
    }

    public Certificate[] peerCertificates() throws IOException {
        return socket instanceof SSLSocket tls ? tls.getSession().getPeerCertificates() : new Certificate[0];
    }

    /// @throws NotShownException where this connection is none to show a credential on
    public void prove() throws IOException {
        target.proof().check(socket, target);
    }

    /// The only way out for a credential.
    public void send(Request request) throws IOException {
        if (request.presents()) {
            prove();
        }
        // over TLS it came before the handshake
        write(request.wire(target.host(), socket instanceof SSLSocket ? "" : target.announcement()));
    }

    /// The whole answer.
    public Answer answer() throws IOException {
        return whole(head());
    }

    /// The whole answer that this is the head of.
    public Answer whole(Answer head) throws IOException {
        try {
            String body = new String(body(head), StandardCharsets.UTF_8);
            return new Answer(head.status(), head.fields(), body);
        } catch (IOException e) {
            throw inTime(e);
        }
    }

    /// The answer as far as its head.
    ///
    /// @throws NotHttpException where it has none
    public Answer head() throws IOException {
        try {
            while (true) {
                String start = line();
                if (!start.matches("HTTP/1\\.[01] [1-5][0-9]{2}( .*)?")) {
                    throw new NotHttpException();
                }
                List<String> fields = new ArrayList<>();
                for (String field = line(); !field.isEmpty(); field = line()) {
                    fields.add(field);
                }
                int status = Integer.parseInt(start.substring(9, 12));
                if (status == 101 || status >= 200) {
                    return new Answer(status, fields, "");
                }
            }
        } catch (IOException e) {
            throw inTime(e);
        }
    }

    /// What came is no HTTP.
    public static final class NotHttpException extends IOException {}

    /// The response is longer than any that is expected here.
    public static final class TooMuchException extends IOException {}

    private byte[] body(Answer head) throws IOException {
        if (head.status() == 101 || head.status() == 204 || head.status() == 304) {
            return new byte[0];
        }
        if (isChunked(head)) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (byte[] chunk = chunk(); chunk.length > 0 && body.size() < LARGEST; chunk = chunk()) {
                body.writeBytes(chunk);
            }
            return body.toByteArray();
        }
        Optional<String> length = head.field("Content-Length");
        return in.readNBytes(length.isPresent() ? Math.min(number(length.get(), 10), LARGEST) : LARGEST);
    }

    private static boolean isChunked(Answer head) {
        return head.field("Transfer-Encoding").filter(value -> value.equalsIgnoreCase("chunked")).isPresent();
    }

    /// The first bytes of a body that comes in pieces; empty where it ended before any.
    public byte[] piece(Answer head) throws IOException {
        try {
            if (isChunked(head)) {
                return chunk();
            }
            int first = in.read();
            return first < 0 ? new byte[0] : new byte[]{(byte) first};
        } catch (IOException e) {
            throw inTime(e);
        }
    }

    /// Whether the other side lets the connection stand for this long; what it sends meanwhile does not matter.
    public boolean staysOpen(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        byte[] some = new byte[8192];
        while (true) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return true;
            }
            socket.setSoTimeout((int) left);
            try {
                int length = in.read(some);
                if (length < 0 || new String(some, 0, length, StandardCharsets.ISO_8859_1).endsWith("\r\n0\r\n\r\n")) {
                    return false;
                }
            } catch (SocketTimeoutException e) {
                return true;
            }
        }
    }

    private byte[] chunk() throws IOException {
        int size = number(line().split(";", 2)[0].strip(), 16);
        byte[] data = in.readNBytes(Math.min(size, LARGEST));
        if (!line().isEmpty() && size > 0) {
            throw new NotHttpException();
        }
        return data;
    }

    private static int number(String text, int radix) throws IOException {
        try {
            int number = Integer.parseInt(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new NotHttpException();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("ended within the head");
            }
            if (headLeft-- == 0) {
                throw new TooMuchException();
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    /// The next text or close frame of a WebSocket.
    public WebSocketFrame frame() throws IOException {
        try {
            return WebSocketFrame.read(in);
        } catch (IOException e) {
            throw inTime(e);
        }
    }

    public void text(String message) throws IOException {
        write(WebSocketFrame.text(message));
    }

    /// Closes the WebSocket in order, so that the server does not count a lost client.
    public void closeWebSocket() {
        try {
            write(WebSocketFrame.close());
        } catch (IOException e) {
            // it is gone already
        }
    }

    private void write(byte[] bytes) throws IOException {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw inTime(e);
        }
    }

    @Override
    public void close() {
        watch.interrupt();
        close(socket);
    }

    private void close(Socket which) {
        watch.interrupt();
        try {
            which.close();
        } catch (IOException e) {
            // it was closed by the other side
        }
    }
}
