// The gateway's counters as it writes them for monitoring (Prometheus text format), read into rows. Pure.

/**
 * @typedef {object} Metric
 * @property {string} name
 * @property {string} help in English, as the gateway says it
 * @property {Record<string, string>} labels
 * @property {string} value a decimal text
 * @property {boolean} plain whether it stands alone: no label, no bucket
 */

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?\d[\d.]*)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
const BUCKET = /_(?:bucket|sum|count)$/;

/** @param {string} text @returns {Metric[]} */
export function readMetrics(text) {
  /** @type {Map<string, string>} */
  const help = new Map();
  /** @type {Metric[]} */
  const metrics = [];
  for (const line of text.split('\n')) {
    const about = /^# HELP (\S+) (.*)$/.exec(line);
    if (about) help.set(String(about[1]), String(about[2]));
    const found = LINE.exec(line);
    if (!found) continue;
    const [, name = '', inside = '', value = ''] = found;
    const labels = Object.fromEntries(Array.from(inside.matchAll(LABEL), ([, key, said]) => [String(key), String(said)]));
    metrics.push({ name, help: help.get(name) ?? name, labels, value, plain: inside === '' && !BUCKET.test(name) });
  }
  return metrics;
}
