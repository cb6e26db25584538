package io.seawall.proxy.cloudflare;

import io.seawall.proxy.server.Parser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What it costs to find that an assertion is none: one RSA verification, where a key of its name is ours; the worst known.
@State(Scope.Thread)
public class CloudflareAccessCost {
    private static final Issuer ISSUER = new Issuer("k1");
    private static final SigningKeys KEYS = SigningKeys.parse(ISSUER.jwks().getBytes(StandardCharsets.UTF_8));
    private static final String HEADER = Issuer.encode("{\"alg\":\"RS256\",\"kid\":\"k1\"}");
    private static final String SIGNATURE = "A".repeat(342);

    private static final Parser ASSERTION = new Parser("assertion", 8 * 1024,
            List.of("a", ".", "AAAA", HEADER + ".", "." + SIGNATURE, Issuer.encode("{\"a\":[[[["), "W1tb", "-", "="),
            new Parser.Shape(HEADER + ".", "e30", 1, "." + SIGNATURE), input -> {
                String token = new String(input, StandardCharsets.ISO_8859_1);
                return () -> {
                    if (SignedToken.open(token, KEYS::find) instanceof SignedToken.Opened(byte[] payload)) {
                        throw new IllegalStateException("signed: " + Optional.of(payload.length));
                    }
                };
            });

    private final Runnable assertion = ASSERTION.readingTheWorst();

    public static List<Parser> parsers() {
        return List.of(ASSERTION);
    }

    @Benchmark
    public Object assertion() {
        assertion.run();
        return assertion;
    }
}
