package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.seawall.proxy.auth.Permits;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http1.Reader;
import io.seawall.proxy.http1.Wire;
import io.seawall.proxy.route.Route;
import java.nio.charset.StandardCharsets;
import java.util.Set;

class ForwardedRequestFuzzTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final RequestRewrite REWRITE = new RequestRewrite(Set.of());

    /// What we read as so many requests and write on, another parser reads as the same ones, and as no more.
    @FuzzTest
    void aSecondParserSeesTheRequestsThatWeSaw(byte[] wire) {
        ByteBuf forwarded = Unpooled.buffer();
        StringBuilder ours = new StringBuilder();
        for (Reader.Message message : Reader.of(new String(wire, StandardCharsets.ISO_8859_1)).messages()) {
            if (message.isComplete()) {
                forward(message, forwarded);
                ours.append(message.head().method()).append(' ').append(message.head().target()).append('\n')
                        .append(message.body()).append(".\n");
            }
        }
        assertEquals(ours.toString(), read(forwarded));
    }

    /// As [Relay] does.
    private static void forward(Reader.Message message, ByteBuf out) {
        RequestHead head = message.head();
        Headers headers = REWRITE.apply(Permits.permit(Route.UI, "203.0.113.7", true, head), ID);
        boolean hasBody = head.body() instanceof Body.Chunked
                || head.body() instanceof Body.Length length && length.bytes() > 0;
        Body framing = hasBody || head.body() instanceof Body.Length ? head.body() : Body.NONE;
        append(out, RequestWriter.head(UnpooledByteBufAllocator.DEFAULT, head.method(), head.target(), headers,
                framing));
        if (hasBody) {
            byte[] body = message.body().getBytes(StandardCharsets.ISO_8859_1);
            int middle = body.length / 2;
            append(out, Wire.content(UnpooledByteBufAllocator.DEFAULT, framing,
                    new DefaultHttpContent(Unpooled.wrappedBuffer(body, 0, middle))));
            append(out, Wire.content(UnpooledByteBufAllocator.DEFAULT, framing,
                    new DefaultLastHttpContent(Unpooled.wrappedBuffer(body, middle, body.length - middle))));
        }
    }

    private static void append(ByteBuf out, ByteBuf piece) {
        out.writeBytes(piece);
        piece.release();
    }

    private static String read(ByteBuf wire) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(
                new HttpDecoderConfig().setMaxInitialLineLength(16 * 1024).setMaxHeaderSize(64 * 1024)
                        .setStrictLineParsing(true).setUseRfc9112TransferEncoding(true)));
        StringBuilder read = new StringBuilder();
        channel.writeInbound(wire);
        channel.finish();
        for (HttpObject object = channel.readInbound(); object != null; object = channel.readInbound()) {
            assertFalse(object.decoderResult().isFailure(), String.valueOf(object.decoderResult()));
            if (object instanceof HttpRequest request) {
                read.append(request.method()).append(' ').append(request.uri()).append('\n');
                assertEquals(1, request.headers().getAll("X-Forwarded-For").size());
                assertEquals(1, request.headers().getAll("Host").size());
            }
            if (object instanceof HttpContent content) {
                read.append(content.content().toString(StandardCharsets.ISO_8859_1));
            }
            if (object instanceof LastHttpContent) {
                read.append(".\n");
            }
            ReferenceCountUtil.release(object);
        }
        return read.toString();
    }
}
