package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a connection's bytes with scanner, parser and body reader, and nothing around them.
public final class Reader {
    private final HeadScanner scanner = new HeadScanner(TestConfig.HTTP.requestLine(),
            TestConfig.HTTP.headBytes());
    private final List<Message> messages = new ArrayList<>();
    private @Nullable BodyReader body;
    private @Nullable Rule broken;

    /// One request, as far as it was read.
    public static final class Message {
        private final RequestHead head;
        private final StringBuilder body = new StringBuilder();
        private boolean complete;

        private Message(RequestHead head) {
            this.head = head;
        }

        public RequestHead head() {
            return head;
        }

        public String body() {
            return body.toString();
        }

        public boolean isComplete() {
            return complete;
        }

        /// Every field of the request in one text.
        @Override
        public String toString() {
            StringBuilder fields = new StringBuilder();
            for (int i = 0; i < head.headers().size(); i++) {
                fields.append(head.headers().name(i)).append('=').append(head.headers().value(i)).append('\n');
            }
            return head.method() + " " + head.target() + " " + head.authority() + " " + head.http10() + " "
                    + head.keepAlive() + " " + head.body() + "\n" + fields + body + (complete ? "." : "…");
        }
    }

    public static Reader of(String wire) {
        Reader reader = new Reader();
        ByteBuf in = Corpus.bytes(wire);
        reader.read(in);
        in.release();
        return reader;
    }

    /// As it would arrive in the worst case: one more byte each time.
    static Reader bytewise(String wire) {
        Reader reader = new Reader();
        ByteBuf in = Corpus.bytes(wire);
        int end = in.writerIndex();
        for (int i = 1; i <= end; i++) {
            reader.read(in.writerIndex(i));
        }
        in.release();
        return reader;
    }

    void read(ByteBuf in) {
        try {
            while (broken == null && in.isReadable() && step(in)) {
                // until more bytes are needed
            }
        } catch (HygieneException e) {
            broken = e.rule();
        }
    }

    private boolean step(ByteBuf in) throws HygieneException {
        BodyReader current = body;
        if (current == null) {
            int length = scanner.scan(in);
            if (length < 0) {
                return false;
            }
            byte[] bytes = new byte[length];
            in.readBytes(bytes);
            scanner.reset();
            Message message = new Message(RequestHeadParser.parse(bytes, TestConfig.HTTP.fields()));
            messages.add(message);
            BodyReader next = new BodyReader(message.head.body());
            message.complete = next.done();
            body = message.complete ? null : next;
            return true;
        }
        HttpContent content = current.next(in);
        if (content == null) {
            return false;
        }
        Message message = messages.getLast();
        message.body.append(content.content().toString(StandardCharsets.ISO_8859_1));
        content.release();
        if (content instanceof LastHttpContent) {
            message.complete = true;
            body = null;
        }
        return true;
    }

    public List<Message> messages() {
        return messages;
    }

    /// The rule that ended it; null while everything was fine.
    public @Nullable Rule broken() {
        return broken;
    }

    /// All that a reader can tell about the bytes.
    @Override
    public String toString() {
        return messages + " " + broken;
    }
}
