package io.seawall.proxy.diagnose.explain;

import com.github.benmanes.caffeine.cache.Ticker;
import io.seawall.config.Config;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.auth.PluginTabs;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.client.ProxyHints;
import io.seawall.proxy.credential.StaticBudget;
import io.seawall.proxy.credential.Throttle;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Journey;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.limit.Descriptors;
import io.seawall.proxy.limit.DirectMemory;
import io.seawall.proxy.route.PublicHosts;
import io.seawall.proxy.route.Router;
import io.seawall.proxy.server.ClientPipeline;
import io.seawall.proxy.session.Sessions;
import io.seawall.proxy.tls.HttpOnTlsPortHandler;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Takes one request through the stages of `ClientPipeline`, as they stand there, and tells what each of them did. The verdict
/// is theirs; only the words for it are made here. Everything that they count in is made for this one request.
public final class DryRun {
    private static final byte[] CLIENT_HELLO = {0x16, 3, 1, 2};

    /// What requests are judged by.
    ///
    /// @param layers of the configuration; their passwords are computed inline, and nobody's keys are fetched
    /// @param sessions what a logout ends stays ended in them
    public record Gate(Config config, PublicHosts hosts, Layers layers, Sessions sessions) {

        /// @param tls whether Seawall ends its clients' TLS
        Journey<RequestHead, PermittedRequest> journey(Router router, boolean tls) {
            Ticker ticker = Ticker.systemTicker();
            return ClientPipeline.stages(new ClientPipeline.Judges(config, router, hosts, tls, layers, sessions),
                    new ClientPipeline.Counts(new Throttle(config.lockout(), ticker), new StaticBudget(ticker),
                            new PluginTabs(ticker), new Connections(config.limits(), config.clients(),
                                    DirectMemory.ofProcess(), Descriptors.UNLIMITED),
                            ProxyHints.silent(config.clients()), _ -> {}),
                    () -> layers, () -> true);
        }
    }

    private final Gate gate;
    private final Router router;
    private final UnaryOperator<Journey<RequestHead, PermittedRequest>> journey;
    private final Steps steps;

    private DryRun(Gate gate, Router router, UnaryOperator<Journey<RequestHead, PermittedRequest>> journey) {
        this.gate = gate;
        this.router = router;
        this.journey = journey;
        steps = new Steps(gate.config());
    }

    public static Explanation of(Gate gate, ExplainRequest request) {
        Config config = gate.config();
        DryRun run = new DryRun(gate, request.sandboxPort() ? Router.ofSandboxPort(config) : new Router(config),
                UnaryOperator.identity());
        run.steps.add("url", request.notes().toArray(String[]::new));
        boolean tls = ExplainRequest.endsTls(config);
        if (tls && !request.tls()) {
            return run.plaintext(request.wire(), request.peer());
        }
        byte[] wire = request.wire();
        if (!tls && request.tls() && config.clients().trustedProxies().isEmpty()) {
            run.steps.add("connection",
                    "TLS to a port that speaks plain HTTP (SEAWALL_TLS=off), and no proxy in front that ends it");
            wire = CLIENT_HELLO;
        }
        return run.through(wire, request.peer(), tls)
                .orElseThrow(() -> new IllegalArgumentException("a head without an end"));
    }

    /// What becomes of the first request in what a connection begins with; empty where its head is not whole.
    ///
    /// @param tls whether Seawall ended its TLS
    static Optional<Explanation> of(Gate gate, byte[] wire, InetAddress peer, boolean tls) {
        return of(gate, wire, peer, tls, UnaryOperator.identity());
    }

    /// The same on another way.
    static Optional<Explanation> of(Gate gate, byte[] wire, InetAddress peer, boolean tls,
            UnaryOperator<Journey<RequestHead, PermittedRequest>> journey) {
        return new DryRun(gate, new Router(gate.config()), journey).through(wire, peer, tls);
    }

    private Explanation plaintext(byte[] wire, InetAddress peer) {
        steps.add("connection", "plain HTTP on the TLS port: it gets one answer, and ends");
        String answer = HttpOnTlsPortHandler.answer(new String(wire, StandardCharsets.ISO_8859_1),
                () -> ProxyHints.endOfLoop(gate.config().clients(), peer));
        int status = Integer.parseInt(answer.split(" ", 3)[1]);
        boolean redirects = status < 400;
        return new Explanation(redirects ? Explanation.Outcome.SEAWALL : Explanation.Outcome.REFUSED, status,
                redirects ? "" : "plaintext",
                steps.shown(redirects
                        ? "sent on to the same URL with https"
                        : answer.substring(answer.indexOf("\r\n\r\n") + 4).strip().replace("\n", " ")),
                "none", "none", "none", steps.all());
    }

    private Optional<Explanation> through(byte[] wire, InetAddress peer, boolean tls) {
        DryChannel channel = DryChannel.of(peer, wire, gate.config().http(),
                journey.apply(gate.journey(router, tls)));
        new StageNotes(gate, router, steps).tell(channel);
        if (channel.permitted().isPresent()) {
            String verdict = ForwardedNotes.tell(channel.permitted().get(), gate.config(), steps);
            return Optional.of(explain(channel, Explanation.Outcome.GATEWAY, 0, "", verdict));
        }
        if (channel.rejection().isPresent()) {
            Rejection rejection = channel.rejection().get();
            return Optional.of(explain(channel, Explanation.Outcome.REFUSED, rejection.status(), rejection.label(),
                    rejection.text()));
        }
        return channel.exchange().filter(exchange -> exchange.status() > 0)
                .map(exchange -> explain(channel, Explanation.Outcome.SEAWALL, exchange.status(),
                        Objects.requireNonNullElse(exchange.rejection(), ""),
                        StageNotes.answer(channel.visits().getLast())));
    }

    /// Route, layer and decision as log and metrics would have them.
    private Explanation explain(DryChannel channel, Explanation.Outcome outcome, int status, String reason,
            String message) {
        Optional<Exchange> exchange = channel.exchange();
        return new Explanation(outcome, status, reason, steps.shown(message),
                exchange.map(Exchange::route).orElse("none"), exchange.map(Exchange::layer).orElse("none"),
                exchange.map(Exchange::outcome).orElse("none"), steps.all());
    }
}
