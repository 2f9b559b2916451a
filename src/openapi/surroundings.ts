import type { Faults } from './faults.js';
import type { SecurityScheme } from './operation.js';
import type { References } from './references.js';
import type { SchemaReader } from './schemaReader.js';

/** What reading operations needs of the rest of their document. */
export interface Surroundings {
  faults: Faults;
  references: References;
  schemas: SchemaReader;
  securitySchemes: Readonly<Record<string, SecurityScheme>>;
}
