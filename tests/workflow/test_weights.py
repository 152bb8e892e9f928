"""Weights: found, added, refused; none of them is ever run as code."""

from __future__ import annotations

import io
import pickle
import sys
import types
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from small_network import METADATA, save, state

from assistant.catalog import Catalog, Model
from assistant.errors import AssistantError, InputError
from assistant.networks import checkpoint
from assistant.workflow import adding, weights
from assistant.workflow.weights import Weights

ID = "SISR-SAFMN-2x"
NTIRE = "weights/safmn-x4-ntire2023.pth"


class Evil:
    """A pickle that leaves a file behind when it is loaded."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return (Path.touch, (self.mark,))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of this test alone."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return weights.user_folder()


def model(catalog: Catalog, name: str = ID) -> Model:
    found = catalog.get(name)
    assert isinstance(found, Model)
    return found


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("wrapper", [None, "params", "params_ema", "state_dict"])
def test_a_checkpoint_is_read_in_every_usual_wrapping(
    tmp_path: Path, wrapper: str | None, old: bool
) -> None:
    """Bare and wrapped, in torch's zip format and in the one before it."""
    file = tmp_path / "a.pth"
    data = {wrapper: state(), "iter": 5} if wrapper else state()
    torch.save(data, file, _use_new_zipfile_serialization=not old)
    network = Weights(file, "given").load()
    assert ("SAFMN", 2) == (network.architecture, network.scale)


@pytest.mark.parametrize("old", [False, True])
def test_a_pickle_that_would_run_code_is_refused_and_does_not_run(
    tmp_path: Path, catalog: Catalog, old: bool
) -> None:
    """The mark it would leave is not there; the error does not tell how to load it anyway."""
    mark, file = tmp_path / "it-ran", tmp_path / "evil.pth"
    torch.save(
        {"params": state(), "more": Evil(mark)}, file, _use_new_zipfile_serialization=not old
    )
    with pytest.raises(InputError, match="could run code") as caught:
        list(adding.add(file, catalog))
    assert "weights_only" not in caught.value.message + caught.value.hint
    assert not mark.exists()
    assert not weights.user_folder().exists()


def test_a_plain_pickle_is_refused(tmp_path: Path) -> None:
    """Named .pt or not."""
    mark, file = tmp_path / "it-ran", tmp_path / "evil.pt"
    file.write_bytes(pickle.dumps(Evil(mark)))
    with pytest.raises(InputError):
        checkpoint.read(file)
    assert not mark.exists()


def cases() -> dict[str, Any]:
    bad = state()
    bad["to_feat.weight"] = torch.full_like(bad["to_feat.weight"], float("nan"))
    short = state()
    short.pop("to_feat.bias")
    return {
        "holds values that are not finite": bad,
        "to_feat.bias is missing": short,
        "no supported network has keys like these: conv": {"conv.weight": torch.zeros(3)},
        "holds a list": [1, 2],
    }


