"""Short answers: each form of question gets its own, the answer first, from the records alone."""

from __future__ import annotations

import re

import pytest
from warm_index import warm

from assistant.answer import Answer
from assistant.catalog import Catalog, Model, of_data
from assistant.pipeline import Assistant


@pytest.fixture(scope="module")
def assistant(catalog: Catalog) -> Assistant:
    return Assistant(catalog, cache=warm())


QUESTIONS = [
    ("compare", "ESRGAN or Real-ESRGAN for old photos?", "For real photos ESRGAN's author sends"),
    ("compare", "EDSR vs RCAN vs SwinIR, which has the fewest parameters?", "^Take SwinIR"),
    ("compare", "Is RCAN any better than bicubic?", "usual baseline"),
    ("compare", "SAFMN or IMDN for a phone?", "3 times fewer parameters"),
    (
        "compare",
        "Should I pick CodeFormer or GFPGAN for faces?",
        "\\| License \\| .*S-Lab.* \\| Apache-2.0 \\|",
    ),
    ("compare", "lanczos vs bicubic", "(?s)Lanczos.*Bicubic"),
    ("compare", "PSNR or SSIM, which one should I trust?", "(?s)PSNR.*SSIM"),
    ("compare", "Which of your models is the quickest here?", "takes 1.[89] seconds"),
    ("compare", "NAFNet versus Restormer for denoising", "\\|  \\| NAFNet \\| Restormer \\|"),
    ("compare", "RCAN or FooSRNet for 4x?", "FooSRNet is not in this catalog"),
    ("concept", "what does pixel shuffle do?", "^Pixel shuffle rearranges"),
    ("concept", "explain LPIPS in plain words", "^LPIPS is the distance"),
    ("concept", "why does a high PSNR picture look blurry?", "^PSNR rewards smooth averages"),
    ("concept", "what is a receptive field and why should I care?", "^The receptive field is"),
    ("concept", "diffusion or GAN, what's the difference?", "(?s)diffusion model.*GAN trains"),
    ("concept", "Do I denoise before or after enlarging?", "clean first"),
    ("concept", "what does 4x actually mean?", "^The scale factor is"),
    ("fact", "Which license does HAN have?", "^The code of HAN is under Apache-2.0"),
    ("fact", "Can I use SwinIR in a commercial product?", "keep the license text"),
    ("fact", "In which year did HAN come out, and was it trained only on DIV2K?", "on DIV2K"),
    ("fact", "who made RCAN?", "^RCAN is by Yulun Zhang"),
    ("fact", "how many parameters does SAFMN have?", "^SAFMN has 227,820 parameters"),
    ("fact", "What was RCAN trained on?", "^RCAN was trained on DIV2K"),
    ("fact", "Where can I download the code of NAFNet?", "^The code of NAFNet is public"),
    ("fact", "When was ESRGAN published?", "2018"),
    ("fact", "does RCAN have 8x weights?", "^RCAN"),
    ("fact", "what scales does HAN offer?", "2x, 3x, 4x and 8x"),
    ("fact", "Is CodeFormer free for commercial use?", "non-commercial use only"),
    ("fact", "what PSNR does RCAN reach on Set5 at 4x?", "32.634"),
    ("fact", "how many pictures are in Set14?", "^Set14 is a test set of 14"),
    ("fact", "what was Upscale-A-Video trained on?", "not recorded"),
    ("fact", "Who wrote FooBarNet?", "^FooBarNet is not in this catalog"),
    (
        "feasibility",
        "Is it possible to recognize the burglar's face from 12 pixels?",
        "^No: a face of a few pixels",
    ),
    ("feasibility", "can an enlarged x-ray be used for diagnosis?", "(?s)^No.*Never diagnose"),
    (
        "feasibility",
        "can a court use an AI-enhanced photo?",
        "^No: an enlarged picture is no evidence",
    ),
    ("feasibility", "can you make the number plate in my dashcam video readable?", "^No"),
    (
        "feasibility",
        "can I enlarge a 100 pixel thumbnail to poster size?",
        "^No: a very small picture holds too little",
    ),
    (
        "feasibility",
        "Is there a way to get the original detail back?",
        "^No: what a picture no longer holds",
    ),
    ("feasibility", "could I upscale a movie on a laptop without a graphics card?", "weak devices"),
    ("trouble", "there are square lines all over the enlarged photo", "--tile 0"),
    ("trouble", "colors look different after upscaling", "color profile"),
    ("trouble", "the output image is just black", "--precision fp32"),
    ("trouble", "python gets killed when I run a 40 megapixel picture", "--tile 256"),
    ("trouble", "it takes 30 minutes per photo, what can I do?", "--backend ncnn"),
    ("trouble", "white halos around every edge", "less sharpened original"),
    ("trouble", "the skin looks like plastic", "takes pores and grain for noise"),
    ("trouble", "letters turned into gibberish", "check every letter"),
    ("trouble", "my result file is 200 MB", "--format jpg"),
    ("trouble", "how do I run it on a whole folder?", "sr-assistant run holiday/"),
    ("trouble", "does this tool work offline?", "nothing is uploaded"),
    ("trouble", "my HEIC photos are not read", "sr-assistant\\[heic\\]"),
    ("trouble", "the JPEG blocks got bigger after upscaling", "Clean first"),
    ("trouble", "how do I keep the EXIF data?", "EXIF and XMP"),
    ("trouble", "transparent background became black", "Keep PNG"),
    ("trouble", "how do I start it?", "sr-assistant run PHOTO"),
    ("trouble", "can I run both models?", "--model Deblur-MSSNet-GoPro,SISR-RCAN-2x"),
    ("outside", "who won the world cup?", "^This question lies outside"),
    ("outside", "write me a poem about spring", "^This question lies outside"),
    ("outside", "how do I cook rice?", "^This question lies outside"),
]


