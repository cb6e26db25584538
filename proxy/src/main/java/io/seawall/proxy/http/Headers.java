package io.seawall.proxy.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Header fields in the order they came, names in the case they came; looked up without regard to case. Immutable.
///
/// Most values are passed on and never looked at: one that came from the wire stays in the head's bytes until it is
/// asked for.
public final class Headers {
    private static final byte[] NOTHING = {};
    private static final int[] NOWHERE = {};

    public static final Headers EMPTY = new Builder(0).build(); // of those above

    private final String[] names;
    private final @Nullable String[] values; // null until it is asked for
    private final int size;
    private final byte[] source;
    private final int[] ranges; // in the source: begin and end of each value that is null
    private final long mayHave; // a bit for each name, so that most that are not there need no search

    private Headers(Builder builder) {
        names = builder.names;
        values = builder.values;
        size = builder.size;
        source = builder.source;
        ranges = builder.ranges;
        mayHave = builder.mayHave;
    }

    public int size() {
        return size;
    }

    public String name(int index) {
        return names[Objects.checkIndex(index, size)];
    }

    public String value(int index) {
        String value = values[Objects.checkIndex(index, size)];
        if (value == null) {
            value = new String(source, begin(index), end(index) - begin(index), StandardCharsets.ISO_8859_1);
            values[index] = value;
        }
        return value;
    }

    private int begin(int index) {
        return ranges[2 * index];
    }

    private int end(int index) {
        return ranges[2 * index + 1];
    }

    /// The value for the HTTP/2 encoder, which wants bytes; a copy, because its table would keep the whole head.
    public CharSequence text(int index) {
        return isOnWire(index)
                ? new AsciiString(source, begin(index), end(index) - begin(index), true)
                : value(index);
    }

    /// About what the values occupy, those included that are still to be made of the source.
    int heapBytes() {
        int bytes = 2 * source.length;
        for (int i = 0; i < size; i++) {
            String value = values[i];
            bytes += names[i].length() + (value == null ? 0 : value.length());
        }
        return bytes;
    }

    /// Whether the field is a line of the source as we would write it.
    private boolean isOnWire(int index) {
        return 2 * index < ranges.length && end(index) > 0;
    }

    /// Writes `name: value` and the end of the line.
    void write(int index, HeadBytes to) {
        if (isOnWire(index)) {
            to.bytes(source, begin(index) - 2 - name(index).length(), end(index) + 2);
        } else {
            to.field(name(index), value(index));
        }
    }

    private static long bit(String name) {
        int length = name.length();
        return length == 0
                ? 1
                : 1L << (31 * (name.charAt(0) | 0x20) + 7 * (name.charAt(length - 1) | 0x20) + length);
    }

    /// The next field of the name at or after the index, or -1.
    private int find(String name, int from) {
        if ((mayHave & bit(name)) == 0) {
            return -1;
        }
        for (int i = from; i < size; i++) {
            if (names[i].equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    /// The first value of the name, or null.
    public @Nullable String get(String name) {
        int at = find(name, 0);
        return at < 0 ? null : value(at);
    }

    public String get(String name, String otherwise) {
        String value = get(name);
        return value == null ? otherwise : value;
    }

    public boolean contains(String name) {
        return find(name, 0) >= 0;
    }

    public int count(String name) {
        int count = 0;
        for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) {
            count++;
        }
        return count;
    }

    public List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) {
            values.add(value(i));
        }
        return values;
    }

    /// The comma-separated members of every field of the name, lower case, without blanks.
    public List<String> tokens(String name) {
        return tokens(name, Integer.MAX_VALUE);
    }

