package io.seawall.proxy.cli;

import java.util.List;

/// Every command, in the order of the list.
final class Commands {
    private Commands() {}

    static List<Command> of(Console console) {
        return List.of(new RunCommand(console), new DemoCommand(console), new InitCommand(console),
                new CheckCommand(console), new CertsCommand(console), new HealthCommand(console),
                new DoctorCommand(console), new RoutesCommand(console), new AuditCommand(console),
                new ExplainCommand(console), new HashPasswordCommand(console), new GenTokenCommand(console),
                new VersionCommand(console));
    }
}
