// The definition of a figure, shown on hover and on focus, and read out with its label.
import { define } from './i18n.js';
import { h } from './dom.js';

/** Returns the label of a figure, which tells its definition. */
export function term(key) {
  const { label, definition } = define(key);
  if (!definition) return label;
  return explained(h('span', { class: 'term', tabindex: 0 }, label, h('span', { class: 'visually-hidden' }, `: ${definition}`)), definition);
}

/** Shows a definition while the pointer or the focus is on an element. */
export function explained(element, definition) {
  const show = () => present(element.getBoundingClientRect(), definition);
  for (const [event, listener] of [['mouseenter', show], ['focus', show], ['mouseleave', hide], ['blur', hide]]) element.addEventListener(event, listener);
  return element;
}

let box = null;

/** Shows a text beside a part of the window, until `hide`. */
export function present(at, text) {
  hide();
  box = h('div', { class: 'definition', 'aria-hidden': 'true' }, text);
  document.body.append(box);
  const left = Math.max(12, Math.min(at.left, innerWidth - box.offsetWidth - 12));
  const below = at.bottom + 8;
  box.style.left = `${left}px`;
  box.style.top = `${below + box.offsetHeight > innerHeight ? at.top - box.offsetHeight - 8 : below}px`;
}

export function hide() {
  box?.remove();
  box = null;
}

addEventListener('keydown', event => { if (event.key === 'Escape') hide(); });
addEventListener('scroll', hide, { capture: true, passive: true });
