package io.seawall.proxy.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/// The one design of every page that Seawall serves: no script, no external resource, dark and light, readable on a
/// phone. Texts are escaped here.
public final class Page {
    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1b2733;--paper:#f6f8fa;--line:#d5dde4;--wave:#0b6e8a}
            @media(prefers-color-scheme:dark){:root{--ink:#e3e9ee;--paper:#12181e;--line:#2c3843;--wave:#58b9d6}}
            body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 system-ui,sans-serif}
            main{max-width:38rem;margin:12vh auto 4rem;padding:0 1.25rem}
            h1{font-size:1.55rem;line-height:1.25;margin:0 0 .75rem}
            p{margin:.75rem 0}
            pre{overflow-x:auto;padding:1rem;border:1px solid var(--line);border-radius:.5rem;font-size:.9rem;line-height:1.45}
            small{display:block;margin-top:2.5rem;padding-top:1rem;border-top:3px solid var(--wave);opacity:.8;overflow-wrap:anywhere}
            button{font:inherit;padding:.5rem 1.25rem;border:0;border-radius:.5rem;background:var(--wave);color:var(--paper);cursor:pointer}
            """;
    /// Allows the one style above and nothing else.
    public static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'sha256-" + digest(STYLE)
            + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private Page() {}

    /// @param help empty, or lines to show as they are
    /// @param foot a small line at the end, for example status and request id
    public static String html(String title, String message, String help, String foot) {
        return document(title,
                "<p>" + escape(message) + "</p>" + (help.isEmpty() ? "" : "<pre>" + escape(help) + "</pre>"),
                foot);
    }

    /// A page with one button that posts to `action`.
    public static String form(String title, String message, String action, String button, String foot) {
        return document(title, "<p>" + escape(message) + "</p><form method=\"post\" action=\"" + escape(action)
                + "\"><button>" + escape(button) + "</button></form>", foot);
    }

    private static String document(String title, String body, String foot) {
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>"
                + escape(title) + "</title><style>" + STYLE + "</style></head><body><main><h1>" + escape(title)
                + "</h1>"
                + body + "<small>" + escape(foot) + "</small></main></body></html>\n";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private static String digest(String text) {
        try {
            return Base64.getEncoder().encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
