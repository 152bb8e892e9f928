"""The receipt of a run: what ran with which weights, on what, how long, and how good it is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from assistant.version import __version__


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tiles(_Value):
    """How the picture was cut, in input pixels: size of the first tile, overlap a side, count."""

    size: tuple[int, int]
    overlap: int
    count: int


class Step(_Value):
    """One model that ran. ``stand_in`` says whose place its weights take; None for official or
    the user's own. ``exact`` is false where tiles change the result, for the reason given."""

    model: str
    architecture: str
    configuration: str
    scale: int
    weights: str
    weights_sha256: str
    stand_in: str | None = None
    backend: str
    precision: str
    tiles: Tiles | None = None
    exact: bool = True
    inexact_because: tuple[str, ...] = ()
    seconds: float


class Receipt(_Value):
    """Proof of one run; sizes are width and height in pixels, quality in dB and 0..1, seconds
    those of the models without reading and writing.

    PSNR and SSIM are of luma with a border of the factor cut; ``bicubic_*`` is the same of the
    picture enlarged without a network. ``consistency_db`` compares the input with the result
    shrunk to its size, on its middle: a result that shows something else scores low. It is not
    given where ``faults`` were measured of the input with which no result should agree.
    """

    version: str = __version__
    model: str
    weights_sha256: str
    input: tuple[int, int]
    output: tuple[int, int]
    scale_measured: float
    seconds: float
    peak_mb: float | None
    tiles: Tiles | None
    exact: bool
    steps: tuple[Step, ...]
    stand_in: str | None = None
    faults: tuple[str, ...] = ()
    consistency_db: float | None = None
    reference: str | None = None
    psnr_y: float | None = None
    ssim_y: float | None = None
    bicubic_psnr_y: float | None = None
    bicubic_ssim_y: float | None = None
    notes: tuple[str, ...] = ()
    file: str | None = None

    @property
    def text(self) -> str:
        """One paragraph in plain words; the same receipt gives the same text."""
        sizes = "{}x{} to {}x{} pixels".format(*self.input, *self.output)
        how = []
        for step in self.steps:
            cut = "in one piece"
            if step.tiles:
                cut = "in {} tiles of {}x{} pixels".format(step.tiles.count, *step.tiles.size)
                if not step.exact:
                    cut += ", which changes the result slightly"
            how.append(f"{step.model} ({step.weights}; {cut})")
        parts = [f"{' and then '.join(how) or 'No model'}: {sizes} in {self.seconds:g} s."]
        if self.stand_in:
            parts.append(f"{self.stand_in}.")
        if self.psnr_y is not None:
            parts.append(
                f"Against the reference: PSNR-Y {self.psnr_y:.2f} dB, SSIM-Y {self.ssim_y:.4f}; "
                f"{'bicubic' if self.scale_measured > 1 else 'the input'} "
                f"{self.bicubic_psnr_y:.2f} dB, {self.bicubic_ssim_y:.4f}."
            )
        elif self.consistency_db is not None:
            parts.append(
                f"Shrunk again, the result agrees with the input to {self.consistency_db:.1f} dB."
            )
        return " ".join([*parts, *(f"Note: {note}." for note in self.notes)])
