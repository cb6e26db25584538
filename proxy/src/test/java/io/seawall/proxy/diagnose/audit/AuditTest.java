package io.seawall.proxy.diagnose.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.diagnose.Status;
import io.seawall.proxy.diagnose.facts.FileFacts;
import io.seawall.proxy.diagnose.facts.GitIndexTest;
import io.seawall.proxy.diagnose.facts.Host;
import io.seawall.proxy.diagnose.facts.Installation;
import io.seawall.proxy.diagnose.facts.Reach;
import io.seawall.proxy.server.TestConfig;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Nothing is wrong with the installation; then one thing is, and exactly its row turns.
class AuditTest {
    private static final String ANTHROPIC = "sk-ant-api03-" + "k7Qz".repeat(8);
    private static final String ANY = "00000000";

    @TempDir
    private Path root;

    /// One change of a good installation, and the rows that it turns.
    ///
    /// @param turned `id status`, more than one separated by commas
    record Change(String name, String turned, Consumer<Installation> make) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Change to(String turned, String name, Consumer<Installation> make) {
        return new Change(name, turned, make);
    }

    private static Change json(String turned, String old, String with) {
        return to(turned, "openclaw.json: " + with, i -> i.replace(Installation.JSON, old, with));
    }

    private static Map<String, Status> statuses(Report report) {
        return report.findings().stream().collect(
                Collectors.toMap(Finding::id, Finding::status, (a, b) -> a, TreeMap::new));
    }

    private static Map<String, Status> turned(Report before, Report after) {
        Map<String, Status> turned = statuses(after);
        turned.entrySet().removeIf(entry -> statuses(before).get(entry.getKey()) == entry.getValue());
        return turned;
    }

    private static Map<String, Status> expected(String text) {
        Map<String, Status> expected = new TreeMap<>();
        for (String row : text.split(", ")) {
            String[] words = row.split(" ");
            expected.put(words[0], Status.valueOf(words[1].toUpperCase(java.util.Locale.ROOT)));
        }
        return expected;
    }

    /// The line that it tells people to paste.
    @Test
    void theHeadersToStripAreALineThatIsAccepted() {
        Installation installation = new Installation(root);
        installation.replace(Installation.JSON, "mode: 'token'",
                "mode: 'trusted-proxy', trustedProxy: { userHeader: 'X_My-Sso' }");
        installation.environment.put("SEAWALL_STRIP_HEADERS", "x-old");
        Finding finding = row(installation);
        String line = finding.fix();
        assertEquals("SEAWALL_STRIP_HEADERS=x-old,x_my-sso", line);
        installation.environment.put("SEAWALL_STRIP_HEADERS", line.substring(line.indexOf('=') + 1));
        assertEquals(Status.PASS, row(installation).status());
    }

    private static Finding row(Installation installation) {
        return installation.report().findings().stream().filter(f -> f.id().equals("openclaw.identity-headers"))
                .findFirst().orElseThrow();
    }

