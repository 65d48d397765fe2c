package io.github.sdfinetune.lora;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.sdfinetune.lora.concept.Concept;
import io.github.sdfinetune.lora.concept.ConceptFile;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {

    @Test
    void loraKnowsTheApiAndTheLowerPackagesOfTheCore() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "com.google.gson..",
                        "io.github.sdfinetune",
                        "io.github.sdfinetune.error",
                        "io.github.sdfinetune.lora",
                        "io.github.sdfinetune.lora.concept",
                        "io.github.sdfinetune.core.tensor",
                        "io.github.sdfinetune.core.weights",
                        "io.github.sdfinetune.core.layer",
                        "io.github.sdfinetune.core.config",
                        "io.github.sdfinetune.core.file")
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.github.sdfinetune.lora"));
    }

    @Test
    void onlyTheProviderAndWhatItIsMadeOfArePublic() {
        classes()
                .that()
                .arePublic()
                .should()
                .be(LoraAdapterProvider.class)
                .orShould()
                .be(Concept.class)
                .orShould()
                .be(ConceptFile.class)
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.github.sdfinetune.lora"));
    }
}
