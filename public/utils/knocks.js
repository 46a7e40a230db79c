// The hidden sign by which staff asks for the PIN pad: five taps within three seconds in the page's upper corner, at the end of
// a line of text. Not for what the pad does.

/** How many taps, within how long, and how large the corner is. */
const TAPS = 5;
const WITHIN_MS = 3000;
const CORNER_PX = 96;

/** Counts taps in the corner. */
export class Knocks {
  /** @type {number[]} */ #times = [];

  /** Another tap there; whether it completes the sign. @param {number} now in milliseconds, of any clock that only goes forward */
  knock(now) {
    this.#times = [...this.#times, now].filter((time) => now - time < WITHIN_MS);
    const complete = this.#times.length >= TAPS;
    if (complete) this.#times = [];
    return complete;
  }
}

/** Whether a point is in the corner. @param {{clientX: number, clientY: number}} point @param {number} width of the page @param {boolean} rightToLeft */
export function isCorner({ clientX, clientY }, width, rightToLeft) {
  return clientY < CORNER_PX && (rightToLeft ? clientX < CORNER_PX : clientX >= width - CORNER_PX);
}
