"""Reading and writing pictures: depth, alpha, orientation, metadata, and what is no picture."""

from __future__ import annotations

import dataclasses
import struct
import zlib
from errno import ENOENT
from os import strerror
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from assistant.errors import InputError
from assistant.imaging import pictures, saving
from assistant.imaging.alpha import filled
from assistant.imaging.pictures import Metadata, Picture

RNG = np.random.default_rng(5)
COLOR = RNG.integers(0, 256, (24, 36, 3), np.uint8)
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a tiff:Orientation="6"/></x:xmpmeta>'
KINDS = [".png", ".jpg", ".webp", ".tif", ".bmp", ".avif", ".heic"]


def deep(channels: int) -> Any:
    return RNG.integers(0, 65536, (70, 33, channels), np.uint16)


def exif(orientation: int = 1) -> Image.Exif:
    data = Image.Exif()
    data[0x010F] = "Camera"
    data[0x0112] = orientation
    data.get_ifd(0x8769)[0x9003] = "2020:02:03 04:05:06"
    return data


def chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def png(samples: Any, kind: int, depth: int = 16) -> bytes:
    """A PNG as other programs write it: no filter."""
    height, width = samples.shape[:2]
    rows = samples.astype(">u2" if depth == 16 else np.uint8).tobytes()
    step = len(rows) // height
    body = b"".join(b"\0" + rows[n * step : (n + 1) * step] for n in range(height))
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(body))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_keeps_size_and_metadata_through_each_format(tmp_path: Path, kind: str) -> None:
    """EXIF with its inner folder, XMP and profile; BMP says that it holds none."""
    if kind == ".heic":
        pytest.importorskip("pillow_heif")
    upright = XMP.replace(b"6", b"1")
    picture = Picture(COLOR, metadata=Metadata(ICC, exif().tobytes(), upright))
    file = tmp_path / f"a{kind}"
    saving.check(file, picture.size, picture)
    notes = saving.write(picture, file)
    again = pictures.read(file)
    assert picture.size == again.size
    if kind == ".bmp":
        assert ("BMP holds no metadata",) == notes
        return
    kept = Image.Exif()
    kept.load(again.metadata.exif or b"")
    assert ("Camera", "2020:02:03 04:05:06") == (kept[0x010F], kept.get_ifd(0x8769)[0x9003])
    assert ICC == again.metadata.icc
    assert upright == again.metadata.xmp


@pytest.mark.parametrize("kind", [".png", ".tif", ".bmp"])
def test_lossless_formats_keep_every_pixel(tmp_path: Path, kind: str) -> None:
    """What is written reads back equal."""
    saving.write(Picture(COLOR), tmp_path / f"a{kind}")
    assert np.array_equal(COLOR, pictures.read(tmp_path / f"a{kind}").pixels)


def test_strip_leaves_the_color_profile(tmp_path: Path) -> None:
    """Without it the same numbers would be other colors."""
    picture = Picture(COLOR, metadata=Metadata(ICC, exif().tobytes(), XMP)).stripped()
    saving.write(picture, tmp_path / "a.png")
    assert Metadata(icc=ICC) == pictures.read(tmp_path / "a.png").metadata


@pytest.mark.parametrize("turn", range(1, 9))
def test_orientation_is_applied_once(tmp_path: Path, turn: int) -> None:
    """As Pillow turns it; afterwards neither EXIF nor XMP turns it again."""
    from PIL import ImageOps

    file = tmp_path / "a.png"
    Image.fromarray(COLOR).save(file, exif=exif(turn).tobytes())
    with Image.open(file) as image:
        upright = np.asarray(ImageOps.exif_transpose(image))
    picture = pictures.read(file)
    assert np.array_equal(upright, picture.pixels)
    saving.write(dataclasses.replace(picture, metadata=picture.metadata), tmp_path / "b.png")
    assert np.array_equal(upright, pictures.read(tmp_path / "b.png").pixels)


def test_xmp_does_not_turn_the_picture_again(tmp_path: Path) -> None:
    """Its own orientation becomes upright."""
    Image.fromarray(COLOR).save(tmp_path / "a.jpg", xmp=XMP)
    assert b'tiff:Orientation="1"' in (pictures.read(tmp_path / "a.jpg").metadata.xmp or b"")


