import { opt } from './options.mjs';

export const hash = (...n) => {
  let h = Math.imul(opt.seed ^ 0x9e3779b9, 0x85ebca6b);
  for (const x of n) h = Math.imul(h ^ (h >>> 15) ^ x, 0x2c1b3c6d) + 0x297a2d39;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};
const KINDS = {
  server: 0x5e,
  volume: 0x70,
  port: 0xb0,
  network: 0x9e,
  subnet: 0x5b,
  host: 0x40,
  service: 0x5c,
  flavor: 0xf1,
  stack: 0x57,
  nested: 0x58,
  image: 0x1a,
  type: 0x7e,
  aggregate: 0xa6,
  agent: 0xa9,
  fip: 0xf0,
  attach: 0xa7,
};
export const uuid = (kind, i) =>
  `${(KINDS[kind] * 0x1000000 + (hash(KINDS[kind]) & 0xffffff)).toString(16).padStart(8, '0')}-0000-4000-8000-${i.toString(16).padStart(12, '0')}`;
export const index = (kind, id) =>
  id?.startsWith(uuid(kind, 0).slice(0, 24)) ? parseInt(id.slice(24), 16) : -1;
export const hex = (i) => hash(77, i).toString(16).padStart(8, '0') + i.toString(16).padStart(24, '0');
export const EPOCH = Date.UTC(2026, 0, 1);
export const z = (t) => new Date(t).toISOString().slice(0, 19) + 'Z';
export const micro = (t) => new Date(t).toISOString().slice(0, 23) + '000';
export const mac = (i) =>
  'fa:16:3e:' + [16, 8, 0].map((s) => ((i >> s) & 255).toString(16).padStart(2, '0')).join(':');
