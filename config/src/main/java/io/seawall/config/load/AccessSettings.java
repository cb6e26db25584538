package io.seawall.config.load;

import io.seawall.config.Config;
import io.seawall.config.Key;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// Reads the keys of Cloudflare Access.
record AccessSettings(Settings settings, Values values) {

    Optional<Config.Access> access() {
        Optional<String> issuer = settings.given(Key.ACCESS_ISSUER);
        List<String> audiences = settings.list(Key.ACCESS_AUDIENCE);
        Optional<String> keys = settings.given(Key.ACCESS_KEYS);
        if (settings.isUnreadable(Key.ACCESS_ISSUER)) {
            return Optional.empty();
        }
        if (issuer.isEmpty()) {
            for (Key key : List.of(Key.ACCESS_AUDIENCE, Key.ACCESS_KEYS)) {
                settings.given(key).ifPresent(text -> values.problem(key, text, "SEAWALL_ACCESS_ISSUER besides it",
                        "SEAWALL_ACCESS_ISSUER=https://TEAM.cloudflareaccess.com"));
            }
            return Optional.empty();
        }
        // compared with assertions byte for byte
        if (!issuer.get().matches("https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
            values.problem(Key.ACCESS_ISSUER, issuer.get(),
                    "https://TEAM.cloudflareaccess.com, without a path or a slash",
                    "write your team's domain as the dashboard shows it");
            return Optional.empty();
        }
        if (audiences.isEmpty()) {
            values.problem(Key.ACCESS_AUDIENCE, "not set", "an AUD tag, because SEAWALL_ACCESS_ISSUER is set",
                    "copy the Application Audience (AUD) tag of your Access application");
        }
        for (String audience : audiences) {
            if (!audience.matches("[A-Za-z0-9._:/-]{8,256}")) {
                values.problem(Key.ACCESS_AUDIENCE, audience, "AUD tags, 64 hexadecimal digits each",
                        "copy the Application Audience (AUD) tag of your Access application");
            }
        }
        Optional<Config.Access.Keys> source = keys.isEmpty()
                ? Optional.of(new Config.Access.Keys.Fetched(URI.create(issuer.get() + "/cdn-cgi/access/certs")))
                : accessKeys(keys.get());
        return source.map(s -> new Config.Access(issuer.get(), new LinkedHashSet<>(audiences), s));
    }

    private Optional<Config.Access.Keys> accessKeys(String text) {
        if (!text.contains("://")) {
            return values.path(Key.ACCESS_KEYS).map(Config.Access.Keys.Pinned::new);
        }
        // in clear only on this host
        if (text.matches("(https://[A-Za-z0-9.-]+|http://127\\.0\\.0\\.1)(:[0-9]{1,5})?/[!-~&&[^#?%\"<>\\\\^`{|}]]*")) {
            return Optional.of(new Config.Access.Keys.Fetched(URI.create(text)));
        }
        values.problem(Key.ACCESS_KEYS, text, "a file, or an https URL", "unset it to fetch them from the issuer");
        return Optional.empty();
    }
}
