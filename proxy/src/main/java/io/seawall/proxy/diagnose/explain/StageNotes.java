package io.seawall.proxy.diagnose.explain;

import io.seawall.host.ByteSize;
import io.seawall.proxy.auth.LayerStage;
import io.seawall.proxy.auth.OpenRelayStage;
import io.seawall.proxy.auth.OriginRule;
import io.seawall.proxy.auth.OriginStage;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.auth.StaticStage;
import io.seawall.proxy.auth.ThrottleStage;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.client.ClientAddressStage;
import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.diagnose.explain.DryChannel.Visit;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.own.OwnPage;
import io.seawall.proxy.own.OwnPageStage;
import io.seawall.proxy.own.StatusStage;
import io.seawall.proxy.route.ClearTextStage;
import io.seawall.proxy.route.HealthCheck;
import io.seawall.proxy.route.HostStage;
import io.seawall.proxy.route.HostedRequest;
import io.seawall.proxy.route.RouteRule;
import io.seawall.proxy.route.RouteStage;
import io.seawall.proxy.route.RoutedRequest;
import io.seawall.proxy.route.Router;
import io.seawall.proxy.route.Routing;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/// The texts for what the stages did. Decides nothing: a stage without a text here is shown by its name.
final class StageNotes {
    private final DryRun.Gate gate;
    private final Router router;
    private final Steps steps;

    StageNotes(DryRun.Gate gate, Router router, Steps steps) {
        this.gate = gate;
        this.router = router;
        this.steps = steps;
    }

    /// Everything that the request met.
    void tell(DryChannel channel) {
        hygiene(channel);
        channel.visits().forEach(visit -> stage(visit, channel));
    }

    private void hygiene(DryChannel channel) {
        if (channel.visits().isEmpty()) {
            channel.rejection().ifPresent(this::broken);
        } else if (channel.visits().getFirst().request() instanceof RequestHead head) {
            steps.add("hygiene", "fine, " + head.method() + " " + steps.path(head.path())
                    + (head.query() == null ? "" : "?…") + " as HTTP/1." + (head.http10() ? "0" : "1"));
        }
    }

    private void broken(Rejection rejection) {
        String source = Arrays.stream(Rule.values()).filter(rule -> rule.label().equals(rejection.label())).findFirst()
                .map(rule -> " (" + rule.source() + ")").orElse("");
        steps.add("hygiene", "breaks the rule " + rejection.label() + source + ": "
                + rejection.message().replaceFirst("^Refused: ", "").replaceFirst("\\.$", ""));
    }

    private void stage(Visit visit, DryChannel channel) {
        switch (visit.stage()) {
            case ClientAddressStage _ -> client(visit, channel);
            case StatusStage _ -> steps.add("layer", visit.passed() ? "" : "none");
            case HostStage _ -> host(visit);
            case RouteStage _ -> route(visit, channel);
            case ClearTextStage _ -> steps.add("peer", visit.passed()
                    ? ""
                    : ClientAddress.text(channel.client())
                            + " is no trusted proxy, and this port speaks plain HTTP (SEAWALL_TLS=off)");
            // they count, and there are no other requests here
            case StaticStage _,OpenRelayStage _,ThrottleStage _ -> steps.add("count", visit.passed() ? "" : "too many");
            case LayerStage _ -> channel.routed().ifPresent(request -> layer(request, channel));
            case OriginStage _ -> channel.routed().ifPresent(request -> origin(visit, request));
            case OwnPageStage _ -> steps.add("own", "");
            default -> steps.add(name(visit.stage()), visit.passed() ? "passes" : "does not pass");
        }
    }

    /// `SomeNewStage` is `some new`.
    private static String name(Stage<?, ?> stage) {
        return stage.getClass().getSimpleName().replaceFirst("Stage$", "").replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }

    private void client(Visit visit, DryChannel channel) {
        if (visit.as().orElse(null) instanceof ClientRequest request) {
            steps.add("client",
                    ClientAddress.text(request.client()) + " over " + (request.secure() ? "https" : "http"));
        } else {
            steps.add("client", "the trusted proxy " + ClientAddress.text(channel.client()) + " names no address in "
                    + gate.config().clients().header().orElse("its header"));
        }
    }

