package io.seawall.proxy.observe;

import io.seawall.config.Secret;
import io.seawall.proxy.http.RequestHead;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The path as the log may show it: without the values of its query, the capabilities that some paths are, and any
/// part that is one of our secrets or looks like somebody's token. Pure.
final class Redaction {
    private static final Pattern CAPABILITY = Pattern.compile("(?i)(/__openclaw__/cap/|/j/|/share/)[^/]+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");
    private static final int LONGEST = 512;
    /// A path segment this long that is no word is a token until proven otherwise.
    private static final Pattern TOKEN = Pattern.compile("(?=[^/]*[0-9])[A-Za-z0-9_.~+=-]{32,}");

    private final List<Secret> secrets;

    Redaction(List<Secret> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    String of(RequestHead head) {
        StringBuilder shown = new StringBuilder();
        String path = head.path();
        if (hasSecret(path) || hasSecret(decoded(path))) {
            path = "/***";
        }
        for (String segment : path.substring(1).split("/", -1)) {
            shown.append('/').append(TOKEN.matcher(decoded(segment)).matches() ? "***" : segment);
        }
        String text = CAPABILITY.matcher(shown).replaceAll("$1***");
        String query = head.query();
        if (query != null) {
            text += "?" + names(query);
        }
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    private boolean hasSecret(String text) {
        for (Secret secret : secrets) {
            if (secret.occursIn(text)) {
                return true;
            }
        }
        return false;
    }

    /// Percent-decoded once; what is not properly encoded stays as it is.
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
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
