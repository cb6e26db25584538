package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the loader refuses, and the exact words it refuses it with. The messages are part of the product: people act on
/// them.
class RefusalTest {
    private static final String STRONGER_PASSWORD = " (expected: at least 12 characters, no placeholder). Fix: set AUTH_PASSWORD to the output of: ./seawall gen-token";
    private static final String HASH_FIX = " (expected: a bcrypt or argon2id hash). Fix: set AUTH_PASSWORD_HASH to the output of: ./seawall hash-password (in single quotes)";
    private static final String ONE_LOOPBACK = " (expected: 127.0.0.1:PORT). Fix: run the gateway on this host (or in this network namespace) with gateway.bind: \"loopback\", and set SEAWALL_UPSTREAM=127.0.0.1:18789";
    private static final String BIND_FIX = " (expected: loopback). Fix: OPENCLAW_GATEWAY_BIND=loopback, and gateway.bind: \"loopback\" in openclaw.json";
    private static final String NO_PLAINTEXT = " (expected: TLS, because passwords would cross the network in clear). Fix: SEAWALL_TLS=self-signed, or SEAWALL_BIND=127.0.0.1, or name the TLS proxy in front in SEAWALL_TRUSTED_PROXIES";
    private static final String HOST_FIX = " (expected: host names without scheme, port or path). Fix: for example SEAWALL_HOSTS=claw.example.com";
    private static final String FQDN_FIX = " (expected: host names). Fix: for example COOLIFY_FQDN=claw.example.com";
    private static final String ORIGIN_FIX = " (expected: exact origins such as https://claw.example.com, no path and no wildcard). Fix: write scheme://host or scheme://host:port, several with a comma between them";
    private static final String PLAIN_HOOKS_PATH = " (expected: a plain path such as /hooks, without a slash at its end). Fix: HOOKS_PATH=/hooks";
    private static final String PLAIN_PUBLIC_PATH = " (expected: plain paths such as /slack/events, /j/* or ws:/__openclaw__/worker). Fix: correct that entry";
    private static final String PROXY_FIX = " (expected: addresses or CIDRs such as 127.0.0.1 or 10.0.0.0/8). Fix: correct that entry";
    private static final String NOT_EVERYBODY = " (expected: the addresses of your proxies, not everybody's). Fix: name the tunnel's or proxy's own address, for example 127.0.0.1";
    private static final String HEADER_CHOICE = " (expected: CF-Connecting-IP, X-Forwarded-For or PROXY). Fix: name the header that your proxy sets itself, or PROXY where it sends a PROXY protocol header";
    private static final String ADMIN_FORM = " (expected: ADDRESS:PORT or off). Fix: SEAWALL_ADMIN=127.0.0.1:9464";

    /// A refused environment: what is wrong with it in words, the lines that differ from an accepted one, and every
    /// message in order.
    record Row(String sentence, List<String> lines, List<String> messages) {
        Row because(String... texts) {
            return new Row(sentence, lines, List.of(texts));
        }

        @Override
        public String toString() {
            return sentence;
        }
    }

