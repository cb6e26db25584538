package io.seawall.proxy.observe;

import io.seawall.config.Secret;
import io.seawall.proxy.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The path as the log may show it: without the values of its query, the capabilities that some paths are, and any
/// segment that is one of our secrets. Pure.
final class Redaction {
    private static final Pattern CAPABILITY = Pattern.compile("(?i)(/__openclaw__/cap/|/j/|/share/)[^/]+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");
    private static final int LONGEST = 512;
    /// A path segment this long that is no word is a token until proven otherwise.
    private static final Pattern TOKEN = Pattern.compile("(?=[^/]*[0-9])[A-Za-z0-9_~+=-]{32,}");

    private final List<Secret> secrets;

    Redaction(List<Secret> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    String of(RequestHead head) {
        StringBuilder shown = new StringBuilder();
        String path = head.path();
        for (String segment : path.substring(1).split("/", -1)) {
            shown.append('/').append(isSecret(segment) ? "***" : segment);
        }
        String text = CAPABILITY.matcher(shown).replaceAll("$1***");
        String query = head.query();
        if (query != null) {
            text += "?" + names(query);
        }
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    private boolean isSecret(String segment) {
        if (TOKEN.matcher(segment).matches()) {
            return true;
        }
        byte[] bytes = segment.getBytes(StandardCharsets.ISO_8859_1);
        for (Secret secret : secrets) {
            if (secret.matches(bytes)) {
                return true;
            }
        }
        return false;
    }

    private static String names(String query) {
        List<String> shown = new ArrayList<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? "" : parameter.substring(0, equals);
            shown.add(NAME.matcher(name).matches() ? name + "=***" : "***");
        }
        return String.join("&", shown);
    }
}
