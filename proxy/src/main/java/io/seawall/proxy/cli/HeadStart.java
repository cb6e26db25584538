package io.seawall.proxy.cli;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;

/// Wakes the libraries that serving needs, beside the checks of a start, which need none of them: a second core would
/// idle meanwhile. Decides and keeps nothing; what fails here fails again, and is told, where it is used.
final class HeadStart {
    private HeadStart() {}

    static void begin() {
        Thread thread = new Thread(HeadStart::wake, "seawall-head-start");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((failed, cause) -> {
            // told where it is used
        });
        thread.start();
    }

    /// Whether keys belong to their certificates is seen by a signature, the dearest computation of a start; the JVM has
    /// begun to compile it by then.
    private static void trySignature() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            byte[] signed = signature.sign();
            signature.initVerify(pair.getPublic());
            signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // told where it is used
        }
    }

    private static void wake() {
        if (OpenSsl.isAvailable() && Epoll.isAvailable()) {
            ByteBufAllocator.DEFAULT.directBuffer().release();
        }
        trySignature();
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT).close();
    }
}
