// Puts what the kiosk says of a failed start on the failure screen, as text only: it may quote a file or a charger.
const detail = new URLSearchParams(window.location.search).get('detail');
const place = document.getElementById('detail');
if (place && detail) place.textContent = detail;
