package io.seawall.proxy.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Turns a [Rejection] into an answer: a page for a browser's navigation, JSON for who speaks JSON, one line for the
/// rest. The last resort too: an exception that nobody caught becomes a 500 and the end of the connection.
@Sharable
public final class RejectionHandler extends ChannelDuplexHandler {
    private static final System.Logger LOG = System.getLogger(RejectionHandler.class.getName());

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (!(msg instanceof Rejection rejection)) {
            ctx.write(msg, promise);
            return;
        }
        Exchange exchange = Exchange.current(ctx.channel());
        if (exchange == null || exchange.status() >= 200) {
            // nobody asked; or an answer is under way and cannot be taken back, and cutting it short is the only honest
            // signal left
            ctx.close(promise);
            return;
        }
        exchange.rejection(rejection.label());
        answer(ctx, rejection, exchange);
        promise.setSuccess();
    }

    private static void answer(ChannelHandlerContext ctx, Rejection rejection, Exchange exchange) {
        RequestHead head = exchange.head();
        String reason = HttpResponseStatus.valueOf(rejection.status()).reasonPhrase();
        if (head != null && head.isNavigation()) {
            String page = Page.html(reason, rejection.message(), rejection.help(),
                    "Seawall · " + rejection.status() + " " + rejection.label() + " · request " + exchange.id());
            OwnAnswer.write(ctx, rejection.status(), rejection.headers(), OwnAnswer.HTML, page, rejection.close());
        } else if (wantsJson(head)) {
            String json = "{\"error\":{\"message\":\"" + escape(rejection.message()) + "\",\"type\":\""
                    + rejection.label()
                    + "\",\"request_id\":\"" + exchange.id() + "\"}}\n";
            OwnAnswer.write(ctx, rejection.status(), rejection.headers(), OwnAnswer.JSON, json, rejection.close());
        } else {
            OwnAnswer.write(ctx, rejection.status(), rejection.headers(), OwnAnswer.TEXT,
                    rejection.message() + (rejection.help().isEmpty() ? "" : "\n" + rejection.help()) + "\n",
                    rejection.close());
        }
    }

    private static boolean wantsJson(@Nullable RequestHead head) {
        return head != null && (head.headers().get("Accept", "").toLowerCase(Locale.ROOT).contains("json")
                || head.headers().get("Content-Type", "").toLowerCase(Locale.ROOT).contains("json"));
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        // Netty wraps what a decoder throws, a failed TLS handshake for one
        Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof IOException) {
            ctx.close(); // the client went away, or speaks no TLS that we speak
            return;
        }
        // the message of an exception may quote what it choked on; its class and place do not
        StackTraceElement[] trace = cause.getStackTrace();
        LOG.log(System.Logger.Level.ERROR, "unexpected " + cause.getClass().getName()
                + (trace.length > 0 ? " at " + trace[0] : ""));
        write(ctx, Rejection.internal(), ctx.newPromise());
    }
}
