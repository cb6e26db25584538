package io.seawall.certs;

import io.seawall.host.ShellWord;
import java.io.IOException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The one private key of a PEM file.
public final class PrivateKeys {
    // the first two serve; the others only so that a refusal can name what it refuses
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS", "DSA", "ML-DSA");

    private PrivateKeys() {}

    /// @param expected the public key that it should belong to: its algorithm is tried first, nothing else is checked
    public static PrivateKey parse(SourceFile file, List<PemBlock> blocks, PublicKey expected)
            throws UnusableCertificateException {
        List<PemBlock> keys = blocks.stream().filter(PemBlock::isPrivateKey).toList();
        if (keys.isEmpty()) {
            throw file.trouble("holds no private key, but " + PemBlock.found(blocks));
        }
        if (keys.size() > 1) {
            throw file.trouble("holds " + keys.size() + " private keys", "exactly one");
        }
        PemBlock block = keys.getFirst();
        if (block.isEncrypted()) {
            throw file.trouble("is encrypted", "a private key without a passphrase", decryption(file));
        }
        PrivateKey key = decode(file, block, pkcs8(file, block, blocks), expected.getAlgorithm());
        String objection = KeyRules.objection(key);
        if (objection != null) {
            throw file.trouble(objection, KeyRules.EXPECTED);
        }
        return key;
    }

    private static String decryption(SourceFile file) {
        String plain = ShellWord.of(file.path().resolveSibling("plain-" + file.path().getFileName()));
        // OpenSSL creates the file with mode 600 by itself
        return "openssl pkey -in " + file.shellWord() + " -out " + plain;
    }

    private static byte[] pkcs8(SourceFile file, PemBlock block, List<PemBlock> blocks)
            throws UnusableCertificateException {
        try {
            return switch (block.label()) {
                case "PRIVATE KEY" -> block.content();
                case "RSA PRIVATE KEY" -> LegacyKeys.wrapPkcs1(block.content());
                case "EC PRIVATE KEY" -> LegacyKeys.wrapSec1(block.content(), parameters(blocks));
                default -> throw file.trouble("holds a key of the form " + block.label(),
                        "PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY");
            };
        } catch (IOException e) {
            throw garbage(file, block);
        }
    }

    private static byte @Nullable [] parameters(List<PemBlock> blocks) {
        for (PemBlock block : blocks) {
            if (block.label().equals("EC PARAMETERS")) {
                return block.content();
            }
        }
        return null;
    }

    private static PrivateKey decode(SourceFile file, PemBlock block, byte[] pkcs8, String likely)
            throws UnusableCertificateException {
        var algorithms = new LinkedHashSet<>(ALGORITHMS);
        if (algorithms.contains(likely)) {
            algorithms.addFirst(likely);
        }
        for (String algorithm : algorithms) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException | NoSuchAlgorithmException e) {
                // a key of another algorithm, or no key: the next one is tried
            }
        }
        throw garbage(file, block);
    }

    private static UnusableCertificateException garbage(SourceFile file, PemBlock block) {
        return file.trouble("is damaged: the " + block.label() + " block of line " + block.line()
                + " is no private key that can be read");
    }
}
