package io.seawall.proxy.cli;

import io.seawall.host.BoundedFile;
import io.seawall.host.OwnFile;
import io.seawall.host.Printable;
import io.seawall.proxy.diagnose.audit.Remedy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// The part of an audit that changes something: shows what, asks, then does it.
record AuditFix(Console console) {
    private static final int LARGEST = 256 * 1024;

    /// @param agreed whether the answer to the question is known already
    /// @return whether to go on with the audit
    boolean apply(List<Remedy> remedies, boolean agreed) {
        if (remedies.isEmpty()) {
            console.out("nothing that can be fixed without asking what you meant\n");
            return true;
        }
        remedies.forEach(remedy -> console.out("will " + describe(remedy)));
        if (!agreed && !agrees()) {
            console.out("changed nothing\n");
            return true;
        }
        for (Remedy remedy : remedies) {
            try {
                apply(remedy);
            } catch (IOException e) {
                console.error(
                        "seawall audit: could not " + describe(remedy) + " (" + e.getClass().getSimpleName() + ")");
                return false;
            }
        }
        console.out("done\n");
        return true;
    }

    private Path dotEnv() {
        return console.folder().resolve(".env");
    }

    private String describe(Remedy remedy) {
        return switch (remedy) {
            case Remedy.Mode(Path file, String permissions) ->
                "chmod " + permissions + " " + Printable.line(file.toString());
            case Remedy.MissingSecret(var key) -> "add a new " + key.variable() + " to " + dotEnv();
        };
    }

    private boolean agrees() {
        console.out("Do that? [y/N]");
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return line != null && List.of("y", "yes").contains(line.strip().toLowerCase(Locale.ROOT));
        } catch (IOException e) {
            return false;
        }
    }

    private void apply(Remedy remedy) throws IOException {
        switch (remedy) {
            // the file itself: in another user's folder it may be a link to a file of ours
            case Remedy.Mode(Path file, String permissions) -> Objects
                    .requireNonNull(Files.getFileAttributeView(file, PosixFileAttributeView.class,
                            LinkOption.NOFOLLOW_LINKS))
                    .setPermissions(
                            PosixFilePermissions.fromString(permissions.equals("700") ? "rwx------" : "rw-------"));
            case Remedy.MissingSecret(var key) -> append(key.variable() + "="
                    + (key == io.seawall.config.Key.AUTH_PASSWORD ? Tokens.random(12) : Tokens.random()));
        }
    }

    private void append(String line) throws IOException {
        Path file = dotEnv();
        if (!Files.exists(file)) {
            OwnFile.create(file, new byte[0]);
        }
        String text = BoundedFile.text(file, LARGEST);
        Files.writeString(file, (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + line + "\n",
                StandardOpenOption.APPEND);
    }
}
