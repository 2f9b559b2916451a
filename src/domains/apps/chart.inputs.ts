import { z } from 'zod';
import { badInput } from '../../kernel/errors.js';
import type { FormFile } from '../../kernel/forms.js';
import { inputOf } from '../../kernel/inputs.js';
import { UploadScalar } from '../../kernel/uploads.js';
import { parse, storableText } from '../../kernel/validation.js';
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
const Base64Chart = z.string().transform((text, context) => {
  const content = decode(text);
  if (content) return content;
  context.addIssue('must be base64');
  return z.NEVER;
});

/** The bytes of a chart, and where they stand in the input; it comes in one way. BAD_INPUT for none and for both. */
export function chartOf({ chart, chartFile }: { chart?: unknown; chartFile?: FormFile | null | undefined }): {
  content: Buffer;
  path: string;
} {
  if ((chart == null) === (chartFile == null))
    throw badInput([{ path: 'input.chart', message: 'either it or chartFile is required' }]);
  if (chartFile) return { content: chartFile.content, path: 'chartFile' };
  return { content: parse(Base64Chart, chart, ['input', 'chart']), path: 'chart' };
}

export const UploadChartInput = inputOf(
  'UploadChartInput',
  'A Helm chart that makes an application',
  z.object({
    ...CHART_FIELDS,
    chart: storableText().optional().meta({
      description:
        'The packed chart (.tgz) in base64. The whole request must fit into BODY_LIMIT, so that a chart has 780,000 bytes at most unless that is raised; `chartFile` and POST /v1/app/chart take it as it is, up to CHART_LIMIT',
    }),
    chartFile: z.custom<FormFile>().optional().meta({
      description: 'The packed chart (.tgz or .tar) as a file, in place of `chart`',
    }),
  }),
  { chartFile: UploadScalar },
);
export type UploadChartInput = InstanceType<typeof UploadChartInput>;
