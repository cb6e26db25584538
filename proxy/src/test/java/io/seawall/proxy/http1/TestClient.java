package io.seawall.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.seawall.proxy.answer.LastResortHandler;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A client's connection through [Http1Handler] to an application that the test plays: raw text in, raw text out. As on
/// a socket with auto-read off, bytes arrive only when they are asked for. Time stands still until the test advances
/// it.
public final class TestClient {
    private final Socket socket;
    private final Application application;
    private final List<Exchange> started = new ArrayList<>();
    private final List<Exchange> ended = new ArrayList<>();
    private final StringBuilder received = new StringBuilder();

    /// @param application what is done about each request's head
    public TestClient(Consumer<TestClient> application) {
        this.application = new Application(application);
        socket = new Socket(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast("listener", new Listener())
                        .addLast("http", new Http1Handler(new Deadlines(), TestConfig.HTTP))
                        .addLast("rejections", new RejectionHandler())
                        .addLast("application", TestClient.this.application)
                        .addLast("last-resort", new LastResortHandler());
            }
        });
        socket.open();
    }

    /// One whose application does nothing by itself.
    public TestClient() {
        this(client -> {});
    }

    /// Answers a request's head at once.
    static void answersAtOnce(TestClient client) {
        client.answers(200, "ok");
    }

    /// An answer as the client receives it.
    static String answer(String text, String... more) {
        return Corpus.head("HTTP/1.1 200 OK",
                "Content-Length: " + text.length() + (more.length == 0 ? "" : "\r\n") + String.join("\r\n", more))
                + text;
    }

    // ---- what the client does

    /// Sends the text, which arrives in one piece.
    public TestClient sends(String text) {
        socket.arrive(socket.alloc().buffer().writeBytes(text.getBytes(StandardCharsets.ISO_8859_1)));
        return this;
    }

    public TestClient sends(byte[] bytes, int from, int to) {
        socket.arrive(socket.alloc().buffer().writeBytes(bytes, from, to - from));
        return this;
    }

    TestClient sendsBytewise(String text) {
        for (int i = 0; i < text.length(); i++) {
            sends(text.substring(i, i + 1));
        }
        return this;
    }

    void disconnects() {
        socket.close();
    }

    /// A FIN.
    void endsItsDirection() {
        socket.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        socket.pump();
    }

    void waits(int seconds) {
        for (int i = 0; i < seconds; i++) {
            socket.advanceTimeBy(1, TimeUnit.SECONDS);
            socket.runScheduledPendingTasks();
            socket.pump();
        }
    }

    /// Does not take what is sent to it, until it takes it again.
    void takesNothing(boolean nothing) {
        socket.full = nothing;
        socket.flush();
        socket.pump();
    }

    /// All that it has received since the last call.
    public String receives() {
        socket.runPendingTasks();
        for (ByteBuf out = socket.readOutbound(); out != null; out = socket.readOutbound()) {
            received.append(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
        }
        String text = received.toString();
        received.setLength(0);
        return text;
    }

    public boolean isConnected() {
        socket.runPendingTasks();
        return socket.isOpen();
    }

    /// Bytes that are not asked for yet.
    int unread() {
        return socket.unread();
    }

    // ---- what the application sees and does

    /// All that the application has seen since the last call: `GET /path`, `body`, and `.` at the end of each request.
    String seen() {
        String text = application.seen.toString();
        application.seen.setLength(0);
        return text;
    }

    /// The same without a request at the end whose body did not come whole: where all of it was there at once and broken,
    /// not even its head was shown.
    String seenWhole() {
        if (application.unfinished >= 0) {
            application.seen.setLength(application.unfinished);
        }
        return seen();
    }

    @Nullable
    RequestHead head() {
        return application.head;
    }

    /// From now on the application asks for every next piece of a body by itself.
    TestClient readsAll() {
        application.readsAll = true;
        return this;
    }

    /// From now on the application answers every request as soon as it is complete.
    TestClient answersEach(int status, String text) {
        application.answerEach = () -> answers(status, text);
        return this;
    }

    void reads() {
        application.context().read();
        socket.pump();
    }

    public void answers(int status, String text) {
        begins(ResponseHead.of(status, Headers.EMPTY, new Body.Length(text.length())));
        ends(text);
    }

    public void begins(ResponseHead head) {
        socket.writeAndFlush(head);
        socket.pump();
    }

    public void goesOn(String text) {
        socket.writeAndFlush(new DefaultHttpContent(ByteBufUtil.writeAscii(socket.alloc(), text)));
        socket.pump();
    }

    void ends(String text) {
        LastHttpContent last = text.isEmpty()
                ? LastHttpContent.EMPTY_LAST_CONTENT
                : new DefaultLastHttpContent(ByteBufUtil.writeAscii(socket.alloc(), text));
        socket.writeAndFlush(last);
        socket.pump();
    }

    public void writes(Object message) {
        socket.writeAndFlush(message);
        socket.pump();
    }

    public EmbeddedChannel channel() {
        return socket;
    }

    public List<Exchange> started() {
        return started;
    }

    public List<Exchange> ended() {
        return ended;
    }

    /// Ends the connection and checks what must hold of every one: what was begun has ended, once, in order.
    public void isOver() {
        socket.close();
        receives();
        socket.finishAndReleaseAll();
        socket.releaseUnread();
        socket.checkException();
        assertEquals(started, ended, "each exchange that started has ended once");
    }

    /// Delivers bytes when they are asked for.
    private static final class Socket extends EmbeddedChannel {
        private final Queue<ByteBuf> arriving = new ArrayDeque<>();
        private boolean wanted;
        private boolean pumping;
        private boolean full;

        Socket(ChannelHandler handler) {
            super(false, false, handler);
        }

        void open() {
            config().setAutoRead(false);
            try {
                register();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            freezeTime();
        }

        @Override
        protected void doBeginRead() {
            wanted = true;
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (!full) {
                super.doWrite(in);
            }
        }

        void arrive(ByteBuf bytes) {
            arriving.add(bytes);
            pump();
        }

        int unread() {
            return arriving.stream().mapToInt(ByteBuf::readableBytes).sum();
        }

        /// Does what an event loop does: tasks, then what there is to read, until there is nothing left to do.
        void pump() {
            if (pumping) {
                return;
            }
            pumping = true;
            runPendingTasks();
            while (wanted && isOpen() && !arriving.isEmpty()) {
                wanted = false;
                writeInbound(arriving.remove());
                runPendingTasks();
            }
            pumping = false;
        }

        void releaseUnread() {
            arriving.forEach(ByteBuf::release);
            arriving.clear();
        }
    }

    private final class Application extends ChannelInboundHandlerAdapter {
        private final Consumer<TestClient> onRequest;
        private final StringBuilder seen = new StringBuilder();
        private int unfinished = -1;
        private boolean readsAll;
        private Runnable answerEach = () -> {};
        private @Nullable RequestHead head;
        private @Nullable ChannelHandlerContext context;

        Application(Consumer<TestClient> onRequest) {
            this.onRequest = onRequest;
        }

        ChannelHandlerContext context() {
            if (context == null) {
                throw new IllegalStateException("not yet added");
            }
            return context;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            context = ctx;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            switch (message) {
                case RequestHead request -> {
                    head = request;
                    unfinished = seen.length();
                    seen.append(request.method()).append(' ').append(request.target()).append('\n');
                    if (request.body() instanceof Body.None || request.body().equals(new Body.Length(0))) {
                        unfinished = -1;
                        answerEach.run();
                    } else if (readsAll) {
                        ctx.read();
                    }
                    onRequest.accept(TestClient.this);
                }
                case HttpContent content -> {
                    seen.append(content.content().toString(StandardCharsets.ISO_8859_1));
                    boolean last = content instanceof LastHttpContent;
                    content.release();
                    if (last) {
                        seen.append(".\n");
                        unfinished = -1;
                        answerEach.run();
                    } else if (readsAll) {
                        ctx.read();
                    }
                }
                case ByteBuf bytes -> {
                    seen.append("raw:").append(bytes.toString(StandardCharsets.ISO_8859_1));
                    bytes.release();
                }
                default -> {
                    ReferenceCountUtil.release(message);
                    throw new IllegalStateException("unexpected " + message.getClass());
                }
            }
        }
    }

    private final class Listener extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            switch (event) {
                case Exchange.Started(Exchange exchange) -> started.add(exchange);
                case Exchange.Ended(Exchange exchange) -> ended.add(exchange);
                default -> {
                    // not about an exchange
                }
            }
            ctx.fireUserEventTriggered(event);
        }
    }
}
