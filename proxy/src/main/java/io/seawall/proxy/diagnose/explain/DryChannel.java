package io.seawall.proxy.diagnose.explain;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.seawall.config.Config;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.credential.AuthEvent;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Journey;
import io.seawall.proxy.http.JourneyHandler;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.http1.Http1Handler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.route.RoutedRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A client's connection in memory: our parser, the stages, and no gateway. Keeps the result of the one request that is
/// sent on it.
final class DryChannel extends EmbeddedChannel implements Journey.Observer {
    private static final int PORT = 40_000;

    private final InetSocketAddress peer;
    private final List<Visit> visits = new ArrayList<>();
    private @Nullable Exchange exchange;
    private @Nullable Rejection rejection;
    private @Nullable PermittedRequest permitted;
    private @Nullable AuthEvent decision;

    /// A request at a stage.
    ///
    /// @param as what it became there; empty where it got no further
    record Visit(Stage<?, ?> stage, Object request, Optional<Object> as) {
        boolean passed() {
            return as.isPresent();
        }
    }

    private DryChannel(InetAddress client) {
        super(false, false);
        peer = new InetSocketAddress(client, PORT);
    }

    /// What becomes of the first request in what a connection begins with.
    static DryChannel of(InetAddress client, byte[] wire, Config.Http limits,
            Journey<RequestHead, PermittedRequest> journey) {
        DryChannel channel = new DryChannel(client);
        try {
            channel.pipeline().addLast(new Http1Handler(new Deadlines(), limits), new RejectionHandler(),
                    channel.new Recorder(), new JourneyHandler(journey, channel), channel.new End());
            channel.register();
            channel.writeInbound(Unpooled.wrappedBuffer(wire));
        } catch (Exception e) {
            throw new IllegalStateException("a request in memory came to no end", e);
        } finally {
            channel.finishAndReleaseAll();
        }
        return channel;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return peer;
    }

    @Override
    public void entered(Stage<?, ?> stage, Object request) {
        visits.add(new Visit(stage, request, Optional.empty()));
    }

    @Override
    public void passed(Stage<?, ?> stage, Object as) {
        visits.set(visits.size() - 1, new Visit(stage, visits.getLast().request(), Optional.of(as)));
    }

    InetAddress client() {
        return peer.getAddress();
    }

    /// In the order in which it met the stages.
    List<Visit> visits() {
        return visits;
    }

    /// What log and metrics would have of it; empty where its head is not whole.
    Optional<Exchange> exchange() {
        return Optional.ofNullable(exchange);
    }

    Optional<Rejection> rejection() {
        return Optional.ofNullable(rejection);
    }

    /// What the gateway would get.
    Optional<PermittedRequest> permitted() {
        return Optional.ofNullable(permitted);
    }

    /// The request with the route that was found for it; empty where none was.
    Optional<RoutedRequest> routed() {
        return visits.stream().flatMap(visit -> visit.as().stream()).filter(RoutedRequest.class::isInstance)
                .map(RoutedRequest.class::cast).findFirst();
    }

    /// Of a layer.
    Optional<AuthEvent> decision() {
        return Optional.ofNullable(decision);
    }

    /// Between the stages and what they write: keeps the first answer and the first decision.
    private final class Recorder extends ChannelDuplexHandler {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof AuthEvent decided && decision == null) {
                decision = decided;
            }
            ctx.fireUserEventTriggered(event);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (exchange == null) {
                exchange = Exchange.current(ctx.channel());
            }
            ctx.fireChannelRead(msg);
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            if (exchange == null) {
                exchange = Exchange.current(ctx.channel()); // the head itself was refused
            }
            if (msg instanceof Rejection refused && rejection == null) {
                rejection = refused;
            }
            ctx.write(msg, promise);
        }
    }

    /// Where the gateway would be.
    private final class End extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (msg instanceof PermittedRequest request) {
                permitted = request;
            } else {
                ReferenceCountUtil.release(msg);
            }
        }
    }
}
