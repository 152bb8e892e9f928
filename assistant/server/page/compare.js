// Pictures of one thing on top of each other with a slider, or side by side; zoom and place are shared.

import { h } from "./dom.js";

const ZOOMS = [["Fit", 0], ["100 %", 1], ["200 %", 2], ["400 %", 4]];

export class Viewer {
  constructor(pictures) {
    this.pictures = pictures.map((p) => ({ ...p, url: URL.createObjectURL(p.blob) }));
    this.zoom = 0;
    this.split = 50;
    this.sides = false;
    this.right = pictures.length - 1;
    this.left = 0;
    this.loaded = Promise.all(this.pictures.map(async (p) => {
      p.image = new Image();
      p.image.src = p.url;
      await p.image.decode();
      [p.width, p.height] = [p.image.naturalWidth, p.image.naturalHeight];
    })).then(() => { this.wide = Math.max(...this.pictures.map((p) => p.width)); this.draw(); });
    this.stage = h("div", {});
    this.controls = h("div", { class: "row spread" });
    this.element = h("div", { class: "card", role: "group", "aria-label": "Compare" }, this.controls, this.stage);
  }

  fit() { this.apply(); }

  draw() {
    const choose = (label, side) => h("label", { class: "row" }, label, h("select", { onchange: (e) => { this[side] = Number(e.target.value); this.draw(); } },
      this.pictures.map((p, n) => h("option", { value: String(n), selected: n === this[side] }, p.label))));
    this.controls.replaceChildren(
      h("div", { class: "row", role: "group", "aria-label": "Zoom" }, ZOOMS.map(([text, zoom]) => h("button", { type: "button", "aria-pressed": String(zoom === this.zoom),
        class: zoom === this.zoom ? "primary" : "", onclick: () => { this.zoom = zoom; this.draw(); } }, text))),
      h("button", { type: "button", "aria-pressed": String(this.sides), onclick: () => { this.sides = !this.sides; this.draw(); } }, this.sides ? "Show a slider" : "Show side by side"),
      ...(this.sides ? [] : [h("div", { class: "row" }, choose("Left", "left"), choose("Right", "right"))]));
    this.stage.replaceChildren(...(this.sides ? this.side() : this.slider()));
    this.apply();
  }

  slider() {
    const [a, b] = [this.pictures[this.left], this.pictures[this.right]];
    const over = h("img", { src: a.url, alt: a.label, class: "over" });
    const edge = h("div", { class: "edge" });
    const under = h("img", { src: b.url, alt: b.label });
    const move = (value) => {
      this.split = value;
      over.style.clipPath = `inset(0 ${100 - value}% 0 0)`;
      edge.style.left = `${value}%`;
    };
    const range = h("input", { type: "range", class: "slide", min: "0", max: "100", value: String(this.split), "aria-label": `How much of ${a.label} is shown over ${b.label}`, oninput: (e) => move(Number(e.target.value)) });
    const stack = h("div", { class: "stack" }, under, over, edge);
    const drag = (event) => {
      if (event.buttons !== 1) return;
      const box = stack.getBoundingClientRect();
      move(Math.max(0, Math.min(100, (100 * (event.clientX - box.left)) / box.width)));
      range.value = String(this.split);
    };
    stack.addEventListener("pointerdown", drag);
    stack.addEventListener("pointermove", drag);
    stack.addEventListener("dragstart", (e) => e.preventDefault());
    move(this.split);
    return [range, h("div", { class: "viewer", tabindex: "0", role: "group", "aria-label": `${a.label} and ${b.label}` }, stack)];
  }

  side() {
    const panes = this.pictures.map((p) => h("figure", {}, h("div", { class: "viewer", tabindex: "0", role: "group", "aria-label": p.label }, h("div", { class: "stack" }, h("img", { src: p.url, alt: p.label }))), h("figcaption", { class: "dim" }, p.label)));
    const views = panes.map((pane) => pane.firstChild);
    for (const view of views) {
      view.addEventListener("scroll", () => {
        const [x, y] = [view.scrollLeft / view.scrollWidth, view.scrollTop / view.scrollHeight];
        for (const other of views) {
          if (other === view) continue;
          const [left, top] = [x * other.scrollWidth, y * other.scrollHeight];
          if (Math.abs(other.scrollLeft - left) > 1) other.scrollLeft = left;
          if (Math.abs(other.scrollTop - top) > 1) other.scrollTop = top;
        }
      });
    }
    return [h("div", { class: "panes" }, panes)];
  }

  apply() {
    for (const view of this.stage.querySelectorAll(".viewer")) {
      const room = view.clientWidth || 300;
      const zoom = this.zoom || Math.min(1, room / this.wide);
      view.classList.toggle("pixelated", zoom >= 4);
      for (const image of view.querySelectorAll("img")) {
        const own = this.pictures.find((p) => p.url === image.src);
        image.style.width = `${this.wide * zoom}px`;
        image.style.height = `${(own.height / own.width) * this.wide * zoom}px`;
      }
    }
  }
}
