package io.seawall.config.load;

import io.seawall.config.Authentication;
import io.seawall.config.Authentication.Basic;
import io.seawall.config.Config;
import io.seawall.config.Config.Tls;
import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import io.seawall.config.Operation;
import io.seawall.config.Origin;
import io.seawall.config.PasswordHash;
import io.seawall.config.Problem;
import io.seawall.config.PublicPath;
import io.seawall.config.Secret;
import io.seawall.config.Site;
import io.seawall.config.Token;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;

/// Turns environment and file into a [Config], or into the list of everything that is wrong with them.
public final class ConfigLoader {
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Settings settings;
    private final Numbers numbers;
    private final Values values;
    private final CredentialSettings credentials;
    private final SiteSettings site;

    private ConfigLoader(Map<String, String> environment, BiPredicate<PasswordHash, String> hashes) {
        settings = new Settings(environment, problems);
        numbers = new Numbers(settings, problems);
        values = new Values(settings, problems);
        credentials = new CredentialSettings(settings, values, hashes);
        site = new SiteSettings(settings, values);
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
        ConfigLoader none = new ConfigLoader(Map.of(), (hash, token) -> false);
        return new BoundSettings(none.values, none.numbers).bodies();
    }

    /// Reads in the order of the key table, then looks at what keys do to each other.
    private Optional<Config> config() {
        Optional<InetAddress> bind = values.address(Key.BIND);
        Optional<Integer> port = numbers.given(Key.PORT, 1, 65_535);
        TlsSettings certificates = new TlsSettings(settings, values, site);
        Optional<Tls> tls = certificates.tls();
        Optional<Config.Acme> acme = new AcmeSettings(settings, values).acme();
        ListenerSettings listeners = new ListenerSettings(settings, values, numbers, credentials);
        Optional<Integer> httpPort = listeners.httpPort(tls, acme);
        Optional<Integer> sandboxPort = numbers.given(Key.SANDBOX_PORT, 1, 65_535);
        Config.Hsts hsts = listeners.hsts();
        Set<Origin> origins = site.origins();
        SequencedSet<String> hosts = site.hosts(origins);
        Optional<Authentication.Basic> basic = credentials.basic();
        Optional<Token> gatewayToken = credentials.token(Key.GATEWAY_TOKEN, true);
        RouteSettings routes = new RouteSettings(settings, values, credentials);
        Optional<Config.Hooks> hooks = routes.hooks();
        Optional<Config.Upstream> upstream = new UpstreamSettings(settings, values, numbers, site, warnings)
                .upstream(origins, tls);
        ClientSettings proxies = new ClientSettings(settings, values);
        Config.Clients clients = proxies.clients();
        Optional<Optional<Config.Admin>> admin = listeners.admin();
        BoundSettings bounds = new BoundSettings(values, numbers);
        Optional<Config.Bounds> bound = bounds.bounds();
        Authentication.Lockout lockout = bounds.lockout();
        Authentication.SessionLife session = bounds.session();
        List<PublicPath> publicPaths = routes.publicPaths();
        List<PublicPath> apiPaths = routes.apiPaths(publicPaths);
        Set<String> stripHeaders = routes.stripHeaders();
        Optional<Operation> operation = new OperationSettings(settings, values).operation();
        Optional<Path> clientCa = values.path(Key.CLIENT_CA);
        Optional<Config.Access> access = new AccessSettings(settings, values).access();

        credentials.allDiffer();
        certificates.refusePlaintext(tls, bind, proxies);
        certificates.refuseClientCaWithoutTls(tls);
        new PortConflicts(values, bind, port, httpPort, sandboxPort, admin.flatMap(Function.identity()))
                .refuse(upstream);
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Config(
                new Config.Listener(bind.orElseThrow(), port.orElseThrow(), httpPort, sandboxPort, hsts,
                        admin.orElseThrow()),
                new Config.Certification(tls.orElseThrow(), acme.orElseThrow(), clientCa),
                new Site(hosts, origins, site.coolifyOrigins(), publicPaths, apiPaths, stripHeaders),
                new Authentication(basic.orElseThrow(), gatewayToken.orElseThrow(), hooks.orElseThrow(), access,
                        session, lockout),
                upstream.orElseThrow(), clients, bound.orElseThrow(), operation.orElseThrow()));
    }
}
