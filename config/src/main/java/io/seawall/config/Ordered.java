package io.seawall.config;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.Set;

/// Sets that keep the order in which people wrote them, for messages.
final class Ordered {
    private Ordered() {}

    static <T> SequencedSet<T> copy(Set<T> set) {
        return Collections.unmodifiableSequencedSet(new LinkedHashSet<>(set));
    }
}
