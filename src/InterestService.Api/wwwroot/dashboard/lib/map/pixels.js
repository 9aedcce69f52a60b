// Dots written pixel by pixel: as calls to the canvas, 20,000 of them would take longer than a frame.

/** The shapes of the dots: whether a point is within, where a circle has the radius 1. */
const within = {
  circle: (x, y) => x * x + y * y <= 1,
  diamond: (x, y) => Math.abs(x) + Math.abs(y) <= 1.25,
  triangle: (x, y) => y <= .85 && Math.abs(x) <= (y + 1.15) * .6,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= .88,
  cross: (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 1 && Math.min(Math.abs(x - y), Math.abs(x + y)) <= .45,
};

const samples = 4;

/** The pixels of a dot: offsets from its middle, and how much of each is covered, 0 to 1. */
function stamp(shape, radius) {
  const reach = Math.ceil(radius * 1.3), pixels = [];
  for (let y = -reach; y <= reach; y++)
    for (let x = -reach; x <= reach; x++) {
      let covered = 0;
      for (let i = 0; i < samples * samples; i++)
        covered += within[shape]((x + (i % samples + .5) / samples - .5) / radius, (y + (Math.floor(i / samples) + .5) / samples - .5) / radius);
      if (covered > 0) pixels.push({ x, y, cover: covered / samples ** 2 });
    }
  return { reach, pixels };
}

/** A picture of a size in pixels of the device. */
export class Pixels {
  #image;
  #words;
  #stamps = new Map();

  constructor(width, height) {
    this.#image = new ImageData(width, height);
    this.#words = new Uint32Array(this.#image.data.buffer);
  }

  fill(colour) { this.#words.fill(word(colour)); }

  show(context) { context.putImageData(this.#image, 0, 0); }

  /**
   * Adds dots.
   * @param {{x: Float32Array, y: Float32Array, chosen?: Uint8Array}} points Where they are; if some are chosen, the others are faint.
   * @param {{left: number, top: number, scale: number}} view The position x is at the pixel (x - left) * scale, y at (top - y) * scale.
   */
  add({ x, y, chosen }, { left, top, scale }, { shape, radius, colour, opacity }) {
    const { width, height } = this.#image, words = this.#words;
    const key = `${shape} ${radius}`;
    if (!this.#stamps.has(key)) this.#stamps.set(key, stamp(shape, radius));
    const { reach, pixels } = this.#stamps.get(key);
    const offsets = Int32Array.from(pixels, pixel => pixel.y * width + pixel.x), covers = pixels.map(pixel => pixel.cover);
    const strong = Int32Array.from(covers, cover => cover * opacity * 256), faint = Int32Array.from(covers, cover => cover * opacity * 32);
    const source = word(colour), redBlue = source & 0xff00ff, green = source & 0xff00;
    for (let i = 0; i < x.length; i++) {
      const column = Math.round((x[i] - left) * scale), row = Math.round((top - y[i]) * scale);
      if (column < reach || row < reach || column >= width - reach || row >= height - reach) continue;
      const middle = row * width + column, weights = !chosen || chosen[i] ? strong : faint;
      for (let j = 0; j < offsets.length; j++) {
        const at = middle + offsets[j], before = words[at], weight = weights[j], rest = 256 - weight;
        // Red and blue are blended in one multiplication: there are eight free bits between them.
        words[at] = 0xff000000 | (Math.imul(before & 0xff00ff, rest) + Math.imul(redBlue, weight)) >>> 8 & 0xff00ff
          | (Math.imul(before & 0xff00, rest) + Math.imul(green, weight)) >>> 8 & 0xff00;
      }
    }
  }
}

/** A colour `#rrggbb` as the picture has it in memory. */
function word(colour) {
  const [red, green, blue] = [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16));
  return (0xff000000 | blue << 16 | green << 8 | red) >>> 0;
}