@pytest.mark.parametrize("said", cases())
def test_tensors_that_are_no_network_are_refused_by_name(tmp_path: Path, said: str) -> None:
    """Damaged values, another variant, another architecture, no state dict."""
    file = tmp_path / "a.pth"
    torch.save(cases()[said], file)
    with pytest.raises(InputError, match=said) as caught:
        Weights(file, "given").load()
    assert caught.value.message.startswith(f"{file}: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"<!DOCTYPE html><html>quota exceeded</html>", "a web page, not weights"),
        (b"just a text", "not a weights file"),
        (b"\x10\0\0\0\0\0\0\0{ broken header", "damaged safetensors file"),
        (b"PK\x03\x04 and no more", "not a weights file"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(
    tmp_path: Path, content: bytes, said: str
) -> None:
    """Empty, a web page that a host sent, text, broken."""
    file = tmp_path / "a.pth"
    file.write_bytes(content)
    with pytest.raises(InputError, match=said):
        Weights(file, "given").load()


def archive(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as pack:
        for name, data in files.items():
            pack.writestr(name, data)
    return path


def packed(scale: int) -> bytes:
    buffer = io.BytesIO()
    torch.save(state(scale), buffer)
    return buffer.getvalue()


def test_an_archive_adds_each_model_that_the_catalog_knows(
    tmp_path: Path, catalog: Catalog, folder: Path
) -> None:
    """Each under its id; what belongs to none is left out."""
    other = io.BytesIO()
    torch.save(state(5), other)
    files = {"m/x2.pt": packed(2), "m/x3.pt": packed(3), "m/x5.pt": other.getvalue()}
    file = archive(tmp_path / "models.zip", **files, **{"m/readme.txt": b"hello"})
    added = dict(adding.add(file, catalog))
    assert {ID, "SISR-SAFMN-3x"} == set(added)
    assert added[ID].read_bytes() == files["m/x2.pt"]
    assert 2 == len(list(folder.iterdir()))


@pytest.mark.parametrize("name", ["../x.pt", "/x.pt", "a/../../x.pt", "..\\x.pt", "C:/x.pt"])
def test_an_archive_with_a_name_that_leads_out_is_refused_whole(
    tmp_path: Path, catalog: Catalog, folder: Path, name: str
) -> None:
    """Although nothing is ever unpacked by the name in it."""
    file = archive(tmp_path / "a.zip", **{"good.pt": packed(2), name: packed(2)})
    with pytest.raises(InputError, match="leads out of the folder"):
        list(adding.add(file, catalog))
    assert not folder.exists()


def test_added_weights_are_copied_byte_for_byte_and_found_first(
    tmp_path: Path, catalog: Catalog
) -> None:
    """A second file in another format takes the place of the first."""
    torch.save(state(2), tmp_path / "a.pth")
    ((name, path),) = adding.add(tmp_path / "a.pth", catalog)
    assert (ID, (tmp_path / "a.pth").read_bytes()) == (name, path.read_bytes())
    assert Weights(path, "user") == weights.available(model(catalog))
    ((_, again),) = adding.add(save(tmp_path / "b.safetensors"), catalog)
    assert Weights(again, "user") == weights.available(model(catalog))
    assert not path.exists()


def test_a_file_that_may_belong_to_several_models_asks_which(
    tmp_path: Path, catalog: Catalog
) -> None:
    """MSSNet's checkpoints differ by training data alone."""
    from assistant.networks import create

    tensors = create("MSSNet", wf=4, scale=4, vscale=4).state_dict()
    torch.save(tensors, tmp_path / "a.pt")
    with pytest.raises(InputError, match=r"can belong to .*Deblur-MSSNet-GoPro"):
        list(adding.add(tmp_path / "a.pt", catalog))
    added = dict(adding.add(tmp_path / "a.pt", catalog, "Deblur-MSSNet-GoPro"))
    assert ["Deblur-MSSNet-GoPro"] == list(added)


@pytest.mark.parametrize(
    ("name", "said"), [("SISR-SAFMN-3x", "is something else"), ("nobody", "no model 'nobody'")]
)
def test_weights_are_not_added_to_a_model_of_another_network(
    tmp_path: Path, catalog: Catalog, name: str, said: str
) -> None:
    """A factor of two is no factor of three."""
    with pytest.raises(InputError, match=said):
        list(adding.add(save(tmp_path / "a.safetensors"), catalog, name))


def test_shipped_weights_serve_models_of_their_architecture_and_factor(
    tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's own come before them."""
    place = save(tmp_path / "weights/safmn-x2.safetensors")
    monkeypatch.setattr(weights.content, "folder", lambda _name: tmp_path)
    monkeypatch.setattr(weights.packaged, "find", lambda _name: None)  # no extra is installed
    weights.shipped.cache_clear()
    try:
        assert Weights(place, "shipped") == weights.available(model(catalog))
        assert [ID] == [m.id for m in weights.runnable(catalog)]
        assert METADATA["skip"] == checkpoint.header(place)["skip"]
        with pytest.raises(InputError, match=rf"SISR-RCAN-8x cannot be run\b.*: {ID}"):
            weights.find(model(catalog, "SISR-RCAN-8x"), catalog)
    finally:
        weights.shipped.cache_clear()


def test_a_safetensors_file_of_half_precision_runs_in_full(tmp_path: Path) -> None:
    """Stored small, computed in float32."""
    file = tmp_path / "a.safetensors"
    save_file({key: value.half() for key, value in state().items()}, file, METADATA)
    network = Weights(file, "given").load()
    assert torch.float32 == next(network.module.parameters()).dtype


def test_the_provided_official_checkpoint_is_known_by_its_digest(
    shared: Path, catalog: Catalog
) -> None:
    """It is the authors' variant for NTIRE 2023; strict loading proves the keys."""
    ((name, path),) = adding.add(shared / NTIRE, catalog)
    assert "SISR-SAFMN-4x" == name
    published = weights.published(model(catalog, name))
    assert checkpoint.sha256(path) in {each.sha256 for each in published}


def test_without_spandrel_an_unknown_network_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line with the command that helps."""
    monkeypatch.setitem(sys.modules, "spandrel", None)
    torch.save({"conv.weight": torch.zeros(3)}, tmp_path / "a.pth")
    with pytest.raises(InputError) as caught:
        Weights(tmp_path / "a.pth", "given").load()
    assert "pip install 'sr-assistant[zoo]'" in caught.value.hint


class _Broken(types.ModuleType):
    """Importing it fails as a torchvision of another build makes it fail."""

    text = "operator torchvision::nms does not exist"

    def find_spec(self, name: str, *_: object) -> None:
        if name == "spandrel":
            raise RuntimeError(self.text)


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("operator torchvision::nms does not exist", AssistantError, "torchvision does not match"),
        ("something else", RuntimeError, "something else"),
    ],
)
def test_a_torchvision_that_does_not_match_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, kind: type[Exception], said: str
) -> None:
    """And only that: every other error goes through."""
    finder = _Broken("broken")
    finder.text = text
    monkeypatch.delitem(sys.modules, "spandrel", raising=False)
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    torch.save({"conv.weight": torch.zeros(3)}, tmp_path / "a.pth")
    with pytest.raises(kind, match=said):
        Weights(tmp_path / "a.pth", "given").load()


def test_spandrel_runs_what_is_none_of_ours(tmp_path: Path) -> None:
    """A Compact network, which this project does not implement."""
    pytest.importorskip("spandrel", reason="needs the extra zoo")
    from spandrel.architectures.Compact import Compact

    torch.manual_seed(0)
    other = Compact(num_feat=8, num_conv=2, upscale=2)
    torch.save({"params": other.state_dict()}, tmp_path / "a.pth")
    network = Weights(tmp_path / "a.pth", "given").load()
    picture = torch.rand(1, 3, 9, 14)
    assert ("Compact", 2, (1, 3, 18, 28)) == (
        network.architecture,
        network.scale,
        tuple(network(picture).shape),
    )
    with torch.inference_mode():
        assert torch.allclose(other.eval()(picture), network(picture))


@pytest.mark.parametrize("directory", [True, False])
def test_a_damaged_archive_is_one_line(tmp_path: Path, catalog: Catalog, directory: bool) -> None:
    """Whatever zipfile and its decoders raise on a broken directory and on broken data."""
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("x2.pt", packed(2))
    broken = bytearray(file.read_bytes())
    entry = broken.rindex(b"PK\x01\x02")
    broken[slice(entry, entry + 4) if directory else slice(100, 104)] = b"XXXX"
    file.write_bytes(broken)
    with pytest.raises(InputError, match="damaged"):
        list(adding.add(file, catalog))


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its members count together: each alone may be small enough."""
    file = archive(tmp_path / "a.zip", **{"a.pt": packed(2), "b.pt": packed(3)})
    monkeypatch.setattr(checkpoint, "MAX_BYTES", len(packed(3)) + 1)
    with pytest.raises(InputError, match="larger than 4 GB when unpacked"):
        list(adding.add(file, catalog))


def test_an_archive_is_no_weights_file_to_run(tmp_path: Path) -> None:
    """The error names the command that takes it."""
    file = archive(tmp_path / "a.zip", **{"x2.pt": packed(2)})
    with pytest.raises(InputError, match="an archive, not one weights file") as caught:
        Weights(file, "given").load()
    assert "sr-assistant weights add a.zip" in caught.value.hint


def test_floats_of_eight_bits_are_loaded(tmp_path: Path) -> None:
    """Torch does not know whether these are finite; as float32 it does."""
    tensors = {key: value.to(torch.float8_e4m3fn) for key, value in state().items()}
    save_file(tensors, tmp_path / "a.safetensors")
    module = Weights(tmp_path / "a.safetensors", "given").load().module
    assert {torch.float32} == {parameter.dtype for parameter in module.parameters()}


@pytest.mark.parametrize("change", [torch.Tensor.to_sparse, lambda value: value.to("meta")])
def test_tensors_without_plain_numbers_are_refused(tmp_path: Path, change: Any) -> None:
    """Sparse ones, and those that are a shape alone."""
    torch.save({key: change(value) for key, value in state().items()}, tmp_path / "a.pth")
    with pytest.raises(InputError, match="is no tensor of floating-point numbers"):
        Weights(tmp_path / "a.pth", "given").load()


def test_a_header_of_endless_brackets_is_one_line(tmp_path: Path) -> None:
    """Deeper than JSON can be read."""
    header = b'{"a":' + b"[" * 200_000
    (tmp_path / "a.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(InputError, match="a damaged safetensors file"):
        Weights(tmp_path / "a.safetensors", "given").load()


def test_keys_that_are_no_names_are_one_line(tmp_path: Path) -> None:
    """With and without spandrel, which expects text."""
    torch.save({1: torch.zeros(2)}, tmp_path / "a.pth")
    with pytest.raises(InputError, match=r"a\.pth: "):
        Weights(tmp_path / "a.pth", "given").load()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pth", b"version https://git-lfs.github.com/spec/v1\noid sha256:12\n", "Git LFS"),
        ("a.onnx", b"\x08\x07\x12\x07pytorch", "an ONNX graph"),
        ("a.param", b"7767517\n3 3\n", "a network of ncnn"),
        ("a.bin", b"\0\0\0\0" + b"\x11" * 40, "a network of ncnn"),
    ],
)
def test_what_is_no_checkpoint_is_named(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    """What people download in place of weights is called what it is, not dangerous."""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=said):
        checkpoint.read(tmp_path / name)
