package io.seawall.proxy.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslHandler;
import io.seawall.config.Config;
import io.seawall.proxy.answer.LastResortHandler;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.answer.SecurityHeadersHandler;
import io.seawall.proxy.auth.BrowserSessions;
import io.seawall.proxy.auth.LayerStage;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.auth.OpenRelayStage;
import io.seawall.proxy.auth.OriginRule;
import io.seawall.proxy.auth.OriginStage;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.auth.PluginTabs;
import io.seawall.proxy.auth.StaticStage;
import io.seawall.proxy.auth.ThrottleStage;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.client.ClientAddressStage;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.client.Peer;
import io.seawall.proxy.client.ProxyHeaderHandler;
import io.seawall.proxy.client.ProxyHints;
import io.seawall.proxy.client.RefusalLog;
import io.seawall.proxy.credential.AuthEvent;
import io.seawall.proxy.credential.StaticBudget;
import io.seawall.proxy.credential.Tarpit;
import io.seawall.proxy.credential.Throttle;
import io.seawall.proxy.credential.Throttling;
import io.seawall.proxy.http.Drain;
import io.seawall.proxy.http.Journey;
import io.seawall.proxy.http.JourneyHandler;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.http1.Http1Handler;
import io.seawall.proxy.http2.Http2Codec;
import io.seawall.proxy.http2.Http2DataHandler;
import io.seawall.proxy.http2.Http2GuardHandler;
import io.seawall.proxy.http2.Http2LifeHandler;
import io.seawall.proxy.http2.Http2StreamHandler;
import io.seawall.proxy.http2.Http2Streams;
import io.seawall.proxy.limit.LoopShareHandler;
import io.seawall.proxy.observe.AccessLogHandler;
import io.seawall.proxy.observe.MetricsHandler;
import io.seawall.proxy.own.OwnPageStage;
import io.seawall.proxy.own.StatusStage;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.pace.SlowReaderHandler;
import io.seawall.proxy.route.ClearText;
import io.seawall.proxy.route.ClearTextStage;
import io.seawall.proxy.route.HostStage;
import io.seawall.proxy.route.PublicHosts;
import io.seawall.proxy.route.RouteStage;
import io.seawall.proxy.route.Router;
import io.seawall.proxy.session.Sessions;
import io.seawall.proxy.tls.AcmeTlsHandler;
import io.seawall.proxy.tls.ClientCertificateHandler;
import io.seawall.proxy.tls.HttpOnTlsPortHandler;
import io.seawall.proxy.tls.ProtocolHandler;
import io.seawall.proxy.tls.ServerTls;
import io.seawall.proxy.upstream.RelayHandler;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The table of contents: what a client's bytes meet, in this order. Nothing else adds handlers, except the one swap at
/// a WebSocket's 101, and the TLS handler that an ACME challenge delays. Made of one configuration; a request meets the
/// stages of the one that is in force when it begins, so none is judged by halves of two.
public final class ClientPipeline extends ChannelInitializer<Channel> {
    private static final int MOST_UNFLUSHED = 64;

    private final Judges judges;
    private final Supplier<ClientPipeline> inForce;
    private final ServerParts.Tls tls;
    private final ServerParts.Observers observers;
    private final Connections connections;
    private final Deadlines deadlines;
    private final Config.Http limits;
    private final RelayHandler.Shared relay;
    private final RefusalLog refusals;
    private final ProxyHints proxyHints;

    private final SecurityHeadersHandler securityHeaders;
    private final RejectionHandler rejections = new RejectionHandler();
    private final LastResortHandler lastResort = new LastResortHandler();
    private final JourneyHandler stages;

    /// @param inForce the pipeline of the configuration that counts at this moment
    ClientPipeline(Judges judges, Throttle throttle, Supplier<ClientPipeline> inForce, RelayHandler.Shared relay,
            ServerParts parts) {
        this.judges = judges;
        this.inForce = inForce;
        this.relay = relay;
        tls = parts.tls();
        observers = parts.observers();
        connections = parts.clients().connections();
        deadlines = parts.clients().deadlines();
        Config config = judges.config();
        limits = config.http();
        refusals = new RefusalLog(connections);
        proxyHints = new ProxyHints(config.clients());
        securityHeaders = new SecurityHeadersHandler(judges.tls(), config.listener().hsts());
        stages = new JourneyHandler(stages(judges, new Counts(throttle, parts.clients().statics(),
                parts.clients().tabs(), connections, proxyHints, observers::authenticated),
                () -> inForce.get().judges.layers(), parts.running().ready()));
    }

    /// What the stages decide by.
    ///
    /// @param tls whether connections are TLS
    public record Judges(Config config, Router router, PublicHosts hosts, boolean tls, Layers layers,
            Sessions sessions) {}

    /// What they count in, and tell of.
    ///
    /// @param unheard takes the wrong guess of a client that left before it was compared
    public record Counts(Throttle throttle, StaticBudget statics, PluginTabs tabs, Connections connections,
            ProxyHints hints, Consumer<AuthEvent> unheard) {}

