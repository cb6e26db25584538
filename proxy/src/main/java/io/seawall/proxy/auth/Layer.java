package io.seawall.proxy.auth;

import io.seawall.proxy.route.Route;
import java.util.Locale;
import java.util.Optional;

/// One of the three independent credentials. What opens one never opens another.
public enum Layer {
    BASIC, GATEWAY, HOOKS;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The layer that guards a route; empty where none of ours does.
    public static Optional<Layer> of(Route route) {
        return switch (route) {
            case STATUS, PUBLIC -> Optional.empty();
            case HOOKS -> Optional.of(HOOKS);
            case API -> Optional.of(GATEWAY);
            case OWN, UI -> Optional.of(BASIC);
        };
    }
}
