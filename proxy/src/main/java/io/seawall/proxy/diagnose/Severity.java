package io.seawall.proxy.diagnose;

import java.util.Locale;

/// How much it matters when a check fails.
public enum Severity {
    // Somebody from outside gets in, or may be in. Seawall does not start with one of these unless it is accepted.
    CRITICAL,
    // One mistake more, and somebody gets in.
    HIGH,
    // Makes it worse when somebody does.
    MEDIUM,
    // Good order.
    LOW;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
