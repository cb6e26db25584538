package io.seawall.config.load;

import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.host.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Reads the keys of the proxies in front, and of how they name the client.
record ClientSettings(Settings settings, Values values) {

    Config.Clients clients() {
        List<Cidr> trusted = new ArrayList<>();
        for (String text : settings.list(Key.TRUSTED_PROXIES)) {
            try {
                Cidr block = Cidr.parse(text);
                if (block.bits() == 0) {
                    values.problem(Key.TRUSTED_PROXIES, text, "the addresses of your proxies only",
                            "name the tunnel's or proxy's own address, for example 127.0.0.1");
                }
                trusted.add(block);
            } catch (IllegalArgumentException e) {
                values.problem(Key.TRUSTED_PROXIES, text, "addresses or CIDRs such as 127.0.0.1 or 10.0.0.0/8",
                        "correct that entry");
            }
        }
        Optional<String> header = settings.given(Key.CLIENT_IP_HEADER).map(h -> h.toLowerCase(Locale.ROOT));
        if (header.isPresent() && !Set.of("cf-connecting-ip", "x-forwarded-for", Config.Clients.PROXY_PROTOCOL)
                .contains(header.get())) {
            values.problem(Key.CLIENT_IP_HEADER, header.get(), "CF-Connecting-IP, X-Forwarded-For or PROXY",
                    "name the header that your proxy sets itself, or PROXY where it sends a PROXY protocol header");
        }
        if (namesNoProxy() && header.isPresent()) {
            values.problem(Key.CLIENT_IP_HEADER, header.get(), "SEAWALL_TRUSTED_PROXIES besides it",
                    "set SEAWALL_TRUSTED_PROXIES to the address of the proxy that sets the header");
        }
        if (!settings.list(Key.TRUSTED_PROXIES).isEmpty() && header.isEmpty()) {
            values.problem(Key.CLIENT_IP_HEADER, "not set",
                    "CF-Connecting-IP, X-Forwarded-For or PROXY, because SEAWALL_TRUSTED_PROXIES is set",
                    "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP behind cloudflared, SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For behind another proxy");
        }
        return new Config.Clients(trusted, header);
    }

    boolean namesNoProxy() {
        return settings.list(Key.TRUSTED_PROXIES).isEmpty() && !settings.isUnreadable(Key.TRUSTED_PROXIES);
    }
}
