import type { MigrationObject } from '@mikro-orm/core';
import { Foundation } from './001-foundation.js';
import { Businesses } from './002-businesses.js';
import { Edge } from './003-edge.js';
import { Namespaces } from './004-namespaces.js';
import { Lookalikes } from './005-lookalikes.js';
import { PlatformOwners } from './006-platform-owners.js';
import { Caseless } from './007-caseless.js';
import { Deployments } from './012-deployments.js';
import { DataCenters } from './013-data-centers.js';
import { Inventory } from './014-inventory.js';
import { HostKeys } from './015-host-keys.js';
import { Records } from './016-records.js';
import { YamlJobs } from './017-yaml-jobs.js';
import { Silence } from './009-silence.js';
import { Images } from './010-images.js';
import { Apps } from './011-apps.js';
import { Charts } from './018-charts.js';
import { ModelArts } from './019-model-arts.js';
import { PlatformDocuments } from './020-platform-documents.js';
import { RepeatedRefresh } from './022-repeated-refresh.js';
import { TargetProblems } from './023-target-problems.js';

/** In the order in which they run. A migration that has been released is never changed. */
export const migrations: MigrationObject[] = [
  { name: '001-foundation', class: Foundation },
  { name: '002-businesses', class: Businesses },
  { name: '003-edge', class: Edge },
  { name: '004-namespaces', class: Namespaces },
  { name: '005-lookalikes', class: Lookalikes },
  { name: '006-platform-owners', class: PlatformOwners },
  { name: '007-caseless', class: Caseless },
  { name: '009-silence', class: Silence },
  { name: '010-images', class: Images },
  { name: '011-apps', class: Apps },
  { name: '012-deployments', class: Deployments },
  { name: '013-data-centers', class: DataCenters },
  { name: '014-inventory', class: Inventory },
  { name: '015-host-keys', class: HostKeys },
  { name: '016-records', class: Records },
  { name: '017-yaml-jobs', class: YamlJobs },
  { name: '018-charts', class: Charts },
  { name: '019-model-arts', class: ModelArts },
  { name: '020-platform-documents', class: PlatformDocuments },
  { name: '022-repeated-refresh', class: RepeatedRefresh },
  { name: '023-target-problems', class: TargetProblems },
];
