package io.seawall.proxy.cli;

import io.seawall.config.Config;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.auth.OriginRule;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.client.ProxyHints;
import io.seawall.proxy.cloudflare.AccessDenial;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.credential.StaticBudget;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.http1.RequestHeadParser;
import io.seawall.proxy.observe.Redaction;
import io.seawall.proxy.own.OwnPage;
import io.seawall.proxy.route.ClearText;
import io.seawall.proxy.route.HealthCheck;
import io.seawall.proxy.route.PublicHosts;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.RouteRule;
import io.seawall.proxy.route.RoutedRequest;
import io.seawall.proxy.route.Router;
import io.seawall.proxy.route.Routing;
import io.seawall.proxy.tls.HttpOnTlsPortHandler;
import io.seawall.proxy.upstream.RequestRewrite;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Takes one request through the decisions of the gate, in the order of `ClientPipeline` and without a connection: at
/// each stage it asks what that stage's handler asks. Nobody's guesses are counted, nothing is sent.
final class Rehearsal {
    /// Written anew for the gateway whatever the client said.
    private static final Set<String> REMADE = Set.of("host", "content-length", "transfer-encoding");
    private static final Set<String> HANDSHAKE = Set.of("connection", "upgrade");

    /// What the handlers decide by.
    ///
    /// @param layers of a configuration without Cloudflare Access, where its keys would have to be fetched
    record Gate(Config config, PublicHosts hosts, Layers layers, ClientAddress addresses, Router router,
            ClearText clearText,
            OriginRule origins, RequestRewrite rewrite, Redaction redaction) {
        Gate(Config config, PublicHosts hosts, Layers layers) {
            this(config, hosts, layers, new Router(config));
        }

        private Gate(Config config, PublicHosts hosts, Layers layers, Router router) {
            this(config, hosts, layers, ClientAddress.of(config),
                    router, new ClearText(config),
                    new OriginRule(config),
                    new RequestRewrite(config.stripHeaders(), config.tokens()),
                    new Redaction(config.secrets()));
        }

        /// The gate of the port that serves the gateway's sandbox alone.
        Gate ofSandboxPort() {
            return new Gate(config, hosts, layers, Router.ofSandboxPort(config));
        }

        /// Whether nobody can tell here what an assertion of Cloudflare Access is worth.
        static boolean fetchesKeys(Config config) {
            return config.access().filter(access -> access.keys() instanceof Config.Access.Keys.Fetched).isPresent();
        }
    }

    private final Gate gate;
    private final List<Explanation.Step> steps = new ArrayList<>();
    private String route = "none";
    private String layer = "none";
    private String decision = "none";

    private Rehearsal(Gate gate) {
        this.gate = gate;
    }

    static Explanation of(Gate gate, Asked asked) {
        Rehearsal rehearsal = new Rehearsal(asked.sandboxPort() ? gate.ofSandboxPort() : gate);
        rehearsal.step("url", asked.notes().toArray(String[]::new));
        boolean tls = Asked.endsTls(gate.config());
        if (!tls && asked.tls() && gate.config().clients().trustedProxies().isEmpty()) {
            return rehearsal.tlsOnPlainPort();
        }
        return tls && !asked.tls()
                ? rehearsal.plaintext(asked.wire(), asked.peer())
                : rehearsal.hygiene(asked.wire(), asked.peer(), tls);
    }

    /// The same of what a connection begins with.
    ///
    /// @param tls whether Seawall ended its TLS
    static Explanation of(Gate gate, byte[] wire, InetAddress peer, boolean tls) {
        return new Rehearsal(gate).hygiene(wire, peer, tls);
    }

    private Explanation tlsOnPlainPort() {
        step("connection",
                "TLS to a port that speaks plain HTTP (SEAWALL_TLS=off), and no proxy in front that ends it");
        return refused(Rejection.of(Rule.TLS_ON_PLAIN_PORT));
    }

    private Explanation plaintext(byte[] wire, InetAddress peer) {
        step("connection", "plain HTTP on the TLS port: it gets one answer, and ends");
        String answer = HttpOnTlsPortHandler.answer(new String(wire, StandardCharsets.ISO_8859_1),
                () -> ProxyHints.endOfLoop(gate.config().clients(), peer));
        int status = Integer.parseInt(answer.split(" ", 3)[1]);
        return status < 400
                ? answered(status, "sent on to the same URL with https")
                : refused(Rejection.client(status, "plaintext",
                        answer.substring(answer.indexOf("\r\n\r\n") + 4).strip().replace("\n", " ")));
    }

