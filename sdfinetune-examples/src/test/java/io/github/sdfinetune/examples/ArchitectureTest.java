package io.github.sdfinetune.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    /** An example shows what an application can do. */
    @Test
    void examplesKnowOfTheLibraryTheApiOnly() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.github.sdfinetune.core..", "io.github.sdfinetune.lora..", "io.github.sdfinetune.spi")
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.github.sdfinetune.examples"));
    }
}
