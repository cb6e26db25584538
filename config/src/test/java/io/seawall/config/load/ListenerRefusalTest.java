package io.seawall.config.load;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Listeners, certificates and ports that are refused, and the words for it.
class ListenerRefusalTest extends RefusalRows {
    private static final String NO_PLAINTEXT = " (expected: TLS, because passwords would cross the network in clear). Fix: SEAWALL_TLS=self-signed, or SEAWALL_BIND=127.0.0.1, or name the TLS proxy in front in SEAWALL_TRUSTED_PROXIES";
    private static final String ADMIN_FORM = " (expected: ADDRESS:PORT or off). Fix: SEAWALL_ADMIN=127.0.0.1:9464";

    @ParameterizedTest(name = "{0}")
    @MethodSource({"listeners", "tls", "acme", "clientCertificates", "admin", "equalPorts", "paths"})
    void refusesWithTheseWords(Row row) {
        refuses(row);
    }

    static Stream<Row> listeners() {
        return Stream.of(
                row("a name to listen on", "SEAWALL_BIND=claw.example.com").because(
                        "SEAWALL_BIND: claw.example.com (expected: an IP address). Fix: SEAWALL_BIND=0.0.0.0"),
                row("a number to listen on", "SEAWALL_BIND=8080")
                        .because("SEAWALL_BIND: 8080 (expected: an IP address). Fix: SEAWALL_BIND=0.0.0.0"),
                row("a port of 0", "PORT=0")
                        .because("PORT: 0 (expected: a whole number, 1 to 65535). Fix: PORT=8080"));
    }

    static Stream<Row> tls() {
        return Stream.of(
                row("an unknown TLS mode", "SEAWALL_TLS=letsencrypt").because(
                        "SEAWALL_TLS: letsencrypt (expected: self-signed, files, acme or off). Fix: SEAWALL_TLS=self-signed"),
                row("TLS from files without files", "SEAWALL_TLS=files").because(
                        "SEAWALL_TLS_CERT: not set (expected: a PEM file, because SEAWALL_TLS=files). Fix: SEAWALL_TLS_CERT=/path/fullchain.pem",
                        "SEAWALL_TLS_KEY: not set (expected: a PEM file, because SEAWALL_TLS=files). Fix: SEAWALL_TLS_KEY=/path/privkey.pem"),
                row("TLS from files without the key", "SEAWALL_TLS=files", "SEAWALL_TLS_CERT=/tls/fullchain.pem")
                        .because(
                                "SEAWALL_TLS_KEY: not set (expected: a PEM file, because SEAWALL_TLS=files). Fix: SEAWALL_TLS_KEY=/path/privkey.pem"),
                row("TLS from files without the certificate", "SEAWALL_TLS=files", "SEAWALL_TLS_KEY=/tls/privkey.pem")
                        .because(
                                "SEAWALL_TLS_CERT: not set (expected: a PEM file, because SEAWALL_TLS=files). Fix: SEAWALL_TLS_CERT=/path/fullchain.pem"),
                row("TLS from no file among commas", "SEAWALL_TLS=files", "SEAWALL_TLS_CERT= , ", "SEAWALL_TLS_KEY=,")
                        .because(
                                "SEAWALL_TLS_CERT: not set (expected: a PEM file, because SEAWALL_TLS=files). Fix: SEAWALL_TLS_CERT=/path/fullchain.pem",
                                "SEAWALL_TLS_KEY: not set (expected: a PEM file, because SEAWALL_TLS=files). Fix: SEAWALL_TLS_KEY=/path/privkey.pem"),
                row("three certificates", "SEAWALL_TLS=files", "SEAWALL_TLS_CERT=/a, /b, /c",
                        "SEAWALL_TLS_KEY=/a, /b, /c").because(
                                "SEAWALL_TLS_CERT: 3 files (expected: one, or two: ECDSA and RSA). Fix: name the certificates that clients should get"),
                row("two certificates and one key", "SEAWALL_TLS=files", "SEAWALL_TLS_CERT=/a,/b", "SEAWALL_TLS_KEY=/a")
                        .because(
                                "SEAWALL_TLS_KEY: 1 file (expected: as many as SEAWALL_TLS_CERT names, 2). Fix: name the key of each certificate, in the same order"),
                row("one certificate and two keys", "SEAWALL_TLS=files", "SEAWALL_TLS_CERT=/a", "SEAWALL_TLS_KEY=/a,/b")
                        .because(
                                "SEAWALL_TLS_KEY: 2 files (expected: as many as SEAWALL_TLS_CERT names, 1). Fix: name the key of each certificate, in the same order"),
                row("no TLS towards everybody", "SEAWALL_TLS=off")
                        .because("SEAWALL_TLS: off on 0.0.0.0" + NO_PLAINTEXT),
                row("no TLS towards everybody, IPv6", "SEAWALL_TLS=off", "SEAWALL_BIND=::")
                        .because("SEAWALL_TLS: off on ::" + NO_PLAINTEXT),
                row("no TLS towards a private network", "SEAWALL_TLS=off", "SEAWALL_BIND=192.168.1.5")
                        .because("SEAWALL_TLS: off on 192.168.1.5" + NO_PLAINTEXT));
    }

