// Figures and lengths of time as people read them, by Intl in the language of the page. Units stand beside a figure in
// their own element, so that only digits move. Money is shown as the gateway rounded it; nothing is reckoned here.

/** @import { Money } from '../../ui/types/events.d.ts' */

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {string} language @param {number} least @param {number} most fraction digits */
function number(language, least, most) {
  const key = `${language} ${least} ${most}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, { minimumFractionDigits: least, maximumFractionDigits: most });
    formats.set(key, format);
  }
  return format;
}

/** Energy in kWh from Wh: three decimals, every watt-hour is seen. @param {number} wh @param {string} language */
export function kwh(wh, language) {
  return number(language, 3, 3).format(wh / 1000);
}

/** Power in kW from W, as it moves. @param {number} watts @param {string} language */
export function kw(watts, language) {
  return number(language, 1, 1).format(watts / 1000);
}

/** A rated power in kW from W: no more decimals than it has. @param {number} watts @param {string} language */
export function ratedKw(watts, language) {
  return number(language, 0, 1).format(watts / 1000);
}

/** A share in percent as the gateway sent it, without noughts behind it. @param {string} share @param {string} language */
export const percent = (share, language) => decimal(share.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''), language);

/** A count. @param {number} count @param {string} language */
export function count(count, language) {
  return number(language, 0, 0).format(count);
}

/** A length of time as h:mm:ss. @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const part = (/** @type {number} */ value) => String(value).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${part(Math.floor(whole / 60) % 60)}:${part(whole % 60)}`;
}

/** Money with every decimal the gateway sent, and its currency. @param {Money} money @param {string} language */
export function money({ amount, currency }, language) {
  const digits = (amount.split('.')[1] ?? '').length;
  const key = `${language} ${currency} ${digits}`;
  let format = formats.get(key);
  if (!format) {
    const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    format = new Intl.NumberFormat(language, { style: 'currency', currency, ...fraction });
    formats.set(key, format);
  }
  // A decimal string goes in as it is: no float comes between.
  return format.format(/** @type {any} */ (amount));
}

/** A decimal string in the digits of the language. @param {string} decimal @param {string} language */
export function decimal(decimal, language) {
  const digits = (decimal.split('.')[1] ?? '').length;
  return number(language, digits, digits).format(/** @type {any} */ (decimal));
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const dates = new Map();

/** Making a format costs far more than using it. @param {string} language @param {Intl.DateTimeFormatOptions} options */
function date(language, options) {
  const key = `${language} ${options.dateStyle} ${options.timeStyle}`;
  let format = dates.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language, options);
    dates.set(key, format);
  }
  return format;
}

/** @type {Map<string, Intl.Collator>} */
const collators = new Map();

/** The order people count and read in. @param {string} language */
export function collator(language) {
  let found = collators.get(language);
  if (!found) {
    found = new Intl.Collator(language, { numeric: true });
    collators.set(language, found);
  }
  return found;
}

/** A day and a time of day. @param {string} timestamp @param {string} language */
export function dayTime(timestamp, language) {
  return date(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(timestamp));
}

/** A month and its year. @param {Date} day of it @param {string} language */
export function monthName(day, language) {
  return date(language, { month: 'long', year: 'numeric' }).format(day);
}

/** A time of day to the second. @param {string} timestamp @param {string} language */
export function clock(timestamp, language) {
  return date(language, { timeStyle: 'medium' }).format(new Date(timestamp));
}

/** A time of day to the minute. @param {number} ms Unix milliseconds @param {string} language */
export function timeOfDay(ms, language) {
  return date(language, { timeStyle: 'short' }).format(new Date(ms));
}

/** How long ago something was, in the largest whole unit. @param {string} timestamp @param {string} language @param {number} now Unix milliseconds */
export function ago(timestamp, language, now) {
  const seconds = Math.min(0, Math.round((Date.parse(timestamp) - now) / 1000));
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  if (seconds > -60) return format.format(seconds, 'second');
  if (seconds > -3600) return format.format(Math.round(seconds / 60), 'minute');
  if (seconds > -86_400) return format.format(Math.round(seconds / 3600), 'hour');
  return format.format(Math.round(seconds / 86_400), 'day');
}