    static Stream<Change> onAHost() {
        return Stream.of(
                to("binding.listener fail", "listens on every address",
                        i -> i.listeners(ANY + ":18789")),
                to("binding.listener fail", "listens on loopback and on a LAN address",
                        i -> i.listeners("0100007F:18789", "0201A8C0:18789")),
                to("binding.listener unknown, binding.others unknown", "does not listen",
                        i -> i.listeners("0100007F:80")),
                to("binding.listener unknown, binding.others unknown", "no socket table", i -> {
                    i.delete("proc/net/tcp");
                    i.delete("proc/net/tcp6");
                }),
                to("binding.reach fail", "answers on another address", i -> i.answering.addAll(i.addresses)),
                json("binding.config fail", "bind: 'loopback'", "bind: 'lan'"),
                json("binding.config warn", "bind: 'loopback',", "/* bind: 'loopback', */"),
                to("binding.environment fail, openclaw.hooks unknown, https.tls unknown, https.names unknown, https.hsts unknown",
                        "OPENCLAW_GATEWAY_BIND=lan", i -> i.environment.put("OPENCLAW_GATEWAY_BIND", "lan")),
                to("binding.others fail", "its browser control listens on every address",
                        i -> i.listeners("0100007F:18789", ANY + ":18791")),
                to("binding.others unknown", "its process is somebody else's", i -> i.delete("proc/4711/fd/7")),

                to("layers.password warn", "a password of one word",
                        i -> i.environment.put("AUTH_PASSWORD", "abcdefghijklmnop")),
                to("layers.password fail, openclaw.hooks unknown, https.tls unknown, https.names unknown, https.hsts unknown",
                        "no password", i -> i.environment.remove("AUTH_PASSWORD")),
                to("layers.password fail, openclaw.hooks unknown, https.tls unknown, https.names unknown, https.hsts unknown",
                        "a placeholder", i -> i.environment.put("AUTH_PASSWORD", "changeme-changeme")),
                to("layers.gateway-token fail, openclaw.hooks unknown, https.tls unknown, https.names unknown, https.hsts unknown",
                        "a short gateway token", i -> i.environment.put("OPENCLAW_GATEWAY_TOKEN", "abc")),
                to("layers.hooks-token fail, openclaw.hooks unknown, https.tls unknown, https.names unknown, https.hsts unknown",
                        "a short hooks token", i -> i.environment.put("HOOKS_TOKEN", "abc")),
                to("layers.distinct fail, layers.hooks-token fail, openclaw.hooks unknown, https.tls unknown, https.names unknown, https.hsts unknown",
                        "one token for two layers",
                        i -> i.environment.put("HOOKS_TOKEN", TestConfig.GATEWAY_TOKEN)),
                json("layers.distinct fail", "token: \"${HOOKS_TOKEN}\"", "token: \"${OPENCLAW_GATEWAY_TOKEN}\""),
                to("layers.age warn", "an old .env with the credentials", i -> {
                    i.write("opt/seawall/.env", "AUTH_PASSWORD=x\n");
                    i.age("opt/seawall/.env", Duration.ofDays(400));
                }),
                to("layers.age warn, keys.rotation warn", "a .env whose date was recorded",
                        i -> i.write("opt/seawall/.env",
                                "# rotated 2025-01-31\nAUTH_PASSWORD=x\nANTHROPIC_API_KEY=x\n")),
                to("layers.age unknown", "credentials in the environment only",
                        i -> i.write("opt/seawall/.env", "PORT=8080\n")),
                to("layers.url-tokens warn", "a token in a URL",
                        i -> i.environment.put("BROWSER_CDP_URL", "http://browser:3000/?token=3f9a8b7c6d5e4f30")),
                json("layers.url-tokens warn", "meta: {",
                        "ui: { link: 'https://claw.example.com/?access_token=3f9a8b7c6d5e' }, meta: {"),

                json("keys.openclaw-json fail", "{ source: 'env', provider: 'default', id: 'ANTHROPIC_API_KEY' }",
                        "'" + ANTHROPIC + "'"),
                json("keys.openclaw-json fail", "meta: {", "env: { vars: { SOME_KEY: 'plain' } }, meta: {"),
                json("keys.openclaw-json fail", "meta: {",
                        "mcp: { servers: { x: { env: { X_TOKEN: 'plain' } } } }, meta: {"),
                json("keys.openclaw-json fail", "meta: {", "notes: ['see " + ANTHROPIC + "'], meta: {"),
                to("keys.openclaw-json fail", "a key in a copy", i -> {
                    i.write(Installation.OPENCLAW + "/openclaw.json.bak", "{ a: '" + ANTHROPIC + "' }");
                    i.mode(Installation.OPENCLAW + "/openclaw.json.bak", "rw-------");
                }),
                to("keys.openclaw-json fail", "a key in an included file", i -> {
                    i.replace(Installation.JSON, "meta: {", "channels: { $include: './channels.json5' }, meta: {");
                    i.write(Installation.OPENCLAW + "/channels.json5", "{ telegram: { botToken: 'plain' } }");
                    i.mode(Installation.OPENCLAW + "/channels.json5", "rw-------");
                }),
                to("keys.openclaw-json unknown", "a copy that is no JSON", i -> {
                    i.write(Installation.OPENCLAW + "/openclaw.json.bak", "{ a: ");
                    i.mode(Installation.OPENCLAW + "/openclaw.json.bak", "rw-------");
                }),
                to("keys.auth-profiles warn", "a key in auth-profiles.json", i -> i.write(
                        Installation.OPENCLAW + "/agents/main/agent/auth-profiles.json",
                        "{\"key\": \"" + ANTHROPIC + "\"}")),
                to("keys.env-mode fail", "a .env that the group reads",
                        i -> i.mode("opt/seawall/.env", "rw-r-----")),
                to("keys.env-git fail", "a .env in git", i -> GitIndexTest.write(i.root.resolve("opt/.git/index"), 2,
                        "README.md", "seawall/.env")),
                to("keys.env-git unknown", "an index of a format to come",
                        i -> i.write("opt/.git/index", "DIRC\0\0\0\u0009")),
                to("keys.rotation warn, layers.age unknown", "an old .env with API keys", i -> {
                    i.write("opt/seawall/.env", "ANTHROPIC_API_KEY=x\n");
                    i.age("opt/seawall/.env", Duration.ofDays(200));
                }),
                to("keys.rotation unknown, layers.age unknown", "API keys in the environment", i -> {
                    i.write("opt/seawall/.env", "PORT=8080\n");
                    i.environment.put("ANTHROPIC_API_KEY", ANTHROPIC);
                }),

                to("container.user fail", "root", i -> {
                    i.write("proc/self/status", Installation.status(0, "0000000000000000", "1"));
                    i.owners.put(i.root.relativize(i.folder.resolve("data")), new FileFacts(0, 0700));
                }),
                to("container.user unknown, container.capabilities unknown, container.no-new-privileges unknown",
                        "no status", i -> i.delete("proc/self/status")),
                to("container.capabilities fail", "SYS_ADMIN",
                        i -> i.write("proc/self/status", Installation.status(1000, "0000000000200000", "1"))),
                to("container.capabilities warn", "CHOWN",
                        i -> i.write("proc/self/status", Installation.status(1000, "0000000000000001", "1"))),
                to("container.no-new-privileges warn", "may gain privileges",
                        i -> i.write("proc/self/status", Installation.status(1000, "0000000000000400", "0"))),
                to("container.volumes fail", "OpenClaw's state belongs to another user",
                        i -> i.owners.put(Path.of(Installation.OPENCLAW), new FileFacts(33, 0700))),
                to("container.published fail", "docker publishes the gateway",
                        i -> i.write("proc/99/cmdline", String.join("\0", "/usr/bin/docker-proxy", "-proto", "tcp",
                                "-host-ip", "0.0.0.0", "-host-port", "28789", "-container-ip", "172.17.0.2",
                                "-container-port", "18789"))),

                to("network.firewall warn", "ufw lets it through", i -> i.write("etc/ufw/user.rules",
                        "-A ufw-user-input -p tcp --dport 18789 -j ACCEPT\n")),
                to("network.firewall6 warn", "ufw leaves IPv6 alone", i -> i.write("etc/default/ufw",
                        "IPV6=no\nDEFAULT_INPUT_POLICY=\"DROP\"\n")),
                to("network.firewall unknown, network.firewall6 unknown", "no firewall",
                        i -> i.write("etc/ufw/ufw.conf", "ENABLED=no\n")),

                to("https.tls warn, https.hsts warn", "TLS ends in front of Seawall", i -> {
                    i.environment.put("SEAWALL_TLS", "off");
                    i.environment.put("SEAWALL_TRUSTED_PROXIES", "10.0.0.0/8");
                    i.environment.put("SEAWALL_CLIENT_IP_HEADER", "X-Forwarded-For");
                }),
                to("https.tls warn", "a CA's certificate in place of a server's", i -> {
                    Path ca = i.certificate("claw.example.com", Clock.systemUTC());
                    i.environment.put("SEAWALL_TLS", "files");
                    i.environment.put("SEAWALL_TLS_CERT", ca.resolve("ca.pem").toString());
                    i.environment.put("SEAWALL_TLS_KEY", ca.resolve("ca.key").toString());
                }),
                to("https.expiry fail", "an expired certificate",
                        i -> i.certificate("claw.example.com",
                                Clock.fixed(i.now.minus(Duration.ofDays(4000)), ZoneOffset.UTC))),
                to("https.expiry unknown, https.names unknown", "no certificate", i -> i.certificates.clear()),
                to("https.expiry warn", "a certificate near its end", i -> {
                    Duration life = Duration.between(i.now, i.certificates.getFirst().getNotAfter().toInstant());
                    i.certificate("claw.example.com",
                            Clock.fixed(i.now.minus(life).plus(Duration.ofDays(2)), ZoneOffset.UTC));
                }),
                to("https.names warn", "a certificate of another name",
                        i -> i.certificate("other.example.com", Clock.systemUTC())),
                to("https.tunnel fail", "a tunnel that does not verify", i -> i.write("etc/cloudflared/config.yml",
                        "ingress:\n  - service: https://127.0.0.1:8080\n    originRequest:\n      noTLSVerify: true\n")),
                to("https.tunnel unknown", "a tunnel from elsewhere", i -> {
                    i.environment.put("SEAWALL_TRUSTED_PROXIES", "10.0.0.7");
                    i.environment.put("SEAWALL_CLIENT_IP_HEADER", "CF-Connecting-IP");
                }),

                json("openclaw.trusted-proxies fail", "trustedProxies: ['127.0.0.1'],", ""),
                json("openclaw.trusted-proxies warn", "['127.0.0.1']", "['127.0.0.1', '192.168.0.0/16']"),
                json("openclaw.allowed-origins fail", "allowedOrigins: ['https://claw.example.com']",
                        "allowedOrigins: ['*']"),
                json("openclaw.allowed-origins warn", "allowedOrigins: ['https://claw.example.com']",
                        "allowedOrigins: ['https://other.example.com']"),
                json("openclaw.public-origin warn", "publicOrigin: 'https://claw.example.com',", ""),
                json("openclaw.auth fail", "mode: 'token'", "mode: 'none'"),
                json("openclaw.auth warn", "mode: 'token'", "mode: 'trusted-proxy'"),
                json("openclaw.token warn, keys.openclaw-json fail", "token: '${OPENCLAW_GATEWAY_TOKEN}'",
                        "token: 'another one'"),
                json("openclaw.auth warn, openclaw.identity-headers fail", "mode: 'token'",
                        "mode: 'trusted-proxy', trustedProxy: { userHeader: 'X-My-Sso' }"),
                json("openclaw.auth warn, openclaw.identity-headers fail", "mode: 'token'",
                        "mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-forwarded-user', requiredHeaders: ['x-forwarded-proto', 'x-my-sso'] }"),
                json("openclaw.auth warn, openclaw.identity-headers fail", "mode: 'token'",
                        "mode: 'trusted-proxy', trustedProxy: { userHeader: 'authorization' }"),
                json("openclaw.identity-headers warn", "mode: 'token'",
                        "mode: 'token', trustedProxy: { userHeader: 'x-my-sso' }"),
                json("openclaw.auth warn", "mode: 'token'",
                        "mode: 'trusted-proxy', trustedProxy: { userHeader: 'X-Remote-User', requiredHeaders: ['x-pomerium-jwt-assertion'] }"),
                json("openclaw.flags fail", "gateway: {", "gateway: { allowRealIpFallback: true,"),
                json("openclaw.flags fail", "gateway: {", "gateway: { tailscale: { mode: 'funnel' },"),
                json("openclaw.hooks fail", "path: '/hooks'", "path: '/'"),
                json("openclaw.hooks warn", "path: '/hooks'", "path: '/other'"),
                json("openclaw.sandbox fail", "sandbox: { mode: 'non-main' }", "sandbox: true"),
                json("openclaw.sandbox warn", "mode: 'non-main'", "mode: 'off'"),
                to("openclaw.file-modes fail", "a state folder that others enter",
                        i -> i.mode(Installation.OPENCLAW, "rwxr-xr-x")),
                to("openclaw.file-modes fail", "a configuration that others read",
                        i -> i.mode(Installation.JSON, "rw-r--r--")),
                json("openclaw.version fail", "2026.9.6", "2026.3.1"),
                json("openclaw.version unknown", "lastTouchedVersion: '2026.9.6'", ""));
    }

