package io.seawall.proxy.auth;

import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.RouteRule;
import io.seawall.proxy.route.RoutedRequest;
import io.seawall.proxy.session.Session;
import io.seawall.proxy.session.Sessions;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// The proof that a request passed every stage. The upstream side accepts nothing else, and only this package can make
/// one.
public final class PermittedRequest {
    private final RoutedRequest request;
    private final Decision.Granted decision;

    PermittedRequest(RoutedRequest request, Decision.Granted decision) {
        this.request = request;
        this.decision = decision;
    }

    public RequestHead head() {
        return request.head();
    }

    public RoutedRequest routed() {
        return request;
    }

    public Route route() {
        return request.route();
    }

    public RouteRule rule() {
        return request.rule();
    }

    public InetAddress client() {
        return request.request().client();
    }

    /// Whether the client's connection is TLS.
    public boolean secure() {
        return request.request().secure();
    }

    public Optional<Session> session() {
        return Optional.ofNullable(decision.session());
    }

    Decision.Granted decision() {
        return decision;
    }

    /// The `Set-Cookie` values that the answer must carry.
    public List<String> setCookies(Sessions sessions) {
        Session session = decision.session();
        return session != null && decision.setCookie() ? sessions.setCookies(session, head().headers()) : List.of();
    }

    @Override
    public String toString() {
        return request.route() + " " + request.head();
    }
}
