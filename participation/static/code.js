// Fills the code from the address into the form. It stands behind the #, which no browser sends to a server.
"use strict";

const field = document.getElementById("code");
const carried = decodeURIComponent(window.location.hash.slice(1));
if (field && carried && !field.value) {
  field.value = carried.replace(/(.{4})(?=.)/g, "$1 ").trim();
  history.replaceState(null, "", window.location.pathname + window.location.search);
  field.form.querySelector("[type=submit]").focus();
}
