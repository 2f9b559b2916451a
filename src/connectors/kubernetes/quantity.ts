/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d{1,3}))?$/;

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
  const [, digits = '', suffix = '', exponent] = QUANTITY.exec(text) ?? [];
  if (digits === '') return NaN;
  if (exponent !== undefined) return Number(`${digits}e${exponent}`);
  return (Number(digits) * (MULTIPLES[suffix] ?? 1)) / (FRACTIONS[suffix] ?? 1);
}
