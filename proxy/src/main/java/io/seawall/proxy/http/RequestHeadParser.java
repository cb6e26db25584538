package io.seawall.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.seawall.config.Config;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the bytes of one request head, strictly: what two parsers could read in two ways is refused. Pure.
///
/// Our own parser, because the decoder of the library folds, trims and accepts too much before anybody can see it
/// (obs-fold, tabs and double spaces, missing or double Host, NUL and bytes above 0x7F in the target).
public final class RequestHeadParser {
    private static final boolean[] TOKEN = new boolean[256];

    static {
        for (int c = 'a'; c <= 'z'; c++) {
            TOKEN[c] = true;
            TOKEN[c - 'a' + 'A'] = true;
        }
        for (int c = '0'; c <= '9'; c++) {
            TOKEN[c] = true;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private final byte[] bytes;
    private final int mostFields;
    private int at;

    private RequestHeadParser(byte[] bytes, int mostFields) {
        this.bytes = bytes;
        this.mostFields = mostFields;
    }

    /// @param bytes the head with the empty line that ends it; every line ends in CR LF
    /// @param mostFields how many headers it may have
    public static RequestHead parse(byte[] bytes, int mostFields) throws HygieneException {
        return new RequestHeadParser(bytes, mostFields).head();
    }

    /// The head of the first request in what a connection begins with, as [Http1Handler] finds it; empty where it is not
    /// whole. What is there of its body is read for its faults.
    public static Optional<RequestHead> first(byte[] wire, Config.Http limits) throws HygieneException {
        ByteBuf in = Unpooled.wrappedBuffer(wire);
        int length = new HeadScanner(limits.requestLine(), limits.headBytes()).scan(in);
        if (length < 0) {
            return Optional.empty();
        }
        RequestHead head = parse(Arrays.copyOf(wire, length), limits.fields());
        BodyReader.rehearse(head.body(), in.skipBytes(length));
        return Optional.of(head);
    }

    private RequestHead head() throws HygieneException {
        String method = token(' ', Rule.REQUEST_LINE);
        String target = target();
        boolean http10 = version();
        Headers headers = fields();
        RequestRules.checkMethod(method);
        String authority = RequestRules.authority(headers);
        target = originForm(target, authority);
        Body body = body(headers, http10);
        return RequestRules.head(method, target, authority, http10, headers, body);
    }

    private String target() throws HygieneException {
        int start = at;
        while (bytes[at] != ' ') {
            int c = bytes[at] & 0xff;
            if (c == '\r') {
                throw new HygieneException(Rule.REQUEST_LINE);
            }
            if (c < '!' || c > '~' || c == '#') {
                throw new HygieneException(Rule.TARGET);
            }
            at++;
        }
        String target = text(start, at++);
        if (target.isEmpty()) {
            throw new HygieneException(Rule.REQUEST_LINE);
        }
        return target;
    }

    private boolean version() throws HygieneException {
        int start = at;
        while (bytes[at] != '\r') {
            at++;
        }
        String version = text(start, at);
        endOfLine();
        return switch (version) {
            case "HTTP/1.1" -> false;
            case "HTTP/1.0" -> true;
            default -> throw new HygieneException(
                    version.matches("HTTP/\\d\\.\\d") ? Rule.VERSION : Rule.REQUEST_LINE);
        };
    }

    private Headers fields() throws HygieneException {
        Headers.Builder headers = Headers.builder();
        int count = 0;
        while (bytes[at] != '\r') {
            if (bytes[at] == ' ' || bytes[at] == '\t') {
                throw new HygieneException(Rule.OBS_FOLD);
            }
            if (++count > mostFields) {
                throw new HygieneException(Rule.TOO_MANY_HEADERS);
            }
            String name = token(':', Rule.HEADER_NAME);
            if (name.indexOf('_') >= 0 && (name.equalsIgnoreCase("Content_Length")
                    || name.equalsIgnoreCase("Transfer_Encoding"))) {
                throw new HygieneException(Rule.HEADER_NAME);
            }
            headers.add(name, value());
        }
        endOfLine();
        return headers.build();
    }

    private String token(char end, Rule otherwise) throws HygieneException {
        int start = at;
        while (TOKEN[bytes[at] & 0xff]) {
            at++;
        }
        if (at == start || bytes[at] != end) {
            throw new HygieneException(otherwise);
        }
        return KnownNames.text(bytes, start, at++);
    }

    private String value() throws HygieneException {
        while (bytes[at] == ' ' || bytes[at] == '\t') {
            at++;
        }
        int start = at;
        int end = at;
        for (; bytes[at] != '\r'; at++) {
            int c = bytes[at] & 0xff;
            if (c < ' ' && c != '\t' || c == 0x7f) {
                throw new HygieneException(Rule.HEADER_VALUE);
            }
            if (c != ' ' && c != '\t') {
                end = at + 1;
            }
        }
        String value = text(start, end);
        endOfLine();
        return value;
    }

    private void endOfLine() throws HygieneException {
        if (bytes[at + 1] != '\n') {
            throw new HygieneException(Rule.BARE_CR);
        }
        at += 2;
    }

    private static String originForm(String target, String authority) throws HygieneException {
        if (target.startsWith("/")) {
            return target;
        }
        String rest = afterScheme(target);
        if (rest == null) {
            throw new HygieneException(Rule.TARGET);
        }
        int end = rest.indexOf('/') < 0 ? rest.length() : rest.indexOf('/');
        if (!rest.substring(0, end).equalsIgnoreCase(authority)) {
            throw new HygieneException(Rule.HOST_MISMATCH);
        }
        return end == rest.length() ? "/" : rest.substring(end);
    }

    private static @Nullable String afterScheme(String target) {
        String lower = target.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://")
                ? target.substring(7)
                : lower.startsWith("https://") ? target.substring(8) : null;
    }

    private static Body body(Headers headers, boolean http10) throws HygieneException {
        int lengths = headers.count("Content-Length");
        int encodings = headers.count("Transfer-Encoding");
        if (lengths > 0 && encodings > 0) {
            throw new HygieneException(Rule.LENGTH_AND_CHUNKED);
        }
        if (encodings > 0) {
            if (encodings > 1 || http10 || !headers.get("Transfer-Encoding", "").equalsIgnoreCase("chunked")) {
                throw new HygieneException(Rule.TRANSFER_ENCODING);
            }
            return Body.CHUNKED;
        }
        if (lengths == 0) {
            return Body.NONE;
        }
        return RequestRules.contentLength(headers);
    }

    private String text(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    static boolean isToken(int c) {
        return TOKEN[c & 0xff];
    }
}
