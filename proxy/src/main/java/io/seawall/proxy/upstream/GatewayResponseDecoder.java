package io.seawall.proxy.upstream;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;

/// Decodes the gateway's answers; knows whether the question was HEAD. Strictness is set here and not left to system
/// properties.
final class GatewayResponseDecoder extends HttpResponseDecoder {
    private boolean headRequest;

    GatewayResponseDecoder() {
        super(new HttpDecoderConfig().setMaxInitialLineLength(8 * 1024).setMaxHeaderSize(64 * 1024)
                .setMaxChunkSize(64 * 1024).setStrictLineParsing(true).setUseRfc9112TransferEncoding(true)
                .setAllowDuplicateContentLengths(false));
    }

    void expectAnswerTo(boolean head) {
        headRequest = head;
    }

    /// Whether bytes came that are not part of an answer yet.
    boolean holdsBytes() {
        return actualReadableBytes() > 0;
    }

    /// The library takes any version, any number and any byte of a reason; a status line that is none of HTTP/1 is not an
    /// answer (RFC 9112, 4).
    @Override
    protected HttpMessage createMessage(String[] statusLine) {
        if (!statusLine[0].equals("HTTP/1.1") && !statusLine[0].equals("HTTP/1.0")
                || !isStatus(statusLine[1]) || holdsControl(statusLine[2])) {
            throw new IllegalArgumentException("not a status line of HTTP/1");
        }
        return super.createMessage(statusLine);
    }

    private static boolean isStatus(String code) {
        return code.length() == 3 && code.charAt(0) != '0' && isDigit(code.charAt(0)) && isDigit(code.charAt(1))
                && isDigit(code.charAt(2));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean holdsControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isControl(int c) {
        return c < ' ' && c != '\t' || c == 0x7f;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage msg) {
        return headRequest && msg instanceof HttpResponse response && response.status().code() >= 200
                || super.isContentAlwaysEmpty(msg);
    }
}
