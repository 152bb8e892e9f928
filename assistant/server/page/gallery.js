// The ideas of cited papers at work: what each demonstration is and is not, its sheet and figures.

import { $, failure, h, link, plural, say } from "./dom.js";
import { call, events, json, ready } from "./api.js";

let root;
let held = null;
let stop = null;

export async function open(place, { rest }) {
  root = place;
  stop?.abort();
  if (!held) {
    root.replaceChildren(h("h1", {}, "Gallery"), h("p", { class: "dim" }, "Opening the gallery ..."));
    try {
      await ready();
      held = await json("/api/demos");
    } catch (error) {
      root.replaceChildren(h("h1", {}, "Gallery"), failure(error, () => open(place, { rest })));
      return;
    }
  }
  if (rest[0]) one(rest[0]);
  else all();
}

const told = (name) => (name[0].toUpperCase() + name.slice(1)).replaceAll("-", " ").replace(/ sr$/, " SR");
const address = (demo) => `#/gallery/${demo.name}`;
const short = (seconds) => (seconds < 1 ? "less than a second" : plural(Math.round(seconds), "second"));
const picture = (demo, src, props) => h("img", { src, width: demo.size[0], height: demo.size[1], ...props });

function all() {
  root.replaceChildren(h("h1", {}, "Gallery"),
    h("p", {}, "The idea of each cited paper at work, small and seeded. None reproduces a paper's model; each says what it is not. ",
      "Figures and pictures are those that ship with this version. Each demonstration runs here, too."),
    h("ul", { class: "cards demos" }, held.map((demo) => h("li", { class: "reference record" },
      picture(demo, demo.picture, { class: "demo-thumb", alt: "", loading: "lazy" }),
      h("h2", {}, h("a", { href: address(demo) }, told(demo.name))), h("p", {}, demo.idea),
      h("p", { class: "dim small" }, demo.figures[0].text)))));
}

function one(name) {
  const back = h("p", {}, h("a", { href: "#/gallery" }, "← Gallery"));
  const demo = held.find((d) => d.name === name);
  if (!demo) {
    root.replaceChildren(back, h("h1", {}, name), failure({ message: "There is no demonstration of that name.", hint: "The gallery shows all of them." }));
    return;
  }
  document.title = `${told(name)} · sr-assistant`;
  root.replaceChildren(back, h("article", { class: "card demo" }, h("h1", {}, told(name)),
    h("p", {}, "In the spirit of ", demo.paper ? link(demo.paper, demo.title) : demo.title, ". ",
      h("a", { href: `#/catalog/${encodeURIComponent(demo.record)}` }, "Its record")),
    h("dl", {}, [["The idea", demo.idea], ["What this shows", demo.shows], ["What it is not", demo.is_not], ["Measured", demo.measured]]
      .map(([what, text]) => h("div", {}, h("dt", {}, what), h("dd", {}, text)))),
    h("p", { class: "row" }, h("button", { type: "button", class: "primary", id: "run-demo", onclick: () => run(demo) }, "Run it here"),
      h("button", { type: "button", id: "stop-demo", hidden: true, onclick: () => stop?.abort() }, "Stop"), h("code", {}, demo.command)),
    h("div", { id: "demo-doing" }),
    h("div", { id: "demo-shown" }, outcome(demo, demo.figures, demo.picture, "As it ships with this version"))));
}

function outcome(demo, figures, src, where) {
  const sign = (f) => (f.gain > 0 ? ["fits", "+"] : f.gain < 0 ? ["mismatch", "−"] : ["partly", "="]);
  return [h("h2", { id: "demo-title", tabindex: "-1" }, where),
    h("ul", { class: "plain figures" }, figures.map((f) => h("li", {}, h("span", { class: `sign is-${sign(f)[0]}`, "aria-hidden": "true" }, sign(f)[1]), f.text))),
    h("a", { href: src, target: "_blank", rel: "noopener" }, picture(demo, src, { class: "demo-sheet", alt: `The sheet of ${told(demo.name)}, labelled; opens in its own tab` }))];
}

async function run(demo) {
  const own = stop = new AbortController();
  const doing = $("#demo-doing", root);
  const bar = h("progress", { "aria-label": "Progress", max: Math.max(1, demo.seconds) });
  const line = h("p", {}, "Waiting for a free worker ...");
  let began = 0;
  const clock = setInterval(() => {
    const passed = (Date.now() - began) / 1000;
    if (!began) return;
    if (passed < demo.seconds) bar.value = passed;
    else bar.removeAttribute("value");
    line.textContent = `Running for ${short(passed)}; it took ${short(demo.seconds)} where it was made. Stop ends it at once.`;
  }, 250);
  busy(true);
  doing.replaceChildren(line, bar);
  say("Running.");
  try {
    const response = await call(`/api/demos/${demo.name}?stream=true`, { method: "POST", signal: own.signal });
    for await (const [name, data] of events(response)) {
      if (name === "start") began = Date.now();
      else if (name === "done") await done(demo, data);
    }
    doing.replaceChildren();
  } catch (error) {
    const stopped = error.name === "AbortError";
    doing.replaceChildren(stopped ? h("p", { class: "dim" }, "Stopped. Nothing was kept.") : failure(error, () => run(demo)));
    if (stopped) say("Stopped.");
  } finally {
    clearInterval(clock);
    if (stop === own) busy(false);
  }
}

async function done(demo, data) {
  const src = URL.createObjectURL(await (await call(data.picture)).blob());
  const same = data.figures.every((f, n) => f.text === demo.figures[n]?.text);
  const where = `Made here in ${short(data.seconds)}${same ? "; every figure is the one that ships" : ""}`;
  if (!location.hash.endsWith(`/${demo.name}`)) return;
  $("#demo-shown", root).replaceChildren(...outcome(demo, data.figures, src, where));
  $("#demo-title", root).focus({ preventScroll: true });
  say(`${told(demo.name)} is done.`);
}

function busy(on) {
  if (!on) stop = null;
  const [start, end] = [$("#run-demo", root), $("#stop-demo", root)];
  if (!start) return;
  start.disabled = on;
  end.hidden = !on;
}
