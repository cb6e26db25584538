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
import io.seawall.proxy.diagnose.explain.Explanation.Outcome;
import io.seawall.proxy.diagnose.explain.Explanation.Verdict;
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

/// Takes one request through the stages of `ClientPipeline` and reports what each of them did. The verdict is theirs; only
/// the words for it are made here. What they count in is made for this one request. Not asked is what comes before the
/// bytes of HTTP/1.1: TLS and the PROXY header, which an [ExplainRequest] states as facts.
public final class DryRun {
    private static final byte[] CLIENT_HELLO = {0x16, 3, 1, 2};

    /// What requests are judged by.
    ///
    /// @param layers of the configuration; their passwords are computed inline, and no keys are fetched
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
        return explain(status < 400
                ? new Verdict(Outcome.SEAWALL, status, "", "sent on to the same URL with https")
                : new Verdict(Outcome.REFUSED, status, "plaintext",
                        answer.substring(answer.indexOf("\r\n\r\n") + 4).strip().replace("\n", " ")),
                Optional.empty());
    }

    private Optional<Explanation> through(byte[] wire, InetAddress peer, boolean tls) {
        DryChannel channel = DryChannel.of(peer, wire, gate.config().http(),
                journey.apply(gate.journey(router, tls)));
        new StageNotes(gate, router, steps).tell(channel);
        return verdict(channel).map(verdict -> explain(verdict, channel.exchange()));
    }

    private Optional<Verdict> verdict(DryChannel channel) {
        if (channel.permitted().isPresent()) {
            return Optional.of(new Verdict(Outcome.GATEWAY, 0, "",
                    ForwardedNotes.tell(channel.permitted().get(), gate.config(), steps)));
        }
        if (channel.rejection().isPresent()) {
            Rejection rejection = channel.rejection().get();
            return Optional
                    .of(new Verdict(Outcome.REFUSED, rejection.status(), rejection.label(), rejection.text()));
        }
        return channel.exchange().filter(exchange -> exchange.status() > 0)
                .map(exchange -> new Verdict(Outcome.SEAWALL, exchange.status(),
                        Objects.requireNonNullElse(exchange.rejection(), ""),
                        StageNotes.answer(channel.visits().getLast())));
    }

    /// @param exchange route, layer and decision as log and metrics would have them
    private Explanation explain(Verdict verdict, Optional<Exchange> exchange) {
        return new Explanation(
                new Verdict(verdict.outcome(), verdict.status(), verdict.reason(), steps.shown(verdict.message())),
                exchange.map(Exchange::route).orElse("none"), exchange.map(Exchange::layer).orElse("none"),
                exchange.map(Exchange::outcome).orElse("none"), steps.all());
    }
}
