package io.seawall.proxy.diagnose.doctor.probe;

import io.seawall.config.Authentication;
import io.seawall.config.Config;
import io.seawall.config.Secret;
import io.seawall.config.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// The configured credentials, as the header fields that present them.
public record Credentials(Config config) {

    public Credential gatewayToken() {
        return bearer(config.gatewayToken());
    }

    public Optional<Credential> hooksToken() {
        return config.hooks().token().map(Credentials::bearer);
    }

    /// Empty where the configuration holds a hash, which opens nothing.
    public Optional<Credential> password() {
        return switch (config.basic().credential()) {
            case Authentication.Basic.Credential.Plain(Secret password) ->
                Optional.of(new Credential("Authorization: Basic "
                        + Base64.getEncoder().encodeToString(
                                (config.basic().username() + ":" + text(password)).getBytes(StandardCharsets.UTF_8))));
            case Authentication.Basic.Credential.Hashed _ -> Optional.empty();
        };
    }

    private static Credential bearer(Token token) {
        return new Credential("Authorization: Bearer " + text(token.current()));
    }

    private static String text(Secret secret) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            secret.writeTo(text);
        } catch (IOException e) {
            throw new IllegalStateException("memory takes everything", e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    /// Whether a text holds any of our secrets, also those that are never shown.
    public boolean occurIn(String text) {
        return config.secrets().stream().anyMatch(secret -> secret.occursIn(text));
    }

    @Override
    public String toString() {
        return "***";
    }
}
