package io.seawall.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PageTest {
    private static final String EVIL = "\"><script>alert('1')</script>&";
    private static final String ESCAPED = "&quot;&gt;&lt;script&gt;alert('1')&lt;/script&gt;&amp;";

    static String[] pages() {
        return new String[]{Page.html("Title", "Message", "Help", "Foot"), Page.html("", "", "", ""),
            Page.form("Title", "Message", "/.seawall/logout", "Go", "Foot")};
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
        assertFalse(page.contains("<script") || page.contains("src=") || page.contains("url(")
                || page.contains("http") && !page.contains("color-scheme") || page.contains("<link")
                || page.contains(" style="), page);
        assertTrue(page.startsWith("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"));
        assertTrue(page.contains("name=\"viewport\""));
        assertTrue(page.contains("prefers-color-scheme:dark"));
    }

    @Test
    void escapesEveryText() {
        String page = Page.html(EVIL, EVIL, EVIL, EVIL);

        assertEquals(5, page.split(java.util.regex.Pattern.quote(ESCAPED), -1).length - 1,
                "title twice, message, help, foot");
        assertFalse(page.contains("<script"));
    }

    @Test
    void escapesInAForm() {
        String page = Page.form(EVIL, EVIL, EVIL, EVIL, EVIL);

        assertTrue(page.contains("<form method=\"post\" action=\"" + ESCAPED + "\"><button>" + ESCAPED + "</button>"));
        assertFalse(page.contains("<script"));
    }

    @Test
    void showsHelpOnlyWhereThereIsSome() {
        assertFalse(Page.html("t", "m", "", "f").contains("<pre>"));
        assertTrue(Page.html("t", "m", "A=b\nC=d", "f").contains("<p>m</p><pre>A=b\nC=d</pre>"));
    }
}
