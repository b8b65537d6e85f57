"""How the window looks: a Gradio theme on the system's own fonts, the style sheet, the script."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

STYLE_SHEET = Path(__file__).with_name("style.css")

SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

# A click on [n] opens its turn's sources, brings the card into view and flashes it. (Gradio's
# <base> would make a reload of a bare fragment link.) A new question moves to the top of the chat.
SCRIPT = """
<script>
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a[data-jump]");
  if (!link) return;
  event.preventDefault();
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
});

let shown = 0;
new MutationObserver(() => {
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
</script>
"""


def theme() -> gr.themes.Base:
    """Slate and teal, with no web font: the page asks nothing of any other host."""
    return gr.themes.Default(
        primary_hue=gr.themes.colors.teal,
        secondary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        font=SANS,
        font_mono=MONO,
    )
