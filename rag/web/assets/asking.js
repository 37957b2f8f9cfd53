// The buttons of our own: filters, edit, ask again. What they ask for goes to the server as JSON.
{
  const find = (selector) => document.querySelector(selector);
  const waiting = [];
  let sending = false;

  // One at a time: the text of the next one would overwrite what Gradio has not read yet.
  const next = () => {
    const field = find("#gw-wire textarea, #gw-wire input");
    const message = field && waiting.shift();
    sending = Boolean(message);
    if (!message) return;
    field.value = JSON.stringify(message);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => find("#gw-do")?.click(), 60);
    setTimeout(next, 200);
  };
  const send = (message) => {
    waiting.push(message);
    if (!sending) next();
  };
  document.addEventListener("gw-act", (event) => send(event.detail));

  const form = () =>
    Object.fromEntries(
      [...document.querySelectorAll(".gw-form input")].map((one) => [one.name, one.value]),
    );
  // Where the focus was when the server was asked to redraw what holds it.
  let focused = "";
  const act = (button) => {
    const { act, what = "", value = "", n = "" } = button.dataset;
    focused = act === "filter" ? ".gw-narrow > summary" : "";
    send(act === "filter" ? { act, ...form() } : { act, what, value, n });
    if (["edit", "keep", "unset", "without", "again"].includes(act)) {
      find("#gw-box textarea")?.focus();
    }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-act]");
    if (button) act(button);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.(".gw-form input")) {
      event.preventDefault();
      act(find(".gw-apply"));
    }
  });

  const onDraw = () => {
    if (focused && document.activeElement === document.body) {
      find(focused)?.focus();
      focused = "";
    }
  };
  const watch = () => {
    if (!find("#gw-tools")) return setTimeout(watch, 50);
    new MutationObserver(onDraw).observe(find("#gw-tools"), { childList: true, subtree: true });
  };
  watch();
}
