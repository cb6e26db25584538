package io.seawall.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.seawall.config.Config;
import io.seawall.proxy.auth.LayerHandler;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.auth.OriginHandler;
import io.seawall.proxy.auth.OwnPageHandler;
import io.seawall.proxy.auth.Sessions;
import io.seawall.proxy.auth.Throttle;
import io.seawall.proxy.auth.ThrottleHandler;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.client.ClientAddressHandler;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.client.ProxyHeaderHandler;
import io.seawall.proxy.client.RefusalLog;
import io.seawall.proxy.http.Deadlines;
import io.seawall.proxy.http.Http1Handler;
import io.seawall.proxy.http.LastResortHandler;
import io.seawall.proxy.http.RejectionHandler;
import io.seawall.proxy.http.SecurityHeadersHandler;
import io.seawall.proxy.http.SlowReaderHandler;
import io.seawall.proxy.observe.AccessLogHandler;
import io.seawall.proxy.observe.MetricsHandler;
import io.seawall.proxy.route.HostHandler;
import io.seawall.proxy.route.PublicHosts;
import io.seawall.proxy.route.RouteHandler;
import io.seawall.proxy.route.Router;
import io.seawall.proxy.tls.PlaintextHandler;
import io.seawall.proxy.tls.ServerTls;
import io.seawall.proxy.upstream.RelayHandler;
import io.seawall.proxy.upstream.StatusHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// The table of contents: what a client's bytes meet, in this order. Nothing else adds handlers, except the one swap at
/// a WebSocket's 101.
public final class ClientPipeline extends ChannelInitializer<Channel> {
    private final Optional<ServerTls> tls;
    private final Deadlines deadlines;
    private final Config.Http limits;
    private final RelayHandler.Shared relay;
    private final Connections connections;
    private final RefusalLog refusals;
    private final Config.Clients clients;
    private final Duration handshake;

    private final AccessLogHandler accessLog;
    private final MetricsHandler metrics;
    private final SecurityHeadersHandler securityHeaders;
    private final RejectionHandler rejections = new RejectionHandler();
    private final LastResortHandler lastResort = new LastResortHandler();
    private final ClientAddressHandler client;
    private final HostHandler host;
    private final RouteHandler route;
    private final ThrottleHandler throttle;
    private final LayerHandler layer;
    private final OriginHandler origin;
    private final StatusHandler status;
    private final OwnPageHandler ownPages;

    ClientPipeline(Config config, Set<String> hosts, Optional<ServerTls> tls, Deadlines deadlines,
            AccessLogHandler accessLog, MetricsHandler metrics, Layers layers, Throttle throttling, Sessions sessions,
            Connections connections, BooleanSupplier ready, RelayHandler.Shared relay) {
        this.tls = tls;
        this.deadlines = deadlines;
        limits = config.http();
        this.accessLog = accessLog;
        this.metrics = metrics;
        this.relay = relay;
        this.connections = connections;
        refusals = new RefusalLog(connections);
        clients = config.clients();
        handshake = config.timeouts().handshake();
        securityHeaders = new SecurityHeadersHandler(tls.isPresent());
        client = new ClientAddressHandler(new ClientAddress(config.clients()), tls.isPresent());
        host = new HostHandler(new PublicHosts(hosts));
        route = new RouteHandler(new Router(config.hooks(), config.publicPaths(), config.bodies()));
        throttle = new ThrottleHandler(throttling);
        layer = new LayerHandler(layers, throttling, connections);
        origin = new OriginHandler(config.allowedOrigins());
        status = new StatusHandler(ready);
        ownPages = new OwnPageHandler(sessions);
    }

    @Override
    protected void initChannel(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast("slow-reader", new SlowReaderHandler(deadlines, limits, connections::isTooMuch));
        if (ProxyHeaderHandler.isFor(channel, clients)) {
            pipeline.addLast("proxy-header", new ProxyHeaderHandler(connections, refusals, deadlines, handshake));
        }
        tls.ifPresent(t -> pipeline.addLast("plaintext", new PlaintextHandler()));
        tls.ifPresent(t -> pipeline.addLast("tls", t.newHandler(channel.alloc())));
        pipeline.addLast("metrics", metrics);
        pipeline.addLast("access-log", accessLog);
        pipeline.addLast("http", new Http1Handler(deadlines, limits));
        pipeline.addLast("security-headers", securityHeaders);
        pipeline.addLast("rejections", rejections);
        pipeline.addLast("client", client);
        pipeline.addLast("host", host);
        pipeline.addLast("route", route);
        pipeline.addLast("throttle", throttle);
        pipeline.addLast("layer", layer);
        pipeline.addLast("origin", origin);
        pipeline.addLast("status", status);
        pipeline.addLast("own-pages", ownPages);
        pipeline.addLast("relay", new RelayHandler(relay));
        pipeline.addLast("last-resort", lastResort);
    }

    /// What a tunnel keeps of this.
    static boolean staysInTunnel(ChannelHandler handler) {
        return handler instanceof SslHandler || handler instanceof MetricsHandler
                || handler instanceof AccessLogHandler;
    }
}
