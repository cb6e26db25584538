package io.seawall.proxy.server;

import java.util.List;

/// An answer's wire text, taken apart.
public record Answer(int status, List<String> headers, String body) {

    public static Answer of(String wire) {
        int end = wire.indexOf("\r\n\r\n");
        if (!wire.startsWith("HTTP/1.1 ") || end < 0) {
            throw new AssertionError("not one answer: " + wire);
        }
        List<String> lines = List.of(wire.substring(0, end).split("\r\n"));
        return new Answer(Integer.parseInt(wire.substring(9, 12)), lines.subList(1, lines.size()),
                wire.substring(end + 4));
    }

    /// The values of the header, joined; empty where it is absent.
    public String header(String name) {
        return String.join(" | ",
                headers.stream().filter(h -> h.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
                        .map(h -> h.substring(name.length() + 2)).toList());
    }
}