@pytest.mark.parametrize(("channels", "kind"), [(1, 0), (3, 2), (4, 6)])
def test_sixteen_bits_are_read_and_written_exactly(
    tmp_path: Path, channels: int, kind: int
) -> None:
    """Gray, color, color with alpha; Pillow alone would drop the low byte of color."""
    samples = deep(channels)
    (tmp_path / "a.png").write_bytes(png(samples, kind))
    picture = pictures.read(tmp_path / "a.png")
    saving.write(picture, tmp_path / "b.png")
    for read in (picture, pictures.read(tmp_path / "b.png")):
        colors = samples[..., :3] if channels > 1 else samples.repeat(3, axis=2)
        assert (16, channels == 1) == (read.depth, read.gray)
        assert np.array_equal(colors, read.pixels)
        if channels == 4:
            assert np.array_equal(samples[..., 3], read.alpha)


@pytest.mark.parametrize("order", "<>")
def test_sixteen_bit_color_of_tiff_is_read_exactly(tmp_path: Path, order: str) -> None:
    """Both byte orders."""
    samples = deep(3)
    height, width = samples.shape[:2]
    data = samples.astype(f"{order}u2").tobytes()
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, 0), (259, 3, 1, 1),
            (262, 3, 1, 2), (273, 4, 1, 0), (277, 3, 1, 3), (278, 4, 1, height),
            (279, 4, 1, len(data)), (284, 3, 1, 1)]  # fmt: skip
    end = 8 + 2 + 12 * len(tags) + 4
    values = {258: end, 273: end + 6}
    body = b""
    for tag, kind, count, value in tags:
        short = kind == 3 and count == 1
        layout = f"{order}HHIHH" if short else f"{order}HHII"
        rest = (0,) if short else ()
        body += struct.pack(layout, tag, kind, count, values.get(tag, value), *rest)
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    count = struct.pack(f"{order}H", len(tags))
    depths = struct.pack(f"{order}3H", 16, 16, 16)
    (tmp_path / "a.tif").write_bytes(start + count + body + bytes(4) + depths + data)
    assert np.array_equal(samples, pictures.read(tmp_path / "a.tif").pixels)


def test_sixteen_bits_become_eight_where_the_format_holds_no_more(tmp_path: Path) -> None:
    """And that is said; 65535 is 255."""
    picture = Picture(np.full((16, 16, 3), 65535, np.uint16))
    notes = saving.write(picture, tmp_path / "a.bmp")
    assert ("BMP holds 8 bits a channel; 16 were rounded",) == notes
    assert 255 == pictures.read(tmp_path / "a.bmp").pixels.min()


def modes() -> list[tuple[str, Any, str, bool, bool]]:
    image = Image.fromarray(COLOR)
    clear = image.copy().convert("P", palette=Image.Palette.ADAPTIVE)
    clear.info["transparency"] = 0
    half = image.copy()
    half.putalpha(128)
    return [
        ("bits", image.convert("1"), "png", True, False),
        ("gray", image.convert("L"), "png", True, False),
        ("gray-alpha", image.convert("LA"), "png", True, True),
        ("palette", image.convert("P"), "png", False, False),
        ("clear-palette", clear, "png", False, True),
        ("gif", image.convert("P"), "gif", False, False),
        ("rgba", half, "webp", False, True),
        ("cmyk", image.convert("CMYK"), "jpg", False, False),
        ("lab", image.convert("YCbCr"), "tiff", False, False),
    ]


@pytest.mark.parametrize(
    ("image", "kind", "gray", "alpha"), [m[1:] for m in modes()], ids=[m[0] for m in modes()]
)
def test_every_mode_becomes_rgb_with_alpha_apart(
    tmp_path: Path, image: Image.Image, kind: str, gray: bool, alpha: bool
) -> None:
    """Palette, gray, CMYK and others."""
    more = {"transparency": 0} if "transparency" in image.info else {}
    image.save(tmp_path / f"a.{kind}", **more)
    picture = pictures.read(tmp_path / f"a.{kind}")
    shown = np.dtype(np.uint8), (24, 36, 3)
    assert shown == (picture.pixels.dtype, picture.pixels.shape)
    assert (gray, alpha) == (picture.gray, picture.alpha is not None)


