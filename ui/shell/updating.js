// Says which version is on its way, as text only.
const version = new URLSearchParams(window.location.search).get('version');
const place = document.getElementById('version');
if (place && version) place.textContent = `Version ${version}`;
