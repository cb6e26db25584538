package io.seawall.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.exposure.ConnectionCheck;
import io.seawall.proxy.exposure.Exposure;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.http.UpstreamResponseHead;
import io.seawall.proxy.http1.HeldHead;
import io.seawall.proxy.http1.Wire;
import io.seawall.proxy.limit.Descriptors;
import io.seawall.proxy.route.Route;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One exchange between a client and the gateway: streams the request up and the response down, reading from one side
/// only while the other can take it. Both channels are on one event loop.
///
/// The relay holds its upstream connection until the response is complete, then gives it back to the pool, or closes it
/// after any doubt.
final class Relay {
    private static final System.Logger LOG = System.getLogger(Relay.class.getName());

    /// Whose exchange it is.
    interface Owner {
        RelayHandler.Shared shared();

        /// Whether more of the client's bytes may be on their way here, and will be followed by a flush.
        boolean isReading();

        /// The gateway took the WebSocket: from here on the connection is a tunnel's.
        void becomeTunnel(ChannelHandlerContext client, UpstreamConnection connection, PermittedRequest request,
                UpstreamResponseHead response);
    }

    private final Owner owner;
    private final ChannelHandlerContext client;
    private final PermittedRequest request;
    private final Exchange exchange;
    private final Headers headers;
    private final boolean hasBody;
    private final HeldHead requestHead = new HeldHead();
    private @Nullable UpstreamConnection gateway;
    private int headBytes;
    private boolean reused;
    private boolean requestSent;
    private long requestBytes;
    private boolean answering;
    private @Nullable AttributionCheck attribution;
    private boolean keepAlive;
    private boolean over;

    PermittedRequest request() {
        return request;
    }

    Relay(Owner owner, ChannelHandlerContext client, PermittedRequest request) {
        this.owner = owner;
        this.client = client;
        this.request = request;
        exchange = Exchange.of(client.channel());
        headers = owner.shared().rewrite().apply(request, exchange.id());
        hasBody = request.head().body() instanceof Body.Chunked
                || request.head().body() instanceof Body.Length length && length.bytes() > 0;
        requestSent = !hasBody;
    }

    private UpstreamPorts.Port port() {
        return owner.shared().ports().of(request.route());
    }

    void begin() {
        UpstreamConnection idle = request.head().isUpgrade()
                ? null
                : port().pool().acquire(client.channel().eventLoop());
        if (idle != null) {
            reused = true;
            use(idle);
        } else {
            connect();
        }
    }

    private void connect() {
        reused = false;
        port().pool().connect(client.channel().eventLoop())
                .addListener((Future<UpstreamConnection> connected) -> {
                    if (!connected.isSuccess()) {
                        connectFailed(connected.cause());
                    } else {
                        UpstreamConnection made = connected.getNow();
                        port().exposure().connections().reachedBy(made.channel().localAddress(),
                                client.channel().eventLoop(),
                                reached -> useIfGateways(made, reached));
                    }
                });
    }

    /// A process that took the port meanwhile gets no byte of the request.
    private void useIfGateways(UpstreamConnection made, ConnectionCheck.Reached reached) {
        Optional<Rejection> rejection = port().exposure().rejection();
        if (over) {
            made.abort();
        } else if (rejection.isPresent() || reached == ConnectionCheck.Reached.OTHER) {
            made.abort();
            Rejection why = rejection.orElse(Exposure.taken());
            fail(why.label(), why);
        } else if (reached == ConnectionCheck.Reached.GATEWAY && made.isActive()) {
            use(made);
        } else {
            made.abort();
            connectFailed(new ClosedChannelException());
        }
    }

