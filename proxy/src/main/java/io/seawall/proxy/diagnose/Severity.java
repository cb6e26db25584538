package io.seawall.proxy.diagnose;

import java.util.Locale;

/// How much it matters when a check fails.
public enum Severity {
    // An attacker from outside gets in, or may already be in. Seawall does not start with one of these unless it is
    // accepted.
    CRITICAL,
    // With one more mistake an attacker gets in.
    HIGH,
    // Makes an intrusion worse.
    MEDIUM,
    // Good order.
    LOW;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
