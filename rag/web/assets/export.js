// Saves or copies what the server made of the conversation.
{
  const said = (text) => {
    const spoken = document.querySelector("#gw-said .gw-spoken");
    if (spoken) spoken.textContent = text;
  };
  const save = (name, text) => {
    const made = document.createElement("a");
    const kind = name.endsWith(".html") ? "text/html" : "text/plain";
    made.href = URL.createObjectURL(new Blob([text], { type: kind + ";charset=utf-8" }));
    made.download = name;
    made.click();
    setTimeout(() => URL.revokeObjectURL(made.href), 10000);
  };
  const copy = async (text) => {
    const button = document.querySelector("#gw-copy");
    let done = "Copied";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      done = "The browser did not allow it";
    }
    said(done);
    const before = button.textContent;
    button.textContent = done;
    setTimeout(() => (button.textContent = before), 1600);
  };
  window.gwTake = ({ do: what, text }) => {
    const at = what.indexOf(":");
    if (!text) return;
    what.startsWith("save") ? save(what.slice(at + 1), text) : copy(text);
  };
}
