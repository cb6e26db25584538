package io.seawall.proxy.cli;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Help screens, of at most 80 columns.
final class Help {
    private Help() {}

    /// The list of commands.
    static String of(List<Command> commands) {
        return """
                Seawall, the security proxy in front of OpenClaw.

                usage: seawall COMMAND [OPTIONS]
                       seawall help COMMAND

                %s

                %s""".formatted(commands.stream()
                .map(command -> String.format("  %-14s %s", command.word(), command.summary()))
                .collect(Collectors.joining("\n")), Exit.help(EnumSet.allOf(Exit.class), Exit::meaning));
    }

    /// What one command is for, how it is written, and how it ends.
    static String of(Command command) {
        Set<Exit> exits = EnumSet.copyOf(command.exits());
        exits.add(Exit.INTERNAL);
        return "seawall " + command.word() + ": " + command.summary() + "\n\n" + command.help().stripTrailing()
                + "\n\n" + Exit.help(exits, exit -> switch (exit) {
                    case NO -> command.no();
                    case UPSTREAM -> command.upstream();
                    default -> exit.meaning();
                });
    }
}
