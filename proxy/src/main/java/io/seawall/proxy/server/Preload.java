package io.seawall.proxy.server;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;

/// Loads the libraries that serving needs, in parallel to the checks of a start, which need none of them. Decides and
/// keeps nothing; a failure here occurs again, and is reported, where the library is used.
public final class Preload {
    private Preload() {}

    public static void begin() {
        Thread thread = new Thread(Preload::wake, "seawall-head-start");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((failed, cause) -> {
            // told where it is used
        });
        thread.start();
    }

    private static void wake() {
        if (OpenSsl.isAvailable() && Epoll.isAvailable()) {
            ByteBufAllocator.DEFAULT.directBuffer().release();
        }
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT).close();
    }
}
