// The Markdown that our answers use, as elements. Unknown markup stays text.

import { h, link } from "./dom.js";

const INLINE = /\\([\\`*_[\]<>~|#.-])|`([^`]+)`|\*\*(.+?)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)|(https?:\/\/[^\s<>"]+)/g;

/** The inline markup of a line. */
export function inline(text) {
  const found = [];
  let at = 0;
  for (const m of text.matchAll(INLINE)) {
    if (m.index > at) found.push(text.slice(at, m.index));
    at = m.index + m[0].length;
    if (m[1]) found.push(m[1]);
    else if (m[2]) found.push(h("code", {}, m[2]));
    else if (m[3]) found.push(h("strong", {}, inline(m[3])));
    else if (m[4]) found.push(h("em", {}, inline(m[4])));
    else if (m[6]) found.push(link(m[6], m[5]));
    else {
      const url = m[7].replace(/[.,;:!?)]+$/, "");
      at -= m[7].length - url.length;
      found.push(link(url));
    }
  }
  if (at < text.length) found.push(text.slice(at));
  return found;
}

const BULLET = /^(\s*)(?:[-*]|\d+\.)\s+(.*)$/;

/** A whole text; `base` is the level of its first headings. */
export function markdown(text, base = 3) {
  const lines = text.split("\n");
  const out = h("div", { class: "text" });
  for (let n = 0; n < lines.length;) {
    const line = lines[n];
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (!line.trim()) n += 1;
    else if (heading) {
      out.append(h(`h${Math.min(6, base - 2 + heading[1].length)}`, {}, inline(heading[2])));
      n += 1;
    } else if (/^\s*\|/.test(line)) n = table(lines, n, out);
    else if (BULLET.test(line)) n = list(lines, n, out);
    else if (line.startsWith("> ")) {
      out.append(h("blockquote", {}, inline(line.slice(2))));
      n += 1;
    } else {
      const paragraph = [];
      while (n < lines.length && lines[n].trim() && !BULLET.test(lines[n]) && !/^(#|\s*\||> )/.test(lines[n])) {
        paragraph.push(lines[n++]);
      }
      out.append(h("p", {}, inline(paragraph.join(" "))));
    }
  }
  return out;
}

function list(lines, n, out) {
  const ordered = /^\s*\d+\./.test(lines[n]);
  const depth = BULLET.exec(lines[n])[1].length;
  const items = h(ordered ? "ol" : "ul", {});
  while (n < lines.length) {
    const found = BULLET.exec(lines[n]);
    if (!found || found[1].length < depth) break;
    if (found[1].length > depth && items.lastChild) {
      n = list(lines, n, items.lastChild);
    } else {
      items.append(h("li", {}, inline(found[2])));
      n += 1;
    }
  }
  out.append(items);
  return n;
}

function table(lines, n, out) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((c) => c.trim());
  const rows = [];
  while (n < lines.length && /^\s*\|/.test(lines[n])) rows.push(cells(lines[n++]));
  const [head, ...body] = rows.filter((row) => !row.every((c) => /^:?-+:?$/.test(c)));
  const titled = head.some((c) => c);
  out.append(h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": titled ? `Table: ${head.filter((c) => c).join(", ")}` : "Table of facts" }, h("table", {},
    titled ? h("thead", {}, h("tr", {}, head.map((c) => h("th", { scope: "col" }, inline(c))))) : null,
    h("tbody", {}, body.map((row) => h("tr", {}, row.map((c, i) => (
      i === 0 && !titled ? h("th", { scope: "row" }, inline(c)) : h("td", {}, inline(c))))))))));
  return n;
}
