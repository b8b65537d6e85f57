// A click on [n] opens its turn's sources, brings the card into view and flashes it. (Gradio's
// <base> would make a reload of a bare fragment link.)
function jump(link) {
  const target = document.getElementById(link.dataset.jump);
  if (!target) return;
  const turn = target.closest("section[data-turn]");
  for (const section of turn ? turn.parentElement.children : []) section.hidden = section !== turn;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  target.focus({ preventScroll: true });
  target.classList.remove("cw-flash");
  void target.offsetWidth;
  target.classList.add("cw-flash");
}

// What a button's data-copy holds, or the text of the element that data-copy-of names.
async function copy(button) {
  const { copy: text, copyOf } = button.dataset;
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(text ?? document.getElementById(copyOf).innerText);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not copied: the browser forbids it";
  }
  setTimeout(() => { button.textContent = words; }, 1600);
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("[data-jump], [data-act]");
  if (!link) return;
  event.preventDefault();
  if (link.dataset.jump) jump(link);
  else if (link.dataset.act === "copy") copy(link);
  else if (link.dataset.act === "picture") show(link.dataset);
  else {
    const to = link.dataset.to ? `citewell-${link.dataset.to}` : "citewell";
    document.dispatchEvent(new CustomEvent(to, { detail: { ...link.dataset } }));
  }
});

// A new question moves to the top of the chat.
let shown = 0;
let within = false;
new MutationObserver(() => {
  // Gradio calls the examples a list, and gives it no items.
  document.querySelector("#cw-chat .examples[role=list]")?.setAttribute("role", "group");
  const bubbles = document.querySelectorAll("#cw-chat :is(.cw-question, .cw-answer)");
  const settled = [...bubbles].filter((bubble) => !bubble.matches(".cw-waiting"));
  if (settled.length === shown) return;
  shown = settled.length;
  const waits = [...bubbles].findIndex((bubble) => bubble.matches(".cw-waiting"));
  const stays = within; // what is asked again stands where it stood
  within = waits >= 0 && waits < bubbles.length - 1;
  for (const bubble of bubbles) {
    const message = bubble.closest("[data-testid]");
    message?.setAttribute("role", "group");
    message?.setAttribute("aria-label", bubble.matches(".cw-question") ? "Question" : "Answer");
  }
  if (within || stays) return;
  document.getElementById("cw-sources-column")?.scrollTo(0, 0);
  const newest = [...document.querySelectorAll("#cw-chat .user-row")].at(-1);
  const log = newest?.closest("[role=log]");
  log?.scrollBy({ top: newest.getBoundingClientRect().top - log.getBoundingClientRect().top - 8 });
}).observe(document.documentElement, { childList: true, subtree: true });

// An element with properties and children: strings among these become text, never markup.
function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function button(words, properties = {}, data = {}) {
  const made = make("button", { type: "button", className: "cw-act", ...properties }, words);
  Object.assign(made.dataset, data);
  return made;
}

// A page's picture, asked of the server; `large` for one of more pixels.
function pictured(told, large = false) {
  return window.citewell.picture({
    document: told.document, page: Number(told.page), start: Number(told.start),
    end: Number(told.end), large,
  }).catch(() => ({ error: "The connection is lost: load this window again." }));
}

// The picture with the quotation's lines marked on it, whatever size it is shown in.
function sheetOf(page) {
  const share = (part, whole) => `${(100 * part) / whole}%`;
  const picture = Object.assign(new Image(page.width, page.height), {
    src: page.src, alt: `Page ${page.page} of ${page.pages}`,
  });
  return make("div", { className: "cw-sheet" }, picture, ...page.marks.map((box) => {
    const mark = make("mark");
    const [left, top, width, height] = box;
    Object.assign(mark.style, {
      left: share(left, page.width), top: share(top, page.height),
      width: share(width, page.width), height: share(height, page.height),
    });
    return mark;
  }));
}

// What stands in the middle: the first mark, or where there is none the page's top.
async function showMark(sheet) {
  await sheet.querySelector("img").decode().catch(() => {});
  const first = sheet.querySelector("mark");
  (first ?? sheet).scrollIntoView({ block: first ? "center" : "start", inline: "center" });
}

