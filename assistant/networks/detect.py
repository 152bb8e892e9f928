"""From a state dict to a network: the architecture is read from key names, sizes from shapes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from assistant.errors import InputError
from assistant.networks.architectures import ARCHITECTURES, State, create
from assistant.networks.network import Network

if TYPE_CHECKING:
    from torch import Tensor, nn

RESTORING = "compression-removal"  # what SAFMN without enlarging is trained for here
WRAPPERS = ("params_ema", "params", "model_state_dict", "state_dict", "model")


def build(state: Mapping[str, Any], metadata: Mapping[str, str] | None = None) -> Network:
    """Load a state dict, wrapped or bare, into the network that its keys describe.

    ``metadata`` (of our own safetensors files) adds what keys do not show: ``skip`` (the enlarged
    input added to the output: ``bicubic``, ``bilinear`` or ``none``), ``architecture`` and
    ``scale``, which are checked against the keys.

    Raises:
        InputError: no supported architecture, values that are no finite floating-point tensors,
            or a missing, unexpected or ill-shaped key.
    """
    metadata = dict(metadata or {})
    state = unwrapped(state)
    name = detected(state)
    _check_values(state, name)
    module = _loaded(state, name)
    scale = str(_scale(name, state))
    for key, seen in (("architecture", name), ("scale", scale)):
        if metadata.get(key, seen) != seen:
            raise InputError(
                f"the file says {key} {metadata[key]}, but its keys show {seen}",
                hint="take the file from where it was published",
            )
    return describe(module.eval().requires_grad_(False), metadata)


def describe(module: nn.Module, metadata: Mapping[str, str]) -> Network:
    """The descriptor of a module made by ``create``; ``metadata`` as in ``build``."""
    from assistant.networks.frame import Frame

    state = module.state_dict()
    name = detected(state)
    hyper = ARCHITECTURES[name].hyperparameters(state)
    scale = _scale(name, state)
    skip = _skip(name, metadata)
    value_range = ARCHITECTURES[name].traits.get("value_range", 1)
    frame = Frame(module, scale, value_range, skip).train(module.training)
    count = sum(parameter.numel() for parameter in module.parameters())
    return described(frame, name, hyper, count, metadata)


def described(
    module: Any, name: str, hyper: Mapping[str, int], parameters: int, metadata: Mapping[str, str]
) -> Network:
    """The descriptor of what runs a network of the architecture ``name``."""
    traits = dict(ARCHITECTURES[name].traits)
    traits.pop("skip", None)
    scale = 1 if name == "MSSNet" else hyper["scale"]
    if scale == 1 and traits["task"] == "super-resolution":
        traits["task"] = RESTORING  # the same network without enlarging
    return Network(
        architecture=name,
        scale=scale,
        module=module,
        hyperparameters=dict(hyper),
        configuration=_configuration(name, hyper),
        parameters=parameters,
        skip=_skip(name, metadata),
        metadata=dict(metadata),
        **traits,
    )


def _skip(name: str, metadata: Mapping[str, str]) -> str | None:
    skip = metadata.get("skip", ARCHITECTURES[name].traits.get("skip"))
    if skip not in {None, "none", "bilinear", "bicubic"}:
        raise InputError(
            f"the file asks for an image skip {skip!r}", hint="known are bilinear, bicubic and none"
        )
    return None if skip == "none" else skip


def unwrapped(state: Mapping[str, Any]) -> dict[str, Any]:
    """The tensors inside a checkpoint's wrapper, without a prefix that all keys share."""
    for key in WRAPPERS:
        inner = state.get(key)
        if isinstance(inner, Mapping) and inner and all(map(_is_tensor, inner.values())):
            state = inner
            break
    prefix = _prefix(state)
    return {str(key).removeprefix(prefix): value for key, value in state.items()}


def _prefix(state: Mapping[str, Any]) -> str:
    """What stands before every key: ``module.``, ``model.netG.``, whatever a trainer wraps around
    a network; nothing where the keys without it would be those of no network."""
    first = next(iter(state), "")
    parts = str(first).split(".")
    for count in range(1, len(parts)):
        prefix = ".".join(parts[:count]) + "."
        if not all(str(key).startswith(prefix) for key in state):
            return ""
        bare = {str(key).removeprefix(prefix) for key in state}
        if _named(bare) or prefix == "module.":
            return prefix
    return ""


