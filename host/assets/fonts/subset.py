#!/usr/bin/env python3
"""Makes NotoSansSC-Subset.otf, the font that papers are set in, from Debian's fonts-noto-cjk.

    apt-get install fonts-noto-cjk && pip install fonttools
    python3 host/assets/fonts/subset.py [/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc]

It holds ASCII, Latin-1, general and CJK punctuation, full-width forms, GB 2312, and characters of names in and around Zunyi that
GB 2312 lacks. The same source and the same version of fonttools give the same bytes.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

SOURCE = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
TARGET = Path(__file__).parent / "NotoSansSC-Subset.otf"

# Counties, districts and peoples of Zunyi and its neighbours, and given names that official lists are known to lack in GB 2312.
NAMES = (
    "遵义凤冈湄潭余庆习水赤水仁怀桐梓绥阳正安道真务川播州汇川红花岗新蒲仡佬苗族土家彝侗布依瑶壮水羌僳傈"
    "洛龙镇芙蓉江珉玥昇堃喆犇淼焱鑫垚赟翀頔旻昉晅晞珺瑀璟瑄琤珅珩祎禛禤翊翎旸暐煊煜炘烜焜燚犟屾峣嵘嵩崟峤"
    "妤姝婳嫚孆婧娅媱媛嬿孖锜锟鎏镕鑫钰铄錡轩軒睿濬浚湉沄淏潇瀚灏沅邡郗鄢酆邬鞠蒯滑霭霁霂雯玗玘玮珣珂珞琪琳"
    "㙟㚙㟃㳇䶮龑昺炅喆劼勍劢卬吖哿囡圳坳埗塱墘"
)


def wanted() -> set[int]:
    points = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100))
    points |= set(range(0x2010, 0x2028)) | {0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x203B, 0x2103, 0x2116, 0x2122}
    points |= set(range(0x2160, 0x217A)) | set(range(0x2190, 0x219A)) | set(range(0x2460, 0x249C))
    points |= {0x2200, 0x2208, 0x2211, 0x221A, 0x221E, 0x2248, 0x2260, 0x2264, 0x2265, 0x25A0, 0x25A1, 0x25B2, 0x25B3}
    points |= {0x25CB, 0x25CF, 0x25C6, 0x25C7, 0x2605, 0x2606, 0x2610, 0x2611, 0x2612, 0x2713, 0x2717}
    points |= set(range(0x3000, 0x3030)) | set(range(0x3220, 0x322A)) | set(range(0xFF01, 0xFF5F)) | {0xFFE5, 0xFFFD}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                points.add(ord(bytes([high, low]).decode("gb2312")))
            except UnicodeDecodeError:
                pass
    return points | {ord(c) for c in NAMES}


def main() -> None:
    fonts = TTCollection(SOURCE).fonts
    # The collection holds the Japanese, Korean, Chinese (mainland), Taiwanese and Hong Kong forms.
    font = next(f for f in fonts if f["name"].getDebugName(1) == "Noto Sans CJK SC")
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["GPOS", "GSUB", "BASE", "VORG", "vhea", "vmtx", "DSIG", "GDEF"]
    options.recalc_timestamp = False
    maker = subset.Subsetter(options)
    points = wanted()
    maker.populate(unicodes=points)
    maker.subset(font)
    lacking = sorted(points - set(font.getBestCmap()))
    font.save(TARGET)
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes, {len(font.getBestCmap())} characters")
    print("not in the source:", " ".join(f"U+{p:04X}" for p in lacking) or "none")


main()
