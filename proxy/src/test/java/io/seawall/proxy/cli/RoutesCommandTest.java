package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.proxy.server.TestConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutesCommandTest {
    private static final Path NOWHERE = Path.of("/nowhere");

    @Test
    void printsTheTableOfTheConfiguration() {
        World world = new World(NOWHERE,
                TestConfig.environment("HOOKS_PATH=/in", "SEAWALL_PUBLIC_PATHS=/slack/events, /j/*, ws:/w"));
        assertEquals(0, world.run("routes"));
        assertEquals(
                """
                        path                                    route      layer   methods       body
                        /healthz                                status     none    GET HEAD      0
                        /health                                 status     none    GET HEAD      0
                        /readyz                                 status     none    GET HEAD      0
                        /ready                                  status     none    GET HEAD      0
                        /startupz                               status     none    GET HEAD      0
                        /startup                                status     none    GET HEAD      0
                        /in/…                                   hooks      hooks   POST          256 KiB
                        /v1/…                                   api        gateway GET HEAD POST 20 MiB
                        /sessions/…                             api        gateway GET HEAD POST 20 MiB
                        /tools/invoke                           api        gateway GET HEAD POST 2 MiB
                        /slack/events                           public     none    GET HEAD POST 1 MiB
                        /j/*                                    public     none    GET HEAD POST 1 MiB
                        ws:/w                                   public     none    GET HEAD WS   0
                        /.seawall/login                         own        basic   GET HEAD POST 0
                        /.seawall/logout                        own        basic   GET HEAD POST 0
                        /.seawall/client                        own        basic   GET HEAD POST 0
                        /.well-known/openclaw/browser-bootstrap own        basic   GET HEAD POST 0
                        /__openclaw__/cap/…                     capability basic   GET HEAD POST 1 MiB
                        /assets/…                               static     none    GET HEAD      0
                        /favicon.ico, icons, fonts, manifest    static     none    GET HEAD      0
                        everything else                         ui         basic   any WS        25 MiB
                        """,
                world.out());
        assertEquals("", world.err());
        assertEquals(List.of(), world.out().lines().filter(line -> line.length() > Columns.WIDTH).toList());
    }

    @Test
    void namesTheHostsThatBelongToAnotherPortOfTheGateway() {
        World world = new World(NOWHERE, TestConfig.environment("SEAWALL_SANDBOX=apps.example.com",
                "SEAWALL_SANDBOX_PORT=18791",
                "SEAWALL_PORTALS=preview.example.net"));
        assertEquals(0, world.run("routes"));
        assertEquals(
                """
                        apps.example.com/…                      sandbox    none    GET HEAD      0
                        *:18791/…                               sandbox    none    GET HEAD      0
                        *.preview.example.net/…                 portal     none    any WS        1 MiB
                        """,
                world.out().replaceAll("(?m)^(?!apps|\\*).*\n", ""));
    }

    @Test
    void namesThePathsThatAreListedBehindTheGatewayToken() {
        World world = new World(NOWHERE, TestConfig.environment("SEAWALL_API_PATHS=/api/v1/admin/rpc,/plugin/*"));
        assertEquals(0, world.run("routes"));
        assertEquals(
                """
                        /api/v1/admin/rpc                       api        gateway GET HEAD POST 20 MiB
                        /plugin/*                               api        gateway GET HEAD POST 20 MiB
                        """,
                world.out().replaceAll("(?m)^(?!/api/|/plugin).*\n", ""));
    }

    @Test
    void printsTheDefaultTableWhereTheConfigurationIsNotValid() {
        World world = new World(NOWHERE, Map.of());
        assertEquals(2, world.run("routes"));
        assertEquals("the configuration is not valid (see: seawall check); this is the default table\n", world.err());
        assertEquals(
                """
                        path                                    route      layer   methods       body
                        /healthz                                status     none    GET HEAD      0
                        /health                                 status     none    GET HEAD      0
                        /readyz                                 status     none    GET HEAD      0
                        /ready                                  status     none    GET HEAD      0
                        /startupz                               status     none    GET HEAD      0
                        /startup                                status     none    GET HEAD      0
                        /v1/…                                   api        gateway GET HEAD POST 20 MiB
                        /sessions/…                             api        gateway GET HEAD POST 20 MiB
                        /tools/invoke                           api        gateway GET HEAD POST 2 MiB
                        /.seawall/login                         own        basic   GET HEAD POST 0
                        /.seawall/logout                        own        basic   GET HEAD POST 0
                        /.seawall/client                        own        basic   GET HEAD POST 0
                        /.well-known/openclaw/browser-bootstrap own        basic   GET HEAD POST 0
                        /__openclaw__/cap/…                     capability basic   GET HEAD POST 1 MiB
                        /assets/…                               static     none    GET HEAD      0
                        /favicon.ico, icons, fonts, manifest    static     none    GET HEAD      0
                        everything else                         ui         basic   any WS        25 MiB
                        """,
                world.out());
    }
}
