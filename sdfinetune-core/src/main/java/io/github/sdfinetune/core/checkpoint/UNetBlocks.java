package io.github.sdfinetune.core.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How a UNet is built up from blocks, as far as it shows in the names of its tensors.
 *
 * @param up deepest first
 */
record UNetBlocks(List<Block> down, List<Block> up) {

    /**
     * A block of the way down or up.
     *
     * @param attention whether a transformer follows each ResNet block
     * @param sampler whether it ends in a down- or upsampler
     */
    record Block(int resnets, boolean attention, boolean sampler) {}

    UNetBlocks {
        down = List.copyOf(down);
        up = List.copyOf(up);
    }

    /** Of a UNet in diffusers' layout. */
    static UNetBlocks ofDiffusers(Set<String> names) {
        return new UNetBlocks(
                ofDiffusers(names, "down_blocks", "downsamplers"), ofDiffusers(names, "up_blocks", "upsamplers"));
    }

    private static List<Block> ofDiffusers(Set<String> names, String blocks, String samplers) {
        List<Block> found = new ArrayList<>();
        for (String block = blocks + ".0."; names.contains(block + "resnets.0.conv1.weight"); ) {
            int resnets = 1;
            while (names.contains(block + "resnets." + resnets + ".conv1.weight")) {
                resnets++;
            }
            boolean attention = names.contains(block + "attentions.0.norm.weight");
            found.add(new Block(resnets, attention, names.contains(block + samplers + ".0.conv.weight")));
            block = blocks + "." + found.size() + ".";
        }
        return found;
    }

    /** Of a UNet in the original layout, where the layers of all blocks are numbered through. */
    static UNetBlocks ofOriginal(Set<String> names) {
        return new UNetBlocks(originalDown(names), originalUp(names));
    }

    private static List<Block> originalDown(Set<String> names) {
        List<Block> blocks = new ArrayList<>();
        int resnets = 0;
        boolean attention = false;
        for (int i = 1; ; i++) {
            String layer = "input_blocks." + i + ".";
            boolean sampler = names.contains(layer + "0.op.weight");
            boolean resnet = names.contains(layer + "0.in_layers.0.weight");
            if (resnet) {
                resnets++;
                attention |= names.contains(layer + "1.norm.weight");
                continue;
            }
            if (resnets > 0) {
                blocks.add(new Block(resnets, attention, sampler));
            }
            if (!sampler) {
                return blocks;
            }
            resnets = 0;
            attention = false;
        }
    }

    private static List<Block> originalUp(Set<String> names) {
        List<Block> blocks = new ArrayList<>();
        int resnets = 0;
        for (int i = 0; names.contains("output_blocks." + i + ".0.in_layers.0.weight"); i++) {
            String layer = "output_blocks." + i + ".";
            boolean attention = names.contains(layer + "1.norm.weight");
            boolean sampler = names.contains(layer + (attention ? "2" : "1") + ".conv.weight");
            boolean last = !names.contains("output_blocks." + (i + 1) + ".0.in_layers.0.weight");
            resnets++;
            if (sampler || last) {
                blocks.add(new Block(resnets, attention, sampler));
                resnets = 0;
            }
        }
        return blocks;
    }
}
