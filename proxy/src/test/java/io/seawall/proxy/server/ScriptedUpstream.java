package io.seawall.proxy.server;

import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The gateway's stand-in: a plain socket server on 127.0.0.1 that remembers what each connection sent and answers as
/// the test says, byte by byte where that matters. Seawall's own health checks are answered apart and are not traffic.
final class ScriptedUpstream implements AutoCloseable {
    private static final int SO_TIMEOUT = 60_000;

    private final ServerSocket listener;
    private final Thread acceptor;
    private final List<Connection> traffic = new CopyOnWriteArrayList<>();
    private final List<Connection> all = new CopyOnWriteArrayList<>();
    private final List<Message> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Connection> waiting = new LinkedBlockingQueue<>();
    private volatile @Nullable Script script;
    private volatile Function<Message, String> health = request -> ok("ready");

    /// What one connection does, from its first request on; it is closed when this returns.
    interface Script {
        void serve(Connection connection) throws IOException;
    }

    ScriptedUpstream() throws IOException {
        this(0, "127.0.0.1");
    }

    ScriptedUpstream(int port, String address) throws IOException {
        listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.setReceiveBufferSize(64 * 1024);
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port), 1024);
        acceptor = Thread.ofVirtual().start(this::accept);
    }

    /// One behind whose port another one is free at this moment.
    static ScriptedUpstream withAFreePortBehind() throws IOException {
        for (int i = 0; i < 100; i++) {
            ScriptedUpstream upstream = new ScriptedUpstream();
            try (ServerSocket behind = new ServerSocket()) {
                behind.setReuseAddress(true);
                behind.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), upstream.port() + 1));
                return upstream;
            } catch (IOException | IllegalArgumentException e) {
                upstream.close();
            }
        }
        throw new IOException("no two free ports behind each other");
    }

    /// The gateway and, on the port behind its own, its sandbox: both ports are held from the start.
    record Pair(ScriptedUpstream gateway, ScriptedUpstream sandbox) implements AutoCloseable {
        static Pair start() throws IOException {
            for (int i = 0; i < 100; i++) {
                ScriptedUpstream gateway = new ScriptedUpstream();
                try {
                    return new Pair(gateway, new ScriptedUpstream(gateway.port() + 1, "127.0.0.1"));
                } catch (IOException | IllegalArgumentException e) {
                    gateway.close();
                }
            }
            throw new IOException("no two free ports behind each other");
        }

        @Override
        public void close() {
            gateway.close();
            sandbox.close();
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /// What connections do from now on. Without a script they wait for [#next].
    ScriptedUpstream script(Script next) {
        script = next;
        return this;
    }

    /// Every request of every connection gets an answer, which is raw text.
    ScriptedUpstream answering(Function<Message, String> answer) {
        return script(connection -> {
            while (!connection.atEnd()) {
                connection.send(answer.apply(connection.request()));
            }
        });
    }

    void health(String answer) {
        health = request -> answer;
    }

    /// What requests for its readiness get that do not come through Seawall.
    void health(Function<Message, String> answer) {
        health = answer;
    }

    /// The next connection that carries a request and that no script serves.
    Connection next() {
        try {
            Connection connection = waiting.poll(10, TimeUnit.SECONDS);
            if (connection == null) {
                throw new AssertionError("no connection came");
            }
            return connection;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Every connection that carried at least the beginning of a request.
    List<Connection> traffic() {
        return traffic;
    }

    /// Every request that was read whole.
    List<Message> requests() {
        return requests;
    }

    List<String> targets() {
        return requests.stream().map(Message::target).toList();
    }

    static String ok(String body, String... fields) {
        return answer("200 OK", body, fields);
    }

    static String answer(String status, String body, String... fields) {
        StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body).toString();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Connection connection = new Connection(socket);
                all.add(connection);
                Thread.ofVirtual().start(() -> begin(connection));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void begin(Connection connection) {
        try {
            if (connection.atEnd()) {
                connection.close();
                return;
            }
            Message first = connection.in.head();
            if (first.start().equals("GET /startupz HTTP/1.1") && !first.has("X-Request-Id")) {
                connection.send(health.apply(first));
                connection.close();
                return;
            }
            connection.in.pushBack(first);
            traffic.add(connection);
            Script now = script;
            if (now == null) {
                waiting.add(connection);
            } else {
                try (connection) {
                    now.serve(connection);
                }
            }
        } catch (IOException e) {
            connection.close(); // the other side went away, as tests make it
        }
    }

    /// Ends the listener and every connection, as a gateway does that crashes.
    @Override
    public void close() {
        try {
            listener.close();
            acceptor.join(); // until then the port is not free
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        all.forEach(Connection::close);
    }

    /// One connection from Seawall.
    final class Connection implements AutoCloseable {
        final WireReader in;
        private final Socket socket;
        private final OutputStream out;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(SO_TIMEOUT);
            socket.setTcpNoDelay(true);
            in = new WireReader(socket.getInputStream());
            out = socket.getOutputStream();
        }

        Message request() throws IOException {
            Message request = in.request();
            requests.add(request);
            return request;
        }

        boolean atEnd() {
            return in.atEnd();
        }

        void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        void chunk(String data) throws IOException {
            send(Integer.toHexString(data.length()) + "\r\n" + data + "\r\n");
        }

        /// Ends the connection with a reset instead of an orderly end.
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /// Says no more, and reads on.
        void end() throws IOException {
            socket.shutdownOutput();
        }

        void leave() {
            close();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
