package io.seawall.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

class ProxyHeaderFuzzTest {
    private static final int MOST = 16 + ProxyHeader.LONGEST_V2;

    /// However the bytes are cut, what they are is known as soon as it is certain, and stays so.
    @FuzzTest
    void isTheSameHoweverItIsCut(byte[] bytes) {
        ProxyHeader whole = ProxyHeader.read(Unpooled.wrappedBuffer(bytes));
        int most = Math.min(bytes.length, MOST + 1);
        for (int length = 0; length <= most; length++) {
            ProxyHeader part = ProxyHeader.read(Unpooled.wrappedBuffer(Arrays.copyOf(bytes, length)));
            switch (part) {
                case ProxyHeader.Incomplete() -> assertTrue(length < MOST, "nothing is waited for without end");
                case ProxyHeader.Malformed() -> {
                    assertEquals(part, whole);
                    return;
                }
                case ProxyHeader.TooLong(int announced) -> {
                    assertTrue(announced > ProxyHeader.LONGEST_V2);
                    assertEquals(part, whole);
                    return;
                }
                case ProxyHeader.Complete(var client, int taken) -> {
                    assertEquals(length, taken, "not before its last byte, nor after it");
                    assertEquals(part, whole);
                    client.ifPresent(address -> assertTrue(address.toString().startsWith("/"), address::toString));
                    return;
                }
            }
        }
        assertEquals(new ProxyHeader.Incomplete(), whole);
    }
}
