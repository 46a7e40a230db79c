// Puts what the kiosk says of a failed start on the failure screen, as text only: it may quote a file or a charger.
const said = new URLSearchParams(window.location.search);

for (const name of ['title', 'detail']) {
  const place = document.getElementById(name);
  const text = said.get(name);
  if (place && text) place.textContent = text;
}
