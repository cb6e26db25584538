package io.seawall.certs;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The operator's own files, looked at periodically. Each program that renews them replaces them in another way
/// (certbot swaps symlinks, Kubernetes a folder, others write over them, key and chain in either order). So no way is
/// assumed: files count once they were the same in two looks in a row, and are taken over together or not at all.
public final class WatchedFiles implements CertificateSource {
    private final List<Pair> pairs;
    private final Set<String> hosts;
    private final Clock clock;

    /// @param certificate PEM chain, the server's certificate first
    public record Files(Path certificate, Path key) {}

    /// Loads all of them.
    ///
    /// @param hosts the configured names: a certificate for one of them is never a mistake
    /// @throws UnusableCertificateException if one cannot be used, or two have the same kind of key
    public WatchedFiles(List<Files> files, Set<String> hosts, Clock clock) throws UnusableCertificateException {
        this.hosts = Set.copyOf(hosts);
        this.clock = clock;
        List<Pair> loaded = new ArrayList<>();
        for (Files paths : files) {
            Pair pair = new Pair(paths);
            PemFiles.refuseSameKind(paths.certificate(), pair.material, loaded.stream().map(p -> p.material).toList());
            loaded.add(pair);
        }
        pairs = List.copyOf(loaded);
    }

    @Override
    public List<KeyMaterial> current() {
        return pairs.stream().map(pair -> pair.material).toList();
    }

    @Override
    public boolean refresh() throws UnusableCertificateException {
        boolean changed = false;
        UnusableCertificateException first = null;
        for (Pair pair : pairs) {
            // each by itself: trouble with one must not keep the other from being renewed
            try {
                changed |= pair.look();
            } catch (UnusableCertificateException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
        return changed;
    }

    private final class Pair {
        private final Files files;
        private final SourceFile certificate;
        private final SourceFile key;
        private volatile KeyMaterial material;
        /// What both files held when the material was read, at the last look, and at the last trouble.
        private String taken;
        private String seen;
        private String refused = "";
        private @Nullable UnusableCertificateException trouble;

        Pair(Files files) throws UnusableCertificateException {
            this.files = files;
            certificate = new SourceFile(PemFiles.CERTIFICATE, files.certificate(), "", "");
            key = new SourceFile(PemFiles.KEY, files.key(), "", "");
            taken = stamp();
            seen = taken;
            material = PemFiles.load(files.certificate(), files.key(), clock.instant());
        }

        boolean look() throws UnusableCertificateException {
            String found = stamp();
            boolean settled = found.equals(seen);
            seen = found;
            if (found.equals(taken)) {
                trouble = null;
                return false;
            }
            if (!settled) {
                return unchanged();
            }
            try {
                KeyMaterial next = PemFiles.load(files.certificate(), files.key(), clock.instant());
                if (hasMoved(found)) {
                    return unchanged();
                }
                refuseForeign(next);
                PemFiles.refuseSameKind(files.certificate(), next,
                        pairs.stream().filter(other -> other != this).map(other -> other.material).toList());
                boolean changed = !next.equals(material);
                material = next;
                taken = found;
                trouble = null;
                return changed;
            } catch (UnusableCertificateException e) {
                if (hasMoved(found)) {
                    return unchanged();
                }
                // the same files give the same message: one with the time in it would be new every few seconds
                if (trouble == null || !found.equals(refused)) {
                    trouble = e;
                    refused = found;
                }
                throw Objects.requireNonNull(trouble);
            }
        }

        private boolean unchanged() throws UnusableCertificateException {
            if (trouble != null) {
                throw trouble;
            }
            return false;
        }

        /// The file is written while it is read.
        private boolean hasMoved(String found) {
            seen = stamp();
            return !seen.equals(found);
        }

        private String stamp() {
            return certificate.stamp() + " " + key.stamp();
        }

        private void refuseForeign(KeyMaterial next) throws UnusableCertificateException {
            Set<String> wanted = new HashSet<>(material.names());
            if (wanted.isEmpty() || wanted.stream().anyMatch(next::coversSomeOf)
                    || hosts.stream().anyMatch(next::coversSomeOf)) {
                return;
            }
            throw certificate.trouble(
                    "names " + (next.names().isEmpty() ? "no host" : String.join(", ", next.names()))
                            + ", none of the names served until now",
                    "a certificate for one of " + String.join(", ", material.names()),
                    "if this one is meant, start Seawall again");
        }
    }
}
