package io.seawall.proxy.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The elements of a list header from right to left, all fields of its name as one list, without the empty ones (RFC 9110,
/// 5.6.1). Copies none but those that are asked for: the list may be as long as a request's head.
final class ListElements {
    private final List<String> fields;
    private int field;
    private int end;

    /// @param fields the values of the header's fields
    ListElements(List<String> fields) {
        this.fields = fields;
        field = fields.size() - 1;
        end = fields.isEmpty() ? 0 : fields.getLast().length();
    }

    /// The next one to the left, without blanks around it; null when there is none.
    @Nullable
    String next() {
        while (field >= 0) {
            String value = fields.get(field);
            while (end >= 0) {
                int comma = value.lastIndexOf(',', end - 1);
                int from = comma + 1;
                int to = end;
                end = comma;
                while (from < to && isBlank(value.charAt(from))) {
                    from++;
                }
                while (to > from && isBlank(value.charAt(to - 1))) {
                    to--;
                }
                if (from < to) {
                    return value.substring(from, to);
                }
            }
            field--;
            end = field < 0 ? 0 : fields.get(field).length();
        }
        return null;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
