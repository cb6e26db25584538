package io.seawall.proxy.cli;

/// Exit codes, stable for scripts.
final class Exit {
    static final int FINE = 0;
    /// what `health` says of another process; no refusal
    static final int UNHEALTHY = 1;
    /// what `explain` says of a request that would be refused
    static final int REFUSED = 1;
    static final int CONFIGURATION = 2;
    static final int UPSTREAM = 3;
    static final int CERTIFICATE = 4;
    static final int BIND = 5;
    /// out of memory, or a fault of Seawall's own; `EX_SOFTWARE` of sysexits.h
    static final int INTERNAL = 70;

    private Exit() {}
}
