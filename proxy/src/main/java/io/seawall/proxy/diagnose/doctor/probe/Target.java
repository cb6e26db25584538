package io.seawall.proxy.diagnose.doctor.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Where requests go, and under which name.
///
/// @param host the value of Host
/// @param announcement what has to come before everything else: a PROXY header, or nothing
/// @param proof why a credential may be shown there
public record Target(InetSocketAddress address, String host, Optional<Tls> tls, String announcement, Proof proof) {

    /// Where no credential is sent.
    public Target(InetSocketAddress address, String host, Optional<Tls> tls, String announcement) {
        this(address, host, tls, announcement, new Proof.None());
    }

    public static Target plain(InetSocketAddress address, String host) {
        return new Target(address, host, Optional.empty(), "");
    }

    public Target with(Proof other) {
        return new Target(address, host, tls, announcement, other);
    }

    public Target with(Tls other, Proof proven) {
        return new Target(address, host, Optional.of(other), announcement, proven);
    }

    /// Connects, and looks whether a credential may be shown.
    ///
    /// @throws NoAnswerException with `UNPROVEN` where it may not
    public void prove() throws NoAnswerException {
        try (Conversation conversation = Conversation.open(this)) {
            conversation.prove();
        } catch (IOException e) {
            throw NoAnswerException.because(e);
        }
    }

    /// Asks, and reads the whole answer.
    public Answer ask(Request request) throws NoAnswerException {
        try (Conversation conversation = Conversation.open(this)) {
            conversation.send(request);
            return conversation.answer();
        } catch (IOException e) {
            throw NoAnswerException.because(e);
        }
    }
}
