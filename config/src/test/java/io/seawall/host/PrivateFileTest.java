package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seawall.host.PrivateFile.Facts;
import io.seawall.host.PrivateFile.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(OS.LINUX)
class PrivateFileTest {
    private static final OptionalLong US = OptionalLong.of(1000);

    @TempDir
    private Path folder = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void create() throws IOException {
        file = Files.writeString(folder.resolve("it's"), "x");
        mode(file, "rw-------");
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static Facts facts(long owner, String mode) {
        return new Facts(Path.of("/f"), OptionalLong.of(owner), PosixFilePermissions.fromString(mode), false);
    }

    private static String found(Optional<Fault> fault) {
        return fault.map(Fault::found).orElse("fine");
    }

    /// Read by its group: `ssl-cert` on Debian, `fsGroup` on Kubernetes.
    @ParameterizedTest
    @CsvSource({"rw-------, fine, fine", "r--------, fine, fine", "rw-r-----, fine, fine", "r--r-----, fine, fine",
        "rw-r--r--, is open to every user of this machine, fine",
        "r--r--r--, is open to every user of this machine, fine",
        "rw--w--w-, is open to every user of this machine, may be written by every user of this machine",
        "rw-----w-, is open to every user of this machine, may be written by every user of this machine",
        "rw------x, is open to every user of this machine, fine",
        "rw-rw----, may be written by its group, may be written by its group",
        "rw--w----, may be written by its group, may be written by its group"})
    void isJudgedByItsMode(String mode, String secret, String decisive) {
        assertEquals(secret, found(PrivateFile.fault(facts(1000, mode), US, true)));
        assertEquals(decisive, found(PrivateFile.fault(facts(1000, mode), US, false)));
    }

    @ParameterizedTest
    @CsvSource({"1000, fine", "0, fine", "1001, belongs to user 1001", "65534, belongs to user 65534"})
    void isOursOrRoots(long owner, String found) {
        assertEquals(found, found(PrivateFile.fault(facts(owner, "rw-------"), US, true)));
        assertEquals(found, found(PrivateFile.fault(facts(owner, "rw-r--r--"), US, false)));
        assertEquals("fine", found(PrivateFile.fault(facts(owner, "rw-------"), OptionalLong.empty(), true)),
                "where nobody knows who we are");
    }

    /// Its mount cannot be changed from inside, so chmod is no help there.
    @Test
    void saysHowSwarmMountsASecretForItsUserAlone() {
        Facts secret = new Facts(Path.of("/run/secrets/auth_password"), OptionalLong.of(0),
                PosixFilePermissions.fromString("r--r--r--"), false);
        assertEquals("chmod 600 /run/secrets/auth_password; for a secret of Docker Swarm, in the service's secrets: "
                + "{source: auth_password, mode: 0400, uid: \"1000\"}",
                PrivateFile.fault(secret, US, true).orElseThrow().fix());
        assertFalse(PrivateFile.fault(facts(0, "r--r--r--"), US, true).orElseThrow().fix().contains("Swarm"));
    }

    @Test
    void saysWhatMendsIt() throws IOException {
        assertEquals(new Fault("belongs to user 1001", "a file of user 1000 or root", "chown 1000 /f"),
                PrivateFile.fault(facts(1001, "rw-------"), US, true).orElseThrow());
        mode(file, "rw-r--r--");
        assertEquals(new Fault("is open to every user of this machine", "mode 600 or 640",
                "chmod 600 '" + folder + "/it'\\''s'"), PrivateFile.secret(file).orElseThrow());
        mode(file, "rw--w----");
        assertEquals("chmod 644 '" + folder + "/it'\\''s'", PrivateFile.decisive(file).orElseThrow().fix());
    }

    @Test
    void isInAFolderThatOthersMayNotWrite() throws IOException {
        assertEquals(Optional.empty(), PrivateFile.secret(file));
        mode(folder, "rwxrwxr-x");
        assertEquals(Optional.empty(), PrivateFile.secret(file));
        mode(folder, "rwxrwxrwx");
        Fault open = new Fault("is in the folder " + folder + ", where every user of this machine may replace it",
                "a folder that others may not write", "chmod o-w " + folder);
        assertEquals(Optional.of(open), PrivateFile.secret(file));
        assertEquals(Optional.of(open), PrivateFile.decisive(file));
        Files.setAttribute(folder, "unix:mode", 01777);
        assertEquals(Optional.empty(), PrivateFile.secret(file), "sticky, as /tmp");
    }

    /// As Kubernetes does it: `token` leads to `..data/token`, and `..data` to a folder of this second.
    @Test
    void mayBeALinkWhoseEndsAreBothLookedAt() throws IOException {
        Path version = Files.createDirectory(folder.resolve("..2026"));
        Files.writeString(version.resolve("token"), "x");
        mode(version.resolve("token"), "r--r-----");
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026"));
        Path link = Files.createSymbolicLink(folder.resolve("token"), Path.of("..data/token"));
        assertEquals(Optional.empty(), PrivateFile.secret(link));
        mode(version, "rwxrwxrwx");
        assertTrue(found(PrivateFile.secret(link)).startsWith("is in the folder " + version.toRealPath()));
        mode(version, "rwxr-xr-x");
        mode(version.resolve("token"), "rw-r--r--");
        assertEquals("is open to every user of this machine", found(PrivateFile.secret(link)));
    }

    /// Who may write the folder that a link is in may let it lead elsewhere; and so may who made it.
    @Test
    void isNoLinkThatOthersMayTurn() throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        Path link = Files.createSymbolicLink(open.resolve("link"), file);
        assertEquals(Optional.empty(), PrivateFile.secret(link));
        mode(open, "rwxrwxrwx");
        assertTrue(found(PrivateFile.secret(link)).startsWith("is in the folder " + open));
        Files.setAttribute(open, "unix:mode", 01777);
        assertEquals(Optional.empty(), PrivateFile.secret(link));
        assumeTrue(ProcessFacts.uid().equals(OptionalLong.of(0)), "only root gives a link away");
        Files.setAttribute(link, "unix:uid", 1001, LinkOption.NOFOLLOW_LINKS);
        assertEquals("belongs to user 1001", found(PrivateFile.secret(link)));
        assertEquals("chown -h 0 " + link, PrivateFile.decisive(link).orElseThrow().fix());
    }
}