    private Explanation hygiene(byte[] wire, InetAddress peer, boolean tls) {
        RequestHead head;
        try {
            head = RequestHeadParser.first(wire, gate.config().http())
                    .orElseThrow(() -> new IllegalArgumentException("a head without an end"));
        } catch (HygieneException e) {
            Rule rule = e.rule();
            step("hygiene", "breaks the rule " + rule.label() + " (" + rule.source() + "): " + e.explanation());
            return refused(Rejection.of(e));
        }
        step("hygiene", "fine, " + head.method() + " " + gate.redaction().path(head.path())
                + (head.query() == null ? "" : "?…") + " as HTTP/1." + (head.http10() ? "0" : "1"));
        Optional<ClientRequest> request = gate.addresses().identify(peer, head, tls);
        if (request.isEmpty()) {
            step("client", "the trusted proxy " + ClientAddress.text(peer) + " names no address in "
                    + gate.config().clients().header().orElse("its header"));
            return refused(ClientAddress.UNKNOWN);
        }
        step("client", ClientAddress.text(request.get().client()) + " over "
                + (request.get().secure() ? "https" : "http"));
        return HealthCheck.answers(head, gate.router().hosts()) ? status(head) : host(request.get(), peer);
    }

    private Explanation status(RequestHead head) {
        route = Route.STATUS.label();
        step("layer", "none");
        return answered(200, "answered by Seawall itself, whatever the host" + (HealthCheck.isLiveness(head)
                ? ""
                : "; 503 while the gateway would not answer"));
    }

    private Explanation host(ClientRequest request, InetAddress peer) {
        String authority = request.head().authority();
        Optional<Rejection> rejection = gate.hosts().rejection(authority);
        step("host", authority + (rejection.isEmpty() ? " is ours" : " is none of ours"));
        return rejection.isPresent() ? refused(rejection.get()) : route(request, peer);
    }

    private Explanation route(ClientRequest request, InetAddress peer) {
        RequestHead head = request.head();
        List<Router.Reading> readings = gate.router().readings(head.path(), head.isUpgrade());
        if (gate.router().hosts().rule(head.authority()).isEmpty()) {
            step("path", readings.isEmpty()
                    ? new String[]{"cannot be read: a control byte, a broken escape, no UTF-8, or encoded too often"}
                    : readings.stream().map(this::line).toArray(String[]::new));
        }
        return switch (Routing.of(gate.router(), head)) {
            case Routing.Routed(RouteRule rule) -> {
                describe(rule);
                yield clearText(new RoutedRequest(request, rule), peer);
            }
            case Routing.Refused(Optional<RouteRule> rule, Rejection rejection) -> {
                rule.ifPresent(this::describe);
                step("route", rejection.status() == 404 ? "none: it is HOOKS_PATH, and HOOKS_ENABLED is not true" : "");
                yield refused(rejection);
            }
            case Routing.Redirected(RouteRule rule, Headers _) -> {
                describe(rule);
                yield explain(Explanation.Outcome.SEAWALL, Routing.Redirected.STATUS, Routing.Redirected.LABEL,
                        "sent to the same page without token, password and gatewayUrl in the query");
            }
        };
    }

    private String line(Router.Reading reading) {
        return gate.redaction().path(reading.path()) + " is "
                + reading.rule().map(rule -> rule.route().label()).orElse("on another route for some readers");
    }

    private void describe(RouteRule rule) {
        route = rule.route().label();
        step("route", route + ": " + String.join(" ", new TreeSet<>(rule.methods()))
                + (rule.upgrade() ? ", WebSocket" : ", no WebSocket") + ", "
                + (rule.bodyLimit() == 0 ? "no body" : "a body of up to " + RoutesCommand.size(rule.bodyLimit())));
    }

    private Explanation clearText(RoutedRequest request, InetAddress peer) {
        Optional<Rejection> rejection = gate.clearText().rejection(peer, request.route());
        if (rejection.isEmpty()) {
            return layer(request);
        }
        step("peer",
                ClientAddress.text(peer) + " is no trusted proxy, and this port speaks plain HTTP (SEAWALL_TLS=off)");
        return refused(rejection.get());
    }

    private Explanation layer(RoutedRequest request) {
        Optional<Layer> guard = Layer.of(request.route());
        if (request.route() == Route.STATIC && gate.layers().hasSession(request.head().headers())) {
            layer = Layer.BASIC.label();
            decision = "granted";
            step("layer", "none is needed; the session that is there is known");
            return origin(request);
        }
        if (guard.isEmpty()) {
            step("layer", switch (request.route()) {
                case PUBLIC -> "none: the gateway checks its own credential";
                case STATIC -> "none: the gateway serves this file to anybody; a network without a session gets "
                        + StaticBudget.FILES + " in a minute";
                case SANDBOX ->
                    "none: here is the sandbox of widgets and MCP Apps, which has nothing of anybody's";
                case PORTAL -> "none: the gateway asks for the token of this portal, in its URL or its cookie";
                case STATUS, HOOKS, API, OWN, CAPABILITY, UI -> "none";
            });
            return origin(request);
        }
        Headers headers = request.head().headers();
        layer = guard.get().label();
        String header = gate.layers().credentialHeader(guard.get(), headers);
        String offered = layer + ", by " + header + (headers.contains(header) ? ": ***" : " (there is none)");
        boolean unverified = guard.get() == Layer.BASIC && Gate.fetchesKeys(gate.config());
        return switch (decide(guard.get(), headers, unverified)) {
            case Decision.Granted granted -> {
                decision = "granted";
                step("layer", offered + ": granted, " + granted.reason(), unverified
                        ? "the assertion of Cloudflare Access is not verified here: its keys would have to be fetched"
                        : "");
                yield origin(request);
            }
            case Decision.Denied(Decision.Reason reason, _, _) -> {
                decision = reason.label();
                step("layer", offered + ": denied, " + decision,
                        reason.isGuess() ? "as a wrong credential it counts towards a lockout" : "");
                yield refused(guard.get().rejection(reason, request.head().path()));
            }
        };
    }

