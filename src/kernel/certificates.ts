import { X509Certificate } from 'node:crypto';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

function certificatesOf(pem: string): string[] {
  const parts = pem.split(END).slice(0, -1);
  return parts.filter((part) => part.includes(BEGIN)).map((part) => part.slice(part.indexOf(BEGIN)) + END);
}

/** Whether it is one or more certificates in PEM form. */
export function areCertificates(pem: string): boolean {
  const blocks = certificatesOf(pem);
  try {
    return blocks.length > 0 && blocks.every((block) => new X509Certificate(block).raw.length > 0);
  } catch {
    return false;
  }
}
