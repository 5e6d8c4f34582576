package dev.keelson.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  static Set<String> modules() {
    return Modules.MAY_USE.keySet();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void modulesDependInOneDirection(String module) {
    Set<String> allowed = Modules.MAY_USE.getOrDefault(module, Set.of());
    String[] forbidden =
        modules().stream()
            .filter(it -> !it.equals(module) && !allowed.contains(it))
            .map(it -> Modules.packageOf(it) + "..")
            .toArray(String[]::new);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .allowEmptyShould(true)
        .check(Modules.classes(module));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void packagesHaveNoCycles(String module) {
    if (module.equals("proto")) {
      return;
    }
    slices()
        .matching(Modules.packageOf(module) + ".(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(Modules.classes(module));
  }

  @Test
  void coreKnowsNoThreadClockFileOrSocket() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.util.concurrent..",
            "java.nio.file..",
            "java.nio.channels..",
            "java.net..",
            "io.netty..",
            "io.grpc..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.File")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.time.Clock")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .check(Modules.classes("core"));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void onlyCoordinationKnowsEtcdsClient(String module) {
    if (!module.equals("coordination")) {
      forbid(Modules.classes(module), "io.etcd..", "io.vertx..");
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void onlyStorageKnowsChronicle(String module) {
    JavaClasses classes = Modules.classes(module);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.keelson.datanode.storage..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("net.openhft..")
        .allowEmptyShould(true)
        .check(classes);
  }

  @ParameterizedTest
  @MethodSource("modules")
  void nobodyMocks(String module) {
    forbid(Modules.classes(module), "org.mockito..", "org.easymock..");
  }

  private static void forbid(JavaClasses classes, String... packages) {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .allowEmptyShould(true)
        .check(classes);
  }
}