    private Decision decide(Layer guard, Headers headers, boolean unverified) {
        Optional<AccessDenial> objection = unverified ? CloudflareAccess.countObjection(headers) : Optional.empty();
        return objection.isPresent()
                ? new Decision.Denied(Decision.Reason.of(objection.get()))
                : gate.layers().decide(guard, headers).join();
    }

    private Explanation origin(RoutedRequest request) {
        String origin = request.head().headers().get("Origin");
        Optional<Rejection> rejection = gate.origins().rejection(request);
        if (origin == null) {
            step("origin", "none, so it is no page of a browser that opens a WebSocket or changes something");
        } else if (!OriginRule.applies(request)) {
            step("origin", origin + ", which does not matter here");
        } else {
            step("origin", origin + (rejection.isEmpty()
                    ? " is ours"
                    : " is none of ours (expected: " + expected(request) + ")"));
        }
        return rejection.isPresent() ? refused(rejection.get()) : answer(request);
    }

    private String expected(RoutedRequest request) {
        return String.join(", ", new TreeSet<>(gate.origins().ours(request).stream().map(Object::toString).toList()));
    }

    private Explanation answer(RoutedRequest request) {
        return switch (request.route()) {
            case STATUS -> status(request.head());
            case OWN -> {
                OwnPage page = OwnPage.of(request.head());
                yield switch (page) {
                    case LOGIN -> answered(page.status(), "logged in by Seawall itself, and sent to the start page");
                    case CONFIRMATION -> answered(page.status(), "Seawall's own page asks whether to log out");
                    case LOGOUT -> answered(page.status(), "logged out by Seawall itself");
                    case CLIENT -> answered(page.status(), "Seawall tells the client what it takes it for");
                    case NO_HAND_OFF -> refused(OwnPage.NOTHING);
                };
            }
            case HOOKS, API, PUBLIC, CAPABILITY, STATIC, SANDBOX, PORTAL, UI -> forwarded(request);
        };
    }

    private Explanation forwarded(RoutedRequest request) {
        RequestHead head = request.head();
        String made = "new for each request";
        RequestRewrite.Preview preview = gate.rewrite().preview(request, made);
        Headers set = preview.set();
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < set.size(); i++) {
            fields.add(set.name(i) + ": " + (set.value(i).contains(made) ? made : set.value(i)));
        }
        step("stripped", names(preview.stripped().stream().filter(name -> !isRemade(name, head))));
        step("kept", names(Stream.concat(preview.kept().stream(),
                preview.shortened().stream().map(name -> name + " (without what is Seawall's)"))));
        step("set", fields.toArray(String[]::new));
        return explain(Explanation.Outcome.GATEWAY, 0, "", "goes to the gateway, as "
                + (head.isUpgrade() ? "a WebSocket" : head.method()) + " on " + gate.redaction().path(head.path())
                + " from " + set.get("X-Forwarded-For", ""));
    }

    private static boolean isRemade(String name, RequestHead head) {
        String lower = name.toLowerCase(Locale.ROOT);
        return REMADE.contains(lower) || head.isUpgrade() && HANDSHAKE.contains(lower);
    }

    /// Each once: a header can come in many lines.
    private static String names(Stream<String> names) {
        String all = names.distinct().sorted(String.CASE_INSENSITIVE_ORDER).collect(Collectors.joining(", "));
        return all.isEmpty() ? "nothing" : all;
    }

    private void step(String stage, String... lines) {
        List<String> shown = new ArrayList<>();
        for (String line : lines) {
            if (!line.isEmpty()) {
                shown.add(shown(line));
            }
        }
        if (!shown.isEmpty()) {
            steps.add(new Explanation.Step(stage, shown));
        }
    }

    private Explanation answered(int status, String message) {
        return explain(Explanation.Outcome.SEAWALL, status, "", message);
    }

    private Explanation refused(Rejection rejection) {
        return explain(Explanation.Outcome.REFUSED, rejection.status(), rejection.label(), rejection.text());
    }

    private Explanation explain(Explanation.Outcome outcome, int status, String reason, String message) {
        return new Explanation(outcome, status, reason, shown(message), route, layer, decision, steps);
    }

    /// What is asked for can hold a secret anywhere.
    private String shown(String text) {
        return gate.redaction().holdsSecret(text) ? "***" : text;
    }
}