def detected(state: Mapping[str, Any]) -> str:
    """The name of the architecture whose marks are all among the keys.

    Raises:
        InputError: there is none.
    """
    if found := _named(state):
        return found
    if near := _nearly(state):
        raise InputError(
            f"this looks like {near}",
            hint="the file is damaged or belongs to another variant; it was not loaded",
        )
    prefixes = sorted({str(key).split(".")[0] for key in state})
    shown = ", ".join(prefixes[:6]) + (", ..." if len(prefixes) > 6 else "")
    raise InputError(
        f"no supported network has keys like these: {shown or 'none at all'}",
        hint=f"supported are {', '.join(ARCHITECTURES)}",
    )


def _named(keys: Collection[str]) -> str | None:
    """The architecture whose marks are all among the keys."""
    for name, kind in ARCHITECTURES.items():
        if all(mark in keys for mark in kind.marks) and not any(m in keys for m in kind.absent):
            return name
    return None


def _nearly(keys: Collection[str]) -> str | None:
    """The architecture of which all marks but one are there, and which is missing."""
    for name, kind in ARCHITECTURES.items():
        missing = [mark for mark in kind.marks if mark not in keys]
        if len(missing) != 1 or any(mark in keys for mark in kind.absent):
            continue
        layer = missing[0].rpartition(".")[0]
        if any(str(key).startswith(f"{layer}.") for key in keys):  # the rest of it is there
            return f"{name}, but the key {missing[0]} is missing"
    return None


def _check_values(state: Mapping[str, Any], name: str) -> None:
    for key, value in state.items():
        if not (_is_tensor(value) and value.is_floating_point() and _is_dense(value)):
            raise InputError(f"{name} weights: {key} is no tensor of floating-point numbers")
        if not value.float().isfinite().all():  # of 8 bits, torch knows no finite ones
            raise InputError(
                f"{name} weights: {key} holds values that are not finite",
                hint="the file is damaged; fetch it again",
            )


def _loaded(state: State, name: str) -> nn.Module:
    """The module of ``state``; nothing is allocated before every shape was compared."""
    import torch

    try:
        with torch.device("meta"):
            module = create(name, **ARCHITECTURES[name].hyperparameters(state))
    except (ArithmeticError, IndexError, RuntimeError, ValueError) as error:
        raise InputError(
            f"this looks like {name}, but its shapes describe no such network",
            hint="the file is damaged or belongs to another variant; it was not loaded",
        ) from error
    wanted = module.state_dict()
    faults = {
        "is missing": wanted.keys() - state.keys(),
        "is unexpected": state.keys() - wanted.keys(),
        "has another shape": {
            key for key in wanted.keys() & state.keys() if wanted[key].shape != state[key].shape
        },
    }
    for what, keys in faults.items():
        if keys:
            more = f" ({len(keys)} keys in all)" if len(keys) > 1 else ""
            raise InputError(
                f"this looks like {name}, but the key {min(keys)} {what}{more}",
                hint="the file belongs to another variant; it was not loaded",
            )
    tensors = {key: value.float() for key, value in state.items()}
    module.load_state_dict(tensors, strict=True, assign=True)
    return module


def _scale(name: str, state: State) -> int:
    return ARCHITECTURES[name].hyperparameters(state)["scale"] if name != "MSSNet" else 1


def _is_tensor(value: object) -> bool:
    import torch

    return isinstance(value, torch.Tensor)


def _is_dense(value: Tensor) -> bool:
    import torch

    return value.layout is torch.strided and not value.is_meta


def _configuration(name: str, hyper: Mapping[str, int]) -> str:
    published = ARCHITECTURES[name].published
    if any(all(hyper[key] == size for key, size in sizes.items()) for sizes in published):
        return "published"
    return "small: " + ", ".join(f"{key} {hyper[key]}" for key in published[0])
