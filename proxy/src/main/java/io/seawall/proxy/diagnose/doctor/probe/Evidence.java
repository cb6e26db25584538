package io.seawall.proxy.diagnose.doctor.probe;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.OptionalLong;

/// Facts besides the configuration that decide which server may receive a credential.
///
/// @param proc the mounted proc file system
/// @param uid who this runs as; empty where it is not known
/// @param stored our own certificates, as they lie in files
/// @param openclaw where OpenClaw keeps its state, whose owner has its token
public record Evidence(Path proc, OptionalLong uid, List<X509Certificate> stored, List<Path> openclaw) {
    public Evidence {
        stored = List.copyOf(stored);
        openclaw = List.copyOf(openclaw);
    }
}