    static Stream<Change> inAContainer() {
        return Stream.of(
                to("container.read-only warn", "a writable root",
                        i -> i.replace("proc/self/mountinfo", "/ / ro,", "/ / rw,")),
                to("container.read-only unknown", "no mounts", i -> i.write("proc/self/mountinfo", "")),
                to("container.mounts warn", "a writable folder of the host",
                        i -> i.replace("proc/self/mountinfo", "401 400",
                                "405 400 8:1 /home /home rw,relatime - ext4 /dev/sda1 rw\n401 400")),
                to("container.engine-socket fail", "the engine's socket", i -> i.write("run/docker.sock", "")),
                to("container.capabilities warn", "docker's usual capabilities",
                        i -> i.write("proc/self/status", Installation.status(1000, "00000000a80425fb", "1"))));
    }

    @Test
    void nothingIsWrongWithAGoodInstallation() {
        Report report = new Installation(root).report();
        assertEquals(List.of(), report.findings().stream().filter(f -> f.status() != Status.PASS).toList());
        assertTrue(report.isFine());
        assertEquals(Audit.ids(), report.findings().stream().map(Finding::id).toList());
    }

    @Test
    void inAContainerOnlyTheHostCannotBeSeen() {
        Report report = new Installation(root).inContainer().report();
        Map<String, Status> unclear = statuses(report);
        unclear.values().removeIf(status -> status == Status.PASS);
        assertEquals(Map.of("container.published", Status.UNKNOWN, "network.firewall", Status.UNKNOWN,
                "network.firewall6", Status.UNKNOWN), unclear);
        assertTrue(report.isFine(), "what cannot be seen is no failure");
    }

