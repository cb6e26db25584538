package io.seawall.proxy.diagnose.explain;

import io.seawall.config.Config;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.upstream.RequestRewrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The words for what the gateway would get.
final class ForwardedNotes {
    /// Written anew for the gateway whatever the client said.
    private static final Set<String> REMADE = Set.of("host", "content-length", "transfer-encoding");
    private static final Set<String> HANDSHAKE = Set.of("connection", "upgrade");
    private static final String MADE = "new for each request";

    private ForwardedNotes() {}

    /// @return the verdict
    static String tell(PermittedRequest permitted, Config config, Steps steps) {
        RequestHead head = permitted.head();
        RequestRewrite.Preview preview = new RequestRewrite(config.stripHeaders(), config.tokens())
                .preview(permitted.routed(), MADE);
        Headers set = preview.set();
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < set.size(); i++) {
            fields.add(set.name(i) + ": " + (set.value(i).contains(MADE) ? MADE : set.value(i)));
        }
        steps.add("stripped", names(preview.stripped().stream().filter(name -> !isRemade(name, head))));
        steps.add("kept", names(Stream.concat(preview.kept().stream(),
                preview.shortened().stream().map(name -> name + " (without what is Seawall's)"))));
        steps.add("set", fields.toArray(String[]::new));
        return "goes to the gateway, as " + (head.isUpgrade() ? "a WebSocket" : head.method()) + " on "
                + steps.path(head.path()) + " from " + set.get("X-Forwarded-For", "");
    }

    private static boolean isRemade(String name, RequestHead head) {
        String lower = name.toLowerCase(Locale.ROOT);
        return REMADE.contains(lower) || head.isUpgrade() && HANDSHAKE.contains(lower);
    }

    /// Each once: a header can come in many lines.
    private static String names(Stream<String> names) {
        String all = names.distinct().sorted(String.CASE_INSENSITIVE_ORDER).collect(Collectors.joining(", "));
        return all.isEmpty() ? "nothing" : all;
    }
}
