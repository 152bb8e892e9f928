// The chat: conversations on the left, the one that is open, and the box to type in.

import { $, failure, h, measured, save, say, takesDrops } from "./dom.js";
import { call, events, json, look, post, ready } from "./api.js";
import { Growing, spoken, whole } from "./answer.js";
import { markdown } from "./markdown.js";

const EXAMPLES = [
  "Which model do I use for 3x on a phone?",
  "Grandma's photo is tiny and scratched, what do I do?",
  "RCAN or HAN?",
  "I upscaled an old phone photo 3x and it stayed sharp, how does this work?",
];
const NEXT = { ask: ["Why that one?", "What can go wrong?", "Which paper says so?", "Is it fast on a phone?"] };
const state = { name: null, picture: null, found: null, stop: null };
let root;

export async function open(place, { rest, fresh }) {
  root = place;
  if (!place.firstChild) build();
  if (fresh && matchMedia("(pointer: fine)").matches) $("#question", root).focus({ preventScroll: true });
  const wanted = rest[0] || null;
  if (wanted !== state.name || (!wanted && !$(".turn", root))) await show(wanted);
  listed();
}

function build() {
  const box = h("textarea", { id: "question", name: "question", rows: 1, maxlength: "4000", required: true,
    placeholder: "What is wrong with your picture?", onkeydown: (e) => {
      if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); box.form.requestSubmit(); }
    }, oninput: fitBox });
  const file = h("input", { type: "file", id: "ask-picture", accept: "image/*", class: "hidden", tabindex: "-1",
    "aria-hidden": "true", onchange: () => attach(file.files[0]) });
  const form = h("form", { id: "asking", class: "composer", onsubmit: (e) => { e.preventDefault(); send(box.value); } },
    h("div", { id: "attached", hidden: true }),
    h("label", { for: "question", class: "hidden" }, "Your question"), box,
    h("div", { class: "row spread" },
      h("button", { type: "button", onclick: () => file.click() }, "Add a picture"), file,
      h("span", { class: "row" },
        h("button", { type: "button", id: "stop", hidden: true, onclick: () => state.stop?.abort() }, "Stop"),
        h("button", { class: "primary", id: "send" }, "Ask"))));
  takesDrops(form, (files) => attach(files[0]));
  box.addEventListener("paste", (e) => { if (e.clipboardData.files[0]) attach(e.clipboardData.files[0]); });
  root.append(
    h("aside", { class: "side" },
      h("details", { id: "talks" }, h("summary", {}, "Conversations"),
        h("p", {}, h("a", { class: "button", href: "#/ask", id: "new", onclick: () => { state.name = null; show(null); } }, "New conversation")),
        h("ul", { id: "names", class: "plain" }))),
    h("div", { class: "talk" }, h("h1", { class: "hidden" }, "Ask"), h("div", { id: "turns" }), form));
  const talks = $("#talks", root);
  const wide = matchMedia("(min-width: 1000px)");
  const toggle = () => { talks.open = wide.matches; };
  wide.addEventListener("change", toggle);
  toggle();
}

function fitBox(event) {
  const box = event?.target ?? $("#question", root);
  box.style.height = "auto";
  box.style.height = `${Math.min(200, box.scrollHeight)}px`;
}

async function show(name) {
  state.stop?.abort();
  state.name = name;
  const turns = $("#turns", root);
  if (!name) {
    turns.replaceChildren(welcome());
    return;
  }
  turns.replaceChildren(h("p", { class: "dim" }, "Loading the conversation ..."));
  try {
    const found = await json(`/api/conversations/${encodeURIComponent(name)}`);
    turns.replaceChildren(...found.turns.map(({ message, reply }) => turn(message, (place) => (
      place.append(...(reply.answer ? whole(reply.answer, actions(reply.answer)) : [markdown(reply.text, 3)]))))));
    suggest(found.turns.at(-1)?.reply);
    if (found.turns.length > 1) turns.lastElementChild.scrollIntoView({ block: "start" });
  } catch (error) {
    state.name = null;
    turns.replaceChildren(failure(error), welcome());
  }
}

function welcome() {
  return h("div", { class: "welcome" },
    h("h2", {}, "Which model makes your picture better?"),
    h("p", {}, "Ask in plain English. The answer says first whether a model fits, explains what happens to your picture, and cites only what is in the catalog. Nothing leaves this machine."),
    h("p", { class: "row" }, EXAMPLES.map((text) => h("button", { type: "button", class: "chip", onclick: () => send(text) }, text))));
}

async function listed() {
  const names = $("#names", root);
  let found = [];
  try {
    found = await json("/api/conversations");
  } catch {
    return;
  }
  names.replaceChildren(...found.slice(0, 50).map((one) => h("li", { class: one.name === state.name ? "current" : "" },
    h("a", { href: `#/ask/${encodeURIComponent(one.name)}`, title: one.first, "aria-current": one.name === state.name ? "true" : null },
      one.first.slice(0, 60), h("span", { class: "dim small" }, ` ${one.updated.slice(0, 10)}`)),
    h("span", { class: "row tools" },
      h("button", { type: "button", class: "plain-button", "aria-label": `Save ${one.first.slice(0, 40)}`, onclick: () => keep(one.name) }, "Save"),
      h("button", { type: "button", class: "plain-button", "aria-label": `Delete ${one.first.slice(0, 40)}`, onclick: () => forget(one) }, "Delete")))));
  if (!found.length) names.append(h("li", { class: "dim" }, "None yet. They are kept on this machine."));
}

