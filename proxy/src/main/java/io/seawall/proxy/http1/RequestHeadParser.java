package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.RequestRules;
import io.seawall.proxy.http.Rule;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the bytes of one request head, strictly: what two parsers could read in two ways is refused. Pure.
///
/// Our own parser, because the library's decoder folds, trims and accepts too much before a handler can see it
/// (obs-fold, tabs and double spaces, missing or double Host, NUL and bytes above 0x7F in the target).
public final class RequestHeadParser extends HeadParser {
    private RequestHeadParser(byte[] bytes, int mostFields) {
        super(bytes, mostFields);
    }

    /// @param bytes the head with the empty line that ends it; every line ends in CR LF
    /// @param mostFields how many headers it may have
    public static RequestHead parse(byte[] bytes, int mostFields) throws HygieneException {
        return new RequestHeadParser(bytes, mostFields).head();
    }

    /// Method and target of a head that does not end; null where its first line does not, either, or is too long.
    static @Nullable RequestHead requestLine(ByteBuf in, int longest) {
        int length = in.bytesBefore((byte) '\n') + 1;
        if (length < 2 || length > longest + 2 || in.getByte(in.readerIndex() + length - 2) != '\r') {
            return null;
        }
        return requestLine(ByteBufUtil.getBytes(in, in.readerIndex(), length));
    }

    /// Method and target of a head that was refused, for the log; null where they are refused themselves.
    static @Nullable RequestHead requestLine(byte[] bytes) {
        RequestHeadParser parser = new RequestHeadParser(bytes, 0);
        try {
            String method = parser.token(' ', Rule.REQUEST_LINE);
            RequestRules.checkMethod(method);
            String target = parser.target();
            return target.startsWith("/") ? RequestHead.refused(method, target) : null;
        } catch (HygieneException e) {
            return null;
        }
    }

    private RequestHead head() throws HygieneException {
        String method = token(' ', Rule.REQUEST_LINE);
        String target = target();
        boolean http10 = version();
        Headers headers = fields();
        RequestRules.checkMethod(method);
        String authority = RequestRules.authority(headers, http10);
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
        Body framing = framing(headers, http10);
        return framing == null ? Body.NONE : framing;
    }
}