def of_form(assistant: Assistant, form: str, question: str) -> Answer:
    """The answer to a question that is read in this form."""
    wish = assistant.wish(question).model_copy(update={"form": form})
    request, _ = assistant.request(question, wish, 3)
    return assistant.answer(request, wish=wish)


@pytest.mark.parametrize(("form", "question", "holds"), QUESTIONS)
def test_a_question_is_answered_in_its_form(
    assistant: Assistant, form: str, question: str, holds: str
) -> None:
    """The answer first, nothing cut by the check, no headings, and sources where there are some."""
    answer = of_form(assistant, form, question)
    assert re.search(holds, answer.markdown)
    assert "## " not in answer.markdown
    assert answer.outcome in ("refused" if form == "outside" else "verified", "repaired")


def test_a_comparison_has_a_table_of_what_the_records_hold(assistant: Assistant) -> None:
    """One column a model, and what does not compare is said below it."""
    wish = assistant.wish("RCAN or HAN?").model_copy(update={"form": "compare"})
    request, _ = assistant.request("RCAN or HAN?", wish, 3)
    answer = assistant.answer(request, wish=wish)
    assert "| Parameters | 15,592,379 | 16,071,769 |" in answer.table
    assert "Published figures are recorded of RCAN only" in answer.table


def test_three_parts_are_given_where_they_are_asked_for(assistant: Assistant) -> None:
    """``parts`` wins over the form of the question."""
    answer = assistant.ask("Which license does HAN have?", parts=True)
    assert answer.markdown.count("\n## ") + answer.markdown.startswith("## ") == 3


def cleaned_and_enlarged(assistant: Assistant, question: str) -> Answer:
    """The answer to a question that needs both, however the reader takes it."""
    steps = ("denoising", "super-resolution")
    wish = assistant.wish(question)
    wish = wish.model_copy(update={"form": "recommend", "steps": steps, "task": steps[0]})
    request, _ = assistant.request(question, wish, 3)
    return assistant.answer(request, wish=wish)


def test_who_names_an_enlarger_gets_it(assistant: Assistant) -> None:
    """A blind one that is named stays in the series, and no other is offered for all of it."""
    question = "remove the noise first, then enlarge it 4x with Real-ESRGAN"
    answer = cleaned_and_enlarged(assistant, question)
    assert "Real-ESRGAN" in answer.recommended[-1].name
    assert "in one pass" not in answer.markdown


