package io.seawall.proxy.http;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Turns a [Rejection] into an answer: a page for a browser's navigation, JSON for who speaks JSON, one line for the
/// rest.
@Sharable
public final class RejectionHandler extends ChannelOutboundHandlerAdapter {
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
        if (head != null && head.isNavigation()) {
            // the first sentence is the headline
            int end = rejection.message().indexOf(". ");
            String title = end < 0
                    ? rejection.message().replaceFirst("\\.$", "")
                    : rejection.message().substring(0, end);
            String page = Page.html(title, end < 0 ? "" : rejection.message().substring(end + 2), rejection.help(),
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
}