    /// The stages in the order in which a request meets them; `explain` takes a request through the same.
    ///
    /// @param inForce the layers of the configuration that counts at this moment
    /// @param ready whether the gateway would answer
    public static Journey<RequestHead, PermittedRequest> stages(Judges by, Counts in, Supplier<Layers> inForce,
            BooleanSupplier ready) {
        Throttling throttling = new Throttling(in.throttle(), new Tarpit());
        return new ClientAddressStage(ClientAddress.of(by.config()), in.hints(), by.tls())
                .then(new StatusStage(ready, by.router().hosts()))
                .then(new HostStage(by.hosts()))
                .then(new RouteStage(by.router()))
                .then(new ClearTextStage(new ClearText(by.config())))
                .then(new StaticStage(by.layers(), in.statics(), in.throttle(), in.connections()))
                .then(new OpenRelayStage(in.throttle(), in.connections()))
                .then(new ThrottleStage(throttling, new BrowserSessions(by.sessions(), in.tabs())))
                .then(new LayerStage(by.layers(), inForce, throttling, in.connections(), in.tabs(), in.unheard()))
                .then(new OriginStage(new OriginRule(by.config())))
                .then(new OwnPageStage(by.sessions()));
    }

    @Override
    protected void initChannel(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast("loop-share", new LoopShareHandler(connections.loopShare()));
        pipeline.addLast("slow-reader", new SlowReaderHandler(deadlines, limits, connections::isTooMuch));
        if (ProxyHeaderHandler.isFor(channel, judges.config().clients())) {
            pipeline.addLast("proxy-header", new ProxyHeaderHandler(connections, refusals, deadlines,
                    judges.config().timeouts().handshake(), true));
        }
        tls.tls().ifPresent(t -> pipeline.addLast("plaintext", new HttpOnTlsPortHandler(
                proxy -> proxyHints.plainToTls(Peer.ofSocket(proxy)))));
        tls.tls().ifPresent(t -> pipeline.addLast("tls", tls.challenges().expectsTls()
                ? new AcmeTlsHandler(t, tls.challenges())
                : t.newHandler(channel.alloc())));
        tls.tls().filter(ServerTls::needsClientCertificate)
                .ifPresent(t -> pipeline.addLast("client-certificate", new ClientCertificateHandler(t,
                        connection -> connection.pipeline().fireUserEventTriggered(Drain.NOW))));
        pipeline.addLast("metrics", observers.metrics());
        pipeline.addLast("access-log", observers.accessLog());
        if (tls.tls().isPresent()) {
            pipeline.addLast("protocol", new ProtocolHandler((p, isHttp2) -> {
                if (isHttp2) {
                    http2(p);
                } else {
                    http1(p);
                }
            }));
        } else {
            // over TLS the end of one direction is the end of both: the engine answers a close_notify with its own, as
            // TLS 1.2 demands (RFC 5246, 7.2.1), and a FIN without one is a truncation
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            http1(pipeline);
        }
    }

    private void http1(ChannelPipeline pipeline) {
        pipeline.addLast("http", new Http1Handler(deadlines, limits));
        pipeline.addLast("in-force", new InForceHandler(this, inForce));
        requests(pipeline);
    }

    private void http2(ChannelPipeline pipeline) {
        Http2FrameCodec codec = Http2Codec.create(pipeline.channel(), judges.config().http2().streams(), limits);
        Http2Streams streams = Http2Codec.streams(codec);
        // the responses of many streams in one write, at the end of the loop's turn
        pipeline.addLast("http2-flush", new FlushConsolidationHandler(MOST_UNFLUSHED, true));
        pipeline.addLast("http2-guard", new Http2GuardHandler(deadlines, limits));
        pipeline.addLast("http2-codec", codec);
        pipeline.addLast("http2-data", new Http2DataHandler(streams));
        pipeline.addLast("http2-streams", new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel stream) {
                inForce.get().stream(stream, streams);
            }
        }));
        pipeline.addLast("http2-life", new Http2LifeHandler(codec, streams, deadlines, limits));
    }

    /// Each stream of an HTTP/2 connection is a channel with a pipeline of its own.
    private void stream(Channel stream, Http2Streams streams) {
        stream.config().setAutoRead(false);
        ChannelPipeline pipeline = stream.pipeline();
        pipeline.addLast("slow-reader", new SlowReaderHandler(deadlines, limits, connections::isTooMuch));
        pipeline.addLast("metrics", observers.metrics());
        pipeline.addLast("access-log", observers.accessLog());
        pipeline.addLast("http", new Http2StreamHandler(deadlines, limits, streams));
        requests(pipeline);
    }

    /// From here on HTTP/1.1 and HTTP/2 use the same stages.
    private void requests(ChannelPipeline pipeline) {
        pipeline.addLast("security-headers", securityHeaders);
        pipeline.addLast("rejections", rejections);
        pipeline.addLast("stages", stages);
        pipeline.addLast("relay", new RelayHandler(relay));
        pipeline.addLast("last-resort", lastResort);
    }

    /// Reports a connection to the plain port that begins with TLS.
    void tlsOnPlainPort(Channel connection) {
        proxyHints.tlsToPlain(Peer.ofSocket(connection));
        observers.metrics().rejected(Rule.TLS_ON_PLAIN_PORT.label());
    }

    /// Puts the stages of this configuration where those of another were, between two requests.
    void replaceStages(ChannelPipeline pipeline) {
        pipeline.replace("stages", "stages", stages);
        pipeline.replace("relay", "relay", new RelayHandler(relay));
    }

    /// What a tunnel keeps of this.
    static boolean staysInTunnel(ChannelHandler handler) {
        return handler instanceof SslHandler || handler instanceof MetricsHandler
                || handler instanceof AccessLogHandler || handler instanceof Http2StreamHandler;
    }
}
