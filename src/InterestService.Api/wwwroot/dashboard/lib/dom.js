// Builds elements. Text is always text, never markup: nothing that comes from data can become HTML.

/** Creates an element: attributes by name, `on...` as listeners, children as nodes, texts or nested arrays; null and false are left out. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(9).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

let ids = 0;

/** Returns an id that no other element of the page has. */
export const newId = () => `e${++ids}`;

/** Offers a file for download. */
export function download(name, url) {
  h('a', { href: url, download: name }).click();
  if (url.startsWith('blob:')) setTimeout(() => URL.revokeObjectURL(url), 1000);
}
