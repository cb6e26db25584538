package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.host.ProcessFacts;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateDirectoryTest {
    private static final String WANTED = " (expected: a directory that user " + ProcessFacts.name()
            + " owns and may write; fix: ";

    @TempDir
    Path home;

    @Test
    void createsItselfAndItsParentsForUsAlone() throws Exception {
        Path path = home.resolve("var/seawall");

        StateDirectory.prepare(path);

        assertEquals("rwx------", Pki.mode(path));
        assertEquals("rwx------", Pki.mode(home.resolve("var")));
    }

    @Test
    void refusesAFileInItsPlace() throws Exception {
        Path path = Files.createFile(home.resolve("file"));

        assertEquals("SEAWALL_STATE_DIR: " + path + " is not a directory" + WANTED
                + "set SEAWALL_STATE_DIR to a directory)", refusal(path));
    }

    @Test
    void refusesAPlaceWhereItCannotBeCreated() throws Exception {
        Path path = Files.createFile(home.resolve("file")).resolve("state");

        assertEquals("SEAWALL_STATE_DIR: " + path + " cannot be created: Not a directory" + WANTED
                + "mkdir -p -m 700 " + path + " && chown " + ProcessFacts.name() + " " + path + ")", refusal(path));
    }

    @Test
    void refusesADirectoryOfSomebodyElse() throws Exception {
        Path others = home;
        if (ProcessFacts.name().equals("0")) {
            Files.setOwner(home, user("12345"));
        } else {
            others = Path.of("/"); // only root gives directories away; this one is root's already
        }

        assertEquals("SEAWALL_STATE_DIR: " + others + " belongs to user " + Files.getOwner(others).getName() + WANTED
                + "chown -R " + ProcessFacts.principal().getName() + ProcessFacts.group() + " " + others
                + " && chmod 700 " + others + ")", refusal(others));
    }

    @Test
    void refusesWhatSomebodyElseOwnsEvenIfWeMayWriteIt() throws Exception {
        assertEquals("SEAWALL_STATE_DIR: /state belongs to user 12345" + WANTED
                + "chown -R 23456" + ProcessFacts.group() + " /state && chmod 700 /state)",
                refusal("12345", "rwxrwx---", true));
    }

    @Test
    void refusesWhatWeMayNotWrite() throws Exception {
        assertEquals("SEAWALL_STATE_DIR: /state is not writable" + WANTED + "chmod 700 /state, or mount it writable)",
                refusal("23456", "r-x------", false));
        assertEquals("SEAWALL_STATE_DIR: /state belongs to user root" + WANTED
                + "chown -R 23456" + ProcessFacts.group() + " /state && chmod 700 /state)",
                refusal("root", "rwxr-xr-x", false));
    }

    @Test
    void refusesWhatEverybodyMayWrite() throws Exception {
        assertEquals("SEAWALL_STATE_DIR: /state may be written by every user of this machine" + WANTED
                + "chmod 700 /state)", refusal("23456", "rwxrwxrwx", true));
    }

    @Test
    void acceptsAVolumeOfRootThatWeMayWrite() {
        assertDoesNotThrow(() -> new StateDirectory(Path.of("/state")).refuseUnlessOurs(user("root"),
                PosixFilePermissions.fromString("rwxrwx---"), true, user("23456")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-r--r--"})
    void writesWithTheModeAndLeavesNothingElse(String mode) throws Exception {
        StateDirectory directory = StateDirectory.prepare(home);
        Files.writeString(home.resolve("file"), "old");

        directory.write("file", mode, "new");

        assertEquals("new", Files.readString(home.resolve("file")));
        assertEquals(mode, Pki.mode(home.resolve("file")));
        assertEquals(List.of(home.resolve("file")), entries());
    }

    @Test
    void keepsTheOldFileAndSaysWhyItCannotWrite() throws Exception {
        StateDirectory directory = StateDirectory.prepare(home);
        Path occupied = Files.createDirectory(home.resolve("file"));
        Files.createFile(occupied.resolve("inside"));

        var trouble = assertThrows(UnusableCertificateException.class,
                () -> directory.write("file", "rw-------", "new"));

        String message = String.valueOf(trouble.getMessage());
        assertTrue(message.startsWith("SEAWALL_STATE_DIR: " + occupied + " cannot be written: "), message);
        assertTrue(message.endsWith(" (expected: room and permission to write)"), message);
        assertEquals(List.of(occupied), entries());
    }

    private List<Path> entries() throws IOException {
        try (var list = Files.list(home)) {
            return list.toList();
        }
    }

    private static String refusal(Path path) {
        return String.valueOf(
                assertThrows(UnusableCertificateException.class, () -> StateDirectory.prepare(path)).getMessage());
    }

    private static String refusal(String owner, String mode, boolean writable) throws IOException {
        var directory = new StateDirectory(Path.of("/state"));
        UserPrincipal us = user("23456");
        return String
                .valueOf(assertThrows(UnusableCertificateException.class, () -> directory.refuseUnlessOurs(user(owner),
                        PosixFilePermissions.fromString(mode), writable, us)).getMessage());
    }

    private static UserPrincipal user(String name) throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
    }
}
