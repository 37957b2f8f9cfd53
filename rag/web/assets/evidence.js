// Evidence for what is selected in an answer, or for the sentence whose verdict is pressed.
{
  const SETTLED = 350; // ms without a change before a selection counts as made
  const element = (node) => (node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement);
  const answerOf = (node) => element(node)?.closest(".gw-answer");
  let timer = 0;
  let key = 0;
  let pressed = null; // what was pressed for the card; Escape gives the focus back to it
  let pointing = false;

  const close = () => {
    clearTimeout(timer);
    key += 1; // a result that is still on its way is not shown
    const inside = find("#gw-evidence")?.contains(document.activeElement);
    draw("");
    if (inside && pressed?.isConnected) pressed.focus();
    pressed = null;
  };

  // The server draws what the card says; here is whether and where it shows.
  let state = "";
  let anchor = null;
  const isOpen = () => state !== "";
  const draw = (now) => {
    state = now;
    const card = find("#gw-evidence");
    if (!card) return;
    if (state) card.dataset.state = state;
    else delete card.dataset.state;
    if (state) place();
  };
  const place = () => {
    const card = find("#gw-evidence");
    if (!card || !anchor) return;
    const at = anchor.getBoundingClientRect();
    if (!at.width && !at.height) return; // what was selected was redrawn: the card stays
    const left = Math.max(12, Math.min(at.left, innerWidth - card.offsetWidth - 12));
    const below = at.bottom + 10;
    const fits = below + card.offsetHeight < innerHeight;
    const top = fits ? below : Math.max(8, at.top - 10 - card.offsetHeight);
    card.style.setProperty("--gw-left", left + "px");
    card.style.setProperty("--gw-top", top + "px");
  };
  const request = (turn, text, near) => {
    key += 1;
    anchor = near;
    draw("waiting");
    document.body.dataset.gwSelected = JSON.stringify({ turn, text, key });
    find("#gw-select")?.click();
  };
  const plain = (fragment) => {
    const held = document.createElement("div");
    held.append(fragment);
    held
      .querySelectorAll(".gw-chip, .gw-verdict, .gw-reason, .gw-summary, .gw-credit, h3")
      .forEach((one) => one.remove());
    held.querySelectorAll("p, div, li").forEach((one) => one.append(" "));
    return held.textContent.replace(/\s+/g, " ").trim();
  };
  addEventListener("scroll", () => isOpen() && place(), { passive: true, capture: true });
  const turnOf = (node) => Number(element(node).closest(".gw-turn").id.split("-")[1]);

  const onSelected = () => {
    const selection = getSelection();
    if (pointing || selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    const answer = answerOf(range.startContainer);
    if (!answer || answer !== answerOf(range.endContainer) || !answer.closest(".gw-turn")) return;
    const text = plain(range.cloneContents());
    if (text.length < 2) return;
    pressed = null;
    request(turnOf(answer), text, range);
  };
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(onSelected, SETTLED);
  });
  addEventListener("pointerdown", () => (pointing = true), true);
  for (const kind of ["pointerup", "pointercancel"]) {
    addEventListener(
      kind,
      () => {
        pointing = false;
        clearTimeout(timer);
        timer = setTimeout(onSelected, SETTLED);
      },
      true,
    );
  }

  const onPress = (button) => {
    const sentence = button.closest(".gw-sentence");
    const said = sentence?.querySelector(".gw-said");
    if (!said) return;
    pressed = button;
    request(turnOf(button), plain(said.cloneNode(true)), sentence);
  };

  const onDrawn = () => {
    const drawn = find("#gw-evidence .gw-evidence");
    if (!isOpen() || Number(drawn?.dataset.key) !== key) return;
    if (state === "open") return;
    const card = find("#gw-evidence");
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-label", "Evidence for the selected text");
    card.tabIndex = -1;
    draw("open");
    if (pressed) card.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    if (at("[data-evidence]")) onPress(at("[data-evidence]"));
    // A click of ours on a hidden button is no click beside the card.
    if (event.isTrusted && isOpen() && !at("#gw-evidence, [data-evidence]")) {
      if (getSelection().isCollapsed || at(".gw-chip, button, a")) close();
    } else if (at("#gw-evidence .gw-chip")) close();
  });
  // Before the others: Escape closes what lies on top, and must not stop a running answer too.
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !isOpen()) return;
      event.stopPropagation();
      close();
    },
    true,
  );

  const watch = () => {
    if (find("#gw-stacks")) return;
    if (!find("#gw-evidence")) return setTimeout(watch, 50);
    new MutationObserver(onDrawn).observe(find("#gw-evidence"), { childList: true, subtree: true });
  };
  watch();
}
