"""Words that mean the same in this field, by their stems."""

from __future__ import annotations

from assistant.text.stems import stem

_ALIKE = """
picture photo photograph image frame snapshot shot still | enlarge upscale upsample magnify upsize
enlargement upscaling upsampling blow super-resolve | shrink shrunk shrunken downscale downsample
| detail texture | sharp crisp clear clarity sharpness | blurry blur soft blurred unsharp | small
tiny little compact lightweight | big large heavy huge bulky | fast quick rapid speedy speed
quickly | slow slowly | factor scale | size dimension | wide width | high height tall | pixel dot
| trained train training learn learned learning taught | weight weigh rescale reweigh emphasize
emphasise | combine join merge fuse blend mix concatenate gather collect | begin start first
initial initially | end final last finally | give produce yield return output deliver generate
create synthesize | take accept receive input expect | use employ apply rely utilize utilise
exploit | remove clean suppress eliminate reduce strip lower decrease shed | restore repair
recover mend fix | show depict display | need require demand requirement | contain hold include |
cut split divide crop | phone smartphone mobile | weak low-power limited modest | computer machine
device hardware | video clip film footage | face portrait | draw paint render | guess infer invent
hallucinate imagine | predict estimate estimation prediction | compare comparison beside against |
license licence | data dataset corpus | damage degradation damaged degraded degrade spoil | noise
noisy grain grainy | compress compression jpeg | layer stage block | question ask asked want wish
request goal objective desired | answer reply | provide given provided state stated list | test
try tried | author creator | publish appear published | interpolation interpolate bicubic | filter
kernel | color colour coloring colouring coloration colorize colorized | gray grey | keep preserve
retain maintain stay unchanged remain leave intact | part portion piece region area patch | add
extra additional additionally | memory ram | parameter weights | increase grow raise gain improve
better improvement rise exceed surpass outperform | shrinkage fall drop loss lose | know known |
many several multiple numerous various | way manner | different other another differ | same
identical equal | real real-world actual | suit suitable fit fitting appropriate match | recommend
recommended advise suggest | select pick choose chosen choice selection | handle cope deal cover
address accommodate support | earlier previous existing previously | reach achieve obtain attain |
discriminator critic | artifact artefact | joint jointly simultaneously together | light
illumination lighting lit | bright brighten lighten brightened brightness | favor prefer preferred
favored | replace substitute swap | avoid prevent | compute computation computational calculate
calculation | cheap inexpensive low-cost | stabilize stable stability | allow permit enable let |
convert turn transform | whole entire complete full | person people participant human | plain
simple ordinary | similar resemble alike similarity | specific particular special | place position
location spot | individual separate separately apart | work process treat operate | guide steer
guidance | happen occur
"""
SAME = {stem(word): stem(group.split()[0]) for group in _ALIKE.split("|") for word in group.split()}
"""For each stem that of the word which stands for all that mean the same."""
