// The conversations of this browser: an entry of its storage each, so that no tab writes over what
// another one keeps. `props.value` is all of them, as the server sees it; what comes back from
// there says what it changed.
const KEPT = "citewell/", GONE = "citewell-gone/", OPEN = "citewell-open";
const MOST_GONE = 200;
const known = new Map(); // of a conversation the turns that this tab has shown
let open, shelf;

// What tells a turn from another: a server that reads one back may write it a little otherwise.
const text = (turn) => JSON.stringify([turn?.question, turn?.answers?.map?.((one) => one?.answer)]);

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

// The entries that begin so, the last written first.
function entries(beginning) {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(beginning))
    .map((key) => ({ key, id: key.slice(beginning.length), ...read(key) }))
    .sort((one, other) => (other.at || 0) - (one.at || 0));
}

const listed = (of) => of.conversations.map(({ id }) => id).join();

function turnsOf(from, id) {
  const one = from?.conversations?.find?.((conversation) => conversation.id === id);
  return Array.isArray(one?.turns) ? one.turns : [];
}

function look() {
  shelf = {
    // A tab that is loaded again shows what it has shown, a new one what was open last.
    open: sessionStorage.getItem(OPEN) ?? localStorage.getItem(OPEN) ?? "",
    conversations: entries(KEPT).map(({ id, turns }) => ({ id, turns })),
    gone: entries(GONE).map(({ id }) => id),
  };
  props.value = shelf;
}

// Where the storage is full the oldest go.
function write(key, value) {
  const written = JSON.stringify({ at: Date.now(), ...value });
  for (const oldest of [...entries(KEPT).filter((one) => one.key !== key), null].reverse()) {
    try {
      if (oldest) localStorage.removeItem(oldest.key);
      localStorage.setItem(key, written);
      return;
    } catch { /* there is no room yet */ }
  }
}

function prune() {
  let size = 0;
  entries(KEPT).forEach(({ key }, place) => {
    size += localStorage.getItem(key).length;
    if (place >= MOST || (place && size > MOST_CHARACTERS)) localStorage.removeItem(key);
  });
  for (const { key } of entries(GONE).slice(MOST_GONE)) localStorage.removeItem(key);
}

// A conversation as this tab has it, with the turns that another tab has added meanwhile.
function keep(id, turns, isOpened) {
  const theirs = read(KEPT + id).turns ?? [];
  if (isOpened || !known.has(id)) known.set(id, new Set(turnsOf(shelf, id).map(text)));
  const ours = turns.map(text);
  const added = theirs.filter((turn) => !known.get(id).has(text(turn)) && !ours.includes(text(turn)));
  const differs = ours.findIndex((turn, place) => turn !== text(theirs[place]));
  const same = differs < 0 ? ours.length : differs;
  write(KEPT + id, { turns: [...turns.slice(0, same), ...added, ...turns.slice(same)] });
  ours.forEach((turn) => known.get(id).add(turn));
}

function take(told) {
  const isOpened = told.open !== open;
  open = told.open;
  if (told.dropped) {
    localStorage.removeItem(KEPT + told.dropped);
    write(GONE + told.dropped, {});
  }
  const turns = turnsOf(told, told.kept);
  if (turns.length && !localStorage.getItem(GONE + told.kept)) keep(told.kept, turns, isOpened);
  prune();
  sessionStorage.setItem(OPEN, open);
  localStorage.setItem(OPEN, open);
}

watch("value", () => {
  const told = props.value;
  if (!told?.kept && !told?.dropped) return;
  take(told);
  look();
  if (listed(told) !== listed(shelf)) trigger("elsewhere"); // meanwhile, another tab has kept some
});

let waiting;
addEventListener("storage", (event) => {
  if (event.key && !event.key.startsWith(KEPT) && !event.key.startsWith(GONE)) return;
  look();
  clearTimeout(waiting);
  waiting = setTimeout(() => trigger("elsewhere"), 200);
});

localStorage.removeItem("citewell"); // what an earlier version kept, in a form of its own
look();
trigger("loaded");
