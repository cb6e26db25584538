package io.seawall.proxy.tls;

import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.seawall.certs.KeyMaterial;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Serves one certificate for each kind of key, whatever the name. Avoids the usual builder, which packs the key into a
/// PKCS#12 store first and reads the platform's trust store for nothing: a quarter second at start.
final class KeyManager extends X509ExtendedKeyManager {
    private final Map<String, KeyMaterial> materials = new LinkedHashMap<>();

    /// @param materials at least one; of two with the same kind of key the first counts
    KeyManager(List<KeyMaterial> materials) {
        for (KeyMaterial material : materials) {
            this.materials.putIfAbsent(material.key().getAlgorithm(), material);
        }
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        String alias = alias(keyType);
        return alias == null || engine == null || hasNoChoice(engine) || isVerified(alias, engine) ? alias : null;
    }

    /// BoringSSL by itself signs nothing that the client cannot verify; and its session would keep what it is asked for as
    /// long as the connection lives.
    private boolean hasNoChoice(SSLEngine engine) {
        return materials.size() == 1 && engine instanceof ReferenceCountedOpenSslEngine;
    }

    /// Whether the client can verify what that key signs: the JDK asks by its own preference of suites, whatever the
    /// client said about signatures.
    private static boolean isVerified(String algorithm, SSLEngine engine) {
        if (!(engine.getHandshakeSession() instanceof ExtendedSSLSession session)) {
            return true;
        }
        String[] signatures = session.getPeerSupportedSignatureAlgorithms();
        return signatures.length == 0 || Stream.of(signatures)
                .anyMatch(signature -> signature.contains(algorithm.equals("EC") ? "ECDSA" : algorithm));
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType);
    }

    /// The algorithm of the key, which is its alias. JSSE asks by algorithm (`EC`, `RSA`), the OpenSSL side by key
    /// exchange as well (`ECDHE_RSA`, `EC_EC`).
    private @Nullable String alias(String keyType) {
        for (String algorithm : materials.keySet()) {
            if (keyType.contains(algorithm) && !(algorithm.equals("EC") && keyType.equals("ECDHE_RSA"))
                    || keyType.contains("ECDSA") && algorithm.equals("EC")) {
                return algorithm;
            }
        }
        return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        KeyMaterial material = materials.get(alias);
        return material == null ? null : material.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        KeyMaterial material = materials.get(alias);
        return material == null ? null : material.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = alias(keyType);
        return alias == null ? null : new String[]{alias};
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return null;
    }
}
