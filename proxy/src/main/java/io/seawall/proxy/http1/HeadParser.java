package io.seawall.proxy.http1;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.KnownNames;
import io.seawall.proxy.http.RequestRules;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.http.TokenCharacters;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the heads of requests and of responses have in common (RFC 9112, sections 2 and 5), read strictly: what two
/// parsers could read in two ways is refused.
abstract class HeadParser {
    final byte[] bytes;
    int at;
    private final int mostFields;

    /// @param bytes the head with the empty line that ends it; every line ends in CR LF
    /// @param mostFields how many headers it may have
    HeadParser(byte[] bytes, int mostFields) {
        this.bytes = bytes;
        this.mostFields = mostFields;
    }

    final Headers fields() throws HygieneException {
        Headers.Builder headers = Headers.builder();
        int count = 0;
        while (bytes[at] != '\r') {
            if (bytes[at] == ' ' || bytes[at] == '\t') {
                throw new HygieneException(Rule.OBS_FOLD);
            }
            if (++count > mostFields) {
                throw new HygieneException(Rule.TOO_MANY_HEADERS);
            }
            int start = at;
            String name = name();
            if (name.indexOf('_') >= 0 && (name.equalsIgnoreCase("Content_Length")
                    || name.equalsIgnoreCase("Transfer_Encoding"))) {
                throw new HygieneException(Rule.HEADER_LOOKALIKE);
            }
            boolean bare = at - 1 - name.length() == start; // no blank in front of the colon
            value(headers, name, bare);
        }
        endOfLine();
        return headers.build();
    }

    /// A header's name, and the colon behind it.
    String name() throws HygieneException {
        return token(':', Rule.HEADER_NAME);
    }

    final String token(char end, Rule otherwise) throws HygieneException {
        int start = at;
        while (TokenCharacters.contains(bytes[at])) {
            at++;
        }
        if (at == start || bytes[at] != end) {
            throw new HygieneException(otherwise);
        }
        return KnownNames.text(bytes, start, at++);
    }

    private void value(Headers.Builder to, String name, boolean bare) throws HygieneException {
        int colon = at - 1;
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
        if (bare && start == colon + 2 && bytes[colon + 1] == ' ' && start < end && end == at) {
            to.addLine(name, bytes, start, end);
        } else {
            to.add(name, text(start, end));
        }
        endOfLine();
    }

    final void endOfLine() throws HygieneException {
        if (bytes[at + 1] != '\n') {
            throw new HygieneException(Rule.BARE_CR);
        }
        at += 2;
    }

    /// How the headers delimit the body (RFC 9112, 6.3), in exactly one way; null where there are none.
    static @Nullable Body framing(Headers headers, boolean http10) throws HygieneException {
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
        return lengths > 0 ? RequestRules.contentLength(headers) : null;
    }

    final String text(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
