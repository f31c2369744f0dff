"""Turns the screen's variable typefaces into the still weights paper is set in."""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FACES = {"source-sans-3": "Source Sans 3", "source-serif-4": "Source Serif 4"}
WEIGHTS = {400: "Regular", 600: "SemiBold", 700: "Bold"}


def main(folder: Path) -> None:
    """Write one TrueType file a face and weight into *folder*/print."""
    target = folder / "print"
    target.mkdir(exist_ok=True)
    for file, family in FACES.items():
        for weight, name in WEIGHTS.items():
            font = TTFont(folder / f"{file}-latin-wght-normal.woff2")
            still = instancer.instantiateVariableFont(font, {"wght": weight})
            still.flavor = None
            still["OS/2"].usWeightClass = weight
            for number, text in ((1, family), (2, name), (16, family), (17, name)):
                still["name"].setName(text, number, 3, 1, 0x409)
            still["name"].setName(f"{family} {name}", 4, 3, 1, 0x409)
            still.save(target / f"{file}-{weight}.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
