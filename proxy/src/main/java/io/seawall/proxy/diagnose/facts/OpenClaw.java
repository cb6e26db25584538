package io.seawall.proxy.diagnose.facts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seawall.host.TimeLimit;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// OpenClaw's own configuration as it lies on this host: `openclaw.json` (JSON5), what it includes, and the copies beside
/// it. Read only.
public final class OpenClaw {
    /// How much of its files is looked at.
    public static final String MOST = UntrustedFiles.LARGEST / 1024 + " KiB, " + UntrustedFiles.MOST_TOKENS + " values";

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Z_][A-Z0-9_]*)}");
    private static final Duration TIME = Duration.ofSeconds(5);
    private static final int DEEPEST = 10;
    private static final int MOST_COPIES = 8;

    private final Optional<Path> folder;
    private final Map<String, String> environment;
    private final Map<Path, JsonNode> files = new LinkedHashMap<>();
    private final List<Path> unreadable = new ArrayList<>();
    private final Optional<Path> main;
    private final List<Path> homes = new ArrayList<>();
    private final UntrustedFiles reader = new UntrustedFiles();
    private final JsonNode config;

    /// What could not be looked at in time.
    private OpenClaw(Map<String, String> environment, Path root) {
        this(Optional.empty(), Optional.empty(), environment);
        unreadable.add(root.resolve("openclaw.json"));
    }

    private OpenClaw(Optional<Path> folder, Optional<Path> file, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
        main = file;
        Stream.concat(folder.stream(), file.stream().flatMap(f -> Stream.ofNullable(f.toAbsolutePath().getParent())))
                .forEach(this::addHome);
        config = file.map(f -> included(f, 0)).orElse(MissingNode.getInstance());
        folder.ifPresent(this::readCopies);
    }

    /// Looks where OpenClaw does, and where the images keep it. What takes too long, on a file system of the agent's
    /// own for example, counts as missing.
    public static OpenClaw find(Map<String, String> environment, Path root) {
        try {
            return TimeLimit.within(TIME, () -> look(environment, root));
        } catch (TimeoutException | RuntimeException e) {
            // a path that is none, say: all of it was written by others
            return new OpenClaw(environment, root);
        }
    }

    private static OpenClaw look(Map<String, String> environment, Path root) {
        String named = environment.getOrDefault("OPENCLAW_CONFIG_PATH", "");
        List<Path> folders = new ArrayList<>();
        stateFolder(environment).ifPresent(state -> folders.add(under(root, state)));
        if (environment.getOrDefault("OPENCLAW_STATE_DIR", "").isBlank()) {
            folders.add(under(root, "/home/node/.openclaw"));
            folders.add(under(root, "/data/.openclaw"));
        }
        Optional<Path> folder = folders.stream().filter(Files::isDirectory).findFirst();
        Optional<Path> file = named.isBlank()
                ? folder.map(f -> f.resolve("openclaw.json")).filter(Files::exists)
                : Optional.of(under(root, named)).filter(Files::exists);
        return new OpenClaw(folder.or(() -> file.map(Path::getParent)), file, environment);
    }

    /// Where the environment says that OpenClaw keeps its state.
    public static Optional<String> stateFolder(Map<String, String> environment) {
        String state = environment.getOrDefault("OPENCLAW_STATE_DIR", "");
        String home = environment.getOrDefault("OPENCLAW_HOME", environment.getOrDefault("HOME", ""));
        return !state.isBlank()
                ? Optional.of(state)
                : Optional.of(home).filter(h -> !h.isBlank()).map(h -> h + "/.openclaw");
    }

    private static Path under(Path root, String path) {
        return root.resolve(path.replaceFirst("^/+", ""));
    }

    private JsonNode included(Path file, int depth) {
        JsonNode tree = read(file);
        return depth < DEEPEST && tree instanceof ObjectNode object ? merged(object, file, depth) : tree;
    }

    /// Objects with `$include` get the named files' values below their own.
    private JsonNode merged(ObjectNode object, Path file, int depth) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        JsonNode include = object.path("$include");
        List<JsonNode> names = include.isTextual() ? List.of(include) : List.copyOf(elements(include));
        Path beside = file.toAbsolutePath().getParent();
        for (JsonNode name : names) {
            try {
                Path other = beside == null ? Path.of(name.asText()) : beside.resolve(name.asText()).normalize();
                if (!files.containsKey(other)) {
                    overlay(result, included(other, depth + 1));
                }
            } catch (InvalidPathException e) {
                note(file);
            }
        }
        ObjectNode own = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(entry -> {
            if (!entry.getKey().equals("$include")) {
                own.set(entry.getKey(), entry.getValue() instanceof ObjectNode nested
                        ? merged(nested, file, depth)
                        : entry.getValue());
            }
        });
        overlay(result, own);
        return result;
    }

    private static List<JsonNode> elements(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return array.isArray() ? elements : List.of();
    }

    private static void overlay(ObjectNode under, JsonNode over) {
        over.properties().forEach(entry -> {
            if (under.get(entry.getKey()) instanceof ObjectNode below && entry.getValue() instanceof ObjectNode above) {
                overlay(below, above);
            } else {
                under.set(entry.getKey(), entry.getValue());
            }
        });
    }

    private void readCopies(Path in) {
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(in, "openclaw.json.*")) {
            int count = 0;
            for (Path copy : copies) {
                if (count++ == MOST_COPIES) {
                    note(in.resolve("openclaw.json.*"));
                    return;
                }
                read(copy);
            }
        } catch (IOException | DirectoryIteratorException e) {
            note(in);
        }
    }

    /// Only what lies in OpenClaw's own folder: otherwise the file's author could have the audit show other users'
    /// files.
    private JsonNode read(Path file) {
        JsonNode tree = MissingNode.getInstance();
        if (files.size() > UntrustedFiles.MOST_FILES) {
            note(file);
            return tree;
        }
        try {
            Path real = file.toRealPath();
            if (main.filter(file::equals).isPresent() || homes.stream().anyMatch(real::startsWith)) {
                tree = reader.read(real);
            } else {
                note(file);
            }
        } catch (IOException e) {
            note(file);
        }
        files.put(file.toAbsolutePath().normalize(), tree);
        return tree;
    }

    private void addHome(Path home) {
        try {
            homes.add(home.toRealPath());
        } catch (IOException e) {
            // then nothing lies in it
        }
    }

    private void note(Path file) {
        if (unreadable.size() <= UntrustedFiles.MOST_FILES) {
            unreadable.add(file);
        }
    }

    /// Where OpenClaw keeps its state; empty where none was found on this host.
    public Optional<Path> folder() {
        return folder;
    }

    /// Whether there is a configuration that can be read.
    public boolean isKnown() {
        return config.isObject();
    }

    /// Every file that was read: the configuration, what it includes, and copies of it.
    public Map<Path, JsonNode> files() {
        return files;
    }

    /// Files that are there and cannot be read or parsed.
    public List<Path> unreadable() {
        return unreadable;
    }

    /// The value at a dotted path.
    public JsonNode at(String path) {
        JsonNode at = config;
        for (String step : path.split("\\.")) {
            at = at.path(step);
        }
        return at;
    }

    /// The text at a dotted path, `${NAME}` replaced from the environment; empty where there is none.
    public String text(String path) {
        JsonNode value = at(path);
        if (!value.isTextual()) {
            return "";
        }
        return REFERENCE.matcher(value.asText()).replaceAll(match -> Matcher
                .quoteReplacement(environment.getOrDefault(match.group(1), match.group())));
    }

    /// The texts of a list; of a text, that one.
    public List<String> texts(String path) {
        JsonNode value = at(path);
        return value.isTextual() ? List.of(text(path)) : elements(value).stream().map(JsonNode::asText).toList();
    }

    /// Whether a value is taken from elsewhere: `${NAME}`, or a SecretRef.
    public static boolean isReference(JsonNode value) {
        return value.isTextual() && REFERENCE.matcher(value.asText()).find()
                || value.isObject() && value.has("source") && value.has("id");
    }
}
