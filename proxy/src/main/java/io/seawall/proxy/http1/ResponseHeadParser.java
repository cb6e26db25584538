package io.seawall.proxy.http1;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.KnownNames;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.http.TokenCharacters;
import io.seawall.proxy.http.UpstreamResponseHead;

/// Reads the bytes of one response's head, as strictly as those of a request: a response that two readers could cut
/// differently would let one client have what was meant for another. [Rule#REQUEST_LINE] stands for the status line.
/// Pure.
final class ResponseHeadParser extends HeadParser {
    private static final String VERSION = "HTTP/1.";

    private ResponseHeadParser(byte[] bytes) {
        super(bytes, Integer.MAX_VALUE); // its size is limited
    }

    static UpstreamResponseHead parse(byte[] bytes) throws HygieneException {
        return new ResponseHeadParser(bytes).head();
    }

    private UpstreamResponseHead head() throws HygieneException {
        boolean http10 = version();
        int status = status();
        String reason = reason();
        Headers headers = fields();
        boolean keepAlive = http10
                ? headers.hasToken("Connection", "keep-alive")
                : isKept(headers.get("Connection", ""), headers);
        return new UpstreamResponseHead(status, reason, headers, framing(headers, http10, status), keepAlive);
    }

    private static boolean isKept(String connection, Headers headers) {
        return connection.isEmpty() || connection.equals("keep-alive") && headers.count("Connection") == 1
                || !headers.hasToken("Connection", "close");
    }

    private boolean version() throws HygieneException {
        for (int i = 0; i < VERSION.length(); i++) {
            if (bytes[at++] != VERSION.charAt(i)) {
                throw new HygieneException(Rule.REQUEST_LINE);
            }
        }
        int minor = bytes[at++];
        if (minor != '0' && minor != '1' || bytes[at++] != ' ') {
            throw new HygieneException(Rule.REQUEST_LINE);
        }
        return minor == '0';
    }

    private int status() throws HygieneException {
        int status = 0;
        for (int i = 0; i < 3; i++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                throw new HygieneException(Rule.REQUEST_LINE);
            }
            status = 10 * status + digit;
            at++;
        }
        if (status < 100) {
            throw new HygieneException(Rule.REQUEST_LINE);
        }
        return status;
    }

    /// Some leave out the blank in front of no reason (RFC 9112, 4).
    private String reason() throws HygieneException {
        if (bytes[at] == ' ') {
            at++;
        } else if (bytes[at] != '\r') {
            throw new HygieneException(Rule.REQUEST_LINE);
        }
        int start = at;
        while (bytes[at] != '\r') {
            int c = bytes[at] & 0xff;
            if (c < ' ' && c != '\t' || c == 0x7f) {
                throw new HygieneException(Rule.REQUEST_LINE);
            }
            at++;
        }
        String reason = KnownNames.text(bytes, start, at);
        endOfLine();
        return reason;
    }

    /// A proxy takes blanks between name and colon off a response, where they would be refused in a request (RFC 9112,
    /// 5.1).
    @Override
    String name() throws HygieneException {
        int start = at;
        while (TokenCharacters.contains(bytes[at])) {
            at++;
        }
        int end = at;
        while (bytes[at] == ' ' || bytes[at] == '\t') {
            at++;
        }
        if (end == start || bytes[at++] != ':') {
            throw new HygieneException(Rule.HEADER_NAME);
        }
        return KnownNames.text(bytes, start, end);
    }

    private static Body framing(Headers headers, boolean http10, int status) throws HygieneException {
        Body framing = framing(headers, http10);
        if (framing != null) {
            return framing;
        }
        return status == 204 || status == 304 ? Body.NONE : Body.UNTIL_CLOSE;
    }
}
