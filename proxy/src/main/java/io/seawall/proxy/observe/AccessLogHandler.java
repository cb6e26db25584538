package io.seawall.proxy.observe;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.seawall.config.Config;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.client.ClientNetwork;
import io.seawall.proxy.client.Peer;
import io.seawall.proxy.credential.AuthEvent;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.route.Route;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Writes one line for each exchange, and one stable `auth_failure` line for each wrong credential, which is what
/// fail2ban reads.
@Sharable
public final class AccessLogHandler extends ChannelInboundHandlerAdapter {
    private static final Set<String> GUESSES = Arrays.stream(Decision.Reason.values())
            .filter(Decision.Reason::isGuess).map(Decision.Reason::label).collect(Collectors.toUnmodifiableSet());

    private final Journal journal;
    private volatile Redaction redaction;

    public AccessLogHandler(Journal journal, Config config) {
        this.journal = journal;
        redaction = new Redaction(config.secrets());
    }

    /// Keeps the secrets of both configurations out of the log: a request that was judged by the one before may not have
    /// been written yet.
    public void use(Config config, Config before) {
        redaction = new Redaction(Stream.concat(config.secrets().stream(), before.secrets().stream()).toList());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case Exchange.Ended(Exchange exchange) -> access(exchange, ctx.channel());
            case AuthEvent auth -> authenticated(auth);
            default -> {
                // not for the log
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    /// Writes the line of a failure; of a client that has left, too.
    public void authenticated(AuthEvent event) {
        if (isFailure(event)) {
            failure(event);
        }
    }

    private void failure(AuthEvent event) {
        // apart, so that a client cannot spend the budget of its guesses on lines that cause no ban
        journal.log(GUESSES.contains(event.reason()) ? LineBudget.Kind.AUTH_FAILURE : LineBudget.Kind.NO_GUESS,
                new Guesser(event.layer(), ClientNetwork.of(event.client())), System.Logger.Level.WARNING,
                "auth_failure layer=" + event.layer().label() + " reason=" + event.reason() + " client="
                        + ClientAddress.text(event.client()),
                Map.of());
    }

    private record Guesser(Layer layer, ClientNetwork network) {}

    /// Asking without a credential is how every login begins; it is no failure. Nor is a foreign page's request: its
    /// client is the person whose browser was used, and banning that one is what the page may want.
    private static boolean isFailure(AuthEvent event) {
        return !event.outcome().equals("granted") && !event.reason().equals(Decision.Reason.MISSING.label())
                && !event.reason().equals(Decision.Reason.EXPIRED_SESSION.label())
                && !event.reason().equals(Decision.Reason.BEARER_ON_UI.label())
                && !event.reason().equals(Decision.Reason.BUSY.label())
                && !event.reason().equals(Decision.Reason.BAD_ORIGIN.label())
                && !event.reason().startsWith("access_"); // no credential was looked at
    }

    private void access(Exchange exchange, Channel channel) {
        if (!isWritten(exchange, channel)) {
            return; // before anything is spent on it: a flood must not cost us the redaction of its paths
        }
        RequestHead head = exchange.head();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", exchange.id());
        fields.put("client", ClientAddress.text(client(exchange, channel)));
        fields.put("route", exchange.route());
        fields.put("protocol", channel instanceof Http2StreamChannel ? "h2" : "http/1.1");
        fields.put("method", head == null ? "-" : head.method());
        fields.put("path", head == null ? "-" : redaction.of(head));
        fields.put("status", exchange.status());
        fields.put("received", exchange.received());
        fields.put("sent", exchange.sent());
        fields.put("ms", millis(exchange.elapsedNanos()));
        if (exchange.upstreamNanos() >= 0) {
            fields.put("gateway_ms", millis(exchange.upstreamNanos()));
        }
        fields.put("layer", exchange.layer());
        fields.put("outcome", exchange.outcome());
        if (exchange.why() != null) {
            fields.put("why", redaction.holdsSecret(exchange.why()) ? "***" : exchange.why());
        }
        if (exchange.rejection() != null) {
            // ends the line, so that a pattern finds it behind whatever a client chose
            fields.put("rejected", exchange.rejection());
        }
        if (exchange.isTunnel()) {
            fields.put("websocket", true);
        }
        journal.log(System.Logger.Level.INFO, "request", fields);
    }

    private boolean isWritten(Exchange exchange, Channel channel) {
        if (!journal.isWanted(System.Logger.Level.INFO)) {
            return false;
        }
        Optional<LineBudget.Kind> limited = limited(exchange);
        return limited.isEmpty() || journal.permits(limited.get(), ClientNetwork.of(client(exchange, channel)));
    }

    /// The budget that the line counts towards; none for a request that a layer let in, or that the gateway accepted on
    /// a public path: those are always written.
    private static Optional<LineBudget.Kind> limited(Exchange exchange) {
        boolean isTaken = exchange.route().equals(Route.PUBLIC.label()) && exchange.upstreamNanos() >= 0
                && exchange.status() < 400;
        if (exchange.outcome().equals("granted") || isTaken) {
            return Optional.empty();
        }
        if (exchange.rejection() != null) {
            return Optional.of(LineBudget.Kind.REFUSAL);
        }
        return exchange.layer().equals("none") ? Optional.of(LineBudget.Kind.OPEN) : Optional.empty();
    }

    /// The connection's, where the request was refused before its client was determined.
    private static InetAddress client(Exchange exchange, Channel channel) {
        InetAddress client = exchange.client();
        return client == null ? Peer.of(channel) : client;
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 1e4) / 1e2;
    }
}
