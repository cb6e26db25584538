package io.seawall.proxy.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Where requests go, and under which name.
///
/// @param host the value of Host
/// @param announcement what has to come before everything else: a PROXY header, or nothing
record Place(InetSocketAddress address, String host, Optional<Tls> tls, String announcement) {

    static Place plain(InetSocketAddress address, String host) {
        return new Place(address, host, Optional.empty(), "");
    }

    /// Asks, and reads the whole answer.
    Answer ask(Request request) throws Missed {
        try (Conversation conversation = Conversation.open(this)) {
            conversation.send(request);
            return conversation.answer();
        } catch (IOException e) {
            throw Missed.because(e);
        }
    }
}
