package io.seawall.config.load;

import io.seawall.config.Authentication;
import io.seawall.config.Config;
import io.seawall.config.Key;
import java.util.Optional;

/// Reads the keys of times, sizes and counts.
record BoundSettings(Values values, Numbers numbers) {

    Optional<Config.Bounds> bounds() {
        Config.Timeouts timeouts = timeouts();
        Config.Limits limits = limits();
        Config.Http http = http();
        Optional<Config.Http2> http2 = http2();
        Config.Bodies bodies = bodies();
        return http2.map(h2 -> new Config.Bounds(timeouts, limits, http, h2, bodies));
    }

    private Config.Timeouts timeouts() {
        return new Config.Timeouts(numbers.seconds(Key.READ_TIMEOUT, 1, 604_800),
                numbers.seconds(Key.DRAIN_TIMEOUT, 0, 3_600), numbers.seconds(Key.HANDSHAKE_TIMEOUT, 1, 300),
                numbers.seconds(Key.CONNECT_TIMEOUT, 1, 60), numbers.seconds(Key.UPSTREAM_IDLE_TIMEOUT, 1, 4));
    }

    private Config.Limits limits() {
        return new Config.Limits(numbers.count(Key.MAX_CONNECTIONS, 10, 1_000_000),
                numbers.count(Key.MAX_CONNECTIONS_PER_CLIENT, 1, 1_000_000),
                numbers.count(Key.CONNECTION_RESERVE, 0, 50), numbers.count(Key.MEMORY_WATERMARK, 10, 100));
    }

    private Config.Http http() {
        Config.Http.Head head = new Config.Http.Head((int) numbers.bytes(Key.MAX_REQUEST_LINE, 1_024, 65_536),
                (int) numbers.bytes(Key.MAX_HEADER_BYTES, 1_024, 65_536), numbers.count(Key.MAX_HEADERS, 20, 1_000),
                numbers.seconds(Key.HEADER_TIMEOUT, 1, 300));
        Config.Http http = new Config.Http(head, numbers.seconds(Key.IDLE_TIMEOUT, 1, 3_600),
                numbers.seconds(Key.STALL_TIMEOUT, 1, 3_600), numbers.count(Key.MIN_RATE, 1, 1_000_000));
        atMost(Key.MAX_REQUEST_LINE, http.requestLine(), http.headBytes(), Key.MAX_HEADER_BYTES);
        return http;
    }

    private Optional<Config.Http2> http2() {
        int streams = numbers.count(Key.HTTP2_STREAMS, 1, 1_000);
        return values.flag(Key.HTTP2).map(enabled -> new Config.Http2(enabled, streams));
    }

    Config.Bodies bodies() {
        return new Config.Bodies(body(Key.MAX_BODY_UI), body(Key.MAX_BODY_API), body(Key.MAX_BODY_TOOLS),
                body(Key.MAX_BODY_HOOKS), body(Key.MAX_BODY_PUBLIC));
    }

    private long body(Key key) {
        return numbers.bytes(key, 1_024, 1_024L * 1_024 * 1_024);
    }

    Authentication.Lockout lockout() {
        Authentication.Lockout lockout = new Authentication.Lockout(numbers.count(Key.LOCKOUT_GUESSES, 3, 1_000),
                numbers.seconds(Key.LOCKOUT_WINDOW, 10, 3_600), numbers.seconds(Key.LOCKOUT_TIME, 10, 86_400),
                numbers.seconds(Key.LOCKOUT_MAX_TIME, 10, 86_400),
                numbers.count(Key.LOCKOUT_BUDGET, 10, 1_000_000));
        atMost(Key.LOCKOUT_TIME, lockout.first().toSeconds(), lockout.longest().toSeconds(),
                Key.LOCKOUT_MAX_TIME);
        atMost(Key.LOCKOUT_GUESSES, lockout.guesses(), lockout.budget(), Key.LOCKOUT_BUDGET);
        return lockout;
    }

    Authentication.SessionLife session() {
        Authentication.SessionLife session = new Authentication.SessionLife(
                numbers.seconds(Key.SESSION_IDLE, 60, 2_592_000),
                numbers.seconds(Key.SESSION_MAX, 60, 2_592_000));
        atMost(Key.SESSION_IDLE, session.idle().toSeconds(), session.absolute().toSeconds(), Key.SESSION_MAX);
        return session;
    }

    private void atMost(Key key, long value, long most, Key other) {
        if (value > most && !numbers.hasFailed(key) && !numbers.hasFailed(other)) {
            values.problem(key, Long.toString(value), "at most " + other + ", " + most, "lower it, or raise the other");
        }
    }
}