    static Stream<Row> acme() {
        String acme = "SEAWALL_TLS=acme";
        String hosts = "SEAWALL_HOSTS=claw.example.com";
        return Stream.of(
                row("a CA without a name to certify", acme).because(
                        "SEAWALL_HOSTS: no DNS name (expected: the names to have certified, because SEAWALL_TLS=acme). Fix: SEAWALL_HOSTS=claw.example.com"),
                row("a CA with addresses and localhost only", acme, "SEAWALL_HOSTS=192.0.2.7,localhost,[2001:db8::7]",
                        "SEAWALL_ALLOWED_ORIGINS=https://ui.example.com").because(
                                "SEAWALL_HOSTS: no DNS name (expected: the names to have certified, because SEAWALL_TLS=acme). Fix: SEAWALL_HOSTS=claw.example.com"),
                row("more names than a certificate has room for", acme,
                        "SEAWALL_HOSTS=" + IntStream.range(0, 101).mapToObj(i -> "n" + i + ".example.com")
                                .collect(Collectors.joining(",")))
                        .because(
                                "SEAWALL_HOSTS: 101 names (expected: at most 100 in a certificate). Fix: list only the names that people use"),
                row("a directory without TLS", acme, hosts, "SEAWALL_ACME_DIRECTORY=http://ca.example.com/dir").because(
                        "SEAWALL_ACME_DIRECTORY: http://ca.example.com/dir (expected: an https URL). Fix: SEAWALL_ACME_DIRECTORY=https://acme-v02.api.letsencrypt.org/directory"),
                row("a directory that is no URL", "SEAWALL_ACME_DIRECTORY=https:///x y").because(
                        "SEAWALL_ACME_DIRECTORY: https:///x y (expected: an https URL). Fix: SEAWALL_ACME_DIRECTORY=https://acme-v02.api.letsencrypt.org/directory"),
                row("staging of another CA", "SEAWALL_ACME_STAGING=true",
                        "SEAWALL_ACME_DIRECTORY=https://ca.example.com/")
                        .because(
                                "SEAWALL_ACME_STAGING: true, with another CA in SEAWALL_ACME_DIRECTORY (expected: one of the two). Fix: unset SEAWALL_ACME_STAGING, and name that CA's own staging directory"),
                row("a challenge that we do not do", "SEAWALL_ACME_CHALLENGE=dns-01").because(
                        "SEAWALL_ACME_CHALLENGE: dns-01 (expected: auto, tls-alpn-01 or http-01). Fix: SEAWALL_ACME_CHALLENGE=auto"),
                row("two addresses in one", "SEAWALL_ACME_EMAIL=a@example.com,b@example.com").because(
                        "SEAWALL_ACME_EMAIL: a@example.com,b@example.com (expected: one address such as admin@example.com). Fix: correct it"),
                row("half an external account", "SEAWALL_ACME_EAB_KEY_ID=kid-1").because(
                        "SEAWALL_ACME_EAB_HMAC_KEY: not set (expected: the key that SEAWALL_ACME_EAB_KEY_ID names). Fix: set both, as the CA gives them"),
                row("the other half", "SEAWALL_ACME_EAB_HMAC_KEY=" + Given.EAB_KEY).because(
                        "SEAWALL_ACME_EAB_KEY_ID: not set (expected: the id of SEAWALL_ACME_EAB_HMAC_KEY). Fix: set both, as the CA gives them"),
                row("a short key", "SEAWALL_ACME_EAB_KEY_ID=kid-1", "SEAWALL_ACME_EAB_HMAC_KEY=AAAA").because(
                        "SEAWALL_ACME_EAB_HMAC_KEY: only 24 bits (expected: at least 256 bits in base64url). Fix: set it as the CA gives it"),
                row("a key that is none", "SEAWALL_ACME_EAB_KEY_ID=kid-1", "SEAWALL_ACME_EAB_HMAC_KEY=?").because(
                        "SEAWALL_ACME_EAB_HMAC_KEY: not base64url (expected: at least 256 bits in base64url). Fix: set it as the CA gives it"),
                row("redirects to an https that is not there", "SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1",
                        "SEAWALL_HTTP_PORT=8081").because(
                                "SEAWALL_HTTP_PORT: 8081 (expected: none, because SEAWALL_TLS=off leaves no https to redirect to). Fix: unset SEAWALL_HTTP_PORT"),
                row("a plain port that is taken", "SEAWALL_HTTP_PORT=8080").because(
                        "SEAWALL_HTTP_PORT: 8080 (expected: another port than PORT, SEAWALL_ADMIN and the gateway's). Fix: SEAWALL_HTTP_PORT=80, or 8081 with 80 forwarded to it"));
    }

