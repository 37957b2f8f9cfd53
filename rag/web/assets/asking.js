// The buttons of our own: filters, edit, ask again. What they ask for goes to the server as JSON.
{
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
  // Where the focus belongs once the server has redrawn what holds it, until it is moved.
  let focused = "";
  const act = (button) => {
    const { act, what = "", value = "", n = "" } = button.dataset;
    const comment = document.getElementById("gw-comment-" + Number(n));
    const same = `[data-act="${act}"][data-n="${Number(n)}"]`;
    if (act === "filter") focused = ".gw-narrow > summary";
    else if (act === "rate") focused = `${same}[data-value="${CSS.escape(value)}"]`;
    else focused = act === "comment" ? same : "";
    if (act === "filter") send({ act, ...form() });
    else if (act === "comment") send({ act, n, text: comment?.value ?? "" });
    else send({ act, what, value, n });
    if (["edit", "keep", "unset", "without", "again"].includes(act)) {
      find("#gw-box textarea")?.focus();
    }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-act]");
    if (button) act(button);
  });
  document.addEventListener("keydown", (event) => {
    const at = (selector) => event.key === "Enter" && event.target.matches?.(selector);
    if (at(".gw-form input")) act(find(".gw-apply"));
    else if (at(".gw-comment input")) act(event.target.closest(".gw-opinion").querySelector("[data-act=comment]"));
    else return;
    event.preventDefault();
  });

  document.addEventListener("focusin", (event) => {
    if (focused && !event.target.matches?.(focused)) focused = "";
  });
  const onDraw = () => {
    if (focused && document.activeElement === document.body) find(focused)?.focus();
  };
  const watch = () => {
    if (!find("#gw-main")) return setTimeout(watch, 50);
    new MutationObserver(onDraw).observe(find("#gw-main"), { childList: true, subtree: true });
  };
  watch();
}
