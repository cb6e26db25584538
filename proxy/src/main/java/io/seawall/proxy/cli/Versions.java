package io.seawall.proxy.cli;

import io.netty.util.Version;
import io.seawall.proxy.tls.ServerTls;
import org.jspecify.annotations.Nullable;

/// Which versions run.
final class Versions {
    private Versions() {}

    /// Seawall's own; `dev` outside a packaged jar.
    static String seawall() {
        @Nullable
        String version = Versions.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    static String line() {
        Version netty = Version.identify().get("netty-common");
        return "seawall " + seawall() + " (Java " + Runtime.version() + ", Netty "
                + (netty == null ? "unknown" : netty.artifactVersion()) + ", TLS " + ServerTls.library() + ")";
    }
}
