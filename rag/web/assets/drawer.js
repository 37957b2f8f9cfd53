// Earlier conversations, kept in this browser alone. What is stored is drawn as text, never markup.
{
  const STORE = "groundwire.conversations";
  const MOST = 30;
  // Characters of all of them together; browsers give five million.
  const ROOM = 3_500_000;

  const isEntry = (one) =>
    one &&
    ["key", "title", "record"].every((name) => typeof one[name] === "string") &&
    Number.isFinite(one.at);
  const load = () => {
    try {
      const held = JSON.parse(localStorage.getItem(STORE) || "[]");
      return Array.isArray(held) ? held.filter(isEntry) : [];
    } catch {
      return [];
    }
  };
  // The oldest go first when there are too many, or the browser has no room.
  const save = (entries) => {
    const kept = entries.sort((a, b) => b.at - a.at).slice(0, MOST);
    while (kept.length && kept.reduce((sum, one) => sum + one.record.length, 0) > ROOM) kept.pop();
    for (; ; kept.pop()) {
      try {
        localStorage.setItem(STORE, JSON.stringify(kept));
        return;
      } catch {
        if (!kept.length) return;
      }
    }
  };

  const questions = (entry) => {
    try {
      return JSON.parse(entry.record).turns.map((turn) => String(turn.answer.question));
    } catch {
      return [];
    }
  };
  let kept = "";
  const keep = () => {
    const { key, record } = find("#gw-record [data-record]")?.dataset ?? {};
    if (!record || record === kept) return;
    kept = record;
    const entries = load();
    const old = entries.find((one) => one.key === key);
    const title = old?.title || questions({ record })[0] || "";
    save([{ key, title, record, at: Date.now() }, ...entries.filter((one) => one !== old)]);
  };

  let drawer = null;
  let search = null;
  let list = null;
  const button = (text, label, does) => {
    const made = element("button", "gw-plain", text);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.addEventListener("click", does);
    return made;
  };
  const open = (entry) => {
    drawer.close();
    document.dispatchEvent(
      new CustomEvent("gw-act", { detail: { act: "open", record: entry.record } }),
    );
  };
  const rename = (entry, row) => {
    const field = element("input", "gw-rename");
    field.value = entry.title;
    field.maxLength = 120;
    field.setAttribute("aria-label", "Name of the conversation");
    const end = (keepIt) => {
      const title = field.value.trim();
      if (keepIt && title) save(load().map((one) => (one.key === entry.key ? { ...one, title } : one)));
      draw();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") end(true);
      if (event.key !== "Escape") return;
      event.preventDefault();
      end(false);
    });
    row.replaceChildren(
      field,
      button("Save", "Save the name", () => end(true)),
    );
    field.select();
  };
  const remove = (entry) => {
    save(load().filter((one) => one.key !== entry.key));
    draw();
    search.focus();
  };
  const rowOf = (entry) => {
    const row = element("li", "gw-kept");
    const title = button(entry.title, `Open: ${entry.title}`, () => open(entry));
    title.className = "gw-kept-title";
    const day = new Date(entry.at).toLocaleDateString("en-GB", {
      day: "numeric",
      month: "short",
      year: "numeric",
    });
    const count = questions(entry).length;
    row.append(
      title,
      element("span", "gw-credit", `${count} question${count === 1 ? "" : "s"} · ${day}`),
      button("Rename", `Rename: ${entry.title}`, () => rename(entry, row)),
      button("Delete", `Delete: ${entry.title}`, () => remove(entry)),
    );
    return row;
  };
  const draw = () => {
    const wanted = search.value.trim().toLowerCase();
    const matches = (one) =>
      [one.title, ...questions(one)].some((text) => text.toLowerCase().includes(wanted));
    const rows = load().filter(matches).map(rowOf);
    const none = wanted ? "No conversation holds these words." : "None yet.";
    list.replaceChildren(...(rows.length ? rows : [element("li", "gw-panel-empty", none)]));
  };
  const make = () => {
    drawer = element("dialog", "gw-drawer");
    drawer.setAttribute("aria-labelledby", "gw-drawer-title");
    const head = element("h2", "", "Conversations");
    head.id = "gw-drawer-title";
    search = element("input", "gw-search");
    search.type = "search";
    search.placeholder = "Search their questions";
    search.setAttribute("aria-label", "Search the conversations");
    search.addEventListener("input", draw);
    list = element("ul", "gw-kept-list");
    const about = element("p", "gw-drawer-about", "Kept in this browser only; the newest thirty.");
    drawer.append(
      button("Close", "Close the list", () => drawer.close()),
      head,
      about,
      search,
      list,
    );
    drawer.addEventListener("click", (event) => event.target === drawer && drawer.close());
    // Escape closes the drawer; it does not also stop an answer.
    drawer.addEventListener("keydown", (event) => event.stopPropagation());
    (find(".gradio-container") || document.body).append(drawer);
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-drawer]")) return;
    if (!drawer?.isConnected) make();
    search.value = "";
    draw();
    drawer.showModal();
  });

  const watch = () => {
    if (!find("#gw-record")) return setTimeout(watch, 50);
    const seen = { childList: true, subtree: true, attributes: true };
    new MutationObserver(keep).observe(find("#gw-record"), seen);
  };
  watch();
}
