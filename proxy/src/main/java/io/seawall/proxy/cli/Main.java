package io.seawall.proxy.cli;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.ConfigException;
import io.seawall.config.Suggestion;
import io.seawall.host.Printable;
import io.seawall.proxy.observe.NettyLoggerFactory;
import io.seawall.proxy.server.StartRefusedException;
import io.seawall.proxy.tls.ServerTls;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The command line's entry.
public final class Main {
    private Main() {}

    /// Runs one command and exits with its code.
    public static void main(String[] arguments) {
        InternalFailure.install();
        ServerTls.refuseRenegotiation();
        InternalLoggerFactory.setDefaultFactory(new NettyLoggerFactory());
        Console console = Console.standard();
        System.exit(guarded(console, () -> run(console, arguments)).code());
    }

    /// How the command ends; of an internal failure the JVM's own code would be 1, which means something else.
    static Exit guarded(Console console, Supplier<Exit> command) {
        try {
            return command.get();
        } catch (RuntimeException | Error e) {
            return InternalFailure.report(console, e);
        }
    }

    static Exit run(Console console, String[] arguments) {
        List<String> words = List.of(arguments);
        List<Command> commands = Commands.of(console);
        if (words.isEmpty()) {
            console.error(Help.of(commands));
            return Exit.CONFIGURATION;
        }
        String word = words.getFirst();
        List<String> rest = words.subList(1, words.size());
        if (word.equals("help") || Options.askForHelp(List.of(word))) {
            return help(console, commands, rest);
        }
        Optional<Command> command = find(commands, word.equals("--version") ? "version" : word);
        if (command.isEmpty()) {
            return unknown(console, commands, word);
        }
        if (Options.askForHelp(rest)) {
            console.out(Help.of(command.get()));
            return Exit.FINE;
        }
        return run(console, command.get(), rest);
    }

    private static Exit run(Console console, Command command, List<String> words) {
        try {
            return command.execute(Options.parse(words, command.options(), command.mostArguments()));
        } catch (UsageException e) {
            console.error("seawall " + command.word() + ": " + Printable.line(String.valueOf(e.getMessage()))
                    + " (see: seawall " + command.word() + " --help)");
            return Exit.CONFIGURATION;
        } catch (ConfigException e) {
            return Refusals.report(console, e.problems());
        } catch (UnusableCertificateException e) {
            return Refusals.report(console, String.valueOf(e.getMessage()), Exit.CERTIFICATES);
        } catch (StartRefusedException e) {
            return Refusals.report(console, e);
        }
    }

    /// `help`, and `help COMMAND`.
    private static Exit help(Console console, List<Command> commands, List<String> words) {
        if (words.isEmpty()) {
            console.out(Help.of(commands));
            return Exit.FINE;
        }
        Optional<Command> command = find(commands, words.getFirst());
        if (command.isEmpty()) {
            return unknown(console, commands, words.getFirst());
        }
        if (words.size() > 1) {
            console.error("seawall help: unexpected argument " + Printable.line(words.get(1), 60)
                    + " (see: seawall --help)");
            return Exit.CONFIGURATION;
        }
        console.out(Help.of(command.get()));
        return Exit.FINE;
    }

    private static Optional<Command> find(List<Command> commands, String word) {
        return commands.stream().filter(command -> command.word().equals(word)).findFirst();
    }

    private static Exit unknown(Console console, List<Command> commands, String word) {
        List<String> known = word.startsWith("-")
                ? List.of("--help", "--version")
                : Stream.concat(commands.stream().map(Command::word), Stream.of("help")).toList();
        console.error("seawall: unknown command " + Printable.line(word, 60) + Suggestion.question(word, known)
                + " (see: seawall --help)");
        return Exit.CONFIGURATION;
    }
}
