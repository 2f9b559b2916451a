/** How services are named in messages. */
export type ServiceName = 'Keystone' | 'Nova' | 'Placement' | 'Cinder' | 'Neutron' | 'Glance' | 'Heat';

interface Service {
  /** In catalogs, the official type first: https://specs.openstack.org/openstack/service-types-authority/ */
  types: readonly string[];
  /** How its versions look in a path, and what is put behind an endpoint that names none. */
  version: RegExp;
  append: (project: string) => string;
}

export const SERVICES: Readonly<Record<ServiceName, Service>> = {
  Keystone: { types: ['identity'], version: /\/v3(?:\/|$)/, append: () => '/v3' },
  Nova: { types: ['compute'], version: /\/v2(?:\.\d+)?(?:\/|$)/, append: () => '/v2.1' },
  Placement: { types: ['placement'], version: /$/, append: () => '' },
  Cinder: {
    types: ['block-storage', 'volumev3', 'block-store'],
    version: /\/v3(?:\/|$)/,
    append: (project) => `/v3/${project}`,
  },
  Neutron: { types: ['network'], version: /\/v2\.0(?:\/|$)/, append: () => '/v2.0' },
  Glance: { types: ['image'], version: /\/v2(?:\.\d+)?(?:\/|$)/, append: () => '/v2' },
  Heat: { types: ['orchestration'], version: /\/v1(?:\/|$)/, append: (project) => `/v1/${project}` },
};

/** Those that a cloud may lack. */
export const OPTIONAL_SERVICES = ['Placement', 'Cinder', 'Neutron', 'Glance', 'Heat'] as const;