    @ParameterizedTest
    @MethodSource("onAHost")
    void turnsExactlyTheRowOfWhatChanged(Change change) {
        Installation installation = new Installation(root);
        Report before = installation.report();
        change.make().accept(installation);
        Report after = installation.report();
        assertEquals(expected(change.turned()), turned(before, after), after::json);
    }

    @ParameterizedTest
    @MethodSource("inAContainer")
    void turnsExactlyTheRowOfWhatChangedInAContainer(Change change) {
        Installation installation = new Installation(root).inContainer();
        Report before = installation.report();
        change.make().accept(installation);
        Report after = installation.report();
        assertEquals(expected(change.turned()), turned(before, after), after::json);
    }

    @Test
    void everyRowHasAChangeThatTurnsIt() {
        Set<String> untested = new TreeSet<>(Audit.ids());
        Stream.concat(onAHost(), inAContainer()).forEach(change -> expected(change.turned()).forEach((id, status) -> {
            if (status == Status.FAIL || status == Status.WARN) {
                untested.remove(id);
            }
        }));
        assertEquals(Set.of(), untested);
    }

    @Test
    void withoutOpenClawsStateItSaysWhatItWouldTake() {
        Installation installation = new Installation(root);
        installation.environment.put("HOME", "/elsewhere");
        Map<String, Status> statuses = statuses(installation.report());
        for (String id : Audit.ids()) {
            boolean needsIt = id.startsWith("openclaw.") || id.equals("binding.config")
                    || id.equals("keys.openclaw-json") || id.equals("keys.auth-profiles");
            assertEquals(needsIt ? Status.UNKNOWN : id.equals("binding.environment") ? Status.WARN : Status.PASS,
                    statuses.get(id), id);
        }
    }

