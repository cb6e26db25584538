package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The proofs that a stage was passed can be made where the stage is, and nowhere else.
class PermittedRequestTest {

    @Test
    void hasNoConstructorForOtherPackages() {
        assertTrue(Modifier.isFinal(PermittedRequest.class.getModifiers()));
        assertEquals(1, PermittedRequest.class.getDeclaredConstructors().length);
        for (Constructor<?> constructor : PermittedRequest.class.getDeclaredConstructors()) {
            assertEquals(0, constructor.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED));
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {AdmittedRequest.class, GrantedRequest.class})
    void followsStagesThatOtherPackagesDoNotSee(Class<?> stage) {
        assertEquals(0, stage.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED));
    }
}
