// On a phone the source of a chip comes up as a sheet: a copy of its card, so that what Gradio
// redraws below neither closes nor empties it.
{
  const narrow = matchMedia("(max-width: 760px)");
  const AWAY = 90; // px that a finger pulls it down before letting go closes it

  // Where the focus belongs once the sheet is closed. The chip is drawn anew with its answer, so
  // remembered is which one it is, until the reader moves on.
  let from = null;
  // Until it has said that it closed: the browser moves the focus about before that.
  let up = false;
  const chipsOf = ({ n, turn }) => {
    const scope = document.getElementById(turn) ?? document;
    return [...scope.querySelectorAll(`.gw-chip[data-n="${n}"]`)].filter(
      (one) => one.getClientRects().length,
    );
  };
  const saidWith = (chip) => chip.closest("p")?.textContent;
  const remember = (chip) => {
    const turn = chip.closest(".gw-turn")?.id ?? "";
    from = { n: Number(chip.dataset.n), turn, said: saidWith(chip) };
  };
  const goBack = () => {
    if (!from || up) return;
    const chips = chipsOf(from);
    // Not by its place: when an answer is done, its headline brings the same number again.
    const chip = chips.find((one) => saidWith(one) === from.said) ?? chips.at(-1);
    chip?.focus({ preventScroll: true });
  };
  const moveOn = ({ target }) => {
    if (from && !up && !chipsOf(from).includes(target)) from = null;
  };
  document.addEventListener("focusin", moveOn);
  document.addEventListener("pointerdown", moveOn);

  let sheet = null;
  let title = null;
  let body = null;
  const make = () => {
    sheet = element("dialog", "gw-sheet");
    sheet.setAttribute("aria-modal", "true");
    sheet.setAttribute("role", "dialog");
    sheet.setAttribute("aria-labelledby", "gw-sheet-title");
    const head = element("div", "gw-sheet-head");
    title = element("h2", "");
    title.id = "gw-sheet-title";
    const close = element("button", "gw-sheet-close", "Close");
    close.type = "button";
    close.addEventListener("click", () => sheet.close());
    head.append(title, close);
    body = element("div", "gw-sheet-body");
    sheet.append(head, body);
    sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
    // Escape closes the sheet; it does not also stop an answer.
    sheet.addEventListener("keydown", (event) => event.stopPropagation());
    sheet.addEventListener("close", () => {
      up = false;
      goBack();
    });
    pull();
    (find(".gradio-container") || document.body).append(sheet);
  };

  // It follows a finger that pulls it down, from its head or from the top of its text.
  const pull = () => {
    let begun = null;
    let way = 0;
    const put = (y) => {
      way = y;
      sheet.style.translate = y ? `0 ${y}px` : "";
      sheet.classList.toggle("gw-pulled", y > 0);
    };
    sheet.addEventListener("touchstart", (event) => {
      const held = event.touches.length === 1 && (!body.contains(event.target) || body.scrollTop <= 0);
      begun = held ? event.touches[0].clientY : null;
    }, { passive: true });
    sheet.addEventListener("touchmove", (event) => {
      if (begun === null) return;
      const far = event.touches[0].clientY - begun;
      if (body.contains(event.target) && body.scrollTop > 0) begun = null;
      put(begun === null ? 0 : Math.max(0, far));
    }, { passive: true });
    for (const kind of ["touchend", "touchcancel"]) {
      sheet.addEventListener(kind, () => {
        if (way > AWAY && kind === "touchend") sheet.close();
        put(0);
      });
    }
  };

  const copyOf = (card) => {
    const copy = card.cloneNode(true);
    copy.querySelectorAll(".gw-back").forEach((one) => one.remove());
    copy.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));
    return copy;
  };
  const open = (chip, card) => {
    if (!sheet?.isConnected) make();
    remember(chip);
    title.textContent = `Citation ${Number(chip.dataset.n)}`;
    body.replaceChildren(copyOf(card));
    up = true;
    sheet.showModal();
    const mark = body.querySelector(`.gw-quote[data-n="${Number(chip.dataset.n)}"]`);
    const above = mark.getBoundingClientRect().top - body.getBoundingClientRect().top;
    body.scrollTop += above - body.clientHeight / 4;
    mark.focus({ preventScroll: true });
  };

  document.addEventListener("gw-source", (event) => {
    const card = event.detail.mark.closest(".gw-card");
    if (!narrow.matches || !card) return;
    event.preventDefault();
    open(event.detail.chip, card);
  });
  const watch = () => {
    if (find("#gw-stacks")) return; // the page of the articles
    if (!find("#gw-main")) return setTimeout(watch, 50);
    new MutationObserver(() => document.activeElement === document.body && goBack()).observe(
      find("#gw-main"),
      { childList: true, subtree: true },
    );
  };
  watch();
  // A wide window has the panel itself.
  narrow.addEventListener("change", () => narrow.matches || sheet?.close());
}