    static Stream<Row> clientCertificates() {
        return Stream.of(row("client certificates without TLS", "SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1",
                "SEAWALL_CLIENT_CA=/tls/ca.pem").because(
                        "SEAWALL_CLIENT_CA: /tls/ca.pem (expected: TLS, because with SEAWALL_TLS=off no client is asked for a certificate). Fix: SEAWALL_TLS=self-signed, or unset it"),
                row("authorities that no system can name", "SEAWALL_CLIENT_CA=/a\u0000").because(
                        "SEAWALL_CLIENT_CA: not a path (expected: a path that this system can name). Fix: correct it"));
    }

    static Stream<Row> admin() {
        List<Row> rows = new ArrayList<>();
        for (String address : List.of("9464", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
                "127.0.0.1:metrics", "localhost:9464", "127.1:9464", "[::1]", "on", "Off")) {
            rows.add(row("admin at " + address, "SEAWALL_ADMIN=" + address)
                    .because("SEAWALL_ADMIN: " + address + ADMIN_FORM));
        }
        for (String address : List.of("0.0.0.0:9464", "10.0.0.5:9464", "[::]:9464")) {
            rows.add(row("admin at " + address + " without a token", "SEAWALL_ADMIN=" + address)
                    .because("SEAWALL_ADMIN_TOKEN: not set (expected: a token, because SEAWALL_ADMIN=" + address
                            + " is not on loopback). Fix: set it, or SEAWALL_ADMIN=127.0.0.1:9464"));
        }
        return rows.stream();
    }

    static Stream<Row> equalPorts() {
        String another = " (expected: another port than PORT and the gateway's). Fix: SEAWALL_ADMIN=127.0.0.1:9464";
        return Stream.of(
                row("our port is the gateway's", "PORT=18789")
                        .because("PORT: 18789 (expected: another port than the gateway's). Fix: PORT=8080"),
                row("our port is the gateway's as OpenClaw names it", "OPENCLAW_GATEWAY_PORT=8080")
                        .because("PORT: 8080 (expected: another port than the gateway's). Fix: PORT=8080"),
                row("our port is admin's", "SEAWALL_ADMIN=127.0.0.1:8080").because("SEAWALL_ADMIN: 8080" + another),
                row("admin's port is the gateway's", "SEAWALL_ADMIN=127.0.0.1:18789")
                        .because("SEAWALL_ADMIN: 18789" + another));
    }

    static Stream<Row> paths() {
        return Stream.of(
                row("a state folder that no system can name", "SEAWALL_STATE_DIR=/da\u0000ta").because(
                        "SEAWALL_STATE_DIR: not a path (expected: a path that this system can name). Fix: SEAWALL_STATE_DIR=./data"),
                row("certificate files that no system can name", "SEAWALL_TLS=files", "SEAWALL_TLS_CERT=/a\u0000",
                        "SEAWALL_TLS_KEY=/b\u0000").because(
                                "SEAWALL_TLS_CERT: not a path (expected: a path that this system can name). Fix: correct it",
                                "SEAWALL_TLS_KEY: not a path (expected: a path that this system can name). Fix: correct it"),
                row("a JSON file that no system can name", "SEAWALL_CONFIG=/a\u0000").because(
                        "SEAWALL_CONFIG: not a path (expected: a readable JSON file). Fix: correct the path"));
    }
}
