package io.seawall.proxy.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads HTTP/1.1 messages off a socket, by their framing and nothing else, and remembers the bytes.
final class WireReader {
    /// Enough for every head; a 100 MB body is not kept.
    private static final int MOST_REMEMBERED = 1 << 20;

    private final BufferedInputStream in;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private @Nullable Message pushedBack;

    WireReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /// One message; texts are Latin-1, a char a byte.
    ///
    /// @param start the first line
    /// @param fields `name: value` as they came
    record Message(String start, List<String> fields, String body) {

        int status() {
            return Integer.parseInt(start.split(" ")[1]);
        }

        String target() {
            return start.split(" ")[1];
        }

        List<String> all(String name) {
            return fields.stream().filter(f -> f.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(f -> f.substring(name.length() + 1).strip()).toList();
        }

        boolean has(String name) {
            return !all(name).isEmpty();
        }

        /// The value of a field that is there exactly once.
        String one(String name) {
            List<String> values = all(name);
            if (values.size() != 1) {
                throw new AssertionError(name + ": " + values + " (expected: exactly one) in " + this);
            }
            return values.getFirst();
        }

        boolean isChunked() {
            return all("Transfer-Encoding").contains("chunked");
        }

        Message with(String newBody) {
            return new Message(start, fields, newBody);
        }
    }

    /// What was read so far, Latin-1.
    String seen() {
        return seen.toString(StandardCharsets.ISO_8859_1);
    }

    /// Whether the other side has ended the connection; waits for that or for a byte.
    boolean atEnd() {
        if (pushedBack != null) {
            return false;
        }
        try {
            in.mark(1);
            if (in.read() < 0) {
                return true;
            }
            in.reset();
            return false;
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("neither a byte nor the end of the connection came", e);
        } catch (IOException e) {
            return true; // a reset ends it, too
        }
    }

    void pushBack(Message head) {
        pushedBack = head;
    }

    Message head() throws IOException {
        Message first = pushedBack;
        if (first != null) {
            pushedBack = null;
            return first;
        }
        String start = line();
        List<String> fields = new ArrayList<>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            fields.add(field);
        }
        return new Message(start, fields, "");
    }

    /// A whole request.
    Message request() throws IOException {
        Message head = head();
        return head.isChunked() || head.has("Content-Length") ? head.with(body(head)) : head;
    }

    /// A whole answer, interim ones passed over.
    Message answer() throws IOException {
        Message head = head();
        while (head.status() < 200 && head.status() != 101) {
            head = head();
        }
        boolean bodiless = head.status() == 101 || head.status() == 204 || head.status() == 304;
        return bodiless ? head : head.with(body(head));
    }

    /// The body that a head announces; one without a length lasts as long as the connection.
    String body(Message head) throws IOException {
        StringBuilder body = new StringBuilder();
        if (head.isChunked()) {
            for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
                body.append(chunk);
            }
        } else if (head.has("Content-Length")) {
            body.append(text(exactly(Integer.parseInt(head.one("Content-Length")))));
        } else {
            byte[] rest = in.readAllBytes();
            remember(rest, rest.length);
            body.append(text(rest));
        }
        return body.toString();
    }

    /// The data of the next chunk; empty for the last one, whose trailers are read, too.
    String chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        if (size == 0) {
            while (!line().isEmpty()) {
                // a trailer; it is in seen()
            }
            return "";
        }
        String data = text(exactly(size));
        if (!line().isEmpty()) {
            throw new IOException("a chunk is longer than its size");
        }
        return data;
    }

    byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        remember(bytes, bytes.length);
        if (bytes.length < length) {
            throw new EOFException("ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    /// Reads what is there, at least one byte; -1 at the end.
    int some(byte[] into) throws IOException {
        int length = in.read(into);
        remember(into, length);
        return length;
    }

    void untilEnd() throws IOException {
        byte[] into = new byte[8192];
        while (some(into) >= 0) {
            // nothing to keep
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("ended in a line: " + line);
            }
            seen.write(c);
            if (c == '\n') {
                if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
                    throw new IOException("a line ends without CR: " + line);
                }
                line.setLength(line.length() - 1);
                return line.toString();
            }
            line.append((char) c);
        }
    }

    private void remember(byte[] bytes, int length) {
        int kept = Math.min(length, MOST_REMEMBERED - seen.size());
        if (kept > 0) {
            seen.write(bytes, 0, kept);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
