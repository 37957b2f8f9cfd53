// What a chip does, the keys of the page, and where the page stands while an answer grows.
{
  // Events are caught at the document: Gradio redraws what is below at any time.
  const box = () => find("#gw-box textarea, #gw-box input");
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const behavior = () => (calm() ? "auto" : "smooth");
  const shown = (element) => Boolean(element) && element.getClientRects().length > 0;
  const markOf = (n) => document.getElementById("cite-" + Number(n));
  let lastChip = null;

  // A chip leads to its sentence in the source panel, and back.
  const openSource = (chip) => {
    const mark = markOf(chip.dataset.n);
    if (!mark) return;
    lastChip = chip;
    hideCard();
    const asked = new CustomEvent("gw-source", { cancelable: true, detail: { chip, mark } });
    if (!document.dispatchEvent(asked)) return; // shown elsewhere
    document.querySelectorAll(".gw-flash").forEach((one) => one.classList.remove("gw-flash"));
    void mark.offsetWidth; // restarts the animation
    mark.classList.add("gw-flash");
    const panel = find("#gw-side");
    if (getComputedStyle(panel).overflowY === "auto") {
      const at = mark.getBoundingClientRect().top - panel.getBoundingClientRect().top;
      panel.scrollTo({ top: panel.scrollTop + at - panel.clientHeight / 3, behavior: behavior() });
    } else {
      mark.scrollIntoView({ block: "center", behavior: behavior() });
    }
    mark.focus({ preventScroll: true });
  };
  const goBack = (n) => {
    const same = [...document.querySelectorAll(`.gw-chip[data-n="${Number(n)}"]`)];
    const chip = same.includes(lastChip) ? lastChip : same.at(-1);
    if (!chip) return;
    chip.scrollIntoView({ block: "center", behavior: behavior() });
    chip.focus({ preventScroll: true });
  };

  // The small card on hover or focus, filled from the panel's own nodes: text, never markup.
  let card = null;
  let timer = 0;
  const undescribe = () =>
    document
      .querySelectorAll(".gw-chip[aria-describedby]")
      .forEach((chip) => chip.removeAttribute("aria-describedby"));
  const hideCard = () => {
    clearTimeout(timer);
    if (card) card.hidden = true;
    undescribe();
  };
  const hideSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(hideCard, 160);
  };
  const freshCard = () => {
    if (card?.isConnected) return card;
    card = element("div", "", "");
    card.id = "gw-hover";
    card.setAttribute("role", "tooltip");
    card.addEventListener("mouseenter", () => clearTimeout(timer));
    card.addEventListener("mouseleave", hideSoon);
    (find(".gradio-container") || document.body).append(card);
    return card;
  };
  const showCard = (chip) => {
    const mark = markOf(chip.dataset.n);
    const source = mark?.closest(".gw-card");
    // On a phone it would lie on the chip itself, and sheet.js shows more.
    if (!source || matchMedia("(max-width: 760px)").matches) return;
    hideCard();
    const made = freshCard();
    const credit = [...source.querySelectorAll(".gw-card-top .gw-credit > *")];
    made.replaceChildren(
      element("p", "gw-credit", credit.map((one) => one.textContent).filter(Boolean).join(" · ")),
      element("p", "gw-headline", source.querySelector(".gw-headline").textContent),
      element("p", "gw-hover-quote", "“" + mark.textContent.trim() + "”"),
    );
    const link = source.querySelector(`[data-open="${Number(chip.dataset.n)}"] a`);
    if (link) {
      const copy = link.cloneNode(false);
      copy.textContent = "Open original";
      made.append(copy);
    }
    made.hidden = false;
    chip.setAttribute("aria-describedby", "gw-hover");
    const at = chip.getBoundingClientRect();
    const width = Math.min(360, innerWidth - 24);
    made.style.width = width + "px";
    made.style.left = Math.max(12, Math.min(at.left - 24, innerWidth - width - 12)) + "px";
    const fits = at.bottom + 8 + made.offsetHeight < innerHeight;
    made.style.top = (fits ? at.bottom + 8 : Math.max(8, at.top - 8 - made.offsetHeight)) + "px";
  };

  const ask = (question) => {
    box().value = question;
    box().dispatchEvent(new Event("input", { bubbles: true }));
    // Gradio takes the value over in its next tick.
    setTimeout(() => find("#gw-ask")?.click(), 60);
  };

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    if (at(".gw-chip")) openSource(at(".gw-chip"));
    else if (at("[data-ask]")) ask(at("[data-ask]").dataset.ask);
    else if (at("[data-back]")) goBack(at("[data-back]").dataset.back);
    else if (at("#gw-restart")) box()?.focus();
  });
  document.addEventListener("mouseover", (event) => {
    const chip = event.target.closest?.(".gw-chip");
    if (chip) showCard(chip);
  });
  document.addEventListener("mouseout", (event) => {
    if (event.target.closest?.(".gw-chip")) hideSoon();
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.(".gw-chip:focus-visible")) showCard(event.target);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.(".gw-chip")) hideSoon();
  });
  addEventListener("scroll", (event) => event.target === card || hideCard(), {
    passive: true,
    capture: true,
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box()?.focus();
    } else if (event.key === "Escape") {
      if (card && !card.hidden) hideCard();
      else if (shown(find("#gw-stop"))) find("#gw-stop").click();
    } else if (event.target.matches?.(".gw-chip") && /^Arrow(Left|Right)$/.test(event.key)) {
      const chips = [...document.querySelectorAll(".gw-chip")].filter(shown);
      chips[chips.indexOf(event.target) + (event.key === "ArrowRight" ? 1 : -1)]?.focus();
      event.preventDefault();
    }
  });

  // A new question comes to the top of the window and stays there while its answer grows, until
  // the reader takes over.
  let turn = "";
  let following = false;
  ["wheel", "touchmove", "pointerdown", "keydown"].forEach((kind) =>
    addEventListener(kind, () => (following = false), { passive: true, capture: true }),
  );
  const onDraw = () => {
    const newest = find("#gw-live .gw-turn");
    if (newest && newest.id !== turn) following = true;
    turn = newest ? newest.id : "";
    if (turn === "turn-1") following = false;
    if (following) newest.scrollIntoView({ block: "start", behavior: behavior() });
  };
  const watch = () => {
    if (find("#gw-stacks")) return; // the page of the articles
    if (!find("#gw-main")) return setTimeout(watch, 50);
    const seen = { childList: true, subtree: true, attributes: true, attributeFilter: ["id"] };
    new MutationObserver(onDraw).observe(find("#gw-main"), seen);
  };
  watch();
}
