package io.seawall.proxy.diagnose.facts;

import com.fasterxml.jackson.databind.JsonNode;
import io.seawall.host.Printable;
import java.util.List;
import java.util.function.BiConsumer;

/// The texts in a configuration, and lists of findings in a line.
public final class Texts {
    private static final int MOST_NAMED = 4;
    private static final int LONGEST_PATH = 200;

    private Texts() {}

    /// Every text, by its dotted path.
    public static void each(JsonNode tree, BiConsumer<String, String> to) {
        visit(tree, "", to);
    }

    private static void visit(JsonNode node, String path, BiConsumer<String, String> to) {
        if (node.isTextual()) {
            to.accept(path, node.asText());
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                visit(node.get(i), below(path, i), to);
            }
        } else {
            node.properties().forEach(
                    entry -> visit(entry.getValue(), below(path, entry.getKey()), to));
        }
    }

    /// The path of what has this name there, of a bounded length: names that are long and deep would make each path a
    /// message of its own.
    public static String below(String path, String name) {
        return path.length() > LONGEST_PATH
                ? path
                : path.isEmpty() ? Printable.line(name, LONGEST_PATH) : path + "." + Printable.line(name, LONGEST_PATH);
    }

    public static String below(String path, int index) {
        return path.length() > LONGEST_PATH ? path : path + "[" + index + "]";
    }

    /// The first few, and how many more there are.
    public static String some(List<String> all) {
        String first = String.join(", ", all.subList(0, Math.min(MOST_NAMED, all.size())));
        return all.size() > MOST_NAMED ? first + ", and " + (all.size() - MOST_NAMED) + " more" : first;
    }
}
