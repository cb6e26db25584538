package io.seawall.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import io.seawall.host.HostName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Looks at the first byte on the TLS port. A TLS record (22) goes on to the TLS handler; plaintext HTTP gets one answer
/// and the end of the connection: 308 to https for GET and HEAD (RFC 9110, 15.4.9), 400 for everything else, whose body
/// has crossed the network in clear already.
public final class HttpOnTlsPortHandler extends ByteToMessageDecoder {
    private static final int TLS_HANDSHAKE = 22;
    private static final int LARGEST = 8 * 1024;
    private static final int LINGER_SECONDS = 2;
    private static final int MOST_DISCARDED = 256 * 1024;
    private static final Pattern GET = Pattern.compile("(?:GET|HEAD) (/[!-~&&[^#\"<>\\\\]]*) HTTP/1\\.[01]");
    private static final Pattern HOST = Pattern
            .compile("[Hh][Oo][Ss][Tt]:[ \t]*([A-Za-z0-9._:\\[\\]-]+)[ \t]*");

    /// Headers by which proxies in front report a client that came by https; line by line, each read once.
    private static final Pattern HTTPS = Pattern.compile("(?i)X-Forwarded-Proto:[ \t]*(?:https|wss)[ \t]*(?:,.*)?"
            + "|Forwarded:[^,]*proto=\"?https\"?.*|X-Forwarded-Ssl:[ \t]*on[ \t]*|Front-End-Https:[ \t]*on[ \t]*"
            + "|CF-Visitor:[^}]*\"https\".*");
    private static final Pattern SCHEME = Pattern
            .compile("(?i)(?:X-Forwarded-Proto|X-Forwarded-Ssl|Front-End-Https|CF-Visitor|Forwarded):");
    private static final Pattern FORWARDED = Pattern.compile("(?i)(?:X-Forwarded-For|X-Real-IP):");
    private static final String LOOP = "A proxy in front of Seawall got this request by https and passes it on by plain "
            + "http, to a port that speaks TLS. A redirect would lead here again.\n";

    private final Function<Channel, String> loops;
    private boolean answered;
    private int discarded;

    /// @param loops takes the connection of a peer that speaks plain HTTP for a client that came to it by https, or may
    /// have; says what is to be done
    public HttpOnTlsPortHandler(Function<Channel, String> loops) {
        this.loops = loops;
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
        if (in.getByte(in.readerIndex()) == TLS_HANDSHAKE) {
            ctx.pipeline().remove(this); // passes on what it holds
            return;
        }
        String text = in.toString(in.readerIndex(), Math.min(in.readableBytes(), LARGEST), StandardCharsets.ISO_8859_1);
        if (!text.contains("\r\n\r\n") && in.readableBytes() < LARGEST) {
            return;
        }
        in.skipBytes(in.readableBytes());
        answered = true;
        String[] lines = lines(text);
        String answer = answer(lines, () -> loops.apply(ctx.channel()));
        if (mayLoop(lines)) {
            var _ = loops.apply(ctx.channel()); // for the log alone: the answer stays
        }
        ctx.writeAndFlush(ByteBufUtil.writeUtf8(ctx.alloc(), answer)).addListener(written -> linger(ctx));
    }

    /// Whether the client spoke plain HTTP, and was told so.
    boolean hasAnswered() {
        return answered;
    }

    /// Throws away what is still on its way for a moment: closing a socket with unread bytes sends a reset, and a reset
    /// can destroy the answer.
    private static void linger(ChannelHandlerContext ctx) {
        if (!(ctx.channel() instanceof DuplexChannel channel)) {
            ctx.close();
            return;
        }
        channel.shutdownOutput();
        ctx.read();
        ScheduledFuture<?> end = ctx.executor().schedule(() -> ctx.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        // else it would keep the closed channel and all that belongs to it on the heap until then
        channel.closeFuture().addListener(closed -> end.cancel(false));
    }

    /// The whole answer to a request in clear.
    ///
    /// @param endOfLoop what is to be done where a redirect would lead here again
    public static String answer(String request, Supplier<String> endOfLoop) {
        return answer(lines(request), endOfLoop);
    }

    /// Line by line: one expression for all lines would recurse once for each line that a client sends.
    private static String[] lines(String request) {
        return request.split("\r\n", -1);
    }

    private static String answer(String[] lines, Supplier<String> endOfLoop) {
        if (cameByHttps(lines)) {
            return refusal(LOOP + endOfLoop.get() + "\n");
        }
        Matcher get = GET.matcher(lines[0]);
        Optional<String> host = host(lines);
        // not `//host/…`, which a browser would take for another host
        if (get.matches() && !get.group(1).startsWith("//") && host.isPresent()) {
            return "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://" + host.get() + get.group(1)
                    + "\r\nContent-Length: 0\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
        }
        return refusal("This port speaks TLS: use https.\n");
    }

    private static String refusal(String body) {
        return "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
    }

    /// Whether a proxy in front passes this on without saying how it got it, so that it is not known whether a redirect
    /// leads here again.
    private static boolean mayLoop(String[] lines) {
        boolean forwarded = false;
        for (int i = 1; i < lines.length - 1 && !lines[i].isEmpty(); i++) {
            if (SCHEME.matcher(lines[i]).lookingAt()) {
                return false;
            }
            forwarded |= FORWARDED.matcher(lines[i]).lookingAt();
        }
        return forwarded;
    }

    /// Whether a proxy in front says that the client came to it by https. Redirected to https, the client would loop.
    static boolean cameByHttps(String[] lines) {
        for (int i = 1; i < lines.length - 1 && !lines[i].isEmpty(); i++) {
            if (HTTPS.matcher(lines[i]).matches()) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> host(String[] lines) {
        // but not the last one, which may have been cut
        for (int i = 1; i < lines.length - 1 && !lines[i].isEmpty(); i++) {
            Matcher host = HOST.matcher(lines[i]);
            if (host.matches()) {
                return Optional.of(host.group(1)).filter(HostName::isAuthority);
            }
        }
        return Optional.empty();
    }
}
