package io.seawall.proxy.cli;

import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.load.ConfigLoader;
import io.seawall.host.ByteSize;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.route.RouteRule;
import io.seawall.proxy.route.Router;
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
            Config config = Configuration.load(console).config();
            router = new Router(config);
        } catch (ConfigException e) {
            console.error("the configuration is not valid (see: seawall check); this is the default table");
            exit = Exit.of(e.problems());
            router = new Router(new Config.Hooks("/hooks", Optional.empty()), List.of(), List.of(),
                    ConfigLoader.defaultBodies());
        }
        line("path", "route", "layer", "methods", "websocket", "body limit");
        for (RouteRule rule : router.table()) {
            String layer = Layer.of(rule.route()).map(Layer::label).orElse("none");
            for (String path : rule.pattern().split(" (?=/)")) {
                line(path, rule.route().label(), layer, String.join(" ", rule.methods().stream().sorted().toList()),
                        rule.upgrade() ? "yes" : "no", ByteSize.text(rule.bodyLimit()));
            }
        }
        return exit;
    }

    private void line(String path, String route, String layer, String methods, String upgrade, String limit) {
        console.out(String.format("%-40s %-10s %-8s %-42s %-10s %s", path, route, layer, methods, upgrade, limit)
                .stripTrailing());
    }
}
