package io.seawall.proxy.answer;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import java.util.Locale;

/// Turns a [Rejection] into an answer: a page for a browser's navigation, JSON for clients that accept JSON, one line
/// for the rest.
@Sharable
public final class RejectionHandler extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (!(msg instanceof Rejection rejection)) {
            ctx.write(msg, promise);
            return;
        }
        Exchange exchange = Exchange.current(ctx.channel());
        if (exchange == null || exchange.status() >= 200) {
            // there was no request; or a response is under way and cannot be taken back, and cutting it short is the
            // only signal left
            ctx.close(promise);
            return;
        }
        if (rejection.status() == 401 || rejection.status() == 429) {
            exchange.rejection(rejection.label()); // said by the layer's outcome, and too often
        } else {
            exchange.rejection(rejection.label(), rejection.text());
        }
        answer(ctx, rejection, exchange);
        promise.setSuccess();
    }

    private static void answer(ChannelHandlerContext ctx, Rejection rejection, Exchange exchange) {
        RequestHead head = exchange.head();
        // OpenAI's clients show it with the error
        Headers headers = Headers.builder().add("X-Request-Id", exchange.id())
                .addAll(rejection.headers()).build();
        if (head != null && showsPages(head)) {
            OwnAnswer.write(ctx, rejection.status(), headers, page(rejection, head),
                    rejection.status() + " " + rejection.label(), rejection.close());
        } else if (head != null && speaksJson(head, exchange.route())) {
            String json = "{\"error\":{\"message\":\"" + escape(rejection.text()) + "\",\"type\":\""
                    + rejection.side().label() + "\",\"code\":\"" + rejection.label()
                    + "\",\"request_id\":\"" + exchange.id() + "\"}}\n";
            OwnAnswer.write(ctx, rejection.status(), headers, OwnAnswer.JSON, json, rejection.close());
        } else {
            OwnAnswer.write(ctx, rejection.status(), headers, OwnAnswer.TEXT,
                    rejection.message() + "\n" + (rejection.help().isEmpty() ? "" : rejection.help() + "\n")
                            + "request " + exchange.id() + "\n",
                    rejection.close());
        }
    }

    private static Page page(Rejection rejection, RequestHead head) {
        // the first sentence is the headline
        String message = rejection.message();
        int end = message.indexOf(". ");
        String title = end < 0 ? message.replaceFirst("\\.$", "") : message.substring(0, end);
        return Page.of(title, end < 0 ? "" : message.substring(end + 2), rejection.help(), action(rejection, head));
    }

    private static Page.Action action(Rejection rejection, RequestHead head) {
        if (rejection.headers().contains("Refresh")) {
            return Page.Action.WAIT;
        }
        return switch (rejection.status()) {
            case 400, 404, 405 -> new Page.Action.Link("/", "Start page");
            // what was posted is not posted again by a link
            case 401 -> head.isNavigation() ? new Page.Action.Link("", "Log in") : Page.Action.NOTHING;
            case 502, 503, 504 ->
                head.isNavigation() ? new Page.Action.Link("", "Try again") : Page.Action.NOTHING;
            default -> Page.Action.NOTHING;
        };
    }

    /// A navigation, and a form that a browser posts.
    private static boolean showsPages(RequestHead head) {
        return head.isNavigation() || head.headers().get("Sec-Fetch-Mode", "").equals("navigate");
    }

    private static boolean speaksJson(RequestHead head, String route) {
        return route.equals("api") || route.equals("hooks")
                || head.headers().get("Accept", "").toLowerCase(Locale.ROOT).contains("json")
                || head.headers().get("Content-Type", "").toLowerCase(Locale.ROOT).contains("json");
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
