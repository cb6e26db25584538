package io.seawall.proxy.route;

import java.util.Locale;

/// The class of a request: what it is for, and so which layer guards it.
public enum Route {
    STATUS, HOOKS, API, PUBLIC, OWN, CAPABILITY, STATIC, SANDBOX, PORTAL, UI;

    private final String label = name().toLowerCase(Locale.ROOT);

    /// Whether no layer guards it, so that unauthenticated clients are served.
    public boolean isOpen() {
        return switch (this) {
            case STATUS, PUBLIC, STATIC, SANDBOX, PORTAL -> true;
            case HOOKS, API, OWN, CAPABILITY, UI -> false;
        };
    }

    public String label() {
        return label;
    }
}
