// A <details> that the reader opened stays open when Gradio draws it anew.
{
  const FOLDS = ".gw-why, .gw-reprints";
  const opened = new Set();

  // Before the browser itself opens or closes it.
  document.addEventListener("click", (event) => {
    const details = event.target.closest?.("summary")?.parentElement;
    if (details?.id && details.matches(FOLDS)) {
      details.open ? opened.delete(details.id) : opened.add(details.id);
    }
  });
  const onDraw = () => {
    if (!find("#gw-live .gw-turn")) opened.clear();
    for (const id of opened) {
      const details = document.getElementById(id);
      // Setting what is set already would call this again, forever.
      if (details && !details.open) details.open = true;
    }
  };
  const watch = () => {
    if (find("#gw-stacks")) return; // the page of the articles
    if (!find("#gw-columns")) return setTimeout(watch, 50);
    const seen = { childList: true, subtree: true, attributes: true, attributeFilter: ["open"] };
    new MutationObserver(onDraw).observe(find("#gw-columns"), seen);
  };
  watch();
}
