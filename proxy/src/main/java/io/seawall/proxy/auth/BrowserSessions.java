package io.seawall.proxy.auth;

import io.seawall.proxy.http.Headers;
import io.seawall.proxy.session.Sessions;
import java.util.List;

/// What a browser is known by: its session, and the tabs of plugins that the session opened.
public record BrowserSessions(Sessions sessions, PluginTabs tabs) {

    /// The `Set-Cookie` values that the request's response must carry.
    public List<String> setCookies(PermittedRequest request) {
        return request.setCookies(sessions);
    }

    /// Notes what the gateway's response says of plugin tabs.
    public void note(PermittedRequest request, Headers response) {
        tabs.note(request, response);
    }
}
