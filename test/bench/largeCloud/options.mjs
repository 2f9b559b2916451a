export const opt = {
  port: 0,
  hosts: 1000,
  servers: 20000,
  tenants: 200,
  stacks: 400,
  seed: 1,
  page: 1000,
  churn: 0,
  latency: 0,
  'token-seconds': 3600,
  'user-data': 5,
};
for (let i = 2; i < process.argv.length; i += 2) {
  const k = process.argv[i].slice(2);
  if (!(k in opt) || !Number.isFinite(Number(process.argv[i + 1])))
    throw new Error(`what is ${process.argv[i]}?  See the head of main.mjs.`);
  opt[k] = Number(process.argv[i + 1]);
}
/** Known once it listens. */
export const base = () => `http://127.0.0.1:${opt.port}`;
