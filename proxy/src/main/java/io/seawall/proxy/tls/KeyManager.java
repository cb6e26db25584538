package io.seawall.proxy.tls;

import io.seawall.certs.KeyMaterial;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Serves one certificate to everybody. Saves the detour of the usual builder, which packs the key into a PKCS#12 store
/// first and reads the platform's trust store for nothing: a quarter second at start.
final class KeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "seawall";

    private final KeyMaterial material;

    KeyManager(KeyMaterial material) {
        this.material = material;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        return serves(keyType) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return serves(keyType) ? ALIAS : null;
    }

    /// JSSE asks by algorithm (`EC`, `RSA`), the OpenSSL side by key exchange as well (`ECDHE_RSA`, `EC_EC`).
    private boolean serves(String keyType) {
        return keyType.contains(material.key().getAlgorithm())
                || keyType.contains("ECDSA") && material.key().getAlgorithm().equals("EC");
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return material.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return material.key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return serves(keyType) ? new String[]{ALIAS} : new String[0];
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
