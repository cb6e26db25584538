package io.seawall.proxy.upstream;

import io.seawall.proxy.http.HopByHop;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/// The one table of the header fields that a client may not send to the gateway: what a proxy in front says of a client
/// (its address, its user, its certificate), what HTTP says between two hops, and what is Seawall's or the gateway's own.
/// Compared in lower case, and `_` counts as the `-` that some servers take it for. Pure.
public final class StrippedFields {
    /// Written anew for the gateway, or (RFC 9113, 3.1) offered to Seawall.
    private static final Set<String> OUR_HOPS = Set.of("content-length", "host", "http2-settings");

    /// What OpenClaw's HTTP interface, its webhooks plugin and its UI take from clients; `x-openclaw-token` on webhooks
    /// only. Everything else of that family (scopes, a password, a capture key) is between parts of OpenClaw.
    private static final String OPENCLAW = "x-openclaw-";
    private static final Set<String> OPENCLAW_KEPT = Set.of("x-openclaw-token", "x-openclaw-model",
            "x-openclaw-agent-id", "x-openclaw-agent", "x-openclaw-session-key", "x-openclaw-requester-session-key",
            "x-openclaw-message-channel", "x-openclaw-message-to", "x-openclaw-account-id", "x-openclaw-thread-id",
            "x-openclaw-idempotency-key", "x-openclaw-webhook-secret");

    private static final List<String> PREFIXES = List.of(
            // hops
            "proxy-", "x-seawall-",
            // addresses, hosts and schemes: reverse proxies, CDNs, clouds
            "x-forwarded-", "cf-", "x-envoy-", "x-original-", "x-akamai-", "x-azure-", "x-fd-", "x-appengine-",
            "x-vercel-", "x-nf-", "fly-", "fastly-", "x-sucuri-", "x-proxyuser-",
            // users: oauth2-proxy, Pomerium, authentik, Authelia, Grafana's and Traefik's examples, Vouch, Kong,
            // Tailscale, ngrok, Teleport, exe.dev, Replit, Kubernetes, caddy-security
            "x-auth-request-", "x-auth-user", "x-auth-email", "x-auth-name", "x-auth-group", "x-auth-role",
            "x-auth-subject", "x-pomerium-", "x-authentik-", "x-webauth-", "remote-", "x-remote-", "x-vouch-",
            "x-authenticated-", "x-consumer-", "x-credential-", "x-anonymous-", "tailscale-", "x-tailscale-",
            "ngrok-auth-", "teleport-", "x-exedev-", "x-replit-", "impersonate-", "x-token-user-", "x-token-subject",
            // users: identity providers and their Apache and nginx modules
            "oidc-", "x-oidc-", "shib-", "x-shib-", "mellon-", "saml-", "x-saml-", "cas-", "x-sso-", "x-jwt-",
            "x-keycloak-", "x-idp-", "x-identity-",
            // users: Google's IAP and gateways, Azure's Easy Auth, Amazon's load balancers
            "x-goog-authenticated-", "x-goog-iap-", "x-endpoint-api-", "x-apigateway-api-", "x-ms-client-principal",
            "x-ms-token-", "x-amzn-oidc-", "x-amzn-mtls-",
            // certificates
            "ssl-", "x-ssl-", "client-cert", "x-client-cert", "x-client-ssl", "x-client-dn", "x-client-verify",
            "x-client-subject", "x-client-s-dn", "x-client-i-dn", "x-tls-", "x-mtls-", "x-arr-",
            // and headers that are written by hand
            "x-user-", "x-forward-");

    private static final Set<String> NAMES = Set.of("forwarded", "x-forwarded", "x-real-ip", "true-client-ip",
            "x-client-ip", "client-ip", "x-cluster-client-ip", "do-connecting-ip", "x-connecting-ip", "x-remote-ip",
            "x-remote-addr", "x-forwardedfor", "x-host", "x-rewrite-url", "x-http-method", "x-http-method-override",
            "x-method-override", "x-request-id", "x-user", "x-username", "x-userid", "x-userinfo", "x-email",
            "x-login", "x-group", "x-groups", "x-role", "x-roles", "x-principal", "x-identity", "x-uid", "x-id-token",
            "x-proxy-user", "x-proxy-email", "x-trusted-proxy",
            "eppn", "persistent-id");

    /// Begins like a family, and is something else: gRPC's name for `User-Agent` in a browser.
    private static final Set<String> KEPT = Set.of("x-user-agent");

    /// None of them begins another, so the greatest one that is not behind a name is the only one that can begin it.
    private static final NavigableSet<String> ORDERED = new TreeSet<>(PREFIXES);

    private final Set<String> also;

    /// @param also lower case, `-` for `_`
    public StrippedFields(Set<String> also) {
        this.also = Set.copyOf(also);
    }

    /// Lower case, and `_` as `-`.
    static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Whether a client's field of that name, in any spelling, never reaches the gateway.
    public boolean contains(String name) {
        return containsFolded(folded(name));
    }

    boolean containsFolded(String name) {
        if (HopByHop.contains(name) || OUR_HOPS.contains(name) || NAMES.contains(name) || also.contains(name)) {
            return true;
        }
        if (name.startsWith(OPENCLAW)) {
            return !OPENCLAW_KEPT.contains(name);
        }
        String begins = ORDERED.floor(name);
        return begins != null && name.startsWith(begins) && !KEPT.contains(name);
    }

    static List<String> prefixes() {
        return PREFIXES;
    }
}
