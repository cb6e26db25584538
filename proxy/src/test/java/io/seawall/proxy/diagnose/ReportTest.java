package io.seawall.proxy.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final List<Finding> QUESTIONS = List.of(Finding.pass("a.one", "It answers."),
            Finding.fail("a.two", "It does not.", "start it"), Finding.skipped("a.three", "Not asked."),
            Finding.unknown("b.one", "It restarts.", "run it again"), Finding.skipped("b.two", "Not asked."));

    private static Finding row(String id, Severity severity, Status status, String found, String fix) {
        return new Finding(id, Optional.of(new Expectation(severity, "Title of " + id, "Why " + id)), status, found,
                fix);
    }

    private static final List<Finding> CHECKLIST = List.of(row("a.one", Severity.LOW, Status.PASS, "fine", ""),
            row("a.two", Severity.LOW, Status.WARN, "odd", "fix it"),
            row("a.three", Severity.HIGH, Status.PASS, "", ""),
            row("b.one", Severity.HIGH, Status.UNKNOWN, "no file", "run it there"),
            row("b.two", Severity.LOW, Status.UNKNOWN, "no file", "run it there"),
            row("c.one", Severity.CRITICAL, Status.FAIL, "open", "close it"),
            row("c.two", Severity.LOW, Status.UNKNOWN, "no file", "run it there"));

    @Test
    void tellsQuestionsInTheirOrder() {
        assertEquals("""
                pass    a.one           It answers.
                fail    a.two           It does not.
                        fix: start it
                skipped a.three, b.two  Not asked.
                unknown b.one           It restarts.
                        to know: run it again

                1 fail, 1 unknown, 1 pass, 2 skipped""", Report.ofQuestions(QUESTIONS).text(false));
    }

    @Test
    void tellsTheWorstOfAChecklistFirstAndWhatIsAlikeOnce() {
        assertEquals("""
                fail    c.one (critical)  open
                        fix: close it
                warn    a.two (low)       odd
                        fix: fix it
                unknown b.*, c.two        no file
                        to know: run it there
                pass    a                 one, three

                1 fail, 1 warn, 3 unknown, 2 pass (--json tells why each matters)""",
                Report.ofChecklist(CHECKLIST).text(false));
    }

    @Test
    void coloursTheStatusAlone() {
        assertEquals("\u001b[31mfail    \u001b[0ma.b  x\n\n1 fail",
                Report.ofQuestions(List.of(Finding.fail("a.b", "x", ""))).text(true));
    }

    @Test
    void aQuestionWithoutAnAnswerIsNotFineAndARowThatCannotBeSeenIs() {
        List<Finding> unknown = List.of(Finding.unknown("a.b", "x", "y"));
        assertFalse(Report.ofQuestions(unknown).isFine());
        assertTrue(Report.ofChecklist(unknown).isFine());
        for (Finding wrong : List.of(Finding.fail("a.b", "x", "y"), Finding.warn("a.b", "x", "y"))) {
            assertFalse(Report.ofQuestions(List.of(wrong)).isFine());
            assertFalse(Report.ofChecklist(List.of(wrong)).isFine());
        }
        assertTrue(Report.ofQuestions(List.of(Finding.pass("a.b", "x"), Finding.skipped("a.c", "x"))).isFine());
    }

    @Test
    void hasOneShapeForPrograms() throws JsonProcessingException {
        String questions = compact(Report.ofQuestions(QUESTIONS).json());
        assertTrue(questions.startsWith("""
                {"summary":{"fail":1,"warn":0,"unknown":1,"pass":1,"skipped":2},"fine":false,"findings":[\
                {"id":"a.one","status":"pass","found":"It answers.","fix":""},\
                {"id":"a.two","status":"fail","found":"It does not.","fix":"start it"},"""), questions);
        assertEquals("""
                {"summary":{"fail":1,"warn":0,"unknown":0,"pass":0,"skipped":0},"fine":false,"findings":[\
                {"id":"c.one","status":"fail","severity":"critical","title":"Title of c.one","why":"Why c.one",\
                "found":"open","fix":"close it"}]}""",
                compact(Report.ofChecklist(List.of(CHECKLIST.get(5))).json()));
    }

    private static String compact(String json) throws JsonProcessingException {
        return new ObjectMapper().readTree(json).toString();
    }

    @Test
    void aRowThatTheOperatorLeavesOutKeepsWhatWasFound() {
        Finding skipped = CHECKLIST.get(5).skipped("a lab");
        assertEquals("a lab (found: open)", skipped.found());
        assertEquals(Status.SKIPPED, skipped.status());
        assertFalse(skipped.isCriticalFailure());
        assertTrue(CHECKLIST.get(5).isCriticalFailure());
    }

    @Test
    void aTableForTicketsKeepsItsCells() {
        String table = Report.ofChecklist(List.of(row("a.b", Severity.LOW, Status.WARN, "a|b <x>", "fix"))).markdown();
        assertTrue(table.contains("| warn | low | `a.b` Title of a.b | a\\|b &lt;x> | fix |"), table);
    }
}
