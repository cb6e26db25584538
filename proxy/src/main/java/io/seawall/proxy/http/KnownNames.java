package io.seawall.proxy.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Methods, header names and reasons that clients and the gateway send all the time, in the spellings that they send them in: read from the wire
/// without making a new text of them.
public final class KnownNames {
    public static final List<String> HEADERS = List.of("Accept", "Accept-Charset", "Accept-Encoding",
            "Accept-Language", "Accept-Ranges", "Access-Control-Allow-Headers",
            "Access-Control-Allow-Methods", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers",
            "Access-Control-Request-Headers", "Access-Control-Request-Method", "Authorization", "Cache-Control",
            "CDN-Loop", "CF-Access-Jwt-Assertion", "CF-Connecting-IP", "CF-IPCountry", "CF-Ray", "CF-Visitor",
            "CF-Warp-Tag-Id", "Connection", "Content-Disposition", "Content-Encoding", "Content-Language",
            "Content-Length", "Content-Range",
            "Content-Security-Policy", "Content-Type",
            "Cookie", "Date", "DNT", "ETag", "Expires", "Expect", "Forwarded", "From", "Host", "If-Match",
            "If-Modified-Since", "If-None-Match",
            "If-Range", "If-Unmodified-Since", "Keep-Alive", "Last-Event-ID", "Last-Modified", "Location", "Origin",
            "Permissions-Policy", "Pragma", "Priority", "Range",
            "Referer", "Referrer-Policy", "Retry-After", "Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform",
            "Sec-Fetch-Dest", "Sec-Fetch-Mode",
            "Sec-Fetch-Site", "Sec-Fetch-User", "Sec-GPC", "Sec-WebSocket-Extensions", "Sec-WebSocket-Key",
            "Sec-WebSocket-Protocol", "Sec-WebSocket-Version", "Server", "Set-Cookie", "Strict-Transport-Security",
            "TE", "Traceparent", "Tracestate", "Trailer",
            "Transfer-Encoding", "Upgrade", "Upgrade-Insecure-Requests", "User-Agent", "Vary", "Via",
            "WWW-Authenticate", "X-Content-Type-Options", "X-Frame-Options", "X-Api-Key",
            "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Openclaw-Agent-Id",
            "X-Openclaw-Session-Key", "X-Openclaw-Token", "X-Real-IP", "X-Request-Id", "X-Requested-With",
            "X-Seawall-Authorization");
    private static final Set<String> ALL = all();
    /// Open addressing; large enough for short runs.
    private static final String[] TABLE = table();

    private KnownNames() {}

    private static Set<String> all() {
        Set<String> all = new LinkedHashSet<>(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OK",
                "No Content", "Not Found", "Not Modified"));
        for (String header : HEADERS) {
            all.add(header);
            all.add(header.toLowerCase(Locale.ROOT));
        }
        return all;
    }

    private static String[] table() {
        String[] table = new String[1024];
        for (String text : ALL) {
            int at = text.hashCode() & table.length - 1;
            while (table[at] != null) {
                at = at + 1 & table.length - 1;
            }
            table[at] = text;
        }
        return table;
    }

    /// Every one of them.
    public static Set<String> names() {
        return ALL;
    }

    /// The bytes as ISO 8859-1 text.
    public static String text(byte[] bytes, int start, int end) {
        int hash = 0; // that of the text
        for (int i = start; i < end; i++) {
            hash = 31 * hash + (bytes[i] & 0xff);
        }
        for (int at = hash & TABLE.length - 1; TABLE[at] != null; at = at + 1 & TABLE.length - 1) {
            if (isText(TABLE[at], bytes, start, end)) {
                return TABLE[at];
            }
        }
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private static boolean isText(String known, byte[] bytes, int start, int end) {
        if (known.length() != end - start) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (known.charAt(i - start) != (bytes[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }
}
