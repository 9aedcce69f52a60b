// The users as dots on a plane: drag to move, scroll or pinch to zoom, lasso, hover, select. Written for 20,000 dots at 60 frames a second.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { button } from '../widgets.js';
import { colours, keepDrawn } from '../charts.js';
import { hide, present } from '../definitions.js';
import { nameWriter } from './names.js';
import { Pixels } from './pixels.js';

const reach = 9; // pixels between the pointer and a dot that is meant

/**
 * Puts dots into a place.
 * @param {{name: string, members: {x: number, y: number, userId: string}[], shape: string, colour?: number, opacity: number}[]} groups Groups, the lowest first; `colour` is an index of the palette.
 * @param {{names: object[], found: object?, onopen: (point: object) => void, onselect: (points: object[]) => void}} more Names; a user to fly to; what follows when a dot or the dots within a lasso are selected.
 * @returns The buttons of the map.
 */
export function dots(place, groups, { names, found, onopen, onselect }) {
  const canvas = h('canvas'), context = canvas.getContext('2d');
  const parts = groups.map(({ members, ...group }) => ({ ...group, members, x: Float32Array.from(members, point => point.x), y: Float32Array.from(members, point => point.y) }));
  const count = parts.reduce((sum, part) => sum + part.members.length, 0);
  const write = nameWriter(context, names);
  const whole = bounds(parts);
  const pointers = new Map();
  let view = null, size = null, pixels = null, drawn = 0, hovered = null, moved = false, lasso = null;
  place.append(canvas);

  const isLasso = () => tools.lasso.getAttribute('aria-pressed') === 'true';
  const fit = () => Math.min(size.width / whole.width, size.height / whole.height);
  const corner = () => ({ left: view.x - size.width / 2 / view.scale, top: view.y + size.height / 2 / view.scale, scale: view.scale });

  function reset() {
    view = found ? { x: found.x, y: found.y, scale: fit() * 6 } : { x: whole.x, y: whole.y, scale: fit() };
    draw();
  }

  function draw() { if (!drawn) drawn = requestAnimationFrame(paint); }

  function paint() {
    drawn = 0;
    if (!size) return;
    const c = colours(), ratio = canvas.width / size.width, { left, top, scale } = corner();
    const radius = Math.round(2 * ratio * (count > 5000 ? 2 : size.width < 430 ? 2.5 : 3.5) * Math.min(2, (scale / fit()) ** .3)) / 2;
    pixels.fill(c.surface);
    for (const part of parts)
      pixels.add(part, { left, top, scale: scale * ratio }, { shape: part.shape, radius, colour: part.colour === undefined ? c.muted : c.palette[part.colour], opacity: part.opacity });
    pixels.show(context);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (lasso) trace(c, lasso);
    if (found) ring(c, screen(found));
    else write({ left, top, scale }, size, c);
    context.setTransform(1, 0, 0, 1, 0, 0);
    place.removeAttribute('aria-busy');
  }

  const screen = point => [(point.x - view.x) * view.scale + size.width / 2, (view.y - point.y) * view.scale + size.height / 2];

  function ring(c, [x, y]) {
    for (const [style, width] of [[c.surface, 6], [c.ink, 2.5]]) {
      context.beginPath();
      context.arc(x, y, 11, 0, 2 * Math.PI);
      Object.assign(context, { strokeStyle: style, lineWidth: width }).stroke();
    }
  }

  function trace(c, corners) {
    context.beginPath();
    for (const point of corners) context.lineTo(...point);
    context.closePath();
    Object.assign(context, { strokeStyle: c.accent, lineWidth: 1.5 }).stroke();
  }

  function zoom(factor, [x, y] = [size.width / 2, size.height / 2]) {
    const scale = Math.max(fit() / 2, Math.min(fit() * 100, view.scale * factor)), change = 1 / view.scale - 1 / scale;
    view = { x: view.x + (x - size.width / 2) * change, y: view.y - (y - size.height / 2) * change, scale };
    draw();
  }

  function move(across, down) {
    view = { ...view, x: view.x - across / view.scale, y: view.y + down / view.scale };
    draw();
  }

  /** The dot nearest to a place of the canvas, the uppermost of equals. */
  function nearest([x, y]) {
    const { left, top, scale } = corner();
    const [wantedX, wantedY] = [left + x / scale, top - y / scale];
    let best = (reach / scale) ** 2, hit = null;
    for (const part of parts)
      for (let i = 0; i < part.x.length; i++) {
        const distance = (part.x[i] - wantedX) ** 2 + (part.y[i] - wantedY) ** 2;
        if (distance <= best) [best, hit] = [distance, { part, i }];
      }
    return hit;
  }

  function hover(at) {
    const hit = nearest(at);
    if (hit?.part === hovered?.part && hit?.i === hovered?.i) return;
    leave();
    hovered = hit;
    canvas.classList.toggle('over', Boolean(hit));
    if (!hit) return;
    const [x, y] = screen(hit.part.members[hit.i]), box = canvas.getBoundingClientRect();
    present({ left: box.left + x + 10, top: box.top + y - 6, bottom: box.top + y + 6 }, `${hit.part.members[hit.i].userId}\n${hit.part.name}`);
  }

  function leave() {
    if (hovered) hide();
    hovered = null;
  }

  /** Chooses the dots within the lasso; without one, all of them again. */
  function select(corners) {
    const { left, top, scale } = corner(), outline = corners?.map(([x, y]) => [left + x / scale, top - y / scale]);
    for (const part of parts) part.chosen = outline && Uint8Array.from(part.x, (x, i) => isWithin(outline, x, part.y[i]));
    const chosen = outline ? parts.flatMap(part => part.members.filter((_, i) => part.chosen[i])) : [];
    if (outline && chosen.length === 0) return select(null);
    tools.clear.disabled = !outline;
    onselect(chosen);
    draw();
  }

  const placeOf = event => [event.offsetX, event.offsetY];
  const listeners = {
    pointerdown(event) {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, placeOf(event));
      moved = false;
      leave();
      if (isLasso()) lasso = [placeOf(event)];
    },
    pointermove(event) {
      const at = placeOf(event), before = pointers.get(event.pointerId);
      if (!before) { if (event.pointerType === 'mouse') hover(at); return; }
      if (!moved && Math.hypot(at[0] - before[0], at[1] - before[1]) < 4) return;
      moved = true;
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (lasso) { lasso.push(at); draw(); }
      else if (other) zoom(distance(at, other) / (distance(before, other) || 1), [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2]);
      else move(at[0] - before[0], at[1] - before[1]);
      pointers.set(event.pointerId, at);
    },
    pointerup(event) {
      const hit = !moved && !lasso && pointers.size === 1 ? nearest(placeOf(event)) : null, corners = lasso;
      listeners.pointercancel(event);
      if (corners) select(corners.length > 2 ? corners : null);
      if (hit) onopen(hit.part.members[hit.i]);
    },
    pointercancel(event) {
      pointers.delete(event.pointerId);
      lasso = null;
      draw();
    },
    pointerleave: leave,
    wheel(event) {
      event.preventDefault();
      leave();
      zoom(2 ** (-event.deltaY * (event.deltaMode === 1 ? 20 : 1) / 300), placeOf(event));
    },
  };
  for (const [name, listener] of Object.entries(listeners)) canvas.addEventListener(name, listener, { passive: false });

  const tools = {
    lasso: button(t('map.lasso'), () => tools.lasso.setAttribute('aria-pressed', String(!isLasso())), 'quiet'),
    clear: button(t('map.clear'), () => select(null), 'quiet'),
    enlarge: button(t('map.enlarge'), () => zoom(1.5), 'quiet'), reduce: button(t('map.reduce'), () => zoom(1 / 1.5), 'quiet'), whole: button(t('map.whole'), reset, 'quiet'),
  };
  tools.lasso.setAttribute('aria-pressed', 'false');
  tools.clear.disabled = true;
  const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  place.tabIndex = 0;
  place.addEventListener('keydown', event => {
    if (steps[event.key]) move(...steps[event.key]); else if (event.key === '+') zoom(1.5); else if (event.key === '-') zoom(1 / 1.5); else return;
    event.preventDefault();
  });

  const observer = new ResizeObserver(() => {
    const ratio = devicePixelRatio, { clientWidth: width, clientHeight: height } = place;
    if (width === 0) return;
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    pixels = new Pixels(canvas.width, canvas.height);
    const before = size && fit();
    size = { width, height };
    if (before) view.scale *= fit() / before; else reset();
    draw();
  });
  observer.observe(place);
  keepDrawn({ draw, remove() { observer.disconnect(); cancelAnimationFrame(drawn); } });
  return Object.values(tools);
}

const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** The middle and the size of all dots, with a margin. */
function bounds(parts) {
  const range = key => parts.reduce((both, part) => part[key].reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], both), [Infinity, -Infinity]);
  const [[left, right], [bottom, top]] = [range('x'), range('y')];
  return { x: (left + right) / 2, y: (bottom + top) / 2, width: (right - left) * 1.08 || 1, height: (top - bottom) * 1.08 || 1 };
}

/** Whether a position is within an outline: a line from it to the right crosses the outline an odd number of times. */
const isWithin = (outline, x, y) => outline.reduce((inside, [x1, y1], i) => {
  const [x2, y2] = outline[(i + 1) % outline.length];
  return (y1 > y) !== (y2 > y) && x < x1 + (x2 - x1) * (y - y1) / (y2 - y1) ? !inside : inside;
}, false);
