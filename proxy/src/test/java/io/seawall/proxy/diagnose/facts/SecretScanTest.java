package io.seawall.proxy.diagnose.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The keys here are made up: the right shape, and letters in a row.
class SecretScanTest {
    private static final String TEXT = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKl";

    private static List<String> found(String json) {
        try {
            return SecretScan.scan(JsonMapper.builder().build().readTree(json.replace('\'', '"'))).stream()
                    .map(SecretScan.Exposed::toString).toList();
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    @ParameterizedTest
    @CsvSource({"Anthropic, sk-ant-api03-%s", "OpenAI, sk-proj-%s", "OpenAI, sk-%s", "OpenRouter, sk-or-v1-%s",
        "Groq, gsk_%s", "xAI, xai-%s", "Perplexity, pplx-%s", "Hugging Face, hf_%s", "Replicate, r8_%s",
        "NVIDIA, nvapi-%s", "Tavily, tvly-%s", "GitHub, ghp_%s", "GitHub, github_pat_%s", "GitLab, glpat-%s",
        "Slack, xoxb-%s", "Slack, xapp-1-%s", "Stripe, sk_live_%s", "npm, npm_%s"})
    void knowsWhatKeysLookLike(String issuer, String form) {
        assertEquals(issuer, SecretScan.shape(form.formatted(TEXT)));
        assertEquals(issuer, SecretScan.shape("see: " + form.formatted(TEXT) + " (old)"));
    }

    @ParameterizedTest
    @CsvSource({"Google, AIzaAbCdEfGhIjKlMnOpQrStUvWxYz012345678", "AWS, AKIAABCDEFGHIJKLMNOP",
        "Telegram, 123456789:AbCdEfGhIjKlMnOpQrStUvWxYz012345678", "Firecrawl, fc-0123456789abcdef0123456789abcdef",
        "PEM private key, -----BEGIN EC PRIVATE KEY-----",
        "JSON Web Token, eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.AbCdEfGhIjKlMnOpQr",
        "Discord, MTA1AbCdEfGhIjKlMnOpQrStU.GaBcDe.AbCdEfGhIjKlMnOpQrStUvWxYz012345"})
    void knowsThoseOfAFixedLength(String issuer, String key) {
        assertEquals(issuer, SecretScan.shape(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-short", "task-AbCdEfGhIjKlMnOpQrStUvWxYz", "claude-sonnet-4-20250514",
        "anthropic/claude",
        "https://claw.example.com/path", "AKIAABCDEFGHIJKLMNOPQ", "0123456789abcdef0123456789abcdef", "non-main",
        "2026-11-23T10:00:00Z", "12345678:short"})
    void takesNothingElseForOne(String text) {
        assertEquals("", SecretScan.shape(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{'models':{'providers':{'x':{'apiKey':'plain'}}}}|models.providers.x.apiKey",
        "{'channels':{'telegram':{'botToken':'plain'}}}|channels.telegram.botToken",
        "{'channels':{'slack':{'signingSecret':'plain'}}}|channels.slack.signingSecret",
        "{'gateway':{'auth':{'password':'plain-text'}}}|gateway.auth.password",
        "{'env':{'vars':{'MY_KEY':'plain'}}}|env.vars.MY_KEY",
        "{'mcp':{'servers':{'a':{'env':{'A_TOKEN':'plain'}}}}}|mcp.servers.a.env.A_TOKEN",
        "{'agents':{'defaults':{'sandbox':{'docker':{'env':{'DB_PASS':'plain'}}}}}}|agents.defaults.sandbox.docker.env.DB_PASS",
        "{'models':{'providers':{'x':{'headers':{'Authorization':'plain'}}}}}|models.providers.x.headers.Authorization",
        "{'plugins':{'entries':{'imap':{'config':{'accounts':[{'password':'plain'}]}}}}}|plugins.entries.imap.config.accounts[0].password"})
    void knowsWhereOpenClawKeepsThem(String json, String path) {
        assertEquals(List.of(path + " (by its name, …)"), found(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'apiKey':'${ANTHROPIC_API_KEY}'}",
        "{'token':{'source':'env','id':'X','provider':'default'}}",
        "{'apiKey':''}", "{'apiKey':'__OPENCLAW_REDACTED__'}", "{'maxTokens':4096}", "{'auth':{'mode':'token'}}",
        "{'env':{'LANG':'C.UTF-8'}}", "{'model':'claude'}", "{'apiKey':null}", "{'tokens':['a']}"})
    void leavesReferencesAndOtherSettingsAlone(String json) {
        assertEquals(List.of(), found(json));
    }

    @Test
    void showsFourCharactersOfALongOneAndNoneOfAShortOne() {
        assertEquals("…hijk", SecretScan.masked("0123456789abcdefghijk"));
        assertEquals("…", SecretScan.masked("0123456789abcde"));
        assertFalse(SecretScan.masked("0123456789abcdefg\u001b[2J").contains("\u001b"));
    }
}
