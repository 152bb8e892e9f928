"""Correct answers as people and good models write them; each says only what is provided."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Draft:
    name: str
    seed: str
    text: str
    outcome: str = "verified"
    kinds: tuple[str, ...] = ()


REFERENCES_000 = """\
- SISR-RCAN-3x, the recommended model. Paper: https://arxiv.org/pdf/1807.02758, code: https://github.com/yulunzhang/RCAN
- CausalSR: Structural Causal Model-Driven Super-Resolution with Counterfactual Inference. Paper: http://arxiv.org/pdf/2501.15852v1.pdf, code: https://github.com/Mnster00/CasualSR
- HiTSR: A Hierarchical Transformer for Reference-based Super-Resolution. Paper: http://arxiv.org/pdf/2408.16959v1.pdf, code: https://github.com/bia006/hitsr
- A Study in Dataset Distillation for Image Super-Resolution. Paper: http://arxiv.org/pdf/2502.03656v1.pdf (no code link provided)
"""
REFERENCES_001 = """\
- **SISR-RCAN-2x**: [paper](https://arxiv.org/pdf/1807.02758), [code](https://github.com/yulunzhang/RCAN)
- **HiTSR: A Hierarchical Transformer for Reference-based Super-Resolution**: [paper](http://arxiv.org/pdf/2408.16959v1.pdf), [code](https://github.com/bia006/hitsr)
- **A Study in Dataset Distillation for Image Super-Resolution**: [paper](http://arxiv.org/pdf/2502.03656v1.pdf)
- **Super-Resolution Microscopy Based on the Inherent Fluctuations of Dye Molecules**: [paper](http://arxiv.org/pdf/2401.00261v2.pdf), which shares only the word with the question
"""
REFERENCES_002 = """\
1. Spatially-Adaptive Feature Modulation for Efficient Image Super-Resolution
   - Paper: http://arxiv.org/pdf/2302.13800v1.pdf
   - GitHub: https://github.com/sunny2109/safmn
2. Deblur-MSSNet-GoPro (recommended, but made for deblurring)
   - Paper: https://cg.postech.ac.kr/Research/MSSNet/MSSNet.pdf
   - GitHub: https://github.com/kky7/MSSNet
3. A Study in Dataset Distillation for Image Super-Resolution
   - Paper: http://arxiv.org/pdf/2502.03656v1.pdf
4. CausalSR: Structural Causal Model-Driven Super-Resolution with Counterfactual Inference
   - Paper: http://arxiv.org/pdf/2501.15852v1.pdf
   - GitHub: https://github.com/Mnster00/CasualSR
"""
REFERENCES_003 = """\
| Item | Paper | Code |
|---|---|---|
| SISR-RCAN-3x | https://arxiv.org/pdf/1807.02758 | https://github.com/yulunzhang/RCAN |
| Spatially-Adaptive Feature Modulation for Efficient Image Super-Resolution | http://arxiv.org/pdf/2302.13800v1.pdf | https://github.com/sunny2109/safmn |
| A Study in Dataset Distillation for Image Super-Resolution | http://arxiv.org/pdf/2502.03656v1.pdf | none provided |
| FeatSharp: Your Vision Model Features, Sharper | http://arxiv.org/pdf/2502.16025v1.pdf | none provided |
"""
REFERENCES_004 = """\
- SISR-HAN-4x
  - Paper: <https://arxiv.org/pdf/2008.08767>
  - Code: <https://github.com/wwlCape/HAN>
- HiTSR: A Hierarchical Transformer for Reference-based Super-Resolution
  - Paper: <http://arxiv.org/pdf/2408.16959v1.pdf>
  - Code: <https://github.com/bia006/hitsr>
- Semantic Segmentation Using Super Resolution Technique as Pre-Processing
  - Paper: <http://arxiv.org/pdf/2306.15218v1.pdf>
- Using super-resolution for enhancing visual perception and segmentation performance in veterinary cytology
  - Paper: <http://arxiv.org/pdf/2306.11848v1.pdf>
"""
FIT_002 = (
    "**Fit: mismatch.** The question is about single-image super-resolution; Deblur-MSSNet-GoPro "
    "is for motion deblurring and keeps the picture's size. The closest provided item is "
    "Spatially-Adaptive Feature Modulation for Efficient Image Super-Resolution. The given text "
    "of SAFMN names no scale, so 3x is not confirmed by it; the catalog record lists 2x, 3x and "
    "4x.\n\n"
)

DRAFTS = (
    Draft(
        "plain prose with an example size",
        "000",
        f"""\
## 1. Task

You enlarged a photo to three times its height and width, which is single-image super-resolution. \
Interpolation would only average neighboring pixels and look blocky. For example, a 640×480 photo \
becomes 1920×1440, so there are nine times as many pixels and 8 out of 9 must be inferred.

## 2. Workflow

The low-resolution picture goes in as H×W×3. SISR-RCAN-3x extracts feature maps, refines them in \
residual groups with long and short skip connections, and weighs the channels with channel \
attention. At the end it adds the new pixels and returns 3H×3W×3.

What you gain is inferred from training pictures and is no proof of what was in front of the \
camera. HiTSR would need a high-resolution reference picture, so its PSNR/SSIM of 30.24/0.821 on \
SUN80 cannot be compared with RCAN.

## 3. References

{REFERENCES_000}""",
    ),
    Draft(
        "lists, numbered headings and arrows",
        "000",
        f"""\
### 1) What task is this?

- Task: single-image super-resolution, 3x.
- Your photo has fewer pixels than the result: one of nine is known.
- Terms such as PSNR, SSIM, bicubic interpolation, GPU and RGB are general vocabulary.

### 2) How would the workflow run?

**Input → Model → Output**

1. **Input**: the old phone photo (H×W, RGB)
2. **Model**: SISR-RCAN-3x
   1. shallow features: 64 maps
   2. 10 residual groups of 20 blocks, with channel attention
   3. pixel shuffle
3. **Output**: 3H×3W, RGB

Limits:

- RCAN was trained on bicubically shrunk pictures.
- CausalSR is the item about compound degradation; its authors report a gain of 0.86–1.21 dB PSNR.
- Dataset distillation shrinks the training set by 91.12 % at comparable performance.

### 3) Which papers and tools support this?

{REFERENCES_000}""",
    ),
    Draft(
        "bold headings and verbatim quotations",
        "000",
        f"""\
**1. Task**

The user wants to know why a 3× enlargement "stayed sharp instead of pixelated". The task is image \
super-resolution.

**2. Workflow**

Low-resolution photo → SISR-RCAN-3x → photo of three times the width and height.

About CausalSR, its text says: “our method consistently outperforms existing approaches by \
significant margins (0.86-1.21dB PSNR)”. HiTSR "attains state-of-the-art results without the need \
for purpose-built subnetworks". The study on dataset distillation found that "a 91.12% dataset \
size reduction can be achieved while maintaining comparable SR performance".

None of these figures is about RCAN, and they come from different data, so they give no ranking.

**3. References**

{REFERENCES_000}""",
    ),
    Draft(
        "a table of the items",
        "000",
        f"""\
# 1. Task

Super-resolution at a factor of 3.

# 2. Workflow

| Step | What happens |
|---|---|
| Input | low-resolution RGB picture, H×W×3 |
| Model | SISR-RCAN-3x with channel attention and skip connections |
| Output | 3H×3W×3 |

| Item | Reported figure |
|---|---|
| HiTSR | 30.24/0.821 on SUN80 |
| CausalSR | 0.86 to 1.21 dB PSNR above existing approaches |
| Dataset distillation | 91.12% smaller training set |

# 3. References

{REFERENCES_000}""",
    ),
    Draft(
        "numbered markers that part 3 defines",
        "000",
        """\
## 1. Task

Enlarging one photo 3x without seeing pixels is single-image super-resolution.

## 2. Workflow

A low-resolution RGB photo enters SISR-RCAN-3x [1], which passes smooth content along skip \
connections and concentrates on detail with channel attention [1]. The result is three times as \
wide and three times as high. A reference-based method reaches 30.24 dB PSNR and 0.821 SSIM on \
SUN80 [3].

## 3. References

[1] SISR-RCAN-3x. https://arxiv.org/pdf/1807.02758, https://github.com/yulunzhang/RCAN
[2] CausalSR: Structural Causal Model-Driven Super-Resolution with Counterfactual Inference. http://arxiv.org/pdf/2501.15852v1.pdf, https://github.com/Mnster00/CasualSR
[3] HiTSR: A Hierarchical Transformer for Reference-based Super-Resolution. http://arxiv.org/pdf/2408.16959v1.pdf, https://github.com/bia006/hitsr
[4] A Study in Dataset Distillation for Image Super-Resolution. http://arxiv.org/pdf/2502.03656v1.pdf
""",
    ),
    Draft(
        "arithmetic of moderate scales",
        "001",
        f"""\
## 1. Task

The task is to enlarge a low-resolution picture 2×, in other words super-resolution at a moderate \
scale. Doubling height and width gives four times as many pixels, so 3 of 4 have to be inferred; \
at 4x it would be 15 of 16. That is why a factor of 2 is comparatively easy.

## 2. Workflow

Input: a low-resolution RGB picture of H×W pixels.
Model: SISR-RCAN-2x. Smooth content takes skip connections, channel attention rescales the maps.
Output: a picture of 2H×2W pixels.

The microscopy paper is about an optical method: it replaces the confocal pinhole with an array \
of single-photon avalanche diodes, so it explains nothing about photos. RCAN's authors log 38.274 \
dB PSNR on Set5 for this scale.

## 3. References

{REFERENCES_001}""",
    ),
    Draft(
        "wrapped lines and numbers in words",
        "001",
        f"""\
1. Task the user is trying to perform

You have a low-resolution picture and want it twice as large, with detail.
This is super-resolution. Only one in four pixels of the result is measured,
the other three are predicted from what the network has learned.

2. Workflow (input → model → output)

The picture enters SISR-RCAN-2x. Ten residual groups of twenty blocks refine
64 feature maps at the size of the input, and only the last layers add the new
pixels, which keeps the work moderate. What comes out is 2H×2W.

Three further items were provided. HiTSR needs a second, high-resolution
picture of similar content. The dataset distillation study condenses the
training set by 91.12 percent while performance stays comparable. The third
one deals with fluorescence microscopy in 3D.

3. Relevant papers and tools

{REFERENCES_001}""",
    ),
    Draft(
        "an efficient item credited with its parameters",
        "002",
        f"""\
{FIT_002}## 1. Task

A phone app enlarged a picture 3×, with little battery drain. You ask how super-resolution \
networks are slimmed down.

## 2. Workflow

**Closest provided item**

1. Input: low-resolution picture, H×W×3
2. Model: SAFMN. Its SAFM block selects representative features, a convolutional channel mixer \
adds local context and mixes channels.
3. Output: enlarged picture

SAFMN has 3x fewer parameters than efficient methods such as IMDN and needs less computation, at \
comparable performance. Here "3x" counts parameters and is no enlargement factor.

**Recommended model**

Deblur-MSSNet-GoPro removes motion blur and keeps the size: H×W in, H×W out. It is not an \
upscaler.

## 3. References

{REFERENCES_002}""",
    ),
    Draft(
        "a vision transformer credited to its owner",
        "002",
        f"""\
{FIT_002}## 1. Task

Efficient super-resolution on a low-power device, asked about at 3x.

## 2. Workflow

SAFMN is built upon a vision transformer (ViT)-like block. “Within it, we first apply the SAFM \
block over input features to dynamically select representative feature representations.” The \
network is three times smaller than IMDN in terms of parameters.

CausalSR is about degradation and dataset distillation about training data; neither makes the \
deployed network cheaper. MSSNet removes blur from moving cameras, in three sizes from coarse to \
fine, and does not enlarge.

## 3. References

{REFERENCES_002}""",
    ),
    Draft(
        "texture without a scale in the question",
        "003",
        f"""\
## 1. Task

You enlarged vacation pictures and the textures came out clean. The task is super-resolution; you \
name no scale.

## 2. Workflow

A picture of H×W pixels enters SISR-RCAN-3x and leaves as 3H×3W. Suppose it has 400×300 pixels: \
the result has 1200×900. Long skip connections carry the smooth content, so the deep layers can \
work on high-frequency detail, which is what texture consists of.

SAFMN adds local context with its channel mixer. FeatSharp upsamples feature maps of vision \
encoders, most of which run at 224x224px, and is not meant for photos.

## 3. References

{REFERENCES_003}""",
    ),
    Draft(
        "sub-headings and nested lists",
        "003",
        f"""\
## 1. Task

- **Task:** image super-resolution
- **Angle:** fine texture on clothes and buildings

## 2. Workflow

### Input

A low-resolution RGB picture.

### Model: SISR-RCAN-3x

- residual groups
  - short skip connections inside
  - a long one around all of them
- channel attention

### Output

The picture at 3 times the height and 3 times the width, that is 9 times the pixels.

### Limits

- Each RCAN is made for one factor.
- The dataset distillation paper is about training data: 91.12% fewer training data at comparable performance.

## 3. References

{REFERENCES_003}""",
    ),
    Draft(
        "a hedged percentage credited to its owner",
        "004",
        f"""\
## 1. Task

The image was enlarged by 4x, which makes sixteen times as many pixels. You ask where the clarity \
comes from.

## 2. Workflow

Low-resolution image (H×W×3) → SISR-HAN-4x → sharp image (4H×4W×3). HAN weighs the outputs of all \
residual groups against each other (layer attention) and then weighs channels and positions \
together (channel-spatial attention).

The cytology paper reports an improvement of up to 25% in mean average precision (mAP) when \
super-resolution is part of the segmentation pipeline. The other application improves the \
binarization of documents. Both measure segmentation and neither explains clarity.

## 3. References

{REFERENCES_004}""",
    ),
    Draft(
        "figures in other wording",
        "004",
        f"""\
## 1. Task

Super-resolution at scale 4: for instance 500 x 400 becomes 2000 x 1600.

## 2. Workflow

1. Input: the small image
2. Model: SISR-HAN-4x, about 16 million parameters
3. Output: the image at 4 times the width and height

- As much as 25 % better mAP is what the veterinary cytology study states for segmentation.
- On SUN80, HiTSR achieves a PSNR of 30.24 dB together with an SSIM of 0.821, using a reference image.
- HAN does not need a reference image.

## 3. References

{REFERENCES_004}""",
    ),
    Draft(
        "links in the prose and in another spelling",
        "000",
        f"""\
## 1. Task

Single-image super-resolution at 3x.

## 2. Workflow

A small photo enters SISR-RCAN-3x ([paper](https://arxiv.org/pdf/1807.02758)) and leaves three \
times as wide and high.

## 3. References

{REFERENCES_000.replace("https://arxiv.org/pdf/1807.02758", "https://arxiv.org/abs/1807.02758")}""",
        "repaired",
        ("link_duplicate", "link_respelled"),
    ),
    Draft(
        "an opening sentence and a closing remark",
        "000",
        f"""\
Based on the provided models and papers, here is the analysis.

## 1. Task

Single-image super-resolution at 3x.

## 2. Workflow

A small photo enters SISR-RCAN-3x and leaves three times as wide and high.

## 3. References

{REFERENCES_000}
I hope this helps!""",
        "repaired",
        ("preamble",),
    ),
    Draft(
        "a reference list that forgets an item",
        "001",
        f"""\
## 1. Task

Super-resolution at 2x.

## 2. Workflow

A small picture enters SISR-RCAN-2x and leaves twice as wide and high.

## 3. References

{REFERENCES_001.partition("- **Super")[0]}""",
        "repaired",
        ("link_missing",),
    ),
)
