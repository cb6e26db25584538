package io.seawall.proxy.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Requests as another parser reads them: Netty's, at its strictest. Texts are Latin-1, a char a byte.
final class NettyReading implements AutoCloseable {
    private final EmbeddedChannel decoder = new EmbeddedChannel(new HttpRequestDecoder(
            new HttpDecoderConfig().setMaxInitialLineLength(64 * 1024).setMaxHeaderSize(64 * 1024)
                    .setStrictLineParsing(true).setUseRfc9112TransferEncoding(true)
                    .setAllowDuplicateContentLengths(false)));
    private final List<Request> requests = new ArrayList<>();
    private boolean broken;

    /// One request, as far as it was read.
    static final class Request {
        private final HttpRequest head;
        private final StringBuilder body = new StringBuilder();
        private boolean complete;

        private Request(HttpRequest head) {
            this.head = head;
        }

        String method() {
            return head.method().name();
        }

        String target() {
            return head.uri();
        }

        String field(String name) {
            return head.headers().get(name, "");
        }

        String body() {
            return body.toString();
        }

        boolean isComplete() {
            return complete;
        }

        @Override
        public String toString() {
            return method() + " " + target() + " with " + body.length() + " bytes" + (complete ? "" : " so far");
        }
    }

    void add(String wire) {
        if (broken) {
            return;
        }
        decoder.writeInbound(Unpooled.copiedBuffer(wire, StandardCharsets.ISO_8859_1));
        for (HttpObject object = decoder.readInbound(); object != null; object = decoder.readInbound()) {
            take(object);
            ReferenceCountUtil.release(object);
        }
    }

    private void take(HttpObject object) {
        broken |= object.decoderResult().isFailure();
        if (broken) {
            return;
        }
        if (object instanceof HttpRequest head) {
            requests.add(new Request(head));
        }
        if (object instanceof HttpContent content) {
            Request request = requests.getLast();
            request.body.append(content.content().toString(StandardCharsets.ISO_8859_1));
            request.complete = content instanceof LastHttpContent;
        }
    }

    List<Request> requests() {
        return requests;
    }

    int complete() {
        return (int) requests.stream().filter(Request::isComplete).count();
    }

    /// Whether it met something that is not HTTP to it; it reads nothing behind that.
    boolean isBroken() {
        return broken;
    }

    @Override
    public void close() {
        decoder.finishAndReleaseAll();
    }
}
