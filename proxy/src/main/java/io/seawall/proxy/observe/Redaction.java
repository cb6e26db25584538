package io.seawall.proxy.observe;

import io.seawall.config.Secret;
import io.seawall.proxy.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// The path as the log may show it: without the values of its query, the capabilities that some paths are, and whatever
/// looks like a token; nothing at all of a path that holds one of our secrets, in whatever encoding. Pure.
final class Redaction {
    private static final Pattern CAPABILITY = Pattern.compile("(?i)(/__openclaw__/cap/|/j/|/share/)[^/]+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");
    private static final int LONGEST = 512;
    /// A path segment this long that is no word is a token until proven otherwise; so is a part of one.
    private static final Pattern TOKEN = Pattern.compile("(?=[^/]*[0-9])[A-Za-z0-9_.~+=-]{32,}");
    private static final Pattern RUN = Pattern
            .compile("(?<![A-Za-z0-9_~+=-])(?=[A-Za-z_~+=-]*[0-9])[A-Za-z0-9_~+=-]{32,}");
    private static final int MOST_DECODINGS = 4;
    /// Base64 of a colon and a password of 12 characters, and a little less.
    private static final int SHORTEST_PAIR = 16;

    private final List<Secret> secrets;

    Redaction(List<Secret> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    String of(RequestHead head) {
        String path = shortened(head.path());
        StringBuilder shown = new StringBuilder();
        for (String segment : (holdsSecret(path) ? "/***" : path).substring(1).split("/", -1)) {
            shown.append('/').append(TOKEN.matcher(decoded(segment)).matches()
                    ? "***"
                    : RUN.matcher(segment).replaceAll("***"));
        }
        String text = CAPABILITY.matcher(shown).replaceAll("$1***");
        String query = head.query();
        if (query != null) {
            text += "?" + names(query);
        }
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    /// Whole segments of what can be shown at all; nobody makes us search more.
    private static String shortened(String path) {
        return path.length() <= 2 * LONGEST ? path : path.substring(0, path.lastIndexOf('/', 2 * LONGEST)) + "/…";
    }

    private boolean holdsSecret(String given) {
        String text = given;
        String next = decoded(text);
        for (int i = 0; i < MOST_DECODINGS && !next.equals(text) && !isSecretIn(text); i++) {
            text = next;
            next = decoded(text);
        }
        if (isSecretIn(text)) {
            return true;
        }
        for (String segment : given.split("/")) {
            if (segment.length() >= SHORTEST_PAIR && isSecretIn(unpacked(segment))) {
                return true;
            }
        }
        return false;
    }

    /// User and password where somebody put them down as Basic does.
    private static String unpacked(String segment) {
        try {
            return new String(Base64.getDecoder().decode(segment), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private boolean isSecretIn(String text) {
        for (Secret secret : secrets) {
            if (secret.occursIn(text)) {
                return true;
            }
        }
        return false;
    }

    /// Percent-decoded once; what is no escape stays.
    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(in[i + 2], 16) : -1;
            out[length++] = low >= 0 ? (byte) (high << 4 | low) : in[i];
            i += low >= 0 ? 2 : 0;
        }
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }

    private String names(String query) {
        List<String> shown = new ArrayList<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? "" : parameter.substring(0, equals);
            shown.add(NAME.matcher(name).matches() && !holdsSecret(name) ? name + "=***" : "***");
        }
        return String.join("&", shown);
    }
}
