"""The ways in which people name a factor, by number, word or two sizes, and what only looks so."""

from __future__ import annotations

import pytest

from assistant.question import Line, read_scales
from assistant.question.implied import implied

WAYS = """
4 | make this photo 4 times bigger
4 | I need my holiday picture four times larger please
2 | can you make it twice as wide
2 | double the size of this drawing
2 | please double my picture
3 | triple the resolution of the attached scan
4 | quadruple this sprite sheet for me
2 | upscale 2x
2 | x2 upscaling for anime screenshots
2 | 2X enlargement of a jpeg, which model
3 | enlarge by a factor of three
4 | a four-fold enlargement of a satellite tile
4 | fourfold bigger print of my dog
3 | threefold upscaling without blur
8 | blow it up to eight times its size
8 | 8x upscale of a tiny face crop
3 | from 640x480 to 1920x1440
4 | my avatar is 300 px and I want 1200 px
4 | turn a 300px icon into 1200px
3 | make my 720p 4K
2 | HD to 4K for my wedding film
2 | 1080p to 4k upscaling on a 3060
4 | 540p anime to 2160p
2 | I have a 2 MP photo and need 8 MP
2 | 3 megapixels up to 12 megapixels
2 | bring a 6MP photo to 24MP
1.5 | make it bigger by 50 %
1.5 | 50% larger, no artifacts
2 | scale up to 200%
2 | enlarge my comic to 200 percent
3 | at least 3x, more if it stays clean
3,4 | 3 or 4 times larger
2,4 | 2x or 4x upscaling?
2,3,4 | models for 2x, 3x and 4x
4 | my 480x270 clip should become 1920x1080
4 | 256x256 textures to 1024x1024
4 | 512 to 2048 texture upscale
4 | 512px to 2048px
2 | the file is 1000 pixels wide and the shop wants 2000 pixels
4 | my logo is 250 pixels wide, I want it 1000 pixels wide
3 | three times as large as it is now
2 | at double size
2 | to twice its dimensions
2 | to double its width and height
4 | increase the resolution fourfold
2 | Could you increase its resolution by two?
4 | super resolve 4x a photo of a fox
4 | ×4 super-resolution
4 | ４倍に拡大したい
2 | 画像を2倍にする
4 | 放大4倍
4 | 四倍に拡大
3 | Bitte mein Foto 3x vergrößern
2 | 2 times upscale, anime
2 | go from 960x540 to full hd
4 | 480x270 -> 1920x1080
2 | 1920×1080 → 3840×2160
2 | have: 1280x720. want: 2560x1440
4 | 400x300 in, 1600x1200 out
4 | needs to be 4000 px across, right now it's 1000 px
4 | it is 640 wide and must be 2560 wide
2.5 | 2.5x upscale for a 1024 wide render
1.5 | one and a half times larger
1.5 | 1.5x upscaling with waifu2x
2 | twice the resolution
2 | want it twice as big
2 | make my photo twice bigger
2 | twofold enlargement of an old slide
10 | ten times bigger poster from a stamp
16 | 16x face hallucination
4 | RCAN 4x for my game textures
3 | which network do I use for 3x on a phone?
4 | my phone pic upscaled x4 looks smooth, how does it work
3 | I upscaled an old phone photo 3x and it stayed sharp, how does this work?
2 | I resized it to double and the letters were still clean
4 | I enlarged a photo fourfold and it looked natural. principle?
4 | the app quadrupled the resolution of my selfie
2 | the picture doubled in size
4 | magnify it 4 times
4 | 4x magnification of a photo of a coin, digitally
4 | scale factor 4
4 | scale=4
2 | sf 2 pls
4 | with a scaling factor of 4
4 | upscaling ratio 4:1
3 | 3x bigger, thanks
4 | want 4x larger faces
4 | 320x240 webcam video to 1280x960
6 | 320 x 180 cctv to 1080p
4 | 4k from a 960x540 render
2 | upscale 4k to 8k
1.5 | 720p to 1080p
3 | 480p to 1440p
3 | from 360p to 1080p
2 | 720p footage in 1440p please
4.5 | 480p up to 4k
4 | 150 dpi scan to 600 dpi
2 | scanned with 300 dpi, would like 600 dpi
2 | 72 to 144 dpi
5 | A4 at 300 dpi from a 600x800 picture
3 | print a 1000x1500 photo 20x30 cm at 300 dpi
2 | 1800x1200 photo as a 12x8 inch print at 300 dpi
4 | it's a 64x64 icon, make it 256x256
4 | a 16x16 pixel art sprite at 64x64
8 | 32x32 to 256x256
2 | make a 100x100 thumbnail 200x200
3 | my picture is 500 pixels wide and has to be 1500
4 | enlarge from 800 to 3200 pixels
4 | 2000x1500 to 8000x6000 for a billboard
4 | can a 0.5 MP photo become 8 MP
1.33 | a third bigger
1.5 | half as big again
1.5 | make it half again as large
1.25 | a quarter larger
2 | increase by 100%
4 | 400% upscale
3 | 300 % of its size
1.2 | 20% bigger
2 | four times the pixels
4 | sixteen times as many pixels
2 | 4x the area
2 | double each side
3 | each side three times as long
4 | the width should grow from 500 to 2000
4 | 4 x upscale
4 | 4 X larger
3,4 | x3/x4 models
2 | is there something that makes small pictures two times larger
4 | RealESRGAN_x4plus in 4x or better
4 | my 4x result has seams, why
2 | 2x vs bicubic, worth it?
4 | want to go 4x with SwinIR
2 | first denoise then 2x
2 | colorize and make it twice the size
3 | remove the scratches and enlarge three times
4 | clean up jpeg blocks, then upscale by 4
2 | deblur it and double the size
4 | video upscaling 4x
2 | Could I please get my little drawing at twice its present size, for the school magazine?
4 | My aunt sent me this thing, all of 320 by 240, and I want it at 1280 by 960
4 | grandpa's portrait is 400 x 500, frame shop says 1600 x 2000 minimum
3 | the printer needs 3000 px on the long side, mine has 1000
2 | monitor is 3840x2160, the wallpaper only 1920x1080
4 | wallpaper 960x540 for a 4K monitor
2 | my wallpaper is full HD and the screen is 4K
2 | I've got a 1080p film and a 4K TV
3 | got 720p home videos, new tv is uhd
4 | want to see my 540p dashcam clip in 4k
3 | factor 3, manga scans
3 | need 3× for screenshots
2 | super-res my texture pack x2 in bulk
4 | SAFMN or SwinIR for 4x photos?
4 | does SAFMN do 4x?
8 | is 8x possible without inventing faces
4 | what's the smallest model for 4x
2 | will 2x fit into 4 GB of vram
3 | 3x on a raspberry pi
2,4 | which one supports both 2x and 4x
4 | I'd like it four times the size it has
4 | can i upscale a pic 4 times w/o it going to mush
4 | upscale by 4 and don't touch the faces
2 | x2, please, this is for a T-shirt
2 | please enlarge to 200 %
2 | i need an image twice as high and twice as wide
3 | thrice the size
2 | 2-fold
4 | a 4-times enlarged map
4 | 4-fold super-resolution for sentinel images
3 | three-times upsampling of thermal frames
4 | Vierfach vergrößern, 4x
2 | agrandir 2x une vieille photo
2 | 2배로 확대하고 싶어요
4 | 사진을 4배 키우고 싶어요
2 | 两倍放大
8 | 8倍超解像
4 | 解像度を４倍に
6 | print a 1000x1500 picture at 50x75 cm with 300 dpi
2 | a 30x40 cm print at 200 dpi of a 1200x1600 photo
4 | a 900x600 shot, 30 cm wide at 300 dpi
3 | 1200x800 photo, needs to be printed 30 cm wide
4 | poster of 24x36 inches at 150 dpi, my file has 900x1350 pixels
2 | 12 megapixels to 48 megapixels
2 | camera has 5 MP, stock agency wants 20 MP
3 | agency asks for 18 MP, I have 2 MP
2 | from 1.5mp to 6mp
4 | 128→512
4 | 64px → 256px
4 | GAN that goes from 64x64 to 256x256 faces
8 | 16 x 16 to 128 x 128
2.25 | 1024x768 to 2304x1728
1.5 | upscale 1280x720 to 1920x1080
1.25 | 125% scaling of a scanned map
1.3 | 1.3x enlargement
1.5 | fifty percent bigger
2 | a hundred percent larger
3 | enlarged threefold, which network
2 | doubling the size of a painting photo
4 | quadrupling the resolution of old maps
2 | double-size my pixel art
2 | a version double as large
2 | I need double the resolution
2 | print needs double the pixels on each side
2 | double width and height
3 | triple size
4 | 4x bigger and without jpeg squares
4 | make it 4 times as big and colorize it
2 | twice the size, half the noise
4 | blow this up 4x, the shot was at 10x zoom
2 | My picture from 3 years ago should be 2x as large
2 | taken by an iPhone 4, needs to be 2x
4 | RTX 3060, 4x, manga
4 | 3 pictures, 4x each
4 | tried 2x, looked ok, now I want 4x
4 | not 2x but 4x
4 | instead of 2x I need 4x
2 | at most 2x, more looks fake
2 | no more than 2x
3 | 3x or more
4 | up to 4x
2,3 | between 2x and 3x
2,4 | 2-4x
1.5,2 | 1.5 or 2 times
3.7 | scale 3.7
3.3 | can anything do a non-integer scale such as 3.3?
4 | quadruple the number of pixels per side
2 | 512² to 1024²
4 | 1K render to 4K texture
2 | 2K textures to 4K
2 | turn 1K textures into 2K ones
1.5 | from 1080 lines to 1620 lines
2 | full-HD footage on a 4K screen
2 | stock agency wants 24 megapixels and my camera has 6
1.5 | 150% of the original
1.5 | increase it by half
3 | bump it up to 300 percent
4 | up-res this by 4
2 | up-sample 2 times
4 | --scale 4
2 | double res
2 | twice the res
2 | twice as many pixels per side
3 | 3 times longer edges
4 | 4x per side
2 | 4x in area
2 | 4x by area
2 | four times the surface
4 | my picture is a quarter of the size I need
2 | it is half the size I need
3 | it's a third of the width it should be
2 | half as wide as the page needs it
2.5 | two-and-a-half times bigger
2.5 | 2 1/2 times as large
1.5 | 1½ times bigger
1.33 | larger by a third
1.25 | bigger by a quarter
1.3 | thirty percent larger
3,4 | is x3 or x4 better for faces
3 | treble the size
8 | octuple the resolution
5 | quintuple its size
2 | GSD from 10 m to 5 m
4 | from 10 m pixels to 2.5 m pixels
2.5 | 25 cm aerial pixels to 10 cm
4 | 40 nm pixels to 10 nm
4 | voxels of 4 mm should become 1 mm
5 | 5 mm slices to 1 mm slices
4 | you said 2x, I want 4x
4 | 2x isn't enough, 4x
4 | upscale *4
"""
NONE = """
I have 4 photos that are blurry
I tried three times and it's still dark
my 1080 Ti is slow
a photo from my iPhone 4
taken with a 5x zoom lens
microscope with a 10x objective
denoise at 40x magnification through the microscope
two people in the picture need to go
a double portrait of my parents
remove the double image of the lamp
I was born in 1960 and it is faded
ISO 3200 shots at f/2.8
a 1920x1080 video that flickers
3x3 kernel or 5x5?
it ran 3x faster before
my GPU has 4 GB
50% of the picture is black
10% off on prints?
is it 4 times slower than ESRGAN
2 of 3 pictures fail
twice I got an error
make a 4K wallpaper of a dragon
a 10x15 cm photo with scratches
I asked you twice
half of my face is in shadow
24 fps to 60 fps
30 to 60 frames per second
double exposure with ghosts
a triple chin from the lens
4x4 truck stuck in fog
the 2nd photo is blurry
a four-legged robot in snow
Canon R5 with 100-400 at 400 mm
scanned at 1200 dpi, dust everywhere
8 bit to 16 bit
4:2:0 chroma noise
my 2x2 Bayer mosaic
5 times sharper please
reduce it to 50%
shrink 4x
downscale by 2 then denoise
H.264 at 2 Mbit
a photo of a 6x9 negative, full of dust
the 5x telephoto of my phone is noisy
20x optical zoom, hazy mountain
photo of a 1:87 model train, blurred
3 times out of 4 the mask misses the ear
I've restarted 4 times, out of memory
ran it four times, same black output
thrice bitten by watermarks
two faces, one double chin
a times square night shot with grain
100x oil immersion, denoise the stack
63x objective, confocal, too dark
the 4x4 inch photo is scratched
shot at 1/60, moved
40 years old slide, color gone
a 35mm film scan full of grain
I paid 20% more for this noisy camera
3D model from 20 pictures
2x64 GB RAM, is that enough for colorizing
8x10 glass plate with cracks
4:3 to 16:9 by inventing the sides
speed it up 2x
play it back 4x slower
slow motion 8x
in slow motion at a quarter speed
30 to 120 fps
count how many times the dog jumps
2 passes of denoising?
my 1080p webcam is dark
a 4K drone video with fog
12 MP sensor, hot pixels
what does x4plus mean
group of 4, one blinked twice
half resolution proxies with blocks
double vision in the scanned page
a page from 1920 with 3 stains
JPEG at 30 % quality
crop to 512x512
tile size 512 or 256
patch 48x48 in training
batch of 16 with 64 channels
3 epochs of training
learning rate 2 times lower
PSNR went from 28 to 30
a 2-minute clip, 24 fps
Nikon 70-200 at 200, moved
16 bit to 8 bit banding
90% of the faces are fine
1 of 2 eyes is closed
it takes 4 times as long
increase brightness 3 times
shot through a 10x loupe
double the brightness
a 5 px motion blur
JPEG quality 10
raise exposure by 2 stops
sigma 25 noise
remove 4 people
a 2x4 plank with scratches
"""


def _factors(text: str) -> tuple[float, ...]:
    """What an enlargement would be given: the factors named, else what two sizes imply."""
    line = Line(text)
    if named := read_scales(line).factors:
        return tuple(sorted(named))
    found = implied(line)
    return (found[0],) if found else ()


@pytest.mark.parametrize("row", WAYS.strip().splitlines())
def test_a_factor_is_read_in_all_the_ways_people_say_it(row: str) -> None:
    """Times, folds, doubles, percent, sizes, prints, megapixels, dpi; in CJK as in English."""
    factors, _, text = row.partition(" | ")
    assert _factors(text) == pytest.approx(tuple(map(float, factors.split(","))), rel=0.02)


@pytest.mark.parametrize("text", NONE.strip().splitlines())
def test_numbers_of_other_things_are_no_factors(text: str) -> None:
    """Counts, tries, cameras, lenses, speeds, cards and years enlarge nothing."""
    assert _factors(text) == ()
