export { modelArtsText } from './document.js';
export { type ModelArts, createModelArts, modelarts } from './modelarts.module.js';
