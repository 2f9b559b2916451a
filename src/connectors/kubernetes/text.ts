export { parseJson, tidy } from '../../net/text.js';
