package io.seawall.proxy.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.seawall.proxy.http.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The gateway answers one request with these bytes, then ends the connection: what of it the client takes for a whole
/// answer, and whether the connection could have carried another request.
final class AnswerRun {
    private final CorpusCase one;
    private final int status;
    private final boolean whole;
    private final boolean reused;

    AnswerRun(MemorySeawall seawall, CorpusCase one, String cookie) {
        this.one = one;
        MemoryChannel client = seawall.connect("203.0.113.7");
        String first = client
                .send("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie + "\r\n\r\n");
        List<MemoryGateway> gateways = MemoryGateway.take();
        MemoryGateway gateway = gateways.getFirst();
        gateway.serve(one.wire());
        String written = first + client.written();
        boolean open = gateway.isOpen();
        boolean answered = Exchange.current(client) == null;
        if (open) {
            gateway.close(); // an answer without a length ends here
        }
        client.runPendingTasks();
        written += client.written();
        reused = open && answered;
        EmbeddedChannel decoder = new EmbeddedChannel(new HttpResponseDecoder());
        decoder.writeInbound(Unpooled.copiedBuffer(written, StandardCharsets.ISO_8859_1));
        int seen = 0;
        boolean ended = false;
        for (HttpObject object = decoder.readInbound(); object != null; object = decoder.readInbound()) {
            if (object instanceof HttpResponse response && seen < 200) {
                seen = response.status().code();
            }
            ended |= seen >= 200 && object instanceof HttpContent && object instanceof LastHttpContent
                    && object.decoderResult().isSuccess();
            ReferenceCountUtil.release(object);
        }
        status = seen;
        whole = ended;
        decoder.finishAndReleaseAll();
        gateway.end();
        client.finishAndReleaseAll();
    }

    private boolean relayed() {
        return whole && status != 502;
    }

    String verdict() {
        return (relayed()
                ? "relayed " + status
                : whole ? "answered 502" : status == 0 ? "nothing relayed" : "cut " + status)
                + (reused ? ", connection kept" : ", connection closed");
    }

    /// Null where the case was met as it expects.
    @Nullable
    String miss() {
        boolean met = switch (one.expect()) {
            case "error" -> !reused && (one.messages() > 0 || !relayed());
            case "ok" -> relayed();
            default -> true;
        };
        return met ? null : "expected: " + one.expect() + ", but " + verdict();
    }
}
