package io.seawall.proxy.cli;

import io.seawall.host.OwnFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;

/// `seawall init`
record InitCommand(Console console) implements Command {
    @Override
    public String word() {
        return "init";
    }

    @Override
    public String summary() {
        return "write .env with strong secrets";
    }

    @Override
    public String help() {
        return """
                usage: seawall init

                Writes .env (mode 600) into this folder and says what to do next. Never
                overwrites one.
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.CONFIGURATION);
    }

    @Override
    public Exit execute(Options options) {
        Path file = console.folder().resolve(".env");
        String text = """
                # Seawall's secrets, one for each layer; keep this file out of version control.
                # config/README.md has every key.

                # people: the browser asks for these once
                AUTH_USERNAME=admin
                AUTH_PASSWORD=%s

                # API clients: Authorization: Bearer; the gateway must know the same token
                OPENCLAW_GATEWAY_TOKEN=%s

                # webhooks: the token of hooks.token in openclaw.json
                HOOKS_ENABLED=false
                HOOKS_TOKEN=%s

                # the name that people type, without https:// and port
                #SEAWALL_HOSTS=claw.example.com
                """.formatted(Tokens.random(12), Tokens.random(), Tokens.random());
        try {
            OwnFile.create(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (FileAlreadyExistsException e) {
            console.error("seawall init: " + file + " exists already (expected: none; move it away to make a new one)");
            return Exit.CONFIGURATION;
        } catch (IOException e) {
            console.error("seawall init: " + file + " cannot be written");
            return Exit.CONFIGURATION;
        }
        console.out(
                """
                        Wrote %s (mode 600) with a new password and new tokens.

                        Next:
                          1. Give the gateway the same token, and let it trust Seawall (openclaw.json):

                               "gateway": {
                                 "bind": "loopback",
                                 "trustedProxies": ["127.0.0.1"],
                                 "publicOrigin": "https://localhost:8080",
                                 "controlUi": { "allowedOrigins": ["https://localhost:8080"] }
                               }

                             and start it with OPENCLAW_GATEWAY_TOKEN from .env in its environment.
                          2. Put your public name into .env (SEAWALL_HOSTS) and its origin into
                             publicOrigin and allowedOrigins above.
                          3. ./seawall check
                          4. ./seawall run, and open https://localhost:8080/
                             (user and password: see .env)"""
                        .formatted(file));
        return Exit.FINE;
    }
}