    /// As [#tokens], no more of them than that: any client may send 16,000 in one head, each of which would be an
    /// object.
    List<String> tokens(String name, int most) {
        if (!contains(name)) {
            return List.of();
        }
        List<String> tokens = new ArrayList<>(2);
        for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) {
            String list = value(i);
            for (int at = member(list, 0); at < list.length() && tokens.size() < most; at = member(list, at)) {
                int end = memberEnd(list, at);
                tokens.add(list.substring(at, end).strip().toLowerCase(Locale.ROOT));
                at = end;
            }
        }
        return tokens;
    }

    /// Whether the members of the fields of that name hold the token, in any case. Takes none of them apart.
    public boolean hasToken(String name, String token) {
        for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) {
            String list = value(i);
            for (int at = member(list, 0); at < list.length(); at = member(list, at)) {
                int end = memberEnd(list, at);
                int last = end;
                while (Character.isWhitespace(list.charAt(last - 1))) {
                    last--;
                }
                if (last - at == token.length() && list.regionMatches(true, at, token, 0, token.length())) {
                    return true;
                }
                at = end;
            }
        }
        return false;
    }

    /// Where the next member begins, at the index or behind it; the list's end where there is none.
    private static int member(String list, int from) {
        int at = from;
        while (at < list.length() && (list.charAt(at) == ',' || Character.isWhitespace(list.charAt(at)))) {
            at++;
        }
        return at;
    }

    private static int memberEnd(String list, int from) {
        int comma = list.indexOf(',', from);
        return comma < 0 ? list.length() : comma;
    }

    @Override
    public String toString() {
        // values can be credentials
        return Arrays.asList(names).subList(0, size).toString();
    }

    public static Builder builder() {
        return builder(16);
    }

    /// @param fields how many there will be, as far as that is known
    public static Builder builder(int fields) {
        return new Builder(fields);
    }

    /// One that begins with all of these.
    ///
    /// @param more how many further fields there will be, as far as that is known
    public Builder toBuilder(int more) {
        Builder builder = new Builder(0);
        int room = size + more;
        builder.names = Arrays.copyOf(names, room);
        builder.values = Arrays.copyOf(values, room);
        builder.size = size;
        builder.source = source;
        builder.ranges = ranges.length == 0 ? ranges : Arrays.copyOf(ranges, 2 * room);
        builder.mayHave = mayHave;
        return builder;
    }

    /// Collects fields; one builder makes one [Headers].
    public static final class Builder {
        private String[] names;
        private @Nullable String[] values;
        private int size;
        private byte[] source = NOTHING;
        private int[] ranges = NOWHERE;
        private long mayHave;

        private Builder(int capacity) {
            names = new String[capacity];
            values = new String[capacity];
        }

        public Builder add(String name, String value) {
            put(name, value);
            return this;
        }

        /// A line `name: value` and CR LF of a head, as we would write it.
        ///
        /// @param begin of the value
        /// @param end behind the value
        @SuppressWarnings("ReferenceEquality") // whether it is that head, not one like it
        public Builder addLine(String name, byte[] head, int begin, int end) {
            if (ranges.length > 0 && source != head) {
                return add(name, new String(head, begin, end - begin, StandardCharsets.ISO_8859_1));
            }
            source = head;
            int index = put(name, null);
            if (ranges.length <= 2 * index) {
                ranges = Arrays.copyOf(ranges, 2 * names.length);
            }
            ranges[2 * index] = begin;
            ranges[2 * index + 1] = end;
            return this;
        }

        private int put(String name, @Nullable String value) {
            if (size == names.length) {
                names = Arrays.copyOf(names, Math.max(4, 2 * size));
                values = Arrays.copyOf(values, names.length);
            }
            names[size] = name;
            values[size] = value;
            mayHave |= bit(name);
            return size++;
        }

        /// A field of others, wherever its value is.
        public Builder add(Headers from, int index) {
            return from.isOnWire(index)
                    ? addLine(from.name(index), from.source, from.begin(index), from.end(index))
                    : add(from.name(index), from.value(index));
        }

        public Builder addAll(Headers others) {
            for (int i = 0; i < others.size(); i++) {
                add(others, i);
            }
            return this;
        }

        public Builder addIfAbsent(String name, String value) {
            if ((mayHave & bit(name)) != 0) {
                for (int i = 0; i < size; i++) {
                    if (names[i].equalsIgnoreCase(name)) {
                        return this;
                    }
                }
            }
            return add(name, value);
        }

        public Headers build() {
            return new Headers(this);
        }
    }
}
