package io.seawall.proxy.cli;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.seawall.proxy.observe.NettyLoggerFactory;
import io.seawall.proxy.tls.ServerTls;
import java.util.Arrays;
import java.util.function.IntSupplier;

/// The command line's entry.
public final class Main {
    private static final String EXIT_CODES = """

            exit codes: 0 fine, 1 the answer is no, 2 usage or configuration, 3 upstream refused, 4 certificate trouble,
                        5 cannot bind, 70 internal failure or out of memory
            """.stripTrailing();

    private Main() {}

    /// Runs one command and exits with its code.
    public static void main(String[] arguments) {
        InternalFailure.install();
        ServerTls.refuseRenegotiation();
        InternalLoggerFactory.setDefaultFactory(new NettyLoggerFactory());
        Console console = Console.standard();
        System.exit(guarded(console, () -> run(console, arguments)));
    }

    /// The command's exit code, or that of an internal failure: else the JVM's own would be 1, which means something.
    static int guarded(Console console, IntSupplier command) {
        try {
            return command.getAsInt();
        } catch (RuntimeException | Error e) {
            return InternalFailure.report(console, e);
        }
    }

    static int run(Console console, String[] arguments) {
        if (arguments.length == 0 || arguments[0].equals("--help") || arguments[0].equals("-h")
                || arguments[0].equals("help")) {
            usage(console);
            return arguments.length == 0 ? Exit.CONFIGURATION : Exit.FINE;
        }
        String word = arguments[0].equals("--version") ? "version" : arguments[0];
        for (Command command : Command.values()) {
            if (command.word().equals(word)) {
                String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
                if (Arrays.asList(rest).contains("--help") || Arrays.asList(rest).contains("-h")) {
                    console.out(command.summary() + "\n\n" + command.help().stripTrailing());
                    return Exit.FINE;
                }
                if (rest.length > command.mostArguments()) {
                    console.error(
                            "seawall " + word + ": unexpected argument " + rest[rest.length - 1] + " (see: seawall "
                                    + word + " --help)");
                    return Exit.CONFIGURATION;
                }
                return command.execute(console, rest);
            }
        }
        console.error("seawall: unknown command " + arguments[0] + " (see: seawall --help)");
        return Exit.CONFIGURATION;
    }

    private static void usage(Console console) {
        console.out("Seawall, the security gateway in front of OpenClaw.\n\nusage: seawall COMMAND [--help]\n");
        for (Command command : Command.values()) {
            console.out(String.format("  %-15s%s", command.word(), command.summary()));
        }
        console.out(EXIT_CODES);
    }
}
