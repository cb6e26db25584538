package io.seawall.proxy.diagnose.audit;

import io.seawall.config.Suggestion;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.diagnose.facts.Host;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The whole checklist.
public final class Audit {
    private static final List<Check> CHECKS = Stream.of(BindingChecks.all(), LayerChecks.all(), KeyChecks.all(),
            ContainerChecks.all(), NetworkChecks.all(), HttpsChecks.all(), OpenClawChecks.all()).flatMap(List::stream)
            .toList();

    private Audit() {}

    /// Which checks to make.
    ///
    /// @param only ids, or groups of them (`keys`); empty: all
    /// @param skip ids, each with the reason why it does not count
    public record Selection(Set<String> only, Map<String, String> skip) {
        public static final Selection ALL = new Selection(Set.of(), Map.of());

        public Selection {
            only = Set.copyOf(only);
            skip = Map.copyOf(skip);
            TreeSet<String> names = new TreeSet<>(only);
            names.removeIf(name -> CHECKS.stream().anyMatch(check -> isNamed(check.id(), name)));
            skip.keySet().stream().filter(id -> CHECKS.stream().noneMatch(check -> check.id().equals(id)))
                    .forEach(names::add);
            if (!names.isEmpty()) {
                String first = names.first();
                // a group is made as a whole, and left out check by check
                throw new IllegalArgumentException("no check is called " + String.join(", ", names)
                        + Suggestion.question(first, only.contains(first) ? idsAndGroups() : ids())
                        + " (expected: " + (only.contains(first) ? "a group or an id" : "an id")
                        + " of seawall audit --json; groups: " + String.join(" ", groups()) + ")");
            }
        }

        private static Set<String> idsAndGroups() {
            Set<String> all = new LinkedHashSet<>(ids());
            all.addAll(groups());
            return all;
        }

        private static Set<String> groups() {
            Set<String> groups = new LinkedHashSet<>();
            ids().forEach(id -> groups.add(id.substring(0, id.indexOf('.'))));
            return groups;
        }

        private boolean includes(Check check) {
            return only.isEmpty() || only.stream().anyMatch(name -> isNamed(check.id(), name));
        }

        private static boolean isNamed(String id, String name) {
            return id.equals(name) || id.startsWith(name + ".");
        }
    }

    /// Every check's id, in their order.
    public static List<String> ids() {
        return CHECKS.stream().map(Check::id).toList();
    }

    /// Checks whose failure prevents a start.
    public static List<String> criticalIds() {
        return CHECKS.stream().filter(check -> check.severity() == Severity.CRITICAL).map(Check::id).toList();
    }

    public static Report run(Host host, Selection selection) {
        return run(host, selection, check -> true);
    }

    /// Those only whose failure keeps Seawall from starting.
    ///
    /// @param made ids of checks that were made already
    public static Report runCritical(Host host, Set<String> made) {
        return run(host, Selection.ALL,
                check -> check.severity() == Severity.CRITICAL && !made.contains(check.id()));
    }

    private static Report run(Host host, Selection selection, Predicate<Check> which) {
        return Report.ofChecklist(CHECKS.stream().filter(selection::includes).filter(which).map(check -> {
            Finding finding = check.run(host);
            String reason = selection.skip().get(check.id());
            return reason == null ? finding : finding.skipped(reason);
        }).toList());
    }
}