    @Test
    void saysOnceThatThereIsNoOpenClaw() {
        Installation installation = new Installation(root);
        installation.environment.put("HOME", "/elsewhere");
        String text = installation.report().text(false);
        assertEquals(1, text.lines().filter(line -> line.contains("no openclaw.json found")).count(), text);
        assertTrue(text.contains("unknown binding.config, keys.openclaw-json, keys.auth-profiles, openclaw.*"
                + "  no openclaw.json found on this host\n        to know: run this where OpenClaw's state is"), text);
    }

    @Test
    void believesADateThatSomebodyRecorded() {
        Installation installation = new Installation(root);
        installation.write("opt/seawall/.env", "# rotated: " + installation.now.toString().substring(0, 10)
                + "\nAUTH_PASSWORD=x\nANTHROPIC_API_KEY=x\n");
        installation.age("opt/seawall/.env", Duration.ofDays(4000));
        assertTrue(installation.report().isFine());
        installation.write("opt/seawall/.env", "# rotated: 2026-02-31\nAUTH_PASSWORD=x\n");
        assertTrue(installation.report().isFine(), "no such day: the file's own time");
    }

    @Test
    void showsNoSecret() {
        Installation installation = new Installation(root);
        installation.environment.put("HOOKS_TOKEN", TestConfig.GATEWAY_TOKEN);
        installation.environment.put("CDP", "http://u:s3cr3t-in-a-url@h/?token=" + TestConfig.GATEWAY_TOKEN);
        installation.replace(Installation.JSON, "meta: {", "channels: { x: { token: '" + ANTHROPIC + "', password: '"
                + TestConfig.PASSWORD + "' } }, meta: {");
        Report report = installation.report();
        for (String shown : List.of(report.text(true), report.json(), report.markdown())) {
            for (String secret : List.of(TestConfig.PASSWORD, TestConfig.GATEWAY_TOKEN, TestConfig.HOOKS_TOKEN,
                    ANTHROPIC,
                    "s3cr3t")) {
                assertFalse(shown.contains(secret), shown);
            }
        }
        assertTrue(report.text(false).contains("channels.x.token in openclaw.json (Anthropic, …k7Qz)"),
                report.text(false));
    }

