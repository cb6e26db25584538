package io.seawall.proxy.diagnose.explain;

import io.seawall.config.Config;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.credential.AuthEvent;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.credential.StaticBudget;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.RoutedRequest;
import java.util.Arrays;
import java.util.Optional;

/// The words for what a layer said, or for why none was asked.
///
/// @param config of the layers
record LayerNotes(Config config, Layers layers) {
    private static final String UNVERIFIED = "the assertion of Cloudflare Access is not verified here: its keys would have to be fetched";

    /// @param event what the layer told log and metrics; empty where none was asked
    /// @param hasSession whether a session came along that none had to ask for
    String[] lines(RoutedRequest request, Optional<AuthEvent> event, boolean hasSession) {
        Optional<Layer> guard = Layer.of(request.route());
        if (guard.isEmpty() || event.isEmpty()) {
            return new String[]{open(request.route(), hasSession)};
        }
        Headers headers = request.head().headers();
        String header = layers.credentialHeader(guard.get(), headers);
        AuthEvent decided = event.get();
        return new String[]{
            guard.get().label() + ", by " + header + (headers.contains(header) ? ": ***" : " (there is none)") + ": "
                    + decided.outcome() + ", " + decided.reason(),
            isGuess(decided.reason()) ? "as a wrong credential it counts towards a lockout" : "",
            decided.outcome().equals("granted") && guard.get() == Layer.BASIC && fetchesKeys(config) ? UNVERIFIED : ""};
    }

    private static boolean isGuess(String label) {
        return Arrays.stream(Decision.Reason.values())
                .anyMatch(reason -> reason.label().equals(label) && reason.isGuess());
    }

    /// Whether an assertion of Cloudflare Access cannot be verified here.
    static boolean fetchesKeys(Config config) {
        return config.access().filter(access -> access.keys() instanceof Config.Access.Keys.Fetched).isPresent();
    }

    private static String open(Route route, boolean hasSession) {
        return switch (route) {
            case PUBLIC -> "none: the gateway checks its own credential";
            case STATIC -> hasSession
                    ? "none is needed; the session that is there is known"
                    : "none: the gateway serves this file without a login; a network without a session gets "
                            + StaticBudget.FILES + " in a minute";
            case SANDBOX -> "none: the sandbox of widgets and MCP Apps, the same empty frame for every client";
            case PORTAL -> "none: the gateway asks for the token of this portal, in its URL or its cookie";
            case STATUS, HOOKS, API, OWN, CAPABILITY, UI -> "none";
        };
    }
}
