package io.seawall.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/// The parts of a configuration for those who need one of them, whatever group it is in.
public sealed interface ConfigParts permits Config {
    Config.Listener listener();

    Config.Certification certification();

    Site site();

    Authentication authentication();

    Config.Bounds bounds();

    Operation operation();

    default Config.Tls tls() {
        return certification().tls();
    }

    default Config.Acme acme() {
        return certification().acme();
    }

    default Optional<Path> clientCa() {
        return certification().clientCa();
    }

    default SequencedSet<String> hosts() {
        return site().hosts();
    }

    default Set<Origin> allowedOrigins() {
        return site().allowedOrigins();
    }

    default Set<Origin> ownOrigins() {
        return site().ownOrigins();
    }

    default List<PublicPath> publicPaths() {
        return site().publicPaths();
    }

    default List<PublicPath> apiPaths() {
        return site().apiPaths();
    }

    default Set<String> stripHeaders() {
        return site().stripHeaders();
    }

    default Authentication.Basic basic() {
        return authentication().basic();
    }

    default Token gatewayToken() {
        return authentication().gatewayToken();
    }

    default Config.Hooks hooks() {
        return authentication().hooks();
    }

    default Optional<Config.Access> access() {
        return authentication().access();
    }

    default Authentication.SessionLife session() {
        return authentication().session();
    }

    default Authentication.Lockout lockout() {
        return authentication().lockout();
    }

    default Optional<Config.Admin> admin() {
        return listener().admin();
    }

    default Config.Timeouts timeouts() {
        return bounds().timeouts();
    }

    default Config.Limits limits() {
        return bounds().limits();
    }

    default Config.Http http() {
        return bounds().http();
    }

    default Config.Http2 http2() {
        return bounds().http2();
    }

    default Config.Bodies bodies() {
        return bounds().bodies();
    }

    default Path stateDir() {
        return operation().stateDir();
    }

    default Operation.LogFormat log() {
        return operation().log();
    }

    default Operation.LogLevel logLevel() {
        return operation().logLevel();
    }

    default boolean allowRoot() {
        return operation().allowRoot();
    }

    default Set<String> acceptRisk() {
        return operation().acceptRisk();
    }
}
