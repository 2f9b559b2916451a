/** By its id, or by its name in a domain. */
export type Named = { id: string } | { name: string; domain: { id: string } | { name: string } };

/** With what one logs in at Keystone. */
export type Credentials =
  | { kind: 'password'; user: Named; password: string; project: Named }
  | {
      kind: 'applicationCredential';
      credential: { id: string } | { name: string; user: Named };
      secret: string;
    };

/** An account of a cloud, as its openrc file tells it. */
export interface CloudLogin {
  /** Of Keystone's version 3, without a slash at the end. */
  authUrl: string;
  credentials: Credentials;
  interface: string | null;
  region: string | null;
  /** A file on the machine that the openrc file is on. */
  caPath: string | null;
}
