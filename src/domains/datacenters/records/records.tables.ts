import type { TableOf } from '../../../database/columns.js';
import type { InventoryTables } from '../inventory/inventory.tables.js';
import type { DataCenterTables } from '../datacenters.tables.js';
import type { Record } from './record.entity.js';
import type { RecordChunk } from './recordChunk.entity.js';

/** For `getKysely`. */
export interface RecordTables extends InventoryTables, DataCenterTables {
  records: TableOf<Record>;
  record_chunks: TableOf<RecordChunk>;
}
