package io.seawall.proxy.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.Locale;
import javax.net.ssl.SSLException;
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
        Exchange exchange = Exchange.of(ctx.channel());
        if (exchange.status() >= 200) {
            // an answer is under way and cannot be taken back: cutting it short is the only honest signal left
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
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // the client went away, or what it speaks is no TLS: nobody is there to be answered
        if (cause instanceof IOException
                || cause instanceof DecoderException && cause.getCause() instanceof SSLException) {
            ctx.close();
            return;
        }
        // the message of an exception may quote what it choked on; its class and place do not
        StackTraceElement[] trace = cause.getStackTrace();
        LOG.log(System.Logger.Level.ERROR, "unexpected " + cause.getClass().getName()
                + (trace.length > 0 ? " at " + trace[0] : ""));
        write(ctx, Rejection.internal(), ctx.newPromise());
    }
}
