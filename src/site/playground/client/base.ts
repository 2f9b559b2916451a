/** What every path of this server begins with in the browser: empty, or such as `/isthmus`. */
export const BASE = document.documentElement.dataset.base ?? '';
