package io.seawall.proxy.audit;

import java.util.Locale;

/// What a check came to, worst first.
public enum Status {
    FAIL,
    WARN,
    UNKNOWN,
    PASS,
    // The operator said not to look, and why.
    SKIPPED;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
