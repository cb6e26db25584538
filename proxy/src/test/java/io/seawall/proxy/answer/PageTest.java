package io.seawall.proxy.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.seawall.proxy.answer.Page.Action;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PageTest {
    private static final String EVIL = "\"><script>alert('1')</script>&";
    private static final String ESCAPED = "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;";

    private static String html(Page page, String what, String id) {
        ByteBuf bytes = page.write(UnpooledByteBufAllocator.DEFAULT, what, id);
        try {
            return bytes.toString(StandardCharsets.UTF_8);
        } finally {
            bytes.release();
        }
    }

    private static String html(String title, String message, String help, Action action) {
        return html(Page.of(title, message, help, action), "503 starting", "0123abcd");
    }

    static String[] pages() {
        return new String[]{html("Title", "Message", "Help", Action.NOTHING), html("", "", "", Action.NOTHING),
            html("Title", "", "", Action.WAIT), html("Title", "Message", "", new Action.Link("", "Again")),
            html("Title", "Message", "", new Action.Post("/.seawall/logout", "Go"))};
    }

    @ParameterizedTest
    @MethodSource("pages")
    void allowsTheStyleThatItServesAndNothingElse(String page) throws GeneralSecurityException {
        String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
        String digest = Base64.getEncoder().encodeToString(
                MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8)));

        assertEquals("default-src 'none'; style-src 'sha256-" + digest
                + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", Page.CONTENT_SECURITY_POLICY);
        assertEquals(page.indexOf("<style"), page.lastIndexOf("<style"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void needsNothingFromElsewhere(String page) {
        for (String foreign : new String[]{"<script", "src=", "url(", "http:", "https:", "//", "<link", " style=",
            "@import"}) {
            assertFalse(page.contains(foreign), foreign + " in " + page);
        }
        assertTrue(page.startsWith("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"));
        assertTrue(page.contains("name=\"viewport\""));
        assertTrue(page.contains("prefers-color-scheme:dark"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void hasOneTitleOneHeadingAndItsRequestInTheFoot(String page) {
        assertEquals(2, page.split("<h1>", -1).length);
        assertEquals(2, page.split("<title>", -1).length);
        assertTrue(page.endsWith(
                "</main><footer><b>Seawall</b><span>503 starting</span><span>request <code>0123abcd</code></span></footer></body></html>\n"),
                page);
    }

    /// The response to an unauthenticated client has to stay small: AmplificationTest counts it with its headers.
    @Test
    void isSmall() {
        int empty = html("", "", "", Action.NOTHING).getBytes(StandardCharsets.UTF_8).length;

        assertTrue(empty <= 2_200, empty + " bytes");
    }

    @Test
    void escapesEveryText() {
        for (Action action : new Action[]{new Action.Link(EVIL, EVIL), new Action.Post(EVIL, EVIL)}) {
            String page = html(Page.of(EVIL, EVIL, EVIL, action), EVIL, EVIL);

            assertEquals(8, page.split(Pattern.quote(ESCAPED), -1).length - 1,
                    "title twice, message, help, path, button, two in the foot");
            assertFalse(page.contains("<script") || page.contains("alert('"));
        }
    }

    @Test
    void showsWhatThereIsToShow() {
        assertFalse(html("t", "", "", Action.NOTHING).matches("(?s).*<(p|pre|a|form)[ >].*"));
        assertTrue(html("t", "m", "A=b\nC=d", Action.NOTHING).contains("<h1>t</h1><p>m</p><pre>A=b\nC=d</pre></main>"));
        assertTrue(html("t", "m", "", new Action.Link("", "Again"))
                .contains("<p>m</p><a class=\"do\" href=\"\">Again</a></main>"));
        assertTrue(html("t", "m", "", new Action.Post("/x", "Go"))
                .contains("<p>m</p><form method=\"post\" action=\"/x\"><button>Go</button></form></main>"));
    }

    @Test
    void movesOnlyWhereItWaits() {
        assertTrue(html("t", "m", "", Action.WAIT).contains("<main class=\"wait\"><h1>t</h1>"));
        assertTrue(html("t", "m", "", Action.NOTHING).contains("<main><h1>t</h1>"));
    }
}
