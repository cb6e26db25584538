package io.seawall.proxy.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Header fields in the order they came, names in the case they came; looked up without regard to case. Immutable.
public final class Headers {
    public static final Headers EMPTY = new Builder(0).build();

    private final String[] fields; // name, value, name, value, …

    private Headers(String[] fields) {
        this.fields = fields;
    }

    public int size() {
        return fields.length / 2;
    }

    public String name(int index) {
        return fields[2 * index];
    }

    public String value(int index) {
        return fields[2 * index + 1];
    }

    /// The first value of the name, or null.
    public @Nullable String get(String name) {
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                return fields[i + 1];
            }
        }
        return null;
    }

    public String get(String name, String otherwise) {
        String value = get(name);
        return value == null ? otherwise : value;
    }

    public boolean contains(String name) {
        return get(name) != null;
    }

    public int count(String name) {
        int count = 0;
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                count++;
            }
        }
        return count;
    }

    public List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                values.add(fields[i + 1]);
            }
        }
        return values;
    }

    /// The comma-separated members of every field of the name, lower case, without blanks.
    public List<String> tokens(String name) {
        if (!contains(name)) {
            return List.of();
        }
        List<String> tokens = new ArrayList<>(2);
        for (String value : all(name)) {
            for (String token : value.split(",")) {
                String bare = token.strip().toLowerCase(Locale.ROOT);
                if (!bare.isEmpty()) {
                    tokens.add(bare);
                }
            }
        }
        return tokens;
    }

    @Override
    public String toString() {
        // values can be credentials
        List<String> names = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            names.add(fields[i]);
        }
        return names.toString();
    }

    public static Builder builder() {
        return new Builder(16);
    }

    /// Collects fields; one builder makes one [Headers].
    public static final class Builder {
        private String[] fields;
        private int length;

        private Builder(int capacity) {
            fields = new String[2 * capacity];
        }

        public Builder add(String name, String value) {
            if (length == fields.length) {
                fields = Arrays.copyOf(fields, Math.max(8, 2 * length));
            }
            fields[length++] = name;
            fields[length++] = value;
            return this;
        }

        public Builder addAll(Headers other) {
            int more = other.fields.length;
            if (length + more > fields.length) {
                fields = Arrays.copyOf(fields, Math.max(length + more, 2 * fields.length));
            }
            System.arraycopy(other.fields, 0, fields, length, more);
            length += more;
            return this;
        }

        public Builder addIfAbsent(String name, String value) {
            for (int i = 0; i < length; i += 2) {
                if (fields[i].equalsIgnoreCase(name)) {
                    return this;
                }
            }
            return add(name, value);
        }

        public Headers build() {
            return new Headers(length == fields.length ? fields : Arrays.copyOf(fields, length));
        }
    }
}
