package io.seawall.proxy.diagnose.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What has been published about versions of OpenClaw, from the list beside this class. It is as old as its date says.
record Advisories(String date, List<Advisory> all) {
    /// @param fixed the first version that is free of it
    record Advisory(String id, String fixed, String title) {}

    static Advisories ofTree() {
        try (InputStream in = Objects.requireNonNull(Advisories.class.getResourceAsStream("advisories.json"))) {
            JsonNode tree = JsonMapper.builder().build().readTree(in);
            List<Advisory> all = new ArrayList<>();
            tree.path("advisories").forEach(entry -> all.add(new Advisory(entry.path("id").asText(),
                    entry.path("fixed").asText(), entry.path("title").asText())));
            return new Advisories(tree.path("date").asText(), List.copyOf(all));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Those that concern the version.
    List<Advisory> of(String version) {
        return all.stream().filter(advisory -> compare(version, advisory.fixed()) < 0).toList();
    }

    /// The first version that is free of all of these.
    String fixed(List<Advisory> these) {
        return these.stream().map(Advisory::fixed).max(Advisories::compare).orElse("");
    }

    /// By year, month and number; what is behind a dash (a rebuild) does not count.
    static int compare(String one, String other) {
        String[] a = one.replaceFirst("^v", "").split("[.-]");
        String[] b = other.replaceFirst("^v", "").split("[.-]");
        for (int i = 0; i < 3; i++) {
            int difference = Integer.compare(number(a, i), number(b, i));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static int number(String[] parts, int at) {
        return at < parts.length && parts[at].matches("\\d{1,6}") ? Integer.parseInt(parts[at]) : 0;
    }
}
