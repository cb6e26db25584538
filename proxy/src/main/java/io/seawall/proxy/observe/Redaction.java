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
    /// A parameter's name; a longer one only without capitals and digits, because it may be somebody's token.
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,15}|[a-z_.-]{1,32}");
    private static final int LONGEST = 512;
    private static final int MOST_DECODINGS = 4;
    /// A path segment with a part this long that is no word is a token until proven otherwise; one of capitals, small
    /// letters and digits sooner, which is how Base64 looks.
    private static final Pattern TOKEN = Pattern
            .compile("(?=T*[0-9])(?:T{32,}|(?=T*[A-Z])(?=T*[a-z])T{18,})".replace("T", "[A-Za-z0-9_.~+=-]"));

    private final List<Secret> secrets;

    Redaction(List<Secret> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    String of(RequestHead head) {
        StringBuilder shown = new StringBuilder();
        String path = head.path();
        if (hasSecret(path)) {
            path = "/***";
        }
        for (String segment : path.substring(1).split("/", -1)) {
            shown.append('/').append(TOKEN.matcher(decoded(segment)).find() ? "***" : segment);
        }
        String text = CAPABILITY.matcher(shown).replaceAll("$1***");
        String query = head.query();
        if (query != null) {
            text += "?" + names(query);
        }
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    /// Whether it is there as it is, as a form writes it, or encoded a few times over.
    private boolean hasSecret(String text) {
        String reading = text;
        for (int decodings = 0; decodings <= MOST_DECODINGS; decodings++) {
            String form = reading.replace('+', ' ');
            for (Secret secret : secrets) {
                if (secret.occursIn(reading) || secret.occursIn(form)) {
                    return true;
                }
            }
            String next = decoded(reading);
            if (next.equals(reading)) {
                return false;
            }
            reading = next;
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

    private String names(String query) {
        List<String> shown = new ArrayList<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? "" : parameter.substring(0, equals);
            shown.add(NAME.matcher(name).matches() && !hasSecret(name) ? name + "=***" : "***");
        }
        return String.join("&", shown);
    }
}