    private void connectFailed(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            fail("connect_timeout", Rejection.upstream(504, "connect_timeout",
                    "OpenClaw did not take the connection in time. It may be overloaded: look at its log."));
            return;
        }
        if (Descriptors.areMissing(cause)) {
            LOG.log(System.Logger.Level.WARNING,
                    "no connection to the gateway: no file descriptor is left (raise the limit, or lower SEAWALL_MAX_CONNECTIONS)");
            fail("descriptors", Rejection.upstream(503, "descriptors",
                    "Seawall has no file descriptor left for a connection to OpenClaw. Try again in a few seconds.")
                    .with("Retry-After", "3"));
            return;
        }
        String why = cause.getMessage() == null ? "closed before it was there" : cause.getMessage();
        if (!why.contains("onnection refused")) {
            // another failure than a gateway that is down, which its health shows
            LOG.log(System.Logger.Level.WARNING, "no connection to the gateway: " + why);
        }
        if (request.route() == Route.SANDBOX) {
            fail("refused",
                    Rejection.upstream(503, "starting", "OpenClaw's sandbox is not listening yet. OpenClaw starts"
                            + " it with the first widget, or at its own start with mcp.apps.enabled: true in openclaw.json.")
                            .with("Retry-After", "3"));
            return;
        }
        if (request.route() == Route.PORTAL) {
            fail("refused", Rejection.upstream(503, "starting", "OpenClaw's portals are not listening. OpenClaw has"
                    + " to run with gateway.portals.ingress in openclaw.json, and SEAWALL_PORTALS_PORT has to be its port.")
                    .with("Retry-After", "3"));
            return;
        }
        boolean navigation = request.head().isNavigation();
        Rejection starting = Rejection.upstream(503, "starting", "OpenClaw is starting. " + (navigation
                ? "This page goes on by itself as soon as it answers. If that takes more than a minute, OpenClaw may be down: look at its log."
                : "Try again in a few seconds; if that takes more than a minute, it may be down."))
                // OpenAI's SDKs try twice: together that has to outlast a restart of the gateway
                .with("Retry-After", request.route() == Route.API ? "8" : "3");
        fail("refused", navigation ? starting.with("Refresh", "3") : starting);
    }

    private void use(UpstreamConnection connection) {
        gateway = connection;
        RequestHead head = request.head();
        connection.serve(this, head.isHead());
        Channel channel = connection.channel();
        Body body = hasBody ? head.body() : head.body() instanceof Body.Length ? head.body() : Body.NONE;
        ByteBuf bytes = RequestWriter.head(channel.alloc(), head.method(), head.target(), headers, body);
        headBytes = bytes.readableBytes();
        requestHead.hold(bytes);
        if (hasBody) {
            client.read();
        }
        if (!hasBody || !owner.isReading()) {
            flushRequest(); // else with what is there of the body
        }
        channel.read();
    }

    // ---- the request's body

    /// Takes over the piece.
    void requestContent(HttpContent content) {
        UpstreamConnection connection = gateway;
        if (over || connection == null) {
            content.release();
            return;
        }
        requestBytes += content.content().readableBytes();
        if (requestBytes > request.rule().bodyLimit()) {
            content.release();
            refuse(request.rule().tooLarge());
            return;
        }
        boolean last = content instanceof LastHttpContent;
        Channel channel = connection.channel();
        channel.write(requestHead.with(Wire.content(channel.alloc(), request.head().body(), content), channel));
        if (last) {
            requestSent = true;
        } else if (channel.isWritable()) {
            client.read();
        }
    }

    void requestReadComplete() {
        flushRequest();
    }

    private void flushRequest() {
        if (gateway != null) {
            Channel channel = gateway.channel();
            requestHead.send(channel);
            if (requestSent) {
                owner.shared().flushes().atTurnsEnd(channel.eventLoop(), channel);
            } else {
                channel.flush();
            }
        }
    }

    void gatewayWritable() {
        if (!requestSent && !over) {
            client.read();
        }
    }

    // ---- the response

    void answerHead(UpstreamResponseHead response) {
        int status = response.status();
        if (status == 101) {
            if (request.head().isUpgrade()
                    && Handshake.accepts(request.head().headers().get("Sec-WebSocket-Key", ""), response)) {
                switchProtocols(response);
            } else {
                badAnswer("it does not accept the WebSocket that was asked for");
            }
            return;
        }
        if (status == 431 && !response.headers().contains("Content-Type")) {
            // Node's HTTP parser gives no more detail; OpenClaw's own responses do
            refuse(Rejection.upstream(431, "gateway_headers", "OpenClaw does not take a request with that much in its "
                    + "headers: " + headBytes
                    + " bytes, and Node's limit is 16 KiB. Send smaller headers or delete cookies, or "
                    + "start OpenClaw with NODE_OPTIONS=--max-http-header-size=32768."));
            return;
        }
        if (status < 200) {
            if (status == 100) {
                client.writeAndFlush(ResponseHead.of(100, Headers.EMPTY, Body.NONE));
            }
            return;
        }
        answering = true;
        keepAlive = response.keepAlive();
        exchange.upstreamAnswered();
        owner.shared().browsers().note(request, response.headers());
        ResponseHead head = ResponseRewrite.of(response, owner.shared().browsers().setCookies(request));
        if (request.route() != Route.PORTAL && AttributionCheck.mayBe(head)) { // there it is a program's own response
            attribution = new AttributionCheck(head);
        } else {
            client.write(head);
        }
    }

    /// Takes over the piece.
    void answerContent(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (over) {
            content.release();
            return;
        }
        UpstreamConnection connection = gateway;
        if (last && connection != null) {
            // before the last byte goes out: the client's next request may come while it does
            over = true;
            requestHead.drop(); // a response that did not wait for its request
            if (keepAlive && requestSent && connection.isActive()) {
                connection.release();
            } else {
                connection.abort();
            }
        }
        AttributionCheck check = attribution;
        if (check == null) {
            client.write(content);
        } else {
            check.take(content);
            if (last) {
                attribution = null;
                if (check.confirms()) {
                    event("attribution");
                    owner.shared().health().remind();
                }
                check.answer(client, !request.route().isOpen() && request.head().isNavigation());
            }
        }
        if (last) {
            owner.shared().flushes().atTurnsEnd(client.channel().eventLoop(), client);
        }
    }

    void answerReadComplete() {
        if (over) {
            return;
        }
        client.flush();
        if (client.channel().isWritable()) {
            readAnswer();
        }
    }

    void clientWritable() {
        if (!over) {
            readAnswer();
        }
    }

    private void readAnswer() {
        if (gateway != null) {
            gateway.channel().read();
        }
    }

    private void switchProtocols(UpstreamResponseHead response) {
        UpstreamConnection connection = gateway;
        if (over || connection == null) {
            return;
        }
        over = true;
        exchange.upstreamAnswered();
        owner.becomeTunnel(client, connection, request, response);
    }

    // ---- ends

    /// The client's exchange has ended, for whatever reason: so does the gateway's, and a model run with it.
    void clientGone() {
        if (!over) {
            stop();
        }
    }

    private void stop() {
        over = true;
        requestHead.drop();
        if (gateway != null) {
            gateway.abort();
        }
        if (attribution != null) {
            attribution.release();
        }
    }

    void gatewayClosed() {
        if (over) {
            return;
        }
        boolean idempotent = !hasBody && (request.head().method().equals("GET") || request.head().isHead());
        gateway = null;
        if (!answering && reused && idempotent) {
            connect(); // it closed an idle connection just as we used it (RFC 9112, 9.3.1)
        } else {
            fail("closed", Rejection.upstream(502, "closed",
                    "OpenClaw closed the connection without an answer. OpenClaw's log may say why."));
        }
    }

    void gatewaySilent() {
        fail("silent", Rejection.upstream(504, "silent",
                "OpenClaw sent nothing for longer than SEAWALL_READ_TIMEOUT allows. Its log may say why."));
    }

    /// @param why ends a sentence, in our words alone
    void badAnswer(String why) {
        if (!over) {
            LOG.log(System.Logger.Level.WARNING, "the gateway's answer cannot be passed on: " + why);
        }
        fail("bad_answer",
                Rejection.upstream(502, "bad_answer", "OpenClaw's answer cannot be passed on: " + why + "."));
    }

    private void fail(String kind, Rejection rejection) {
        if (!over) {
            event(kind);
            refuse(rejection);
        }
    }

    private void refuse(Rejection rejection) {
        stop();
        // where a response is under way this cuts it, so that the client does not take a part for the whole
        client.channel().writeAndFlush(rejection);
    }

    private void event(String kind) {
        client.pipeline().fireUserEventTriggered(new UpstreamEvent(kind));
    }
}
