import { tidy } from '../../../net/text.js';

export interface Driver {
  driver: string;
  driverVersion: string;
  firmwareVersion: string;
  /** Such as `0000:3b:00.0`. */
  pciNumber: string;
}

const MOST_TEXT = 255;
/** Domain, bus, device and function. */
const PCI = /^[\da-f]{4,8}:[\da-f]{2}:[\da-f]{2}\.[\da-f]$/i;

/** Of `ethtool -i INTERFACE`; undefined for what is no PCI device. */
export function parseDriver(text: string): Driver | undefined {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), tidy(line.slice(colon + 1).trim(), MOST_TEXT));
  }
  const pciNumber = fields.get('bus-info') ?? '';
  if (!PCI.test(pciNumber)) return undefined;
  return {
    driver: fields.get('driver') ?? '',
    driverVersion: fields.get('version') ?? '',
    firmwareVersion: fields.get('firmware-version') ?? '',
    pciNumber,
  };
}

const SLOT = /^(?:([\da-f]{4,8}):)?([\da-f]{2}:[\da-f]{2}\.[\da-f]) (.*)$/i;

/** Of `lspci -D`, and of one that leaves the first domain out: descriptions by PCI number. */
export function parseDescriptions(text: string): ReadonlyMap<string, string> {
  const descriptions = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, domain = '0000', slot, description = ''] = SLOT.exec(line) ?? [];
    if (slot !== undefined) descriptions.set(`${domain}:${slot}`, tidy(description.trim(), MOST_TEXT));
  }
  return descriptions;
}
