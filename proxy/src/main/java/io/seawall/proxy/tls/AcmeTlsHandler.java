package io.seawall.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.acme.AcmeChallenges;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Stands where the TLS handler will, while a CA is expected to look for its challenge here: reads the ClientHello, and
/// then puts the right TLS handler in its own place. Who asks for `acme-tls/1` alone and for a name whose challenge is
/// pending (RFC 8737, section 3) gets the challenge's certificate, and the end of the connection after the handshake:
/// no byte of it reaches HTTP. Every other client is served as usual.
public final class AcmeTlsHandler extends SslClientHelloHandler<Optional<KeyMaterial>> {
    static final String PROTOCOL = "acme-tls/1";

    private static final int LARGEST_HELLO = 64 * 1024;

    private final ServerTls tls;
    private final AcmeChallenges challenges;
    private @Nullable ScheduledFuture<?> deadline;

    public AcmeTlsHandler(ServerTls tls, AcmeChallenges challenges) {
        super(LARGEST_HELLO);
        this.tls = tls;
        this.challenges = challenges;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        // the TLS handler that is to come has a deadline of its own
        deadline = ctx.executor().schedule(() -> ctx.close(), tls.handshake().toMillis(), TimeUnit.MILLISECONDS);
        super.channelActive(ctx);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        if (deadline != null) {
            deadline.cancel(false);
        }
        super.handlerRemoved0(ctx);
    }

    /// Nothing goes out in plain.
    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        ReferenceCountUtil.release(msg);
        promise.tryFailure(new ClosedChannelException());
        ctx.close();
    }

    @Override
    protected Future<Optional<KeyMaterial>> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf clientHello) {
        Optional<KeyMaterial> challenge = Optional.empty();
        if (clientHello != null) {
            ClientHello hello = ClientHello.read(clientHello);
            if (hello.protocols().equals(List.of(PROTOCOL))) {
                challenge = hello.name().flatMap(challenges::certificate);
            }
        }
        return ctx.executor().newSucceededFuture(challenge);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<Optional<KeyMaterial>> found)
            throws SSLException {
        Optional<KeyMaterial> challenge = found.getNow();
        SslHandler handler = challenge.isPresent()
                ? tls.newHandler(ctx.alloc(), challenge.get(), PROTOCOL)
                : tls.newHandler(ctx.alloc());
        if (challenge.isPresent()) {
            ctx.pipeline().addAfter(ctx.name(), "acme-end", new EndHandler());
        }
        ctx.pipeline().replace(this, "tls", handler); // passes on what was read
    }

    /// Lets nothing through but that the connection has ended, which it sees to.
    private static final class EndHandler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                ctx.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
