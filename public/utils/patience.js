// How long to wait before another try. Not for deciding whether to try again.

const FIRST_MS = 300;
const LONGEST_MS = 5000;

/**
 * Milliseconds before a try, longer each time and never the same for two screens: after a restart of the gateway they
 * must not all come at once.
 * @param {number} tries so far, from 1
 */
export function backoff(tries) {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1)) * (0.5 + Math.random());
}

/** Waits, but not beyond the signal. @param {number} ms @param {AbortSignal} [signal] @returns {Promise<void>} */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
