package io.seawall.proxy.limit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands next to the socket, measures what each of the connection's reads costs, TLS included, and reads no more while
/// [LoopShare] has no time left for unauthenticated connections. Handlers behind it that hold input back ask it whether
/// the turn is over, and when to go on. Once a layer has let the client in, it does nothing.
public final class LoopShareHandler extends ChannelDuplexHandler {
    private final LoopShare shares;
    private LoopShare.@Nullable Loop loop;
    private boolean exempt;
    private boolean readWaits;
    private boolean inTurn;
    private long turnBegan;

    public LoopShareHandler(LoopShare shares) {
        this.shares = shares;
    }

    /// The one of the connection; null where nothing is measured.
    public static @Nullable LoopShareHandler of(ChannelHandlerContext ctx) {
        return ctx.pipeline().get(LoopShareHandler.class);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        loop = shares.of(ctx.executor());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (isExempt(ctx.channel())) {
            ctx.fireChannelRead(msg); // passes ownership
        } else {
            turn(() -> ctx.fireChannelRead(msg));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (exempt) {
            ctx.fireChannelReadComplete();
        } else {
            turn(ctx::fireChannelReadComplete);
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (exempt || loop().isFree() || isExempt(ctx.channel())) {
            ctx.read();
        } else if (!readWaits) {
            readWaits = true;
            await(ctx, () -> {
                readWaits = false;
                ctx.read();
            });
        }
    }

    private void turn(Runnable work) {
        if (inTurn) {
            work.run();
            return;
        }
        inTurn = true;
        turnBegan = loop().now();
        try {
            work.run();
        } finally {
            inTurn = false;
            loop().spent(loop().now() - turnBegan);
        }
    }

    /// Whether no layer has let the client in yet, so that its input has to be taken in pieces.
    public boolean isMeasured(Channel connection) {
        return !isExempt(connection);
    }

    /// Whether the connection should leave the rest of its input for a later turn.
    public boolean isTurnOver(Channel connection) {
        return !isExempt(connection) && (!loop().isFree() || loop().now() - turnBegan >= LoopShare.TURN);
    }

    /// Goes on in a later turn of the loop, when the connection's has come.
    public void later(ChannelHandlerContext ctx, Runnable work) {
        if (isExempt(ctx.channel())) {
            ctx.executor().schedule(work, 0, TimeUnit.NANOSECONDS);
        } else {
            await(ctx, () -> turn(work));
        }
    }

    private void await(ChannelHandlerContext ctx, Runnable work) {
        loop().await(shares.standing().isKnown(ctx.channel()), work);
    }

    private boolean isExempt(Channel connection) {
        if (!exempt) {
            exempt = shares.standing().isGranted(connection);
        }
        return exempt;
    }

    private LoopShare.Loop loop() {
        LoopShare.Loop current = loop;
        if (current == null) {
            throw new IllegalStateException("used before it was added");
        }
        return current;
    }
}
