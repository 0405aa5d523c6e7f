"""Draws the demo newsroom's photos: flat pictures, the same at every run. Needs Pillow (a development dependency).

python bot/sandbox/newsroom_data/draw_photos.py
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1280, 720)
WIDTH, HEIGHT = SIZE
FOLDER = Path(__file__).parent / "photos"
Colour = tuple[int, int, int]
Draw = ImageDraw.ImageDraw


def sky(top: Colour, bottom: Colour) -> Image.Image:
    gradient = Image.new("RGB", (1, HEIGHT))
    for y in range(HEIGHT):
        share = y / HEIGHT
        gradient.putpixel((0, y), tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True)))
    return gradient.resize(SIZE)


def hills(draw: Draw, chance: random.Random, base: int, swing: int, colour: Colour) -> None:
    points = [(x, base + chance.randint(-swing, swing)) for x in range(-80, WIDTH + 160, 160)]
    draw.polygon([(-80, HEIGHT), *points, (WIDTH + 80, HEIGHT)], fill=colour)


def sun(draw: Draw, x: int, y: int, radius: int, colour: Colour) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def houses(draw: Draw, chance: random.Random, base: int, colour: Colour, light: Colour) -> None:
    x = -20
    while x < WIDTH:
        width, height = chance.randint(70, 150), chance.randint(90, 300)
        draw.rectangle((x, base - height, x + width, base), fill=colour)
        for window_y in range(base - height + 16, base - 20, 34):
            for window_x in range(x + 12, x + width - 18, 28):
                if chance.random() < 0.7:
                    draw.rectangle((window_x, window_y, window_x + 12, window_y + 16), fill=light)
        x += width + chance.randint(4, 24)


def person(draw: Draw, x: int, base: int, height: int, colour: Colour, head: Colour = (232, 190, 160)) -> None:
    radius = height // 7
    draw.rounded_rectangle((x - radius * 1.4, base - height + radius * 2, x + radius * 1.4, base), radius, fill=colour)
    draw.ellipse((x - radius, base - height, x + radius, base - height + radius * 2), fill=head)


def bridge(chance: random.Random) -> Image.Image:
    image = sky((120, 180, 230), (235, 240, 245))
    draw = ImageDraw.Draw(image)
    hills(draw, chance, 430, 30, (120, 150, 110))
    draw.rectangle((0, 500, WIDTH, HEIGHT), fill=(70, 130, 170))
    draw.rectangle((0, 440, WIDTH, 468), fill=(90, 95, 105))
    for x in (330, 950):
        draw.rectangle((x - 14, 170, x + 14, 560), fill=(200, 75, 60))
        for step in range(1, 8):
            draw.line((x, 180, x - step * 40, 442), fill=(240, 240, 240), width=3)
            draw.line((x, 180, x + step * 40, 442), fill=(240, 240, 240), width=3)
    for x, colour in ((120, (250, 200, 60)), (480, (60, 110, 200)), (700, (240, 240, 240)), (1080, (200, 60, 60))):
        draw.rounded_rectangle((x, 412, x + 74, 438), 9, fill=colour)
    return image


def river(chance: random.Random) -> Image.Image:
    image = sky((250, 200, 150), (250, 235, 215))
    draw = ImageDraw.Draw(image)
    sun(draw, 980, 230, 70, (255, 230, 150))
    hills(draw, chance, 340, 50, (150, 120, 110))
    hills(draw, chance, 430, 30, (110, 130, 90))
    draw.polygon([(520, 440), (700, 440), (1120, HEIGHT), (160, HEIGHT)], fill=(120, 170, 190))
    return image


def parliament(chance: random.Random) -> Image.Image:
    image = sky((100, 150, 210), (220, 230, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 560, WIDTH, HEIGHT), fill=(150, 160, 150))
    draw.rectangle((240, 300, 1040, 570), fill=(235, 228, 210))
    draw.polygon([(220, 300), (640, 170), (1060, 300)], fill=(215, 205, 185))
    for x in range(290, 1020, 90):
        draw.rectangle((x, 320, x + 34, 570), fill=(250, 246, 236))
    draw.rectangle((636, 80, 642, 175), fill=(110, 110, 110))
    draw.polygon([(642, 82), (740, 100), (642, 130)], fill=(0, 160, 190))
    return image


def stadium(chance: random.Random) -> Image.Image:
    image = sky((20, 30, 70), (60, 80, 130))
    draw = ImageDraw.Draw(image)
    for row in range(9):
        for x in range(0, WIDTH, 18):
            tone = chance.randint(60, 190)
            draw.ellipse((x, 190 + row * 22, x + 13, 203 + row * 22), fill=(tone, tone // 2, chance.randint(40, 200)))
    for stripe in range(8):
        colour = (60, 150, 70) if stripe % 2 else (70, 165, 80)
        draw.rectangle((stripe * 160, 400, stripe * 160 + 160, HEIGHT), fill=colour)
    draw.ellipse((540, 480, 740, 580), outline=(240, 240, 240), width=4)
    draw.line((640, 400, 640, HEIGHT), fill=(240, 240, 240), width=4)
    for x in (120, 1150):
        draw.rectangle((x, 40, x + 10, 400), fill=(150, 150, 160))
        draw.rounded_rectangle((x - 50, 20, x + 60, 70), 8, fill=(255, 250, 210))
    return image


def goal(chance: random.Random) -> Image.Image:
    image = Image.new("RGB", SIZE, (70, 160, 80))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 260), fill=(50, 60, 90))
    for x in range(330, 980, 26):
        draw.line((x, 120, x, 430), fill=(200, 205, 210), width=1)
    for y in range(120, 440, 26):
        draw.line((330, y, 970, y), fill=(200, 205, 210), width=1)
    draw.rectangle((320, 110, 980, 122), fill=(250, 250, 250))
    draw.rectangle((320, 110, 332, 440), fill=(250, 250, 250))
    draw.rectangle((968, 110, 980, 440), fill=(250, 250, 250))
    sun(draw, 860, 200, 30, (250, 250, 250))
    person(draw, 520, 450, 210, (230, 190, 40))
    person(draw, 420, 690, 260, (40, 90, 190))
    return image


def fans(chance: random.Random) -> Image.Image:
    image = Image.new("RGB", SIZE, (40, 50, 90))
    draw = ImageDraw.Draw(image)
    for row in range(5):
        for x in range(-30, WIDTH, 92):
            colour = chance.choice([(40, 110, 210), (250, 210, 60), (240, 240, 240), (30, 80, 160)])
            person(draw, x + (row % 2) * 46, 330 + row * 105, 190, colour)
    return image


def podium(chance: random.Random) -> Image.Image:
    image = sky((250, 215, 120), (250, 240, 220))
    draw = ImageDraw.Draw(image)
    for x, height, colour in ((330, 180, (190, 190, 200)), (560, 270, (235, 190, 60)), (790, 130, (200, 140, 90))):
        draw.rectangle((x, 680 - height, x + 210, 680), fill=colour)
        person(draw, x + 105, 680 - height, 230, (40, 110, 210) if x == 560 else (180, 70, 80))
    return image


def field(chance: random.Random) -> Image.Image:
    image = sky((110, 180, 240), (240, 240, 220))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 360, WIDTH, HEIGHT), fill=(225, 180, 70))
    for row in range(26):
        y = 366 + row * 14
        draw.line((0, y, WIDTH, y + chance.randint(-6, 6)), fill=(205, 155, 50), width=3)
    draw.rounded_rectangle((700, 300, 930, 440), 14, fill=(200, 60, 50))
    draw.rectangle((640, 400, 720, 450), fill=(90, 90, 95))
    for x in (760, 880):
        sun(draw, x, 450, 38, (50, 50, 55))
    return image


def elevator(chance: random.Random) -> Image.Image:
    image = sky((150, 190, 220), (240, 235, 225))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 580, WIDTH, HEIGHT), fill=(190, 170, 110))
    for x in range(300, 900, 120):
        draw.rounded_rectangle((x, 230, x + 110, 600), 24, fill=(215, 215, 210), outline=(170, 170, 170), width=3)
    draw.rectangle((900, 120, 1010, 600), fill=(200, 200, 195))
    return image


def museum(chance: random.Random) -> Image.Image:
    image = Image.new("RGB", SIZE, (236, 226, 208))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 560, WIDTH, HEIGHT), fill=(160, 120, 85))
    for x in (110, 480, 850):
        draw.rectangle((x, 120, x + 310, 460), fill=(120, 70, 50))
        colours = [(190, 60, 50), (240, 200, 120), (50, 90, 130)]
        for step, colour in enumerate(colours):
            inset = 20 + step * 46
            draw.rectangle((x + inset, 120 + inset, x + 310 - inset, 460 - inset), fill=colour)
    person(draw, 420, 660, 250, (60, 70, 90))
    person(draw, 800, 660, 230, (150, 60, 90))
    return image


def carpet(chance: random.Random) -> Image.Image:
    image = Image.new("RGB", SIZE, (140, 35, 40))
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, WIDTH - 40, HEIGHT - 40), outline=(235, 200, 120), width=14)
    for x in range(150, WIDTH - 100, 196):
        for y in range(150, HEIGHT - 100, 210):
            draw.polygon([(x, y - 80), (x + 80, y), (x, y + 80), (x - 80, y)], fill=(30, 50, 90))
            draw.polygon([(x, y - 46), (x + 46, y), (x, y + 46), (x - 46, y)], fill=(235, 200, 120))
            draw.polygon([(x, y - 20), (x + 20, y), (x, y + 20), (x - 20, y)], fill=(190, 60, 50))
    return image


def school(chance: random.Random) -> Image.Image:
    image = sky((10, 16, 50), (50, 50, 110))
    draw = ImageDraw.Draw(image)
    for _ in range(240):
        x, y, radius = chance.randint(0, WIDTH), chance.randint(0, 480), chance.choice([1, 1, 2, 3])
        sun(draw, x, y, radius, (255, 250, 220))
    draw.rectangle((0, 560, WIDTH, HEIGHT), fill=(60, 50, 60))
    draw.polygon([(560, 470), (900, 240), (940, 300), (600, 530)], fill=(210, 215, 225))
    draw.line((660, 500, 580, 660), fill=(150, 150, 160), width=14)
    draw.line((680, 500, 770, 660), fill=(150, 150, 160), width=14)
    person(draw, 480, 670, 230, (200, 80, 70))
    return image


def train(chance: random.Random) -> Image.Image:
    image = sky((150, 205, 235), (245, 240, 225))
    draw = ImageDraw.Draw(image)
    hills(draw, chance, 380, 40, (170, 165, 130))
    draw.rectangle((0, 520, WIDTH, HEIGHT), fill=(180, 165, 125))
    draw.rounded_rectangle((60, 340, 1400, 520), 50, fill=(240, 245, 250))
    draw.rectangle((60, 450, WIDTH, 480), fill=(0, 140, 170))
    for x in range(170, WIDTH, 110):
        draw.rounded_rectangle((x, 372, x + 80, 432), 10, fill=(60, 90, 120))
    draw.rectangle((0, 530, WIDTH, 540), fill=(100, 90, 80))
    return image


def station(chance: random.Random) -> Image.Image:
    image = sky((60, 70, 120), (220, 150, 120))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 600, WIDTH, HEIGHT), fill=(90, 90, 100))
    draw.rectangle((200, 320, 1080, 610), fill=(210, 190, 160))
    draw.pieslice((480, 160, 800, 480), 180, 360, fill=(190, 165, 135))
    sun(draw, 640, 270, 46, (250, 250, 240))
    draw.line((640, 270, 640, 240), fill=(40, 40, 40), width=6)
    draw.line((640, 270, 664, 278), fill=(40, 40, 40), width=6)
    for x in range(240, 1050, 100):
        draw.rectangle((x, 400, x + 50, 520), fill=(255, 220, 140))
    return image


def steppe(chance: random.Random) -> Image.Image:
    image = sky((240, 140, 90), (250, 225, 170))
    draw = ImageDraw.Draw(image)
    sun(draw, 400, 330, 110, (255, 235, 190))
    hills(draw, chance, 430, 24, (170, 110, 80))
    hills(draw, chance, 520, 18, (120, 80, 60))
    for x in (760, 860, 1010):
        draw.ellipse((x, 500, x + 90, 545), fill=(50, 35, 35))
        draw.polygon([(x + 80, 515), (x + 112, 470), (x + 122, 486), (x + 96, 532)], fill=(50, 35, 35))
        for leg in (12, 32, 58, 76):
            draw.rectangle((x + leg, 535, x + leg + 7, 590), fill=(50, 35, 35))
    return image


def ballot(chance: random.Random) -> Image.Image:
    image = Image.new("RGB", SIZE, (225, 232, 238))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 560, WIDTH, HEIGHT), fill=(180, 150, 120))
    draw.rectangle((430, 300, 850, 620), fill=(0, 140, 170))
    draw.rectangle((410, 270, 870, 320), fill=(0, 115, 145))
    draw.rectangle((560, 288, 720, 300), fill=(20, 40, 50))
    draw.polygon([(570, 294), (710, 294), (740, 120), (600, 100)], fill=(252, 252, 250))
    draw.line((620, 160, 700, 170), fill=(150, 150, 160), width=6)
    draw.line((614, 200, 694, 210), fill=(150, 150, 160), width=6)
    return image


def square(chance: random.Random) -> Image.Image:
    image = sky((90, 120, 180), (230, 210, 200))
    draw = ImageDraw.Draw(image)
    houses(draw, chance, 520, (110, 100, 110), (255, 220, 140))
    draw.rectangle((0, 520, WIDTH, HEIGHT), fill=(200, 195, 185))
    for x in range(80, WIDTH, 150):
        person(
            draw, x, chance.randint(600, 700), chance.randint(130, 170), chance.choice([(60, 80, 120), (150, 60, 60)])
        )
    return image


def wrestlers(chance: random.Random) -> Image.Image:
    image = Image.new("RGB", SIZE, (235, 180, 60))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 240), fill=(60, 60, 80))
    draw.ellipse((180, 260, 1100, 700), fill=(200, 60, 50))
    draw.ellipse((260, 300, 1020, 660), fill=(235, 180, 60))
    person(draw, 560, 590, 290, (40, 80, 180))
    person(draw, 700, 590, 280, (190, 40, 50))
    draw.line((590, 420, 680, 450), fill=(232, 190, 160), width=26)
    return image


PICTURES: tuple[Callable[[random.Random], Image.Image], ...] = (
    bridge, river, parliament, stadium, goal, fans, podium, field, elevator, museum, carpet, school, train, station,
    steppe, ballot, square, wrestlers,
)  # fmt: skip


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for draw in PICTURES:
        image = draw(random.Random(draw.__name__)).filter(ImageFilter.SMOOTH)
        image.save(FOLDER / f"{draw.__name__}.jpg", quality=82, optimize=True)


if __name__ == "__main__":
    main()
