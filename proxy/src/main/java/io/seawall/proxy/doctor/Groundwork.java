package io.seawall.proxy.doctor;

import java.util.List;
import java.util.Optional;

/// What is known of the gateway before anybody asks through Seawall: one cause is one finding, not six.
record Groundwork(List<Finding> findings) {

    Groundwork {
        findings = List.copyOf(findings);
    }

    /// Why nothing can come from the gateway.
    Optional<Finding> closed() {
        return of("gateway.reachable").filter(finding -> !finding.isOk())
                .or(() -> of("gateway.attribution").filter(Finding::isFail));
    }

    /// Why the API cannot work: it needs the gateway, and its token.
    Optional<Finding> closedApi() {
        return closed().or(() -> of("gateway.token").filter(finding -> !finding.isOk()));
    }

    private Optional<Finding> of(String id) {
        return findings.stream().filter(finding -> finding.id().equals(id)).findFirst();
    }
}
