package io.seawall.config.load;

import io.seawall.config.Config;
import io.seawall.config.Config.Tls;
import io.seawall.config.Key;
import io.seawall.config.Token;
import io.seawall.host.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Reads the keys of Seawall's listeners, besides the first address and port.
record ListenerSettings(Settings settings, Values values, Numbers numbers, CredentialSettings credentials) {

    Optional<Integer> httpPort(Optional<Tls> tls, Optional<Config.Acme> acme) {
        Optional<Integer> port = numbers.given(Key.HTTP_PORT, 1, 65_535);
        if (port.isPresent() && tls.isPresent() && tls.get() instanceof Tls.Off) {
            values.problem(Key.HTTP_PORT, port.get().toString(),
                    "none, because SEAWALL_TLS=off leaves no https to redirect to",
                    "unset SEAWALL_HTTP_PORT");
        }
        if (numbers.hasFailed(Key.HTTP_PORT)) {
            return Optional.empty();
        }
        boolean needed = tls.isPresent() && tls.get() instanceof Tls.Acme && acme.isPresent()
                && acme.get().challenge() == Config.Acme.Challenge.HTTP_01;
        return port.isEmpty() && needed ? Optional.of(80) : port;
    }

    Config.Hsts hsts() {
        String text = settings.text(Key.HSTS).orElseThrow();
        return switch (text) {
            case "auto" -> Config.Hsts.AUTO;
            case "off" -> Config.Hsts.OFF;
            default -> {
                if (text.matches("0|[1-9][0-9]{0,8}")) {
                    yield new Config.Hsts(Optional.of(Integer.parseInt(text)), true);
                }
                values.problem(Key.HSTS, text, "auto, off, or seconds from 0 to 999999999", "SEAWALL_HSTS=auto");
                yield Config.Hsts.OFF;
            }
        };
    }

    Optional<Optional<Config.Admin>> admin() {
        String text = settings.text(Key.ADMIN).orElseThrow();
        if (text.equals("off")) {
            return Optional.of(Optional.empty());
        }
        Optional<Token> token = credentials.token(Key.ADMIN_TOKEN, false);
        int colon = text.lastIndexOf(':');
        try {
            String port = text.substring(colon + 1);
            if (colon < 1 || !Numbers.isPort(port)) {
                throw new IllegalArgumentException(text);
            }
            InetAddress address = Addresses.parse(text.substring(0, colon));
            if (!address.isLoopbackAddress() && token.isEmpty() && !settings.isAttempted(Key.ADMIN_TOKEN)) {
                values.problem(Key.ADMIN_TOKEN, "not set",
                        "a token, because SEAWALL_ADMIN=" + text + " is not on loopback",
                        "set it, or SEAWALL_ADMIN=127.0.0.1:9464");
            }
            return Optional
                    .of(Optional.of(new Config.Admin(new InetSocketAddress(address, Integer.parseInt(port)), token)));
        } catch (IllegalArgumentException e) {
            values.problem(Key.ADMIN, text, "ADDRESS:PORT or off", "SEAWALL_ADMIN=127.0.0.1:9464");
            return Optional.empty();
        }
    }
}
