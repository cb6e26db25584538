package io.seawall.proxy.diagnose.doctor.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.Status;
import io.seawall.proxy.diagnose.doctor.Doctor;
import io.seawall.proxy.server.Preflight;
import io.seawall.proxy.server.TestConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An impostor on the port that sends every response that the doctor expects, and what it receives.
@Timeout(90)
@EnabledOnOs(OS.LINUX)
class MayBeShownTest {
    private static final String NAME = "claw.example.com";
    private static final Path PROC = Path.of("/proc");
    private static final long US = Preflight.Facts.read(PROC).uid();

    @TempDir
    private Path state = Path.of("");
    @TempDir
    private Path elsewhere = Path.of("");

    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private final List<ServerSocket> listeners = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (ServerSocket listener : listeners) {
            listener.close();
        }
    }

    /// A certificate for the name, of the CA in that folder, which is made where there is none.
    private static KeyMaterial certificate(Path folder) throws UnusableCertificateException {
        LinkedHashSet<String> names = new LinkedHashSet<>(List.of(NAME));
        return LocalCa.open(folder, names, Clock.systemUTC()).serverCertificate(names);
    }

    private static ServerSocket secure(KeyMaterial material) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("key", material.key(), new char[0], material.chain().toArray(new X509Certificate[0]));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    }

    private static ServerSocket clear() throws IOException {
        return new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    }

    private int impostor(ServerSocket listener) {
        listeners.add(listener);
        Thread.ofPlatform().daemon().start(() -> {
            while (!listener.isClosed()) {
                try {
                    Socket client = listener.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                } catch (IOException e) {
                    // closed, or a handshake that failed
                }
            }
        });
        return listener.getLocalPort();
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            while (!request.toString(StandardCharsets.ISO_8859_1).contains("\r\n\r\n")) {
                int octet = in.read();
                if (octet < 0) {
                    return;
                }
                request.write(octet);
            }
            synchronized (seen) {
                seen.writeBytes(request.toByteArray());
            }
            String head = request.toString(StandardCharsets.ISO_8859_1);
            String answer = head.contains("/healthz") || head.contains("/readyz")
                    ? "200 OK\r\nX: y"
                    : head.contains("Basic ")
                            ? "200 OK\r\nSet-Cookie: __Host-seawall-01234567=x; Path=/"
                            : head.contains("Bearer ")
                                    ? "200 OK\r\nX: y"
                                    : head.contains("/sessions") || head.contains("/hooks")
                                            ? "401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"x\""
                                            : "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"Seawall\", charset=\"UTF-8\"";
            client.getOutputStream().write(("HTTP/1.1 " + answer
                    + "\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}")
                    .getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // the certificate was refused
        }
    }

    /// What the impostor was shown.
    private String shown() {
        synchronized (seen) {
            return String.join("\n", seen.toString(StandardCharsets.ISO_8859_1).lines()
                    .filter(line -> line.matches("(?i)(authorization|cookie):.*") && !line.endsWith("Bearer doctor"))
                    .toList());
        }
    }

    private Config config(String... lines) {
        return TestConfig.of(Stream.concat(Stream.of("SEAWALL_BIND=127.0.0.1",
                "SEAWALL_HOSTS=" + NAME, "SEAWALL_STATE_DIR=" + state, "SEAWALL_ALLOW_ROOT=true"),
                Arrays.stream(lines)).toArray(String[]::new));
    }

    private static int free() throws IOException {
        try (ServerSocket probe = clear()) {
            return probe.getLocalPort();
        }
    }

    private static List<Finding> examine(Config config, Path proc, X509Certificate... stored) {
        return new Doctor(config, new Evidence(proc, OptionalLong.of(US), List.of(stored), List.of()),
                Optional.empty(), InstantSource.system()).examine().findings();
    }

    private static Finding get(List<Finding> findings, String id) {
        return findings.stream().filter(finding -> finding.id().equals(id)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme", "self-signed"})
    void aCertificateThatOnlyBearsTheNameIsShownNothing(String mode) throws Exception {
        certificate(state);
        int port = impostor(secure(certificate(elsewhere)));
        List<Finding> findings = examine(config("PORT=" + port, "SEAWALL_TLS=" + mode,
                "SEAWALL_UPSTREAM=127.0.0.1:" + free()), PROC);

        assertEquals("", shown());
        Finding listener = get(findings, "seawall.listener");
        assertEquals(Status.FAIL, listener.status());
        assertTrue(listener.found().contains("another certificate than the configured one"), listener.found());
    }

    @Test
    void anotherCertificateThanTheConfiguredFileIsShownNothing() throws Exception {
        KeyMaterial ours = certificate(state);
        Path chain = Files.writeString(state.resolve("chain.pem"), LocalCa.pem(ours.leaf()));
        int port = impostor(secure(certificate(elsewhere)));
        examine(config("PORT=" + port, "SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + chain,
                "SEAWALL_TLS_KEY=" + state.resolve("key.pem"), "SEAWALL_UPSTREAM=127.0.0.1:" + free()), PROC,
                ours.leaf());
        assertEquals("", shown());
    }

    /// The certificate in the state directory; one of the local CA's; one that the configured CA has issued for our name.
    @ParameterizedTest
    @CsvSource({"acme, stored", "acme, local", "acme, issued", "self-signed, local"})
    void whoHasAKeyOfOursIsShownThePassword(String mode, String how) throws Exception {
        certificate(state);
        KeyMaterial material = certificate(how.equals("local") ? state : elsewhere);
        int port = impostor(secure(material));
        List<String> lines = new ArrayList<>(
                List.of("PORT=" + port, "SEAWALL_TLS=" + mode, "SEAWALL_UPSTREAM=127.0.0.1:" + free()));
        if (how.equals("issued")) {
            lines.add("SEAWALL_ACME_DIRECTORY=https://ca.example.com/directory");
            lines.add("SEAWALL_ACME_CA=" + elsewhere.resolve("ca.pem"));
        }
        List<Finding> findings = examine(config(lines.toArray(String[]::new)), PROC,
                how.equals("stored") ? new X509Certificate[]{material.leaf()} : new X509Certificate[0]);
        assertEquals(Status.PASS, get(findings, "seawall.listener").status(), findings::toString);
        assertTrue(shown().contains("Basic "), findings.toString());
    }

    @Test
    void aCertificateOfTheConfiguredAuthorityForAnotherNameIsShownNothing() throws Exception {
        certificate(state);
        int port = impostor(secure(certificate(elsewhere)));
        examine(config("PORT=" + port, "SEAWALL_TLS=acme", "SEAWALL_HOSTS=other.example.com",
                "SEAWALL_ACME_DIRECTORY=https://ca.example.com/directory",
                "SEAWALL_ACME_CA=" + elsewhere.resolve("ca.pem"), "SEAWALL_UPSTREAM=127.0.0.1:" + free()), PROC);
        assertEquals("", shown());
    }

    /// Where the socket table does not say whose the ports are, neither gateway nor Seawall is shown anything.
    @Test
    void inClearNobodyIsShownAnythingWhomTheKernelDoesNotName() throws Exception {
        Path proc = Files.createDirectories(elsewhere.resolve("net")).getParent();
        Files.writeString(elsewhere.resolve("net/tcp"), "header\n");
        int port = impostor(clear());
        int gateway = impostor(clear());
        List<Finding> findings = examine(config("PORT=" + port, "SEAWALL_TLS=off",
                "SEAWALL_UPSTREAM=127.0.0.1:" + gateway), Objects.requireNonNull(proc));
        assertEquals("", shown());
        assertEquals(Status.UNKNOWN, get(findings, "seawall.listener").status(), findings::toString);
        assertEquals(Status.UNKNOWN, get(findings, "gateway.token").status(), findings::toString);
    }

    @Test
    void inClearWhoeverIsTheSameUserIsShownIt() throws Exception {
        int port = impostor(clear());
        int gateway = impostor(clear());
        examine(config("PORT=" + port, "SEAWALL_TLS=off", "SEAWALL_UPSTREAM=127.0.0.1:" + gateway), PROC);
        assertTrue(shown().contains("Basic ") && shown().contains("Bearer "), shown());
    }

    private Target clearPlace(long... uids) throws IOException {
        int port = impostor(clear());
        Set<Long> users = new HashSet<>();
        Arrays.stream(uids).forEach(users::add);
        return Target.plain(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), NAME)
                .with(new Proof.User(users, PROC));
    }

    @Test
    void anotherUsersPortIsShownNothing() throws Exception {
        Request request = Request.get("/").with(new Credential("Authorization: Basic x"));
        NoAnswerException noAnswer = assertThrows(NoAnswerException.class, () -> clearPlace(US + 1).ask(request));
        assertTrue(noAnswer.isSomebodyElse(), noAnswer.words());
        assertEquals("the port belongs to uid " + US, noAnswer.words());
        assertEquals("", shown());
        assertEquals(200, clearPlace(US, US + 1).ask(request).status());
    }

    /// What is only looked at: any certificate, none, or one of any name.
    @Test
    void aTargetThatProvesNothingIsShownNothing() throws Exception {
        int port = impostor(secure(certificate(elsewhere)));
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        Request request = Request.get("/").with(Credential.session("a=b"));
        for (Target target : List.of(new Target(address, NAME, Optional.of(Tls.looking("127.0.0.1")), ""),
                new Target(address, NAME, Optional.of(Tls.looking("127.0.0.1")), "", new Proof.Certificate()),
                new Target(address, NAME,
                        Optional.of(Tls.of(Tls.certificates(elsewhere.resolve("ca.pem")), NAME, false)),
                        "", new Proof.Certificate()))) {
            NoAnswerException noAnswer = assertThrows(NoAnswerException.class, () -> target.ask(request));
            assertEquals(NoAnswerException.Instead.UNPROVEN, noAnswer.instead());
        }
        assertEquals("", shown());
        assertFalse(seen.toString(StandardCharsets.ISO_8859_1).contains("GET"));
    }

    @Test
    void theOwnerOfTheStateDirectoryAndOfOpenClawsFolderMayBeShownTheirs() throws IOException {
        Config config = config("SEAWALL_TLS=off");
        long owner = Integer.toUnsignedLong((Integer) Files.getAttribute(state, "unix:uid"));
        Target plain = Target.plain(new InetSocketAddress(1), NAME);
        MayBeShown who = new MayBeShown(config,
                new Evidence(PROC, OptionalLong.of(4711), List.of(), List.of(state)));
        assertEquals(new Proof.User(new HashSet<>(List.of(0L, 4711L, owner)), PROC),
                who.listenerInClear(plain).proof());
        assertEquals(new Proof.User(new HashSet<>(List.of(0L, 4711L, owner)), PROC), who.gateway().proof());
        MayBeShown named = new MayBeShown(config("SEAWALL_GATEWAY_UID=4712"),
                new Evidence(PROC, OptionalLong.empty(), List.of(), List.of(state)));
        assertEquals(new Proof.User(Set.of(0L, 4712L), PROC), named.gateway().proof());
    }

    @ParameterizedTest
    @CsvSource({"0100007F:1F90 0100007F:9C40, tcp, 127.0.0.1, 127.0.0.1",
        "0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:9C40, tcp6, 127.0.0.1, 127.0.0.1",
        "00000000000000000000000001000000:1F90 00000000000000000000000001000000:9C40, tcp6, ::1, ::1"})
    void readsWhoseTheOtherEndIs(String ends, String file, String server, String client) throws IOException {
        Files.createDirectories(elsewhere.resolve("net"));
        Files.writeString(elsewhere.resolve("net").resolve(file), "  sl  local_address rem_address   st\n"
                + row(reversed(ends), 7) + row(ends, 4711) + row(ends, 12));
        assertEquals(OptionalLong.of(4711), SocketOwner.of(elsewhere,
                new InetSocketAddress(InetAddress.ofLiteral(server), 8080),
                new InetSocketAddress(InetAddress.ofLiteral(client), 40_000)));
        assertEquals(OptionalLong.empty(), SocketOwner.of(elsewhere,
                new InetSocketAddress(InetAddress.ofLiteral(server), 8081),
                new InetSocketAddress(InetAddress.ofLiteral(client), 40_000)));
    }

    /// A connection that is not accepted yet belongs to root in some kernels, whoever the listener's owner is.
    @ParameterizedTest
    @CsvSource({"0, 4711, 4711", "0, 0, 0", "4712, 4711, 4712", "4712, 0, 4712"})
    void doesNotTakeForRootsWhatNobodyHasAccepted(long connection, long listener, long expected) throws IOException {
        String ends = "0100007F:1F90 0100007F:9C40";
        Files.createDirectories(elsewhere.resolve("net"));
        for (boolean first : List.of(true, false)) {
            String listening = row("0100007F:1F90 00000000:0000", (int) listener).replace(" 01 ", " 0A ")
                    + row("0100007F:1F91 00000000:0000", 99).replace(" 01 ", " 0A ");
            Files.writeString(elsewhere.resolve("net/tcp"), "header\n" + (first ? listening : "")
                    + row(ends, (int) connection) + (first ? "" : listening));
            assertEquals(OptionalLong.of(expected), SocketOwner.of(elsewhere,
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 8080),
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 40_000)));
        }
    }

    private static String reversed(String ends) {
        return ends.split(" ")[1] + " " + ends.split(" ")[0];
    }

    private static String row(String ends, int uid) {
        return "   3: " + ends + " 01 00000000:00000000 00:00000000 00000000  " + uid
                + "        0 27418 1 0000000000000000 20 4 30 10 -1\n";
    }
}
