package io.seawall.proxy.diagnose.audit;

import io.seawall.config.Key;
import io.seawall.proxy.diagnose.facts.Host;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A change that is safe to make without asking: everything works as before.
public sealed interface Remedy {
    /// A file that others may read or write.
    ///
    /// @param permissions as `chmod` takes them, octal
    record Mode(Path file, String permissions) implements Remedy {}

    /// A secret that is required and nowhere set.
    record MissingSecret(Key key) implements Remedy {}

    /// What can be put right in this host, in the order to do it.
    static List<Remedy> of(Host host) {
        List<Remedy> remedies = new ArrayList<>();
        Set<Path> files = new LinkedHashSet<>(KeyChecks.environments(host));
        Optional<Path> folder = host.openclaw().folder();
        folder.ifPresent(files::add);
        files.addAll(host.openclaw().files().keySet());
        for (Path file : files) {
            boolean ours = host.facts(file).filter(f -> !f.isForOwnerOnly())
                    .filter(f -> f.uid() == host.uid() || host.uid() == 0).isPresent();
            if (ours) {
                remedies.add(new Mode(file, folder.filter(file::equals).isPresent() ? "700" : "600"));
            }
        }
        if (isMissing(host, Key.AUTH_PASSWORD) && isMissing(host, Key.AUTH_PASSWORD_HASH)) {
            remedies.add(new MissingSecret(Key.AUTH_PASSWORD));
        }
        if (isMissing(host, Key.GATEWAY_TOKEN)) {
            remedies.add(new MissingSecret(Key.GATEWAY_TOKEN));
        }
        if (host.variable(Key.HOOKS_ENABLED.variable()).equals("true") && isMissing(host, Key.HOOKS_TOKEN)) {
            remedies.add(new MissingSecret(Key.HOOKS_TOKEN));
        }
        return remedies;
    }

    private static boolean isMissing(Host host, Key key) {
        return host.variable(key.variable()).isEmpty() && host.variable(key.variable() + "_FILE").isEmpty();
    }
}
