package io.seawall.proxy.cli;

import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.load.ConfigLoader;
import io.seawall.host.ByteSize;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.route.RouteRule;
import io.seawall.proxy.route.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `seawall routes`
record RoutesCommand(Console console) implements Command {
    @Override
    public String word() {
        return "routes";
    }

    @Override
    public String summary() {
        return "print the route table: path, layer, methods, limits";
    }

    @Override
    public String help() {
        return """
                usage: seawall routes

                Shows the table that the present configuration makes; the default one where it
                is not valid.

                methods  those that the path takes; WS is a WebSocket
                body     the largest that a request can have
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.CONFIGURATION, Exit.UPSTREAM);
    }

    @Override
    public Exit execute(Options options) {
        Router router;
        Exit exit = Exit.FINE;
        try {
            Config config = console.load().config();
            router = new Router(config);
        } catch (ConfigException e) {
            console.error("the configuration is not valid (see: seawall check); this is the default table");
            exit = Exit.of(e.problems());
            router = new Router(new Config.Hooks("/hooks", Optional.empty()), List.of(), List.of(),
                    ConfigLoader.defaultBodies());
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("path", "route", "layer", "methods", "body"));
        for (RouteRule rule : router.table()) {
            String layer = Layer.of(rule.route()).map(Layer::label).orElse("none");
            for (String path : rule.pattern().split(" (?=/)", -1)) {
                rows.add(List.of(path, rule.route().label(), layer, methods(rule), ByteSize.text(rule.bodyLimit())));
            }
        }
        Columns.table(rows).forEach(console::out);
        return exit;
    }

    private static String methods(RouteRule rule) {
        String methods = rule.takesAnyMethod()
                ? "any"
                : String.join(" ", rule.methods().stream().sorted().toList());
        return rule.upgrade() ? methods + " WS" : methods;
    }
}
