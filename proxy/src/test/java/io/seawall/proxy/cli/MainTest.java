package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final String USAGE = """
            Seawall, the security proxy in front of OpenClaw.

            usage: seawall COMMAND [OPTIONS]
                   seawall help COMMAND

              run            serve, in front of the OpenClaw gateway of this host
              demo           try it, with generated secrets and a stand-in for OpenClaw
              init           write .env with strong secrets
              check          validate configuration and certificates without starting
              certs          show the certificates, export the CA, renew
              health         ask the Seawall that runs on this host whether it answers
              doctor         test the running pair with real requests; say what to change
              routes         print the route table: path, layer, methods, limits
              audit          go through the hardening checklist, and fix what can be
              explain        say what would become of a request, without sending it
              hash-password  turn a password into a hash for AUTH_PASSWORD_HASH
              gen-token      print a new random token of 256 bits
              version        print the versions of Seawall and of what it runs on

            exit codes:
              0   fine
              1   the answer is no: findings, a refused request, unhealthy
              2   usage or configuration refused
              3   upstream refused: the gateway is exposed, or not on 127.0.0.1
              4   certificates
              5   the port cannot be bound
              70  internal failure, or out of memory
            """;

    private final World world = new World(Path.of("/nowhere"), Map.of());

    static List<Command> commands() {
        return Commands.of(new World(Path.of("/nowhere"), Map.of()).console);
    }

    static List<String> words() {
        return commands().stream().map(Command::word).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void showsItsCommands(String argument) {
        assertEquals(0, world.run(argument));
        assertEquals(USAGE, world.out());
        assertEquals("", world.err());
    }

    /// On standard error, so that no script takes them for what it asked for.
    @Test
    void showsThemToWhoeverNamesNoneAndFails() {
        assertEquals(2, world.run());
        assertEquals(USAGE, world.err());
        assertEquals("", world.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"RUN|; did you mean run?", "rnu|; did you mean run?", "serve|''",
        "--verbose|''", "''|''", "hash|; did you mean hash-password?", "--hlep|; did you mean --help?",
        "--versoin|; did you mean --version?", "hepl|; did you mean help?"})
    void refusesAnUnknownCommand(String word, String question) {
        assertEquals(2, world.run(word));
        assertEquals("seawall: unknown command " + word + question + " (see: seawall --help)\n", world.err());
        assertEquals("", world.out());
    }

    @Test
    void refusesHelpOnWhatIsNoCommand() {
        assertEquals(2, world.run("help", "chekc"));
        assertEquals("seawall: unknown command chekc; did you mean check? (see: seawall --help)\n", world.err());
    }

    @Test
    void refusesHelpOnTwoCommandsAtOnce() {
        assertEquals(2, world.run("help", "check", "run"));
        assertEquals("seawall help: unexpected argument run (see: seawall --help)\n", world.err());
    }

    @ParameterizedTest
    @MethodSource("words")
    void explainsEachCommandAndDoesNotRunIt(String word) {
        assertEquals(0, world.run(word, "--help"));
        assertTrue(world.out().startsWith("seawall " + word + ": "), world.out());
        assertTrue(world.out().contains("\n\nusage: seawall " + word), world.out());
        for (String[] other : new String[][]{{word, "x", "-h"}, {"help", word}, {word, "--nonsense", "--help"},
            {"--help", word}}) {
            World again = new World(Path.of("/nowhere"), Map.of());
            assertEquals(0, again.run(other));
            assertEquals(world.out(), again.out());
            assertEquals("", again.err());
        }
    }

    /// As wide as the terminals that are left.
    @ParameterizedTest
    @MethodSource("commands")
    void helpsWithinEightyColumns(Command command) {
        List<String> wide = (Help.of(command) + "\n" + USAGE).lines().filter(line -> line.length() > 80).toList();
        assertEquals(List.of(), wide);
        assertFalse(Help.of(command).lines().anyMatch(line -> line.endsWith(" ")), "a blank at an end");
    }

    /// The others read the configuration, and do not look at the gateway's listener.
    @ParameterizedTest
    @MethodSource("commands")
    void saysThatTheGatewayIsExposedWhereThatIsLookedAt(Command command) {
        if (command.exits().contains(Exit.UPSTREAM)) {
            boolean looks = List.of("run", "demo", "check").contains(command.word());
            assertEquals(looks, Help.of(command).contains("\n  3   upstream refused: the gateway is exposed, "));
            assertEquals(!looks, Help.of(command).contains("\n  3   SEAWALL_UPSTREAM is not 127.0.0.1, or "));
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpsWithEveryOption(Command command) {
        for (Option option : command.options()) {
            String name = option.letter().isEmpty() ? option.name() : option.letter();
            assertTrue(command.help().split(name + "\\b", -1).length > 2, () -> name + " is not explained");
            assertTrue(command.help().contains(option.name()), () -> option.name() + " is not named");
        }
        assertTrue(command.help().startsWith("usage: seawall " + command.word()), command.help());
        assertTrue(command.summary().length() <= 63, command.summary());
    }

    /// But for `explain`, which must not show what may be a credential.
    @ParameterizedTest
    @MethodSource("words")
    void refusesAnExtraArgument(String word) {
        String[] arguments = switch (word) {
            case "demo" -> new String[]{word, "8443", "x"};
            case "certs" -> new String[]{word, "show", "x"};
            case "explain" -> new String[]{word, "/", "x"};
            default -> new String[]{word, "x"};
        };
        assertEquals(2, world.run(arguments));
        assertEquals("seawall %1$s: %2$s (see: seawall %1$s --help)\n".formatted(word, word.equals("explain")
                ? "2 URLs (expected: one; and a header in quotes, as -H 'Name: value')"
                : "unexpected argument x"), world.err());
        assertEquals("", world.out());
    }

    @ParameterizedTest
    @MethodSource("words")
    void refusesAnUnknownOption(String word) {
        assertEquals(2, world.run(word, "--hepl"));
        assertEquals("seawall %1$s: unknown option --hepl; did you mean --help? (see: seawall %1$s --help)\n"
                .formatted(word), world.err());
        assertEquals("", world.out());
    }

    @Test
    void refusesADemoOnWhatIsNoPort() {
        for (String port : List.of("https", "0", "65536", "99999999999")) {
            World other = new World(Path.of("/nowhere"), Map.of());
            assertEquals(2, other.run("demo", port));
            assertEquals("seawall demo: PORT: " + port
                    + " (expected: a port number, 1 to 65535) (see: seawall demo --help)\n", other.err());
        }
    }

    @Test
    void endsWithItsOwnCodeWhereACommandFails() {
        assertEquals(70, world.guarded(() -> {
            throw new IllegalStateException("hunter2");
        }));
        assertTrue(world.err().startsWith("seawall: internal failure, java.lang.IllegalStateException at "),
                world.err());
        assertFalse(world.err().contains("hunter2"), world.err());
    }

    @Test
    void makesATokenOf256BitsEachTime() {
        assertEquals(0, world.run("gen-token"));
        assertEquals(0, world.run("gen-token"));
        String[] tokens = world.out().split("\n");
        for (String token : tokens) {
            assertTrue(token.matches("[0-9a-f]{64}"), token);
        }
        assertNotEquals(tokens[0], tokens[1]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version"})
    void tellsItsVersions(String word) {
        assertEquals(0, world.run(word));
        assertTrue(world.out().matches("seawall \\S+ \\(Java 2[5-9].*, Netty 4\\.2\\.\\d+\\.Final, TLS .+\\)\n"),
                world.out());
    }
}
