package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Key;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `seawall`, with a java and a mvn that write down what they get to see.
class LauncherTest {
    /// Every program that the script may start. It finds no others, so one that is new has to be added here.
    private static final List<String> TOOLS = List.of("dirname", "find", "flock", "head", "mkdir", "readlink", "sed",
            "tail", "touch");

    private static final String UNSET = "(unset)";

    @TempDir
    private Path folder = Path.of("");

    private String output = "";

    @BeforeEach
    void install() throws IOException {
        Files.copy(Path.of("..", "seawall"), folder.resolve("seawall"));
        executable(folder.resolve("seawall"), Files.readString(folder.resolve("seawall")));
        Files.createFile(folder.resolve("pom.xml"));
        executable(folder.resolve("jdk/bin/java"), """
                #!/bin/sh
                PATH=/usr/bin:/bin
                if [ "$1" = -version ]; then env >"%1$s/version.env"; echo 'openjdk version "25.0.1"' >&2; exit; fi
                env >"%1$s/run.env"; printf '%%s\\n' "$@" >"%1$s/run.args"
                """.formatted(folder));
        for (String tool : TOOLS) {
            executable(folder.resolve("bin").resolve(tool), """
                    #!/bin/sh
                    /usr/bin/env >>"%s/tools.env"; PATH=/usr/bin:/bin exec %s "$@"
                    """.formatted(folder, tool));
        }
        executable(folder.resolve("bin/mvn"), """
                #!/bin/sh
                PATH=/usr/bin:/bin
                env >"%1$s/mvn.env"
                mkdir -p "%1$s/docker/target/seawall/lib"; : >"%1$s/docker/target/seawall/lib/seawall-proxy-1.jar"
                """.formatted(folder));
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private void launch(Map<String, String> environment, String... arguments) throws Exception {
        assertEquals(0, exit(environment, arguments), output);
    }

    /// @param environment what is [#UNSET] is removed
    private int exit(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder launcher = new ProcessBuilder(
                Stream.concat(Stream.of(folder.resolve("seawall").toString()), Stream.of(arguments)).toList());
        launcher.environment().putAll(environment);
        launcher.environment().put("SEAWALL_JAVA_HOME", folder.resolve("jdk").toString());
        launcher.environment().put("PATH", folder.resolve("bin").toString());
        if (environment.containsValue(UNSET)) {
            launcher.environment().values().removeIf(UNSET::equals);
        }
        Process process = launcher.redirectErrorStream(true).start();
        output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }

    /// 1 is an answer of the commands, such as health's.
    @Test
    void endsWithTheCodeOfAFailureWhereItCannotBeBuilt() throws Exception {
        executable(folder.resolve("bin/mvn"), "#!/bin/sh\nexit 1\n");
        assertEquals(Exit.INTERNAL.code(), exit(Map.of(), "health"), output);
        assertTrue(output.contains("seawall: the build failed"), output);
        Files.delete(folder.resolve("bin/mvn"));
        assertEquals(Exit.INTERNAL.code(), exit(Map.of(), "health"), output);
        assertTrue(output.contains("seawall: Maven is needed"), output);
    }

    @Test
    void endsWithThatCodeAndSaysWhyWhereTheCheckoutCannotBeWritten() throws Exception {
        // files in the way of folders and the other way round: no user can write them, root included
        Path target = Files.createFile(folder.resolve("target"));
        assertUnwritable(target);
        Files.delete(target);
        for (String file : List.of("build.lock", "build.log")) {
            Path inTheWay = Files.createDirectories(target.resolve(file));
            assertUnwritable(inTheWay);
            Files.delete(inTheWay);
        }
        executable(folder.resolve("bin/touch"), "#!/bin/sh\nexit 1\n");
        assertUnwritable(folder.resolve("docker/target/seawall/lib/.built"));
    }

    private void assertUnwritable(Path file) throws Exception {
        assertEquals(Exit.INTERNAL.code(), exit(Map.of(), "health"), output);
        Path shown = folder.toRealPath().resolve(folder.relativize(file));
        assertTrue(output.contains("seawall: " + shown + " cannot be written"), output);
    }

    @Test
    void endsWithThatCodeWhereTheBuildHasNoJar() throws Exception {
        executable(folder.resolve("bin/mvn"), "#!/bin/sh\n/usr/bin/mkdir -p docker/target/seawall/lib\n");
        assertEquals(Exit.INTERNAL.code(), exit(Map.of(), "health"), output);
        assertTrue(output.contains("/lib holds no seawall-proxy-*.jar"), output);
    }

    @Test
    void needsNoHome() throws Exception {
        launch(Map.of("HOME", UNSET), "check");

        assertFalse(Files.readAllLines(folder.resolve("run.env")).stream().anyMatch(line -> line.startsWith("HOME=")));
        assertEquals("", output.replaceFirst("seawall: building, .*\n", ""));
    }

    @Test
    void showsTheSecretsToSeawallAlone() throws Exception {
        TreeSet<String> secrets = new TreeSet<>();
        for (Key key : Key.values()) {
            if (key.secret()) {
                secrets.add(key.variable());
            }
        }
        Map<String, String> environment = secrets.stream()
                .collect(Collectors.toMap(name -> name, name -> "canary-'\"$`\\ " + name));
        // names that the script uses itself, exported already
        secrets.forEach(name -> environment.put("kept_" + name, "old"));
        environment.put("given", "old");
        launch(environment, "check");

        for (String tool : List.of("version.env", "mvn.env", "tools.env")) {
            assertFalse(Files.readString(folder.resolve(tool)).contains("canary-"), tool);
        }
        String seen = "\n" + Files.readString(folder.resolve("run.env"));
        secrets.forEach(name -> assertTrue(seen.contains("\n" + name + "=canary-'\"$`\\ " + name), name));
        assertFalse(seen.contains("kept_"), seen);
    }

    @Test
    void setsNoSecretThatWasNotSet() throws Exception {
        launch(Map.of("AUTH_PASSWORD", "", "AUTH_PASSWORD_FILE", "/a file"), "check");

        List<String> seen = Files.readAllLines(folder.resolve("run.env"));
        assertTrue(seen.containsAll(List.of("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=/a file")), seen.toString());
        assertFalse(seen.stream().anyMatch(line -> line.startsWith("HOOKS_TOKEN")), seen.toString());
    }

    @Test
    void startsJavaInALocaleInWhichItCanReadEveryLetter() throws Exception {
        launch(Map.of("LC_ALL", "C", "LANG", "C"), "check");

        assertTrue(Files.readAllLines(folder.resolve("run.env")).contains("LC_ALL=C.UTF-8"));
    }

    @Test
    void isNotEndedBySighup() throws Exception {
        executable(folder.resolve("bin/mkdir"), """
                #!/bin/sh
                PATH=/usr/bin:/bin; kill -HUP "$PPID"; exec mkdir "$@"
                """);
        launch(Map.of(), "run");

        assertTrue(Files.readAllLines(folder.resolve("run.args")).contains("run"));
    }

    @Test
    void keepsItsOwnSettingsToItself() throws Exception {
        launch(Map.of("SEAWALL_JAVA_OPTIONS", "-Da=b -Xmx64m"), "run", "x y");

        assertFalse(Files.readString(folder.resolve("run.env")).contains("SEAWALL_JAVA_"),
                "they would be unknown keys");
        List<String> arguments = Files.readAllLines(folder.resolve("run.args"));
        assertTrue(arguments.containsAll(List.of("-Da=b", "-Xmx64m", "run", "x y")), arguments.toString());
    }
}
