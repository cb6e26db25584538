package io.seawall.proxy.credential;

/// How wrong credentials are answered: counted by the throttle, delayed by the tarpit.
public record Throttling(Throttle throttle, Tarpit tarpit) {}
