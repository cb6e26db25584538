package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.LocalCa;
import io.seawall.proxy.server.ClientPki;
import io.seawall.proxy.server.TestConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckCommandTest {
    @TempDir
    private Path folder = Path.of("");

    /// A gateway's port without a listener.
    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private World world(String... lines) {
        Map<String, String> environment = new LinkedHashMap<>(TestConfig.environment(
                "SEAWALL_STATE_DIR=" + folder.resolve("data"), "SEAWALL_ALLOW_ROOT=true",
                "SEAWALL_UPSTREAM=127.0.0.1:" + freePort()));
        environment.putAll(TestConfig.environment(lines));
        return new World(folder, environment);
    }

    /// Which openssl req -x509 makes, as half of the instructions out there have it.
    @Test
    void warnsOfACasCertificateInPlaceOfAServers() throws IOException {
        ClientPki.Identity own = ClientPki.authority("CN=claw.example.com");
        Path certificate = Files.writeString(folder.resolve("cert.pem"), ClientPki.pem(own));
        Path key = Files.createFile(folder.resolve("key.pem"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder()
                .encodeToString(own.pair().getPrivate().getEncoded()) + "\n-----END PRIVATE KEY-----\n");
        World world = world("SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + certificate, "SEAWALL_TLS_KEY=" + key);
        assertEquals(0, world.run("check"), world::err);
        assertTrue(world.err().contains("warning: SEAWALL_TLS_CERT: " + certificate
                + " is a CA's certificate (CA:TRUE)"), world.err());
    }

    @Test
    void saysAllThatIsWrongAtOnce() {
        World world = world("PORT=http", "AUTH_PASSWORD=changeme", "OPENCLAW_GATEWAY_TOKEN=", "HOOKS_PATH=/v1/in",
                "SEAWALL_UPSTREAM=192.168.1.2:18789", "OPENCLAW_GATEWAY_BIND=lan");
        assertEquals(2, world.run("check"));
        assertEquals(
                """
                        seawall: refused, 6 problems

                          PORT: http
                            expected: a whole number, 1 to 65535
                            fix:      PORT=8080

                          AUTH_PASSWORD: too short, 8 characters
                            expected: at least 12 characters, no placeholder
                            fix:      set AUTH_PASSWORD to the output of: ./seawall gen-token

                          OPENCLAW_GATEWAY_TOKEN: not set
                            expected: a token of at least 128 bits
                            fix:      set OPENCLAW_GATEWAY_TOKEN to the output of: ./seawall gen-token

                          HOOKS_PATH: /v1/in
                            expected: a path of its own; this one overlaps /v1
                            fix:      HOOKS_PATH=/hooks

                          OPENCLAW_GATEWAY_BIND: lan
                            expected: loopback
                            fix:      OPENCLAW_GATEWAY_BIND=loopback, and gateway.bind: "loopback" in openclaw.json

                          SEAWALL_UPSTREAM: 192.168.1.2:18789
                            expected: 127.0.0.1:PORT
                            fix:      run the gateway on this host (or in this network namespace) with gateway.bind: "loopback", and set SEAWALL_UPSTREAM=127.0.0.1:18789
                        """,
                world.err());
        assertEquals("", world.out());
        assertFalse(Files.exists(folder.resolve("data")), "a check that refuses writes nothing");
    }

    @Test
    void says3WhereOnlyTheUpstreamIsWrong() {
        World world = world("OPENCLAW_GATEWAY_BIND=lan");
        assertEquals(3, world.run("check"));
        assertEquals("""
                seawall: refused, 1 problem

                  OPENCLAW_GATEWAY_BIND: lan
                    expected: loopback
                    fix:      OPENCLAW_GATEWAY_BIND=loopback, and gateway.bind: "loopback" in openclaw.json
                """, world.err());
    }

    @Test
    void says4WhereOnlyTheCertificateIsWrong() {
        Path none = folder.resolve("none.pem");
        World world = world("SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + none, "SEAWALL_TLS_KEY=" + none);
        assertEquals(4, world.run("check"));
        assertTrue(world.err().startsWith("seawall: refused\n\n  SEAWALL_TLS_CERT: " + none + " "), world.err());
    }

    /// Each is one sentence, whatever the file is.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"garbage|CERT|is larger than 1 MiB", "directory|CERT|is a directory",
        "unreadable|CERT|is not a regular file", "half|CERT|is damaged", "wrong key|KEY|does not match the certificate",
        "expired|CERT|expired on 20", "authority|KEY|does not match the certificate",
        "open key|KEY|is open to every user of this machine"})
    void says4WhateverTheCertificatesFileIs(String kind, String setting, String found) throws Exception {
        Path state = folder.resolve("ca");
        SequencedSet<String> names = new LinkedHashSet<>(List.of("claw.example.com"));
        LocalCa authority = LocalCa.open(state, names, Clock.systemUTC());
        authority.serverCertificate(names);
        Path certificate = state.resolve("server.pem");
        Path key = state.resolve("server.key");
        switch (kind) {
            case "garbage" -> Files.write(certificate, new byte[10_000_000]);
            case "directory" -> certificate = state;
            case "unreadable" -> certificate = Path.of("/dev/zero");
            case "half" -> Files.writeString(certificate, Files.readString(certificate).substring(0, 300));
            case "wrong key" -> key = state.resolve("ca.key");
            case "expired" -> {
                Path old = folder.resolve("old");
                LocalCa.open(old, names, Clock.offset(Clock.systemUTC(), Duration.ofDays(-100))).renew(names);
                certificate = old.resolve("server.pem");
                key = old.resolve("server.key");
            }
            case "authority" -> certificate = state.resolve("ca.pem");
            case "open key" -> Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
            default -> throw new IllegalArgumentException(kind);
        }
        for (String command : List.of("check", "run")) {
            World world = world("SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + certificate, "SEAWALL_TLS_KEY=" + key);
            assertEquals(4, world.run(command));
            String start = "seawall: refused\n\n  SEAWALL_TLS_" + setting + ": "
                    + (setting.equals("CERT") ? certificate : key) + " " + found;
            assertTrue(world.err().startsWith(start), world.err());
            assertEquals(3, world.err().lines().count(), world.err());
            assertFalse(world.err().contains("Exception"), world.err());
        }
    }

    /// Its file says of the scalar that it is the certificate's; only the library that uses it computes that.
    @Test
    void says4WhereTheKeyIsNotThatOfThePointBesideIt() throws Exception {
        Path state = folder.resolve("ca");
        SequencedSet<String> names = new LinkedHashSet<>(List.of("claw.example.com"));
        LocalCa.open(state, names, Clock.systemUTC()).serverCertificate(names);
        Path key = state.resolve("server.key");
        String pem = Files.readString(key);
        String base64 = pem.substring(pem.indexOf('\n'), pem.lastIndexOf("-----END"));
        byte[] encoded = Base64.getMimeDecoder().decode(base64);
        encoded[new String(encoded, StandardCharsets.ISO_8859_1).indexOf("\u0004 ") + 2 + 31] ^= 1;
        Files.writeString(key, pem.replace(base64, "\n" + Base64.getMimeEncoder().encodeToString(encoded) + "\n"));
        for (String command : List.of("check", "run")) {
            World world = world("SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + state.resolve("server.pem"),
                    "SEAWALL_TLS_KEY=" + key);
            assertEquals(4, world.run(command), command);
            assertTrue(world.err().contains("seawall: refused\n\n  SEAWALL_TLS: BoringSSL refuses the private key of "
                    + "CN=claw.example.com (expected: "), world.err());
            assertFalse(world.err().contains("Exception"), world.err());
        }
    }

    @Test
    void says4WhereACertificateIsForCertificatesOnly() {
        assertEquals(0, world().run("certs", "show"));
        World world = world("SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + folder.resolve("data/ca.pem"),
                "SEAWALL_TLS_KEY=" + folder.resolve("data/ca.key"));
        assertEquals(4, world.run("check"));
        assertTrue(
                world.err().matches("seawall: refused\n\n  SEAWALL_TLS: the key usage of O=Seawall,CN=Seawall local CA"
                        + " \\w+ does not allow digitalSignature \\(expected: .*\n"),
                world.err());
    }

    @Test
    void says4WhereTheAuthoritiesOfClientsCannotBeRead() throws IOException {
        Path file = Files.writeString(folder.resolve("ca.pem"), "hello");
        World world = world("SEAWALL_CLIENT_CA=" + file);
        assertEquals(4, world.run("check"));
        assertEquals("seawall: refused\n\n  SEAWALL_CLIENT_CA: " + file
                + " holds no CERTIFICATE block, but no PEM block at all (expected: a PEM file with CA certificates)\n",
                world.err());
    }

    @Test
    void says2WherePinnedKeysCannotBeUsed() throws IOException {
        Path file = Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}");
        World world = world("SEAWALL_ACCESS_ISSUER=https://otters.cloudflareaccess.com",
                "SEAWALL_ACCESS_AUDIENCE=4714c1358e65fe4b", "SEAWALL_ACCESS_KEYS=" + file);
        assertEquals(2, world.run("check"));
        assertEquals("""
                seawall: refused, 1 problem

                  SEAWALL_ACCESS_KEYS: FILE is no key set: no RSA key of 2048 to 8192 bits for RS256
                    expected: a JWKS file with RSA keys for RS256
                    fix:      save the issuer's /cdn-cgi/access/certs there, or unset it to have them fetched
                """, world.err().replace(file.toString(), "FILE"));
    }

    /// Of the user who listens there now: the operator sees which user would count as OpenClaw's.
    @Test
    void saysWhoseTheGatewaysListenerIs() throws IOException {
        try (ServerSocket gateway = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            World world = world("SEAWALL_UPSTREAM=127.0.0.1:" + gateway.getLocalPort());
            assertEquals(0, world.run("check"), world.err());
            int uid = (Integer) Files.getAttribute(folder, "unix:uid");
            assertTrue(world.out().contains("\n  gateway   its listener is of uid " + uid + "\n"), world.out());
        }
    }

    @Test
    void summarizesWhatIsFine() {
        World world = world("SEAWALL_HOSTS=claw.example.com, b.example", "PORT=8443", "SEAWALL_UPSTREAM=localhost:"
                + freePort());
        assertEquals(0, world.run("check"));
        assertEquals("""
                configuration fine: https on 0.0.0.0:8443 in front of 127.0.0.1:PORT
                  hosts     claw.example.com, b.example
                  password  plain, for user admin
                  webhooks  on, /hooks
                  certificate expires TIME, SHA-256 PRINT
                """, world.out().replaceFirst("127.0.0.1:\\d+", "127.0.0.1:PORT")
                .replaceFirst("expires \\S+, SHA-256 [0-9A-Fa-f:]+", "expires TIME, SHA-256 PRINT"));
        assertEquals("", world.err());
    }

    @Test
    void warnsOfAKeyThatIsTwiceInDotEnv() throws IOException {
        Path file = Files.writeString(folder.resolve(".env"), "SEAWALL_LOG=info\n\nSEAWALL_LOG=json\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        World world = world();
        assertEquals(0, world.run("check"), world::err);
        assertEquals("warning: SEAWALL_LOG: given 2 times in " + file
                + ", in lines 1 and 3; the last one counts. Fix: remove the others\n", world.err());
    }

    @Test
    void summarizesTheLeastThereCanBe() {
        World world = world("SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1", "SEAWALL_HOSTS=", "HOOKS_ENABLED=false",
                "AUTH_PASSWORD=", "AUTH_PASSWORD_HASH=$2b$10$abcdefghijklmnopqrstuuMFbd3U3cSewFBMpFoetaCf4rS2cIXVO",
                "SEAWALL_USERNAME=admin");
        assertEquals(0, world.run("check"));
        assertEquals("""
                configuration fine: http on 127.0.0.1:8080 in front of 127.0.0.1:PORT
                  hosts     addresses and localhost only (SEAWALL_HOSTS is not set)
                  password  bcrypt cost 10, for user admin
                  webhooks  off
                """, world.out().replaceFirst("of 127.0.0.1:\\d+", "of 127.0.0.1:PORT"));
        assertEquals("warning: SEAWALL_USERNAME: unknown key, ignored (see the key table in config/README.md)\n",
                world.err());
    }
}
