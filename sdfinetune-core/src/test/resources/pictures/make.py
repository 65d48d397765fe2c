"""Makes the other files of this folder: pictures, and what OpenCV, Pillow, torch and diffusers make of them.

Made with opencv 4.6.0, pillow 9.4.0, torch 1.13.0 and numpy 1.24.2 (Debian 12), and image_processor.py of diffusers 0.40.0.dev0
(commit 58eb52c): python3 make.py
"""

import pathlib

import cv2
import numpy as np
import torch
from diffusers.image_processor import VaeImageProcessor
from PIL import Image, ImageFilter

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 45, 35
processor = VaeImageProcessor(resample="lanczos")
random = np.random.default_rng(20)


def save(name, picture):
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    picture.save(HERE / f"{name}.png", optimize=True)


def drawing():
    """Gradients, a disc and a bar of colours that differ little in brightness, and noise."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    picture = np.stack([5 * x, 7 * y, 250 - 3 * (x + y)], 2)
    picture[(x - 16) ** 2 + (y - 12) ** 2 < 70] = (200, 60, 90)
    picture[24:29, 3:28] = (60, 130, 90)
    picture[:, 32:] = random.integers(0, 256, (HEIGHT, WIDTH - 32, 3))
    return np.clip(picture, 0, 255).astype(np.uint8)


def pictures():
    rgb = drawing()
    picture = Image.fromarray(rgb)
    gray = picture.convert("L")
    save("drawing", picture)
    save("gray", gray)
    for low, high in (100, 200), (400, 1200):
        save(f"canny-{low}-{high}", cv2.Canny(rgb, low, high))
    for radius in 0.5, 4, 10:
        save(f"blur-{radius}", gray.filter(ImageFilter.GaussianBlur(radius)))
    for width, height in (56, 40), (45, 12), (16, 24):
        save(f"lanczos-{width}x{height}", picture.resize((width, height), Image.Resampling.LANCZOS))
        save(f"gray-lanczos-{width}x{height}", gray.resize((width, height), Image.Resampling.LANCZOS))
    for width, height in (56, 40), (16, 24):
        save(f"bilinear-{width}x{height}", picture.resize((width, height), Image.Resampling.BILINEAR))
    for width, height in (40, 40), (72, 24), (56, 40), (24, 64):
        save(f"fill-{width}x{height}", processor.resize(picture, height, width, "fill"))
    save("gray-fill-40x40", processor.resize(gray, 40, 40, "fill").convert("L"))
    for width, height in (35, 35), (17, 40), (41, 20):
        save(f"crop-{width}x{height}", processor.resize(picture, height, width, "crop"))


def masks():
    gray = torch.from_numpy(np.array(Image.open(HERE / "gray.png"))).float()[None, None] / 255
    hard = torch.nn.functional.interpolate((gray >= 0.5).float(), size=(5, 6))
    soft = torch.nn.functional.interpolate(gray, size=(5, 6), mode="area")
    return [("hard", hard), ("soft", soft)]


def regions():
    """Lines of: mask width and height, padding, painted width and height, white pixels as x.y; then the region's x1, y1, x2, y2."""
    lines = []
    for _ in range(100):
        width, height = random.integers(1, 120, 2)
        mask = np.zeros((height, width), np.uint8)
        white = [(random.integers(0, width), random.integers(0, height)) for _ in range(random.integers(1, 4))]
        for x, y in white:
            mask[y, x] = random.integers(1, 256)
        padding, wide, tall = random.integers(0, 40), 8 * random.integers(1, 129), 8 * random.integers(1, 129)
        region = processor.get_crop_region(Image.fromarray(mask), wide, tall, padding)
        points = " ".join(f"{x}.{y}" for x, y in white)
        lines.append(f"{width},{height},{padding},{wide},{tall},{points},{','.join(map(str, region))}\n")
    (HERE / "regions.csv").write_text("".join(lines))


def scaled_latents():
    """Of latents (2, 1, 4, 3) that count up in steps of 0.37 and start again behind 2."""
    latents = (torch.arange(24) * 37 % 400 / 100 - 2).reshape(2, 1, 4, 3)
    for mode in "nearest", "nearest-exact", "bilinear", "bicubic":
        for antialias in (False, True) if mode.startswith("bi") else (False,):
            for height, width in (7, 5), (3, 2):
                scaled = torch.nn.functional.interpolate(latents, size=(height, width), mode=mode, antialias=antialias)
                yield f"{mode}{'-antialiased' if antialias else ''}-{width}x{height}", scaled


def numbers(name, tensors):
    lines = [f"{title} {' '.join(f'{value:.7g}' for value in tensor.flatten().tolist())}\n" for title, tensor in tensors]
    (HERE / name).write_text("".join(lines))


pictures()
regions()
numbers("masks.txt", masks())
numbers("latents.txt", scaled_latents())
