// The page "Articles": its links and its form lead on without a reload, and the address follows.
{
  const shelf = () => document.getElementById("gw-shelf");
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const valuesOf = (href) => Object.fromEntries(new URL(href, location.href).searchParams);
  // What was used last: after the redraw the focus goes back there, or to a new headline.
  let used = null;

  const go = (href, push = true) => {
    if (!window.gwGo) return location.assign(href);
    if (push) history.pushState(null, "", href);
    shelf().setAttribute("aria-busy", "true");
    window.gwGo(valuesOf(href));
  };
  const submit = (form) => {
    const said = [...new FormData(form)].filter(([, value]) => String(value).trim());
    const query = new URLSearchParams(said).toString();
    go(form.getAttribute("action") + (query ? "?" + query : ""));
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.gw-go");
    const remove = event.target.closest?.("[data-remove]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      used = link.matches(".gw-bar") ? "bars" : "link";
      go(link.href);
    } else if (remove && window.gwRemove) {
      remove.disabled = true;
      remove.textContent = "Removing…";
      used = "link";
      window.gwRemove(remove.dataset.remove);
    }
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches?.(".gw-find")) return;
    event.preventDefault();
    used = document.activeElement?.id || "gw-words";
    submit(event.target);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".gw-find select")) event.target.form.requestSubmit();
  });
  addEventListener("popstate", () => {
    used = "link";
    if (shelf()) go(location.href, false);
  });

  // The bars are one stop of the Tab key; the arrows lead from one to the next.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "/" && !typing && plain && document.getElementById("gw-words")) {
      event.preventDefault();
      document.getElementById("gw-words").focus();
    } else if (event.target.matches?.(".gw-bar") && /^(Arrow(Left|Right)|Home|End)$/.test(event.key)) {
      event.preventDefault();
      const bars = [...document.querySelectorAll(".gw-bar")];
      const at = bars.indexOf(event.target);
      const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 };
      const bar = bars[next[event.key]];
      if (!bar) return;
      bars.forEach((one) => (one.tabIndex = one === bar ? 0 : -1));
      bar.focus();
    }
  });

  let drawn = null;
  const settle = () => {
    const made = shelf().querySelector("[data-here], .gw-error");
    // Gradio also draws its own signs of waiting in there.
    if (!made || made === drawn) return;
    drawn = made;
    const here = made.dataset.here;
    if (here && new URL(here, location.href).href !== location.href)
      history.replaceState(null, "", here);
    shelf().removeAttribute("aria-busy");
    if (!used) return;
    const target = {
      bars: ".gw-bar[aria-current], .gw-bar[tabindex='0']",
      link: "#gw-read-title, .gw-notice, #gw-words",
    }[used];
    const element = target ? shelf().querySelector(target) : document.getElementById(used);
    if (element?.matches(".gw-notice")) element.tabIndex = -1;
    element?.focus({ preventScroll: true });
    if (used === "link") scrollTo({ top: 0, behavior: calm() ? "auto" : "smooth" });
    used = null;
  };
  const watch = () => {
    if (document.getElementById("gw-main")) return; // the chat's page
    if (!shelf()) return setTimeout(watch, 50);
    new MutationObserver(settle).observe(shelf(), { childList: true, subtree: true });
    settle();
  };
  watch();
}
