/** How files are served that have smaller ones beside them: for express-static-gzip. */
export const BROTLI_FIRST: { enableBrotli: true; orderPreference: string[] } = {
  enableBrotli: true,
  orderPreference: ['br', 'gzip'],
};
