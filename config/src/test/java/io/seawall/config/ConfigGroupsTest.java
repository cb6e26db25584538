package io.seawall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seawall.host.Addresses;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The loader says what is wrong in the operator's words, and all of it. A group refuses what got past it.
class ConfigGroupsTest {
    private static final String PORTS = " (expected: 1 to 65535)";

    static Stream<Arguments> refused() {
        return Stream.of(row("port: 0" + PORTS, () -> listener(0, Optional.empty())),
                row("HTTP port: 65536" + PORTS, () -> listener(1, Optional.of(65_536))),
                row("port of the gateway: 0" + PORTS,
                        () -> new Config.Upstream(0, Config.Upstream.OnExposure.REFUSE, OptionalLong.empty(),
                                Optional.empty())),
                row("path of webhooks: /hooks/../v1 (expected: a plain path such as /hooks)",
                        () -> new Config.Hooks("/hooks/../v1", Optional.empty())),
                row("header to strip: host (expected: one that the gateway does not need)",
                        () -> site(Set.of("host"))),
                row("state directory: state (expected: an absolute path)",
                        () -> new Operation(Path.of("state"), Operation.LogFormat.AUTO, Operation.LogLevel.INFO, false,
                                Set.of())));
    }

    private static Arguments row(String message, Executable construction) {
        return Arguments.of(message, construction);
    }

    private static Config.Listener listener(int port, Optional<Integer> httpPort) {
        return new Config.Listener(Addresses.IPV4_LOOPBACK, port, httpPort, Optional.empty(), Config.Hsts.OFF,
                Optional.empty());
    }

    private static Site site(Set<String> stripped) {
        return new Site(new LinkedHashSet<>(), Set.of(), Set.of(), List.of(), List.of(), stripped);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refuses(String message, Executable construction) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, construction).getMessage());
    }

    @Test
    void areAtMostEight() {
        assertEquals(8, Config.class.getRecordComponents().length);
    }
}
