package io.github.sdfinetune.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which package may import which: the picture in docs/architecture.md as tests. */
final class ArchitectureTest {
    private static final String CORE = "io.github.sdfinetune.core";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(CORE);

    /** All may import the API and the JDK; beyond that, only what stands here. */
    private static final Map<String, List<String>> IMPORTS = new TreeMap<>(Map.ofEntries(
            Map.entry("file", List.of()),
            Map.entry("config", List.of()),
            Map.entry("tensor", List.of()),
            Map.entry("scheduler", List.of("config")),
            Map.entry("weights", List.of("tensor", "config", "file")),
            Map.entry("checkpoint", List.of("weights", "config", "file")),
            Map.entry("layer", List.of("tensor", "weights")),
            Map.entry("text", List.of("tensor", "weights", "layer", "config", "file")),
            Map.entry("prompt", List.of("tensor", "text")),
            Map.entry("unet", List.of("tensor", "weights", "layer", "config")),
            Map.entry("vae", List.of("tensor", "weights", "layer", "config")),
            Map.entry("image", List.of("file")),
            Map.entry("data", List.of("image")),
            Map.entry("request", List.of("config", "image")),
            Map.entry(
                    "inspect",
                    List.of(
                            "weights",
                            "layer",
                            "config",
                            "checkpoint",
                            "text",
                            "vae",
                            "scheduler",
                            "image",
                            "request",
                            "model")),
            Map.entry(
                    "model",
                    List.of(
                            "tensor",
                            "weights",
                            "layer",
                            "config",
                            "file",
                            "checkpoint",
                            "text",
                            "unet",
                            "vae",
                            "scheduler")),
            Map.entry(
                    "pipeline",
                    List.of(
                            "tensor",
                            "layer",
                            "config",
                            "text",
                            "prompt",
                            "unet",
                            "vae",
                            "scheduler",
                            "image",
                            "model")),
            Map.entry(
                    "training",
                    List.of(
                            "tensor",
                            "layer",
                            "config",
                            "text",
                            "unet",
                            "vae",
                            "scheduler",
                            "data",
                            "model",
                            "pipeline"))));

    @TestFactory
    Stream<DynamicTest> packagesImportOnlyWhatStandsBelow() {
        return IMPORTS.entrySet().stream()
                .map(entry -> dynamicTest(entry.getKey(), () -> {
                    List<String> forbidden = new ArrayList<>(IMPORTS.keySet());
                    forbidden.remove(entry.getKey());
                    forbidden.removeAll(entry.getValue());
                    noClasses()
                            .that()
                            .resideInAPackage(CORE + "." + entry.getKey())
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(Stream.concat(
                                            Stream.of(CORE), forbidden.stream().map(name -> CORE + "." + name))
                                    .toArray(String[]::new))
                            .check(CLASSES);
                }));
    }

    @Test
    void everyPackageHasALineHere() {
        TreeSet<String> packages = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            if (!type.getPackageName().equals(CORE)) {
                packages.add(type.getPackageName().substring(CORE.length() + 1));
            }
        }
        assertThat(packages).isEqualTo(new TreeSet<>(IMPORTS.keySet()));
    }

    @Test
    void thereAreNoCircles() {
        slices().matching(CORE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheDoorKnowsTheEngine() {
        noClasses()
                .that()
                .resideOutsideOfPackages(CORE + ".tensor", CORE + ".text")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(CORE + ".text")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl.pytorch..", "ai.djl.ndarray..", "ai.djl.engine..")
                .check(CLASSES);
    }

    @Test
    void coreDoesNotKnowTheAdapters() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.sdfinetune.lora..")
                .check(CLASSES);
    }

    @Test
    void theApiHoldsTypesOfTheJdkOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "io.github.sdfinetune",
                        "io.github.sdfinetune.error",
                        "io.github.sdfinetune.event",
                        "io.github.sdfinetune.spi")
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages(
                                "io.github.sdfinetune",
                                "io.github.sdfinetune.error",
                                "io.github.sdfinetune.event",
                                "io.github.sdfinetune.spi")
                        .that(new DescribedPredicate<>("are of the API") {
                            @Override
                            public boolean test(JavaClass type) {
                                return !type.getPackageName().startsWith(CORE);
                            }
                        }));
    }
}
