package io.seawall.proxy.auth;

import io.seawall.proxy.route.RoutedRequest;

/// A request whose client may try its layer now, as far as `admission` lets it. Only [ThrottleStage] makes one.
record AdmittedRequest(RoutedRequest request, Admission admission) {}
