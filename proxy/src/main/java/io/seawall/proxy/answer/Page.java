package io.seawall.proxy.answer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.seawall.host.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// The one design of every page that Seawall serves: no script, no external resource, dark and light, readable on a
/// phone. Small, because unauthenticated clients can request any number of them. Texts are escaped here, and everything
/// but the foot is made once.
public final class Page {
    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#17242d;--soft:#51616c;--paper:#f7f9fa;--line:#d9e1e6;--sea:#0b6984}
            @media(prefers-color-scheme:dark){:root{--ink:#e2e9ee;--soft:#98a7b2;--paper:#10171d;--line:#2a3640;--sea:#6bc3dd}}
            *{box-sizing:border-box}
            body{margin:0 auto;max-width:38rem;min-height:100vh;padding:0 1.5rem;display:flex;flex-direction:column;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 system-ui,sans-serif;overflow-wrap:anywhere}
            main{flex:1;padding:17vh 0 3rem}
            main::before{content:"";display:block;width:72px;height:10px;margin-bottom:1.75rem;background:radial-gradient(circle at 12px -6px,#0000 7px,var(--sea) 8px 9px,#0000 10px)-6px 100%/24px 5px repeat-x,radial-gradient(circle at 12px 11px,#0000 7px,var(--sea) 8px 9px,#0000 10px)6px 0/24px 5px repeat-x}
            .wait::before{animation:drift 3s linear infinite}
            @keyframes drift{to{background-position:18px 100%,30px 0}}
            @media(prefers-reduced-motion){.wait::before{animation:none}}
            h1{font-size:1.75rem;line-height:1.2;letter-spacing:-.015em;font-weight:600;margin:0;text-wrap:balance}
            p{margin:1rem 0 0;color:var(--soft)}
            pre{margin:1.5rem 0 0;padding:1rem;border:1px solid var(--line);border-radius:8px;font-size:.85rem;line-height:1.5;white-space:pre-wrap}
            pre,code{font-family:ui-monospace,monospace}
            form{margin:0}
            button,.do{display:inline-block;margin-top:1.75rem;padding:.6rem 1.4rem;border:1px solid var(--sea);border-radius:8px;background:var(--sea);color:var(--paper);font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
            :focus-visible{outline:3px solid var(--sea);outline-offset:3px}
            footer{display:flex;flex-wrap:wrap;gap:0 1.5rem;padding:1rem 0 1.5rem;border-top:1px solid var(--line);color:var(--soft);font-size:.8125rem}
            """;
    /// Allows the one style above and nothing else.
    public static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'sha256-" + digest(STYLE)
            + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final byte[] END = bytes("</footer></body></html>\n");

    private final byte[] upToFoot;

    private Page(byte[] upToFoot) {
        this.upToFoot = upToFoot;
    }

    /// What a page offers to do.
    public sealed interface Action {
        Action NOTHING = new Nothing();
        /// The page waits for something and reloads itself, which its answer's header must say.
        Action WAIT = new Wait();

        record Nothing() implements Action {}

        record Wait() implements Action {}

        /// Leads to `path`; an empty one is the address that was asked, again.
        record Link(String path, String text) implements Action {}

        /// Posts to `path`.
        record Post(String path, String text) implements Action {}
    }

    /// @param message empty, or what there is to say besides the title
    /// @param help empty, or lines to show as they are
    public static Page of(String title, String message, String help, Action action) {
        StringBuilder html = new StringBuilder(2_048).append(
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>");
        escape(html, title);
        html.append("</title><style>").append(STYLE).append("</style></head><body><main")
                .append(action instanceof Action.Wait ? " class=\"wait\"" : "").append("><h1>");
        escape(html, title);
        html.append("</h1>");
        if (!message.isEmpty()) {
            html.append("<p>");
            escape(html, message);
            html.append("</p>");
        }
        if (!help.isEmpty()) {
            html.append("<pre>");
            escape(html, help);
            html.append("</pre>");
        }
        switch (action) {
            case Action.Nothing _,Action.Wait _ -> {
            }
            case Action.Link(String path, String text) -> {
                html.append("<a class=\"do\" href=\"");
                escape(html, path);
                html.append("\">");
                escape(html, text);
                html.append("</a>");
            }
            case Action.Post(String path, String text) -> {
                html.append("<form method=\"post\" action=\"");
                escape(html, path);
                html.append("\"><button>");
                escape(html, text);
                html.append("</button></form>");
            }
        }
        return new Page(bytes(html.append("</main><footer><b>Seawall</b>").toString()));
    }

    /// The whole page, in UTF-8.
    ///
    /// @param what status and label
    /// @param id the request's, by which the operator finds it in the log
    ByteBuf write(ByteBufAllocator alloc, String what, String id) {
        StringBuilder foot = new StringBuilder();
        escape(foot.append("<span>"), what);
        escape(foot.append("</span><span>request <code>"), id);
        byte[] middle = bytes(foot.append("</code></span>").toString());
        return alloc.buffer(upToFoot.length + middle.length + END.length).writeBytes(upToFoot).writeBytes(middle)
                .writeBytes(END);
    }

    private static void escape(StringBuilder html, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> html.append(c);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String digest(String text) {
        return Base64.getEncoder().encodeToString(Digests.sha256(bytes(text)));
    }
}