def test_a_model_that_does_all_steps_at_once_is_offered_first(assistant: Assistant) -> None:
    """A blind upscaler takes away what the other steps are for, with the reason and the command;
    the enlarger of the series is one for clean pictures."""
    answer = cleaned_and_enlarged(
        assistant, "my photo is noisy and too small, which models for 4x?"
    )
    lead = "Take SAFMN real (SISR-SAFMN-real-4x): it enlarges the picture and takes noise away"
    assert answer.task.startswith(lead)
    assert "made noisy and saved as JPEG" in answer.task
    assert ["denoising", "super-resolution"] == list(
        answer.workflow.tasks if answer.workflow else ()
    )
    assert "photo.jpg --model SISR-SAFMN-real-4x`" in answer.rendered
    enlarger = assistant.catalog.get(answer.recommended[-1].id)
    assert isinstance(enlarger, Model)
    assert not enlarger.blind


def test_several_steps_are_drawn_and_run_in_series(assistant: Assistant) -> None:
    """A chain shows each step with its model, why in this order, and a drawing."""
    answer = cleaned_and_enlarged(assistant, "my photo is noisy and small, what do I use?")
    assert "First comes image denoising with " in answer.task
    assert "so they are removed before it" in answer.task
    assert "You can leave out image denoising where the grain does not" in answer.explanation
    assert "```mermaid" in answer.rendered


def test_a_video_is_enlarged_by_a_model_for_video(assistant: Assistant) -> None:
    """Behind other steps, too, a model for photos is not preferred because it runs here."""
    answer = assistant.ask("denoise my 720x576 camcorder tapes, then bring them to 1080p")
    enlarger = assistant.catalog.get(answer.recommended[-1].id)
    assert isinstance(enlarger, Model)
    assert "video" in enlarger.subjects
    assert "super-resolution" == enlarger.task


def test_every_remedy_passes_the_check(assistant: Assistant) -> None:
    """What our own documentation says is stated, commands and numbers of models in them too."""
    troubles = [c for c in assistant.catalog.concepts if c.topic == "trouble"]
    answers = [assistant.ask(question) for c in troubles for question in c.example_questions[:2]]
    told = [a for a in answers if a.intent == "trouble"]
    assert len(told) > 0.9 * len(answers)
    assert [] == [a.question for a in told if a.outcome != "verified"]


def test_a_model_that_is_named_and_cannot_is_told_without_the_others(assistant: Assistant) -> None:
    """That GFPGAN does no segmentation says nothing of what the catalog can."""
    answer = assistant.ask("can GFPGAN segment a street scene?")
    assert answer.outcome == "verified"
    assert "No, GFPGAN does not fit." in answer.markdown
    assert "models of this catalog" not in answer.markdown


def test_a_fact_of_two_models_is_one_paragraph(assistant: Assistant) -> None:
    """A short answer that has nothing more to say ends there and is not thrown away."""
    answer = assistant.ask("how many parameters do HAN and RCAN have?")
    assert answer.outcome == "verified"
    assert "HAN has 15,924,057 parameters. RCAN has 15,444,667 parameters." in answer.markdown


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("are faces of twelve pixels ever recognizable again?", "many different people"),
        ("are the frames that were put in between real?", "was not recorded"),
        ("would the colors of a colorized photo be the true ones?", "cannot be found"),
        ("could a fully black night shot be lifted?", "recorded nothing but noise"),
        ("is it legal to remove a watermark from a photo?", "the law where you live"),
        ("can one make a five minute video from a text?", "No model is provided for text-to-video"),
    ],
)
def test_whether_something_can_be_done_is_told_by_what_is_known_of_it(
    assistant: Assistant, question: str, holds: str
) -> None:
    """How far it goes, or what of it was recorded, comes first: that a model exists is no yes."""
    answer = assistant.ask(question)
    assert answer.outcome == "verified"
    assert holds in answer.task
    assert "Yes" not in answer.task


