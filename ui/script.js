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
new MutationObserver(() => {
  // Gradio calls the examples a list, and gives it no items.
  document.querySelector("#cw-chat .examples[role=list]")?.setAttribute("role", "group");
  const bubbles = document.querySelectorAll("#cw-chat :is(.cw-question, .cw-answer)");
  const settled = [...bubbles].filter((bubble) => !bubble.matches(".cw-waiting"));
  if (settled.length === shown) return;
  shown = settled.length;
  for (const bubble of bubbles) {
    const message = bubble.closest("[data-testid]");
    message?.setAttribute("role", "group");
    message?.setAttribute("aria-label", bubble.matches(".cw-question") ? "Question" : "Answer");
  }
  document.getElementById("cw-sources-column")?.scrollTo(0, 0);
  const newest = [...document.querySelectorAll("#cw-chat .user-row")].at(-1);
  const log = newest?.closest("[role=log]");
  log?.scrollBy({ top: newest.getBoundingClientRect().top - log.getBoundingClientRect().top - 8 });
}).observe(document.documentElement, { childList: true, subtree: true });

// A page of a document as a picture, the quotation's lines marked on it; pages can be turned.
async function show(told) {
  const into = document.getElementById(told.into);
  const words = (text) => Object.assign(document.createElement("p"), { textContent: text });
  into.hidden = false;
  into.replaceChildren(words("Drawing the page…"));
  const page = await window.citewell.picture({
    document: told.document, page: Number(told.page), start: Number(told.start), end: Number(told.end),
  }).catch(() => ({ error: "The connection is lost: load this window again." }));
  if (page.error) {
    into.replaceChildren(words(page.error));
    return;
  }
  const turn = (by, name) => {
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "cw-act", textContent: name, disabled: by < 1 || by > page.pages,
    });
    Object.assign(button.dataset, { ...told, page: by, act: "picture" });
    return button;
  };
  const sheet = Object.assign(document.createElement("div"), { className: "cw-sheet" });
  const picture = Object.assign(new Image(page.width, page.height), {
    src: page.src, alt: `Page ${page.page} of ${page.pages}`,
  });
  sheet.append(picture, ...page.marks.map(([left, top, width, height]) => {
    const mark = document.createElement("mark");
    const share = (part, whole) => `${(100 * part) / whole}%`;
    Object.assign(mark.style, {
      left: share(left, page.width), top: share(top, page.height),
      width: share(width, page.width), height: share(height, page.height),
    });
    return mark;
  }));
  const bar = Object.assign(document.createElement("figcaption"), { className: "cw-acts" });
  const close = Object.assign(document.createElement("button"), {
    type: "button", className: "cw-act", textContent: "Close the page",
    onclick: () => { into.hidden = true; into.replaceChildren(); },
  });
  bar.append(turn(page.page - 1, "Previous page"), turn(page.page + 1, "Next page"), close);
  into.replaceChildren(bar, words(page.says), sheet);
  const first = sheet.querySelector("mark") ?? sheet;
  await picture.decode().catch(() => {});
  first.scrollIntoView({ block: "center", behavior: "auto" });
}