// A page of a document below its source; pages can be turned, and the picture enlarged.
async function show(told) {
  const into = document.getElementById(told.into);
  into.hidden = false;
  into.replaceChildren(make("p", {}, "Drawing the page…"));
  const page = await pictured(told);
  if (page.error) {
    into.replaceChildren(make("p", {}, page.error));
    return;
  }
  const turn = (by, name) => button(
    name, { disabled: by < 1 || by > page.pages }, { ...told, page: by, act: "picture" },
  );
  const larger = button("Enlarge", { onclick: () => enlarge(into, page, told, larger) });
  const close = button("Close the page", {
    onclick: () => {
      into.hidden = true;
      into.replaceChildren();
      into.closest("article").querySelector("[data-act=picture]")?.focus();
    },
  });
  const sheet = sheetOf(page);
  sheet.onclick = () => larger.click();
  into.replaceChildren(
    make("figcaption", { className: "cw-acts" },
      turn(page.page - 1, "Previous page"), turn(page.page + 1, "Next page"), larger, close),
    make("p", {}, page.says),
    sheet,
  );
  showMark(sheet);
}

// The picture as wide as the window, or twice that; sharper as soon as the server has drawn it.
async function enlarge(figure, page, told, opener) {
  const sheet = sheetOf(page);
  const view = make("div", { className: "cw-view", tabIndex: 0 }, sheet);
  view.setAttribute("role", "group");
  view.setAttribute("aria-label", `Page ${page.page}, enlarged`);
  const dialog = make("dialog", { className: "cw-large" });
  dialog.setAttribute("aria-label", page.says);
  const zoom = () => {
    const wide = sheet.classList.toggle("cw-wide");
    zoomer.textContent = wide ? "Fit to the window" : "Zoom in";
    showMark(sheet);
  };
  const zoomer = button("Zoom in", { onclick: zoom });
  sheet.onclick = zoom;
  dialog.append(
    make("div", { className: "cw-acts" },
      make("span", {}, page.says), zoomer, button("Close", { onclick: () => dialog.close() })),
    view,
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.focus();
  });
  figure.append(dialog);
  dialog.showModal();
  view.focus();
  showMark(sheet);
  const sharper = await pictured({ ...told, page: page.page }, true);
  if (!sharper.error) sheet.querySelector("img").src = sharper.src;
}

// Who takes a question back goes on typing.
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-act=edit]"))
    document.querySelector("#cw-question textarea")?.focus();
});

// Escape gives up editing a question, and so does who empties the box and leaves it. (What is
// clicked then comes first.)
const typing = (event) => event.target.matches?.("#cw-question textarea") && event.target;
const leave = () => document.querySelector("#cw-notice [data-act=leave]")?.click();
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && typing(event)) leave();
});
document.addEventListener("focusout", (event) => {
  const box = typing(event);
  if (box) setTimeout(() => { if (!box.value && document.activeElement !== box) leave(); }, 400);
});

// What was typed, or asked and not answered yet, is in the box again when the page is loaded anew.
const TYPED = "citewell-typed";
const box = () => document.querySelector("#cw-question textarea");
addEventListener("pagehide", () => {
  const bubbles = [...document.querySelectorAll("#cw-chat :is(.cw-question, .cw-answer)")];
  const asked = bubbles.at(-1)?.matches(".cw-waiting") ? bubbles.at(-2)?.textContent : "";
  try {
    if (box()) sessionStorage.setItem(TYPED, box().value || asked);
  } catch { /* the browser keeps nothing */ }
});
new MutationObserver((_, observer) => {
  if (!box() || box().disabled) return;
  observer.disconnect();
  try {
    const typed = sessionStorage.getItem(TYPED);
    sessionStorage.removeItem(TYPED);
    if (!typed || box().value) return;
    box().value = typed;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  } catch { /* it has kept nothing */ }
}).observe(document.documentElement, { childList: true, subtree: true, attributes: true });

// Whether the server still answers; when it does again, the page is loaded anew, for a server that
// was started again knows nothing of it.
const LOST = "No connection to Citewell: is it still running? It reconnects by itself.";
const [CALM, ANXIOUS] = [5000, 2000]; // milliseconds
let failures = 0;
async function look() {
  clearTimeout(look.next);
  if (document.hidden) return;
  const here = new URL("manifest.json", location.href);
  const answered = await fetch(here, { cache: "no-store", signal: AbortSignal.timeout(20_000) })
    .then(() => true, () => false);
  if (answered && failures > 1) location.reload();
  failures = answered ? 0 : failures + 1;
  const line = document.querySelector("#cw-connection p");
  if (line && failures !== 1) line.textContent = failures ? LOST : "";
  clearTimeout(look.next);
  look.next = setTimeout(look, failures ? ANXIOUS : CALM);
}
document.addEventListener("visibilitychange", look);
look.next = setTimeout(look, CALM);
