package io.seawall.proxy.cloudflare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seawall.config.Config;
import io.seawall.proxy.http.Headers;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/// Asks a request for the assertion that Cloudflare Access adds to whatever it lets through. An additional requirement:
/// it has objections or none, and opens nothing.
public final class CloudflareAccess {
    public static final String HEADER = "Cf-Access-Jwt-Assertion";
    /// Ours and Cloudflare's clocks may differ by so many seconds.
    private static final long LEEWAY = 60;

    private final Optional<Rules> rules;
    private final boolean unverified;

    private record Rules(String issuer, Set<String> audiences, KeyCache keys, Clock clock) {}

    private CloudflareAccess(Optional<Rules> rules, boolean unverified) {
        this.rules = rules;
        this.unverified = unverified;
    }

    /// Requires nothing.
    public static CloudflareAccess off() {
        return new CloudflareAccess(Optional.empty(), false);
    }

    public static CloudflareAccess of(Config.Access config, KeyCache keys, Clock clock) {
        return new CloudflareAccess(Optional.of(new Rules(config.issuer(), config.audiences(), keys, clock)), false);
    }

    /// Says what can be said without any key: there must be exactly one assertion. For `explain`, which fetches none; no
    /// server may use it.
    public static CloudflareAccess unverified() {
        return new CloudflareAccess(Optional.empty(), true);
    }

    /// What is missing; empty where nothing is.
    public Optional<AccessDenial> objection(Headers headers) {
        if (rules.isEmpty()) {
            return unverified ? countObjection(headers) : Optional.empty();
        }
        Rules ours = rules.get();
        if (!ours.keys().isFilled()) {
            return Optional.of(AccessDenial.UNAVAILABLE);
        }
        Optional<AccessDenial> count = countObjection(headers);
        if (count.isPresent()) {
            return count;
        }
        return switch (SignedToken.open(headers.get(HEADER, ""), ours.keys()::find)) {
            case SignedToken.Refused(AccessDenial objection) -> Optional.of(objection);
            case SignedToken.Opened(byte[] payload) -> StrictJson.object(payload)
                    .map(claims -> objection(claims, ours.issuer(), ours.audiences(), ours.clock().millis() / 1000))
                    .orElse(Optional.of(AccessDenial.MALFORMED));
        };
    }

    private static Optional<AccessDenial> countObjection(Headers headers) {
        return switch (headers.count(HEADER)) {
            case 0 -> Optional.of(AccessDenial.MISSING);
            case 1 -> Optional.empty();
            default -> Optional.of(AccessDenial.MALFORMED);
        };
    }

    /// @param now in seconds since 1970
    static Optional<AccessDenial> objection(ObjectNode claims, String issuer, Set<String> audiences, long now) {
        JsonNode expires = claims.path("exp");
        JsonNode issued = claims.path("iat");
        if (!isTime(expires) || !isTime(issued) || claims.has("nbf") && !isTime(claims.path("nbf"))) {
            return Optional.of(AccessDenial.MALFORMED);
        }
        if (!claims.path("iss").isTextual() || !claims.path("iss").textValue().equals(issuer)) {
            return Optional.of(AccessDenial.ISSUER);
        }
        if (!isFor(claims.path("aud"), audiences)) {
            return Optional.of(AccessDenial.AUDIENCE);
        }
        if (expires.longValue() <= now - LEEWAY) {
            return Optional.of(AccessDenial.EXPIRED);
        }
        // one from the future, or older than its own end
        if (issued.longValue() > now + LEEWAY || claims.path("nbf").longValue() > now + LEEWAY
                || issued.longValue() > expires.longValue()) {
            return Optional.of(AccessDenial.NOT_YET);
        }
        return Optional.empty();
    }

    /// One name, or a list of them (RFC 7519, 4.1.3); anything else in it names no audience.
    private static boolean isFor(JsonNode audience, Set<String> ours) {
        if (audience.isTextual()) {
            return ours.contains(audience.textValue());
        }
        boolean found = false;
        for (JsonNode one : audience) {
            found |= audience.isArray() && one.isTextual() && ours.contains(one.textValue());
        }
        return found;
    }

    /// Whole seconds since 1970.
    private static boolean isTime(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0;
    }
}
