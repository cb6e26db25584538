package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    private static final Option JSON = Option.flag("--json");
    private static final Option URL = Option.valued("--url", "an address");
    private static final Option METHOD = Option.valued("--request", "a method").withLetter("-X");
    private static final Option HEADER = Option.valued("--header", "'Name: value'").withLetter("-H").repeatable();
    private static final List<Option> KNOWN = List.of(JSON, URL, METHOD, HEADER);

    private static Options parse(String... words) throws UsageException {
        return Options.parse(List.of(words), KNOWN, 2);
    }

    /// @param line words, a blank between them
    private static String refusal(String line) {
        return String.valueOf(assertThrows(UsageException.class, () -> parse(line.split(" ", -1))).getMessage());
    }

    @Test
    void hasNothingWhereNothingIsGiven() throws UsageException {
        Options options = parse();
        assertFalse(options.has(JSON));
        assertEquals(Optional.empty(), options.value(URL));
        assertEquals(List.of(), options.values(HEADER));
        assertEquals(List.of(), options.arguments());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--url a", "--url=a"})
    void takesAValueBehindABlankOrAnEqualsSign(String line) throws UsageException {
        assertEquals(Optional.of("a"), parse(line.split(" ", -1)).value(URL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-X PUT", "-XPUT", "--request PUT", "--request=PUT"})
    void takesALetterWithItsValueBehindOrAtIt(String line) throws UsageException {
        assertEquals(Optional.of("PUT"), parse(line.split(" ", -1)).value(METHOD));
    }

    @Test
    void takesAValueAsItIs() throws UsageException {
        assertEquals(Optional.of("a=b=c"), parse("--url=a=b=c").value(URL));
        assertEquals(Optional.of("-a"), parse("--url=-a").value(URL));
        assertEquals(Optional.of("--json"), parse("--url=--json").value(URL));
        assertEquals(Optional.of("-"), parse("--url", "-").value(URL), "by convention standard input");
        assertEquals(Optional.of(" a "), parse("--url= a ").value(URL));
    }

    @Test
    void collectsWhatMayBeGivenMoreThanOnceInItsOrder() throws UsageException {
        assertEquals(List.of("A: 1", "B: 2", "C: 3", "D: 4"),
                parse("-H", "A: 1", "--header=B: 2", "-HC: 3", "--header", "D: 4").values(HEADER));
    }

    @Test
    void takesOptionsAnywhereAmongTheArguments() throws UsageException {
        Options options = parse("a", "--json", "b", "--url", "c");
        assertTrue(options.has(JSON));
        assertEquals(Optional.of("c"), options.value(URL));
        assertEquals(List.of("a", "b"), options.arguments());
    }

    @Test
    void takesWhatFollowsTwoHyphensForArguments() throws UsageException {
        Options options = parse("--", "--json", "--");
        assertFalse(options.has(JSON));
        assertEquals(List.of("--json", "--"), options.arguments());
        assertEquals(List.of("-", ""), parse("-", "").arguments());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // unknown
        "--jsn|unknown option --jsn; did you mean --json?", "--JSON|unknown option --JSON; did you mean --json?",
        "-json|unknown option -json; did you mean --json?", "--ulr=a|unknown option --ulr; did you mean --url?",
        "--helf|unknown option --helf; did you mean --help?", "--verbose|unknown option --verbose",
        "-v|unknown option -v", "--=x|unknown option --", "-9|unknown option -9",
        // a part of it only, which can be seen
        "--odd.crt|unknown option --odd…", "--jso.n|unknown option --jso…; did you mean --json?",
        "-99|unknown option -9…",
        // an equals sign at a letter
        "-X=PUT|-X=… is not understood (expected: -X or --request=, then a method)",
        "-X=|-X=… is not understood (expected: -X or --request=, then a method)",
        "-H=sesame|-H=… is not understood (expected: -H or --header=, then 'Name: value')",
        // without a value
        "--url|--url: without a value (expected: an address)", "--url=|--url: without a value (expected: an address)",
        "--url --json|--url: without a value (expected: an address; one that begins with -: --url=-…)",
        "--url -- a|--url: without a value (expected: an address; one that begins with -: --url=-…)",
        "-X|-X: without a value (expected: a method)",
        "-X -H|-X: without a value (expected: a method; one that begins with -: --request=-…)",
        // a value where none is taken
        "--json=1|--json: takes no value (expected: --json alone)",
        "--json=|--json: takes no value (expected: --json alone)",
        // repeated
        "--json --json|--json: given twice (expected: once)", "--url a --url=b|--url: given twice (expected: once)",
        "-XGET --request PUT|--request: given twice (expected: once)",
        // arguments
        "a b c|unexpected argument c", "a -- --json c|unexpected argument c"})
    void saysWhatIsWrong(String line, String message) {
        assertEquals(message + (message.contains("…") && message.startsWith("unknown")
                ? " (an argument that begins with - stands behind a --)"
                : ""), refusal(line));
    }

    @Test
    void speaksOfArgumentsOnlyWhereTheCommandTakesSome() {
        assertEquals("unknown option --odd…", assertThrows(UsageException.class,
                () -> Options.parse(List.of("--odd.crt"), KNOWN, 0)).getMessage());
    }

    @Test
    void takesBlankTextForNoValue() {
        assertEquals("--url: without a value (expected: an address)",
                assertThrows(UsageException.class, () -> parse("--url", " ")).getMessage());
    }

    /// A token that begins with a hyphen, or stands at an option that is none.
    @ParameterizedTest
    @ValueSource(strings = {"--tokn=sesame", "-9sesame", "--json=sesame", "--a1sesame",
        "--ABCDEFGHIJKLMNOPQRSTUVWXYsesame"})
    void showsNoMoreOfAWordThanCanBeAName(String word) {
        assertFalse(refusal(word).contains("sesame"), () -> refusal(word));
    }

    @Test
    void showsTheBeginningOfAnArgumentOnly() {
        String shown = String.valueOf(assertThrows(UsageException.class,
                () -> Options.parse(List.of("a".repeat(100_000)), KNOWN, 0)).getMessage());
        assertEquals("unexpected argument " + "a".repeat(60) + "…", shown);
        assertEquals("unexpected argument \\u001b[2J", assertThrows(UsageException.class,
                () -> Options.parse(List.of("\u001b[2J"), KNOWN, 0)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"-h, true", "--help, true", "a --help, true", "--nonsense -h, true", "-- --help, false", "help, false",
        "--help=x, false", "'', false"})
    void knowsWhenHelpIsAskedFor(String line, boolean asked) {
        assertEquals(asked, Options.askForHelp(List.of(line.split(" ", -1))));
    }
}
