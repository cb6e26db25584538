package io.seawall.proxy.http;

/// What a request says of the connection that it came over: whether another one may follow (RFC 9112, 9.3).
public enum Persistence {
    KEPT(false, true),
    ENDING(false, false),
    // HTTP/1.0, where a connection ends unless the client wants it kept.
    HTTP10_KEPT(true, true),
    HTTP10_ENDING(true, false);

    private final boolean http10;
    private final boolean kept;

    Persistence(boolean http10, boolean kept) {
        this.http10 = http10;
        this.kept = kept;
    }

    boolean isHttp10() {
        return http10;
    }

    boolean isKept() {
        return kept;
    }

    static Persistence of(boolean http10, boolean kept) {
        if (http10) {
            return kept ? HTTP10_KEPT : HTTP10_ENDING;
        }
        return kept ? KEPT : ENDING;
    }
}
