package io.seawall.proxy.cli;

import java.util.List;

/// `seawall gen-token`
record GenTokenCommand(Console console) implements Command {
    @Override
    public String word() {
        return "gen-token";
    }

    @Override
    public String summary() {
        return "print a new random token of 256 bits";
    }

    @Override
    public String help() {
        return """
                usage: seawall gen-token

                Prints 64 hexadecimal digits from the system's secure random source.
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.CONFIGURATION);
    }

    @Override
    public Exit execute(Options options) {
        console.out(Tokens.random());
        return Exit.FINE;
    }
}
