package io.seawall.config.load;

import io.seawall.config.Config;
import io.seawall.config.Config.Basic;
import io.seawall.config.Config.Tls;
import io.seawall.config.Config.Upstream.OnExposure;
import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.config.PasswordHash;
import io.seawall.config.Problem;
import io.seawall.config.PublicPath;
import io.seawall.config.Secret;
import io.seawall.config.Token;
import io.seawall.host.Cidr;
import io.seawall.host.HostName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;

/// Turns environment and file into a [Config], or into the list of everything that is wrong with them.
public final class ConfigLoader {
    // Let's Encrypt's limit
    private static final int MOST_NAMES = 100;

    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Settings settings;
    private final Numbers numbers;
    private final Values values;
    private final CredentialSettings credentials;

    private ConfigLoader(Map<String, String> environment, BiPredicate<PasswordHash, String> hashes) {
        settings = new Settings(environment, problems);
        numbers = new Numbers(settings, problems);
        values = new Values(settings, problems);
        credentials = new CredentialSettings(settings, values, hashes);
    }

    /// A configuration and what is odd about it without being wrong.
    ///
    /// @param texts what every key was found to be, for comparing one configuration with another
    public record Loaded(Config config, List<String> warnings, Map<Key, Secret> texts) {
        public Loaded {
            warnings = List.copyOf(warnings);
            texts = Map.copyOf(texts);
        }

        /// The keys that are not what they were before, in the order of the table.
        public List<Key> changedSince(Loaded before) {
            return Arrays.stream(Key.values()).filter(key -> {
                Optional<Secret> then = Optional.ofNullable(before.texts.get(key));
                Optional<Secret> now = Optional.ofNullable(texts.get(key));
                return then.isPresent() != now.isPresent() || then.isPresent() && !then.get().sameAs(now.orElseThrow());
            }).toList();
        }
    }

    /// The files that a configuration comes from besides the environment: the JSON file and those of the secrets. They
    /// need not exist.
    public static Set<Path> files(Map<String, String> environment) {
        return Settings.files(environment);
    }

    /// @throws ConfigException with every problem
    public static Loaded load(Map<String, String> environment) throws ConfigException {
        return load(environment, (hash, token) -> false);
    }

    /// @param hashes whether a hash is the hash of a text: finds a token that is also the hashed password
    /// @throws ConfigException with every problem
    public static Loaded load(Map<String, String> environment, BiPredicate<PasswordHash, String> hashes)
            throws ConfigException {
        ConfigLoader loader = new ConfigLoader(environment, hashes);
        Optional<Config> config = loader.config();
        if (config.isEmpty() || !loader.problems.isEmpty()) {
            throw new ConfigException(loader.problems);
        }
        List<String> warnings = new ArrayList<>(loader.settings.warnings());
        warnings.addAll(loader.warnings);
        warnings.addAll(loader.settings.unknown());
        return new Loaded(config.get(), warnings, loader.settings.texts());
    }

    /// The body limits where nothing sets them.
    public static Config.Bodies defaultBodies() {
        return new ConfigLoader(Map.of(), (hash, token) -> false).bodies();
    }