    private void host(Visit visit) {
        if (visit.request() instanceof ClientRequest request) {
            steps.add("host", request.head().authority() + (visit.passed() ? " is ours" : " is none of ours"));
        }
    }

    private void route(Visit visit, DryChannel channel) {
        if (!(visit.request() instanceof HostedRequest(ClientRequest request))) {
            return;
        }
        RequestHead head = request.head();
        if (router.hosts().rule(head.authority()).isEmpty()) {
            List<Router.Reading> readings = router.readings(head.path(), head.isUpgrade());
            steps.add("path", readings.isEmpty()
                    ? new String[]{"cannot be read: a control byte, a broken escape, no UTF-8, or encoded too often"}
                    : readings.stream().map(this::line).toArray(String[]::new));
        }
        switch (Routing.of(router, head)) {
            case Routing.Routed(RouteRule rule) -> describe(rule);
            case Routing.Refused(Optional<RouteRule> rule, Rejection _) -> rule.ifPresent(this::describe);
            case Routing.Redirected(RouteRule rule, Headers _) -> describe(rule);
        }
        if (channel.rejection().filter(rejection -> rejection.status() == 404).isPresent() && !visit.passed()) {
            steps.add("route", "none: it is HOOKS_PATH, and HOOKS_ENABLED is not true");
        }
    }

    private String line(Router.Reading reading) {
        return steps.path(reading.path()) + " is "
                + reading.rule().map(rule -> rule.route().label()).orElse("on another route for some readers");
    }

    private void describe(RouteRule rule) {
        steps.add("route", rule.route().label() + ": " + String.join(" ", new TreeSet<>(rule.methods()))
                + (rule.upgrade() ? ", WebSocket" : ", no WebSocket") + ", "
                + (rule.bodyLimit() == 0 ? "no body" : "a body of up to " + ByteSize.text(rule.bodyLimit())));
    }

    private void layer(RoutedRequest request, DryChannel channel) {
        boolean isGranted = channel.exchange().filter(exchange -> exchange.outcome().equals("granted")).isPresent();
        steps.add("layer", new LayerNotes(gate.config(), gate.layers()).lines(request, channel.decision(), isGranted));
    }

    private void origin(Visit visit, RoutedRequest request) {
        String origin = request.head().headers().get("Origin");
        if (origin == null) {
            steps.add("origin", "none, so it is no page of a browser that opens a WebSocket or changes something");
        } else if (!OriginRule.applies(request)) {
            steps.add("origin", origin + ", which does not matter here");
        } else {
            steps.add("origin", origin + (visit.passed()
                    ? " is ours"
                    : " is none of ours (expected: " + String.join(", ", new TreeSet<>(
                            new OriginRule(gate.config()).ours(request).stream().map(Object::toString).toList()))
                            + ")"));
        }
    }

    /// What Seawall itself answers.
    ///
    /// @param last the stage that a request ended at
    static String answer(Visit last) {
        return switch (last.stage()) {
            case StatusStage _ when last.request() instanceof ClientRequest request ->
                "answered by Seawall itself, whatever the host" + (HealthCheck.isLiveness(request.head())
                        ? ""
                        : "; 503 while the gateway would not answer");
            case RouteStage _ -> "sent to the same page without token, password and gatewayUrl in the query";
            case OwnPageStage _ when last.request() instanceof PermittedRequest request ->
                switch (OwnPage.of(request.head())) {
                    case LOGIN -> "logged in by Seawall itself, and sent to the start page";
                    case CONFIRMATION -> "Seawall's own page asks whether to log out";
                    case LOGOUT -> "logged out by Seawall itself";
                    case CLIENT -> "Seawall tells the client what it takes it for";
                    case NO_HAND_OFF -> OwnPage.NOTHING.text();
                };
            default -> "answered by Seawall itself";
        };
    }
}
