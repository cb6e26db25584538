package io.seawall.proxy.diagnose.explain;

import io.seawall.config.Config;
import io.seawall.host.PercentEncoding;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.session.SessionCookie;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The request of `seawall explain`, as a client would put it on the wire: nothing in it is tidied up.
///
/// @param wire the head in HTTP/1.1, with its empty line
/// @param tls whether the client's connection is TLS, as the URL says
/// @param peer who connects to Seawall
/// @param sandboxPort whether that is the port which serves the gateway's sandbox alone
/// @param notes what was done to the URL
@SuppressWarnings("ArrayRecordComponent") // never compared or printed
public record ExplainRequest(byte[] wire, boolean tls, InetAddress peer, boolean sandboxPort, List<String> notes) {
    /// A documentation address (RFC 5737): a client from the network.
    public static final String CLIENT = "203.0.113.7";

    private static final Pattern ABSOLUTE = Pattern.compile("(?is)(https?|wss?)://([^/?#]*)(.*)");
    private static final String SAMPLE_KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    /// An argument that cannot be understood.
    public static final class MisunderstoodException extends Exception {
        public MisunderstoodException(String message) {
            super(message);
        }
    }

    /// Made of what stands on the command line.
    ///
    /// @param headers lines of `Name: value`
    public static ExplainRequest of(String url, String method, List<String> headers, InetAddress client, Config config)
            throws MisunderstoodException {
        Matcher absolute = ABSOLUTE.matcher(url);
        boolean named = absolute.matches();
        if (!named && !url.startsWith("/")) {
            // not shown: a header whose quotes were forgotten ends up here, with its value
            throw new MisunderstoodException(
                    "the URL is none (expected: https://HOST/PATH, wss://HOST/PATH, or /PATH)");
        }
        boolean proxied = !endsTls(config) && !config.clients().trustedProxies().isEmpty()
                && !config.clients().speakProxyProtocol();
        String scheme = named
                ? absolute.group(1).toLowerCase(Locale.ROOT)
                : endsTls(config) || proxied ? "https" : "http";
        boolean tls = scheme.equals("https") || scheme.equals("wss");
        String authority = named ? absolute.group(2) : ownHost(config);
        List<String> notes = new ArrayList<>();
        List<String> lines = new ArrayList<>(headers);
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            addIfAbsent(lines, "Authorization", "Basic " + Base64.getEncoder()
                    .encodeToString(
                            PercentEncoding.decode(authority.substring(0, at).getBytes(StandardCharsets.UTF_8))));
            notes.add("user and password of the URL are sent as Authorization: Basic");
            authority = authority.substring(at + 1);
        }
        String port = authority.substring(authority.lastIndexOf(':') + 1);
        boolean sandboxPort = config.listener().sandboxPort().filter(own -> port.equals(own.toString())).isPresent();
        if (sandboxPort) {
            notes.add("port " + port + " is SEAWALL_SANDBOX_PORT, which serves OpenClaw's sandbox alone");
        }
        String target = named ? absolute.group(3) : url;
        int fragment = target.indexOf('#');
        if (fragment >= 0) {
            target = target.substring(0, fragment);
            notes.add("the fragment, # and what follows, is never sent");
        }
        if (!target.startsWith("/")) {
            target = "/" + target;
        }
        if (scheme.startsWith("ws")) {
            addIfAbsent(lines, "Connection", "Upgrade");
            addIfAbsent(lines, "Upgrade", "websocket");
            addIfAbsent(lines, "Sec-WebSocket-Version", "13");
            addIfAbsent(lines, "Sec-WebSocket-Key", SAMPLE_KEY);
        }
        InetAddress peer = client;
        if (tls && proxied && !config.clients().trusts(client)) {
            peer = config.clients().trustedProxies().getFirst().network();
            addIfAbsent(lines, "X-Forwarded-Proto", "https");
            config.clients().header()
                    .ifPresent(header -> addIfAbsent(lines, header, ClientAddress.text(client)));
            notes.add("SEAWALL_TLS=off, so it comes through a trusted proxy, " + ClientAddress.text(peer));
        }
        if (!isGiven(lines, "Host")) {
            lines.addFirst("Host: " + withoutDefaultPort(authority, tls));
        }
        lines.addFirst(method + " " + target + " HTTP/1.1");
        String head = String.join("\r\n", lines) + "\r\n\r\n";
        if (head.indexOf("\r\n\r\n") < head.length() - 4) {
            throw new MisunderstoodException("an argument holds an empty line, which would end the head there"
                    + " (expected: one request)");
        }
        return new ExplainRequest(head.getBytes(StandardCharsets.UTF_8), tls, peer, sandboxPort, notes);
    }

    static boolean endsTls(Config config) {
        return !(config.tls() instanceof Config.Tls.Off);
    }

    /// Whether the session's cookie of an instance is among what is sent.
    boolean offersSession() {
        return new String(wire, StandardCharsets.UTF_8).contains(SessionCookie.FORMER);
    }

    private static String ownHost(Config config) {
        return config.hosts().stream().findFirst().orElse("localhost");
    }

    private static String withoutDefaultPort(String authority, boolean tls) {
        String port = tls ? ":443" : ":80";
        return authority.endsWith(port) && !authority.endsWith(":" + port)
                ? authority.substring(0, authority.length() - port.length())
                : authority;
    }

    private static boolean isGiven(List<String> lines, String name) {
        return lines.stream().anyMatch(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1));
    }

    private static void addIfAbsent(List<String> lines, String name, String value) {
        if (!isGiven(lines, name)) {
            lines.add(name + ": " + value);
        }
    }

    @Override
    public String toString() {
        return "a request"; // its headers can be credentials
    }
}