ASKED = [
    (
        "compare",
        "SAFMN or RCAN if the electricity bill matters?",
        "^Take SAFMN: it has .* parameters",
    ),
    ("compare", "SwinIR or Real-ESRGAN, which invents less?", "^Take SwinIR: it draws no invented"),
    ("compare", "RCAN or Real-ESRGAN for a real phone photo?", "^Take Real-ESRGAN: .*not known"),
    (
        "compare",
        "CodeFormer or GFPGAN for a commercial product?",
        "^Take GFPGAN: its code is under",
    ),
    ("compare", "Noise2Void or CARE, I have no clean pictures", "^Take Noise2Void: .*paired data"),
    ("compare", "CARE with pairs or Noise2Void?", "^Take CSBDeep"),
    (
        "compare",
        "SwinIR or RCAN, PSNR on Set5?",
        "^Published figures of SwinIR are not recorded; RCAN is",
    ),
    ("compare", "does HAN need more parameters than RCAN?", "^HAN has 1.* parameters; RCAN has"),
    (
        "compare",
        "Zero-DCE or Retinexformer for a dark photo with lots of noise, which leaves less noise?",
        "^Zero-DCE brightens noise .*Retinexformer brightens dark photos and repairs the noise",
    ),
    ("compare", "How much faster is SAFMN than SwinIR at 2x?", "^SAFMN 2x takes .*SwinIR is not"),
    ("compare", "HAT or SwinIR if I only care about PSNR and have 24 GB?", "^Take HAT: .*fidelity"),
    (
        "concept",
        "What is test-time augmentation and is it worth the eightfold time?",
        "^Self-ensemble runs [^;]*\\. It gains a little",
    ),
    ("concept", "I get 31.2 dB PSNR on Set5 x4, is that good?", "^RCAN is published with .* Set5"),
    ("fact", "Is SUPIR allowed for commercial work?", "^No: SUPIR may be used non-comm"),
    ("fact", "may I sell prints made with Real-ESRGAN?", "^Yes: the code of Real-ESRGAN"),
    ("compare", "Compare a median filter with DnCNN", "^Median filter is not in this catalog"),
    ("compare", "wiener vs NAFNet for hiss", "^Wiener is not in this catalog"),
    ("fact", "how many residual groups has RCAN?", "^RCAN: Ten residual groups of 20 blocks"),
    ("fact", "does SwinIR use batch normalization?", "^Nothing recorded .* batch normalization"),
    ("fact", "is CodeFormer a diffusion model?", "^Nothing recorded .* a diffusion model"),
    ("fact", "Is Real-ESRGAN a GAN?", "^Yes: In training, a U-shaped critic"),
    ("fact", "from which university comes HAT?", "^Nothing recorded of HAT answers this"),
]


@pytest.mark.parametrize(("form", "question", "holds"), ASKED)
def test_it_opens_with_a_choice_or_says_that_nothing_recorded_decides(
    assistant: Assistant, form: str, question: str, holds: str
) -> None:
    """A judgment from the records comes first, or that there is none; the check cuts nothing."""
    answer = of_form(assistant, form, question)
    assert re.search(holds, answer.task)
    assert answer.findings == ()


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("May I use SwinIR commercially on my own dataset?", False),
        ("Can I sell what HAT makes of the data sets of our clients?", False),
        ("Is a model that I trained on my photos free for commercial use?", False),
        ("May I charge for running it on the dataset?", False),
        ("Is the code free while I keep my training data secret?", False),
        ("Can the dataset be used commercially?", True),
        ("May I sell it though it was trained on FFHQ?", True),
        ("Is its training data free for commercial use?", True),
        ("Is the dataset behind SAM free for business?", True),
        ("The model learned from CC BY-NC data.", True),
    ],
)
def test_the_data_of_a_model_are_not_those_of_the_user(text: str, models: bool) -> None:
    """A license of the training data is told only to who asks for that."""
    assert models == of_data(text)


def test_a_permission_for_own_data_is_one_of_the_model(assistant: Assistant) -> None:
    """It is answered by the license, not by that of the training data."""
    answer = of_form(assistant, "fact", "May I use SwinIR commercially on my own dataset?")
    assert answer.task.startswith("Yes: the code of SwinIR")
    assert "license of the training data" not in answer.markdown


