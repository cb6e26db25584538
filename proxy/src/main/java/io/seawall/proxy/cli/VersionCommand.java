package io.seawall.proxy.cli;

import java.util.List;

/// `seawall version`
record VersionCommand(Console console) implements Command {
    @Override
    public String word() {
        return "version";
    }

    @Override
    public String summary() {
        return "print the versions of Seawall and of what it runs on";
    }

    @Override
    public String help() {
        return """
                usage: seawall version
                       seawall --version
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.CONFIGURATION);
    }

    @Override
    public Exit execute(Options options) {
        console.out(Versions.line());
        return Exit.FINE;
    }
}
