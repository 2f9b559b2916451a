/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d{1,3}))?$/;
/** Characters. The API server itself writes no more than a few more than 20. */
const MOST_LENGTH = 64;

const MULTIPLES: Record<string, number> = {
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Divided by rather than multiplied with their inverse, so that 100m is 0.1. */
const FRACTIONS: Record<string, number> = { m: 1e3, u: 1e6, n: 1e9 };

/** The number that a quantity such as `512Mi`, `100m` or `1e3` stands for; NaN when it is none. */
export function parseQuantity(text: string): number {
  if (text.length > MOST_LENGTH) return NaN;
  const [, digits = '', suffix = '', exponent] = QUANTITY.exec(text) ?? [];
  if (digits === '') return NaN;
  if (exponent !== undefined) return Number(`${digits}e${exponent}`);
  return (Number(digits) * (MULTIPLES[suffix] ?? 1)) / (FRACTIONS[suffix] ?? 1);
}

/** More than any machine has. */
const MOST_CORES = 1_000_000;

/** What is no quantity says nothing, as does what is less than nothing; what is more than can be counted is as much as can. */
function amountOf(value: unknown, most: number): number {
  const amount = typeof value === 'number' ? value : parseQuantity(typeof value === 'string' ? value : '');
  return Number.isNaN(amount) ? 0 : Math.min(Math.max(amount, 0), most);
}

export function coresOf(value: unknown): number {
  return amountOf(value, MOST_CORES);
}

/** A fraction counts as a whole one, as in Kubernetes; also of what is not bytes but counted. */
export function bytesOf(value: unknown): number {
  return Math.ceil(amountOf(value, Number.MAX_SAFE_INTEGER));
}
