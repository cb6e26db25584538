package io.seawall.proxy.answer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/// Writes a whole answer of Seawall's own: never cached, typed, dated.
public final class OwnAnswer {
    public static final String HTML = "text/html; charset=utf-8";
    public static final String JSON = "application/json";
    public static final String TEXT = "text/plain; charset=utf-8";

    private OwnAnswer() {}

    public static void write(ChannelHandlerContext ctx, int status, Headers more, String type, String text,
            boolean close) {
        Headers.Builder headers = headers();
        if (!text.isEmpty()) {
            headers.add("Content-Type", type);
        }
        write(ctx, status, headers.addAll(more), ByteBufUtil.writeUtf8(ctx.alloc(), text),
                close);
    }

    /// @param what a word for the page's foot, beside the request's id
    public static void write(ChannelHandlerContext ctx, int status, Headers more, Page page, String what,
            boolean close) {
        Headers.Builder headers = headers().add("Content-Type", HTML)
                .add("Content-Security-Policy", Page.CONTENT_SECURITY_POLICY)
                // under `no-referrer` a browser sends `Origin: null` with a form, and our own logout would refuse it
                .add("Referrer-Policy", "same-origin").addAll(more);
        write(ctx, status, headers, page.write(ctx.alloc(), what, Exchange.of(ctx.channel()).id()), close);
    }

    private static Headers.Builder headers() {
        return Headers.builder().add("Date", date()).add("Cache-Control", "no-store");
    }

    /// Takes over the content.
    private static void write(ChannelHandlerContext ctx, int status, Headers.Builder headers, ByteBuf content,
            boolean close) {
        ResponseHead head = ResponseHead.of(status, headers.build(), new Body.Length(content.readableBytes()));
        ctx.write(close ? head.closing() : head);
        ctx.writeAndFlush(new DefaultLastHttpContent(content));
    }

    private static String date() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    }
}
