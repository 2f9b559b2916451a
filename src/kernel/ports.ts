/** The highest TCP port. */
export const MAX_PORT = 65_535;

/** Where a protocol is spoken unless another port is named. */
export const DEFAULT_PORTS = { http: 80, https: 443 } as const;
