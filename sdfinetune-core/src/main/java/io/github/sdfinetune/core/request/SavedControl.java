package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.core.config.JsonFile;
import java.util.List;

/** How a ControlNet acts, as it stands in a saved request: all but the network and the pixels. */
record SavedControl(
        String net,
        String hash,
        List<Fingerprint> pictures,
        double scale,
        double start,
        double end,
        boolean guessMode) {

    static SavedControl of(JsonFile json) {
        return new SavedControl(
                json.string("net"),
                Fingerprint.hash(json, "hash"),
                json.objects("pictures").stream().map(Fingerprint::of).toList(),
                json.number("scale"),
                json.number("start"),
                json.number("end"),
                json.flag("guessMode", false));
    }

    Control with(ControlNet found, List<Picture> foundPictures) {
        return new Control(found, foundPictures, scale, start, end, guessMode);
    }
}
