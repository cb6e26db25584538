package io.seawall.proxy.server;

import io.seawall.proxy.client.ClientCost;
import io.seawall.proxy.cloudflare.CloudflareAccessCost;
import io.seawall.proxy.http1.Http1Cost;
import io.seawall.proxy.http2.Http2Cost;
import io.seawall.proxy.observe.ObserveCost;
import io.seawall.proxy.route.RouteCost;
import io.seawall.proxy.session.AuthCost;
import io.seawall.proxy.tls.TlsCost;
import io.seawall.proxy.upstream.UpstreamCost;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Looks for the input that costs each parser most CPU for each of its bytes, by changing the worst one known at random,
/// and says where one takes more than is promised. A parser that is more than linear shows: its worst input is its longest.
final class Climb {
    /// Microseconds a byte.
    private static final double PROMISED = 2;
    private static final int SECONDS = 10;
    /// A head of fewer bytes is no request; what one costs beyond its bytes is spread over these.
    private static final int SHORTEST = 64;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Climb() {}

    static List<Parser> parsers() {
        return Stream.of(Http1Cost.parsers(), Http2Cost.parsers(), RouteCost.parsers(), ClientCost.parsers(),
                AuthCost.parsers(),
                CloudflareAccessCost.parsers(), ObserveCost.parsers(), TlsCost.parsers(), UpstreamCost.parsers())
                .flatMap(List::stream).toList();
    }

    /// @param arguments the parsers' names; all without
    public static void main(String[] arguments) {
        boolean kept = true;
        System.out.println("microseconds of CPU a byte: of the input recorded, of the worst found now");
        for (Parser parser : parsers()) {
            if (arguments.length == 0 || List.of(arguments).contains(parser.name())) {
                kept &= climb(parser);
            }
        }
        if (!kept) {
            System.out.println("more than " + PROMISED + " microseconds a byte");
            System.exit(1);
        }
    }

    private static boolean climb(Parser parser) {
        Random random = new Random();
        cost(parser, parser.worst(), 2_000); // for the compiler
        double recorded = cost(parser, parser.worst(), 20);
        Parser.Shape worst = parser.worst();
        double most = recorded;
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        while (System.nanoTime() < end) {
            Parser.Shape next = changed(parser, random.nextInt(4) == 0 ? random(parser, random) : worst, random);
            double cost = cost(parser, next, 3);
            if (cost > most) {
                cost = cost(parser, next, 20); // the machine does other things, too
            }
            if (cost > most) {
                most = cost;
                worst = next;
            }
        }
        System.out.printf("%-20s %8.4f %8.4f  %6d bytes  %s%n", parser.name(), recorded, most, worst.bytes().length,
                printable(worst));
        // of lines in the log 20 a second are written, whatever is sent
        return most <= PROMISED || parser.name().equals("path in the log");
    }

    /// The least of some, because everything but the input itself only adds to it.
    private static double cost(Parser parser, Parser.Shape shape, int rounds) {
        byte[] input = shape.bytes();
        Runnable reading = parser.reading(input);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < rounds; i++) {
            long begin = THREADS.getCurrentThreadCpuTime();
            reading.run();
            least = Math.min(least, THREADS.getCurrentThreadCpuTime() - begin);
        }
        return least / 1e3 / Math.max(SHORTEST, input.length);
    }

    private static Parser.Shape random(Parser parser, Random random) {
        return fitting(parser, "", pieces(parser, random, 6), "", random);
    }

    private static Parser.Shape changed(Parser parser, Parser.Shape shape, Random random) {
        String first = random.nextInt(4) == 0 ? pieces(parser, random, 2) : shape.first();
        String last = random.nextInt(4) == 0 ? pieces(parser, random, 2) : shape.last();
        String motif = switch (random.nextInt(4)) {
            case 0 -> shape.motif() + pieces(parser, random, 1);
            case 1 -> pieces(parser, random, 1) + shape.motif();
            case 2 -> shape.motif().substring(shape.motif().length() / 2) + pieces(parser, random, 1);
            default -> shape.motif();
        };
        return fitting(parser, first, motif, last, random);
    }

    private static Parser.Shape fitting(Parser parser, String first, String motif, String last, Random random) {
        int room = parser.longest() - first.length() - last.length();
        String part = motif.isEmpty() || motif.length() > room ? parser.pieces().getFirst() : motif;
        int most = Math.max(1, room / part.length());
        return new Parser.Shape(first, part, random.nextBoolean() ? most : 1 + random.nextInt(most), last);
    }

    private static String pieces(Parser parser, Random random, int most) {
        StringBuilder pieces = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            pieces.append(parser.pieces().get(random.nextInt(parser.pieces().size())));
        }
        return pieces.toString();
    }

    private static String printable(Parser.Shape shape) {
        StringBuilder text = new StringBuilder();
        for (byte b : (shape.first() + "{" + shape.motif() + "}" + shape.times() + shape.last())
                .getBytes(StandardCharsets.ISO_8859_1)) {
            text.append(b >= ' ' && b < 0x7f ? String.valueOf((char) b) : "\\x%02x".formatted(b & 0xff));
        }
        return text.toString();
    }
}
