package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Attacks and oddities as data: for every case Seawall and its gateway see the same requests, or Seawall refuses.
///
/// `-Dcorpora.dir=FOLDER` adds every other `*.jsonl` of that folder; their table goes to `target/`.
/// `-Dcorpora.write=true` writes the table of ours anew.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorpusTest {
    private static final Path FOLDER = Path.of("src/test/resources/corpora");
    private static final Path TABLE = FOLDER.resolve("VERDICTS.md");
    private static final Path FOREIGN_TABLE = Path.of("target/corpora/VERDICTS.md");
    private static final int MOST_BYTEWISE = 1024;
    private static final Pattern HOST = Pattern
            .compile("(?im)^host:[ \\t]*([a-z0-9-]+(?:\\.[a-z0-9-]+)*)(?::\\d+)?[ \\t]*\\r?$");
    private static final String WRITTEN_ANEW = "the library splits a status line at any blank; what the client gets is written anew";
    /// Where we are more lenient than a corpus of others, by the first word of the case's name, and why it is harmless.
    private static final Map<String, String> LENIENT = Map.of("response/invalid:81", WRITTEN_ANEW,
            "response/invalid:99", WRITTEN_ANEW, "response/invalid:240", WRITTEN_ANEW, "response/sample:590",
            "the library ends a name at a blank; the field that the client gets is a clean one",
            "response/transfer-encoding:263", "extensions are dropped, and the chunk is written anew");

    private final List<Corpus> corpora = new ArrayList<>();
    private final MemorySeawall seawall;
    private final String cookie;

    /// @param ours whether what its cases expect is what we promise, or only what another parser would do
    record Corpus(String name, boolean ours, List<CorpusCase> cases) {
        Stream<CorpusCase> of(boolean answers) {
            return cases.stream().filter(one -> one.answer() == answers);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    CorpusTest() throws IOException {
        corpora.addAll(read(FOLDER, true));
        corpora.add(new Corpus("mutations", true, TransferEncodingMutations.cases()));
        String foreign = System.getProperty("corpora.dir");
        if (foreign != null) {
            corpora.addAll(read(Path.of(foreign), false));
        }
        seawall = MemorySeawall.relaying(TestConfig.of("SEAWALL_HOSTS=" + String.join(",", hosts())));
        cookie = logIn();
    }

    private static List<Corpus> read(Path folder, boolean ours) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).sorted()
                    .map(file -> new Corpus(file.getFileName().toString().replace(".jsonl", ""), ours,
                            CorpusCase.read(file)))
                    .toList();
        }
    }

    /// Every name that a case of others asks for is ours, so that cases get beyond the check of the host.
    private Set<String> hosts() {
        Set<String> hosts = new LinkedHashSet<>(List.of("claw.example.com"));
        corpora.stream().filter(corpus -> !corpus.ours()).flatMap(corpus -> corpus.cases().stream()).forEach(one -> {
            for (Matcher host = HOST.matcher(one.wire()); host.find();) {
                hosts.add(host.group(1).toLowerCase(Locale.ROOT));
            }
        });
        return hosts;
    }

    private String logIn() {
        MemoryChannel channel = seawall.connect("203.0.113.7");
        StringBuilder answer = new StringBuilder(channel
                .ask("GET /.seawall/login HTTP/1.1\nHost: claw.example.com\nAuthorization: " + RunningServer.BASIC));
        Matcher found = Pattern.compile("Set-Cookie: (__Host-seawall-[0-9a-f]{8}=[^;]+)").matcher(answer);
        assertTrue(found.find(), answer::toString);
        return found.group(1);
    }

    @AfterAll
    void close() {
        seawall.close();
    }

    List<Corpus> corpora() {
        return corpora;
    }

    private static @Nullable String lenient(CorpusCase one) {
        return LENIENT.get(one.id().split(" ", 2)[0]);
    }

    private CorpusRun run(Corpus corpus, CorpusCase one, boolean bytewise) {
        String wire = one.introduced(cookie, corpus.ours() ? "" : "localhost").wire();
        return new CorpusRun(seawall, wire, cookie, bytewise);
    }

    @ParameterizedTest
    @MethodSource("corpora")
    void seesWhatItsGatewaySeesOrRefuses(Corpus corpus) {
        List<String> wrong = new ArrayList<>();
        corpus.of(false).forEach(one -> {
            try (CorpusRun run = run(corpus, one, false)) {
                run.problems().forEach(problem -> wrong.add(one.id() + ": " + problem));
                String miss = corpus.ours() || one.expect().equals("error") ? run.miss(one) : null;
                if (miss != null && lenient(one) == null) {
                    wrong.add(one.id() + ": " + miss);
                }
            }
        });
        assertEquals("", String.join("\n", wrong));
    }

    @ParameterizedTest
    @MethodSource("corpora")
    void readsTheSameWhenItComesByteByByte(Corpus corpus) {
        List<String> wrong = new ArrayList<>();
        corpus.of(false).filter(one -> one.wire().length() <= MOST_BYTEWISE).forEach(one -> {
            try (CorpusRun whole = run(corpus, one, false); CorpusRun bytes = run(corpus, one, true)) {
                bytes.problems().forEach(problem -> wrong.add(one.id() + ": " + problem));
                // a body that breaks later has a head that was begun with; one that is broken already is refused whole
                String later = bytes.verdict().replaceFirst("begun 1, (refused (chunk|chunk_extension|trailer) )",
                        "$1");
                if (!whole.verdict().equals(bytes.verdict()) && !whole.verdict().equals(later)) {
                    wrong.add(one.id() + ": " + whole.verdict() + ", byte by byte " + bytes.verdict());
                }
            }
        });
        assertEquals("", String.join("\n", wrong));
    }

    @Test
    void theTableOfVerdictsIsUpToDate() throws IOException {
        Files.createDirectories(FOREIGN_TABLE.getParent());
        Files.writeString(FOREIGN_TABLE, table(false));
        String table = table(true);
        if (Boolean.getBoolean("corpora.write")) {
            Files.writeString(TABLE, table);
        }
        assertEquals(Files.exists(TABLE) ? Files.readString(TABLE) : "", table,
                TABLE + " is not what the cases give now; read the difference, then write it with -Dcorpora.write=true");
    }

    private String table(boolean ours) {
        StringBuilder totals = new StringBuilder();
        StringBuilder rows = new StringBuilder();
        for (Corpus corpus : corpora) {
            if (corpus.ours() == ours) {
                int met = 0;
                int expected = 0;
                rows.append("\n## ").append(corpus.name()).append("\n\n| case | verdict |\n|---|---|\n");
                for (CorpusCase one : corpus.cases()) {
                    String verdict;
                    String miss;
                    if (one.answer()) {
                        AnswerRun run = new AnswerRun(seawall, one, cookie);
                        verdict = run.verdict();
                        miss = run.miss();
                    } else {
                        try (CorpusRun run = run(corpus, one, false)) {
                            verdict = run.verdict();
                            miss = run.miss(one);
                        }
                    }
                    expected += one.expect().isEmpty() ? 0 : 1;
                    met += one.expect().isEmpty() || miss != null ? 0 : 1;
                    String why = lenient(one);
                    rows.append("| ").append(cell(one.id())).append(" | ").append(cell(verdict))
                            .append(why == null ? "" : " (lenient: " + cell(why) + ")").append(" |\n");
                }
                totals.append("| ").append(corpus.name()).append(" | ").append(corpus.cases().size()).append(" | ")
                        .append(met).append(" of ").append(expected).append(" |\n");
            }
        }
        return """
                # What becomes of each case

                Written by `CorpusTest`, which fails where it differs: `-Dcorpora.write=true` writes it anew.
                *Forwarded*: reached the gateway whole, as another parser reads the case too. *Begun*: the gateway saw a
                part, and its connection was cut. *Refused*: by that rule of hygiene, nothing behind it was read.
                *Answered*: well-formed, but Seawall's own business. *Incomplete*: more bytes are waited for.

                | corpus | cases | as expected |
                |---|---|---|
                """ + totals + rows;
    }

    /// Whatever a name contains, it stays one cell.
    static String cell(String text) {
        StringBuilder cell = new StringBuilder();
        for (char c : text.strip().toCharArray()) {
            if (c < ' ' || c > '~') {
                cell.append(String.format("\\\\x%02x", (int) c));
            } else {
                cell.append("\\`*_[]<>|&".indexOf(c) >= 0 ? "&#" + (int) c + ";" : c);
            }
        }
        return cell.toString();
    }

    @Test
    void noNameBreaksTheTable() {
        assertEquals("a&#124;b&#96;c\\\\x0ad&#92;&#124;", cell(" a|b`c\nd\\| "));
    }

    @ParameterizedTest
    @MethodSource("corpora")
    void relaysNoAnswerThatIsNotHttp(Corpus corpus) {
        List<String> wrong = new ArrayList<>();
        corpus.of(true).forEach(one -> {
            String miss = corpus.ours() || one.expect().equals("error")
                    ? new AnswerRun(seawall, one, cookie).miss()
                    : null;
            if (miss != null && lenient(one) == null) {
                wrong.add(one.id() + ": " + miss);
            }
        });
        assertEquals("", String.join("\n", wrong));
    }

    @Test
    void nothingOfAnEmptyCorpusWouldBeProof() {
        corpora.forEach(corpus -> assertTrue(corpus.cases().size() > 5, corpus.name()));
        assertEquals(corpora.stream().mapToLong(corpus -> corpus.cases().size()).sum(),
                corpora.stream().flatMap(c -> c.cases().stream().map(one -> c + "/" + one.id())).distinct().count(),
                "every case has a name of its own");
        assertTrue(StandardCharsets.ISO_8859_1.newEncoder().canEncode(
                String.join("", corpora.stream().flatMap(c -> c.cases().stream()).map(CorpusCase::wire).toList())));
    }
}
