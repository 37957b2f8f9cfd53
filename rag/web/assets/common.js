// What the scripts below share. They are blocks of one function, so they see it and no one else does.
const find = (selector) => document.querySelector(selector);
const element = (name, kind, text = "") => {
  const made = document.createElement(name);
  made.className = kind;
  made.textContent = text;
  return made;
};
