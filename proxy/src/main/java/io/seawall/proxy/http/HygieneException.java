package io.seawall.proxy.http;

/// A request broke a [Rule]. Carries no stack trace: strangers cause it, and the rule says all.
public final class HygieneException extends Exception {
    private final Rule rule;

    public HygieneException(Rule rule) {
        super(rule.meaning(), null, false, false);
        this.rule = rule;
    }

    public Rule rule() {
        return rule;
    }
}
