package io.seawall.proxy.http1;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.config.Config;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.pace.Linger;
import io.seawall.proxy.pace.Pace;

/// How long a client of HTTP/1.1 may take for what is expected of it next. One deadline a connection, moved.
final class RequestTimer {
    private static final int DRAIN_SECONDS = 2;
    /// That a client which has ended its direction waits for the next piece of its response.
    private static final int HALF_SECONDS = 10;

    private final Config.Http limits;
    private final Deadlines.Deadline deadline;
    private Pace pace;

    RequestTimer(Deadlines deadlines, Config.Http limits, ChannelHandlerContext ctx, Runnable expired) {
        this.limits = limits;
        deadline = deadlines.add(ctx.executor(), expired);
        pace = newPace();
    }

    private Pace newPace() {
        return new Pace(limits.stall().toSeconds(), limits.minRate());
    }

    void head() {
        deadline.in(limits.header().toSeconds());
    }

    /// Between two requests.
    void idle() {
        deadline.in(limits.idle().toSeconds());
    }

    /// A request has begun; nothing is expected before its body is asked for.
    void begin() {
        pace = newPace();
        deadline.never();
    }

    /// The next piece of the body.
    void body() {
        deadline.in(pace.waits(deadline.now()));
    }

    /// A piece of the body is here; from here on it is the gateway's time, not the client's.
    void arrived(int bytes) {
        pace.moves(bytes);
        pace.pauses(deadline.now());
        deadline.never();
    }

    /// The next piece of the response, which a client that ended its direction waits for.
    void halfClosed() {
        deadline.in(HALF_SECONDS);
    }

    /// The rest of a body that is not needed any more.
    void drain() {
        deadline.in(DRAIN_SECONDS);
    }

    /// The client's end of the connection.
    void linger() {
        deadline.in(Linger.SECONDS);
    }

    void never() {
        deadline.never();
    }

    void remove() {
        deadline.remove();
    }
}