def test_cmyk_becomes_srgb_and_says_so(tmp_path: Path) -> None:
    """Its profile described inks; kept, it would color RGB wrongly."""
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "a.jpg")
    picture = pictures.read(tmp_path / "a.jpg")
    assert ("CMYK was converted to sRGB",) == picture.notes
    red, green, blue = picture.pixels[8, 8].tolist()
    assert red > 200
    assert max(green, blue) < 60


def test_only_the_first_frame_is_read_and_that_is_said(tmp_path: Path) -> None:
    """An animation is not a picture."""
    first = Image.fromarray(COLOR)
    first.save(tmp_path / "a.gif", save_all=True, append_images=[first.rotate(90)])
    assert ("only the first of 2 frames was read",) == pictures.read(tmp_path / "a.gif").notes


def bad_files(folder: Path) -> dict[str, bytes]:
    Image.fromarray(COLOR).save(folder / "whole.jpg")
    whole = (folder / "whole.jpg").read_bytes()
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    huge = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(999)))
    script = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n"
    return {
        "the file is empty": b"",
        "not a picture": b"I am a text\n",
        "truncated or damaged": whole[: len(whole) // 2],
        "refused as a decompression bomb": huge,
        "not a picture ": script,
    }


@pytest.mark.parametrize("said", ["the file is empty", "not a picture", "truncated or damaged",
                                  "refused as a decompression bomb", "not a picture "])  # fmt: skip
def test_what_is_no_picture_is_refused_in_one_line(tmp_path: Path, said: str) -> None:
    """Empty, text, truncated, a bomb, and PostScript, which would start an interpreter."""
    file = tmp_path / "a.png"
    file.write_bytes(bad_files(tmp_path)[said])
    with pytest.raises(InputError) as caught:
        pictures.read(file)
    assert caught.value.message.startswith(f"{file}: {said.strip()}")
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    """With the system's reason."""
    with pytest.raises(InputError, match=strerror(ENOENT).lower()):
        pictures.read(tmp_path / "a.png")


@pytest.mark.parametrize(
    ("name", "picture", "size", "said"),
    [
        ("a.xyz", Picture(COLOR), (9, 9), "unknown picture format .xyz"),
        ("a", Picture(COLOR), (9, 9), r"unknown picture format \(none\)"),
        ("a.webp", Picture(COLOR), (20_000, 9), "WEBP holds at most 16,383 pixels a side"),
        ("a.jpg", Picture(COLOR, COLOR[..., 0]), (9, 9), "JPEG holds no transparency"),
        ("a.tif", Picture(deep(3)), (9, 9), "16-bit color is written as PNG only"),
    ],
)
def test_a_format_that_cannot_hold_the_result_is_refused_before_any_work(
    tmp_path: Path, name: str, picture: Picture, size: tuple[int, int], said: str
) -> None:
    """Nobody waits for a result that cannot be kept."""
    with pytest.raises(InputError, match=said):
        saving.check(tmp_path / name, size, picture)


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither half a file nor a temporary one; what was there stays."""

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    target = tmp_path / "a.png"
    target.write_bytes(b"before")
    monkeypatch.setattr(Image.Image, "save", stopped)
    with pytest.raises(KeyboardInterrupt):
        saving.write(Picture(COLOR), target)
    assert [target] == list(tmp_path.iterdir())
    assert b"before" == target.read_bytes()


def test_invisible_pixels_take_the_color_of_visible_ones() -> None:
    """A red disk on transparent black keeps a red rim."""
    y, x = np.mgrid[:40, :50]
    inside = (x - 20) ** 2 + (y - 20) ** 2 < 100
    pixels = np.where(inside[..., None], np.uint8([200, 10, 20]), np.uint8(0))
    shown = filled(pixels, inside.astype(np.uint8) * 255)
    assert [200, 10, 20] == shown.reshape(-1, 3).min(axis=0).tolist()
    assert [200, 10, 20] == shown.reshape(-1, 3).max(axis=0).tolist()


@pytest.mark.parametrize("alpha", [0, 255])
def test_without_visible_or_without_invisible_pixels_nothing_is_filled(alpha: int) -> None:
    """There is nothing to take a color from, or nobody who needs one."""
    assert np.array_equal(COLOR, filled(COLOR, np.full(COLOR.shape[:2], alpha, np.uint8)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_is_told(tmp_path: Path, kind: str) -> None:
    """A part written is no success; here the limit of a file's size stands for the disk."""
    resource = pytest.importorskip("resource")
    if kind == ".heic":
        pytest.importorskip("pillow_heif", reason="needs the extra heic")
    saving.check(tmp_path / f"a{kind}", (36, 24), Picture(COLOR))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, before[1]))
    try:
        with pytest.raises(InputError, match="cannot be written"):
            saving.write(Picture(COLOR), tmp_path / f"a{kind}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [] == list(tmp_path.iterdir())


def test_damaged_exif_does_not_cost_the_picture(tmp_path: Path) -> None:
    """It is left out, and that is said."""
    Image.fromarray(COLOR).save(tmp_path / "a.png", exif=b"nonsense")
    read = pictures.read(tmp_path / "a.png")
    assert (None, ("EXIF is damaged and was not kept",)) == (read.metadata.exif, read.notes)
    assert np.array_equal(COLOR, read.pixels)


def test_exif_does_not_tell_the_size_of_the_old_picture(tmp_path: Path) -> None:
    """What the camera set stays, width and height in pixels go."""
    data = exif()
    data.get_ifd(0x8769)[40962] = 36
    Image.fromarray(COLOR).save(tmp_path / "a.jpg", exif=data)
    saving.write(pictures.read(tmp_path / "a.jpg"), tmp_path / "b.png")
    with Image.open(tmp_path / "b.png") as image:
        assert {0x9003: "2020:02:03 04:05:06"} == dict(image.getexif().get_ifd(0x8769))


@pytest.mark.parametrize(("name", "size"), [("exif", 65_534), ("xmp", 65_505)])
def test_metadata_too_long_for_jpeg_is_left_out(tmp_path: Path, name: str, size: int) -> None:
    """The result is not lost for it, and that is said; PNG holds it."""
    picture = Picture(COLOR, metadata=Metadata(**{name: b"Exif\0\0".ljust(size, b"x")}))
    said = f"{name.upper()} is too long for JPEG and was left out"
    assert (said,) == saving.write(picture, tmp_path / "a.jpg")
    assert () == saving.write(picture, tmp_path / "a.png")


@pytest.mark.parametrize(("channels", "kind"), [(1, 0), (3, 2)])
def test_the_transparent_color_of_sixteen_bits_is_kept(
    tmp_path: Path, channels: int, kind: int
) -> None:
    """PNG may name one color as invisible in place of an alpha channel."""
    samples = deep(channels)
    key = chunk(b"tRNS", b"".join(struct.pack(">H", value) for value in samples[3, 4]))
    whole = png(samples, kind)
    start = whole.index(b"IDAT") - 4
    (tmp_path / "a.png").write_bytes(whole[:start] + key + whole[start:])
    read = pictures.read(tmp_path / "a.png")
    assert read.alpha is not None
    assert (16, 0, 65535) == (read.depth, read.alpha[3, 4], read.alpha.max())
    assert np.array_equal(samples[..., 0], read.pixels[..., 0])


@pytest.mark.parametrize("shift", [-1, 60_000])
def test_samples_beyond_sixteen_bits_are_refused(tmp_path: Path, shift: int) -> None:
    """Cut to 16 bits they would show something else."""
    ramp = np.arange(24 * 36, dtype=np.int32).reshape(24, 36) * 10 + shift
    Image.fromarray(ramp).save(tmp_path / "a.tif")
    with pytest.raises(InputError, match="int32 samples are not read"):
        pictures.read(tmp_path / "a.tif")


def test_whatever_a_decoder_raises_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of AVIF raises RuntimeError on a damaged file."""

    def broken(*_: object) -> None:
        raise RuntimeError("Failed to decode image: Missing or empty image item")

    Image.fromarray(COLOR).save(tmp_path / "a.avif")
    monkeypatch.setattr("PIL.AvifImagePlugin.AvifImageFile.load", broken)
    with pytest.raises(InputError, match=r"a\.avif: truncated or damaged"):
        pictures.read(tmp_path / "a.avif")


def test_a_jpeg_without_its_end_is_read_and_one_without_pixels_is_not(tmp_path: Path) -> None:
    """Two bytes less hold every pixel still; a half of the file does not."""
    path = tmp_path / "a.jpg"
    shown = (
        np.random.default_rng(0).integers(0, 255, (9, 12, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    )
    Image.fromarray(shown).save(path)
    whole = pictures.read(path)
    data = path.read_bytes()
    path.write_bytes(data[:-2])
    again = pictures.read(path)
    assert np.array_equal(whole.pixels, again.pixels)
    assert any("the end of the JPEG was missing" in note for note in again.notes)
    path.write_bytes(data[: len(data) * 3 // 4])
    with pytest.raises(InputError, match="truncated or damaged"):
        pictures.read(path)


@pytest.mark.parametrize("deep", [False, True])
def test_dots_an_inch_and_texts_are_kept(tmp_path: Path, deep: bool) -> None:
    """In PNG of 8 and 16 bits; where a format holds none, a note says so."""
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Title", "Grandma")
    texts.add_itxt("Author", "Zoë")
    path = tmp_path / "a.png"
    Image.fromarray(np.full((8, 8, 3), 90, np.uint8)).save(path, dpi=(300, 300), pnginfo=texts)
    picture = pictures.read(path)
    if deep:
        picture = dataclasses.replace(picture, pixels=picture.pixels.astype(np.uint16) * 257)
    assert () == saving.write(picture, tmp_path / "b.png")
    with Image.open(tmp_path / "b.png") as image:
        assert {"Title": "Grandma", "Author": "Zoë"} == dict(image.text)
        assert 300 == round(image.info["dpi"][0])
    notes = saving.write(picture.eight_bit(), tmp_path / "b.webp")
    assert ("texts of the PNG are not kept in WEBP", "dots an inch are not kept in WEBP") == notes


def test_a_profile_of_another_kind_of_color_is_left_out(tmp_path: Path) -> None:
    """An RGB profile in a gray file would make the result invalid."""
    from PIL import ImageCms

    rgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = tmp_path / "a.jpg"
    Image.fromarray(np.full((8, 8), 90, np.uint8)).save(path, icc_profile=rgb)
    picture = pictures.read(path)
    assert picture.metadata.icc is None
    assert ("a color profile for other than gray was left out",) == picture.notes


def test_a_gamma_that_is_not_applied_is_said(tmp_path: Path) -> None:
    """A gAMA chunk of linear light; that of sRGB needs no note."""
    path = tmp_path / "a.png"
    Image.fromarray(np.full((8, 8, 3), 90, np.uint8)).save(path)
    data = path.read_bytes()
    for gamma, noted in ((100_000, True), (45_455, False)):
        chunk = b"gAMA" + struct.pack(">I", gamma)
        made = struct.pack(">I", 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        path.write_bytes(data[:33] + made + data[33:])
        assert noted == any("gamma of 1 " in note for note in pictures.read(path).notes)


def test_sixteen_bit_gray_with_alpha_keeps_its_bits(tmp_path: Path) -> None:
    """Written by us, read again, equal in every bit."""
    ramp = np.linspace(0, 65535, 40 * 30).reshape(30, 40).astype(np.uint16)
    given = Picture(np.repeat(ramp[..., None], 3, axis=2), alpha=ramp[::-1].copy(), gray=True)
    saving.write(given, tmp_path / "a.png")
    again = pictures.read(tmp_path / "a.png")
    assert (16, True, ()) == (again.depth, again.gray, again.notes)
    assert again.alpha is not None
    assert np.array_equal(given.pixels, again.pixels)
    assert np.array_equal(given.alpha, again.alpha)
