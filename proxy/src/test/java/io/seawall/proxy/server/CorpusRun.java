package io.seawall.proxy.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A client's bytes on their way through the whole of Seawall, and what the gateway, the client and the log saw of them.
///
/// Behind the bytes comes one good request, the probe: where it arrives as itself, no reader waits in the middle of a
/// message; behind a refusal nothing may come of it.
final class CorpusRun implements AutoCloseable {
    private static final String PROBE = "/behind-the-case";
    private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.1 (\\d{3}) [^\r\n]*\r\n");
    private static final Pattern RELAYED = Pattern.compile("\r\nX-From-Gateway: yes\r\n");
    private static final Set<String> RULES = Arrays.stream(Rule.values()).map(Rule::label)
            .collect(Collectors.toSet());

    private final MemoryChannel client;
    private final String wire;
    private final String probe;
    private final List<MemoryGateway> gateways = new ArrayList<>();
    private final List<Exchange> exchanges = new ArrayList<>();
    private final StringBuilder written = new StringBuilder();
    private final List<String> problems = new ArrayList<>();
    private final String verdict;
    private final NettyReading reference = new NettyReading();
    private boolean probeArrived;
    private int forwarded;
    private boolean refused;
    private boolean answered;

    CorpusRun(MemorySeawall seawall, String wire, String cookie, boolean bytewise) {
        this.wire = wire;
        probe = "GET " + PROBE + " HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie + "\r\n\r\n";
        client = seawall.connect("203.0.113.7");
        client.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event instanceof Exchange.Started(Exchange exchange)) {
                    exchanges.add(exchange);
                }
                ctx.fireUserEventTriggered(event);
            }
        });
        if (bytewise) {
            for (int i = 0; i < wire.length(); i++) {
                send(wire.substring(i, i + 1));
            }
        } else {
            send(wire);
        }
        verdict = judge();
    }

    private void send(String bytes) {
        if (!client.isOpen()) {
            return;
        }
        written.append(client.send(bytes));
        boolean moved;
        do {
            moved = gateways.addAll(MemoryGateway.take());
            for (MemoryGateway gateway : gateways) {
                moved |= gateway.serve(MemoryGateway.NO_CONTENT);
            }
            client.runPendingTasks();
            written.append(client.written());
        } while (moved);
    }

    private List<NettyReading.Request> arrived(boolean complete) {
        return gateways.stream().flatMap(gateway -> gateway.reading().requests().stream())
                .filter(request -> request.isComplete() == complete && !request.target().equals(PROBE)).toList();
    }

    private List<Integer> statuses() {
        List<Integer> statuses = new ArrayList<>();
        for (Matcher answer = ANSWER.matcher(written); answer.find();) {
            statuses.add(Integer.valueOf(answer.group(1)));
        }
        return statuses;
    }

    private String judge() {
        List<Exchange> before = List.copyOf(exchanges);
        int answersBefore = statuses().size();
        forwarded = arrived(true).size();
        int halfway = arrived(false).size();
        List<String> parts = new ArrayList<>();
        parts.add(forwarded == 0 ? "" : "forwarded " + forwarded);
        parts.add(halfway == 0 ? "" : "begun " + halfway);
        for (Exchange exchange : before) {
            String label = exchange.rejection();
            if (label != null) {
                parts.add((RULES.contains(label) ? "refused " : "answered ") + label + " " + exchange.status());
            } else if (exchange.status() != 204 && exchange.status() != 0) {
                parts.add("answered " + exchange.status());
            }
        }
        refused = before.stream().anyMatch(CorpusRun::isRefusal);
        answered = before.stream().anyMatch(exchange -> exchange.rejection() != null) && !refused;
        boolean closing = !client.isOpen()
                || written.toString().toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n");
        send(probe);
        probeArrived = gateways.stream().flatMap(gateway -> gateway.reading().requests().stream())
                .anyMatch(request -> request.target().equals(PROBE) && request.isComplete());
        if ((refused || closing) && (probeArrived || statuses().size() > answersBefore
                || exchanges.size() > before.size() || arrived(true).size() > forwarded)) {
            problems.add("something was read behind the end");
        }
        if (!refused && !probeArrived) {
            parts.add(closing ? "closed" : "incomplete");
        }
        compare(closing);
        String text = parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
        return text.isEmpty() ? "nothing to read" : text;
    }

    private static boolean isRefusal(Exchange exchange) {
        String label = exchange.rejection();
        return label != null && RULES.contains(label);
    }

    /// The gateway, the client and another parser must have seen the same requests.
    private void compare(boolean closing) {
        reference.add(wire);
        reference.add(probe);
        List<Exchange> heads = exchanges.stream().filter(exchange -> exchange.head() != null).toList();
        int relayed = 0;
        for (MemoryGateway gateway : gateways) {
            if (gateway.reading().isBroken()) {
                problems.add("the gateway got what is not HTTP");
            }
            for (NettyReading.Request request : gateway.reading().requests()) {
                relayed += request.isComplete() ? 1 : 0;
                compare(request, heads);
            }
        }
        int answers = (int) RELAYED.matcher(written).results().count();
        if (relayed != answers) {
            problems.add(relayed + " requests reached the gateway, the client got " + answers + " of its answers");
        }
        boolean whole = !reference.isBroken() && !reference.requests().isEmpty()
                && reference.requests().getLast().target().equals(PROBE)
                && reference.requests().getLast().isComplete();
        if (probeArrived && !whole) {
            problems.add("for another parser the case is not over, for Seawall it is");
        }
        if (whole && !probeArrived && !closing && exchanges.stream().allMatch(one -> one.rejection() == null)) {
            problems.add("for another parser the case is over, for Seawall it is not");
        }
    }

    private void compare(NettyReading.Request request, List<Exchange> heads) {
        int index = -1;
        for (int i = 0; i < heads.size(); i++) {
            if (heads.get(i).id().equals(request.field("X-Request-Id"))) {
                index = i;
            }
        }
        if (index < 0 || index >= reference.requests().size()) {
            problems.add("another parser does not see this request: " + request);
            return;
        }
        NettyReading.Request same = reference.requests().get(index);
        boolean agree = same.method().equals(request.method())
                && originForm(same.target()).equals(request.target())
                && (request.isComplete()
                        ? same.isComplete() && same.body().equals(request.body())
                        : same.body().startsWith(request.body()) || reference.isBroken());
        if (!agree) {
            problems.add("the gateway saw " + request + ", another parser " + same);
        }
    }

    private static String originForm(String target) {
        String path = target.replaceFirst("^(?i)https?://[^/]*", "");
        return path.isEmpty() ? "/" : path;
    }

    /// What became of the bytes, in a few words.
    String verdict() {
        return verdict;
    }

    /// Where readers disagree; none where all is well.
    List<String> problems() {
        return problems;
    }

    /// Whether the case was met as it expects. Null where it was, otherwise what is wrong.
    @Nullable
    String miss(CorpusCase expected) {
        boolean met = switch (expected.expect()) {
            case "" -> true;
            case "error" -> arrived(true).size() <= expected.messages() && !probeArrived;
            case "refused" -> refused && forwarded == expected.messages();
            case "ok" -> !refused && !answered && forwarded == expected.messages();
            case "answered" -> answered && forwarded == expected.messages();
            case "incomplete" -> !refused && verdict.endsWith("incomplete");
            default -> throw new AssertionError(expected.id() + " expects: " + expected.expect());
        };
        return met ? null : "expected: " + expected.expect() + " " + expected.messages() + ", but " + verdict;
    }

    @Override
    public void close() {
        gateways.forEach(MemoryGateway::end);
        reference.close();
        client.finishAndReleaseAll();
    }
}
