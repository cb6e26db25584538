package io.seawall.proxy.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Looks at the client's certificate once more when the handshake is over, where one is required: a resumed session
/// brings the certificate of the handshake that it resumes, which neither TLS library verifies again. A connection that
/// stays open is looked at until it closes, and is ended when its certificate is not good any more.
public final class ClientCertificateHandler extends ChannelInboundHandlerAdapter {
    private static final long LOOK_SECONDS = 60;
    // for what is under way when the certificate's time is over
    private static final long GRACE_SECONDS = 30;

    private final ServerTls tls;
    private final Consumer<Channel> drain;
    private final InstantSource clock;
    private boolean refused;

    /// @param drain told of a connection whose certificate is not good any more: it is to finish what is under way. It is
    ///     closed 30 seconds later
    public ClientCertificateHandler(ServerTls tls, Consumer<Channel> drain) {
        this(tls, drain, InstantSource.system());
    }

    ClientCertificateHandler(ServerTls tls, Consumer<Channel> drain, InstantSource clock) {
        this.tls = tls;
        this.drain = drain;
        this.clock = clock;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        SslHandler handler = ctx.pipeline().get(SslHandler.class);
        if (!(event instanceof SslHandshakeCompletionEvent handshake) || !handshake.isSuccess() || handler == null
                || !handler.engine().getNeedClientAuth()) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        SSLSession session = handler.engine().getSession();
        try {
            Certificate[] chain = session.getPeerCertificates();
            tls.verifyClient(chain, clock.instant());
            ctx.fireUserEventTriggered(event);
            look(ctx.channel(), chain);
        } catch (CertificateException | SSLPeerUnverifiedException e) {
            refused = true;
            session.invalidate();
            ctx.fireUserEventTriggered(new SslHandshakeCompletionEvent(e));
            ctx.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (refused) {
            ReferenceCountUtil.release(msg);
        } else {
            ctx.fireChannelRead(msg);
        }
    }

    /// Scheduled on the channel, because a tunnel keeps none of the handlers.
    void look(Channel channel, Certificate[] chain) {
        channel.eventLoop().schedule(() -> {
            if (!channel.isActive()) {
                return;
            }
            try {
                tls.verifyClient(chain, clock.instant());
                look(channel, chain);
            } catch (CertificateException e) {
                drain.accept(channel);
                channel.eventLoop().schedule(() -> channel.close(), GRACE_SECONDS, TimeUnit.SECONDS);
            }
        }, LOOK_SECONDS, TimeUnit.SECONDS);
    }
}
