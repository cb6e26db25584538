package io.seawall.proxy.route;

import java.util.Locale;

/// The class of a request: what it is for, and so which layer guards it.
public enum Route {
    STATUS, HOOKS, API, PUBLIC, OWN, CAPABILITY, UI;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }
}
