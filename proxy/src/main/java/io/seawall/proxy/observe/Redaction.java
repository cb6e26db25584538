package io.seawall.proxy.observe;

import io.seawall.config.Secret;
import io.seawall.host.PercentEncoding;
import io.seawall.proxy.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The path as the log may show it: without the values of its query, the capabilities that some paths are, and whatever
/// looks like a token; nothing at all of a path that holds one of our secrets, in whatever encoding. Pure.
public final class Redaction {
    private static final Pattern CAPABILITY = Pattern.compile("(?i)(/__openclaw__/cap/|/j/|/share/)[^/]+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");
    private static final int LONGEST = 512;
    private static final int SHORTEST_TOKEN = 32;
    /// A path segment this long that is no word is a token until proven otherwise; so is a part of one.
    private static final Pattern TOKEN = Pattern.compile("(?=[^/]*[0-9])[A-Za-z0-9_.~+=-]{" + SHORTEST_TOKEN + ",}");
    private static final Pattern RUN = Pattern
            .compile("(?<![A-Za-z0-9_~+=-])(?=[A-Za-z_~+=-]*[0-9])[A-Za-z0-9_~+=-]{" + SHORTEST_TOKEN + ",}");
    private static final int MOST_DECODINGS = 4;
    /// Long enough for the shortest password that is accepted.
    private static final int SHORTEST_BASE64 = 16;
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{" + SHORTEST_BASE64 + ",}");

    private final List<Secret> secrets;

    public Redaction(List<Secret> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    String of(RequestHead head) {
        String text = path(head.path());
        String query = head.query();
        if (query != null) {
            text += "?" + names(query);
        }
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    /// The path alone, not cut.
    public String path(String raw) {
        String path = shortened(raw);
        StringBuilder shown = new StringBuilder();
        for (String segment : (holdsSecret(path) ? "/***" : path).substring(1).split("/", -1)) {
            shown.append('/').append(segment.length() < SHORTEST_TOKEN ? segment : withoutTokens(segment));
        }
        // nothing is behind the name where there is no second slash
        return path.indexOf('/', 1) < 0 ? shown.toString() : CAPABILITY.matcher(shown).replaceAll("$1***");
    }

    private static String withoutTokens(String segment) {
        return TOKEN.matcher(PercentEncoding.decode(segment)).matches()
                ? "***"
                : RUN.matcher(segment).replaceAll("***");
    }

    /// Whole segments of what can be shown at all; no client can cause a longer search.
    private static String shortened(String path) {
        return path.length() <= 2 * LONGEST ? path : path.substring(0, path.lastIndexOf('/', 2 * LONGEST)) + "/…";
    }

    /// As it is, as a form writes it, in base64, and each of these behind a few percent encodings.
    public boolean holdsSecret(String given) {
        String text = given;
        for (int decodings = 0;; decodings++) {
            boolean isForm = text.indexOf('+') >= 0;
            if (isSecretIn(text) || isForm && isSecretIn(text.replace('+', ' ')) || isSecretInBase64(text)) {
                return true;
            }
            String next = PercentEncoding.decode(text);
            if (decodings == MOST_DECODINGS || next.equals(text)) {
                return false;
            }
            text = next;
        }
    }

    /// `user:password` as Basic writes it, with or without its padding, whatever stands around it.
    private boolean isSecretInBase64(String text) {
        if (text.length() < SHORTEST_BASE64) {
            return false;
        }
        Matcher run = BASE64.matcher(text);
        while (run.find()) {
            String digits = run.group().replace('-', '+').replace('_', '/');
            // what stands in front may have shifted the groups of four, and a single digit over holds no byte
            for (int start = 0; start < 4; start++) {
                int end = digits.length() - ((digits.length() - start) % 4 == 1 ? 1 : 0);
                if (isSecretIn(new String(Base64.getDecoder().decode(digits.substring(start, end)),
                        StandardCharsets.UTF_8))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isSecretIn(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (Secret secret : secrets) {
            if (secret.occursIn(bytes)) {
                return true;
            }
        }
        return false;
    }

    private String names(String query) {
        StringBuilder shown = new StringBuilder();
        // what is beyond the longest line is cut anyway, and not searched
        for (int start = 0; start <= query.length() && shown.length() <= LONGEST;) {
            int and = query.indexOf('&', start);
            int end = and < 0 ? query.length() : and;
            int equals = query.indexOf('=', start, end);
            String name = equals < 0 ? "" : query.substring(start, equals);
            shown.append(start == 0 ? "" : "&")
                    .append(NAME.matcher(name).matches() && !holdsSecret(name) ? name + "=***" : "***");
            start = end + 1;
        }
        return shown.toString();
    }
}
