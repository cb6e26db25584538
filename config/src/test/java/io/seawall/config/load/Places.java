package io.seawall.config.load;

import io.seawall.config.Authentication;
import io.seawall.config.Config;
import io.seawall.config.Config.Tls.Files.Pair;
import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.config.PasswordHash;
import io.seawall.config.Secret;
import io.seawall.config.Token;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Where each key ends up in a configuration, written as the key's own text. A new key does not compile until it has a
/// place here.
final class Places {
    private Places() {}

    /// @param secret what a secret key is expected to hold: the configuration can only be asked whether it does
    static String text(Config config, Key key, String secret) {
        return switch (key) {
            case CONFIG -> ""; // leaves no trace but the keys in it
            case PORT -> String.valueOf(config.listener().port());
            case BIND -> config.listener().bind().getHostAddress();
            case TLS -> switch (config.tls()) {
                case Config.Tls.SelfSigned() -> "self-signed";
                case Config.Tls.Files _ -> "files";
                case Config.Tls.Acme _ -> "acme";
                case Config.Tls.Off() -> "off";
            };
            case TLS_CERT -> config.tls() instanceof Config.Tls.Files(List<Pair> pairs)
                    ? list(pairs.stream().map(Pair::certificate).toList())
                    : "";
            case TLS_KEY -> config.tls() instanceof Config.Tls.Files(List<Pair> pairs)
                    ? list(pairs.stream().map(Pair::key).toList())
                    : "";
            case HTTP_PORT -> config.listener().httpPort().map(String::valueOf).orElse("");
            case SANDBOX_PORT -> config.listener().sandboxPort().map(String::valueOf).orElse("");
            case HSTS -> config.listener().hsts().seconds()
                    .map(seconds -> config.listener().hsts().everyPort() ? String.valueOf(seconds) : "auto")
                    .orElse("off");
            case ACME_DIRECTORY -> config.acme().directory().toString();
            case ACME_STAGING -> String.valueOf(config.acme().directory().getHost().contains("staging"));
            case ACME_EMAIL -> config.acme().email().orElse("");
            case ACME_CHALLENGE -> lower(config.acme().challenge()).replace('_', '-');
            case ACME_CA -> config.acme().authority().map(Path::toString).orElse("");
            case ACME_EAB_KEY_ID -> config.acme().externalAccount().map(Config.Acme.ExternalAccount::keyId).orElse("");
            case ACME_EAB_HMAC_KEY -> config.acme().externalAccount()
                    .map(account -> Base64.getUrlEncoder().encodeToString(account.hmacKey().key().getEncoded()))
                    .orElse("");
            case CLIENT_CA -> config.clientCa().map(Path::toString).orElse("");
            // the hosts of the origins and Coolify's come after the configured ones
            case HOSTS -> config.hosts().stream().limit(1).collect(Collectors.joining());
            case COOLIFY_FQDN -> config.hosts().stream().skip(1).limit(1).collect(Collectors.joining());
            case ALLOWED_ORIGINS -> config.allowedOrigins().stream().limit(1).map(Origin::toString)
                    .collect(Collectors.joining());
            case OPENCLAW_ALLOWED_ORIGINS -> config.allowedOrigins().stream().skip(1).map(Origin::toString)
                    .collect(Collectors.joining());
            case AUTH_USERNAME -> config.basic().username();
            case AUTH_PASSWORD -> password(Optional.of(config.basic().credential()), secret);
            case AUTH_PASSWORD_HASH -> hash(Optional.of(config.basic().credential()));
            case AUTH_PASSWORD_PREVIOUS -> password(config.basic().previous(), secret);
            case AUTH_PASSWORD_HASH_PREVIOUS -> hash(config.basic().previous());
            case GATEWAY_TOKEN -> revealed(Optional.of(config.gatewayToken().current()), secret);
            case GATEWAY_TOKEN_PREVIOUS -> revealed(config.gatewayToken().previous(), secret);
            case HOOKS_ENABLED -> String.valueOf(config.hooks().token().isPresent());
            case HOOKS_PATH -> config.hooks().path();
            case HOOKS_TOKEN -> revealed(config.hooks().token().map(Token::current), secret);
            case HOOKS_TOKEN_PREVIOUS -> revealed(config.hooks().token().flatMap(Token::previous), secret);
            case UPSTREAM -> config.upstream().address().getHostString() + ":" + config.upstream().port();
            case GATEWAY_PORT -> String.valueOf(config.upstream().port());
            case GATEWAY_BIND -> "loopback"; // there is no other configuration
            case GATEWAY_UID -> config.upstream().uid().isPresent()
                    ? String.valueOf(config.upstream().uid().getAsLong())
                    : "";
            case SANDBOX -> config.upstream().sandbox().orElse("");
            case PORTALS -> config.upstream().portals().map(Config.Upstream.Portals::domain).orElse("");
            case PORTALS_PORT -> config.upstream().portals().map(p -> String.valueOf(p.port())).orElse("18890");
            case ON_EXPOSURE -> lower(config.upstream().onExposure());
            case TRUSTED_PROXIES -> list(config.clients().trustedProxies());
            case CLIENT_IP_HEADER -> config.clients().header().orElse("");
            case ACCESS_ISSUER -> config.access().map(Config.Access::issuer).orElse("");
            case ACCESS_AUDIENCE -> config.access().map(access -> list(access.audiences())).orElse("");
            case ACCESS_KEYS -> config.access().map(access -> switch (access.keys()) {
                case Config.Access.Keys.Pinned(Path file) -> file.toString();
                case Config.Access.Keys.Fetched(URI address) -> address.toString();
            }).orElse("");
            case ADMIN -> config.admin()
                    .map(a -> a.address().getAddress().getHostAddress() + ":" + a.address().getPort()).orElse("off");
            case ADMIN_TOKEN -> revealed(config.admin().flatMap(Config.Admin::token).map(Token::current),
                    secret);
            case ADMIN_TOKEN_PREVIOUS -> revealed(config.admin().flatMap(Config.Admin::token).flatMap(Token::previous),
                    secret);
            case READ_TIMEOUT -> String.valueOf(config.timeouts().read().toSeconds());
            case DRAIN_TIMEOUT -> String.valueOf(config.timeouts().drain().toSeconds());
            case MAX_CONNECTIONS -> String.valueOf(config.limits().connections());
            case MAX_CONNECTIONS_PER_CLIENT -> String.valueOf(config.limits().connectionsPerClient());
            case CONNECTION_RESERVE -> String.valueOf(config.limits().reserve());
            case MEMORY_WATERMARK -> String.valueOf(config.limits().memoryWatermark());
            case HANDSHAKE_TIMEOUT -> String.valueOf(config.timeouts().handshake().toSeconds());
            case CONNECT_TIMEOUT -> String.valueOf(config.timeouts().connect().toSeconds());
            case UPSTREAM_IDLE_TIMEOUT -> String.valueOf(config.timeouts().upstreamIdle().toSeconds());
            case HEADER_TIMEOUT -> String.valueOf(config.http().header().toSeconds());
            case IDLE_TIMEOUT -> String.valueOf(config.http().idle().toSeconds());
            case STALL_TIMEOUT -> String.valueOf(config.http().stall().toSeconds());
            case MIN_RATE -> String.valueOf(config.http().minRate());
            case MAX_REQUEST_LINE -> Numbers.written(config.http().requestLine());
            case MAX_HEADER_BYTES -> Numbers.written(config.http().headBytes());
            case MAX_HEADERS -> String.valueOf(config.http().fields());
            case HTTP2 -> String.valueOf(config.http2().enabled());
            case HTTP2_STREAMS -> String.valueOf(config.http2().streams());
            case MAX_BODY_UI -> Numbers.written(config.bodies().ui());
            case MAX_BODY_API -> Numbers.written(config.bodies().api());
            case MAX_BODY_TOOLS -> Numbers.written(config.bodies().tools());
            case MAX_BODY_HOOKS -> Numbers.written(config.bodies().hooks());
            case MAX_BODY_PUBLIC -> Numbers.written(config.bodies().publicPaths());
            case LOCKOUT_GUESSES -> String.valueOf(config.lockout().guesses());
            case LOCKOUT_WINDOW -> String.valueOf(config.lockout().window().toSeconds());
            case LOCKOUT_TIME -> String.valueOf(config.lockout().first().toSeconds());
            case LOCKOUT_MAX_TIME -> String.valueOf(config.lockout().longest().toSeconds());
            case LOCKOUT_BUDGET -> String.valueOf(config.lockout().budget());
            case SESSION_IDLE -> String.valueOf(config.session().idle().toSeconds());
            case SESSION_MAX -> String.valueOf(config.session().absolute().toSeconds());
            case STATE_DIR -> "./" + Path.of("").toAbsolutePath().relativize(config.stateDir());
            case PUBLIC_PATHS -> list(config.publicPaths());
            case API_PATHS -> list(config.apiPaths());
            case STRIP_HEADERS -> list(config.stripHeaders());
            case LOG -> lower(config.log());
            case LOG_LEVEL -> lower(config.logLevel());
            case ACCEPT_RISK -> list(config.acceptRisk());
            case ALLOW_ROOT -> String.valueOf(config.allowRoot());
        };
    }

    private static String password(Optional<Authentication.Basic.Credential> credential, String secret) {
        return credential.isPresent()
                && credential.get() instanceof Authentication.Basic.Credential.Plain(Secret password)
                        ? revealed(Optional.of(password), secret)
                        : "";
    }

    private static String hash(Optional<Authentication.Basic.Credential> credential) {
        return credential.isPresent()
                && credential.get() instanceof Authentication.Basic.Credential.Hashed(PasswordHash hash)
                        ? hash.encoded()
                        : "";
    }

    private static String revealed(Optional<Secret> actual, String expected) {
        return actual.map(s -> s.matches(expected.getBytes(StandardCharsets.UTF_8)) ? expected : "another secret")
                .orElse("");
    }

    private static String list(Collection<?> items) {
        return String.join(",", List.copyOf(items).stream().map(Object::toString).toList());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
