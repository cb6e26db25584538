package io.seawall.proxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.Allocated;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryTest {

    @ParameterizedTest
    @CsvSource({"token=x, ''", "token, ''", "token=, ''", "TOKEN=x, ''", "ToKeN=x, ''", "%74oken=x, ''",
        "t%6Fken=x, ''",
        "%54OKEN=x, ''", "+token=x, ''", "token+=x, ''", "%20token=x, ''", "password=x, ''", "gatewayUrl=ws://evil, ''",
        "gatewayurl=x, ''", "GATEWAYURL=x, ''", "gateway%55rl=x, ''", "a=1&token=x, a=1", "token=x&a=1, a=1",
        "a=1&token=x&b=2, a=1&b=2", "token=x&token=y, ''", "token=x&password=y&gatewayUrl=z&q=1, q=1",
        "a=1&&token=x, a=1&", "token=a=b, ''"})
    void takesCredentialsOut(String query, String rest) {
        assertEquals(rest, Query.without(query, Query.NAVIGATION));
        assertEquals(true, Query.names(query, Query.NAVIGATION));
    }

    @ParameterizedTest
    @CsvSource({"''", "a=1", "a=1&b=token", "tokens=x", "xtoken=x", "token[]=x", "my_password=x", "a=token=x", "&&",
        "=",
        "=token", "%zz=1", "q=%74oken", "a;token=x"})
    void leavesEverythingElse(String query) {
        assertEquals(query, Query.without(query, Query.NAVIGATION));
        assertEquals(false, Query.names(query, Query.NAVIGATION));
    }

    @ParameterizedTest
    @CsvSource({"token=x, true", "TOKEN, true", "%74oken=x, true", "a=1&token=x, true", "password=x, false",
        "gatewayUrl=x, false"})
    void findsAHooksToken(String query, boolean found) {
        assertEquals(found, Query.names(query, Query.HOOKS));
    }

    /// An exception for each would be half a kilobyte each.
    @Test
    void passesOverEscapesThatAreNone() {
        String query = "a%&".repeat(2_700);
        long bytes = Allocated.by(() -> Query.names(query, Query.HOOKS));
        assertTrue(bytes < 100 * 2_700, () -> bytes + " bytes");
    }

    @Test
    void takesACredentialOutWithoutAnObjectForEachOther() {
        String query = "a=1&".repeat(2_000) + "token=x";
        long bytes = Allocated.by(() -> Query.without(query, Query.NAVIGATION));
        assertTrue(bytes < 3L * query.length(), () -> bytes + " bytes");
    }

    @Test
    void copiesNothingThatIsTooShort() {
        String query = "a=1&".repeat(2_000);
        long bytes = Allocated.by(() -> Query.names(query, Query.HOOKS));
        assertTrue(bytes < 1_000, () -> bytes + " bytes");
    }
}
