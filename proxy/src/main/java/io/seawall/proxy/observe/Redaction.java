package io.seawall.proxy.observe;

import io.seawall.config.Secret;
import io.seawall.proxy.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The path as the log may show it: without the values of its query, the capabilities that some paths are, and whatever
/// looks like a token; nothing at all of a path that holds one of our secrets, in whatever encoding. Pure.
final class Redaction {
    private static final Pattern CAPABILITY = Pattern.compile("(?i)(/__openclaw__/cap/|/j/|/share/)[^/]+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");
    private static final int LONGEST = 512;
    /// What is this long and no word is a token until proven otherwise.
    private static final Pattern TOKEN = Pattern
            .compile("(?<![A-Za-z0-9_~+=-])(?=[A-Za-z_~+=-]*[0-9])[A-Za-z0-9_~+=-]{32,}");
    /// Long enough for the shortest password that is accepted.
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{16,}");
    private static final int MOST_DECODINGS = 4;

    private final List<Secret> secrets;

    Redaction(List<Secret> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    String of(RequestHead head) {
        String path = shortened(head.path());
        String text = holdsSecret(path)
                ? "/***"
                : CAPABILITY.matcher(TOKEN.matcher(path).replaceAll("***")).replaceAll("$1***");
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

    private boolean holdsSecret(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i <= MOST_DECODINGS; i++) {
            String reading = new String(bytes, StandardCharsets.ISO_8859_1);
            if (holdsSecret(bytes) || holdsSecretInBase64(reading)
            // a form's blank
                    || holdsSecret(reading.replace('+', ' ').getBytes(StandardCharsets.ISO_8859_1))) {
                return true;
            }
            byte[] next = decoded(bytes);
            if (next.length == bytes.length) {
                break; // nothing was encoded
            }
            bytes = next;
        }
        return false;
    }

    /// `user:password` as Basic writes it, with or without its padding, whatever stands around it.
    private boolean holdsSecretInBase64(String text) {
        Matcher run = BASE64.matcher(text);
        while (run.find()) {
            String digits = run.group().replace('-', '+').replace('_', '/');
            // what stands in front may have shifted the groups of four
            for (int start = 0; start < 4; start++) {
                int end = digits.length() - ((digits.length() - start) % 4 == 1 ? 1 : 0);
                if (holdsSecret(Base64.getDecoder().decode(digits.substring(start, end)))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean holdsSecret(byte[] text) {
        for (Secret secret : secrets) {
            if (secret.isWithin(text)) {
                return true;
            }
        }
        return false;
    }

    /// Percent-decodes once; what is no escape stays.
    private static byte[] decoded(byte[] in) {
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(in[i + 2], 16) : -1;
            if (low >= 0) {
                i += 2;
            }
            out[length++] = low >= 0 ? (byte) (high << 4 | low) : in[i];
        }
        return Arrays.copyOf(out, length);
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