    private Optional<Config> config() {
        Optional<InetAddress> bind = values.address(Key.BIND);
        Optional<Integer> port = numbers.given(Key.PORT, 1, 65_535);
        Optional<Tls> tls = tls();
        Optional<Config.Acme> acme = new AcmeSettings(settings, values).acme();
        Optional<Integer> httpPort = httpPort(tls, acme);
        Optional<Integer> sandboxPort = numbers.given(Key.SANDBOX_PORT, 1, 65_535);
        Config.Hsts hsts = hsts();
        Set<Origin> origins = origins();
        SequencedSet<String> hosts = hosts(origins);
        Optional<Basic> basic = credentials.basic();
        Optional<Token> gatewayToken = credentials.token(Key.GATEWAY_TOKEN, true);
        Optional<Config.Hooks> hooks = hooks();
        Optional<Config.Upstream> upstream = upstream(sandbox(origins), portals(origins, tls));
        Optional<Config.Clients> clients = clients();
        Optional<Optional<Config.Admin>> admin = admin();
        Config.Timeouts timeouts = timeouts();
        Config.Limits limits = limits();
        Config.Http http = http();
        Optional<Config.Http2> http2 = http2();
        Config.Bodies bodies = bodies();
        Config.Lockout lockout = lockout();
        Config.SessionLife session = session();
        List<PublicPath> publicPaths = publicPaths();
        List<PublicPath> apiPaths = apiPaths(publicPaths);
        Set<String> stripHeaders = stripHeaders();
        Optional<Path> stateDir = values.path(Key.STATE_DIR);
        Optional<Config.LogFormat> log = values.choice(Key.LOG, Config.LogFormat.values());
        Optional<Config.LogLevel> logLevel = values.choice(Key.LOG_LEVEL, Config.LogLevel.values());
        Optional<Boolean> allowRoot = values.flag(Key.ALLOW_ROOT);
        Set<String> acceptRisk = acceptRisk();
        Optional<Path> clientCa = values.path(Key.CLIENT_CA);
        Optional<Config.Access> access = new AccessSettings(settings, values).access();

        credentials.allDiffer();
        refusePlaintext(tls, bind);
        refuseClientCaWithoutTls(tls);
        refuseOwnPort(port, upstream, admin);
        refuseOwnHttpPort(httpPort, port, upstream, admin);
        refuseOwnSandboxPort(sandboxPort, httpPort, port, upstream, admin);
        if (bind.isPresent() && upstream.isPresent()) {
            new GatewayPorts(upstream.get(), sandboxPort, values).refuse(bind.get(), port, httpPort,
                    admin.flatMap(Function.identity()));
        }
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Config(new Config.Listener(bind.orElseThrow(), port.orElseThrow(), httpPort,
                sandboxPort, hsts),
                tls.orElseThrow(), acme.orElseThrow(), hosts, origins, coolifyOrigins(), basic.orElseThrow(),
                gatewayToken.orElseThrow(),
                hooks.orElseThrow(),
                upstream.orElseThrow(), clients.orElseThrow(), admin.orElseThrow(), timeouts, limits, http,
                http2.orElseThrow(), bodies,
                lockout, session, stateDir.orElseThrow().toAbsolutePath().normalize(), publicPaths, apiPaths,
                stripHeaders, log.orElseThrow(), logLevel.orElseThrow(), allowRoot.orElseThrow(), acceptRisk, clientCa,
                access));
    }

    private Config.Hsts hsts() {
        String text = settings.text(Key.HSTS).orElseThrow();
        return switch (text) {
            case "auto" -> Config.Hsts.AUTO;
            case "off" -> Config.Hsts.OFF;
            default -> {
                if (text.matches("0|[1-9][0-9]{0,8}")) {
                    yield new Config.Hsts(Optional.of(Integer.parseInt(text)), true);
                }
                values.problem(Key.HSTS, text, "auto, off, or seconds from 0 to 999999999", "SEAWALL_HSTS=auto");
                yield Config.Hsts.OFF;
            }
        };
    }

    private Optional<Tls> tls() {
        String mode = settings.text(Key.TLS).orElseThrow();
        return switch (mode) {
            case "self-signed" -> Optional.of(new Tls.SelfSigned());
            case "off" -> Optional.of(new Tls.Off());
            case "files" -> {
                List<Path> certificates = values.paths(Key.TLS_CERT);
                List<Path> keys = values.paths(Key.TLS_KEY);
                if (isUnset(Key.TLS_CERT)) {
                    values.problem(Key.TLS_CERT, "not set", "a PEM file, because SEAWALL_TLS=files",
                            "SEAWALL_TLS_CERT=/path/fullchain.pem");
                }
                if (isUnset(Key.TLS_KEY)) {
                    values.problem(Key.TLS_KEY, "not set", "a PEM file, because SEAWALL_TLS=files",
                            "SEAWALL_TLS_KEY=/path/privkey.pem");
                }
                yield files(certificates, keys);
            }
            case "acme" -> acmeNames();
            default -> {
                values.problem(Key.TLS, mode, "self-signed, files, acme or off", "SEAWALL_TLS=self-signed");
                yield Optional.empty();
            }
        };
    }

    private boolean isUnset(Key key) {
        return settings.given(key).filter(text -> !text.replace(",", "").isBlank()).isEmpty();
    }

    /// Each certificate with the key in the same place of the other list. Which kinds of key they are is in the files.
    private Optional<Tls> files(List<Path> certificates, List<Path> keys) {
        if (certificates.isEmpty() || keys.isEmpty()) {
            return Optional.empty(); // said already
        }
        if (certificates.size() > 2) {
            values.problem(Key.TLS_CERT, certificates.size() + " files", "one, or two: ECDSA and RSA",
                    "name the certificates that clients should get");
            return Optional.empty();
        }
        if (certificates.size() != keys.size()) {
            values.problem(Key.TLS_KEY, keys.size() + (keys.size() == 1 ? " file" : " files"),
                    "as many as SEAWALL_TLS_CERT names, " + certificates.size(),
                    "name the key of each certificate, in the same order");
            return Optional.empty();
        }
        List<Tls.Files.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            pairs.add(new Tls.Files.Pair(certificates.get(i), keys.get(i)));
        }
        return Optional.of(new Tls.Files(pairs));
    }

    /// The names to have certified: those that we were told are ours, not those of allowed origins, which may be
    /// somebody else's. A CA certifies no address and no localhost.
    private Optional<Tls> acmeNames() {
        SequencedSet<String> names = new LinkedHashSet<>();
        SequencedSet<String> asked = publicNames();
        settings.given(Key.SANDBOX).flatMap(HostName::of).ifPresent(asked::add);
        for (String name : asked) {
            if (!HostName.isAddress(name) && !name.equals("localhost")
                    && !name.endsWith(".localhost")) {
                names.add(name);
            }
        }
        if (names.isEmpty() && allHostsAreHosts()) {
            values.problem(Key.HOSTS, "no DNS name", "the names to have certified, because SEAWALL_TLS=acme",
                    "SEAWALL_HOSTS=claw.example.com");
        } else if (names.size() > MOST_NAMES) {
            values.problem(Key.HOSTS, names.size() + " names", "at most " + MOST_NAMES + " in a certificate",
                    "list only the names that people use");
        }
        return Optional.of(new Tls.Acme(names));
    }

    /// Where they are not, that is said, and what would be left is not known.
    private boolean allHostsAreHosts() {
        return settings.list(Key.HOSTS).stream().noneMatch(text -> HostName.of(text).isEmpty())
                && settings.list(Key.COOLIFY_FQDN).stream().noneMatch(text -> coolifyName(text).isEmpty());
    }

    private Optional<Integer> httpPort(Optional<Tls> tls, Optional<Config.Acme> acme) {
        Optional<Integer> port = numbers.given(Key.HTTP_PORT, 1, 65_535);
        if (port.isPresent() && tls.isPresent() && tls.get() instanceof Tls.Off) {
            values.problem(Key.HTTP_PORT, port.get().toString(),
                    "none, because SEAWALL_TLS=off leaves no https to redirect to",
                    "unset SEAWALL_HTTP_PORT");
        }
        if (numbers.hasFailed(Key.HTTP_PORT)) {
            return Optional.empty();
        }
        boolean needed = tls.isPresent() && tls.get() instanceof Tls.Acme && acme.isPresent()
                && acme.get().challenge() == Config.Acme.Challenge.HTTP_01;
        return port.isEmpty() && needed ? Optional.of(80) : port;
    }

    private Set<Origin> origins() {
        Set<Origin> origins = new LinkedHashSet<>();
        for (Key key : List.of(Key.ALLOWED_ORIGINS, Key.OPENCLAW_ALLOWED_ORIGINS)) {
            for (String text : settings.list(key)) {
                try {
                    origins.add(Origin.parse(text));
                } catch (IllegalArgumentException e) {
                    values.problem(key, text, "exact origins such as https://claw.example.com, no path and no wildcard",
                            "write scheme://host or scheme://host:port, several with a comma between them");
                }
            }
        }
        return origins;
    }

    private SequencedSet<String> hosts(Set<Origin> origins) {
        SequencedSet<String> hosts = publicNames();
        for (String text : settings.list(Key.HOSTS)) {
            if (HostName.of(text).isEmpty()) {
                values.problem(Key.HOSTS, text, "host names without scheme, port or path",
                        HostName.hasTwoReadings(text)
                                ? "write the name in its xn-- form, as a browser sends it"
                                : "for example SEAWALL_HOSTS=claw.example.com");
            }
        }
        for (String text : settings.list(Key.COOLIFY_FQDN)) {
            if (coolifyName(text).isEmpty()) {
                values.problem(Key.COOLIFY_FQDN, text, "host names", "for example COOLIFY_FQDN=claw.example.com");
            }
        }
        origins.forEach(origin -> hosts.add(origin.host()));
        return hosts;
    }

    private SequencedSet<String> publicNames() {
        SequencedSet<String> names = new LinkedHashSet<>();
        settings.list(Key.HOSTS).forEach(text -> HostName.of(text).ifPresent(names::add));
        settings.list(Key.COOLIFY_FQDN).forEach(text -> coolifyName(text).ifPresent(names::add));
        return names;
    }

    /// Those that are told with their scheme: Coolify's proxy may end TLS, or not, and say nothing of it to us.
    private Set<Origin> coolifyOrigins() {
        Set<Origin> origins = new LinkedHashSet<>();
        for (String text : settings.list(Key.COOLIFY_FQDN)) {
            try {
                origins.add(Origin.parse(text.replaceFirst("(?<=[^/:])/.*$", "")));
            } catch (IllegalArgumentException e) {
                // a name alone; what is no name was said before
            }
        }
        return origins;
    }

    private static Optional<String> coolifyName(String text) {
        String authority = text.replaceFirst("^(?i:https?)://", "").replaceFirst("/.*$", "");
        return HostName.of(authority.startsWith("[")
                ? authority.substring(0, authority.indexOf(']') + 1)
                : authority.replaceFirst(":.*$", ""));
    }

    private Optional<Config.Hooks> hooks() {
        Optional<Boolean> enabled = values.flag(Key.HOOKS_ENABLED);
        String path = settings.text(Key.HOOKS_PATH).orElseThrow();
        if (path.equals("/")) {
            values.problem(Key.HOOKS_PATH, "/", "a path of its own, because everything lies below /",
                    "HOOKS_PATH=/hooks");
        } else if (!PublicPath.isPlain(path)) {
            values.problem(Key.HOOKS_PATH, path, "a plain path such as /hooks, without a slash at its end",
                    "HOOKS_PATH=/hooks");
        } else {
            // a path that only begins like the webhooks' is refused when it is asked for, so it must be nobody else's
            PublicPath.GUARDED.stream()
                    .filter(guarded -> PublicPath.overlap(path, guarded)
                            || guarded.startsWith(path.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .ifPresent(guarded -> values.problem(Key.HOOKS_PATH, path,
                            "a path of its own; this one overlaps " + guarded, "HOOKS_PATH=/hooks"));
        }
        if (enabled.isEmpty() || !enabled.get()) {
            return enabled.map(e -> new Config.Hooks(path, Optional.empty()));
        }
        return credentials.token(Key.HOOKS_TOKEN, true).map(token -> new Config.Hooks(path, Optional.of(token)));
    }

    /// A name of its own: on one with pages the sandbox's scripts would be of the page's origin, or site.
    private Optional<String> sandbox(Set<Origin> origins) {
        Optional<String> given = settings.given(Key.SANDBOX);
        if (given.isEmpty()) {
            return given;
        }
        Optional<String> name = HostName.of(given.get())
                .filter(host -> !HostName.isAddress(host) && !host.equals("localhost"));
        if (name.isEmpty()) {
            values.problem(Key.SANDBOX, given.get(),
                    "one DNS name of its own (no address, no localhost, no *), without scheme, port or path",
                    "for example SEAWALL_SANDBOX=mcp-apps.example.com");
        } else if (publicNames().contains(name.get())
                || origins.stream().anyMatch(origin -> origin.host().equals(name.get()))) {
            values.problem(Key.SANDBOX, given.get(), "a name under which no page of the UI is served",
                    "give it a name of its own, for example SEAWALL_SANDBOX=mcp-apps.example.com");
        }
        return name;
    }

    /// A domain of its own: what runs on the names below it is anybody's program, and must be no page or sandbox of ours.
    private Optional<Config.Upstream.Portals> portals(Set<Origin> origins, Optional<Tls> tls) {
        Optional<Integer> port = numbers.given(Key.PORTALS_PORT, 1, 65_535);
        Optional<String> given = settings.given(Key.PORTALS);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> domain = HostName.of(given.get()).filter(name -> !HostName.isAddress(name)
                && name.contains(".") && !name.endsWith(".localhost"));
        if (domain.isEmpty()) {
            values.problem(Key.PORTALS, given.get(),
                    "one DNS domain with a dot in it (no address, no localhost), without scheme, port, path or *",
                    "the domain that openclaw.json has at gateway.portals.ingress.domain, for example SEAWALL_PORTALS=preview.example.net");
            return Optional.empty();
        }
        SequencedSet<String> names = publicNames();
        origins.forEach(origin -> names.add(origin.host()));
        names.stream().filter(name -> !HostName.isAddress(name)).flatMap(name -> shared(name, domain.get()).stream()
                .map(parent -> Key.PORTALS.variable() + ": " + domain.get() + " and " + name + " are both in " + parent
                        + ", which makes them one site to browsers: a portal's program can give the UI cookies there, and"
                        + " with enough of them keep people out of it. Fix: a domain that shares nothing with the UI's"
                        + " (not needed where everybody can register names in " + parent + ")"))
                .findFirst().ifPresent(warnings::add);
        settings.given(Key.SANDBOX).flatMap(HostName::of).ifPresent(names::add);
        names.stream().filter(name -> name.equals(domain.get()) || name.endsWith("." + domain.get())).findFirst()
                .ifPresent(name -> values.problem(Key.PORTALS, given.get(),
                        "a domain that no other configured name is, or is below; " + name + " is",
                        "give portals a domain of their own, for example SEAWALL_PORTALS=preview.example.net"));
        if (tls.orElse(null) instanceof Tls.Acme) {
            values.problem(Key.PORTALS, given.get(),
                    "a certificate for *." + domain.get()
                            + ", which SEAWALL_TLS=acme cannot get: a CA asks for a DNS record",
                    "get it with another ACME client (dns-01) and name it in SEAWALL_TLS_CERT and SEAWALL_TLS_KEY, or let a proxy in front end TLS");
        }
        return port.map(p -> new Config.Upstream.Portals(domain.get(), p));
    }

    /// The longest domain that both names are in or are; empty where that is one label, as nobody gets cookies there.
    private static Optional<String> shared(String name, String other) {
        for (String parent = name;; parent = parent.substring(parent.indexOf('.') + 1)) {
            if (!parent.contains(".")) {
                return Optional.empty();
            }
            if (other.endsWith("." + parent)) {
                return Optional.of(parent);
            }
        }
    }

    private Optional<Config.Upstream> upstream(Optional<String> sandbox, Optional<Config.Upstream.Portals> portals) {
        String bind = settings.text(Key.GATEWAY_BIND).orElseThrow();
        if (!bind.equals("loopback")) {
            problems.add(new Problem(Problem.Kind.UPSTREAM, Key.GATEWAY_BIND.variable(), bind, "loopback",
                    "OPENCLAW_GATEWAY_BIND=loopback, and gateway.bind: \"loopback\" in openclaw.json"));
        }
        Optional<OnExposure> onExposure = values.choice(Key.ON_EXPOSURE, OnExposure.values());
        Optional<Integer> port = numbers.given(Key.GATEWAY_PORT, 1, 65_535);
        OptionalLong uid = numbers.uid(Key.GATEWAY_UID);
        Optional<String> given = settings.given(Key.UPSTREAM);
        if (given.isEmpty()) {
            return upstream(port.orElse(18_789), onExposure, uid, sandbox, portals);
        }
        String address = given.get().replaceFirst("^http://", "").replaceFirst("/$", "");
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        String portText = colon < 0 ? "" : address.substring(colon + 1);
        // the one name that is accepted, and never looked up: what DNS or /etc/hosts says of it must not matter
        boolean loopback = host.equals("127.0.0.1") || host.equals("localhost");
        if (!loopback || !(colon < 0 || isPort(portText))) {
            problems.add(new Problem(Problem.Kind.UPSTREAM, Key.UPSTREAM.variable(), given.get(), "127.0.0.1:PORT",
                    "run the gateway on this host (or in this network namespace) with gateway.bind: \"loopback\", and set SEAWALL_UPSTREAM=127.0.0.1:18789"));
            return Optional.empty();
        }
        if (colon >= 0 && port.isPresent() && Integer.parseInt(portText) != port.get()) {
            values.problem(Key.GATEWAY_PORT, port.get().toString(), "the port of SEAWALL_UPSTREAM, " + portText,
                    "unset OPENCLAW_GATEWAY_PORT or make them equal");
        }
        int upstreamPort = colon < 0 ? port.orElse(18_789) : Integer.parseInt(portText);
        return upstream(upstreamPort, onExposure, uid, sandbox, portals);
    }

    private Optional<Config.Upstream> upstream(int port, Optional<OnExposure> onExposure, OptionalLong uid,
            Optional<String> sandbox, Optional<Config.Upstream.Portals> portals) {
        portals.map(Config.Upstream.Portals::port).filter(other -> other == port || other == port + 1)
                .ifPresent(other -> values.problem(Key.PORTALS_PORT, other.toString(),
                        "another port than the gateway's and its sandbox's, which is the next one",
                        "the port that openclaw.json has at gateway.portals.ingress.port, for example SEAWALL_PORTALS_PORT=18890"));
        for (Key key : List.of(Key.SANDBOX, Key.SANDBOX_PORT)) {
            settings.given(key).filter(_ -> port == 65_535).ifPresent(text -> values.problem(key, text,
                    "a gateway on a port below 65535, because its sandbox is on the next one",
                    "unset " + key + ", or move the gateway"));
        }
        return onExposure.map(e -> new Config.Upstream(port, e, uid, sandbox, portals));
    }

    private Optional<Config.Clients> clients() {
        List<Cidr> trusted = new ArrayList<>();
        for (String text : settings.list(Key.TRUSTED_PROXIES)) {
            try {
                Cidr block = Cidr.parse(text);
                if (block.bits() == 0) {
                    values.problem(Key.TRUSTED_PROXIES, text, "the addresses of your proxies, not everybody's",
                            "name the tunnel's or proxy's own address, for example 127.0.0.1");
                }
                trusted.add(block);
            } catch (IllegalArgumentException e) {
                values.problem(Key.TRUSTED_PROXIES, text, "addresses or CIDRs such as 127.0.0.1 or 10.0.0.0/8",
                        "correct that entry");
            }
        }
        Optional<String> header = settings.given(Key.CLIENT_IP_HEADER).map(h -> h.toLowerCase(Locale.ROOT));
        if (header.isPresent() && !Set.of("cf-connecting-ip", "x-forwarded-for", Config.Clients.PROXY_PROTOCOL)
                .contains(header.get())) {
            values.problem(Key.CLIENT_IP_HEADER, header.get(), "CF-Connecting-IP, X-Forwarded-For or PROXY",
                    "name the header that your proxy sets itself, or PROXY where it sends a PROXY protocol header");
        }
        if (namesNoProxy() && header.isPresent()) {
            values.problem(Key.CLIENT_IP_HEADER, header.get(), "SEAWALL_TRUSTED_PROXIES besides it",
                    "set SEAWALL_TRUSTED_PROXIES to the address of the proxy that sets the header");
        }
        if (!settings.list(Key.TRUSTED_PROXIES).isEmpty() && header.isEmpty()) {
            values.problem(Key.CLIENT_IP_HEADER, "not set",
                    "CF-Connecting-IP, X-Forwarded-For or PROXY, because SEAWALL_TRUSTED_PROXIES is set",
                    "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP behind cloudflared, SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For behind another proxy");
        }
        return Optional.of(new Config.Clients(trusted, header));
    }

    private boolean namesNoProxy() {
        return settings.list(Key.TRUSTED_PROXIES).isEmpty() && !settings.isUnreadable(Key.TRUSTED_PROXIES);
    }

    private Optional<Optional<Config.Admin>> admin() {
        String text = settings.text(Key.ADMIN).orElseThrow();
        if (text.equals("off")) {
            return Optional.of(Optional.empty());
        }
        Optional<Token> token = credentials.token(Key.ADMIN_TOKEN, false);
        int colon = text.lastIndexOf(':');
        try {
            String port = text.substring(colon + 1);
            if (colon < 1 || !isPort(port)) {
                throw new IllegalArgumentException(text);
            }
            InetAddress address = Cidr.literal(text.substring(0, colon));
            if (!address.isLoopbackAddress() && token.isEmpty() && !settings.isAttempted(Key.ADMIN_TOKEN)) {
                values.problem(Key.ADMIN_TOKEN, "not set",
                        "a token, because SEAWALL_ADMIN=" + text + " is not on loopback",
                        "set it, or SEAWALL_ADMIN=127.0.0.1:9464");
            }
            return Optional
                    .of(Optional.of(new Config.Admin(new InetSocketAddress(address, Integer.parseInt(port)), token)));
        } catch (IllegalArgumentException e) {
            values.problem(Key.ADMIN, text, "ADDRESS:PORT or off", "SEAWALL_ADMIN=127.0.0.1:9464");
            return Optional.empty();
        }
    }

    private Config.Timeouts timeouts() {
        return new Config.Timeouts(numbers.seconds(Key.READ_TIMEOUT, 1, 604_800),
                numbers.seconds(Key.DRAIN_TIMEOUT, 0, 3_600), numbers.seconds(Key.HANDSHAKE_TIMEOUT, 1, 300),
                numbers.seconds(Key.CONNECT_TIMEOUT, 1, 60), numbers.seconds(Key.UPSTREAM_IDLE_TIMEOUT, 1, 4));
    }

    private Config.Limits limits() {
        return new Config.Limits(numbers.count(Key.MAX_CONNECTIONS, 10, 1_000_000),
                numbers.count(Key.MAX_CONNECTIONS_PER_CLIENT, 1, 1_000_000),
                numbers.count(Key.CONNECTION_RESERVE, 0, 50), numbers.count(Key.MEMORY_WATERMARK, 10, 100));
    }

    private Config.Http http() {
        Config.Http http = new Config.Http((int) numbers.bytes(Key.MAX_REQUEST_LINE, 1_024, 65_536),
                (int) numbers.bytes(Key.MAX_HEADER_BYTES, 1_024, 65_536), numbers.count(Key.MAX_HEADERS, 20, 1_000),
                numbers.seconds(Key.HEADER_TIMEOUT, 1, 300), numbers.seconds(Key.IDLE_TIMEOUT, 1, 3_600),
                numbers.seconds(Key.STALL_TIMEOUT, 1, 3_600), numbers.count(Key.MIN_RATE, 1, 1_000_000));
        atMost(Key.MAX_REQUEST_LINE, http.requestLine(), http.headBytes(), Key.MAX_HEADER_BYTES);
        return http;
    }

    private Optional<Config.Http2> http2() {
        int streams = numbers.count(Key.HTTP2_STREAMS, 1, 1_000);
        return values.flag(Key.HTTP2).map(enabled -> new Config.Http2(enabled, streams));
    }

    private Config.Bodies bodies() {
        return new Config.Bodies(body(Key.MAX_BODY_UI), body(Key.MAX_BODY_API), body(Key.MAX_BODY_TOOLS),
                body(Key.MAX_BODY_HOOKS), body(Key.MAX_BODY_PUBLIC));
    }

    private long body(Key key) {
        return numbers.bytes(key, 1_024, 1_024L * 1_024 * 1_024);
    }

    private Config.Lockout lockout() {
        Config.Lockout lockout = new Config.Lockout(numbers.count(Key.LOCKOUT_GUESSES, 3, 1_000),
                numbers.seconds(Key.LOCKOUT_WINDOW, 10, 3_600), numbers.seconds(Key.LOCKOUT_TIME, 10, 86_400),
                numbers.seconds(Key.LOCKOUT_MAX_TIME, 10, 86_400),
                numbers.count(Key.LOCKOUT_BUDGET, 10, 1_000_000));
        atMost(Key.LOCKOUT_TIME, lockout.first().toSeconds(), lockout.longest().toSeconds(),
                Key.LOCKOUT_MAX_TIME);
        atMost(Key.LOCKOUT_GUESSES, lockout.guesses(), lockout.budget(), Key.LOCKOUT_BUDGET);
        return lockout;
    }

    private Config.SessionLife session() {
        Config.SessionLife session = new Config.SessionLife(numbers.seconds(Key.SESSION_IDLE, 60, 2_592_000),
                numbers.seconds(Key.SESSION_MAX, 60, 2_592_000));
        atMost(Key.SESSION_IDLE, session.idle().toSeconds(), session.absolute().toSeconds(), Key.SESSION_MAX);
        return session;
    }

    private void atMost(Key key, long value, long most, Key other) {
        if (value > most && !numbers.hasFailed(key) && !numbers.hasFailed(other)) {
            values.problem(key, Long.toString(value), "at most " + other + ", " + most, "lower it, or raise the other");
        }
    }

    private List<PublicPath> publicPaths() {
        return paths(Key.PUBLIC_PATHS, PublicPath.GUARDED, "no path that a layer guards",
                "plain paths such as /slack/events, /j/* or ws:/__openclaw__/worker");
    }

    private List<PublicPath> apiPaths(List<PublicPath> publicPaths) {
        List<PublicPath> paths = paths(Key.API_PATHS, PublicPath.GUARDED_OTHERWISE,
                "no path of another layer, nor of Seawall's own", "plain paths such as /api/v1/admin/rpc or /plugin/*");
        for (PublicPath path : paths) {
            if (path.webSocket()) {
                values.problem(Key.API_PATHS, path.toString(),
                        "a path without ws:, because OpenClaw asks for its token inside of a WebSocket",
                        "remove it");
            }
            publicPaths.stream().filter(open -> PublicPath.overlap(open.path(), path.path())).findFirst()
                    .ifPresent(open -> values.problem(Key.API_PATHS, path.toString(),
                            "no path of SEAWALL_PUBLIC_PATHS; this one overlaps " + open,
                            "remove it from one of them"));
        }
        return paths;
    }

    private List<PublicPath> paths(Key key, List<String> others, String expected, String examples) {
        List<String> guarded = new ArrayList<>(others);
        settings.text(Key.HOOKS_PATH).filter(PublicPath::isPlain).ifPresent(guarded::add);
        List<PublicPath> paths = new ArrayList<>();
        for (String text : settings.list(key)) {
            try {
                PublicPath path = PublicPath.parse(text);
                for (String other : guarded) {
                    if (PublicPath.overlap(path.path(), other)) {
                        values.problem(key, text, expected + "; this one overlaps " + other, "remove it");
                    }
                }
                paths.add(path);
            } catch (IllegalArgumentException e) {
                values.problem(key, text, examples, "correct that entry");
            }
        }
        return paths;
    }

    /// Which ids there are only the audit knows.
    private Set<String> acceptRisk() {
        Set<String> ids = new LinkedHashSet<>();
        for (String id : settings.list(Key.ACCEPT_RISK)) {
            if (id.matches("[a-z0-9-]+\\.[a-z0-9-]+")) {
                ids.add(id);
            } else {
                values.problem(Key.ACCEPT_RISK, id, "ids of checks, as `seawall audit` prints them",
                        "list the ids that the refusal named, or unset SEAWALL_ACCEPT_RISK");
            }
        }
        return ids;
    }

    private Set<String> stripHeaders() {
        Set<String> names = new LinkedHashSet<>();
        for (String text : settings.list(Key.STRIP_HEADERS)) {
            String name = text.toLowerCase(Locale.ROOT).replace('_', '-');
            if (!name.matches("[a-z0-9!#$%&'*+.^`|~-]+")) {
                values.problem(Key.STRIP_HEADERS, text, "header names", "correct that entry");
            } else if (Config.REQUIRED_HEADERS.contains(name)) {
                values.problem(Key.STRIP_HEADERS, text, "headers that the gateway does not need",
                        "remove it from the list");
            }
            names.add(name);
        }
        return names;
    }

    private void refusePlaintext(Optional<Tls> tls, Optional<InetAddress> bind) {
        if (tls.isPresent() && tls.get() instanceof Tls.Off && bind.isPresent() && !bind.get().isLoopbackAddress()
                && namesNoProxy()) {
            values.problem(Key.TLS, "off on " + bind.get().getHostAddress(),
                    "TLS, because passwords would cross the network in clear",
                    "SEAWALL_TLS=self-signed, or SEAWALL_BIND=127.0.0.1, or name the TLS proxy in front in SEAWALL_TRUSTED_PROXIES");
        }
    }

    private void refuseClientCaWithoutTls(Optional<Tls> tls) {
        if (tls.isPresent() && tls.get() instanceof Tls.Off) {
            settings.given(Key.CLIENT_CA).ifPresent(text -> values.problem(Key.CLIENT_CA, text,
                    "TLS, because SEAWALL_TLS=off asks nobody for a certificate",
                    "SEAWALL_TLS=self-signed, or unset it"));
        }
    }

    private void refuseOwnPort(Optional<Integer> port, Optional<Config.Upstream> upstream,
            Optional<Optional<Config.Admin>> admin) {
        if (port.isPresent() && upstream.isPresent() && port.get() == upstream.get().port()) {
            values.problem(Key.PORT, port.get().toString(), "another port than the gateway's", "PORT=8080");
        }
        admin.flatMap(Function.identity()).ifPresent(a -> {
            if (upstream.isPresent() && a.address().getPort() == upstream.get().port()
                    || port.isPresent() && a.address().getPort() == port.get()) {
                values.problem(Key.ADMIN, String.valueOf(a.address().getPort()),
                        "another port than PORT and the gateway's", "SEAWALL_ADMIN=127.0.0.1:9464");
            }
        });
    }

    private void refuseOwnHttpPort(Optional<Integer> httpPort, Optional<Integer> port,
            Optional<Config.Upstream> upstream, Optional<Optional<Config.Admin>> admin) {
        Set<Integer> taken = new LinkedHashSet<>();
        port.ifPresent(taken::add);
        upstream.ifPresent(u -> taken.add(u.port()));
        admin.flatMap(Function.identity()).ifPresent(a -> taken.add(a.address().getPort()));
        if (httpPort.isPresent() && taken.contains(httpPort.get())) {
            values.problem(Key.HTTP_PORT, httpPort.get().toString(),
                    "another port than PORT, SEAWALL_ADMIN and the gateway's",
                    "SEAWALL_HTTP_PORT=80, or 8081 with 80 forwarded to it");
        }
    }

    private void refuseOwnSandboxPort(Optional<Integer> sandboxPort, Optional<Integer> httpPort,
            Optional<Integer> port, Optional<Config.Upstream> upstream, Optional<Optional<Config.Admin>> admin) {
        Set<Integer> taken = new LinkedHashSet<>();
        port.ifPresent(taken::add);
        httpPort.ifPresent(taken::add);
        upstream.ifPresent(u -> taken.add(u.port()));
        admin.flatMap(Function.identity()).ifPresent(a -> taken.add(a.address().getPort()));
        if (sandboxPort.isPresent() && taken.contains(sandboxPort.get())) {
            values.problem(Key.SANDBOX_PORT, sandboxPort.get().toString(),
                    "another port than PORT, SEAWALL_HTTP_PORT, SEAWALL_ADMIN and the gateway's",
                    "SEAWALL_SANDBOX_PORT=18791");
        }
    }

    private static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65_535;
    }

}
