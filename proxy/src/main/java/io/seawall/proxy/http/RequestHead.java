package io.seawall.proxy.http;

import org.jspecify.annotations.Nullable;

/// A request as it came, after hygiene: origin-form target, one valid Host, unambiguous framing.
///
/// @param target raw path and query, the bytes that are matched and forwarded
/// @param authority the Host, as sent
public record RequestHead(String method, String target, String authority, Persistence persistence, Headers headers,
        Body body) {
    // by which the kind of an answer is chosen, and whether the connection goes on after it
    private static final String[] FOR_ANSWER = {"Accept", "Content-Type", "Expect", "Sec-Fetch-Mode", "Upgrade"};
    private static final int LONG_ENOUGH = 256;

    /// What can be said of a request that was refused by its head: for the log alone.
    public static RequestHead refused(String method, String target) {
        return new RequestHead(method, target, "", Persistence.ENDING, Headers.EMPTY, Body.NONE);
    }

    /// What the log needs of it.
    RequestHead withoutHeaders() {
        return new RequestHead(method, target, authority, persistence, Headers.EMPTY, body);
    }

    /// What an answer of our own needs besides.
    RequestHead forAnswer() {
        Headers.Builder few = Headers.builder(FOR_ANSWER.length);
        for (String name : FOR_ANSWER) {
            String value = headers.get(name);
            if (value != null) {
                few.add(name, new String(value.toCharArray(), 0, Math.min(value.length(), LONG_ENOUGH)));
            }
        }
        return new RequestHead(method, target, authority, persistence, few.build(), body);
    }

    public boolean http10() {
        return persistence.isHttp10();
    }

    /// Whether the client wants the connection kept.
    public boolean keepAlive() {
        return persistence.isKept();
    }

    /// The raw path, without the query.
    public String path() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /// The raw query without its question mark; null where there is no question mark.
    public @Nullable String query() {
        int question = target.indexOf('?');
        return question < 0 ? null : target.substring(question + 1);
    }

    public boolean isHead() {
        return method.equals("HEAD");
    }

    /// Whether it asks for a WebSocket; hygiene has checked that the handshake is a real one. An `Upgrade` to anything
    /// else is an offer that is not taken.
    public boolean isUpgrade() {
        return RequestRules.asksForWebSocket(headers);
    }

    /// Whether a person's browser asks for a page, and so can be shown one.
    public boolean isNavigation() {
        if (!(method.equals("GET") || method.equals("HEAD")) || isUpgrade()) {
            return false;
        }
        String mode = headers.get("Sec-Fetch-Mode");
        return mode == null ? headers.get("Accept", "").contains("text/html") : mode.equals("navigate");
    }

    @Override
    public String toString() {
        // neither query nor header values: they can be credentials
        return method + " " + path();
    }
}
