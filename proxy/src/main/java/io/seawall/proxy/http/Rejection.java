package io.seawall.proxy.http;

import java.util.Locale;

/// Why a request gets Seawall's own answer, and which: the one value that turns every failure into status, text, headers
/// and metric label. Write it to the channel; [RejectionHandler] makes the answer of it.
///
/// @param label bounded, for metrics and log
/// @param close whether the connection ends with the answer
public record Rejection(Side side, int status, String label, Words words, Headers headers, boolean close) {

    /// @param message one sentence for the client; never a secret, never the request's own text unescaped
    /// @param help what the operator has to do, if need be the line to paste; empty where there is nothing to say
    public record Words(String message, String help) {}

    /// What a client of another version has to speak (RFC 6455, 4.4; RFC 9110, 15.5.22).
    private static final Headers VERSION = Headers.builder().add("Upgrade", "websocket")
            .add("Sec-WebSocket-Version", "13").build();

    /// The account of what unauthenticated clients may occupy on the heap is full.
    public static final Rejection NO_ROOM = client(503, "heap",
            "There are more requests of unauthenticated clients than Seawall has memory for. Try again in a moment.")
            .with("Retry-After", "5").closing();

    private static final String SPEAK_PLAIN = "Have the proxy in front speak plain HTTP to Seawall (nginx: proxy_pass "
            + "http://...), or give Seawall a certificate: SEAWALL_TLS=self-signed";

    /// Whose failure it is.
    public enum Side {
        CLIENT, UPSTREAM, INTERNAL;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Rejection client(int status, String label, String message) {
        return client(status, label, message, "");
    }

    public static Rejection client(int status, String label, String message, String help) {
        return new Rejection(Side.CLIENT, status, label, new Words(message, help), Headers.EMPTY, false);
    }

    /// More than a client may have now.
    ///
    /// @param seconds until it may have more
    public static Rejection tooMany(String label, String message, long seconds) {
        return client(429, label, message).with("Retry-After", Long.toString(Math.max(1, seconds)));
    }

    public static Rejection upstream(int status, String label, String message) {
        return new Rejection(Side.UPSTREAM, status, label, new Words(message, ""), Headers.EMPTY, false);
    }

    public static Rejection internal() {
        return internal(500, "internal",
                "Something went wrong inside Seawall. Its log has an error of the same time; trying again does no harm.")
                .closing();
    }

    public static Rejection internal(int status, String label, String message) {
        return new Rejection(Side.INTERNAL, status, label, new Words(message, ""), Headers.EMPTY, false);
    }

    /// After a broken rule nothing on the connection is trusted, so it ends.
    public static Rejection of(Rule rule) {
        return of(new HygieneException(rule));
    }

    /// The same, with what exactly is wrong.
    public static Rejection of(HygieneException broken) {
        Rule rule = broken.rule();
        return new Rejection(Side.CLIENT, rule.status(), rule.label(),
                new Words("Refused: " + broken.explanation() + ".",
                        rule == Rule.TLS_ON_PLAIN_PORT ? SPEAK_PLAIN : ""),
                rule == Rule.WEBSOCKET_VERSION ? VERSION : Headers.EMPTY, true);
    }

    public Rejection with(String name, String value) {
        Headers more = Headers.builder().addAll(headers).add(name, value).build();
        return new Rejection(side, status, label, words, more, close);
    }

    /// Message and help: the text that page, log and `explain` have in common.
    public String text() {
        return help().isEmpty() ? message() : message() + " " + help();
    }

    public String message() {
        return words.message();
    }

    public String help() {
        return words.help();
    }

    public Rejection help(String text) {
        return new Rejection(side, status, label, new Words(words.message(), text), headers, close);
    }

    public Rejection closing() {
        return new Rejection(side, status, label, words, headers, true);
    }
}
