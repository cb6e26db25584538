package io.seawall.proxy;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.netty.channel.ChannelHandler;
import io.seawall.config.Secret;
import io.seawall.host.Addresses;
import io.seawall.host.BoundedFile;
import io.seawall.host.Digests;
import io.seawall.host.OwnFile;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.PasswordVerifier;
import io.seawall.proxy.credential.Throttle;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.observe.JournalLoggerFinder;
import io.seawall.proxy.server.ClientPipeline;
import io.seawall.proxy.session.Sessions;
import java.io.FileInputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.crypto.Mac;
import org.junit.jupiter.api.Test;

/// The packages and their dependencies. The table is compared exactly: a new edge is a decision, and one that is gone
/// leaves the table, too.
class PackageDependencyTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).withImportOption(
                    location -> !location.contains("/test-classes/"))
            .importPackages("io.seawall");

    /// As a request meets them; then what listens, looks and commands.
    private static final List<String> ORDER = List.of("host", "config", "config.load", "certs", "certs.acme", "proxy",
            "proxy.server", "proxy.tls", "proxy.limit", "proxy.http", "proxy.pace", "proxy.http1", "proxy.http2",
            "proxy.answer", "proxy.client", "proxy.route", "proxy.cloudflare", "proxy.session", "proxy.credential",
            "proxy.auth", "proxy.own", "proxy.exposure", "proxy.upstream", "proxy.observe", "proxy.diagnose",
            "proxy.diagnose.facts", "proxy.diagnose.audit", "proxy.diagnose.doctor.probe", "proxy.diagnose.doctor",
            "proxy.diagnose.explain",
            "proxy.cli");

    private static final String EDGES = """
            host                   ->
            config                 -> host
            config.load            -> host config
            certs                  -> host
            certs.acme             -> host config certs
            proxy                  ->
            proxy.server           -> host config config.load certs certs.acme proxy.tls proxy.limit proxy.http proxy.pace proxy.http1 proxy.http2 proxy.answer proxy.client proxy.route proxy.cloudflare proxy.session proxy.credential proxy.auth proxy.own proxy.exposure proxy.upstream proxy.observe proxy.diagnose proxy.diagnose.facts proxy.diagnose.audit
            proxy.tls              -> host config certs certs.acme
            proxy.limit            -> config
            proxy.http             -> host proxy.limit
            proxy.pace             -> config proxy.limit proxy.http
            proxy.http1            -> config proxy.limit proxy.http proxy.pace
            proxy.http2            -> config proxy.limit proxy.http proxy.pace
            proxy.answer           -> host config proxy.limit proxy.http proxy.pace proxy.http1
            proxy.client           -> host config proxy.limit proxy.http proxy.pace
            proxy.route            -> host config proxy.http proxy.answer proxy.client
            proxy.cloudflare       -> host config proxy.http
            proxy.session          -> host config proxy.http
            proxy.credential       -> host config proxy.limit proxy.http proxy.client proxy.route proxy.cloudflare proxy.session
            proxy.auth             -> host config proxy.limit proxy.http proxy.client proxy.route proxy.cloudflare proxy.session proxy.credential
            proxy.own              -> proxy.limit proxy.http proxy.answer proxy.client proxy.route proxy.session proxy.auth
            proxy.exposure         -> host config proxy.limit proxy.http
            proxy.upstream         -> config proxy.limit proxy.http proxy.pace proxy.http1 proxy.http2 proxy.answer proxy.client proxy.route proxy.session proxy.auth proxy.exposure
            proxy.observe          -> host config proxy.tls proxy.limit proxy.http proxy.http2 proxy.answer proxy.client proxy.route proxy.credential proxy.upstream
            proxy.diagnose         -> host
            proxy.diagnose.facts   -> host config config.load certs certs.acme proxy.credential
            proxy.diagnose.audit   -> host config certs proxy.exposure proxy.upstream proxy.diagnose proxy.diagnose.facts
            proxy.diagnose.doctor.probe -> host config
            proxy.diagnose.doctor  -> host config certs proxy.diagnose proxy.diagnose.doctor.probe
            proxy.diagnose.explain -> host config certs proxy.server proxy.tls proxy.limit proxy.http proxy.pace proxy.http1 proxy.answer proxy.client proxy.route proxy.cloudflare proxy.session proxy.credential proxy.auth proxy.own proxy.upstream proxy.observe
            proxy.cli              -> host config config.load certs proxy.server proxy.tls proxy.limit proxy.client proxy.route proxy.credential proxy.exposure proxy.observe proxy.diagnose proxy.diagnose.facts proxy.diagnose.audit proxy.diagnose.doctor.probe proxy.diagnose.doctor proxy.diagnose.explain
            """;

    @Test
    void packagesUseEachOtherAsTheTableSays() {
        Comparator<String> journey = Comparator.comparingInt(ORDER::indexOf);
        TreeMap<String, Set<String>> edges = new TreeMap<>(journey);
        for (JavaClass from : CLASSES) {
            assertTrue(ORDER.contains(packageOf(from)), packageOf(from));
            Set<String> targets = edges.computeIfAbsent(packageOf(from), name -> new TreeSet<>(journey));
            from.getDirectDependenciesFromSelf().stream().map(d -> d.getTargetClass().getBaseComponentType())
                    .filter(resideInAPackage("io.seawall..")).map(PackageDependencyTest::packageOf)
                    .filter(to -> !to.equals(packageOf(from))).forEach(targets::add);
        }
        StringBuilder table = new StringBuilder();
        edges.forEach((from, to) -> table
                .append("%-22s -> %s".formatted(from, String.join(" ", to)).stripTrailing()).append('\n'));
        assertEquals(EDGES, table.toString());
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName().replaceFirst("^io\\.seawall\\.", "");
    }

    @Test
    void noPackagesUseEachOtherInACircle() {
        slices().matching("io.seawall.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void hostAndConfigNeedTheJdkAndJacksonOnly() {
        classes().that().resideInAnyPackage("io.seawall.host..", "io.seawall.config..").should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("io.seawall.host..", "io.seawall.config..", "java..", "javax.crypto..",
                                "com.fasterxml.jackson..", "org.jspecify.."))
                .check(CLASSES);
    }

    @Test
    void certsKnowNoNetworkButTheAcmeClient() {
        noClasses().that().resideInAPackage("io.seawall.certs..").and()
                .haveNameNotMatching(".*\\.Acme(Ca|Connection|Provider|Answers)(\\$.*)?").should().dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "java.net.http..", "com.github.benmanes..", "io.micrometer..",
                        "org.shredzone..")
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLineAndTheLoggersLastResortPrint() {
        noClasses().that().resideOutsideOfPackage("io.seawall.proxy.cli..").and()
                .areNotAssignableTo(JournalLoggerFinder.class).and()
                .haveNameNotMatching(JournalLoggerFinder.class.getName().replace(".", "\\.") + "\\$.*").should()
                .accessField(System.class, "out").orShould().accessField(System.class, "err").check(CLASSES);
    }

    @Test
    void onlyTheCommandLineEndsTheProcess() {
        noClasses().that().resideOutsideOfPackage("io.seawall.proxy.cli..").should()
                .callMethod(System.class, "exit", int.class).orShould()
                .callMethod(Runtime.class, "halt", int.class).check(CLASSES);
    }

    /// All others compare. A connection checks the server right before it sends one.
    @Test
    void onlyCredentialsAreMadeOfSecretsAndOnlyConversationsSendThem() {
        String probe = "io.seawall.proxy.diagnose.doctor.probe.";
        noClasses().that().doNotHaveFullyQualifiedName(probe + "Credentials").should()
                .callMethod(Secret.class, "writeTo", OutputStream.class).check(CLASSES);
        noClasses().that().doNotHaveFullyQualifiedName(probe + "Request").should()
                .callMethodWhere(describe("Credential.field", call -> call.getName().equals("field")
                        && call.getTargetOwner().getName().equals(probe + "Credential")))
                .check(CLASSES);
        noClasses().that().doNotHaveFullyQualifiedName(probe + "Conversation").should()
                .callMethodWhere(describe("Request.wire", call -> call.getName().equals("wire")
                        && call.getTargetOwner().getName().equals(probe + "Request")))
                .check(CLASSES);
        classes().that().implement(probe + "Proof").should()
                .onlyHaveDependentClassesThat(describe("MayBeShown, or a proof of nothing", type -> type.getName()
                        .matches(
                                "io\\.seawall\\.proxy\\.diagnose\\.doctor\\.probe\\.(MayBeShown|Target|Proof.*|NoAnswerException|Conversation)")))
                .check(CLASSES);
    }

    /// So `explain` takes a request through all of them.
    @Test
    void theStagesAreListedOnceForServerAndExplain() {
        String list = ClientPipeline.class.getName() + ".stages(";
        noClasses().should().callConstructorWhere(describe("a stage beside the list",
                call -> call.getTargetOwner().isAssignableTo(Stage.class)
                        && !call.getTargetOwner().isEquivalentTo(Stage.class)
                        && !call.getOrigin().getFullName().startsWith(list)))
                .check(CLASSES);
        assertTrue(CLASSES.stream().filter(type -> type.isAssignableTo(Stage.class)).count() > 10);
    }

    /// It lets in a request with any assertion, valid or not.
    @Test
    void onlyExplainTakesAnAssertionUnverified() {
        noClasses().that().resideOutsideOfPackage("io.seawall.proxy.diagnose.explain").should()
                .callMethod(CloudflareAccess.class, "unverified").check(CLASSES);
    }

    /// A file may have been written by another user, or be a pipe or a device by now. The others read what the kernel
    /// writes, line by line or a line only.
    @Test
    void nothingReadsAFileButTheBoundedReader() {
        noClasses().that().doNotHaveFullyQualifiedName(BoundedFile.class.getName()).and()
                .haveNameNotMatching(".*\\.(SocketTable|ProcFile(\\$Reading)?|Descriptors)")
                .should()
                .callMethodWhere(describe("a way to read a whole file",
                        call -> call.getTargetOwner().isEquivalentTo(Files.class)
                                && call.getName().matches("read(String|All.*)|lines|new(Buffered|Input).*")))
                .orShould().dependOnClassesThat().areAssignableTo(FileInputStream.class).orShould()
                .dependOnClassesThat().areAssignableTo(java.io.FileReader.class).orShould().dependOnClassesThat()
                .areAssignableTo(java.io.RandomAccessFile.class).check(CLASSES);
    }

    /// Each has one class in [io.seawall.host]: a second way would make files that others read, or write an address in
    /// another way than the rest.
    @Test
    void filesDigestsAndAddressesAreMadeInOnePlace() {
        assertEquals(Set.of(OwnFile.class.getName()), users(PosixFilePermissions.class, "asFileAttribute"));
        assertEquals(Set.of(Addresses.class.getName()), users(InetAddress.class, "getHostAddress"));
        assertEquals(Set.of(Digests.class.getName()), users(Mac.class, "getInstance"));
        // SHA-1 of the WebSocket's handshake (RFC 6455)
        assertEquals(Set.of(Digests.class.getName(), "io.seawall.proxy.upstream.Handshake"),
                users(MessageDigest.class, "getInstance"));
    }

    /// Those that call a method, or name it as a reference.
    private static Set<String> users(Class<?> owner, String method) {
        Set<String> users = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            Stream.concat(type.getMethodCallsFromSelf().stream(), type.getMethodReferencesFromSelf().stream())
                    .filter(access -> access.getTargetOwner().isEquivalentTo(owner) && access.getName().equals(method))
                    .forEach(access -> users.add(access.getOriginOwner().getName()));
        }
        return users;
    }

    /// It would inherit the environment, and the secrets in it.
    @Test
    void nothingStartsAnotherProcess() {
        noClasses().should().dependOnClassesThat().areAssignableTo(ProcessBuilder.class).orShould()
                .callMethodWhere(com.tngtech.archunit.base.DescribedPredicate.describe("Runtime.exec",
                        call -> call.getTargetOwner().isEquivalentTo(Runtime.class) && call.getName().equals("exec")))
                .check(CLASSES);
    }

    /// A small body that unfolds into a large one is the gateway's business, behind its own limits.
    @Test
    void nothingDecompresses() {
        noClasses().should()
                .dependOnClassesThat(describe("what decompresses",
                        type -> (type.getPackageName().startsWith("io.netty.handler.codec.compression")
                                || type.getPackageName().equals("java.util.zip")
                                || type.getPackageName().equals("java.util.jar")
                                || type.getSimpleName().contains("Decompress"))
                                && !type.getName().equals("java.util.zip.CRC32C")))
                .check(CLASSES);
    }

    @Test
    void handlersAreFinal() {
        List<String> open = new ArrayList<>();
        int handlers = 0;
        for (JavaClass type : CLASSES) {
            if (type.isAssignableTo(ChannelHandler.class) && !type.isAnonymousClass()) {
                handlers++;
                if (!type.getModifiers().contains(JavaModifier.FINAL)
                        && !type.getModifiers().contains(JavaModifier.ABSTRACT)) {
                    open.add(type.getName());
                }
            }
        }
        assertEquals(List.of(), open);
        assertTrue(handlers > 15, handlers + " handlers seen");
    }

    @Test
    void onlyTheAuthPackagePermitsARequest() {
        noClasses().that().resideOutsideOfPackage("io.seawall.proxy.auth").should()
                .callConstructorWhere(com.tngtech.archunit.base.DescribedPredicate.describe("a permitted request",
                        call -> call.getTargetOwner().isEquivalentTo(PermittedRequest.class)))
                .check(CLASSES);
        constructors().that().areDeclaredIn(PermittedRequest.class).should().bePackagePrivate().check(CLASSES);
        assertTrue(CLASSES.get(PermittedRequest.class).getSubclasses().isEmpty());
    }

    /// Whoever begins a session has a login, and whoever computes a hash on the caller's thread holds up an event loop.
    @Test
    void onlyTheLayersBeginASessionAndOnlyExplainComputesAHashInline() {
        noClasses().that().doNotHaveFullyQualifiedName("io.seawall.proxy.auth.Layers").and()
                .areNotAssignableTo(Sessions.class).should()
                .callMethodWhere(describe("a session's begin", call -> call.getTargetOwner()
                        .isEquivalentTo(Sessions.class) && call.getName().startsWith("begin")))
                .check(CLASSES);
        noClasses().that().resideOutsideOfPackage("io.seawall.proxy.diagnose.explain").should()
                .callMethodWhere(describe("a hash on the caller's thread", call -> call.getTargetOwner()
                        .isEquivalentTo(PasswordVerifier.class) && call.getName().equals("inline")))
                .check(CLASSES);
        noClasses().that().resideOutsideOfPackages("io.seawall.proxy.auth", "io.seawall.proxy.credential").should()
                .callMethodWhere(describe("a grant", call -> call.getTargetOwner()
                        .isEquivalentTo(Decision.Granted.class)
                        && (call.getName().equals("token") && call.getTarget().getParameterTypes().size() == 2
                                || call.getName().equals("session")
                                        && call.getTarget().getParameterTypes().size() == 3)))
                .orShould().callConstructorWhere(describe("a grant",
                        call -> call.getTargetOwner().isEquivalentTo(Decision.Granted.class)))
                .orShould().callMethodWhere(describe("a network that is known", call -> call.getTargetOwner()
                        .isEquivalentTo(Throttle.class) && call.getName().equals("granted")))
                .check(CLASSES);
    }

    @Test
    void nothingWritesToTheGatewayButTheRequestWriter() {
        noClasses().that().resideOutsideOfPackage("io.seawall.proxy.upstream").should().dependOnClassesThat(
                com.tngtech.archunit.base.DescribedPredicate.describe("the gateway's connections",
                        (JavaClass type) -> type.getName().matches(
                                "io\\.seawall\\.proxy\\.upstream\\.(RequestWriter|UpstreamConnection|Relay|Tunnel)")))
                .check(CLASSES);
    }
}
