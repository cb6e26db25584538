package io.seawall.proxy.session;

import io.seawall.config.Config;
import io.seawall.config.Origin;
import io.seawall.proxy.credential.BasicCredentials;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.server.Parser;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What it costs to look for a credential where there is none, the worst known; hashes are computed elsewhere.
@State(Scope.Thread)
public class AuthCost {
    private static final int HEAD = 32 * 1024;

    private static final byte[] KEY = new byte[32];
    private static final String NAME = new SessionCookie(KEY).name();

    private static final Parser COOKIES = new Parser("cookies", HEAD,
            List.of(";", "a", "=", " ", ".", SessionCookie.FORMER, SessionCookie.FORMER + "=", NAME + "=", "1.",
                    "aaaaaaaa", "; ", "\t"),
            new Parser.Shape(NAME + "=1.a.b.c.d", ";=", 4, ""), input -> {
                Config config = TestConfig.of();
                Clock clock = Clock.systemUTC();
                Sessions sessions = new Sessions(KEY, config.basic().versions(KEY), config.session(),
                        Revocations.inMemory(clock), clock);
                Headers headers = Headers.builder().add("Cookie", text(input)).build();
                return () -> sessions.check(headers);
            });

    private static final Parser BASIC = new Parser("Basic", HEAD,
            List.of("a", "=", ":", "/", "aaaaaaaa", "YTpi", " ", "-"),
            new Parser.Shape("Basic ", "YWFh", 1_058, ""), input -> {
                String header = text(input);
                return () -> BasicCredentials.parse(header);
            });

    private static final Parser ORIGIN = new Parser("Origin", HEAD,
            List.of("https://", "a", ".", ":", "1", "[", "]", "/", "A", "null", "aaaaaaaa", "@"),
            new Parser.Shape("", "a.", 23, "]"), input -> {
                String header = text(input);
                return () -> Origin.parse(header);
            });

    private final Runnable cookies = COOKIES.readingTheWorst();
    private final Runnable basic = BASIC.readingTheWorst();
    private final Runnable origin = ORIGIN.readingTheWorst();

    public static List<Parser> parsers() {
        return List.of(COOKIES, BASIC, ORIGIN);
    }

    private static String text(byte[] input) {
        return new String(input, StandardCharsets.ISO_8859_1);
    }

    @Benchmark
    public Object cookies() {
        cookies.run();
        return cookies;
    }

    @Benchmark
    public Object basic() {
        basic.run();
        return basic;
    }

    @Benchmark
    public Object origin() {
        origin.run();
        return origin;
    }
}
