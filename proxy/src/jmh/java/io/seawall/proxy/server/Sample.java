package io.seawall.proxy.server;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What browsers and programs ask, with LF for CR LF and without the empty line, and what the gateway answers.
public final class Sample {
    /// A page's own fetch in Chromium, without the session cookie, which comes last.
    private static final String BROWSER = """
            GET /assets/index-DkQm3xYz.js?v=2026.1 HTTP/1.1
            Host: claw.example.com
            Connection: keep-alive
            sec-ch-ua-platform: "Linux"
            User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36
            sec-ch-ua: "Chromium";v="141", "Not?A_Brand";v="8"
            sec-ch-ua-mobile: ?0
            Accept: */*
            Sec-Fetch-Site: same-origin
            Sec-Fetch-Mode: cors
            Sec-Fetch-Dest: empty
            Referer: https://claw.example.com/chat?session=main
            Accept-Encoding: gzip, deflate, br, zstd
            Accept-Language: en-US,en;q=0.9
            """;
    public static final String PAGE = page("theme=dark");

    public static final String BASIC = "Basic "
            + Base64.getEncoder().encodeToString(("admin:" + TestConfig.PASSWORD).getBytes(StandardCharsets.UTF_8));

    public static final String BODY = "{\"model\":\"openclaw\",\"input\":\"What is the weather like today?\"}";
    /// An OpenAI SDK's call, without its body.
    public static final String API = """
            POST /v1/responses HTTP/1.1
            Host: claw.example.com
            Accept: application/json
            Content-Type: application/json
            User-Agent: OpenAI/JS 6.1.0
            X-Stainless-Lang: js
            X-Stainless-Runtime: node
            Authorization: Bearer %s
            Content-Length: %d
            """.formatted(TestConfig.GATEWAY_TOKEN, BODY.length());

    public static final String ANSWER_BODY = "x".repeat(512);
    public static final String ANSWER = wire("""
            HTTP/1.1 200 OK
            X-Content-Type-Options: nosniff
            Referrer-Policy: no-referrer
            Content-Security-Policy: default-src 'self'; frame-ancestors 'none'
            Content-Type: text/javascript; charset=utf-8
            Cache-Control: no-cache
            Date: Thu, 01 Jan 2026 00:00:00 GMT
            Connection: keep-alive
            Keep-Alive: timeout=5
            Content-Length: %d
            """.formatted(ANSWER_BODY.length())) + ANSWER_BODY;

    /// What a model says, token by token.
    public static final String STREAMED = wire("""
            HTTP/1.1 200 OK
            X-Content-Type-Options: nosniff
            Referrer-Policy: no-referrer
            Content-Type: text/event-stream; charset=utf-8
            Cache-Control: no-cache
            Date: Thu, 01 Jan 2026 00:00:00 GMT
            Connection: keep-alive
            Keep-Alive: timeout=5
            Transfer-Encoding: chunked
            """) + "40\r\n" + "x".repeat(0x40) + "\r\n40\r\n" + "y".repeat(0x40) + "\r\n0\r\n\r\n";

    private Sample() {}

    /// @param cookie the value of the field
    public static String page(String cookie) {
        return BROWSER + "Cookie: " + cookie + "\n";
    }

    /// The head as the wire has it.
    public static String wire(String lines) {
        return lines.replace("\n", "\r\n") + "\r\n";
    }
}