async function keep(name) {
  const path = `/api/conversations/${encodeURIComponent(name)}/export?form=md`;
  save(await (await call(path)).blob(), `${name}.md`);
}

async function forget(one) {
  if (!confirm(`Delete this conversation?\n\n${one.first.slice(0, 100)}`)) return;
  await call(`/api/conversations/${encodeURIComponent(one.name)}`, { method: "DELETE" });
  say("Deleted.");
  if (one.name === state.name) location.hash = "#/ask";
  await listed();
}

function turn(message, fill) {
  const body = h("div", { class: "reply" });
  const element = h("article", { class: "turn", "aria-label": message.slice(0, 80) },
    h("h2", { class: "asked" }, h("span", { class: "hidden" }, "You asked: "), message), body);
  fill?.(body);
  return element;
}

async function send(text) {
  text = text.trim();
  if (!text || state.stop) return;
  if (state.found) {
    text = `${text} ${state.found.sentence}`; // said once: follow-ups are about the same picture
    state.found = null;
    $("#attached", root).hidden = true;
  }
  const turns = $("#turns", root);
  if (!$(".turn", turns)) turns.replaceChildren();
  $(".next", turns)?.remove();
  const element = turn(text);
  const place = $(".reply", element);
  place.append(h("p", { class: "dim waiting" }, "Looking in the catalog ..."));
  turns.append(element);
  element.scrollIntoView({ block: "start" });
  const box = $("#question", root);
  box.value = "";
  fitBox();
  busy(true);
  let growing = null;
  try {
    await ready();
    const response = await post("/api/chat", { message: text, conversation: state.name }, { signal: state.stop.signal });
    growing = new Growing(place);
    for await (const [name, data] of events(response)) {
      if (name === "done") {
        growing.done(data.reply, data.reply.answer ? actions(data.reply.answer) : []);
        ended(data);
      } else {
        growing.add(name, data);
        if (name === "fit" && data.recommended.length) say(`${spoken(data.fit.verdict)}: ${data.recommended.map((r) => r.name).join(", then ")}.`);
      }
    }
  } catch (error) {
    if (error.name === "AbortError") (growing ?? new Growing(place)).stopped();
    else {
      if (!growing) place.replaceChildren();
      place.append(failure(error, () => { element.remove(); send(text); }));
    }
  } finally {
    busy(false);
  }
}

function ended(data) {
  const fresh = state.name !== data.conversation;
  state.name = data.conversation;
  if (fresh) history.replaceState(null, "", `#/ask/${encodeURIComponent(data.conversation)}`);
  say(data.reply.answer ? "The answer is complete." : data.reply.text.split("\n")[0].slice(0, 200));
  suggest(data.reply);
  $(".turn:last-child", root).scrollIntoView({ block: "start" });
  listed();
}

function suggest(reply) {
  if (!reply?.model) return;
  const scale = /(\d)x$/i.exec(reply.model)?.[1];
  const more = scale && scale !== "4" ? ["And for 4x?"] : [];
  $(".turn:last-child", root)?.append(h("p", { class: "next row", role: "group", "aria-label": "Ask next" },
    [...NEXT.ask.slice(0, 3), ...more].map((text) => h("button", { type: "button", class: "chip", onclick: () => send(text) }, text))));
}

function busy(on) {
  state.stop = on ? new AbortController() : null;
  $("#stop", root).hidden = !on;
  $("#send", root).disabled = on;
}

function actions(answer) {
  const graph = answer.workflow.graph;
  const models = graph?.nodes.filter((n) => n.role === "model") ?? [];
  const runs = models.length && models.every((n) => n.model);
  if (!runs && !state.picture) return [];
  const hand = () => {
    if (runs) sessionStorage.setItem("workflow", JSON.stringify(graph));
    window.handed = state.picture;
    location.hash = runs ? "#/try?workflow=1" : "#/try";
  };
  const text = runs ? `Run this on ${state.picture ? "your" : "a"} picture` : "Try models that run here on your picture";
  return [h("button", { type: "button", class: runs ? "primary" : "", onclick: hand }, text)];
}

async function attach(file) {
  if (!file) return;
  const place = $("#attached", root);
  state.picture = file;
  state.found = null;
  const image = h("img", { src: URL.createObjectURL(file), alt: "", class: "thumb" });
  const seen = h("div", {}, h("p", { class: "dim small" }, "Looking at it ..."));
  place.replaceChildren(h("div", { class: "row" }, image, h("span", {}, file.name), h("button", { type: "button", onclick: () => {
    state.picture = state.found = null;
    place.hidden = true;
  } }, "Remove")), seen);
  place.hidden = false;
  try {
    const found = await look(file);
    if (state.picture !== file) return;
    state.found = found;
    seen.replaceChildren(measured(found));
    say(`Looked at ${file.name}: ${found.faults.map((f) => f.text).join("; ") || "nothing is wrong with it"}.`);
    const box = $("#question", root);
    if (!box.value) box.placeholder = "What do you want to do with it?";
  } catch (error) {
    seen.replaceChildren(failure(error));
  }
}
