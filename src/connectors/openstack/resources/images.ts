import { z } from 'zod';
import { id, name, optionalSize, word } from '../fields.js';
import { resource } from '../resource.js';

/** https://docs.openstack.org/api-ref/image/v2/ */
export const images = resource({
  service: 'Glance',
  path: 'images',
  key: 'images',
  limit: 1000,
  item: z.object({ id, name, status: word, size: optionalSize }),
  right: 'get_images',
});
