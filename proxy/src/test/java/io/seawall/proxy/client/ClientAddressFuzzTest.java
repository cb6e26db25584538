package io.seawall.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.seawall.config.Config;
import io.seawall.host.Cidr;
import io.seawall.proxy.http.Headers;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

class ClientAddressFuzzTest {
    private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress OTHER_CLIENT = InetAddress.ofLiteral("198.51.100.7");

    /// @param values a value of the header a line
    @FuzzTest
    void takesNothingButAnAddressThatIsWrittenThere(byte[] values) {
        String text = new String(values, StandardCharsets.ISO_8859_1);
        for (String name : List.of("x-forwarded-for", "cf-connecting-ip")) {
            Config.Clients clients = new Config.Clients(List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8")),
                    Optional.of(name));
            Headers.Builder headers = Headers.builder();
            text.lines().forEach(value -> headers.add(name.toUpperCase(Locale.ROOT), value));
            Headers built = headers.build();
            ClientAddress addresses = new ClientAddress(clients, List.of());
            assertEquals(Optional.of(OTHER_CLIENT), addresses.of(OTHER_CLIENT, built));
            Optional<InetAddress> client = addresses.of(PROXY, built);
            if (built.size() == 0) {
                assertEquals(Optional.of(PROXY), client);
            } else {
                client.ifPresent(address -> check(address, text));
            }
        }
    }

    private static void check(InetAddress address, String text) {
        // an address that was looked up remembers its name
        assertTrue(address.toString().startsWith("/"), address::toString);
        String canonical = ClientAddress.text(address);
        assertTrue(canonical.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*"), canonical);
        assertEquals(address, InetAddress.ofLiteral(canonical));
        boolean written = text.contains(canonical) || text.contains(":");
        assertTrue(written, () -> canonical + " out of " + text);
    }
}
