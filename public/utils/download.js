// A file that the gateway makes for whoever is signed in, saved by the browser. The kiosk's window saves nothing: its pages
// say so instead.
import { fetchFile } from './api.js';

/** How long the browser may take to begin saving. */
const KEPT_MS = 60_000;

/** @param {string} path @param {string} name of the file */
export async function download(path, name) {
  const url = URL.createObjectURL(await fetchFile(path));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
