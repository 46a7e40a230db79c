// A curve of power over time, drawn by uPlot, as the element <power-curve>. uPlot comes only with the first curve. The
// figure itself stands beside it as text: for a screen reader the curve is a picture with a name.
import { clock, ratedKw, timeOfDay } from '../utils/format.js';
import { language } from '../utils/i18n.js';

/** @import { Series } from '../utils/series.js' */

/** What is used of a plot. @typedef {{setSize: (box: object) => void, setData: (data: number[][]) => void, redraw: () => void, destroy: () => void}} Plot */
/** @typedef {new (options: object, data: number[][], into: HTMLElement) => Plot} PlotClass */

/** @type {Promise<PlotClass> | null} */
let loading = null;

/** A machine set to no language ("C") says so as a tag that Intl refuses; uPlot asks with it while it is being loaded. */
function nameLanguage() {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }
}

function uPlot() {
  if (loading) return loading;
  nameLanguage();
  const looks = document.createElement('link');
  looks.rel = 'stylesheet';
  looks.href = '/vendor/uplot/uPlot.css';
  document.head.append(looks);
  loading = import('/vendor/uplot/uPlot.js').then((module) => /** @type {any} */ (module).default);
  return loading;
}

/** Below this span the axis shows seconds. */
const SHORT_S = 600;

class PowerCurve extends HTMLElement {
  /** @type {Series | null} */ #series = null;
  /** @type {Plot | null} */ #plot = null;
  #drawn = 0;
  #size = new ResizeObserver(() => this.#fit());
  #theme = new MutationObserver(() => this.#plot?.redraw());
  #dark = window.matchMedia('(prefers-color-scheme: dark)');

  /** @param {Series} series */
  set series(series) {
    this.#series = series;
    this.#draw();
  }

  /** Set at every drawing of the page: whether there is more to draw. @param {number} length */
  set length(length) {
    if (length !== this.#drawn) this.#draw();
  }

  connectedCallback() {
    this.#size.observe(this);
    this.#theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.#dark.addEventListener('change', this.#repaint);
    this.#make().catch(reportError);
  }

  disconnectedCallback() {
    this.#size.disconnect();
    this.#theme.disconnect();
    this.#dark.removeEventListener('change', this.#repaint);
    this.#plot?.destroy();
    this.#plot = null;
  }

  #repaint = () => this.#plot?.redraw();

  async #make() {
    const Plot = await uPlot();
    if (!this.isConnected || this.#plot) return;
    // A canvas understands no light-dark(): colours are taken from properties that nothing else on the element uses.
    const looks = getComputedStyle(this);
    /** @param {string} name */
    const colour = (name) => () => looks.getPropertyValue(name);
    const axis = { stroke: colour('caret-color'), font: `${Math.max(12, Math.round(parseFloat(looks.fontSize) * 0.68))}px system-ui`, grid: { stroke: colour('border-top-color'), width: 1 }, ticks: { show: false } };
    /** @param {(value: number) => string} words */
    const labels = (words) => (/** @type {Plot} */ _plot, /** @type {number[]} */ splits) => splits.map(words);
    // Seconds count as long as the curve is short.
    const when = (/** @type {number} */ ms) => (this.#span() < SHORT_S ? clock(new Date(ms).toISOString(), language()) : timeOfDay(ms, language()));
    const most = (/** @type {unknown} */ _plot, /** @type {number} */ _least, /** @type {number} */ max) =>
      /** @type {[number, number]} */ ([0, Math.max(1, (max || 0) * 1.15)]);
    this.#plot = new Plot(
      {
        ...this.#box(),
        // The last time of day needs room beyond the last reading.
        padding: [8, 36, 0, 0],
        cursor: { show: false },
        legend: { show: false },
        scales: { x: { time: false }, y: { range: most } },
        axes: [
          { ...axis, space: 110, values: labels((at) => when(at * 1000)) },
          { ...axis, size: 44, space: 34, values: labels((kw) => ratedKw(kw * 1000, language())) },
        ],
        series: [{}, { stroke: colour('color'), fill: colour('column-rule-color'), width: 2.5, points: { show: false }, spanGaps: true }],
      },
      [[], []],
      this,
    );
    this.#draw();
  }

  #span() {
    const [times = []] = this.#series?.columns ?? [];
    return (times.at(-1) ?? 0) - (times[0] ?? 0);
  }

  #box() {
    return { width: Math.max(80, this.clientWidth), height: Math.max(80, this.clientHeight) };
  }

  #fit() {
    this.#plot?.setSize(this.#box());
  }

  #draw() {
    if (!this.#plot || !this.#series) return;
    const [times, values] = this.#series.columns;
    this.#drawn = times.length;
    this.#plot.setData([times.slice(), values.map((watts) => watts / 1000)]);
  }
}

customElements.define('power-curve', PowerCurve);
