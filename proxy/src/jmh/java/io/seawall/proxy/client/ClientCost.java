package io.seawall.proxy.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.server.Parser;
import io.seawall.proxy.server.TestConfig;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What it costs to learn whose a request is, behind a trusted proxy that passes on what it was sent: the worst known.
@State(Scope.Thread)
public class ClientCost {
    private static final InetAddress PROXY = InetAddress.ofLiteral("127.0.0.2");

    private static final Parser FORWARDED = new Parser("X-Forwarded-For", 32 * 1024,
            List.of(",", "127.0.0.1,", "1", ".", ":", "::1,", "[", "]", "[::1]:1,", "255.255.255.255", " ", "f", "a"),
            new Parser.Shape("] ", "::1,127.0.0.1,[::1]:1,", 1_488, "127.0.0.1"), input -> {
                ClientAddress addresses = ClientAddress.of(TestConfig.of("SEAWALL_TRUSTED_PROXIES=127.0.0.0/8,::1",
                        "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For"));
                Headers headers = Headers.builder()
                        .add("X-Forwarded-For", new String(input, StandardCharsets.ISO_8859_1)).build();
                return () -> addresses.of(PROXY, headers);
            });

    private static final Parser PROXY_HEADER = new Parser("PROXY header", 1024 + 16,
            List.of("PROXY TCP4 ", "PROXY UNKNOWN", "1", ".", " ", ":", "f", "\r\n", "\r\n\r\n\0\r\nQUIT\n",
                    "\41\21\2\0",
                    "\0\0", "\3\0\4aaaa", "\4\0\0"),
            new Parser.Shape("PROXY TCP4 \r\n\r\n\0\r\nQUIT\n", "\r\n:\r\n\0\0\4\0\0", 3, ".!\21\2\0"), input -> {
                ByteBuf bytes = Unpooled.wrappedBuffer(input);
                return () -> ProxyHeader.read(bytes);
            });

    private final Runnable forwarded = FORWARDED.readingTheWorst();
    private final Runnable proxyHeader = PROXY_HEADER.readingTheWorst();

    public static List<Parser> parsers() {
        return List.of(FORWARDED, PROXY_HEADER);
    }

    @Benchmark
    public Object forwarded() {
        forwarded.run();
        return forwarded;
    }

    @Benchmark
    public Object proxyHeader() {
        proxyHeader.run();
        return proxyHeader;
    }
}
