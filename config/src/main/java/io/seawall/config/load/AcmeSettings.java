package io.seawall.config.load;

import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.config.MacKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/// Reads the keys of the ACME CA.
record AcmeSettings(Settings settings, Values values) {
    private static final String STAGING = "https://acme-staging-v02.api.letsencrypt.org/directory";

    Optional<Config.Acme> acme() {
        Optional<URI> directory = acmeDirectory();
        Optional<String> email = settings.given(Key.ACME_EMAIL);
        if (email.isPresent() && !email.get().matches("[!-~&&[^@,?%#<>]]+@[A-Za-z0-9.-]+")) {
            values.problem(Key.ACME_EMAIL, email.get(), "one address such as admin@example.com", "correct it");
        }
        Optional<Config.Acme.Challenge> challenge = acmeChallenge();
        Optional<Path> authority = values.path(Key.ACME_CA);
        Optional<Config.Acme.ExternalAccount> external = externalAccount();
        return directory.flatMap(d -> challenge.map(c -> new Config.Acme(d, email, c, authority, external)));
    }

    private Optional<URI> acmeDirectory() {
        Optional<Boolean> staging = values.flag(Key.ACME_STAGING);
        if (staging.isPresent() && staging.get()) {
            settings.given(Key.ACME_DIRECTORY).ifPresent(text -> {
                if (!text.equals(STAGING) && !Optional.of(text).equals(Key.ACME_DIRECTORY.fallback())) {
                    values.problem(Key.ACME_STAGING, "true, with another CA in SEAWALL_ACME_DIRECTORY",
                            "one of the two",
                            "unset SEAWALL_ACME_STAGING, and name that CA's own staging directory");
                }
            });
            return Optional.of(URI.create(STAGING));
        }
        String text = settings.text(Key.ACME_DIRECTORY).orElseThrow();
        try {
            URI uri = new URI(text);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // said below
        }
        values.problem(Key.ACME_DIRECTORY, text, "an https URL",
                "SEAWALL_ACME_DIRECTORY=" + Key.ACME_DIRECTORY.fallback()
                        .orElseThrow());
        return Optional.empty();
    }

    private Optional<Config.Acme.Challenge> acmeChallenge() {
        String text = settings.text(Key.ACME_CHALLENGE).orElseThrow();
        return switch (text) {
            case "auto" -> Optional.of(Config.Acme.Challenge.AUTO);
            case "tls-alpn-01" -> Optional.of(Config.Acme.Challenge.TLS_ALPN_01);
            case "http-01" -> Optional.of(Config.Acme.Challenge.HTTP_01);
            default -> {
                values.problem(Key.ACME_CHALLENGE, text, "auto, tls-alpn-01 or http-01", "SEAWALL_ACME_CHALLENGE=auto");
                yield Optional.empty();
            }
        };
    }

    private Optional<Config.Acme.ExternalAccount> externalAccount() {
        Optional<String> keyId = settings.given(Key.ACME_EAB_KEY_ID);
        Optional<String> key = settings.given(Key.ACME_EAB_HMAC_KEY).map(String::strip);
        if (keyId.isPresent() && key.isEmpty() && !settings.isAttempted(Key.ACME_EAB_HMAC_KEY)) {
            values.problem(Key.ACME_EAB_HMAC_KEY, "not set", "the key that SEAWALL_ACME_EAB_KEY_ID names",
                    "set both, as the CA gives them");
        }
        if (key.isPresent() && keyId.isEmpty()) {
            values.problem(Key.ACME_EAB_KEY_ID, "not set", "the id of SEAWALL_ACME_EAB_HMAC_KEY",
                    "set both, as the CA gives them");
        }
        try {
            Optional<MacKey> hmacKey = key.map(MacKey::new);
            return keyId.flatMap(id -> hmacKey.map(k -> new Config.Acme.ExternalAccount(id, k)));
        } catch (IllegalArgumentException e) {
            values.problem(Key.ACME_EAB_HMAC_KEY, String.valueOf(e.getMessage()), "at least 256 bits in base64url",
                    "set it as the CA gives it");
            return Optional.empty();
        }
    }
}
