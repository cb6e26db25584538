package io.seawall.proxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiHintTest {
    @ParameterizedTest
    @ValueSource(strings = {"//v1/models", "/v1//models", "//chat/completions"})
    void asksForASlashAtTheEndOfABaseUrl(String path) {
        assertEquals(" Does a base URL end in a slash?", ApiHint.of(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/chat/completions", "/completions", "/responses", "/responses/resp_1", "/embeddings",
        "/models", "/models/openclaw"})
    void asksForABaseUrlWithoutV1(String path) {
        assertEquals(" The API is below /v1: does the base URL lack it?", ApiHint.of(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/chat", "/chat/completion", "/modelsx", "/v1/models", "/api/models"})
    void saysNothingOfOtherPaths(String path) {
        assertEquals("", ApiHint.of(path));
    }
}
