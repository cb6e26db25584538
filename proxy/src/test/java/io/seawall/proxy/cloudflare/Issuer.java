package io.seawall.proxy.cloudflare;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

/// Signs assertions, as a team's Access does.
public final class Issuer {
    public static final String NAME = "https://otters.cloudflareaccess.com";
    public static final String AUDIENCE = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2";

    private final KeyPair pair;
    private final String key;

    public Issuer(String key) {
        this(key, 2048);
    }

    Issuer(String key, int bits) {
        this.key = key;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    KeyPair pair() {
        return pair;
    }

    /// Its one key, as an object of a JWKS.
    public String jwk() {
        RSAPublicKey rsa = (RSAPublicKey) pair.getPublic();
        return "{\"kid\":\"" + key + "\",\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",\"e\":\""
                + number(rsa.getPublicExponent()) + "\",\"n\":\"" + number(rsa.getModulus()) + "\"}";
    }

    public String jwks() {
        return "{\"keys\":[" + jwk() + "],\"public_cert\":{\"kid\":\"x\",\"cert\":\"…\"}}";
    }

    static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return encode(bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    String header() {
        return "{\"alg\":\"RS256\",\"kid\":\"" + key + "\",\"typ\":\"JWT\"}";
    }

    /// @param now in seconds since 1970
    public static String claims(long now) {
        return "{\"aud\":[\"" + AUDIENCE + "\"],\"email\":\"otter@example.com\",\"exp\":" + (now + 600) + ",\"iat\":"
                + (now - 5) + ",\"nbf\":" + (now - 5) + ",\"iss\":\"" + NAME
                + "\",\"type\":\"app\",\"sub\":\"7335d417\"}";
    }

    /// For the claims as they are.
    public String token(String claims) {
        return token(header(), claims);
    }

    String token(String header, String claims) {
        return sign(encode(header) + "." + encode(claims));
    }

    String sign(String content) {
        try {
            Signature rsa = Signature.getInstance("SHA256withRSA");
            rsa.initSign(pair.getPrivate());
            rsa.update(content.getBytes(StandardCharsets.UTF_8));
            return content + "." + encode(rsa.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
