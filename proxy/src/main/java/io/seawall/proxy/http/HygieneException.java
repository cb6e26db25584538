package io.seawall.proxy.http;

import java.util.Objects;

/// A request broke a [Rule]. Carries no stack trace: unauthenticated clients cause it, and the rule is enough.
public final class HygieneException extends Exception {
    private final Rule rule;

    public HygieneException(Rule rule) {
        this(rule, "");
    }

    /// @param detail what exactly is missing or wrong, in our words alone; empty where the rule's own say it
    public HygieneException(Rule rule, String detail) {
        super(detail.isEmpty() ? rule.meaning() : rule.meaning() + ": " + detail, null, false, false);
        this.rule = rule;
    }

    public Rule rule() {
        return rule;
    }

    /// The rule's meaning, and the detail where there is one.
    public String explanation() {
        return Objects.requireNonNull(getMessage());
    }
}