    @Test
    void showsTheWorstFirst() {
        Installation installation = new Installation(root);
        installation.replace(Installation.JSON, "mode: 'non-main'", "mode: 'off'");
        installation.listeners(ANY + ":18789");
        List<String> lines = installation.report().text(false).lines().toList();
        assertEquals("fail    binding.listener (critical)  DANGEROUS: 0.0.0.0:18789 (openclaw-gatewa, pid 4711)",
                lines.getFirst());
        assertTrue(lines.get(1).startsWith("        fix: gateway.bind: \"loopback\""), lines.get(1));
        assertTrue(lines.get(2).startsWith("warn    openclaw.sandbox (medium)    agents."), lines.get(2));
        assertFalse(installation.report().isFine());
    }

    @Test
    void makesOnlyTheChecksThatWereAskedFor() {
        Host host = new Installation(root).host();
        assertEquals(List.of("keys.env-git", "https.tls", "https.expiry", "https.names", "https.hsts", "https.tunnel"),
                Audit.run(host, new Audit.Selection(Set.of("https", "keys.env-git"), Map.of())).findings().stream()
                        .map(Finding::id).toList());
    }

    @Test
    void skipsWhatSomebodyGaveAReasonFor() {
        Installation installation = new Installation(root);
        installation.listeners(ANY + ":18789");
        Report report = Audit.run(installation.host(),
                new Audit.Selection(Set.of(), Map.of("binding.listener", "a lab")));
        assertTrue(report.isFine());
        assertTrue(
                report.text(false)
                        .contains("skipped binding.listener (critical)  a lab (found: DANGEROUS: 0.0.0.0:18789"),
                report.text(false));
    }

    @Test
    void knowsWhatItsChecksAreCalled() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> new Audit.Selection(Set.of("key"), Map.of("https", "a group cannot be skipped")));
        assertTrue(String.valueOf(e.getMessage())
                .startsWith("no check is called https, key (expected: an id of seawall audit --json; groups: "),
                e.getMessage());
    }

    @Test
    void criticalRowsAreThoseOfTheList() {
        assertEquals(List.of("binding.listener", "binding.reach", "layers.password", "layers.gateway-token",
                "layers.distinct", "container.engine-socket", "https.tls", "openclaw.auth"), Audit.criticalIds());
    }

    @Test
    void readsAddressesOfThisHost() {
        for (InetAddress address : Reach.ofHost().addresses()) {
            assertFalse(address.isLoopbackAddress());
        }
        assertFalse(Reach.ofHost().connects(InetAddress.ofLiteral("127.0.0.1"), 1));
        assertEquals(ZoneOffset.UTC, Clock.systemUTC().getZone());
    }
}
