package io.seawall.proxy.cli;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.seawall.host.Addresses;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// What the demo puts behind Seawall, on 127.0.0.1 only: a page, an echo WebSocket (`/echo`), a stream of events
/// (`/events`), a JSON API (`/v1/models`) and a hook receiver. It trusts its proxy, as a well-configured gateway does.
final class StandInGateway implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;

    private StandInGateway() {
        listener = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec()).addLast(new HttpObjectAggregator(1 << 20))
                                .addLast(new WebSocketServerProtocolHandler("/echo")).addLast(new Echo())
                                .addLast(new Pages());
                    }
                }).bind(Addresses.IPV4_LOOPBACK, 0).syncUninterruptibly().channel();
    }

    static StandInGateway start() {
        return new StandInGateway();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame text) {
                ctx.writeAndFlush(new TextWebSocketFrame("echo: " + text.text()));
            }
        }
    }

    @Sharable
    private static final class Pages extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            String path = request.uri().split("\\?", 2)[0];
            String client = request.headers().get("X-Forwarded-For", "nobody");
            switch (path) {
                case "/" -> answer(ctx, request, 200, "text/html; charset=utf-8", PAGE.replace("{client}", client));
                case "/events" -> stream(ctx);
                case "/v1/models" -> answer(ctx, request, 200, "application/json",
                        "{\"object\":\"list\",\"data\":[{\"id\":\"stand-in\",\"object\":\"model\"}]}\n");
                case "/startupz", "/readyz", "/healthz" ->
                    answer(ctx, request, 200, "application/json", "{\"ready\":true}\n");
                default -> {
                    boolean hook = path.startsWith("/hooks/");
                    answer(ctx, request, hook ? 200 : 404, "application/json",
                            hook
                                    ? "{\"ok\":true,\"hook\":\"" + path.substring(7).replaceAll("[^a-z]", "")
                                            + "\",\"bytes\":"
                                            + request.content().readableBytes() + "}\n"
                                    : "{\"error\":\"not_found\"}\n");
                }
            }
        }

        private static void answer(ChannelHandlerContext ctx, FullHttpRequest request, int status, String type,
                String text) {
            ByteBuf content = ByteBufUtil.writeUtf8(ctx.alloc(), text);
            HttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(status), content);
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, type).set(HttpHeaderNames.CONTENT_LENGTH,
                    content.readableBytes());
            boolean keep = HttpUtil.isKeepAlive(request);
            HttpUtil.setKeepAlive(response, keep);
            var written = ctx.writeAndFlush(response);
            if (!keep) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        }

        private static void stream(ChannelHandlerContext ctx) {
            HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
            HttpUtil.setTransferEncodingChunked(response, true);
            ctx.writeAndFlush(response);
            tick(ctx, 1);
        }

        private static void tick(ChannelHandlerContext ctx, int n) {
            if (!ctx.channel().isActive()) {
                return;
            }
            if (n > 60) {
                ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
                return;
            }
            String event = "data: tick " + n + "\n\n";
            ctx.writeAndFlush(new DefaultHttpContent(ByteBufUtil.writeUtf8(ctx.alloc(), event)));
            ctx.executor().schedule(() -> tick(ctx, n + 1), 1, TimeUnit.SECONDS);
        }
    }

    private static final String PAGE = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <title>Stand-in gateway</title><style>
            :root{color-scheme:light dark}body{font:17px/1.6 system-ui,sans-serif;max-width:38rem;margin:8vh auto;padding:0 1.25rem}
            input,button{font:inherit;padding:.4rem .8rem}output{display:block;margin:.5rem 0;min-height:1.6em;font-family:ui-monospace,monospace}
            </style></head><body><h1>You are through</h1>
            <p>This page comes from a stand-in for the OpenClaw gateway. It sees you as <b>{client}</b>; your password did not get here.</p>
            <h2>WebSocket</h2><form id="f"><input id="t" value="hello" aria-label="message"> <button>Send</button></form><output id="w">connecting…</output>
            <h2>Events</h2><output id="e">waiting…</output>
            <p><a href="/.seawall/logout">Log out</a></p>
            <script>
            const w=new WebSocket(location.origin.replace('http','ws')+'/echo'),o=id=>document.getElementById(id);
            w.onopen=()=>o('w').textContent='open';w.onmessage=m=>o('w').textContent=m.data;w.onclose=c=>o('w').textContent='closed '+c.code;
            o('f').onsubmit=v=>{v.preventDefault();w.send(o('t').value)};
            new EventSource('/events').onmessage=m=>o('e').textContent=m.data;
            </script></body></html>
            """;
}
