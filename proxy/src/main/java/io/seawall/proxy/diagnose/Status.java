package io.seawall.proxy.diagnose;

import java.util.Locale;

/// How a check came out, worst first.
public enum Status {
    FAIL,
    // It works, but not everywhere or not well.
    WARN,
    // It could not be seen; the fix says what is needed.
    UNKNOWN,
    PASS,
    // Nothing was asked: another finding comes first, it does not apply, or the operator gave a reason.
    SKIPPED;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
