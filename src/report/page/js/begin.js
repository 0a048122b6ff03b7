// The page's script. Files of one job each, joined into one function so that nothing is global.
// Text of a log reaches the page through textContent alone; tests hold every file to it.
(() => {
"use strict";