def test_a_definition_keeps_the_names_in_what_follows(assistant: Assistant) -> None:
    """Definition and decision are sentences of the entry as they stand."""
    answer = of_form(assistant, "concept", "What is LPIPS and should I report it beside PSNR?")
    entry = assistant.catalog.get("lpips")
    assert entry
    assert answer.task.startswith(entry.does)
    told = answer.task.removeprefix(entry.does).strip()
    assert told.split("\n")[0] in {
        *(fact.text for fact in entry.facts),
        getattr(entry, "means", ""),
    }


def test_a_table_names_licenses_and_files_in_words(assistant: Assistant) -> None:
    """No file stands among the parameters, and no license as the catalog keeps it."""
    table = of_form(assistant, "compare", "CodeFormer or Real-ESRGAN?").table
    assert "the S-Lab license 1.0" in table
    assert "LicenseRef" not in table
    assert "MB file" not in table


@pytest.mark.parametrize("name", ["SwinIR", "swinir"])
def test_a_model_that_is_named_in_any_spelling_is_told_of(assistant: Assistant, name: str) -> None:
    """What its own record says comes first, whatever the capitals."""
    answer = of_form(assistant, "feasibility", f"Does {name} also cope with real camera noise?")
    assert answer.task.startswith("SwinIR")


UNKNOWN = [
    ("recommend", "remini gave my aunt new teeth, which face restorer can I use instead?"),
    ("explain", "Why did Remini invent teeth that my aunt never had?"),
    ("trouble", "Remini turned the colors of my photo green, what is wrong?"),
    ("feasibility", "Can Remini be used for a photo that a court looks at?"),
    ("compare", "Is Remini better than the best face restorer?"),
]


@pytest.mark.parametrize(("form", "question"), UNKNOWN)
def test_a_program_that_no_record_holds_is_named_as_unknown_first(
    assistant: Assistant, form: str, question: str
) -> None:
    """In every form, in one short sentence that no check cuts."""
    answer = of_form(assistant, form, question)
    assert answer.task.startswith("Remini is not in this catalog. ")
    assert answer.findings == ()


def test_how_an_unknown_program_works_is_told_in_general(assistant: Assistant) -> None:
    """No other model is explained as if it were the one that was asked of."""
    answer = of_form(assistant, "explain", "How does DLSS upscale the frames of a game?")
    assert ([], "") == ([*answer.recommended], answer.note)
    assert "names no model for this" in answer.explanation


@pytest.mark.parametrize(
    ("question", "cause"),
    [
        (
            "I converted my upscaler to fp16 and get black images on a 1660 Super",
            "overflow at half",
        ),
        ("CUDA out of memory at 97 % of the video, what do I change?", "follows the pixels"),
    ],
)
def test_a_trouble_of_other_code_gets_its_cause_and_no_command_of_ours(
    assistant: Assistant, question: str, cause: str
) -> None:
    answer = assistant.ask(question)
    assert ("trouble", ()) == (answer.intent, answer.findings)
    assert cause in answer.task
    assert "`" not in answer.markdown


def test_every_term_of_a_question_is_told(assistant: Assistant) -> None:
    answer = assistant.ask("LPIPS, DISTS, NIQE, MUSIQ: which of these measures need the original?")
    told = [f"{name} " in answer.markdown for name in ("LPIPS", "DISTS", "NIQE", "MUSIQ")]
    assert [True] * 4 == told


def test_an_explanation_begins_with_its_reason(assistant: Assistant) -> None:
    """With three parts, as prompt files want them, the task stands first."""
    question = "Why does a restorer give my grandmother brown eyes when hers were blue?"
    short, parts = assistant.ask(question), assistant.ask(question, parts=True)
    assert not short.task.startswith("The task is")
    assert "The task is" in short.task
    assert parts.task.startswith("The task is")


def test_what_alone_bears_on_a_comparison_decides_it(assistant: Assistant) -> None:
    """FILM is made for large motion, and nothing that RIFE states speaks of it."""
    question = "RIFE against FILM for a stop motion film with big jumps between frames"
    assert assistant.ask(question).markdown.startswith("Take FILM: it ")
