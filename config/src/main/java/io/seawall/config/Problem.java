package io.seawall.config;

import io.seawall.host.Printable;

/// One reason not to start: the key at fault, what was found (never a secret), what was expected, and the fix.
public record Problem(Kind kind, String key, String found, String expected, String fix) {

    /// What a problem is about.
    public enum Kind {
        CONFIGURATION, UPSTREAM
    }

    /// What was found may have been written by others.
    public Problem {
        found = Printable.line(found);
        fix = Printable.line(fix);
    }

    public Problem(Key key, String found, String expected, String fix) {
        this(Kind.CONFIGURATION, key.variable(), found, expected, fix);
    }

    @Override
    public String toString() {
        return key + ": " + found + " (expected: " + expected + "). Fix: " + fix;
    }
}
