package io.seawall.proxy.cli;

/// One word of the command line: what it is for, how it is written, what it does.
enum Command {
    RUN("run", "Serve: stand in front of the OpenClaw gateway of this host.", """
            usage: seawall run

            Reads its configuration from the environment, from .env in this folder (the environment wins), and from
            the JSON file that SEAWALL_CONFIG names. README.md has the table of keys.

            Reads it again on SIGHUP, and when one of these files has changed: all of it is put in force, or nothing.

            Stops on SIGTERM or Ctrl-C: takes no new connections, lets running requests finish for up to
            SEAWALL_DRAIN_TIMEOUT seconds, then ends.

            exit codes: 0 stopped, 2 configuration refused, 3 upstream refused, 4 certificate trouble, 5 cannot bind,
                        70 internal failure or out of memory
            """) {
        @Override
        int execute(Console console, String[] arguments) {
            return new RunCommand(console).execute();
        }
    },
    DEMO("demo", "Try it: Seawall with generated secrets in front of a built-in stand-in gateway.", """
            usage: seawall demo [PORT]

            Listens on 127.0.0.1, PORT 8443 or the next free one, with a local CA in a temporary folder that is
            removed at the end. Prints the URL, the credentials and commands to paste.
            """) {
        @Override
        int execute(Console console, String[] arguments) {
            return new DemoCommand(console).execute(arguments);
        }

        @Override
        int mostArguments() {
            return 1;
        }
    },
    INIT("init", "Write .env with strong secrets.", """
            usage: seawall init

            Writes .env (mode 600) into this folder and says what to do next. Never overwrites one.
            """) {
        @Override
        int execute(Console console, String[] arguments) {
            return new InitCommand(console).execute();
        }
    },
    CHECK("check", "Validate configuration, certificates and the gateway's listener without starting.", """
            usage: seawall check
                   seawall check --from-nginx [FILE]

            Reads the same configuration as run. Prints every problem, or one summary.

            --from-nginx  for who comes from the nginx image (coollabsio/openclaw): says of each of its variables what
                          it means to Seawall, and what is refused now. FILE holds that image's environment, as
                          docker exec CONTAINER env prints it; without it: the environment and .env, as usual.

            exit codes: 0 fine, 2 configuration refused, 3 upstream refused, 4 certificate trouble
            """) {
        @Override
        int execute(Console console, String[] arguments) {
            return new CheckCommand(console).execute(arguments);
        }

        @Override
        int mostArguments() {
            return 2;
        }
    },
    CERTS("certs", "Show the certificates, export the CA for other devices, renew.", """
            usage: seawall certs show
                   seawall certs export [FILE]
                   seawall certs renew [--new-ca]

            show    where the certificates come from, their names, how long they last, and their SHA-256 fingerprints
            export  the local CA's certificate, never its key: into FILE, or to standard output; and how to import it
            renew   a new server certificate of the local CA now. A running Seawall takes it over within 10 seconds.
                    --new-ca makes a new CA for the present SEAWALL_HOSTS first: every device has to import it.

            exit codes: 0 fine, 2 configuration refused, 4 certificate trouble
            """) {
        @Override
        int execute(Console console, String[] arguments) {
            return new CertsCommand(console).execute(arguments);
        }

        @Override
        int mostArguments() {
            return 2;
        }
    },
    HEALTH("health", "Ask the Seawall that runs on this host whether it answers.", """
            usage: seawall health

            Reads the same configuration as run, and asks the listener that it names. For health checks of containers.

            exit codes: 0 it answers, 1 it does not
            """) {
        @Override
        int execute(Console console, String[] arguments) {
            return new HealthCommand(console).execute();
        }
    },
    DOCTOR("doctor", "Ask the running pair, with real requests, what is wrong and which line to change.",
            """
                    usage: seawall doctor [--url https://NAME[:PORT]] [--json]

                    Reads the same configuration as run, asks the gateway and the Seawall that runs with it on this host, and says of
                    each check how it came out and what to do. Leaves nothing behind; waits 15 seconds for an answer at most, and asks for
                    two minutes. Shows a credential only to who is meant: over TLS by the certificate, in clear by the socket's owner.

                    --url   the public address: asks there, too, through the tunnel or proxy in front
                    --json  {"summary":{...},"fine":false,"findings":[{"id","status","found","fix"}]}; ids stay what they are

                    A check is pass, warn, fail, unknown (no answer that tells) or skipped (off, or another one comes first).

                    exit codes: 0 nothing is wrong, 1 a fail, warn or unknown, 2 the configuration or an argument is refused
                    """) {
        @Override
        int execute(Console console, String[] arguments) {
            return new DoctorCommand(console).execute(arguments);
        }

        @Override
        int mostArguments() {
            return 3;
        }
    },
    ROUTES("routes", "Print the route table: path, layer, methods, limits.", """
            usage: seawall routes

            Shows the table that the present configuration makes; the default one where it is not valid.
            """) {
        @Override
        int execute(Console console, String[] arguments) {
            return new RoutesCommand(console).execute();
        }
    },
    AUDIT("audit", "Tick the hardening checklist: this host, OpenClaw's configuration, the container.",
            """
                    usage: seawall audit [--json | --markdown] [--only IDS] [--skip ID=REASON]... [--fix [--yes]]

                    Looks at what is here; without --fix it changes nothing, and it asks no network. Prints what is wrong,
                    worst first, with the fix of each; what could not be seen, with what it would take; and what is fine.

                    --json       every check with a stable id, and why it matters; for programs
                    --markdown   a table, for tickets
                    --only IDS   only these checks or groups, comma-separated: binding,keys.env-git
                    --skip ID=REASON   leaves one out, and says why
                    --fix        first mends what can be mended without asking what you meant: file modes, and secrets that are
                                 missing from .env; shows what, and asks, unless --yes

                    OpenClaw's state is looked for in OPENCLAW_STATE_DIR, ~/.openclaw, /home/node/.openclaw and /data/.openclaw.

                    exit codes: 0 nothing is wrong, 1 a fail or warn, 2 an argument is refused
                    """) {
        @Override
        int execute(Console console, String[] arguments) {
            return new AuditCommand(console).execute(arguments);
        }

        @Override
        int mostArguments() {
            return 100;
        }
    },
    EXPLAIN("explain", "Say what would become of a request, and why, without sending it.", """
            usage: seawall explain URL [-X METHOD] [-H 'Name: value']... [--client ADDRESS] [--json]

            Takes the request through every stage of the gate, in order, with the configuration that run would read.
            Nothing is sent, written or counted; lockouts, and whether the gateway answers, are not looked at.

            URL       https://HOST/PATH, wss://HOST/PATH for a WebSocket, or /PATH on the first of SEAWALL_HOSTS. It is
                      taken as it is written, as HTTP/1.1; quote it, and write \\ and %2e as a client would send them.
            -X        the method, GET unless it is given
            -H        a header, as often as there are headers. A credential is judged, and never shown
            --client  who connects: 203.0.113.7 unless it is given. Where that is a trusted proxy, its header counts
            --json    outcome (gateway, seawall, refused), status (0: the gateway's), reason, message, route, layer,
                      decision, and steps, each with stage and lines

            exit codes: 0 it reaches the gateway, or Seawall answers it itself, 1 it is refused, 2 configuration or an
            argument refused, 4 certificate trouble
            """) {
        @Override
        int execute(Console console, String[] arguments) {
            return new ExplainCommand(console).execute(arguments);
        }

        @Override
        int mostArguments() {
            return Integer.MAX_VALUE;
        }
    },
    HASH_PASSWORD("hash-password", "Turn a password into an argon2id hash for AUTH_PASSWORD_HASH.", """
            usage: seawall hash-password

            Asks for the password twice on a terminal, or reads one line from standard input. Prints the hash.
            """) {
        @Override
        int execute(Console console, String[] arguments) {
            return new HashPasswordCommand(console).execute();
        }
    },
    GEN_TOKEN("gen-token", "Print a new random token of 256 bits.", """
            usage: seawall gen-token

            Prints 64 hexadecimal digits from the system's secure random source.
            """) {
        @Override
        int execute(Console console, String[] arguments) {
            console.out(Tokens.random());
            return Exit.FINE;
        }
    },
    VERSION("version", "Print the versions of Seawall and of what it runs on.", """
            usage: seawall version
            """) {
        @Override
        int execute(Console console, String[] arguments) {
            console.out(Versions.line());
            return Exit.FINE;
        }
    };

    private final String word;
    private final String summary;
    private final String help;

    Command(String word, String summary, String help) {
        this.word = word;
        this.summary = summary;
        this.help = help;
    }

    String word() {
        return word;
    }

    String summary() {
        return summary;
    }

    String help() {
        return help;
    }

    int mostArguments() {
        return 0;
    }

    abstract int execute(Console console, String[] arguments);
}
