package io.github.sdfinetune.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.event.ProgressEvent;
import io.github.sdfinetune.event.ProgressEvent.Preparing;
import io.github.sdfinetune.event.ProgressEvent.Warning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
class FolderDatasetReferenceTest {

    @Test
    void realPhotosAreReadWithTheirCaptions() {
        Path photos = ReferenceFolder.get().path("photos");
        assumeTrue(Files.exists(photos), "photos are not among the reference data");
        List<ProgressEvent> events = new ArrayList<>();

        FolderDataset dataset = FolderDataset.check(
                Dataset.folder(photos), new DatasetRequirements(512, 1, Optional.empty()), events::add);

        int pictures = dataset.examples().size();
        assertThat(pictures).isPositive();
        assertThat(dataset.examples()).allSatisfy(example -> {
            assertThat(example.caption()).isNotBlank();
            assertThat(dataset.pixels(example)).hasSize(3 * 512 * 512).doesNotContain(Float.NaN);
        });
        assertThat(events)
                .anySatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(
                                Warning.class,
                                warning -> assertThat(warning.message()).contains("file ignored", "README.md")));
        assertThat(events.get(events.size() - 1))
                .isInstanceOfSatisfying(
                        Preparing.class,
                        end -> assertThat(end.activity()).contains("captions: " + pictures + " of " + pictures));
    }
}
