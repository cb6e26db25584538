package io.seawall.proxy.cli;

import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.load.ConfigLoader;
import io.seawall.host.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/// `seawall health`: asks the listener that the configuration names, from the same host, whether it answers. In
/// plaintext also where the port uses TLS, which is answered with a redirect: that proves as much as a handshake, for a
/// tenth of the work, and needs no client certificate or name.
record HealthCommand(Console console) implements Command {
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int LONGEST_LINE = 64;
    private static final Pattern FINE = Pattern.compile("HTTP/1\\.1 (200|308) .*");

    @Override
    public String word() {
        return "health";
    }

    @Override
    public String summary() {
        return "ask the Seawall that runs on this host whether it answers";
    }

    @Override
    public String help() {
        return """
                usage: seawall health

                Reads the same configuration as run, and asks the listener that it names. For
                health checks of containers.
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.NO, Exit.CONFIGURATION, Exit.UPSTREAM);
    }

    @Override
    public String no() {
        return "nothing answers, or another program does";
    }

    @Override
    public Exit execute(Options options) {
        Config config;
        try {
            // without comparing tokens with a hashed password, which costs more than all the rest
            config = ConfigLoader.load(console.sources().environment()).config();
        } catch (ConfigException e) {
            console.error("unhealthy: the configuration is not valid (see: seawall check)");
            return Exit.of(e.problems());
        }
        InetSocketAddress listener = listener(config.listener());
        try {
            String answer = ask(listener, announces(config.clients(), listener.getAddress()));
            if (FINE.matcher(answer).matches()) {
                console.out("healthy");
                return Exit.FINE;
            }
            console.error("unhealthy: what listens on port " + listener.getPort() + " is not Seawall");
        } catch (IOException e) {
            console.error("unhealthy: nothing answers on port " + listener.getPort() + " (" + e.getMessage() + ")");
        }
        return Exit.NO;
    }

    private static InetSocketAddress listener(Config.Listener listener) {
        InetAddress bind = listener.bind();
        return new InetSocketAddress(bind.isAnyLocalAddress() ? Addresses.IPV4_LOOPBACK : bind,
                listener.port());
    }

    /// Whether we count as a trusted proxy there, which must begin with a PROXY header.
    private static boolean announces(Config.Clients clients, InetAddress us) {
        return clients.speakProxyProtocol() && clients.trusts(us);
    }

    /// Within the same time in all, however slowly it comes.
    private static String firstLine(Socket socket) throws IOException {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        StringBuilder line = new StringBuilder();
        while (line.length() < LONGEST_LINE) {
            int left = (int) ((end - System.nanoTime()) / 1_000_000);
            if (left <= 0) {
                throw new SocketTimeoutException("Read timed out");
            }
            socket.setSoTimeout(left);
            int octet = socket.getInputStream().read();
            if (octet < 0 || octet == '\r' || octet == '\n') {
                break;
            }
            line.append((char) octet);
        }
        return line.toString();
    }

    /// The answer's first line.
    private static String ask(InetSocketAddress listener, boolean announces) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(listener, PATIENCE_MILLIS);
            String request = (announces ? "PROXY UNKNOWN\r\n" : "")
                    + "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return firstLine(socket);
        }
    }
}
