package io.seawall.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.proxy.auth.Permits;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.UpstreamResponseHead;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.server.Sample;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What goes to the gateway and what comes back, between reading and writing.
@State(Scope.Thread)
public class RewriteBenchmark {
    private static final String ID = "0123456789abcdef0123456789abcdef";

    private final RequestRewrite rewrite = new RequestRewrite(Set.of());
    private final PermittedRequest page = Permits.permit(Route.UI, "203.0.113.7", true, Sample.PAGE);
    private final PermittedRequest api = Permits.permit(Route.API, "203.0.113.7", true, Sample.API);
    private final Headers rewritten = rewrite.apply(page, ID);
    private final RequestHead head = page.routed().head();
    private final UpstreamResponseHead answer = answer();

    private static UpstreamResponseHead answer() {
        EmbeddedChannel channel = new EmbeddedChannel(new GatewayResponseDecoder());
        channel.writeInbound(Unpooled.copiedBuffer(Sample.ANSWER, StandardCharsets.ISO_8859_1));
        UpstreamResponseHead response = channel.readInbound();
        channel.finishAndReleaseAll();
        return response;
    }

    @Benchmark
    public Object request() {
        return rewrite.apply(page, ID);
    }

    @Benchmark
    public Object requestApi() {
        return rewrite.apply(api, ID);
    }

    @Benchmark
    public Object write() {
        ByteBuf out = RequestWriter.head(ByteBufAllocator.DEFAULT, head.method(), head.target(), rewritten,
                head.body());
        out.release();
        return out;
    }

    @Benchmark
    public Object response() {
        return ResponseRewrite.of(answer, List.of());
    }
}
