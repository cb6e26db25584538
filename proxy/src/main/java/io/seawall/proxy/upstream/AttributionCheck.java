package io.seawall.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.seawall.proxy.answer.OwnAnswer;
import io.seawall.proxy.answer.Page;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import java.nio.charset.StandardCharsets;

/// Recognises the gateway's `403 proxy_attribution_required`, which does not help a person, and gives a browser a page
/// that names the line to add. Looks at small JSON responses with status 403 only.
final class AttributionCheck {
    static final String MARK = "proxy_attribution_required";
    static final String FIX = """
            // openclaw.json
            {
              "gateway": {
                "bind": "loopback",
                "trustedProxies": ["127.0.0.1"]
              }
            }""";
    private static final Page PAGE = Page.of("OpenClaw does not trust Seawall yet",
            "You are logged in, but OpenClaw refuses requests from a proxy that its configuration does not name. Add this to openclaw.json; OpenClaw takes it over within a second.",
            FIX, new Page.Action.Link("", "Try again"));
    private static final int LARGEST = 4096;

    private final ResponseHead head;
    private ByteBuf held = Unpooled.EMPTY_BUFFER;
    private boolean confirmed;

    AttributionCheck(ResponseHead head) {
        this.head = head;
    }

    static boolean mayBe(ResponseHead head) {
        return head.status() == 403 && head.headers().get("Content-Type", "").startsWith("application/json")
                && head.body() instanceof Body.Length length && length.bytes() > 0 && length.bytes() <= LARGEST;
    }

    /// Takes over a piece of the body.
    void take(HttpContent content) {
        held = Unpooled.wrappedBuffer(held, content.content());
    }

    /// Whether the body, which is complete, says so.
    boolean confirms() {
        confirmed = held.toString(StandardCharsets.UTF_8).contains(MARK);
        return confirmed;
    }

    /// Writes the response: the page for a navigation, the gateway's own response for other clients.
    void answer(ChannelHandlerContext client, boolean navigation) {
        if (confirmed && navigation) {
            held.release();
            OwnAnswer.write(client, 403, Headers.EMPTY, PAGE, "403 attribution", false);
        } else {
            client.write(head);
            client.write(new DefaultLastHttpContent(held));
        }
        held = Unpooled.EMPTY_BUFFER;
    }

    void release() {
        held.release();
        held = Unpooled.EMPTY_BUFFER;
    }
}
