package io.seawall.proxy.diagnose.doctor;

import io.seawall.proxy.diagnose.Finding;
import java.util.List;
import java.util.Optional;

/// What is known of the gateway before requests through Seawall: one cause is one finding, not six.
record GatewayFindings(List<Finding> findings) {

    GatewayFindings {
        findings = List.copyOf(findings);
    }

    /// Why nothing can come from the gateway.
    Optional<Finding> closed() {
        return of("gateway.reachable").filter(finding -> !finding.isPass())
                .or(() -> of("gateway.attribution").filter(Finding::isFail));
    }

    /// Why the API cannot work: it needs the gateway, and its token.
    Optional<Finding> closedApi() {
        return closed().or(() -> of("gateway.token").filter(finding -> !finding.isPass()));
    }

    private Optional<Finding> of(String id) {
        return findings.stream().filter(finding -> finding.id().equals(id)).findFirst();
    }
}