    private static Row row(String sentence, String... lines) {
        return new Row(sentence, List.of(lines), List.of());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"passwords", "hashes", "missingTokens", "previousSecrets", "listeners", "tls", "acme", "hosts",
        "origins", "hooksPaths",
        "publicPaths", "apiPaths", "stripHeaders", "gatewayBinds", "upstreams", "trustedProxies", "clientCertificates",
        "access",
        "admin", "equalPorts",
        "flagsAndChoices", "paths"})
    void refusesWithTheseWords(Row row) {
        assertEquals(row.messages(), Given.problems(row.lines().toArray(String[]::new)));
    }

    static Stream<Row> passwords() {
        return Stream.of(
                row("no password", "AUTH_PASSWORD=").because(
                        "AUTH_PASSWORD: not set (expected: a password of at least 12 characters, or AUTH_PASSWORD_HASH). Fix: run ./seawall init, or set AUTH_PASSWORD to the output of: ./seawall gen-token"),
                row("a blank password", "AUTH_PASSWORD=            ").because(
                        "AUTH_PASSWORD: not set (expected: a password of at least 12 characters, or AUTH_PASSWORD_HASH). Fix: run ./seawall init, or set AUTH_PASSWORD to the output of: ./seawall gen-token"),
                row("a password of 11 characters", "AUTH_PASSWORD=Tr7kQ2mW9xZ")
                        .because("AUTH_PASSWORD: too short, 11 characters" + STRONGER_PASSWORD),
                row("a password of 11 characters that are 22 UTF-16 units", "AUTH_PASSWORD=🦦🦈🐙🐚🦀🐠🐡🦑🐳🐬🦭")
                        .because("AUTH_PASSWORD: too short, 11 characters" + STRONGER_PASSWORD),
                row("a password with a tab", "AUTH_PASSWORD=seven calm\totters")
                        .because("AUTH_PASSWORD: contains a control character" + STRONGER_PASSWORD),
                row("a password of four characters, repeated", "AUTH_PASSWORD=abcdabcdabcdabcd")
                        .because("AUTH_PASSWORD: repeats the same few characters" + STRONGER_PASSWORD),
                row("the user name as password", "AUTH_USERNAME=Administrator", "AUTH_PASSWORD=administratoR")
                        .because("AUTH_PASSWORD: is the user name" + STRONGER_PASSWORD),
                row("a user name with a colon", "AUTH_USERNAME=ad:min").because(
                        "AUTH_USERNAME: contains a colon or a control character (expected: a name that Basic authentication can carry). Fix: choose another name"),
                row("a user name with a control character", "AUTH_USERNAME=ad\u0000min").because(
                        "AUTH_USERNAME: contains a colon or a control character (expected: a name that Basic authentication can carry). Fix: choose another name"));
    }

    static Stream<Row> hashes() {
        return Stream.of(
                row("a password and a hash", "AUTH_PASSWORD_HASH=" + Given.BCRYPT).because(
                        "AUTH_PASSWORD_HASH: set together with AUTH_PASSWORD (expected: one of the two). Fix: unset AUTH_PASSWORD and keep the hash"),
                row("a bcrypt hash of cost 9", "AUTH_PASSWORD=",
                        "AUTH_PASSWORD_HASH=" + Given.BCRYPT.replace("$12$", "$09$"))
                        .because("AUTH_PASSWORD_HASH: bcrypt with cost 9, outside 10 to 15" + HASH_FIX),
                row("a cheap argon2id hash", "AUTH_PASSWORD=",
                        "AUTH_PASSWORD_HASH=" + Given.ARGON2ID.replace("t=2", "t=1")).because(
                                "AUTH_PASSWORD_HASH: argon2id with m=19456,t=1,p=1, outside m=7168 to 262144 KiB, t=1 to 10, p=1 to 4, m*t of at least 35840"
                                        + HASH_FIX),
                row("no hash at all", "AUTH_PASSWORD=", "AUTH_PASSWORD_HASH=seven calm otters").because(
                        "AUTH_PASSWORD_HASH: neither $2b$… (bcrypt) nor $argon2id$v=19$…" + HASH_FIX));
    }

    static Stream<Row> missingTokens() {
        return Stream.of(
                row("no gateway token", "OPENCLAW_GATEWAY_TOKEN=").because(
                        "OPENCLAW_GATEWAY_TOKEN: not set (expected: a token of at least 128 bits). Fix: set OPENCLAW_GATEWAY_TOKEN to the output of: ./seawall gen-token"),
                row("webhooks without a token", "HOOKS_ENABLED=true").because(
                        "HOOKS_TOKEN: not set (expected: a token of at least 128 bits). Fix: set HOOKS_TOKEN to the output of: ./seawall gen-token"));
    }

    static Stream<Row> previousSecrets() {
        String differ = " (expected: a secret of its own). Fix: unset ";
        return Stream.of(
                row("the password as the one before it", "AUTH_PASSWORD_PREVIOUS=" + Given.PASSWORD)
                        .because("AUTH_PASSWORD_PREVIOUS: the same secret as AUTH_PASSWORD" + differ
                                + "AUTH_PASSWORD_PREVIOUS"),
                row("another layer's token as the one before", "OPENCLAW_GATEWAY_TOKEN_PREVIOUS=" + Given.HOOKS_TOKEN,
                        "HOOKS_ENABLED=true", "HOOKS_TOKEN=" + Given.HOOKS_TOKEN)
                        .because(
                                "HOOKS_TOKEN: the same secret as OPENCLAW_GATEWAY_TOKEN_PREVIOUS (expected: a secret of its own). Fix: set HOOKS_TOKEN to the output of: ./seawall gen-token"),
                row("the hash as the one before it", "AUTH_PASSWORD=", "AUTH_PASSWORD_HASH=" + Given.BCRYPT,
                        "AUTH_PASSWORD_HASH_PREVIOUS=" + Given.BCRYPT).because(
                                "AUTH_PASSWORD_HASH_PREVIOUS: the same secret as AUTH_PASSWORD_HASH" + differ
                                        + "AUTH_PASSWORD_HASH_PREVIOUS"),
                row("a weak password before", "AUTH_PASSWORD_PREVIOUS=Tr7kQ2mW9xZ").because(
                        "AUTH_PASSWORD_PREVIOUS: too short, 11 characters (expected: at least 12 characters, no placeholder). Fix: unset AUTH_PASSWORD_PREVIOUS"),
                row("a weak token before", "OPENCLAW_GATEWAY_TOKEN_PREVIOUS=f0e8b21d7c6a94358d1f4b7e02c95a6").because(
                        "OPENCLAW_GATEWAY_TOKEN_PREVIOUS: too weak, about 124 bits (expected: a random token of at least 128 bits). Fix: unset OPENCLAW_GATEWAY_TOKEN_PREVIOUS"),
                row("a password and a hash before", "AUTH_PASSWORD_PREVIOUS=nine loud walruses",
                        "AUTH_PASSWORD_HASH_PREVIOUS=" + Given.BCRYPT).because(
                                "AUTH_PASSWORD_HASH_PREVIOUS: set together with AUTH_PASSWORD_PREVIOUS (expected: one of the two). Fix: unset AUTH_PASSWORD_PREVIOUS and keep the hash"),
                row("an admin token before none", "SEAWALL_ADMIN_TOKEN_PREVIOUS=" + Given.ADMIN_TOKEN).because(
                        "SEAWALL_ADMIN_TOKEN_PREVIOUS: set without SEAWALL_ADMIN_TOKEN (expected: the token that replaces it). Fix: set SEAWALL_ADMIN_TOKEN to the output of: ./seawall gen-token"),
                row("a password before, and none now", "AUTH_PASSWORD=", "AUTH_PASSWORD_PREVIOUS=nine loud walruses")
                        .because(
                                "AUTH_PASSWORD: not set (expected: a password of at least 12 characters, or AUTH_PASSWORD_HASH). Fix: run ./seawall init, or set AUTH_PASSWORD to the output of: ./seawall gen-token"));
    }

    private static final List<String> TOKENS = List.of("OPENCLAW_GATEWAY_TOKEN", "HOOKS_TOKEN", "SEAWALL_ADMIN_TOKEN");

    static Stream<List<String>> weakTokens() {
        List<List<String>> rows = new ArrayList<>();
        for (String key : TOKENS) {
            rows.add(List.of(key, "f0e8b21d7c6a94358d1f4b7e02c95a6", "too weak, about 124 bits"));
            rows.add(List.of(key, "F0E8B21D7C6A94358D1F4B7E02C95A6", "too weak, about 124 bits"));
            rows.add(List.of(key, "83910275649183720564738291056", "too weak, about 96 bits"));
            rows.add(List.of(key, "83910275649183720564738291056473829105", "too weak, about 126 bits"));
            rows.add(List.of(key, "mzxw6ytboi4dqnjzgu-3tqmr7", "too weak, about 125 bits"));
            rows.add(List.of(key, "MZXW6YTBOI4DQNJZGU-3TQMR7", "too weak, about 125 bits"));
            rows.add(List.of(key, "k2v9QzR4mT7xW1bN6cY3h", "too weak, about 126 bits"));
            rows.add(List.of(key, "k2v9QzR4mT7x W1bN6cY3hJ", "contains a character that no header can carry"));
            rows.add(List.of(key, "k2v9QzR4mT7xéW1bN6cY3hJ", "contains a character that no header can carry"));
            rows.add(List.of(key, "k2v9QzR4mT7x\nW1bN6cY3hJ", "contains a character that no header can carry"));
            rows.add(List.of(key, "k2v9QzR4mT7xW1bN6cY3hJ\u007f", "contains a character that no header can carry"));
            rows.add(List.of(key, "aB3dE6-aB3dE6-aB3dE6-aB3dE6", "repeats the same few characters"));
            rows.add(List.of(key, "your-k2v9QzR4mT7xW1bN6cY3hJ", "looks like a placeholder"));
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("weakTokens")
    void refusesAWeakToken(List<String> row) {
        String key = row.get(0);
        assertEquals(
                List.of(key + ": " + row.get(2)
                        + " (expected: a random token of at least 128 bits). Fix: set " + key
                        + " to the output of: ./seawall gen-token"),
                Given.problems("HOOKS_ENABLED=true", "HOOKS_TOKEN=" + Given.HOOKS_TOKEN, key + "=" + row.get(1)));
    }

    static final List<String> PLACEHOLDERS = List.of("changeme", "CHANGE-ME", "change_me", "Password", "placeholder",
            "replace", "example", "your-", "your_", "strong-pass", "secret-token", "undefined", "xxxx", "12345678",
            "<token>", "<your gateway token>", "${TOKEN}");

    @ParameterizedTest
    @FieldSource("PLACEHOLDERS")
    void refusesWhatPeopleCopyFromDocuments(String placeholder) {
        assertEquals(List.of("AUTH_PASSWORD: looks like a placeholder" + STRONGER_PASSWORD),
                Given.problems("AUTH_PASSWORD=Zk9 " + placeholder + " Qw3rT7yU1o"));
    }

    @ParameterizedTest
    @CsvSource({"AUTH_PASSWORD, OPENCLAW_GATEWAY_TOKEN", "AUTH_PASSWORD, HOOKS_TOKEN",
        "AUTH_PASSWORD, SEAWALL_ADMIN_TOKEN", "OPENCLAW_GATEWAY_TOKEN, HOOKS_TOKEN",
        "OPENCLAW_GATEWAY_TOKEN, SEAWALL_ADMIN_TOKEN", "HOOKS_TOKEN, SEAWALL_ADMIN_TOKEN"})
    void refusesOneSecretForTwoLayers(String first, String second) {
        assertEquals(
                List.of(second + ": the same secret as " + first + " (expected: a secret of its own). Fix: set "
                        + second + " to the output of: ./seawall gen-token"),
                Given.problems(first + "=" + Given.ADMIN_TOKEN, second + "=" + Given.ADMIN_TOKEN));
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

    static Stream<Row> hosts() {
        return Stream.of(
                row("a host with a scheme", "SEAWALL_HOSTS=https://claw.example.com")
                        .because("SEAWALL_HOSTS: https://claw.example.com" + HOST_FIX),
                row("a host with a port", "SEAWALL_HOSTS=claw.example.com:8443")
                        .because("SEAWALL_HOSTS: claw.example.com:8443" + HOST_FIX),
                row("a host with a path", "SEAWALL_HOSTS=claw.example.com/ui")
                        .because("SEAWALL_HOSTS: claw.example.com/ui" + HOST_FIX),
                row("a host that is a pattern", "SEAWALL_HOSTS=*.example.com")
                        .because("SEAWALL_HOSTS: *.example.com" + HOST_FIX),
                row("a host with an empty label", "SEAWALL_HOSTS=claw..com")
                        .because("SEAWALL_HOSTS: claw..com" + HOST_FIX),
                row("a host that ends in two dots", "SEAWALL_HOSTS=claw.example.com..")
                        .because("SEAWALL_HOSTS: claw.example.com.." + HOST_FIX),
                row("a host that browsers and Java read in two ways", "SEAWALL_HOSTS=straße.example")
                        .because(
                                "SEAWALL_HOSTS: straße.example (expected: host names without scheme, port or path). Fix: write the name in its xn-- form, as a browser sends it"),
                row("a host that is too long", "SEAWALL_HOSTS=" + "a.".repeat(126) + "com")
                        .because("SEAWALL_HOSTS: " + "a.".repeat(126) + "com" + HOST_FIX),
                row("two wrong hosts among right ones", "SEAWALL_HOSTS=a.example, b..c,d.example,-e").because(
                        "SEAWALL_HOSTS: b..c" + HOST_FIX, "SEAWALL_HOSTS: -e" + HOST_FIX),
                row("a domain of Coolify's that is none", "COOLIFY_FQDN=https://-claw.example.com:3000")
                        .because("COOLIFY_FQDN: https://-claw.example.com:3000" + FQDN_FIX),
                row("a domain of Coolify's that is only a scheme", "COOLIFY_FQDN=https://")
                        .because("COOLIFY_FQDN: https://" + FQDN_FIX));
    }

    static Stream<Row> origins() {
        List<Row> rows = new ArrayList<>();
        for (String key : List.of("SEAWALL_ALLOWED_ORIGINS", "OPENCLAW_ALLOWED_ORIGINS")) {
            for (String origin : List.of("*", "null", "https://claw.example.com/", "https://claw.example.com/ui",
                    "claw.example.com", "https://*.example.com", "https://claw.example.com:99999",
                    "https://me@claw.example.com")) {
                rows.add(row(key + " " + origin, key + "=" + origin).because(key + ": " + origin + ORIGIN_FIX));
            }
        }
        return rows.stream();
    }

    static Stream<Row> hooksPaths() {
        List<Row> rows = new ArrayList<>();
        rows.add(row("webhooks at the root", "HOOKS_PATH=/").because(
                "HOOKS_PATH: / (expected: a path of its own, because everything lies below /). Fix: HOOKS_PATH=/hooks"));
        for (String path : List.of("/hooks/", "hooks", "//hooks", "/hooks//in", "/./hooks", "/hooks/..", "/ho oks",
                "/hooks%2fin", "/hooks\\in", "/hooks?x", "/hooks/*", "/höoks")) {
            rows.add(row("webhooks at " + path, "HOOKS_PATH=" + path)
                    .because("HOOKS_PATH: " + path + PLAIN_HOOKS_PATH));
        }
        for (String guarded : List.of("/v1", "/tools/invoke", "/sessions", "/healthz", "/readyz", "/.seawall",
                "/.well-known/openclaw")) {
            String expected = " (expected: a path of its own; this one overlaps " + guarded
                    + "). Fix: HOOKS_PATH=/hooks";
            rows.add(row("webhooks at " + guarded, "HOOKS_PATH=" + guarded)
                    .because("HOOKS_PATH: " + guarded + expected));
            rows.add(row("webhooks below " + guarded, "HOOKS_PATH=" + guarded + "/in")
                    .because("HOOKS_PATH: " + guarded + "/in" + expected));
        }
        rows.add(row("webhooks above a guarded path", "HOOKS_PATH=/tools").because(
                "HOOKS_PATH: /tools (expected: a path of its own; this one overlaps /tools/invoke). Fix: HOOKS_PATH=/hooks"));
        rows.add(row("webhooks at a guarded path in other letters", "HOOKS_PATH=/V1").because(
                "HOOKS_PATH: /V1 (expected: a path of its own; this one overlaps /v1). Fix: HOOKS_PATH=/hooks"));
        rows.add(row("webhooks at the beginning of a guarded path's name", "HOOKS_PATH=/Health").because(
                "HOOKS_PATH: /Health (expected: a path of its own; this one overlaps /healthz). Fix: HOOKS_PATH=/hooks"));
        return rows.stream();
    }

    static Stream<Row> apiPaths() {
        List<Row> rows = new ArrayList<>();
        for (String path : List.of("/", "/*", "api", "/api/", "/api*", "/*/rpc", "/api/../x", "/api//rpc", "/api%20",
                "wss:/x")) {
            rows.add(row("the API path " + path, "SEAWALL_API_PATHS=" + path).because("SEAWALL_API_PATHS: " + path
                    + " (expected: plain paths such as /api/v1/admin/rpc or /plugin/*). Fix: correct that entry"));
        }
        for (String[] pair : new String[][]{{"/healthz", "/healthz"}, {"/Health/x", "/health"}, {"/readyz", "/readyz"},
            {"/ready", "/ready"}, {"/startupz", "/startupz"}, {"/startup/*", "/startup"},
            {"/.seawall/login", "/.seawall"}, {"/.well-known/*", "/.well-known/openclaw"},
            {"/__openclaw__/worker", "/__openclaw__"}, {"/hooks/*", "/hooks"}, {"/Hooks/in", "/hooks"}}) {
            rows.add(row("the API path " + pair[0], "SEAWALL_API_PATHS=" + pair[0]).because("SEAWALL_API_PATHS: "
                    + pair[0] + " (expected: no path of another layer, nor of Seawall's own; this one overlaps "
                    + pair[1]
                    + "). Fix: remove it"));
        }
        rows.add(row("an API path that meets the webhooks' own", "HOOKS_PATH=/in/hooks", "SEAWALL_API_PATHS=/in/*")
                .because("SEAWALL_API_PATHS: /in/* (expected: no path of another layer, nor of Seawall's own; this one "
                        + "overlaps /in/hooks). Fix: remove it"));
        rows.add(row("a WebSocket behind the gateway token", "SEAWALL_API_PATHS=ws:/api/v1/events").because(
                "SEAWALL_API_PATHS: ws:/api/v1/events (expected: a path without ws:, because OpenClaw asks for its token inside of a WebSocket). Fix: remove it"));
        rows.add(row("a path that is both public and behind the token", "SEAWALL_PUBLIC_PATHS=/slack/*",
                "SEAWALL_API_PATHS=/slack/events").because(
                        "SEAWALL_API_PATHS: /slack/events (expected: no path of SEAWALL_PUBLIC_PATHS; this one overlaps /slack/*). Fix: remove it from one of them"));
        rows.add(row("two wrong API paths among right ones", "SEAWALL_API_PATHS=/a,b,/c,/healthz").because(
                "SEAWALL_API_PATHS: b (expected: plain paths such as /api/v1/admin/rpc or /plugin/*). Fix: correct that entry",
                "SEAWALL_API_PATHS: /healthz (expected: no path of another layer, nor of Seawall's own; this one overlaps /healthz). Fix: remove it"));
        return rows.stream();
    }

    static Stream<Row> publicPaths() {
        List<Row> rows = new ArrayList<>();
        for (String path : List.of("/", "/*", "ws:/", "ws:", "slack", "/slack/", "/slack*", "/*/events", "/slack/../x",
                "/slack//events", "/slack%20", "wss:/x", "ws:ws:/x")) {
            rows.add(row("the public path " + path, "SEAWALL_PUBLIC_PATHS=" + path)
                    .because("SEAWALL_PUBLIC_PATHS: " + path + PLAIN_PUBLIC_PATH));
        }
        for (String[] pair : new String[][]{{"/v1", "/v1"}, {"/v1/*", "/v1"}, {"/V1/models", "/v1"},
            {"/tools/*", "/tools/invoke"}, {"/sessions/x", "/sessions"}, {"ws:/sessions", "/sessions"},
            {"/healthz", "/healthz"}, {"/readyz", "/readyz"}, {"/.seawall/login", "/.seawall"},
            {"/.well-known/*", "/.well-known/openclaw"}, {"/hooks/*", "/hooks"}, {"/Hooks/in", "/hooks"}}) {
            rows.add(row("the public path " + pair[0], "SEAWALL_PUBLIC_PATHS=" + pair[0])
                    .because("SEAWALL_PUBLIC_PATHS: " + pair[0]
                            + " (expected: no path that a layer guards; this one overlaps " + pair[1]
                            + "). Fix: remove it"));
        }
        rows.add(row("a public path that reaches the webhooks, while their token is missing", "HOOKS_ENABLED=true",
                "HOOKS_PATH=/in/hooks", "SEAWALL_PUBLIC_PATHS=/slack,/in/*").because(
                        "HOOKS_TOKEN: not set (expected: a token of at least 128 bits). Fix: set HOOKS_TOKEN to the output of: ./seawall gen-token",
                        "SEAWALL_PUBLIC_PATHS: /in/* (expected: no path that a layer guards; this one overlaps /in/hooks). Fix: remove it"));
        return rows.stream();
    }

    static Stream<Row> stripHeaders() {
        List<Row> rows = new ArrayList<>();
        for (String name : List.of("Host", "Authorization", "Cookie", "Connection", "Upgrade", "Content-Length",
                "Content_Type", "Transfer-Encoding", "Origin", "X-Forwarded-For", "x_forwarded_proto",
                "Sec-WebSocket-Key", "Sec-WebSocket-Version")) {
            rows.add(row("stripping " + name, "SEAWALL_STRIP_HEADERS=X-User, " + name).because("SEAWALL_STRIP_HEADERS: "
                    + name + " (expected: headers that the gateway does not need). Fix: remove it from the list"));
        }
        rows.add(row("stripping what is no header", "SEAWALL_STRIP_HEADERS=X-User:")
                .because("SEAWALL_STRIP_HEADERS: X-User: (expected: header names). Fix: correct that entry"));
        rows.add(row("accepting what is no check", "SEAWALL_ACCEPT_RISK=all").because(
                "SEAWALL_ACCEPT_RISK: all (expected: ids of checks, as `seawall audit` prints them). Fix: list the ids that the refusal named, or unset SEAWALL_ACCEPT_RISK"));
        return rows.stream();
    }

    static Stream<Row> gatewayBinds() {
        return Stream.of("lan", "tailnet", "auto", "custom", "0.0.0.0", "Loopback").map(
                bind -> row("a gateway bound to " + bind, "OPENCLAW_GATEWAY_BIND=" + bind)
                        .because("OPENCLAW_GATEWAY_BIND: " + bind + BIND_FIX));
    }

    static Stream<Row> upstreams() {
        List<Row> rows = new ArrayList<>();
        for (String upstream : List.of("0.0.0.0:18789", "127.0.0.2:18789", "[::1]:18789", "::1", "10.0.0.5:18789",
                "openclaw:18789", "localhost.example.com:18789", "localhost.:18789", "127.1:18789", "2130706433:18789",
                "https://127.0.0.1:18789", "127.0.0.1:18789/ui", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
                "127.0.0.1:x", "me@127.0.0.1:18789", ":18789", "18789", "http://")) {
            rows.add(row("the upstream " + upstream, "SEAWALL_UPSTREAM=" + upstream)
                    .because("SEAWALL_UPSTREAM: " + upstream + ONE_LOOPBACK));
        }
        rows.add(row("two upstream ports", "SEAWALL_UPSTREAM=127.0.0.1:18789", "OPENCLAW_GATEWAY_PORT=18790").because(
                "OPENCLAW_GATEWAY_PORT: 18790 (expected: the port of SEAWALL_UPSTREAM, 18789). Fix: unset OPENCLAW_GATEWAY_PORT or make them equal"));
        return rows.stream();
    }

    static Stream<Row> trustedProxies() {
        List<Row> rows = new ArrayList<>();
        for (String block : List.of("0.0.0.0/0", "::/0", "10.0.0.0/0")) {
            rows.add(row("trusting " + block, "SEAWALL_TRUSTED_PROXIES=" + block,
                    "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP")
                    .because("SEAWALL_TRUSTED_PROXIES: " + block + NOT_EVERYBODY));
        }
        for (String block : List.of("cloudflare", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10/8", "10",
                "::ffff:10.0.0.0/104", "fd00::/129", "*")) {
            rows.add(row("trusting " + block, "SEAWALL_TRUSTED_PROXIES=" + block,
                    "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For")
                    .because("SEAWALL_TRUSTED_PROXIES: " + block + PROXY_FIX));
        }
        rows.add(row("trusted proxies without a header", "SEAWALL_TRUSTED_PROXIES=127.0.0.1").because(
                "SEAWALL_CLIENT_IP_HEADER: not set (expected: CF-Connecting-IP, X-Forwarded-For or PROXY, because SEAWALL_TRUSTED_PROXIES is set). Fix: SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP behind cloudflared, SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For behind another proxy"));
        rows.add(row("a header without trusted proxies", "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP").because(
                "SEAWALL_CLIENT_IP_HEADER: cf-connecting-ip (expected: SEAWALL_TRUSTED_PROXIES besides it). Fix: set SEAWALL_TRUSTED_PROXIES to the address of the proxy that sets the header"));
        rows.add(row("a header that anybody may set", "SEAWALL_TRUSTED_PROXIES=127.0.0.1",
                "SEAWALL_CLIENT_IP_HEADER=X-Real-IP").because("SEAWALL_CLIENT_IP_HEADER: x-real-ip" + HEADER_CHOICE));
        return rows.stream();
    }

    static Stream<Row> clientCertificates() {
        return Stream.of(row("client certificates without TLS", "SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1",
                "SEAWALL_CLIENT_CA=/tls/ca.pem").because(
                        "SEAWALL_CLIENT_CA: /tls/ca.pem (expected: TLS, because SEAWALL_TLS=off asks nobody for a certificate). Fix: SEAWALL_TLS=self-signed, or unset it"),
                row("authorities that no system can name", "SEAWALL_CLIENT_CA=/a\u0000").because(
                        "SEAWALL_CLIENT_CA: not a path (expected: a path that this system can name). Fix: correct it"));
    }

    static Stream<Row> access() {
        List<Row> rows = new ArrayList<>();
        String issuer = "SEAWALL_ACCESS_ISSUER=https://otters.cloudflareaccess.com";
        String audience = "SEAWALL_ACCESS_AUDIENCE=4714c1358e65fe4b";
        for (String text : List.of("otters", "otters.cloudflareaccess.com", "http://otters.cloudflareaccess.com",
                "https://otters.cloudflareaccess.com/", "https://Otters.cloudflareaccess.com",
                "https://otters.cloudflareaccess.com:8443", "https://")) {
            rows.add(row("the issuer " + text, "SEAWALL_ACCESS_ISSUER=" + text, audience)
                    .because("SEAWALL_ACCESS_ISSUER: " + text
                            + " (expected: https://TEAM.cloudflareaccess.com, without a path or a slash). Fix: write your team's domain as the dashboard shows it"));
        }
        for (String text : List.of("short", "4714c1358e65fe4b*")) {
            rows.add(row("the audience " + text, issuer, "SEAWALL_ACCESS_AUDIENCE=" + text)
                    .because("SEAWALL_ACCESS_AUDIENCE: " + text
                            + " (expected: AUD tags, 64 hexadecimal digits each). Fix: copy the Application Audience (AUD) tag of your Access application"));
        }
        for (String text : List.of("http://keys.example/certs", "http://127.0.0.1.example/certs",
                "https://keys.example",
                "https://me@keys.example/certs", "ftp://keys.example/certs", "https://keys.example/certs?x#y")) {
            rows.add(row("keys from " + text, issuer, audience, "SEAWALL_ACCESS_KEYS=" + text)
                    .because("SEAWALL_ACCESS_KEYS: " + text
                            + " (expected: a file, or an https URL). Fix: unset it to fetch them from the issuer"));
        }
        String alone = " (expected: SEAWALL_ACCESS_ISSUER besides it). Fix: SEAWALL_ACCESS_ISSUER=https://TEAM.cloudflareaccess.com";
        rows.add(row("an audience and keys without an issuer", audience, "SEAWALL_ACCESS_KEYS=/keys.json").because(
                "SEAWALL_ACCESS_AUDIENCE: 4714c1358e65fe4b" + alone, "SEAWALL_ACCESS_KEYS: /keys.json" + alone));
        rows.add(row("an issuer without an audience", issuer).because(
                "SEAWALL_ACCESS_AUDIENCE: not set (expected: an AUD tag, because SEAWALL_ACCESS_ISSUER is set). Fix: copy the Application Audience (AUD) tag of your Access application"));
        return rows.stream();
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

    static Stream<Row> flagsAndChoices() {
        return Stream.of(
                row("webhooks perhaps on", "HOOKS_ENABLED=maybe")
                        .because("HOOKS_ENABLED: maybe (expected: true or false). Fix: HOOKS_ENABLED=false"),
                row("root perhaps allowed", "SEAWALL_ALLOW_ROOT=2")
                        .because("SEAWALL_ALLOW_ROOT: 2 (expected: true or false). Fix: SEAWALL_ALLOW_ROOT=false"),
                row("an unknown answer to exposure", "SEAWALL_ON_EXPOSURE=ignore").because(
                        "SEAWALL_ON_EXPOSURE: ignore (expected: refuse, warn). Fix: SEAWALL_ON_EXPOSURE=refuse"),
                row("a user by name", "SEAWALL_GATEWAY_UID=openclaw").because(
                        "SEAWALL_GATEWAY_UID: openclaw (expected: the number of a user, 0 to 4294967294 (id -u NAME prints it)). Fix: correct or unset it"),
                row("nobody's number", "SEAWALL_GATEWAY_UID=4294967295").because(
                        "SEAWALL_GATEWAY_UID: 4294967295 (expected: the number of a user, 0 to 4294967294 (id -u NAME prints it)). Fix: correct or unset it"),
                row("a sandbox at an address", "SEAWALL_SANDBOX=192.0.2.7").because(
                        "SEAWALL_SANDBOX: 192.0.2.7 (expected: one DNS name of its own (no address, no localhost, no *), without scheme, port or path). Fix: for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox as a URL", "SEAWALL_SANDBOX=https://apps.example.com").because(
                        "SEAWALL_SANDBOX: https://apps.example.com (expected: one DNS name of its own (no address, no localhost, no *), without scheme, port or path). Fix: for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox among the pages", "SEAWALL_HOSTS=claw.example.com", "SEAWALL_SANDBOX=CLAW.example.com.")
                        .because(
                                "SEAWALL_SANDBOX: CLAW.example.com. (expected: a name under which no page of the UI is served). Fix: give it a name of its own, for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox on localhost", "SEAWALL_SANDBOX=LOCALHOST").because(
                        "SEAWALL_SANDBOX: LOCALHOST (expected: one DNS name of its own (no address, no localhost, no *), without scheme, port or path). Fix: for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox as a wildcard", "SEAWALL_SANDBOX=*.example.com").because(
                        "SEAWALL_SANDBOX: *.example.com (expected: one DNS name of its own (no address, no localhost, no *), without scheme, port or path). Fix: for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox among Coolify's names", "COOLIFY_FQDN=https://claw.example.com",
                        "SEAWALL_SANDBOX=claw.example.com").because(
                                "SEAWALL_SANDBOX: claw.example.com (expected: a name under which no page of the UI is served). Fix: give it a name of its own, for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox among the allowed origins", "SEAWALL_ALLOWED_ORIGINS=https://ui.example.com:8443",
                        "SEAWALL_SANDBOX=ui.example.com").because(
                                "SEAWALL_SANDBOX: ui.example.com (expected: a name under which no page of the UI is served). Fix: give it a name of its own, for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("portals as a wildcard", "SEAWALL_PORTALS=*.preview.example.net").because(
                        "SEAWALL_PORTALS: *.preview.example.net (expected: one DNS domain with a dot in it (no address, no localhost), without scheme, port, path or *). Fix: the domain that openclaw.json has at gateway.portals.ingress.domain, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals at an address", "SEAWALL_PORTALS=192.0.2.7").because(
                        "SEAWALL_PORTALS: 192.0.2.7 (expected: one DNS domain with a dot in it (no address, no localhost), without scheme, port, path or *). Fix: the domain that openclaw.json has at gateway.portals.ingress.domain, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals in a domain of one label", "SEAWALL_PORTALS=lan").because(
                        "SEAWALL_PORTALS: lan (expected: one DNS domain with a dot in it (no address, no localhost), without scheme, port, path or *). Fix: the domain that openclaw.json has at gateway.portals.ingress.domain, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals around the pages", "SEAWALL_HOSTS=claw.example.com", "SEAWALL_PORTALS=EXAMPLE.com.")
                        .because(
                                "SEAWALL_PORTALS: EXAMPLE.com. (expected: a domain that no other configured name is, or is below; claw.example.com is). Fix: give portals a domain of their own, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals around an allowed origin", "SEAWALL_HOSTS=claw.example.com",
                        "SEAWALL_ALLOWED_ORIGINS=https://claw.example.com,https://x.preview.example.net",
                        "SEAWALL_PORTALS=preview.example.net").because(
                                "SEAWALL_PORTALS: preview.example.net (expected: a domain that no other configured name is, or is below; x.preview.example.net is). Fix: give portals a domain of their own, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals around the sandbox", "SEAWALL_SANDBOX=preview.example.net",
                        "SEAWALL_PORTALS=preview.example.net").because(
                                "SEAWALL_PORTALS: preview.example.net (expected: a domain that no other configured name is, or is below; preview.example.net is). Fix: give portals a domain of their own, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals with a certificate of ACME", "SEAWALL_HOSTS=claw.example.com", "SEAWALL_TLS=acme",
                        "SEAWALL_ACME_EMAIL=otter@example.com", "SEAWALL_PORTALS=preview.example.net").because(
                                "SEAWALL_PORTALS: preview.example.net (expected: a certificate for *.preview.example.net, which SEAWALL_TLS=acme cannot get: a CA asks for a DNS record). Fix: get it with another ACME client (dns-01) and name it in SEAWALL_TLS_CERT and SEAWALL_TLS_KEY, or let a proxy in front end TLS"),
                row("portals on the gateway's port", "SEAWALL_PORTALS=preview.example.net",
                        "SEAWALL_PORTALS_PORT=18789").because(
                                "SEAWALL_PORTALS_PORT: 18789 (expected: another port than the gateway's and its sandbox's, which is the next one). Fix: the port that openclaw.json has at gateway.portals.ingress.port, for example SEAWALL_PORTALS_PORT=18890"),
                row("portals on the sandbox's port", "SEAWALL_PORTALS=preview.example.net",
                        "SEAWALL_PORTALS_PORT=18790").because(
                                "SEAWALL_PORTALS_PORT: 18790 (expected: another port than the gateway's and its sandbox's, which is the next one). Fix: the port that openclaw.json has at gateway.portals.ingress.port, for example SEAWALL_PORTALS_PORT=18890"),
                row("a sandbox beyond the last port", "SEAWALL_UPSTREAM=127.0.0.1:65535",
                        "SEAWALL_SANDBOX=apps.example.com").because(
                                "SEAWALL_SANDBOX: apps.example.com (expected: a gateway on a port below 65535, because its sandbox is on the next one). Fix: unset SEAWALL_SANDBOX, or move the gateway"),
                row("the port of the gateway's sandbox as SEAWALL_SANDBOX_PORT", "SEAWALL_SANDBOX_PORT=18790").because(
                        "SEAWALL_SANDBOX_PORT: 18790 (expected: another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because SEAWALL_BIND=0.0.0.0 takes it there, too). Fix: SEAWALL_SANDBOX_PORT=18791, and openclaw.json: mcp.apps.sandboxOrigin: \"https://claw.example.com:18791\"; or SEAWALL_BIND with the one address that clients connect to"),
                row("the same on loopback", "SEAWALL_SANDBOX_PORT=18790", "SEAWALL_BIND=127.0.0.1").because(
                        "SEAWALL_SANDBOX_PORT: 18790 (expected: another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because SEAWALL_BIND=127.0.0.1 takes it there, too). Fix: SEAWALL_SANDBOX_PORT=18791, and openclaw.json: mcp.apps.sandboxOrigin: \"https://claw.example.com:18791\"; or SEAWALL_BIND with the one address that clients connect to"),
                row("the same on IPv6's loopback", "SEAWALL_SANDBOX_PORT=18790", "SEAWALL_BIND=::1").because(
                        "SEAWALL_SANDBOX_PORT: 18790 (expected: another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because SEAWALL_BIND=::1 takes it there, too). Fix: SEAWALL_SANDBOX_PORT=18791, and openclaw.json: mcp.apps.sandboxOrigin: \"https://claw.example.com:18791\"; or SEAWALL_BIND with the one address that clients connect to"),
                row("the same on every address", "SEAWALL_SANDBOX_PORT=18790", "SEAWALL_BIND=::").because(
                        "SEAWALL_SANDBOX_PORT: 18790 (expected: another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because SEAWALL_BIND=:: takes it there, too). Fix: SEAWALL_SANDBOX_PORT=18791, and openclaw.json: mcp.apps.sandboxOrigin: \"https://claw.example.com:18791\"; or SEAWALL_BIND with the one address that clients connect to"),
                row("the port of the gateway's sandbox as PORT", "PORT=18790", "SEAWALL_SANDBOX=apps.example.com")
                        .because(
                                "PORT: 18790 (expected: another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because SEAWALL_BIND=0.0.0.0 takes it there, too). Fix: PORT=8080"),
                row("the port of the gateway's portals as PORT", "PORT=18890", "SEAWALL_PORTALS=preview.example.net")
                        .because(
                                "PORT: 18890 (expected: another port than OpenClaw's portals have at 127.0.0.1 and [::1], because SEAWALL_BIND=0.0.0.0 takes it there, too). Fix: PORT=8080"),
                row("the port of the gateway's portals as the plain port", "SEAWALL_HTTP_PORT=18890",
                        "SEAWALL_PORTALS=preview.example.net").because(
                                "SEAWALL_HTTP_PORT: 18890 (expected: another port than OpenClaw's portals have at 127.0.0.1 and [::1], because SEAWALL_BIND=0.0.0.0 takes it there, too). Fix: SEAWALL_HTTP_PORT=80, or 8081 with 80 forwarded to it"),
                row("the port of the gateway's portals as the admin port", "SEAWALL_ADMIN=127.0.0.1:18890",
                        "SEAWALL_PORTALS=preview.example.net").because(
                                "SEAWALL_ADMIN: 18890 (expected: another port than OpenClaw's portals have at 127.0.0.1 and [::1], because this one is on 127.0.0.1, too). Fix: SEAWALL_ADMIN=127.0.0.1:9464"),
                row("a sandbox's port that is PORT", "SEAWALL_SANDBOX_PORT=8080").because(
                        "SEAWALL_SANDBOX_PORT: 8080 (expected: another port than PORT, SEAWALL_HTTP_PORT, SEAWALL_ADMIN and the gateway's). Fix: SEAWALL_SANDBOX_PORT=18791"),
                row("a sandbox's port that is the admin port", "SEAWALL_SANDBOX_PORT=9464").because(
                        "SEAWALL_SANDBOX_PORT: 9464 (expected: another port than PORT, SEAWALL_HTTP_PORT, SEAWALL_ADMIN and the gateway's). Fix: SEAWALL_SANDBOX_PORT=18791"),
                row("a sandbox's port that is the plain port", "SEAWALL_SANDBOX_PORT=8081", "SEAWALL_HTTP_PORT=8081")
                        .because(
                                "SEAWALL_SANDBOX_PORT: 8081 (expected: another port than PORT, SEAWALL_HTTP_PORT, SEAWALL_ADMIN and the gateway's). Fix: SEAWALL_SANDBOX_PORT=18791"),
                row("a sandbox's port that is the gateway's", "SEAWALL_SANDBOX_PORT=18789").because(
                        "SEAWALL_SANDBOX_PORT: 18789 (expected: another port than PORT, SEAWALL_HTTP_PORT, SEAWALL_ADMIN and the gateway's). Fix: SEAWALL_SANDBOX_PORT=18791"),
                row("a port for a sandbox beyond the last port", "SEAWALL_UPSTREAM=127.0.0.1:65535",
                        "SEAWALL_SANDBOX_PORT=18791").because(
                                "SEAWALL_SANDBOX_PORT: 18791 (expected: a gateway on a port below 65535, because its sandbox is on the next one). Fix: unset SEAWALL_SANDBOX_PORT, or move the gateway"),
                row("an unknown log format", "SEAWALL_LOG=xml")
                        .because("SEAWALL_LOG: xml (expected: auto, json, text). Fix: SEAWALL_LOG=auto"));
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

    @ParameterizedTest
    @CsvSource({"PORT, 1, 65535, PORT=8080", "OPENCLAW_GATEWAY_PORT, 1, 65535, correct or unset it",
        "SEAWALL_READ_TIMEOUT, 1, 604800, SEAWALL_READ_TIMEOUT=86400",
        "SEAWALL_DRAIN_TIMEOUT, 0, 3600, SEAWALL_DRAIN_TIMEOUT=30",
        "SEAWALL_MAX_CONNECTIONS, 10, 1000000, SEAWALL_MAX_CONNECTIONS=9000",
        "SEAWALL_MAX_CONNECTIONS_PER_CLIENT, 1, 1000000, SEAWALL_MAX_CONNECTIONS_PER_CLIENT=512",
        "SEAWALL_CONNECTION_RESERVE, 0, 50, SEAWALL_CONNECTION_RESERVE=10",
        "SEAWALL_MEMORY_WATERMARK, 10, 100, SEAWALL_MEMORY_WATERMARK=75",
        "SEAWALL_HANDSHAKE_TIMEOUT, 1, 300, SEAWALL_HANDSHAKE_TIMEOUT=10",
        "SEAWALL_HEADER_TIMEOUT, 1, 300, SEAWALL_HEADER_TIMEOUT=10",
        "SEAWALL_IDLE_TIMEOUT, 1, 3600, SEAWALL_IDLE_TIMEOUT=120",
        "SEAWALL_STALL_TIMEOUT, 1, 3600, SEAWALL_STALL_TIMEOUT=60",
        "SEAWALL_CONNECT_TIMEOUT, 1, 60, SEAWALL_CONNECT_TIMEOUT=2",
        "SEAWALL_UPSTREAM_IDLE_TIMEOUT, 1, 4, SEAWALL_UPSTREAM_IDLE_TIMEOUT=3",
        "SEAWALL_MIN_RATE, 1, 1000000, SEAWALL_MIN_RATE=500",
        "SEAWALL_MAX_HEADERS, 20, 1000, SEAWALL_MAX_HEADERS=100",
        "SEAWALL_LOCKOUT_WINDOW, 10, 3600, SEAWALL_LOCKOUT_WINDOW=60"})
    void refusesANumberOutOfItsRangeAndTakesItsEnds(String key, int least, int most, String fix)
            throws ConfigException {
        for (String text : List.of(String.valueOf(least - 1), String.valueOf(most + 1), "1.5", "many", "99999999999")) {
            assertEquals(List.of(
                    key + ": " + text + " (expected: a whole number, " + least + " to " + most + "). Fix: " + fix),
                    Given.problems(key + "=" + text));
        }
        for (int end : List.of(least, most)) {
            assertEquals(String.valueOf(end),
                    Places.text(Given.config(key + "=" + end), keyOf(key), String.valueOf(end)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1023", "2GiB", "1025MiB", "-1", "25 MiB", "1.5m", "k", "99999999999"})
    void refusesASizeThatIsNoneOrOutOfRange(String text) {
        assertEquals(
                List.of("SEAWALL_MAX_BODY_UI: " + text + " (expected: a size such as 256KiB or 25MiB, 1KiB to 1024MiB)."
                        + " Fix: SEAWALL_MAX_BODY_UI=25MiB"),
                Given.problems("SEAWALL_MAX_BODY_UI=" + text));
    }

    @Test
    void refusesLimitsThatContradictEachOther() {
        assertEquals(List.of(
                "SEAWALL_MAX_REQUEST_LINE: 16384 (expected: at most SEAWALL_MAX_HEADER_BYTES, 8192). Fix: lower it, or raise the other",
                "SEAWALL_LOCKOUT_TIME: 600 (expected: at most SEAWALL_LOCKOUT_MAX_TIME, 60). Fix: lower it, or raise the other",
                "SEAWALL_LOCKOUT_GUESSES: 20 (expected: at most SEAWALL_LOCKOUT_BUDGET, 10). Fix: lower it, or raise the other",
                "SEAWALL_SESSION_IDLE: 7200 (expected: at most SEAWALL_SESSION_MAX, 3600). Fix: lower it, or raise the other"),
                Given.problems("SEAWALL_MAX_REQUEST_LINE=16k", "SEAWALL_MAX_HEADER_BYTES=8k",
                        "SEAWALL_LOCKOUT_TIME=600", "SEAWALL_LOCKOUT_MAX_TIME=60", "SEAWALL_LOCKOUT_GUESSES=20",
                        "SEAWALL_LOCKOUT_BUDGET=10", "SEAWALL_SESSION_IDLE=7200", "SEAWALL_SESSION_MAX=3600"));
    }

    private static Key keyOf(String variable) {
        return Stream.of(Key.values()).filter(key -> key.variable().equals(variable)).findAny().orElseThrow();
    }
}
