package io.github.sdfinetune.core.prompt;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.charset.StandardCharsets;

final class PromptPlanFuzzTest {
    private static final PromptSteps STEPS = PromptSteps.of(20);

    @FuzzTest
    void prompt(byte[] input) {
        String prompt = new String(input, StandardCharsets.UTF_8);
        Claim.holds(input.length, () -> {
            for (PromptPlan.Part part :
                    PromptPlan.of(prompt, STEPS, PromptSyntax.A1111).parts()) {
                part.spans().forEach(span -> Attention.parse(span.text()));
            }
            PromptPlan.negative(prompt, STEPS, PromptSyntax.A1111);
        });
    }
}
