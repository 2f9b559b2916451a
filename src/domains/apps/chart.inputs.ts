import { z } from 'zod';
import { inputOf } from '../../kernel/inputs.js';
import { storableText } from '../../kernel/validation.js';
import { APP_NAME, APP_VERSION } from './app.fields.js';

/** An application that a chart makes, as every door accepts it (ote 002, Application Management 5). */
export const CHART_FIELDS = { appName: APP_NAME, version: APP_VERSION };

export const NewChart = z.object(CHART_FIELDS);
export type NewChart = z.input<typeof NewChart>;

/** Undefined for a text that has anything beside base64, which Node would pass over. */
function decode(text: string): Buffer | undefined {
  const content = Buffer.from(text, 'base64');
  return content.toString('base64') === text ? content : undefined;
}

/** The bytes of a chart that came as text. */
export const Base64Chart = z.string().transform((text, context) => {
  const content = decode(text);
  if (content) return content;
  context.addIssue('must be base64');
  return z.NEVER;
});

export const UploadChartInput = inputOf(
  'UploadChartInput',
  'A Helm chart that makes an application',
  z.object({
    ...CHART_FIELDS,
    chart: storableText().meta({
      description:
        'The packed chart (.tgz) in base64. The whole request must fit into BODY_LIMIT, so that a chart has 780,000 bytes at most unless that is raised; POST /v1/app/chart takes it as it is, up to CHART_LIMIT',
    }),
  }),
);
export type UploadChartInput = InstanceType<typeof UploadChartInput>;
