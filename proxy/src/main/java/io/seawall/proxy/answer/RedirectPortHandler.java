package io.seawall.proxy.answer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import io.seawall.config.Config;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.http1.HeadScanner;
import io.seawall.proxy.http1.RequestHeadParser;
import io.seawall.proxy.pace.Linger;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/// All that the plain port does: one head, one answer, the end. A redirect to https, or the response to an ACME
/// challenge. No credential is read, and nothing is forwarded or logged, except TLS on this port. A body is never
/// waited for.
public final class RedirectPortHandler extends ByteToMessageDecoder {
    private static final String CHALLENGES = "/.well-known/acme-challenge/";
    private static final int MOST_DISCARDED = 64 * 1024;

    private final Config.Http limits;
    private final Function<String, Optional<String>> origins;
    private final Function<String, Optional<String>> challenges;
    private final Consumer<Channel> tls;
    private final HeadScanner scanner;
    private boolean answered;
    private int discarded;

    /// @param origins of an authority that is ours, the https origin to send people to
    /// @param challenges of a token, the key authorization
    /// @param tls takes a connection that begins with TLS
    public RedirectPortHandler(Config.Http limits, Function<String, Optional<String>> origins,
            Function<String, Optional<String>> challenges, Consumer<Channel> tls) {
        this.limits = limits;
        this.tls = tls;
        this.origins = origins;
        this.challenges = challenges;
        scanner = new HeadScanner(limits.requestLine(), limits.headBytes());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ScheduledFuture<?> deadline = ctx.executor().schedule(() -> ctx.close(), limits.header().toMillis(),
                TimeUnit.MILLISECONDS);
        Linger.forget(deadline, ctx.channel());
        ctx.fireChannelActive();
        ctx.read();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (answered) {
            discarded += in.readableBytes();
            in.skipBytes(in.readableBytes());
            if (discarded > MOST_DISCARDED) {
                ctx.close();
            }
            return;
        }
        String answer;
        try {
            int length = scanner.scan(in);
            if (length < 0) {
                return;
            }
            byte[] head = new byte[length];
            in.readBytes(head);
            answer = answer(RequestHeadParser.parse(head, limits.fields()));
        } catch (HygieneException e) {
            if (e.rule() == Rule.TLS_ON_PLAIN_PORT) {
                tls.accept(ctx.channel());
            }
            answer = plain("400 Bad Request", "", false);
        }
        in.skipBytes(in.readableBytes());
        answered = true;
        ctx.writeAndFlush(ByteBufUtil.writeUtf8(ctx.alloc(), answer));
        Linger.begin(ctx.channel());
    }

    private String answer(RequestHead request) {
        if (!request.method().equals("GET") && !request.isHead()) {
            return plain("400 Bad Request", "", false);
        }
        Optional<String> origin = origins.apply(request.authority());
        if (origin.isEmpty()) {
            return plain("421 Misdirected Request", "", false);
        }
        if (request.path().startsWith(CHALLENGES)) {
            String token = request.path().substring(CHALLENGES.length());
            return challenges.apply(token).map(text -> plain("200 OK", text, request.isHead()))
                    .orElseGet(() -> plain("404 Not Found", "", false));
        }
        return "HTTP/1.1 308 Permanent Redirect\r\nLocation: " + origin.get() + request.target()
                + "\r\nContent-Length: 0\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
    }

    private static String plain(String status, String body, boolean head) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/octet-stream\r\nContent-Length: " + body.length()
                + "\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
                + (head ? "" : body);
    }

}
