// Calendar months by the page's own clock, as days in text: for choosing one.

/** `day` is in the middle of it. @typedef {{from: string, to: string, day: Date}} Month */

/** @param {number} year @param {number} month from 0 @param {number} day */
const text = (year, month, day) => `${year}-${String(month + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** The month of a day and those before it, newest first. @param {Date} today @param {number} count @returns {Month[]} */
export function lastMonths(today, count) {
  return Array.from({ length: count }, (_, back) => {
    const first = new Date(today.getFullYear(), today.getMonth() - back, 1);
    const [year, month] = [first.getFullYear(), first.getMonth()];
    const last = new Date(year, month + 1, 0).getDate();
    return { from: text(year, month, 1), to: text(year, month, last), day: new Date(year, month, 15) };
  });
}
