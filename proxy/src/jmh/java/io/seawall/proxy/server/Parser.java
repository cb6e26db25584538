package io.seawall.proxy.server;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Something on the event loop that reads what an unauthenticated client sends, and the input that costs it most for each
/// byte, as far as [Climb] found one.
///
/// @param pieces what inputs are made of
/// @param longest bytes that it is ever given
public record Parser(String name, int longest, List<String> pieces, Shape worst, Preparation preparation) {

    /// Once `first`, some times `motif`, once `last`.
    public record Shape(String first, String motif, int times, String last) {
        byte[] bytes() {
            return (first + motif.repeat(times) + last).getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /// Reads the same input each time.
    public interface Work {
        void run() throws Exception;
    }

    /// Makes of the bytes what the parser gets, which is not its own cost.
    public interface Preparation {
        Work of(byte[] input);
    }

    /// A refusal is an answer, too.
    Runnable reading(byte[] input) {
        Work work = preparation.of(input);
        return () -> {
            try {
                work.run();
            } catch (Exception refused) {
                // what it cost until then counts
            }
        };
    }

    public Runnable readingTheWorst() {
        return reading(worst.bytes());
    }
}
