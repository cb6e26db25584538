package io.seawall.proxy.route;

import java.util.Locale;

/// The class of a request: what it is for, and so which layer guards it.
public enum Route {
    STATUS, HOOKS, API, PUBLIC, OWN, UI;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
